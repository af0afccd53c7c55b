"""`pantau demo`: the sample newsroom through the whole pipeline, over real HTTP on loopback, then served."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import date, datetime
from pathlib import Path
from urllib.parse import urlsplit

from crawler.catalogue import Source, load_catalogue
from crawler.demo.articles import load_articles
from crawler.demo.moved import LAST_DAY
from crawler.demo.newsroom import Newsroom, PortTaken
from crawler.demo.sites import BY_ID
from pipelines.database.lock import run_lock
from pipelines.database.open import naming_faults, open_connection
from pipelines.queue.runs import Runs
from pipelines.run.run import Progress, check_database, crawl_sources
from pipelines.wording.wib import WIB

LAST_EDITION = 2
INTERRUPTED = 130

Say = Callable[[str], None]


def run_demo(database: Path, *, port: int | None, say: Say, progress: Progress, day: date | None = None) -> int:
    """Crawl the newsroom's first edition and then its second, with its corrections; serve unless `port` is None.

    A database that has seen both is crawled once more, incrementally. Returns 1 when something failed.
    `day`: on which the newsroom stands; None: the day of the database's first demo, which is today for a new one.
    """
    check_database(database)
    day = day or _known_day(database) or datetime.now(WIB).date()
    with newsroom(_known_ports(database), say, day) as room:
        with naming_faults(database), run_lock(database), closing(open_connection(database)) as connection:
            code = _crawl(database, connection, room, say, progress)
        if port is not None and code != INTERRUPTED:
            from pipelines.publish.serve import serve

            serve(database, host="127.0.0.1", port=port)
    return code


@contextmanager
def newsroom(known: dict[str, int], say: Say, day: date | None = None) -> Iterator[Newsroom]:
    """The newsroom on the ports that the database's articles came from, else on its usual ones.

    Where a program holds one of them (another demo, say), all sites move to free ports: their articles have new
    addresses then, and are stored once more beside the old ones.
    """
    with ExitStack() as stack:
        try:
            room = stack.enter_context(Newsroom(ports=known, day=day))
        except PortTaken as error:
            room = stack.enter_context(Newsroom(base_port=0, day=day))
            ports = ", ".join(str(urlsplit(room.address(site)).port) for site in BY_ID)
            again = "; artikelnya disimpan sekali lagi, dengan alamat baru" if known else ""
            say(f"porta {error.port} sudah dipakai; ruang redaksi contoh pindah ke porta {ports}{again}")
        yield room


def _known_ports(database: Path) -> dict[str, int]:
    """Site id -> the port on which an earlier demo of this database served it."""
    if not database.exists():
        return {}
    with closing(open_connection(database, create=False)) as connection:
        homepages = connection.execute("SELECT id, homepage FROM sources WHERE homepage LIKE 'http://127.0.0.1:%'")
        ports = {site: urlsplit(homepage).port for site, homepage in homepages if site in BY_ID}
    return {site: port for site, port in ports.items() if port}


def _known_day(database: Path) -> date | None:
    """The day on which the newsroom stood when an earlier demo filled this database: its addresses hold dates.

    It is read off an article of each site whose addresses have no date, until one is there.
    """
    if not database.exists():
        return None
    fixed = [a for a in load_articles(1) if a.hours_ago is None and "{year}" not in BY_ID[a.site].path]
    with closing(open_connection(database, create=False)) as connection:
        for article in fixed:
            row = connection.execute(
                "SELECT published_date FROM articles WHERE source_id = ? AND url LIKE '%' || ?",
                (article.site, article.path),
            ).fetchone()
            if row and row[0]:
                return LAST_DAY + (date.fromisoformat(row[0]) - article.published.astimezone(WIB).date())
    return None


def _crawl(database: Path, connection: sqlite3.Connection, room: Newsroom, say: Say, progress: Progress) -> int:
    """Crawl the editions that the database has not seen yet, or the last one again; the exit code."""
    sources = _sources(room)
    Runs(connection).upsert_sources(sources)
    failures = 0
    for edition in range(min(_runs(connection, sources) + 1, LAST_EDITION), LAST_EDITION + 1):
        room.edition = edition
        say(f"Ruang redaksi contoh, edisi {edition}: {len(room.articles())} artikel di {len(sources)} situs")
        report = crawl_sources(database, connection, sources, progress=progress)
        for line in report.summary():
            say(f"  {line}")
        for what, why in report.failures:
            say(f"  gagal: {what}: {why}")
        failures += len(report.failures)
        if report.interrupted:
            return INTERRUPTED
    return 1 if failures else 0


def _runs(connection: sqlite3.Connection, sources: list[Source]) -> int:
    """How many runs have crawled these sources to their end."""
    marks = ", ".join("?" * len(sources))
    row = connection.execute(
        f"""SELECT count(DISTINCT rs.run_id) FROM run_sources rs JOIN runs r ON r.id = rs.run_id
            WHERE rs.source_id IN ({marks}) AND r.outcome = 'done'""",
        [source.id for source in sources],
    ).fetchone()
    return int(row[0])


def _sources(room: Newsroom) -> list[Source]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "newsroom.toml"
        file.write_text(room.catalogue(), encoding="utf-8")
        return load_catalogue(file)
