"""The pages: each asks the queries and hands a template what it shows."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from pipelines.publish import queries, render
from pipelines.publish.queries import PAGE_SIZE, Search
from pipelines.search import highlight_terms

DATABASE = "pantau"
KINDS = {"press_release": "Siaran pers", "news": "Berita"}
SOURCE_KINDS = {"kementerian": "Kementerian", "lembaga": "Lembaga", "pemda": "Pemerintah daerah", "bumn": "BUMN",
                "media": "Media"}  # fmt: skip
STATUSES = {"ditandatangani": "Ditandatangani", "direncanakan": "Direncanakan", "berlaku": "Berlaku",
            "dibahas": "Dibahas"}  # fmt: skip
PLACE_KINDS = {"provinsi": "Provinsi", "kabupaten": "Kabupaten", "kota": "Kota", "kecamatan": "Kecamatan",
               "negara": "Negara", "kota-asing": "Kota di luar negeri"}  # fmt: skip
LANGUAGES = {"id": "Indonesia", "en": "Inggris", "ms": "Melayu", "jv": "Jawa", "su": "Sunda"}


async def page(datasette: Datasette, request: Request, template: str, status: int = 200, **context: Any) -> Response:
    """Render one of our templates with what every page shares."""
    shared = {
        "day": render.day, "moment": render.moment, "partial_date": render.partial_date, "number": render.number,
        "safe_link": render.safe_link, "KINDS": KINDS, "SOURCE_KINDS": SOURCE_KINDS, "STATUSES": STATUSES,
        "PLACE_KINDS": PLACE_KINDS, "LANGUAGES": LANGUAGES, "here": request.path,
    }  # fmt: skip
    html = await datasette.render_template(f"pantau_{template}.html", shared | context, request=request)
    return Response.html(html, status=status)


def _page_number(request: Request) -> int:
    value = request.args.get("hal") or "1"
    return min(max(int(value), 1), 10_000) if value.isascii() and value.isdigit() and len(value) < 6 else 1


def _id(request: Request) -> int:
    value = request.url_vars["id"]
    if len(value) > 15:
        raise NotFound("Tidak ditemukan")
    return int(value)


def _others(request: Request, number: int) -> str:
    """The address of another page of the same list."""
    arguments = {key: request.args.get(key) for key in request.args if key != "hal" and request.args.get(key)}
    return f"{request.path}?{urlencode(arguments | {'hal': number})}"


def _pages(request: Request, number: int, size: int, total: int) -> dict[str, Any]:
    last = max(1, -(-total // size))
    return {
        "total": total,
        "number_of_page": number,
        "last_page": last,
        "previous": _others(request, number - 1) if number > 1 else None,
        "next": _others(request, number + 1) if number < last else None,
    }


async def home(request: Request, datasette: Datasette) -> Response:
    """Search box, counts, latest articles, most mentioned officials and cities, new agreements."""
    db = datasette.get_database(DATABASE)
    officials = await queries.rows(
        db,
        """SELECT p.id, p.name, p.articles, r.title, r.organisation FROM people p JOIN roles r ON r.id = (
             SELECT id FROM roles WHERE person_id = p.id ORDER BY articles DESC, last_seen DESC LIMIT 1)
           ORDER BY p.articles DESC, p.name LIMIT 10""",
    )
    cities = await queries.rows(
        db, "SELECT place_id, name, articles FROM cities WHERE code IS NOT NULL ORDER BY articles DESC, name LIMIT 12"
    )
    return await page(
        datasette, request, "beranda", counts=await queries.counts(db), latest=await queries.latest(db),
        officials=officials, cities=cities, agreements=(await _agreements(db, "", 1, 6))[0],
    )  # fmt: skip


async def search(request: Request, datasette: Datasette) -> Response:
    """The search page: one box, filters, highlighted snippets."""
    db = datasette.get_database(DATABASE)
    get = request.args.get
    wanted = Search(
        query=(get("q") or "")[:1_000],
        source=get("sumber") or "",
        kind=get("jenis") if get("jenis") in KINDS else "",
        since=_day_or_nothing(get("dari")),
        until=_day_or_nothing(get("sampai")),
        city=(get("kota") or "").strip()[:100],
        official=(get("pejabat") or "").strip()[:100],
        order="terbaru" if get("urut") == "terbaru" else "",
        page=_page_number(request),
    )
    found, total = await queries.search(db, wanted)
    terms = highlight_terms(wanted.query)
    for row in found:
        row["snippet"] = render.snippet(row.pop("text"), terms)
    return await page(
        datasette, request, "cari", wanted=wanted, found=found, sources=await queries.sources(db),
        asked=wanted != replace(Search(), page=wanted.page, order=wanted.order),
        **_pages(request, wanted.page, PAGE_SIZE, total),
    )  # fmt: skip


def _day_or_nothing(value: str | None) -> str:
    try:
        return date.fromisoformat(value or "").isoformat()
    except ValueError:
        return ""


async def article(request: Request, datasette: Datasette) -> Response:
    """An article with its officials, places, agreements and laws marked in the text, versions and duplicates."""
    db = datasette.get_database(DATABASE)
    values = {"id": _id(request)}
    row = await queries.one(
        db, "SELECT a.*, s.name AS source FROM articles a LEFT JOIN sources s ON s.id = a.source_id WHERE a.id = :id",
        values,
    )  # fmt: skip
    if row is None:
        raise NotFound("Artikel itu tidak ada")
    mentions = await queries.rows(
        db, 'SELECT label, field, start, "end", entity_id FROM mentions WHERE article_id = :id ORDER BY start', values
    )
    versions = await queries.rows(
        db, "SELECT version, title, text, seen_at FROM article_versions WHERE article_id = :id ORDER BY version", values
    )
    changes = [
        {"seen_at": new["seen_at"], "version": new["version"],
         "difference": render.difference(f"{old['title']}\n\n{old['text']}", f"{new['title']}\n\n{new['text']}")}
        for old, new in pairwise(versions)
    ]  # fmt: skip
    original = row["duplicate_of"] or row["id"]
    return await page(
        datasette, request, "artikel", article=row, changes=changes,
        paragraphs=render.marked(row["text"], [m for m in mentions if m["field"] == "text"]),
        tags=json.loads(row["tags"] or "[]"),
        officials=await queries.rows(
            db, "SELECT person_id, name, title, organisation, status FROM article_officials WHERE article_id = :id "
            "ORDER BY position", values),
        places=await queries.rows(
            db, """SELECT p.id, p.name, p.kind, p.code FROM article_places l JOIN places p ON p.id = l.place_id
                   WHERE l.article_id = :id ORDER BY p.code IS NULL, l.mentions DESC""", values),
        agreements=await _agreements_where(db, "g.article_id = :id", values),
        laws=await queries.rows(
            db, """SELECT w.key, w.about, l.text FROM article_laws l JOIN laws w ON w.id = l.law_id
                   WHERE l.article_id = :id""", values),
        quotes=await queries.rows(
            db, """SELECT q.text, q.speaker, q.person_id, p.name FROM quotes q LEFT JOIN people p ON p.id = q.person_id
                   WHERE q.article_id = :id ORDER BY q.start""", values),
        copies=await queries.articles_of(
            db, "(a.duplicate_of = :original OR a.id = :original) AND a.id <> :id", values | {"original": original}),
    )  # fmt: skip


async def officials(request: Request, datasette: Datasette) -> Response:
    """The list of officials, with a filter."""
    db = datasette.get_database(DATABASE)
    number, needle = _page_number(request), (request.args.get("cari") or "").strip()[:100]
    found, total = await queries.listing(
        db, "officials", "person_id, name, title, organisation, status, articles, first_seen, last_seen",
        "articles DESC, name", needle, ("name", "title", "organisation"), number,
    )  # fmt: skip
    return await page(
        datasette, request, "daftar_pejabat", found=found, needle=needle,
        **_pages(request, number, 2 * PAGE_SIZE, total),
    )  # fmt: skip


async def person(request: Request, datasette: Datasette) -> Response:
    """A person: posts over time, quotes, who they appear with, articles."""
    db = datasette.get_database(DATABASE)
    values = {"id": _id(request)}
    row = await queries.one(db, "SELECT * FROM people WHERE id = :id", values)
    if row is None:
        raise NotFound("Orang itu tidak ada")
    return await page(
        datasette, request, "pejabat", person=row, aliases=json.loads(row["aliases"]),
        honorifics=json.loads(row["honorifics"]),
        roles=await queries.rows(
            db, "SELECT * FROM roles WHERE person_id = :id ORDER BY last_seen DESC, articles DESC", values),
        quotes=await queries.rows(
            db, """SELECT q.text, q.article_id, a.title, a.published_date, s.name AS source FROM quotes q
                   JOIN articles a ON a.id = q.article_id LEFT JOIN sources s ON s.id = a.source_id
                   WHERE q.person_id = :id ORDER BY a.published_at DESC LIMIT 20""", values),
        company=await queries.rows(
            db, """SELECT p.id, p.name, count(*) AS n FROM article_officials mine
                   JOIN article_officials other ON other.article_id = mine.article_id AND other.person_id <> :id
                   JOIN people p ON p.id = other.person_id
                   WHERE mine.person_id = :id GROUP BY p.id ORDER BY n DESC, p.name LIMIT 12""", values),
        articles=await queries.articles_of(
            db, """a.id IN (SELECT article_id FROM mentions WHERE label = 'PER' AND entity_id = :id
                   UNION SELECT article_id FROM article_officials WHERE person_id = :id)""", values),
    )  # fmt: skip


async def cities(request: Request, datasette: Datasette) -> Response:
    """The list of places, cities first."""
    db = datasette.get_database(DATABASE)
    number, needle = _page_number(request), (request.args.get("cari") or "").strip()[:100]
    order = "CASE WHEN kind IN ('kota', 'kabupaten') OR code = '31' THEN 0 ELSE 1 END, articles DESC, name"
    found, total = await queries.listing(
        db, "places", "id, code, name, kind, province, articles, last_seen", order, needle,
        ("name", "province", "code"), number,
    )  # fmt: skip
    return await page(
        datasette, request, "daftar_kota", found=found, needle=needle, **_pages(request, number, 2 * PAGE_SIZE, total)
    )


async def place(request: Request, datasette: Datasette) -> Response:
    """A place: where it is, the officials and agreements of its articles, the articles."""
    db = datasette.get_database(DATABASE)
    values = {"id": _id(request)}
    row = await queries.one(db, "SELECT * FROM places WHERE id = :id", values)
    if row is None:
        raise NotFound("Tempat itu tidak ada")
    inside = "IN (SELECT article_id FROM article_places WHERE place_id = :id)"
    return await page(
        datasette, request, "kota", place=row,
        officials=await queries.rows(
            db, f"""SELECT p.id, p.name, o.title, o.organisation, count(*) AS n FROM article_officials o
                    JOIN people p ON p.id = o.person_id WHERE o.article_id {inside}
                    GROUP BY p.id ORDER BY n DESC, p.name LIMIT 15""", values),
        agreements=await _agreements_where(db, f"g.article_id {inside}", values),
        articles=await queries.articles_of(db, f"a.id {inside}", values),
    )  # fmt: skip


async def _agreements(db: Any, needle: str, number: int, size: int) -> tuple[list[queries.Row], int]:
    condition = "g.same_as IS NULL"  # what several articles tell is one agreement
    if needle:
        condition += """ AND (g.title LIKE :like OR g.subject LIKE :like OR g.type LIKE :like OR g.id IN (
             SELECT agreement_id FROM agreement_parties WHERE party LIKE :like))"""
    values = {"like": f"%{needle}%", "limit": size, "offset": size * (number - 1)}
    total = await queries.one(db, f"SELECT count(*) AS n FROM agreements g WHERE {condition}", values)
    return await _agreements_where(db, condition, values), int(total["n"]) if total else 0


async def _agreements_where(db: Any, condition: str, values: dict[str, Any]) -> list[queries.Row]:
    return await queries.rows(
        db,
        f"""SELECT g.*, a.title AS article, a.published_at, a.published_date, s.name AS source,
                   (SELECT group_concat(party, ' • ') FROM (SELECT party FROM agreement_parties
                    WHERE agreement_id = g.id ORDER BY position)) AS parties,
                   1 + (SELECT count(*) FROM agreements t WHERE t.same_as = g.id) AS tellings
            FROM agreements g JOIN articles a ON a.id = g.article_id LEFT JOIN sources s ON s.id = a.source_id
            WHERE {condition} ORDER BY a.published_at DESC, g.id LIMIT :limit OFFSET :offset""",
        {"limit": 50, "offset": 0} | values,
    )


async def agreements(request: Request, datasette: Datasette) -> Response:
    """The list of agreements, with a filter."""
    db = datasette.get_database(DATABASE)
    number, needle = _page_number(request), (request.args.get("cari") or "").strip()[:100]
    found, total = await _agreements(db, needle, number, PAGE_SIZE)
    return await page(
        datasette, request, "daftar_perjanjian", found=found, needle=needle,
        **_pages(request, number, PAGE_SIZE, total),
    )  # fmt: skip


async def agreement(request: Request, datasette: Datasette) -> Response:
    """One agreement: type, parties, subject, date, place, status, the articles that tell of it."""
    db = datasette.get_database(DATABASE)
    found = await _agreements_where(db, "g.id = :id", {"id": _id(request)})
    if not found:
        raise NotFound("Perjanjian itu tidak ada")
    parties = await queries.rows(
        db, "SELECT party FROM agreement_parties WHERE agreement_id = :id ORDER BY position", {"id": found[0]["id"]}
    )
    first = {"first": found[0]["same_as"] or found[0]["id"]}
    told = "a.id IN (SELECT article_id FROM agreements WHERE id = :first OR same_as = :first)"
    return await page(
        datasette, request, "perjanjian", agreement=found[0], parties=parties,
        articles=await queries.articles_of(db, told, first),
    )  # fmt: skip


async def sources(request: Request, datasette: Datasette) -> Response:
    """The list of sources."""
    db = datasette.get_database(DATABASE)
    return await page(datasette, request, "daftar_sumber", found=await queries.sources(db))


async def source(request: Request, datasette: Datasette) -> Response:
    """One source: its last crawls and its articles."""
    db = datasette.get_database(DATABASE)
    values = {"id": request.url_vars["name"]}
    row = await queries.one(db, "SELECT * FROM sources WHERE id = :id", values)
    if row is None:
        raise NotFound("Sumber itu tidak ada")
    return await page(
        datasette, request, "sumber", source=row,
        runs=await queries.rows(
            db, """SELECT r.finished, rs.* FROM run_sources rs JOIN runs r ON r.id = rs.run_id
                   WHERE rs.source_id = :id ORDER BY rs.run_id DESC LIMIT 10""", values),
        articles=await queries.articles_of(db, "a.source_id = :id", values),
    )  # fmt: skip
