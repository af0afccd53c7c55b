"""The Datasette plugin: the routes of our pages, the guard before every address, Indonesian error pages."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Awaitable, Callable, Generator
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response
from jinja2 import Environment

from pipelines.publish.guard.addresses import guarded
from pipelines.publish.guard.asgi import Application
from pipelines.publish.guard.forms import STALE, STALE_ADVICE
from pipelines.publish.guard.login import CONFIRMATION, DESK_FEED, INVITATION, LOGIN
from pipelines.publish.guard.mode import ACTOR
from pipelines.publish.mounted import database
from pipelines.publish.queries.sources import statuses
from pipelines.publish.show.land import land
from pipelines.publish.views import (
    accounts,
    article,
    as_json,
    authors,
    calendar,
    comparison,
    corrections,
    country,
    coverage,
    crawls,
    dashboard,
    desk_feed,
    downloads,
    feeds,
    file_addresses,
    home,
    isu,
    isu_change,
    klipings,
    leagues,
    letterheads,
    lists,
    login,
    messages,
    page_json,
    places,
    profile_json,
    profiles,
    promises,
    quotes,
    receivers,
    reports,
    search,
    sources,
    tone,
    trend,
    watch_search,
    watches,
    work,
)
from pipelines.publish.views.error import error_page, json_words, status_of
from pipelines.publish.views.frame import MENU
from pipelines.wording.dates import moment

MAPPED = 1 << 40  # bytes; SQLite takes as many as it was built for, mostly 2 GB
LOGOUT = "/-/logout"  # Datasette's
FORMS = (
    "/liputan/",
    "/pantauan",
    "/perbaiki/",
    "/riwayat/",
    "/nada/",
    "/kliping",
    "/meja",
    "/isu/",
    "/janji/",
)  # how addresses that take one begin
ALONE = (LOGIN, LOGOUT, INVITATION, CONFIRMATION, "/akun", "/pengguna", "/penerima")

FOLLOWED: list[tuple[str, Any]] = [  # what was said and agreed, followed over articles
    (r"^/kalender\.ics$", calendar.ends_and_promises),
    (r"^/laporan$", reports.report),
    (r"^/laporan\.(?P<form>\w+)$", reports.download),
    (r"^/janji$", promises.promises),
    (r"^/janji/(?P<id>\d+)$", promises.promise),
]
ANALYSES = (  # what is counted of searches, quotes and authors
    (r"^/tren$", trend.trend),
    (r"^/banding$", comparison.comparison),
    (r"^/pejabat/(?P<id>\d+)/kutipan$", quotes.of_person),
    (r"^/lembaga/(?P<id>\d+)/kutipan$", quotes.of_body),
    (r"^/penulis$", lists.authors),
    (r"^/penulis/(?P<id>\d+)$", authors.author),
)

PAGES_JSON = (
    (r"^/sumber/(?P<name>[\w-]+)\.json$", page_json.source),
    (r"^/liputan/(?P<release>\d+)\.json$", page_json.release),
    (r"^/laporan\.json$", page_json.report),
    (r"^/dasbor\.json$", page_json.dashboard),
    (r"^/pejabat/(?P<id>\d+)/kutipan\.json$", page_json.quotes_of_person),
    (r"^/lembaga/(?P<id>\d+)/kutipan\.json$", page_json.quotes_of_body),
    (r"^/pejabat/(?P<id>\d+)\.json$", profile_json.person),
    (r"^/lembaga/(?P<id>\d+)\.json$", profile_json.organisation),
    (r"^/kota/(?P<id>\d+)\.json$", profile_json.place),
    (r"^/peraturan/(?P<id>\d+)\.json$", profile_json.law),
    (r"^/penulis/(?P<id>\d+)\.json$", profile_json.author),
    (r"^/perjanjian/(?P<id>\d+)\.json$", profile_json.agreement),
    (r"^/janji/(?P<id>\d+)\.json$", profile_json.promise),
)

Answer = Callable[[], Awaitable[Response]]


# The pages on which the team works.
TEAM_ROUTES: tuple[tuple[str, Any], ...] = (
    (rf"^{INVITATION}$", accounts.invitation),
    (r"^/akun$", accounts.own),
    (r"^/pengguna$", accounts.team),
    (rf"^{CONFIRMATION}$", receivers.confirm),
    (r"^/penerima$", receivers.team),
    (r"^/meja$", work.desk),
    (rf"^{DESK_FEED}$", desk_feed.desk_feed),
    (r"^/liputan/(?P<id>\d+)/pesan$", messages.of_release),
    (r"^/isu/(?P<id>\d+)/pesan$", messages.of_story),
    (r"^/meja/(?P<id>\d+)$", work.note),
    (r"^/nada$", tone.tallies),
    (r"^/nada/(?P<id>\d+)$", tone.set_tone),
    (r"^/kliping$", klipings.klipings),
    (r"^/kliping/tambah$", klipings.add),
    (r"^/kliping/kop$", letterheads.letterheads),
    (r"^/kliping/kop/(?P<id>\d+)\.png$", letterheads.logo),
    (r"^/kliping/(?P<id>\d+)/kirim$", klipings.mail),
    (r"^/kliping/(?P<id>\d+)$", klipings.kliping),
    (r"^/kliping/(?P<id>\d+)\.(?P<form>\w+)$", klipings.download),
    (r"^/perbaiki/(?P<id>\d+)$", corrections.correct),
    (r"^/riwayat$", corrections.history),
    (r"^/riwayat/batalkan$", corrections.take_back),
)


@hookimpl(tryfirst=True)  # before any other plugin that has a page for the login
def register_routes() -> list[tuple[str, Any]]:
    """Our pages."""
    return [
        (r"^/$", home.home),
        (rf"^{LOGIN}$", login.login),
        (r"^/cari$", search.search),
        *ANALYSES,
        *PAGES_JSON,
        *((rf"^{path}\.json$", as_json.rows_of_list) for path in as_json.LISTS),
        (r"^/cari\.json$", as_json.hits),
        (r"^/artikel/(?P<id>\d+)\.json$", as_json.article),
        (r"^/saran\.json$", search.suggest),
        (r"^/isu$", isu.stories),
        (r"^/isu\.json$", isu.stories_json),
        (r"^/isu/(?P<id>\d+)$", isu.story),
        (r"^/isu/(?P<id>\d+)/atur$", isu_change.change),
        (r"^/isu/(?P<id>\d+)\.json$", isu.story_json),
        (r"^/artikel/(?P<id>\d+)$", article.article),
        (r"^/dasbor$", dashboard.dashboard),
        (r"^/peta$", country.country),
        (r"^/pejabat$", lists.officials),
        (r"^/lembaga$", lists.organisations),
        (r"^/kota$", lists.cities),
        (r"^/perjanjian$", lists.agreements),
        (r"^/peraturan$", lists.laws),
        (r"^/sumber$", sources.sources),
        (r"^/pejabat/(?P<id>\d+)$", profiles.person),
        (r"^/lembaga/(?P<id>\d+)$", profiles.organisation),
        (r"^/kota/(?P<id>\d+)$", places.place),
        (r"^/provinsi/(?P<code>\d\d)$", places.province),
        (r"^/peraturan/(?P<id>\d+)$", profiles.law),
        (r"^/perjanjian/(?P<id>\d+)$", profiles.agreement),
        (r"^/sumber/(?P<name>[\w-]+)$", sources.source),
        (r"^/sumber/(?P<name>[\w-]+)/tahu$", sources.about),
        (r"^/sumber/(?P<name>[\w-]+)/penjelajahan/(?P<id>\d+)$", crawls.crawl),
        (r"^/tahu$", sources.about),
        (r"^/liputan$", leagues.releases),
        (r"^/liputan/media$", leagues.outlets),
        (r"^/liputan/sumber$", leagues.shares),
        (r"^/liputan/berita$", leagues.pairs),
        (r"^/liputan/(?P<release>\d+)$", coverage.release),
        (r"^/liputan/(?P<release>\d+)/(?P<article>\d+)$", coverage.pair),
        (r"^/pantauan$", watches.watches),
        (r"^/pantauan/hapus$", watches.remove),
        (r"^/pantauan/kembalikan$", watches.restore),
        (r"^/pantauan/ubah$", watches.change),
        (r"^/pantauan/pencarian$", watch_search.replace_search),
        *TEAM_ROUTES,
        (r"^/umpan\.xml$", feeds.feed),
        (r"^/unduh$", downloads.downloads),
        (r"^/unduh/alamat/(?P<list>daftar/)?(?P<name>[\w-]+)$", file_addresses.addresses),
        (r"^/unduh/(?P<table>\w+)\.(?P<form>\w+)$", downloads.download),
        (r"^/unduh/daftar/(?P<name>[\w-]+)\.(?P<form>\w+)$", downloads.download_list),
        *FOLLOWED,
    ]


@hookimpl
def extra_template_vars(request: Request | None) -> dict[str, Any]:
    """Our menu, and who is logged in, for Datasette's own pages."""
    actor = request.scope.get(ACTOR) if request else None
    return {"MENU": MENU, "user": (actor or {}).get("id")}


@hookimpl
def startup(datasette: Datasette) -> Callable[[], Awaitable[None]]:
    """Draw the land and look at the sources once, so that no reader waits for it."""

    async def prepare() -> None:
        land()
        await statuses(database(datasette))

    return prepare


@hookimpl
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Let SQLite read the file's first 2 GB (its own limit) where the system has them in memory.

    Pages are not copied then, and a commit of the writer, which empties a connection's own cache, costs no reading.
    """
    conn.execute(f"PRAGMA mmap_size = {MAPPED}")


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """What the macros of all pages may call: a macro sees nothing of the page that calls it."""
    env.globals["moment"] = moment


@hookimpl
def skip_csrf(scope: dict[str, Any]) -> bool:
    """Our forms ask for Datasette's token themselves, and answer with a page (guard.forms.fields_of)."""
    return _takes_forms(scope["path"]) and scope["path"] != LOGOUT


@hookimpl(trylast=True)  # outermost: pluggy's last wrapper wraps the others
def asgi_wrapper(datasette: Datasette) -> Callable[[Application], Application]:
    """Headers, closed addresses, bounds on forms and the login before everything else."""
    return lambda app: guarded(app, datasette, error_page, _takes_forms)


def _takes_forms(path: str) -> bool:
    """Whether a form may be sent to this address; all others are only read."""
    return path in ALONE or path.startswith(FORMS)


@hookimpl
def forbidden(datasette: Datasette, request: Request, message: str) -> Answer:
    """A page, or JSON for JSON requests, for what is closed."""

    async def answer() -> Response:
        if request.path.endswith(".json"):
            return Response.json({"ok": False, "error": message, "status": 403}, status=403)
        if message == STALE:
            return await error_page(datasette, request, 403, STALE, STALE_ADVICE)
        return await error_page(datasette, request, 403)

    return answer


@hookimpl(wrapper=True)
def handle_exception(
    datasette: Datasette, request: Request, exception: Exception
) -> Generator[None, list[Any], list[Any]]:
    """An error page that helps, in Indonesian, or JSON for JSON requests; an unexpected error goes to the log.

    Datasette awaits the answers of all plugins and sends the first. Its own would print the exception with all local
    variables (rich is installed), a plain 404 too, and draw a page that nobody gets: so it is left out here.
    """
    answers = yield

    async def answer() -> Response:
        status = status_of(request, exception)
        if status == 500:
            logging.getLogger("pantau").error("%s: %s", request.path, exception, exc_info=exception)
        if request.path.endswith(".json"):
            told = {"ok": False, "error": json_words(exception, status), "status": status, "title": None}
            return Response.json(told, status=status)
        return await error_page(datasette, request, status, _told(exception))

    others = [one for one in answers if not getattr(one, "__module__", "").startswith("datasette.")]
    return [answer, *others]


def _told(exception: Exception) -> str | None:
    """What is missing, where one of our pages says it; Datasette's own words are in English."""
    said = str(exception.args[0]) if isinstance(exception, NotFound) and exception.args else ""
    return said if said.endswith(("tidak ada", "ditemukan")) else None
