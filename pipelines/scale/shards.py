"""A shard: some sources, what is known of their pages, and all that its crawl leaves behind, in one folder.

    <archive>/shards/<run>/lease             that the run is still wanted (Lease)
    <archive>/shards/<run>/<n>/work.pickle   what to crawl (Work)
    <archive>/shards/<run>/<n>/shard.db      the queue of these sources: a Pantau database with nothing else in it
    <archive>/shards/<run>/<n>/lock          held by whoever crawls or merges the shard
    <archive>/shards/<run>/<n>/attempt-<k>.json   what the k-th attempt did (Attempt)
    <archive>/shards/<run>/<n>/log           what the attempts' processes said on stderr

The pages themselves go straight into <archive>, so that folder is the one thing that machines share.
"""

from __future__ import annotations

import fcntl
import json
import os
import pickle
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from crawler.catalogue import Source
from crawler.records import SourceCounts
from pipelines.archive.warc import Archive, ArchiveError
from pipelines.database.open import open_connection, transaction
from pipelines.scale.sites import site_of, sites_of

UNFINISHED = (None, "interrupted")  # outcomes after which a shard is crawled on

# What a crawl reads and writes beside `errors`, with the column that says whose a row is.
BY_SOURCE = {"sources": "id", "pages": "source_id", "discoveries": "source_id"}
BY_HOST = {"hosts": "host", "robots": "origin"}

# Which pages the shard's crawl touched, kept by triggers so that the queue's code need not know of shards.
# fresh: never seen before; asked: the page answered or failed; fetched: it is in the archive anew.
CHANGES = """
CREATE TABLE shard_changes (
  url TEXT PRIMARY KEY,
  source_id TEXT NOT NULL,
  fresh INTEGER NOT NULL DEFAULT 0,
  asked INTEGER NOT NULL DEFAULT 0,
  fetched INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TRIGGER shard_found AFTER INSERT ON pages BEGIN
  INSERT INTO shard_changes (url, source_id, fresh) VALUES (new.url, new.source_id, 1);
END;
CREATE TRIGGER shard_changed AFTER UPDATE ON pages BEGIN
  INSERT INTO shard_changes (url, source_id) VALUES (new.url, new.source_id) ON CONFLICT (url) DO NOTHING;
END;
CREATE TRIGGER shard_asked AFTER UPDATE OF http_status ON pages BEGIN
  INSERT INTO shard_changes (url, source_id, asked) VALUES (new.url, new.source_id, 1)
    ON CONFLICT (url) DO UPDATE SET asked = 1;
END;
CREATE TRIGGER shard_fetched AFTER UPDATE OF fetched_at ON pages BEGIN
  INSERT INTO shard_changes (url, source_id, fetched) VALUES (new.url, new.source_id, 1)
    ON CONFLICT (url) DO UPDATE SET fetched = 1;
END;
"""


@dataclass(frozen=True)
class Work:
    """What one shard's crawl is to do; `archive` is an absolute path, the same on every machine.

    variables: settings of the run that the crawl reads; where the worker has its own, those win.
    """

    run_id: int
    sources: tuple[Source, ...]
    archive: Path
    limit: int | None
    since: date | None
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Attempt:
    """What one attempt at a shard did so far. `outcome` as in CrawlReport, None while it runs or when it was lost."""

    worker: str
    outcome: str | None
    sources: dict[str, SourceCounts]


def shards_folder(archive: Path) -> Path:
    """Where the shards of runs are, in an archive's folder."""
    return archive / "shards"


def write_shard(connection: sqlite3.Connection, folder: Path, work: Work) -> None:
    """Make a shard's folder: its work, and a database with what the queue knows of its sources' sites.

    Pages of sources that are not crawled but live on the same sites go in too: they are known.
    """
    folder.mkdir(parents=True)
    path = folder / "shard.db"
    open_connection(path).close()
    sites: frozenset[str] = frozenset().union(*map(sites_of, work.sources))
    ids = _sources_on(connection, work.sources, sites)
    connection.execute("ATTACH ? AS shard", (str(path),))
    try:
        connection.execute("PRAGMA shard.journal_mode = DELETE")  # WAL wants memory that machines cannot share
        connection.execute("PRAGMA shard.synchronous = OFF")  # what a crash leaves half done here, nobody crawls
        with transaction(connection):
            for table, column in BY_SOURCE.items():
                _copy(connection, table, column, ids)
            for table, column in BY_HOST.items():
                hosts = [host for (host,) in connection.execute(f"SELECT {column} FROM main.{table}")]
                _copy(connection, table, column, [h for h in hosts if site_of(urlsplit(h).netloc or h) in sites])
    finally:
        connection.execute("DETACH shard")
    with open_shard(folder) as shard:
        shard.executescript(CHANGES)
    (folder / "work.pickle").write_bytes(pickle.dumps(work))  # last: what has none is not yet a shard, or merged


def _copy(connection: sqlite3.Connection, table: str, column: str, values: list[str]) -> None:
    columns = ", ".join(row[1] for row in connection.execute(f"PRAGMA shard.table_info({table})"))
    connection.execute(
        f"""INSERT INTO shard.{table} ({columns}) SELECT {columns} FROM main.{table}
            WHERE {column} IN (SELECT value FROM json_each(?))""",
        (json.dumps(values),),
    )


def _sources_on(connection: sqlite3.Connection, sources: Sequence[Source], sites: frozenset[str]) -> list[str]:
    """Ids of `sources`, and of every source in the database whose homepage is on one of these sites."""
    stored = connection.execute("SELECT id, homepage FROM sources WHERE homepage IS NOT NULL")
    others = [source_id for source_id, homepage in stored if site_of(urlsplit(homepage).netloc) in sites]
    return list(dict.fromkeys([*(source.id for source in sources), *others]))


def is_shard(folder: Path) -> bool:
    """Whether a folder is a shard that is complete and not yet merged."""
    return (folder / "work.pickle").is_file()


def read_work(folder: Path) -> Work:
    """The work of a shard."""
    work = pickle.loads((folder / "work.pickle").read_bytes())
    assert isinstance(work, Work)
    return work


@contextmanager
def open_shard(folder: Path) -> Iterator[sqlite3.Connection]:
    """A shard's database, in a form that ATTACH takes on any file system. Only while its lock is held."""
    connection = open_connection(folder / "shard.db", create=False, exclusive=True)
    try:
        connection.execute("PRAGMA journal_mode = DELETE")  # also takes in what a killed crawl left in the WAL
        yield connection
    finally:
        connection.close()


def take_lock(folder: Path, seconds: float | None) -> int | None:
    """Take a shard's lock, waiting at most so long (None: for ever); the open file that holds it, or None.

    Processes that inherit the file hold the lock with it, so it ends when the last of them does. On NFS flock is a
    lock on the server (Linux >= 2.6.12, flock(2)), which a lost machine loses after the lease time, usually 90 s.
    """
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    deadline = None if seconds is None else time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return handle
        except BlockingIOError:
            if deadline is not None and time.monotonic() >= deadline:
                os.close(handle)
                return None
        except BaseException:
            os.close(handle)
            raise
        try:
            time.sleep(0.2)
        except BaseException:
            os.close(handle)
            raise


def write_attempt(folder: Path, number: int, attempt: Attempt) -> None:
    """Put down what an attempt did so far, whole or not at all."""
    _replace(folder / f"attempt-{number}.json", json.dumps(asdict(attempt)))


def read_attempts(folder: Path) -> list[Attempt]:
    """The attempts at a shard, first to last."""
    files = sorted(folder.glob("attempt-*.json"), key=lambda file: int(file.stem.rpartition("-")[2]))
    found = []
    for file in files:
        data = json.loads(file.read_text(encoding="utf-8"))
        counts = {source_id: SourceCounts(**values) for source_id, values in data["sources"].items()}
        found.append(Attempt(data["worker"], data["outcome"], counts))
    return found


def total(counts: Sequence[SourceCounts]) -> SourceCounts:
    """The sum of several attempts at one source; the error is the last one's."""
    result = SourceCounts()
    for count in counts:
        result = result.plus(count)
    return result


def drop_torn(connection: sqlite3.Connection, folder: Path) -> int:
    """Forget fetched pages of a shard whose record did not reach the disk of the shared folder; their number.

    Only the tail of a file can be missing (a machine lost its power), so each file is read from its end backwards.
    """
    archive, dropped = Archive(folder), 0
    rows = connection.execute(
        """SELECT p.url, p.warc_file, p.warc_offset, c.fresh FROM shard_changes c JOIN pages p USING (url)
           WHERE c.fetched ORDER BY p.warc_file, p.warc_offset DESC"""
    ).fetchall()
    whole: set[str] = set()
    for url, file, offset, fresh in rows:
        if file in whole:
            continue
        try:
            archive.read(file, offset)
            whole.add(file)
        except ArchiveError:
            dropped += 1
            with transaction(connection):
                connection.execute(
                    """UPDATE pages SET state = 'found', http_status = NULL, fetched_at = NULL, warc_file = NULL,
                       warc_offset = NULL WHERE url = ?""",
                    (url,),
                )
                connection.execute("UPDATE shard_changes SET asked = 0, fetched = 0 WHERE url = ?", (url,))
                if not fresh:  # the main database has its own state of this page
                    connection.execute("DELETE FROM shard_changes WHERE url = ?", (url,))
    return dropped


def _replace(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
