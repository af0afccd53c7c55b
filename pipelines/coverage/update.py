"""Update: work the articles that are new or changed since the last time, at a cost in proportion to them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from typing import Any

from pipelines.coverage import wires
from pipelines.coverage.candidates import INSTITUTION, Candidate, candidates, refers_to
from pipelines.coverage.compare import Comparison, Words, compare, read_words
from pipelines.coverage.features import features
from pipelines.coverage.index import DAYS_KEPT, Entry, Index
from pipelines.coverage.labels import label, reasons
from pipelines.database import transaction

CHUNK = 500  # articles a transaction
BULK = 5_000  # from this many on, an article's age in the index counts from its publication, not from today
RELEASE = "press_release"
MIDNIGHT = "T17:00:00+00:00"  # in WIB: what a page that prints the day only is stored with


@dataclass
class CoverageReport:
    """What one update did: articles looked at, pairs compared, pairs stored."""

    articles: int = 0
    compared: int = 0
    pairs: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """One stored article, as far as coverage needs it."""

    article_id: int
    source_id: str | None
    is_release: bool
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
    """Find the coverage of what is new; `again`: of everything, from the beginning. Confirmed pairs stay.

    `today`: the day number that counts as today, from which the index forgets; default the clock's.
    """
    if again:
        with transaction(connection):
            for table in ("coverage_index", "coverage_articles", "coverage_common"):
                connection.execute(f"DELETE FROM {table}")
            connection.execute("INSERT OR IGNORE INTO coverage_todo SELECT id FROM articles")
    todo = connection.execute(
        """SELECT t.article_id, coalesce(a.published_at, a.first_seen) FROM coverage_todo t
           LEFT JOIN articles a ON a.id = t.article_id ORDER BY 2"""
    ).fetchall()
    report = CoverageReport()
    if not todo:
        return report
    today = day_number(datetime.now(UTC).isoformat()) if today is None else today
    index = Index(connection, today)
    run = _Run(connection, index, report)
    rows = iter(todo)
    while chunk := list(islice(rows, CHUNK)):
        with transaction(connection):
            if len(todo) > BULK:
                index.today = max((day_number(when) for _, when in chunk if when), default=today)
            index.forget_before(index.today - DAYS_KEPT)
            run.work([article_id for article_id, _ in chunk])
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
    """One update over several chunks; keeps the words of releases that are compared often."""

    def __init__(self, connection: sqlite3.Connection, index: Index, report: CoverageReport) -> None:
        self.connection = connection
        self.index = index
        self.report = report
        self.media = wires.media_names(connection)
        self.institutions: dict[str, str] = dict(connection.execute("SELECT id, name FROM sources").fetchall())
        self.words = lru_cache(maxsize=4_000)(self._words)

    def work(self, ids: Sequence[int]) -> None:
        """Index a chunk, then compare every pair that has one side in it."""
        pieces = {piece.article_id: piece for piece in self._pieces(ids)}
        found = {}
        for article_id in ids:
            piece = pieces.get(article_id)
            if piece is None:
                self.index.remove(article_id)
                continue
            found[article_id] = features(piece.title, piece.text)
            self.index.add(Entry(article_id, piece.is_release, piece.day), found[article_id])
        pairs: dict[tuple[int, int], Candidate | None] = dict.fromkeys(self._stored_pairs(ids), None)
        for article_id, own in found.items():
            piece = pieces[article_id]
            for candidate in candidates(self.index, Entry(article_id, piece.is_release, piece.day), own):
                other = candidate.other.article_id
                pairs[(article_id, other) if piece.is_release else (other, article_id)] = candidate
        missing = {article_id for pair in pairs for article_id in pair} - set(pieces)
        pieces |= {piece.article_id: piece for piece in self._pieces(sorted(missing))}
        for pair, shared in pairs.items():
            self._judge(pieces.get(pair[0]), pieces.get(pair[1]), shared, pair)
        _keep_best_mentions(self.connection, {article_id for _, article_id in pairs})
        for release_id in {release_id for release_id, _ in pairs}:
            self._follow_wires(release_id)
        self.connection.executemany("DELETE FROM coverage_todo WHERE article_id = ?", [(i,) for i in ids])
        self.report.articles += len(ids)

    def _pieces(self, ids: Sequence[int]) -> Iterator[Piece]:
        """The articles; without those that are another address of an article of their own source."""
        for article_id in ids:
            row = self.connection.execute(
                """SELECT a.id, a.source_id, a.kind, a.title, a.text, a.published_at, a.first_seen FROM articles a
                   LEFT JOIN articles o ON o.id = a.duplicate_of
                   WHERE a.id = ?
                     AND (o.id IS NULL OR o.source_id IS NOT a.source_id OR o.fingerprint <> a.fingerprint)""",
                (article_id,),
            ).fetchone()
            if row is not None:
                yield Piece(row[0], row[1], row[2] == RELEASE, *row[3:])

    def _stored_pairs(self, ids: Iterable[int]) -> Iterator[tuple[int, int]]:
        for article_id in ids:
            yield from self.connection.execute(
                "SELECT release_id, article_id FROM coverage WHERE release_id = ?1 OR article_id = ?1", (article_id,)
            )

    def _words(self, article_id: int, text: str) -> Words:
        return read_words(text)

    def _judge(
        self, release: Piece | None, article: Piece | None, candidate: Candidate | None, pair: tuple[int, int]
    ) -> None:
        found = None
        if release and article and release.is_release and not article.is_release:
            comparison = compare(
                self.words(release.article_id, release.text), self.words(article.article_id, article.text)
            )
            self.report.compared += 1
            evidence, names = (candidate.evidence, candidate.names) if candidate else (0.0, 0)
            if names and refers_to(article.text, self.institutions.get(release.source_id or "", "")):
                evidence += INSTITUTION
            found = label(comparison, evidence, names, self.index.size)
            if found:
                _store(self.connection, release, article, comparison, candidate, found, evidence)
                self.report.pairs += 1
        if found is None:
            self.connection.execute(
                "DELETE FROM coverage WHERE release_id = ? AND article_id = ? AND confirmed IS NULL", pair
            )

    def _follow_wires(self, release_id: int) -> None:
        """Say of every article with passages whether it copies another medium's rather than the release."""
        for row in wires.chains(self.connection, release_id, self.media, lambda i, text: self.words(i, text)):
            old = self.connection.execute(
                "SELECT reasons FROM coverage WHERE release_id = ? AND article_id = ?", (release_id, row.article_id)
            ).fetchone()[0]
            text = "; ".join([part for part in old.split("; ") if not part.startswith(wires.REASONS)] + row.reasons())
            self.connection.execute(
                "UPDATE coverage SET wire = ?, via_id = ?, reasons = ? WHERE release_id = ? AND article_id = ?",
                (row.wire, row.via_id, text, release_id, row.article_id),
            )


def _store(
    connection: sqlite3.Connection,
    release: Piece,
    article: Piece,
    comparison: Comparison,
    candidate: Candidate | None,
    found: str,
    evidence: float,
) -> None:
    shared = candidate.shared if candidate else []
    officials, kept = _officials(connection, release, article)
    values: dict[str, Any] = {
        "release_id": release.article_id,
        "article_id": article.article_id,
        "lag_minutes": _lag(release, article),
        "label": found,
        "officials": officials,
        "officials_kept": kept,
        "other_voices": json.dumps(_other_voices(connection, release, article), ensure_ascii=False),
        "shared": json.dumps(shared, ensure_ascii=False),
        "evidence": round(evidence, 2),
        "reasons": reasons(comparison, shared),
        "compared_at": datetime.now(UTC).isoformat(timespec="seconds"),
    } | _measures(comparison)
    names = ", ".join(values)
    changes = ", ".join(f"{name} = excluded.{name}" for name in values)
    connection.execute(
        f"""INSERT INTO coverage ({names}) VALUES ({", ".join(f":{name}" for name in values)})
            ON CONFLICT (release_id, article_id) DO UPDATE SET {changes}""",
        values,
    )


def _measures(comparison: Comparison) -> dict[str, Any]:
    values = asdict(comparison)
    spans = [[s.release_start, s.release_end, s.article_start, s.article_end] for s in comparison.spans]
    return values | {
        "kept": round(comparison.kept, 4),
        "copied": round(comparison.copied, 4),
        "retold": round(comparison.retold, 4),
        "spans": json.dumps(spans),
        "numbers_changed": json.dumps(comparison.numbers_changed, ensure_ascii=False),
    }


def _lag(release: Piece, article: Piece) -> int | None:
    if any(piece.published_at is None or piece.published_at.endswith(MIDNIGHT) for piece in (release, article)):
        return None
    assert release.published_at and article.published_at
    delta = datetime.fromisoformat(article.published_at) - datetime.fromisoformat(release.published_at)
    return round(delta.total_seconds() / 60)


def _officials(connection: sqlite3.Connection, release: Piece, article: Piece) -> tuple[int, int]:
    """How many officials the release names, and how many of them the article does."""
    named = "SELECT DISTINCT person_id, name FROM article_officials WHERE article_id = ?"
    theirs = {row[0] for row in connection.execute(named, (article.article_id,))}
    own: dict[int, bool] = {}
    for person_id, name in connection.execute(named, (release.article_id,)):
        own[person_id] = own.get(person_id, False) or person_id in theirs or name in article.text
    return len(own), sum(own.values())


def _other_voices(connection: sqlite3.Connection, release: Piece, article: Piece) -> list[str]:
    """Who is quoted in the article and not named in the release."""
    cursor = connection.execute(
        """SELECT DISTINCT coalesce(p.name, q.speaker) FROM quotes q LEFT JOIN people p ON p.id = q.person_id
           WHERE q.article_id = ? ORDER BY q.id""",
        (article.article_id,),
    )
    names = [name for (name,) in cursor if name and name[0].isupper()]
    return [name for name in dict.fromkeys(names) if name.split()[-1] not in release.text]


def _keep_best_mentions(connection: sqlite3.Connection, articles: Iterable[int]) -> None:
    """An article with passages of a release mentions no other one, and one without them mentions one release only."""
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
