"""Correcting on the page: what of an article can be corrected, the form for one thing of it, and the ledger."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from datasette.app import Datasette
from datasette.utils.asgi import Forbidden, NotFound, Request, Response

from pipelines.desk import deciding
from pipelines.errors import UserError
from pipelines.publish.guard.forms import Busy, posted, write
from pipelines.publish.guard.mode import author_of, may_write
from pipelines.publish.mounted import database
from pipelines.publish.queries import articles as queries
from pipelines.publish.queries import decisions as ledger
from pipelines.publish.views.arguments import digits, entity_id, one_of, page_number, word
from pipelines.publish.views.correction_form import (
    ADD,
    CHOICES,
    EVERYWHERE,
    HEADINGS,
    OFFICIAL_STATUSES,
    Form,
    Wrong,
    read_addition,
    read_after,
    read_choice,
    shown,
)
from pipelines.publish.views.frame import page
from pipelines.publish.views.links import export_links, pager
from pipelines.search.rows import Row
from pipelines.store.additions import ADDED, is_same, key_of, made
from pipelines.store.decisions import AGREEMENT, DAY, KIND, OF_ARTICLE, OFFICIAL, ORGANISATION, TITLE, Decision
from pipelines.store.hearing import EVERY
from pipelines.wording.decisions import KINDS as KIND_NAMES
from pipelines.wording.translate import translated

NO_ARTICLE, NO_THING = "Artikel itu tidak ada", "Tanda itu sudah tidak ada di artikel ini"
LONGEST_KEY = 400


@dataclass(frozen=True, slots=True)
class Correctable:
    """Something of an article, as the page lists it; `gone` where people say that it does not exist."""

    kind: str
    called: str
    href: str
    gone: bool


async def correct(request: Request, datasette: Datasette) -> Response:
    """What of an article can be corrected; with `apa` and `kunci` the form for one thing, and POST corrects it."""
    if not may_write(datasette, request.scope):
        raise Forbidden("Memperbaiki adalah pekerjaan tim")
    db = database(datasette)
    article = await queries.article(db, entity_id(request, missing=NO_ARTICLE))
    if article is None:
        raise NotFound(NO_ARTICLE)
    if request.method == "POST":
        return await _correct(request, datasette, article)
    kind, key = one_of(request, "apa", CHOICES), word(request, "kunci", LONGEST_KEY)
    form = await db.execute_fn(lambda connection: _form(connection, article, kind, key)) if kind else None
    return await _page(request, datasette, article, form=form, error=NO_THING if kind and form is None else None)


async def _page(request: Request, datasette: Datasette, article: Row, status: int = 200, **context: Any) -> Response:
    listed = await database(datasette).execute_fn(lambda connection: _listed(connection, article))
    return await page(
        datasette,
        request,
        "perbaiki",
        status,
        article=article,
        listed={HEADINGS[kind]: [one for one in listed if one.kind == kind] for kind in CHOICES},
        OFFICIAL_STATUSES=OFFICIAL_STATUSES,
        addable=[(HEADINGS[kind].lower(), _href(article["id"], kind, ADDED)) for kind in ADD],
        **context,
    )


def _listed(connection: sqlite3.Connection, article: Row) -> list[Correctable]:
    own = [Correctable(kind, str(_field(article, kind)), _href(article["id"], kind, ""), False) for kind in OF_ARTICLE]
    return own + [
        Correctable(thing.kind, called(thing.kind, thing.told or thing.read), href, thing.told is None)
        for thing in deciding.things(connection, article["id"])
        for href in [_href(article["id"], thing.kind, thing.key)]
    ]


def _href(article_id: int, kind: str, key: str) -> str:
    return f"/perbaiki/{article_id}?" + urlencode({"apa": kind} | ({"kunci": key} if key else {}))


def called(kind: str, thing: Any) -> str:
    """A thing in words."""
    if kind == OFFICIAL:
        post = ", ".join(part for part in (thing.title, thing.organisation) if part)
        return f"{thing.name} ({post})" if post else str(thing.name)
    if kind == AGREEMENT:
        return f"{thing.text}: {', '.join(thing.parties)}" if thing.parties else str(thing.text)
    return str(getattr(thing, "name", thing))


def _field(article: Row, kind: str) -> Any:
    return article[{TITLE: "title", DAY: "published_date", KIND: "kind"}[kind]] or ""


def _form(connection: sqlite3.Connection, article: Row, kind: str, key: str) -> Form | None:
    """The form for a thing as it is now; None where the article has no such thing."""
    if key == ADDED and kind in ADD:
        called = f"Tambah {HEADINGS[kind].lower()} yang belum ditandai"
        return Form(kind, key, called, ADD[kind], "ubah", choices={"ubah": "Tambah"})
    choices, values = CHOICES[kind], _values(connection, article, kind, key)
    if values is None:
        return None
    told, before = values
    alone = kind not in EVERYWHERE or key.startswith(ADDED)
    others = 0 if alone else len(deciding.elsewhere(connection, article["id"], kind, before))
    return Form(kind, key, told, shown(kind, before), next(iter(choices)), others, choices=choices)


def _values(connection: sqlite3.Connection, article: Row, kind: str, key: str) -> tuple[str, dict[str, Any]] | None:
    """(a thing in words, what the ledger keeps of it), as people have it now."""
    if kind in OF_ARTICLE:
        value = _field(article, kind)
        return str(value), {kind: value}
    thing = deciding.find_thing(connection, article["id"], kind, key)
    if thing is None:
        return None
    now = thing.told or thing.read
    return called(kind, now), deciding.VALUES[kind](now)


async def _correct(request: Request, datasette: Datasette, article: Row) -> Response:
    """Do what the form says, or show it again with what is wrong; nothing that was typed is lost."""
    sent = await posted(datasette, request, lines=("pihak",))
    first = {name: values[0] for name, values in sent.items()}
    kind, key = first.get("apa", ""), first.get("kunci", "")[:LONGEST_KEY]
    if kind not in CHOICES:
        return await _page(request, datasette, article, 400, error=NO_THING)
    db, author = database(datasette), author_of(request)
    form = await db.execute_fn(lambda connection: _form(connection, article, kind, key))
    if form is None:
        return await _page(request, datasette, article, 409, error=NO_THING)
    given = replace(
        form,
        fields=dict(form.fields) | {name: first[name] for name in form.fields if name in first},
        chosen=first.get("pilihan", form.chosen),
        everywhere=first.get("di") == "semua",
        note=first.get("catatan", "")[:500],
    )
    try:
        if key == ADDED:
            after: dict[str, Any] | None = read_addition(kind, first)
        else:
            after = read_after(kind, read_choice(kind, sent), first)
        decision = _decision(given, after, article["id"], author)
        number = await write(datasette, lambda connection: _decide(connection, article, decision))
    except Wrong as wrong:
        return await _page(request, datasette, article, 400, error=str(wrong), form=given)
    except Busy as busy:
        return await _page(request, datasette, article, 503, error=str(busy), form=given)
    if kind == KIND and after is None:
        return Response.redirect(f"/riwayat?artikel={article['id']}&bukan=1", status=303)
    return Response.redirect(f"/artikel/{article['id']}?dikoreksi={number}", status=303)


def _decision(form: Form, after: dict[str, Any] | None, article_id: int, author: str) -> Decision:
    """The entry of the ledger for a form. Raises Wrong for a correction everywhere that only one article can have."""
    if form.everywhere and form.kind == AGREEMENT and after is not None:
        raise Wrong("Isi perjanjian berlaku di artikel ini saja; di semua artikel hanya “Bukan perjanjian”.")
    if form.key == ADDED and after is not None:
        return Decision(0, "", author, form.kind, article_id, key_of(form.kind, after), False, {}, after, form.note)
    everywhere = form.everywhere and form.kind in EVERYWHERE and not form.key.startswith(ADDED)
    key = form.key.rpartition("#")[0] + EVERY if everywhere and form.kind == AGREEMENT else form.key
    return Decision(0, "", author, form.kind, article_id, key, everywhere, {}, after, form.note)


def _decide(connection: sqlite3.Connection, article: Row, decision: Decision) -> int:
    """Write the decision down with what the page shows now as `before`. Raises Wrong where it changes nothing."""
    if decision.key.startswith(ADDED) and not decision.before and decision.after is not None:
        found = deciding.things(connection, article["id"])
        if (decision.kind, decision.key) not in {(t.kind, t.key) for t in found}:
            thing = made(decision.kind, decision.after)
            if any(t.kind == decision.kind and t.told is not None and is_same(t.kind, t.told, thing) for t in found):
                raise Wrong("Itu sudah ada di artikel ini; pilih di bawah untuk memperbaikinya.")
            return deciding.decide(connection, decision)
    key = decision.key.replace(EVERY, "#1") if decision.kind == AGREEMENT else decision.key
    values = _values(connection, article, decision.kind, key)
    if values is None:
        raise Wrong(NO_THING)
    if decision.after is not None and all(values[1].get(k) == v for k, v in decision.after.items()):
        raise Wrong("Belum ada yang diubah.")
    if decision.kind == ORGANISATION and decision.after is not None:
        name = decision.after["text"]
        if name not in article["title"] and name not in article["text"]:
            raise Wrong(f"“{name}” tidak tertulis di artikel ini; tulis namanya persis seperti di sana.")
    return deciding.decide(connection, replace(decision, before=values[1]))


async def history(request: Request, datasette: Datasette) -> Response:
    """The ledger, the newest first; filters: who (`oleh`), kind (`apa`), article (`artikel`)."""
    return await _history(request, datasette)


def asked_for(request: Request) -> ledger.Asked:
    """What the address of the ledger asks for."""
    return ledger.Asked(word(request, "oleh"), one_of(request, "apa", KIND_NAMES), digits(request, "artikel", 15))


async def _history(request: Request, datasette: Datasette, status: int = 200, error: str | None = None) -> Response:
    if not may_write(datasette, request.scope):
        raise Forbidden("Riwayat keputusan adalah milik tim")
    db, number = database(datasette), page_number(request)
    asked = asked_for(request)
    found, total = await ledger.entries(db, asked, number)
    return await page(
        datasette,
        request,
        "riwayat",
        status,
        found=found,
        asked=asked,
        authors=await ledger.authors(db),
        KIND_NAMES=KIND_NAMES,
        waiting=await db.execute_fn(deciding.waiting),
        undone=digits(request, "dibatalkan", 15),
        set_aside=word(request, "bukan") == "1",
        error=error,
        pager=pager(request, number, ledger.PAGE, total),
        downloads=export_links(request, "daftar/riwayat"),
    )


async def take_back(request: Request, datasette: Datasette) -> Response:
    """Take back the decision that a form names."""
    sent = await posted(datasette, request)
    number, author = sent.get("nomor", [""])[0], author_of(request)
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        return await _history(request, datasette, 400, "Keputusan itu tidak ada.")
    try:
        decision = await write(datasette, lambda connection: deciding.undo(connection, int(number), author))
    except Busy as busy:
        return await _history(request, datasette, 503, str(busy))
    except UserError as wrong:
        return await _history(request, datasette, 400, f"{translated(str(wrong), 'id')}.")
    if sent.get("kembali") == ["artikel"] and decision.article_id:
        return Response.redirect(f"/artikel/{decision.article_id}?dibatalkan={number}", status=303)
    return Response.redirect(f"/riwayat?dibatalkan={number}", status=303)


def links_to_forms(connection: sqlite3.Connection, article_id: int, agreements: list[Row]) -> Mapping[str, str]:
    """Where each thing that an article's page shows is corrected, by its kind and what the page shows of it."""
    found: dict[str, str] = {}
    for thing in deciding.things(connection, article_id):
        if thing.told is None:
            continue
        href = _href(article_id, thing.kind, thing.key)
        if thing.kind == AGREEMENT:
            told = (thing.told.text, thing.told.type, list(thing.told.parties))
            for row in agreements:
                if (row["title"], row["type"], row["parties"]) == told:
                    found.setdefault(f"{AGREEMENT}:{row['id']}", href)
        else:
            found.setdefault(f"{thing.kind}:{getattr(thing.told, 'name', thing.told)}", href)
    return found
