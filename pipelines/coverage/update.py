"""Update: find the coverage of the articles that are new or changed since the last time.

Triggers of the database keep the list of these articles (`coverage_todo`), so that the cost is in proportion to them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from pipelines.coverage import wires
from pipelines.coverage.candidates import INSTITUTION, Candidate, candidates, refers_to
from pipelines.coverage.compare import Comparison, Words, read_words
from pipelines.coverage.features import Packed
from pipelines.coverage.index import DAYS_KEPT, Entry, Index
from pipelines.coverage.labels import reasons
from pipelines.coverage.people import people, shared_names
from pipelines.coverage.workers import Pair, Workers, judge_pair, packed_features
from pipelines.database.open import transaction
from pipelines.wording.wib import WIB, stamp, stamp_now

CHUNK = 1_000  # articles a transaction: neighbours in the index share a page of the file, which is then written once
BULK = 5_000  # from so many articles on the index forgets by their own days instead of today's (Index)
RELEASE = "press_release"
MIDNIGHT = stamp(datetime(2000, 1, 1, tzinfo=WIB))[10:]  # the stored hour of an article whose page prints only the day
OF_LABELS = ("headline", "known")  # parts of a comparison that decide its label and are stored nowhere
REMEMBERED = 500  # texts whose words are kept, since a release is compared with many articles


@dataclass
class CoverageReport:
    """What one update did: articles looked at, pairs compared, pairs stored."""

    articles: int = 0
    compared: int = 0
    pairs: int = 0


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """One article of the database, as far as coverage needs it. `published_at`, `first_seen`: ISO 8601 UTC."""

    article_id: int
    source_id: str | None
    is_release: int
    title: str
    text: str
    published_at: str | None
    first_seen: str

    @property
    def day(self) -> int:
        """Number of the day (UTC) it was published, or first seen."""
        return day_number(self.published_at or self.first_seen)


def update(
    connection: sqlite3.Connection,
    *,
    again: bool = False,
    today: int | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> CoverageReport:
    """Find the coverage of what is new, and tell how much was done.

    again        of all articles, from the beginning; what people confirmed stays
    today        the number of the day (see `day_number`) from which the index forgets; default: this day's
    on_progress  is told how many articles have been worked since it was last told
    """
    if again:
        with transaction(connection):
            for table in ("coverage_index", "coverage_articles", "coverage_common"):
                connection.execute(f"DELETE FROM {table}")
            connection.execute("INSERT OR IGNORE INTO coverage_todo SELECT id FROM articles")
    todo = connection.execute(
        """SELECT t.article_id, coalesce(a.published_at, a.first_seen) FROM coverage_todo t
           LEFT JOIN articles a ON a.id = t.article_id ORDER BY 2, 1"""
    ).fetchall()
    report = CoverageReport()
    if not todo:
        return report
    today = day_number(datetime.now(UTC).isoformat()) if today is None else today
    index = Index(connection, today, bulk=len(todo) > BULK)
    chunks = [todo[start : start + CHUNK] for start in range(0, len(todo), CHUNK)]
    with Workers(len(todo)) as workers:
        run = _Run(connection, index, workers, report)
        ahead = run.read([row[0] for row in chunks[0]])
        for number, chunk in enumerate(chunks, 1):
            read, ids = ahead, [row[0] for row in chunk]
            if number < len(chunks):  # so that the workers read the next chunk while this process works on this one
                ahead = run.read([row[0] for row in chunks[number]])
            with transaction(connection):
                if number == 1 and not index.bulk:
                    index.forget_before(today - DAYS_KEPT)
                run.work(ids, *read)
            if on_progress:
                on_progress(len(chunk))
    return report


def day_number(moment: str) -> int:
    """Days since 1970-01-01 of an ISO 8601 timestamp, in UTC; 0 for what cannot be read."""
    try:
        return int(datetime.fromisoformat(moment).timestamp() // 86_400)
    except ValueError:
        return 0


class _Run:
    """One update over several chunks. The caller holds the lock of the run, so no article changes in between."""

    def __init__(self, connection: sqlite3.Connection, index: Index, workers: Workers, report: CoverageReport) -> None:
        self.connection = connection
        self.index = index
        self.workers = workers
        self.report = report
        self.media = wires.media_names(connection)
        self.institutions: dict[str, str] = dict(connection.execute("SELECT id, name FROM sources").fetchall())
        self.houses = {
            source: host
            for source, homepage in connection.execute("SELECT id, homepage FROM sources")
            if (host := house_of(homepage or ""))
        }
        self.words = lru_cache(maxsize=REMEMBERED)(self._words)

    def read(self, ids: Sequence[int]) -> tuple[dict[int, StoredArticle], Iterator[dict[int, Packed]]]:
        """The articles of a chunk by id, and their features in the same order, on which the workers begin at once."""
        articles = self._articles(ids)
        texts = [(article.title, article.text) for article in articles.values()]
        return articles, self.workers.map(packed_features, texts)

    def work(self, ids: Sequence[int], articles: dict[int, StoredArticle], found: Iterable[dict[int, Packed]]) -> None:
        """Index a chunk, then compare every pair that has one side in it."""
        self.index.remove([article_id for article_id in ids if article_id not in articles])
        entries = [Entry(article.article_id, article.is_release, article.day) for article in articles.values()]
        own = dict(zip(entries, found, strict=True))
        stored = self._stored_pairs(ids)
        pairs: dict[tuple[int, int], Candidate | None] = dict.fromkeys(stored, None)
        for entry, others in candidates(self.index, own):
            for candidate in others:
                pair = entry.article_id, candidate.article_id
                pairs[pair if entry.is_release else pair[::-1]] = candidate
        missing = {article_id for pair in pairs for article_id in pair} - set(articles)
        changed = self._judge(pairs, stored, articles | self._articles(sorted(missing)))
        _keep_best_mentions(self.connection, {article_id for _, article_id in pairs})
        for release_id, concerned in changed.items():
            self._follow_wires(release_id, concerned)
        self.connection.executemany("DELETE FROM coverage_todo WHERE article_id = ?", [(i,) for i in ids])
        self.report.articles += len(ids)

    def _articles(self, ids: Sequence[int]) -> dict[int, StoredArticle]:
        """The articles by id in this order, but for those that are the same text at another address of their source."""
        rows = self.connection.execute(
            """SELECT a.id, a.source_id, a.kind = ?, a.title, a.text, a.published_at, a.first_seen FROM articles a
               LEFT JOIN articles o ON o.id = a.duplicate_of
               WHERE a.id IN (SELECT value FROM json_each(?))
                 AND (o.id IS NULL OR o.source_id IS NOT a.source_id OR o.fingerprint <> a.fingerprint)""",
            (RELEASE, json.dumps(ids)),
        )
        found = {row[0]: StoredArticle(*row) for row in rows}
        return {article_id: found[article_id] for article_id in ids if article_id in found}

    def _stored_pairs(self, ids: Sequence[int]) -> set[tuple[int, int]]:
        rows = self.connection.execute(
            """WITH changed AS (SELECT value AS id FROM json_each(?))
               SELECT release_id, article_id FROM coverage WHERE release_id IN (SELECT id FROM changed)
               UNION SELECT release_id, article_id FROM coverage WHERE article_id IN (SELECT id FROM changed)""",
            (json.dumps(ids),),
        )
        return {(release_id, article_id) for release_id, article_id in rows}

    def _words(self, article_id: int) -> Words:
        return read_words(
            self.connection.execute("SELECT text FROM articles WHERE id = ?", (article_id,)).fetchone()[0]
        )

    def _judge(
        self,
        pairs: Mapping[tuple[int, int], Candidate | None],
        stored: Collection[tuple[int, int]],
        articles: Mapping[int, StoredArticle],
    ) -> dict[int, set[int]]:
        """Compare pairs and store what is found.

        pairs    (release, article) and how they were found; None for a pair that is only looked at again
        stored   the pairs of these articles that the table has by now
        Returns for each release the articles whose pair is new, changed or gone.
        """
        valid = []
        for pair, candidate in pairs.items():
            release, article = articles.get(pair[0]), articles.get(pair[1])
            if (
                release
                and article
                and release.is_release
                and not article.is_release
                and self._are_two(release, article)
            ):
                valid.append((pair, self._pair(release, article, candidate)))
        self.report.compared += len(valid)
        gone = set(stored)
        changed: dict[int, set[int]] = {}
        judged = self.workers.map(judge_pair, [texts for _, texts in valid])
        for (pair, texts), result in zip(valid, judged, strict=True):
            if result is not None:
                gone.discard(pair)
                changed.setdefault(pair[0], set()).add(pair[1])
                _store(self.connection, articles[pair[0]], articles[pair[1]], pairs[pair], *result, texts.evidence)
                self.report.pairs += 1
        for pair in gone:
            changed.setdefault(pair[0], set()).add(pair[1])
            self.connection.execute(
                "DELETE FROM coverage WHERE release_id = ? AND article_id = ? AND confirmed IS NULL", pair
            )
        return changed

    def _are_two(self, release: StoredArticle, article: StoredArticle) -> bool:
        """Whether a release and an article come from two houses: what a ministry writes itself covers nothing."""
        one, other = release.source_id or "", article.source_id or ""
        return not one or (one != other and self.houses.get(one, one) != self.houses.get(other, other))

    def _pair(self, release: StoredArticle, article: StoredArticle, candidate: Candidate | None) -> Pair:
        if candidate is None:
            return Pair(release.title, release.text, article.text, 0.0, 0, 0, None)
        evidence = candidate.evidence
        if candidate.names and refers_to(article.text, self.institutions.get(release.source_id or "", "")):
            evidence += INSTITUTION
        return Pair(
            release.title, release.text, article.text, evidence, candidate.names, candidate.articles, candidate.new
        )

    def _follow_wires(self, release_id: int, changed: Collection[int]) -> None:
        """Write down which articles about a release copy another medium's article rather than the release itself."""
        for row in wires.chains(self.connection, release_id, changed, self.media, self.words):
            old = self.connection.execute(
                "SELECT reasons FROM coverage WHERE release_id = ? AND article_id = ?", (release_id, row.article_id)
            ).fetchone()[0]
            text = "; ".join([part for part in old.split("; ") if not part.startswith(wires.REASONS)] + row.reasons())
            self.connection.execute(
                "UPDATE coverage SET wire = ?, via_id = ?, reasons = ? WHERE release_id = ? AND article_id = ?",
                (row.wire, row.via_id, text, release_id, row.article_id),
            )


def house_of(homepage: str) -> str:
    """Which of the government's houses a site belongs to: its registered domain ("kemkes.go.id"), or ""."""
    try:
        host = urlsplit(homepage).hostname or ""
    except ValueError:
        return ""
    return ".".join(host.split(".")[-3:]) if host.endswith(".go.id") else ""


def _store(
    connection: sqlite3.Connection,
    release: StoredArticle,
    article: StoredArticle,
    candidate: Candidate | None,
    found: str,
    comparison: Comparison,
    evidence: float,
) -> None:
    """Write a pair, or write it anew; what a person confirmed of it stays."""
    shared = candidate.shared if candidate else []
    officials, kept, voices = people(connection, (release.article_id, release.text), (article.article_id, article.text))
    values: dict[str, Any] = {
        "release_id": release.article_id,
        "article_id": article.article_id,
        "lag_minutes": _minutes_between(release, article),
        "label": found,
        "officials": officials,
        "officials_kept": kept,
        "other_voices": voices,
        "shared": json.dumps(shared, ensure_ascii=False),
        "evidence": round(evidence, 2),
        "reasons": reasons(
            found,
            copied=comparison.copied,
            retold=comparison.retold,
            longest=comparison.longest,
            quotes=comparison.quotes,
            quotes_kept=comparison.quotes_kept,
            shared=shared_names(connection, release.article_id, article.article_id),
        ),
        "compared_at": stamp_now(),
    } | _measures(comparison)
    names = ", ".join(values)
    changes = ", ".join(f"{name} = excluded.{name}" for name in values)
    connection.execute(
        f"""INSERT INTO coverage ({names}) VALUES ({", ".join(f":{name}" for name in values)})
            ON CONFLICT (release_id, article_id) DO UPDATE SET {changes}""",
        values,
    )


def _measures(comparison: Comparison) -> dict[str, Any]:
    """A comparison as columns of the table `coverage`."""
    values = {part.name: getattr(comparison, part.name) for part in fields(comparison) if part.name not in OF_LABELS}
    spans = [[s.release_start, s.release_end, s.article_start, s.article_end] for s in comparison.spans]
    return values | {
        "kept": round(comparison.kept, 4),
        "copied": round(comparison.copied, 4),
        "retold": round(comparison.retold, 4),
        "spans": json.dumps(spans),
        "numbers_changed": json.dumps(comparison.numbers_changed, ensure_ascii=False),
    }


def _minutes_between(release: StoredArticle, article: StoredArticle) -> int | None:
    """Minutes from the release to the article; None where the hour of one of them is unknown."""
    if any(one.published_at is None or one.published_at.endswith(MIDNIGHT) for one in (release, article)):
        return None
    assert release.published_at and article.published_at
    delta = datetime.fromisoformat(article.published_at) - datetime.fromisoformat(release.published_at)
    return round(delta.total_seconds() / 60)


def _keep_best_mentions(connection: sqlite3.Connection, articles: Iterable[int]) -> None:
    """Drop mentions that are probably chance: an article tells of one event, so of one release.

    An article that has passages of some release mentions no other, and one without passages mentions only one.
    """
    for article_id in articles:
        rows = connection.execute(
            "SELECT release_id, label FROM coverage WHERE article_id = ? ORDER BY evidence DESC", (article_id,)
        ).fetchall()
        mentions = [release_id for release_id, found in rows if found == "mention"]
        spare = mentions if len(mentions) < len(rows) else mentions[1:]
        connection.executemany(
            "DELETE FROM coverage WHERE release_id = ? AND article_id = ? AND confirmed IS NULL",
            [(release_id, article_id) for release_id in spare],
        )
