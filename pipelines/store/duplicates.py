"""Deduplicate: which articles are the same text under several addresses, word for word or nearly.

How near two texts are is their Jaccard index: of all runs of three words that either of them has, the share that both
have. Candidates come from MinHash bands kept in SQLite, so that an article costs the same however large the archive is;
each candidate is then compared in full. The bands of a fortnight lie together: texts further apart are never one, and
among those of all time each of the 32 would be looked for, and written, in a page of its own. Broder, "On the
resemblance and containment of documents" (1997); bands as in Leskovec, Rajaraman and Ullman, "Mining of Massive
Datasets", chapter 3.
"""

from __future__ import annotations

import logging
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from pipelines.read.text_facts import BANDS, minhash_bands, shingles, triples, words_of
from pipelines.store.instalments import are_instalments
from pipelines.wording.wib import stamp

LOG = logging.getLogger(__name__)
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
# Two texts are one from this Jaccard index on. One source's follow-ups share their background, which makes up to .6; of
# two sources, a copy in which one word in ten was changed has .57, and stories of their own stay under .2.
NEAR, NEAR_ELSEWHERE = 0.65, 0.5
# Texts that are nearly one may still be two of a series (weather, prices, schedules), which differ in their numbers. So
# three quarters of the numbers must be common, unless a text has fewer than MIN_NUMBERS, or the Jaccard index reaches
# ALIKE: then it is a copy whose numbers were corrected.
MIN_NUMBERS, ALIKE = 4, 0.8
DAYS = 14  # texts that were published further apart are never one: they are a series, too
LATE = timedelta(hours=1)  # a feed or sitemap may show an article so much later than its page says
CANDIDATES = 20  # so many of a band are looked up, and the so many with most bands in common are compared in full
LATEST_OF_BAND = f"""SELECT * FROM (SELECT article_id FROM minhash_bands
                     WHERE fortnight = :at {{shift:+}} AND band = {{band}} AND hash = :b{{band}}
                     ORDER BY article_id DESC LIMIT {CANDIDATES})"""
# Of all bands, in the fortnights in which a text may lie that is DAYS from one of the middle one.
LATEST = " UNION ALL ".join(
    LATEST_OF_BAND.format(band=band, shift=shift) for band in range(BANDS) for shift in (-1, 0, 1)
)
ORIGINAL = "original"  # the kind of a row of `corrections`: a person's word that the article at this address is one
MEMBERS = 500  # so many copies of an article are compared again when it changes


@dataclass(frozen=True, slots=True)
class _Text:
    """A stored article's text, and what decides whose copy it is.

    mark      fingerprint of its words: equal for the same words
    rank      -1 for what a person calls an original, 0 for what an institution says of itself, 1 for all else
    claimed   when its page says that it was published, else when it was first seen (ISO 8601 UTC)
    moment    the part of the claim that what we saw bears out (`_borne_out`)
    refuted   whether what we saw speaks against the claim
    original  the article that it is a copy of, if any
    """

    article_id: int
    title: str
    text: str
    mark: str
    rank: int
    claimed: str
    moment: str
    refuted: bool
    source_id: str | None
    original: int | None

    @property
    def order(self) -> tuple[int, str, str, int]:
        """The least of several is the original."""
        return self.rank, self.moment, self.claimed, self.article_id

    @property
    def fortnights(self) -> set[int]:
        """Where its bands stand: by what its page claims, and by what we saw."""
        return {_fortnight(self.claimed), _fortnight(self.moment)}

    def is_copy(self, other: _Text) -> bool:
        """Whether the two are one text."""
        own = self.source_id == other.source_id
        if own and are_instalments((self.title, self.text), (other.title, other.text)):
            return False
        near = NEAR if own else NEAR_ELSEWHERE
        return self.mark == other.mark or (self._is_close(other) and same_text(self.text, other.text, near))

    def _is_close(self, other: _Text) -> bool:
        """Whether they were published so near each other that they may be one."""
        elsewhere = self.source_id != other.source_id  # a source's own archive has its series in it
        return _close(self.claimed, other.claimed) or (
            elsewhere and (self.refuted or other.refuted) and _close(self.moment, other.moment)
        )


def _close(one: str, other: str) -> bool:
    """Whether two moments lie so near that their texts may be one."""
    try:
        return abs(datetime.fromisoformat(one) - datetime.fromisoformat(other)) <= timedelta(days=DAYS)
    except (ValueError, TypeError):  # a time that cannot be read keeps two texts apart
        return False


def _fortnight(moment: str) -> int:
    """The fortnight of a moment, counted from 1970-01-01; -1 for a time that cannot be read."""
    try:
        return int(datetime.fromisoformat(moment).timestamp()) // (86_400 * DAYS)
    except (ValueError, TypeError):
        return -1


def same_text(one: str, other: str, near: float = NEAR) -> bool:
    """Whether two texts have a Jaccard index of at least `near`, and are not two of a series.

    Quickest where one text, as `one`, is compared with several others in turn.
    """
    a, words = _remembered(one), words_of(other)
    if sum(map(a.__contains__, triples(words))) < near * len(a):
        return False  # most candidates end here, before a set is made of their triples
    b = shingles(words)
    common = len(a & b)
    either = len(a) + len(b) - common
    if not common or common < near * either:
        return False
    x, y = set(NUMBER.findall(one)), set(NUMBER.findall(other))
    few = min(len(x), len(y))
    return common >= ALIKE * either or few < MIN_NUMBERS or 4 * len(x & y) >= 3 * few


def link_copies(
    connection: sqlite3.Connection, article_id: int, bands: Sequence[int], old_text: str | None = None
) -> None:
    """Find the copies of a stored article and point them at the original, inside the caller's transaction.

    bands     the MinHash bands of its text (pipelines/read/text_facts.py)
    old_text  what it said before, if its text has changed; then its copies are compared again, too
    """
    members: list[int] = []
    if old_text is not None:
        forget(connection, article_id, old_text)
        cursor = connection.execute(
            "SELECT id FROM articles WHERE duplicate_of = ? ORDER BY id LIMIT ?", (article_id, MEMBERS)
        )
        members = [row[0] for row in cursor]
        connection.execute("UPDATE articles SET duplicate_of = NULL WHERE duplicate_of = ?", (article_id,))
    _link(connection, article_id, bands)
    for member in members:
        _link(connection, member)


def is_compared(
    connection: sqlite3.Connection, article_id: int, bands: Sequence[int], published_at: str | None
) -> bool:
    """Whether a stored article with these bands, published then, has been compared with the others."""
    if not bands:
        return True
    if published_at is None:
        this = _text(connection, article_id)
        published_at = this.claimed if this else ""
    row = connection.execute(
        "SELECT 1 FROM minhash_bands WHERE fortnight = ? AND band = 0 AND hash = ? AND article_id = ?",
        (_fortnight(published_at), bands[0], article_id),
    ).fetchone()
    return row is not None


def _link(connection: sqlite3.Connection, article_id: int, bands: Sequence[int] | None = None) -> None:
    this = _text(connection, article_id)
    if this is None or not this.text:
        return
    bands = minhash_bands(this.text) if bands is None else bands
    roots = _roots(connection, this, _candidates(connection, bands, this.fortnights))
    connection.executemany(
        "INSERT OR IGNORE INTO minhash_bands (fortnight, band, hash, article_id) VALUES (?, ?, ?, ?)",
        [(at, band, value, article_id) for at in sorted(this.fortnights) for band, value in enumerate(bands)],
    )
    earliest = min((this, *roots), key=lambda text: text.order).article_id
    copies = {text.article_id for text in (this, *roots) if text.rank >= 0}
    for other in copies - {earliest}:
        connection.execute(
            "UPDATE articles SET duplicate_of = :earliest WHERE id = :other OR duplicate_of = :other",
            {"earliest": earliest, "other": other},
        )
        if (other, earliest) != (article_id, this.original):
            LOG.info("artikel %d: salinan artikel %d", other, earliest)
    connection.execute("UPDATE articles SET duplicate_of = NULL WHERE id = ?", (earliest,))


def judge_again(connection: sqlite3.Connection, url: str) -> set[int]:
    """Find anew whose copies the article at `url` and those of its text are, inside the caller's transaction.

    The ids of the articles looked at; none when there is no such article.
    """
    found = connection.execute("SELECT id, coalesce(duplicate_of, id) FROM articles WHERE url = ?", (url,)).fetchone()
    if found is None:
        return set()
    rows = connection.execute(
        "SELECT id FROM articles WHERE duplicate_of = ? ORDER BY id LIMIT ?", (found[1], MEMBERS)
    ).fetchall()
    group = list(dict.fromkeys([found[1], *(row[0] for row in rows), found[0]]))
    connection.executemany("UPDATE articles SET duplicate_of = NULL WHERE id = ?", [(member,) for member in group])
    for member in group:
        _link(connection, member)
    return set(group)


def _text(connection: sqlite3.Connection, article_id: int) -> _Text | None:
    row = connection.execute(
        """SELECT a.id, a.title, a.text, a.fingerprint, a.source_id, a.duplicate_of, a.kind, s.kind, s.name,
                  a.published_at, min(a.first_seen, coalesce(p.found_at, a.first_seen)) AS seen,
                  (SELECT r.started FROM run_sources rs CROSS JOIN runs r ON r.id = rs.run_id
                   WHERE rs.source_id = a.source_id AND rs.error IS NULL
                     AND r.finished < min(a.first_seen, coalesce(p.found_at, a.first_seen))
                   ORDER BY rs.run_id DESC LIMIT 1) AS asked,
                  EXISTS (SELECT 1 FROM corrections c WHERE c.kind = ? AND c.key = a.url AND c.words = '') AS named
           FROM articles a LEFT JOIN sources s ON s.id = a.source_id LEFT JOIN pages p ON p.url = a.url
           WHERE a.id = ?""",
        (ORIGINAL, article_id),
    ).fetchone()
    if row is None:
        return None
    number, title, text, mark, source_id, original, kind, source_kind, name, published, seen, asked, named = row
    claimed = published or seen
    moment, refuted = _borne_out(claimed, seen, asked)
    rank = -1 if named else _rank(text, kind, source_kind, name)
    return _Text(number, title, text, mark, rank, claimed, moment, refuted, source_id, original)


def _rank(text: str, kind: str, source_kind: str | None, name: str | None) -> int:
    """0 for a press release, and for what an institution tells under its own name: media copy these, if anybody."""
    institution = (name or "").removeprefix("Humas ").removesuffix(" RI")
    speaks = source_kind not in (None, "media") and bool(institution) and institution.casefold() in text.casefold()
    return 0 if kind == "press_release" or speaks else 1


def _borne_out(claimed: str, seen: str, asked: str | None) -> tuple[str, bool]:
    """(the moment to go by, whether what we saw speaks against the claim): who only claims to be first is not.

    An article is no younger than when we saw it. It is hardly older than the crawl before (`asked`), which did not find
    it: by LATE at most. In a source's first crawl nothing speaks against a claim, and nothing for it; there the day on
    which we saw it is the earliest that counts. Claims decide again among those that this leaves at one moment: the
    articles of an archive, or all that came while the crawls stood still.
    """
    try:
        said, saw = datetime.fromisoformat(claimed), datetime.fromisoformat(seen)
        if asked is not None:
            earliest = datetime.fromisoformat(asked) - LATE
        else:
            earliest = saw.replace(hour=0, minute=0, second=0, microsecond=0)
        moment = max(min(said, saw), earliest)
        return stamp(moment), said > saw + LATE or (asked is not None and said < earliest)
    except (ValueError, TypeError):  # a time that cannot be read says nothing
        return seen, False


def _roots(connection: sqlite3.Connection, this: _Text, candidates: Iterable[int]) -> list[_Text]:
    """The originals whose text this is, of the candidates and of all articles with the very same words."""
    rows = connection.execute(
        "SELECT id FROM articles WHERE fingerprint = ? AND id <> ? ORDER BY id LIMIT ?",
        (this.mark, this.article_id, CANDIDATES),
    ).fetchall()
    ids = dict.fromkeys([row[0] for row in rows] + [found for found in candidates if found != this.article_id])
    roots: dict[int, _Text] = {}
    for other in (_text(connection, found) for found in ids):
        if other is None or not this.is_copy(other):
            continue
        if other.original is None:
            roots[other.article_id] = other
        elif other.original != this.article_id and other.original not in roots:
            original = _text(connection, other.original)
            if original is not None and this.is_copy(original):
                roots[other.original] = original
    return list(roots.values())


def _candidates(connection: sqlite3.Connection, bands: Sequence[int], fortnights: Iterable[int]) -> list[int]:
    """The articles with most bands in common, of the latest of each band around each of the fortnights."""
    if not bands:
        return []
    values, shared = {f"b{band}": value for band, value in enumerate(bands)}, Counter[int]()
    for at in sorted(fortnights):
        shared.update(row[0] for row in connection.execute(LATEST, values | {"at": at}))
    return [article_id for article_id, _ in shared.most_common(CANDIDATES)]


def forget(connection: sqlite3.Connection, article_id: int, text: str) -> None:
    """Take an article out of the bands of its old text; those of a day that it no longer has find nothing alike."""
    this = _text(connection, article_id)
    connection.executemany(
        "DELETE FROM minhash_bands WHERE fortnight = ? AND band = ? AND hash = ? AND article_id = ?",
        [
            (at, band, value, article_id)
            for at in (sorted(this.fortnights) if this else ())
            for band, value in enumerate(minhash_bands(text))
        ],
    )


@lru_cache(maxsize=2)  # the text at work, and one more
def _remembered(text: str) -> set[tuple[str, ...]]:
    return shingles(words_of(text))
