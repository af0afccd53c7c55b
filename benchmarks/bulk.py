"""Writes a made-up archive into a database, past the tagger: the rows that the store would write, in bulk.

Resumable: articles in batches that are each one transaction; indexes and triggers of the big tables are taken off
before and made again at the end from schema.sql, each a step of its own that is skipped where it is done.
"""

from __future__ import annotations

import json
import multiprocessing
import sqlite3
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.made_up import BATCH, LAST, LAWS, SOURCES, Archive, Made, law_of
from nlp.gazetteers import region
from pipelines.database.fortnights import FORTNIGHT
from pipelines.database.migrations import counts_by_day_and_month, ids_of_every_day, totals_of_every_day
from pipelines.database.open import as_database, open_connection, transaction
from pipelines.database.schema import SCHEMA
from pipelines.language.bylines import byline
from pipelines.language.stems import stem_text
from pipelines.read.text_facts import BANDS, fingerprint
from pipelines.store import agreement_lives
from pipelines.store.agreement_places import link_those_without
from pipelines.store.same_agreement import party_key
from pipelines.store.who_is_who import name_key, organisation_key

BIG = tuple(
    """
    articles mentions article_officials article_places article_laws agreements agreement_parties quotes pages roles
    entity_months articles_by_day day_totals run_sources
    """.split()
)
RUNS = 720  # the last ones, an hour apart; older ones are pruned
Rows = dict[str, list[tuple[Any, ...]]]
WIDTHS = {
    "articles": 24,
    "article_versions": 5,
    "mentions": 8,
    "article_officials": 8,
    "article_places": 4,
    "article_laws": 3,
    "agreements": 16,
    "agreement_parties": 5,
    "quotes": 9,
    "promises": 16,
    "pages": 22,
}


def make(path: Path, total: int, workers: int = 2) -> None:
    """Fill the database up to `total` articles, going on where an earlier run stopped; workers 0: in this process."""
    connection = open_connection(path)
    connection.execute("PRAGMA synchronous = OFF")  # made-up data can be made again
    connection.execute("PRAGMA cache_size = -1000000")
    done = connection.execute("SELECT coalesce(max(id), 0) FROM articles").fetchone()[0]
    archive = Archive(total)
    if done < total:
        for kind, name in _definitions(connection):
            connection.execute(f"DROP {kind} IF EXISTS {name}")
        with transaction(connection):
            _entities(connection, archive)
        for rows in _progress(_rows(total, done // BATCH, workers), total - done):
            with transaction(connection):
                for table, values in rows.items():
                    marks = ", ".join("?" * WIDTHS[table])
                    connection.executemany(f"INSERT INTO {table} VALUES ({marks})", values)
    _finish(connection, total)
    connection.close()


def _definitions(connection: sqlite3.Connection) -> dict[tuple[str, str], str]:
    """The statements of the big tables' indexes and triggers as a new database has them."""
    fresh = sqlite3.connect(":memory:")
    fresh.executescript(SCHEMA)
    marks = ", ".join("?" * len(BIG))
    rows = fresh.execute(
        f"""SELECT type, name, sql FROM sqlite_master
            WHERE type IN ('index', 'trigger') AND sql IS NOT NULL AND tbl_name IN ({marks})""",
        BIG,
    ).fetchall()
    fresh.close()
    return {(kind, name): sql for kind, name, sql in rows}


def _progress(parts: Iterator[Rows], wanted: int) -> Iterator[Rows]:
    began, done = time.monotonic(), 0
    for rows in parts:
        yield rows
        done += len(rows["articles"])
        rate = done / (time.monotonic() - began)
        print(f"\r{done:,} of {wanted:,} articles, {rate:,.0f} a second", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)


def _rows(total: int, first: int, workers: int) -> Iterator[Rows]:
    """The batches' rows, made by processes of their own while this one writes."""
    numbers = range(first, -(-total // BATCH))
    if not workers:
        _begin(total)
        yield from map(_work, numbers)
        return
    with multiprocessing.get_context("spawn").Pool(workers, _begin, (total,)) as pool:
        yield from pool.imap(_work, numbers)


_worker: dict[str, Any] = {}


def _begin(total: int) -> None:
    archive = Archive(total)
    _worker["archive"] = archive
    _worker["people"] = {name: n + 1 for n, name in enumerate(archive.people)}
    _worker["organisations"] = {name: n + 1 for n, name in enumerate(archive.organisations)}
    _worker["places"] = {place.name: n + 1 for n, place in enumerate(archive.places)}
    _worker["laws"] = {law_of(n).text: n + 1 for n in range(LAWS)}


def _work(number: int) -> Rows:
    rows: Rows = {table: [] for table in WIDTHS}
    archive: Archive = _worker["archive"]
    for made in archive.batch(number, archive.total):
        _add(rows, made)
    return rows


def _add(rows: Rows, made: Made) -> None:
    """The rows of one article, columns in the order of schema.sql."""
    a, tags, article = made.article, made.tags, made.number + 1
    entities = {
        "PER": _worker["people"],
        "ORG": _worker["organisations"],
        "GPE": _worker["places"],
        "LAW": _worker["laws"],
    }
    original = made.copies + 1 if made.copies is not None else None
    rows["articles"].append(_article_row(made, article, original))
    rows["article_versions"].append((article, 1, a.title, a.text, a.fetched_at))
    rows["mentions"] += [
        (None, article, m.label, m.field, m.start, m.end, m.text, entities.get(m.label, {}).get(m.text))
        for m in tags.mentions
    ]
    rows["article_officials"] += [
        (article, entities["PER"][o.name], n, o.name, o.title, o.organisation, o.status, "[]")
        for n, o in enumerate(tags.officials)
    ]
    told = [m.text for m in tags.mentions if m.label == "GPE"]
    rows["article_places"] += [(article, entities["GPE"][p.name], p.text, told.count(p.text)) for p in tags.places]
    rows["article_laws"] += [(article, entities["LAW"][law.text], law.text) for law in tags.laws]
    for g in tags.agreements:
        told = (g.type, g.text, g.subject, g.date, g.place, g.status, original, 0, int(g.parties_known), g.confidence)
        term = (g.months, g.until, None, None)
        rows["agreements"].append((article, article, *told, *term))
        rows["agreement_parties"] += [
            (article, n, party, entities["ORG"][party], party_key(party)) for n, party in enumerate(g.parties)
        ]
    rows["quotes"] += [
        (None, article, q.speaker, entities["PER"][q.name], q.text, q.verb, q.start, q.end, q.kind) for q in tags.quotes
    ]
    rows["promises"] += [
        (
            *(article, article, p.text, p.who, p.kind, entities["ORG"][p.who], organisation_key(p.who), p.cue, p.due),
            *(p.due_text, p.last, p.amount, p.start, p.end, p.state, original),
        )
        for p in tags.promises
    ]
    rows["pages"].append(_page_row(made, article))


def _article_row(made: Made, article: int, original: int | None) -> tuple[Any, ...]:
    a = made.article
    return (
        article,
        a.url,
        a.canonical_url,
        a.source_id,
        a.kind,
        a.title,
        a.text,
        stem_text(f"{a.title}\n{a.text}"),
        a.published_at,
        a.published_date,
        a.date_source,
        a.author,
        a.dateline,
        a.language,
        len(a.text.split()),
        json.dumps(a.tags),
        a.fetched_at,
        a.fetched_at,
        1,
        original,
        fingerprint(a.text),
        a.image,
        a.date_warning,
        a.origin,
    )


def _page_row(made: Made, article: int) -> tuple[Any, ...]:
    a = made.article
    return (
        a.url,
        a.source_id,
        "done",
        200,
        None,
        None,
        a.fetched_at,
        f"{a.fetched_at[:10]}-00001.warc.gz",
        article,
        1,
        None,
        a.fetched_at,
        a.url,
        "text/html",
        fingerprint(a.text) * 2,
        None,
        a.fetched_at,
        None,
        0,
        None,
        None,
        a.origin,
    )


def _entities(connection: sqlite3.Connection, archive: Archive) -> None:
    """Sources with their crawls, people, bodies, places and laws, once."""
    if connection.execute("SELECT count(*) FROM people").fetchone()[0]:
        return
    connection.executemany(
        "INSERT INTO sources (id, name, kind, homepage, status) VALUES (?, ?, ?, ?, 'active')",
        [
            (f"s{n}", f"Sumber {n}", "media" if n % 3 else "kementerian", f"https://s{n}.contoh.id/")
            for n in range(SOURCES)
        ],
    )
    named = (
        ("people", "person", archive.people, name_key),
        ("organisations", "organisation", archive.organisations, organisation_key),
    )
    for table, kind, names, key in named:
        keys = [(n + 1, key(name), name) for n, name in enumerate(names)]
        connection.executemany(f"INSERT INTO {table} (id, key, name) VALUES (?, ?, ?)", keys)
        connection.executemany("INSERT INTO name_forms VALUES (?, ?, ?)", [(kind, k, n) for n, k, _ in keys])
    for n, place in enumerate(archive.places):
        facts = region(place.code)
        connection.execute(
            """INSERT INTO places (id, key, code, name, kind, province, country, lat, lon)
               VALUES (?, ?, ?, ?, ?, ?, 'ID', ?, ?)""",
            (n + 1, place.code, place.code, place.name, place.kind, facts.province, facts.lat, facts.lon),
        )
    connection.executemany(
        "INSERT INTO laws (id, key, type, number, year, name) VALUES (?, ?, ?, ?, ?, ?)",
        [(n + 1, law.key, law.type, law.number, law.year, law.text) for n, law in enumerate(map(law_of, range(LAWS)))],
    )
    first = datetime.fromisoformat(f"{LAST.isoformat()}T00:00:00+00:00") - timedelta(hours=RUNS - 24)
    for run in range(RUNS):
        started = first + timedelta(hours=run)
        ended = started + timedelta(minutes=20)
        connection.execute(
            "INSERT INTO runs (id, started, finished, outcome) VALUES (?, ?, ?, 'done')",
            (run + 1, started.isoformat(), ended.isoformat()),
        )
        connection.executemany(
            "INSERT INTO run_sources (run_id, source_id) VALUES (?, ?)", [(run + 1, f"s{n}") for n in range(SOURCES)]
        )


def _finish(connection: sqlite3.Connection, total: int) -> None:
    """The text index, the bands, the rollups, the indexes and the triggers; what is there already is skipped."""
    indexed = connection.execute("SELECT coalesce(max(id), 0) FROM articles_fts_docsize").fetchone()[0]
    while indexed < total:
        _say(f"text index {indexed:,}")
        with transaction(connection):
            connection.execute(
                """INSERT INTO articles_fts (rowid, title, text, stems)
                   SELECT id, title, text, stems FROM articles WHERE id > ? AND id <= ?""",
                (indexed, indexed + 20_000),
            )
        indexed += 20_000
    _bands(connection, total)
    _bylines(connection)
    if not connection.execute("SELECT count(*) FROM articles_by_day").fetchone()[0]:
        _say("rollups")
        _rollups(connection)
    there = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type IN ('index', 'trigger')")}
    for (kind, name), sql in sorted(_definitions(connection).items()):
        if name not in there:
            _say(f"{kind} {name}")
            connection.execute(sql)
    _say("places and lives of agreements")  # by their indexes: without, each would read all agreements
    link_those_without(connection)
    agreement_lives.link_those_without(connection)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    _say("done\n")


def _bands(connection: sqlite3.Connection, total: int) -> None:
    """Random MinHash bands, in the order of the key; a copy has those of its original."""
    done = connection.execute("SELECT coalesce(max(fortnight), -2) FROM minhash_bands").fetchone()[0]
    copies = connection.execute("SELECT id, duplicate_of FROM articles WHERE duplicate_of IS NOT NULL").fetchall()
    copy, original = np.array(copies, dtype=np.int64).reshape(-1, 2).T
    moment = FORTNIGHT.format(moment="coalesce(published_at, first_seen)")
    stands = np.array(connection.execute(f"SELECT {moment} FROM articles ORDER BY id").fetchall(), dtype=np.int64)[:, 0]
    hashes = np.array([np.random.default_rng([6, band]).integers(0, 2**48, total) for band in range(BANDS)])
    hashes[:, copy - 1] = hashes[:, original - 1]
    for fortnight in sorted(set(stands[stands > done].tolist())):
        _say(f"bands of fortnight {fortnight}")
        places = np.flatnonzero(stands == fortnight)
        with transaction(connection):
            for band in range(BANDS):
                order = places[np.argsort(hashes[band, places], kind="stable")]
                connection.executemany(
                    f"INSERT INTO minhash_bands VALUES ({fortnight}, {band}, ?, ?)",
                    zip(hashes[band, order].tolist(), (order + 1).tolist(), strict=True),
                )


def _bylines(connection: sqlite3.Connection) -> None:
    """Who wrote what, as pipelines/store/bylines.py reads it."""
    if connection.execute("SELECT 1 FROM bylines LIMIT 1").fetchone():
        return
    _say("bylines")
    connection.create_function("byline", 1, byline, deterministic=True)
    with transaction(connection):
        connection.execute(
            """INSERT OR IGNORE INTO authors (source_id, name)
               SELECT DISTINCT source_id, byline(author) FROM articles WHERE byline(author) IS NOT NULL"""
        )
        connection.execute(
            """INSERT INTO bylines (article_id, author_id, day)
               SELECT a.id, w.id, coalesce(a.published_date, '') FROM articles a
               CROSS JOIN authors w ON w.source_id = a.source_id AND w.name = byline(a.author)"""
        )


def _rollups(connection: sqlite3.Connection) -> None:
    """What the store counts article by article, by the statements that first filled the rollups of old databases."""
    counts = "".join(
        f"""WITH told AS (SELECT entity_id, count(*) AS n, min(nullif(day, '')) AS first, max(nullif(day, '')) AS last
                          FROM appearances WHERE label = '{label}' GROUP BY 1)
            UPDATE {table} SET articles = told.n, first_seen = told.first, last_seen = told.last
            FROM told WHERE told.entity_id = {table}.id;"""
        for table, label in (("people", "PER"), ("organisations", "ORG"), ("places", "GPE"), ("laws", "LAW"))
    )
    database = as_database(connection)
    with transaction(connection):
        database.executescript("DELETE FROM appearances; DELETE FROM entity_months; DELETE FROM roles;")
        counts_by_day_and_month(database)
        totals_of_every_day(database)
        ids_of_every_day(database)
        database.executescript(
            f"""{counts}
                INSERT INTO roles (person_id, title, organisation, status, first_seen, last_seen, articles)
                  SELECT o.person_id, o.title, o.organisation, o.status, min(a.published_date), max(a.published_date),
                         count(DISTINCT a.id)
                  FROM article_officials o JOIN articles a ON a.id = o.article_id GROUP BY 1, 2, 3, 4;"""
        )


def _say(step: str) -> None:
    print(f"\r{step:60}", end="", file=sys.stderr, flush=True)
