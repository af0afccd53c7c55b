"""The team's lists as files: the same rows as their pages, behind the same guards, and nothing secret in them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Forbidden, NotFound, Request

from pipelines.desk import work
from pipelines.desk.clip import letterheads as heads
from pipelines.desk.export_tables import Table
from pipelines.desk.messages import RELEASE, STORY, Subject
from pipelines.desk.watch import receivers as saved_receivers
from pipelines.publish.guard import accounts
from pipelines.publish.guard.mode import author_of, may_manage, may_set_receivers, may_write
from pipelines.publish.mounted import database
from pipelines.publish.queries import decisions as ledger
from pipelines.publish.queries import messages as message_queries
from pipelines.publish.queries import tones as tone_queries
from pipelines.publish.queries import work as desk_queries
from pipelines.publish.queries.sources import has_table
from pipelines.publish.views import corrections, receivers, watches
from pipelines.publish.views import crawls as crawl_views
from pipelines.publish.views import tone as tone_views
from pipelines.publish.views.arguments import LONGEST_ID, digits, word
from pipelines.publish.views.list_files import LIST_FILES, ListFile, of_lines
from pipelines.wording import columns
from pipelines.wording.decisions import KINDS
from pipelines.wording.labels import MESSAGE_VERDICTS

DESK_ROWS = {
    "published_at": "a.published_at",
    "source": "coalesce(s.name, a.source_id)",
    "title": "a.title",
    "url": "a.url",
}
WORK_ROWS = DESK_ROWS | {name: f"w.{name}" for name in work.FIELDS}
CRAWL_ROWS = """SELECT r.started, r.finished, c.found, c.fetched, c.not_modified, c.stored, c.failed, c.error
    FROM run_sources c JOIN runs r ON r.id = c.run_id WHERE {where} ORDER BY c.run_id DESC"""
KLIPING_ROWS = """SELECT name, since, until, watch, target, author, changed_at, changed_by, signed_at, signed_by,
    (SELECT count(*) FROM kliping_items i WHERE i.kliping_id = k.id AND i.taken = 1)
    FROM klipings k WHERE {where} ORDER BY id DESC"""


def _require_team(request: Request, datasette: Datasette) -> None:
    if not may_write(datasette, request.scope):
        raise Forbidden("Daftar ini adalah milik tim")


async def history(request: Request, datasette: Datasette) -> ListFile:
    """The ledger, with the filters of its page."""
    _require_team(request, datasette)
    found, _ = await ledger.entries(database(datasette), corrections.asked_for(request), None)
    lines = [
        (
            row["id"],
            row["made_at"],
            row["author"],
            KINDS.get(row["kind"], row["kind"]),
            row["said"],
            row["note"],
            row["undoes"],
            row["undone"],
            row["articles"] if row["everywhere"] else None,
            row["title"] or row["aside"],
        )
        for row in found
    ]
    numbers = frozenset({"number", "undoes", "undone", "articles"})
    return of_lines(tuple(columns.DECISIONS), lines, columns.DECISIONS, integers=numbers, moments={"made_at"})


async def saved_watches(request: Request, datasette: Datasette) -> ListFile:
    """The watches; their receivers by name, as the page shows them."""
    _require_team(request, datasette)
    lines = [
        (
            one.name,
            one.words,
            one.schedule,
            one.quiet,
            "ya" if one.spike else "tidak",
            one.clip,
            "; ".join(receiver["address"] for receiver in one.receivers),
            max((receiver["last_sent"] or "" for receiver in one.receivers), default=""),
        )
        for one in await watches.listed(datasette)
    ]
    return of_lines(tuple(columns.WATCHES), lines, columns.WATCHES, moments={"last_sent"})


async def users(request: Request, datasette: Datasette) -> ListFile:
    """Who may log in, for managers; neither passwords nor invitations."""
    if not may_manage(datasette, request.scope):
        raise Forbidden("Pengguna diatur oleh pengelola")
    lines = [
        (
            one.name,
            one.role,
            "ditutup" if one.disabled_at else "aktif" if one.password else "belum memilih kata sandi",
            one.made_by,
            one.made_at,
        )
        for one in await database(datasette).execute_fn(accounts.accounts)
    ]
    return of_lines(tuple(columns.USERS), lines, columns.USERS, moments={"made_at"})


async def team_receivers(request: Request, datasette: Datasette) -> ListFile:
    """The receivers, for who may set them: what the page shows of their addresses, never a token."""
    if not may_set_receivers(datasette, request.scope):
        raise Forbidden("Penerima diatur oleh pengelola")
    lines = [
        (one.name, receivers.KIND_NAMES[one.kind], one.address, _state(one), one.made_by, one.made_at)
        for one in await database(datasette).execute_fn(saved_receivers.receivers)
    ]
    return of_lines(tuple(columns.RECEIVERS), lines, columns.RECEIVERS, moments={"made_at"})


def _state(one: saved_receivers.Receiver) -> str:
    if one.removed_at:
        return "dihapus"
    return "menunggu konfirmasi" if not one.confirmed_at else "dijeda" if one.paused_at else "aktif"


async def klipings(request: Request, datasette: Datasette) -> ListFile:
    """All klipings, with how many articles each takes."""
    _require_team(request, datasette)
    names = tuple(columns.KLIPINGS)
    table = Table(
        names, KLIPING_ROWS, frozenset({"articles"}), days=frozenset({"since", "until"}),
        moments=frozenset({"changed_at", "signed_at"}),
    )  # fmt: skip
    return ListFile(table.named(columns.KLIPINGS), "1", {})


async def letterheads(request: Request, datasette: Datasette) -> ListFile:
    """The letterheads, without their pictures."""
    _require_team(request, datasette)
    lines = [
        (
            one.name,
            one.institution,
            one.address,
            "ya" if one.logo else "tidak",
            "dihapus" if one.removed_at else "",
            one.made_by,
            one.made_at,
        )
        for one in await database(datasette).execute_fn(heads.letterheads)
    ]
    return of_lines(tuple(columns.LETTERHEADS), lines, columns.LETTERHEADS, moments={"made_at"})


def _work(rows: Mapping[str, str], source: str, where: str, order: str, values: dict[str, Any]) -> ListFile:
    sql = f"SELECT {', '.join(rows.values())} {source} WHERE {{where}} ORDER BY {order}"
    table = Table(tuple(rows), sql, days=frozenset({"deadline", "response_day"}))
    return ListFile(table.named({name: columns.DESK[name] for name in rows}), where, values)


def _of_desk(list_: desk_queries.DeskList) -> Callable[[Request, Datasette], Awaitable[ListFile]]:
    """The file of a list of the desk, of whoever asks for it."""

    async def file(request: Request, datasette: Datasette) -> ListFile:
        _require_team(request, datasette)
        values: dict[str, Any] = {"author": author_of(request), "label": desk_queries.literal(word(request, "label"))}
        if list_ is desk_queries.UNREAD:
            mark = await database(datasette).execute_fn(lambda c: work.read_to(c, author_of(request)))
            if mark is None:  # the first visit: the page lists nothing yet
                raise NotFound("Daftar itu belum ada")
            values["since"] = mark
        rows = WORK_ROWS if list_.noted else DESK_ROWS
        return _work(rows, list_.source, list_.where, list_.order, values)

    return file


async def untold(request: Request, datasette: Datasette) -> ListFile:
    """The news of which nobody has said a tone."""
    asked = await tone_views.asked_for(request, datasette)
    return _work(DESK_ROWS, tone_queries.UNTOLD_FROM, asked.untold, tone_queries.UNTOLD_ORDER, dict(asked.values))


async def crawls(request: Request, datasette: Datasette) -> ListFile:
    """All crawls of the source that `sumber` names; none on a snapshot, which keeps nothing of them."""
    if not await has_table(database(datasette), "run_sources"):
        raise NotFound("Catatan penjelajahan tidak ada")
    numbers = frozenset({"found", "fetched", "not_modified", "stored", "failed"})
    moments = frozenset({"started", "finished"})
    table = Table(tuple(columns.CRAWLS), CRAWL_ROWS, numbers, days=frozenset(), moments=moments)
    return ListFile(table.named(columns.CRAWLS), "c.source_id = :source", {"source": word(request, "sumber")})


async def crawled_pages(request: Request, datasette: Datasette) -> ListFile:
    """The pages of the crawl `jelajah` of the source `sumber` that `apa` names."""
    lines = await crawl_views.page_lines(request, datasette)
    return of_lines(tuple(columns.PAGES), lines, columns.PAGES, moments={"found_at", "fetched_at"})


async def key_messages(request: Request, datasette: Datasette) -> ListFile:
    """Which article carries which key sentence of the release (`siaran`) or the story (`isu`) that is named."""
    _require_team(request, datasette)
    number, about = digits(request, RELEASE, LONGEST_ID), RELEASE
    if not number:
        number, about = digits(request, STORY, LONGEST_ID), STORY
    if not number:
        raise NotFound("Siaran pers atau isu itu tidak ada")
    carried = await message_queries.of_subject(database(datasette), Subject(about, int(number)))
    lines = [
        (
            at,
            text,
            row["outlet"],
            row["published_at"],
            row["title"],
            MESSAGE_VERDICTS[found.verdict],
            found.passage,
            "; ".join(f"{own} → {other}" for own, other in found.said),
            row["url"],
        )
        for row in carried.articles
        for at, (text, found) in enumerate(zip(carried.messages, row["found"], strict=True), 1)
    ]
    numbers = frozenset({"number"})
    return of_lines(tuple(columns.MESSAGES), lines, columns.MESSAGES, integers=numbers, moments={"published_at"})


ALL_FILES: Mapping[str, Callable[[Request, Datasette], Awaitable[ListFile]]] = {
    **LIST_FILES,
    "riwayat": history,
    "pantauan": saved_watches,
    "pengguna": users,
    "penerima": team_receivers,
    "kliping": klipings,
    "kop": letterheads,
    "belum-dibaca": _of_desk(desk_queries.UNREAD),
    "tugas": _of_desk(desk_queries.ASSIGNED),
    "tanggapan": _of_desk(desk_queries.RESPONSES),
    "berbintang": _of_desk(desk_queries.STARRED),
    "berlabel": _of_desk(desk_queries.LABELLED),
    "belum-dinilai": untold,
    "penjelajahan": crawls,
    "halaman": crawled_pages,
    "pesan": key_messages,
}
