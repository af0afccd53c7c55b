"""`pantau demo`: the sample newsroom through the whole pipeline, over real HTTP on loopback, then served."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from crawler.catalogue import Source, load_catalogue
from crawler.demo.newsroom import Newsroom, PortTaken
from pipelines.database.lock import run_lock
from pipelines.database.open import naming_full_disk, open_connection
from pipelines.errors import UserError
from pipelines.queue.runs import Runs
from pipelines.run.run import Progress, check_database, crawl_sources

LAST_EDITION = 2


def run_demo(database: Path, *, port: int | None, say: Callable[[str], None], progress: Progress) -> int:
    """Crawl the newsroom's first edition and then its second, with its corrections; serve unless `port` is None.

    A database that has seen both is crawled once more, incrementally. Returns 1 when something failed.
    Raises UserError when a port of the newsroom is taken.
    """
    check_database(database)
    failures = 0
    try:
        with Newsroom() as room:
            with naming_full_disk(database), run_lock(database), closing(open_connection(database)) as connection:
                sources = _sources(room)
                Runs(connection).upsert_sources(sources)
                ids = [source.id for source in sources]
                marks = ", ".join("?" * len(ids))
                runs = connection.execute(
                    f"""SELECT count(DISTINCT rs.run_id) FROM run_sources rs JOIN runs r ON r.id = rs.run_id
                        WHERE rs.source_id IN ({marks}) AND r.outcome = 'done'""",
                    ids,
                ).fetchone()[0]
                for edition in range(min(runs + 1, LAST_EDITION), LAST_EDITION + 1):
                    room.edition = edition
                    say(
                        f"Ruang redaksi contoh, edisi {edition}: {len(room.articles())} artikel di {len(sources)} situs"
                    )
                    report = crawl_sources(database, connection, sources, progress=progress)
                    for line in report.summary():
                        say(f"  {line}")
                    for what, why in report.failures:
                        say(f"  gagal: {what}: {why}")
                    failures += len(report.failures)
                    if report.interrupted:
                        return 130
            if port is not None:
                from pipelines.publish.serve import serve

                serve(database, host="127.0.0.1", port=port)
    except PortTaken as error:
        raise UserError(f"{error}; stop the program that uses it and run again") from error
    return 1 if failures else 0


def _sources(room: Newsroom) -> list[Source]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "newsroom.toml"
        file.write_text(room.catalogue(), encoding="utf-8")
        return load_catalogue(file)
