"""The same agreement told by several articles: the later rows point to the first (`agreements.same_as`)."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Sequence

from pipelines.language.stems import stem_word
from pipelines.store.who_is_who import name_key, organisation_key

DAYS_APART = 45  # between two articles about one signing
SHARED_PARTIES = 2
WHOLE_DAY = 10  # letters of a date that names its day: "2025-11-05"
MOST_COMPARED = 20  # agreements of the same parties and time, the first ones
WORD = re.compile(r"\w{4,}")
EMPTY = frozenset("bagi dengan untuk dalam pada antara serta oleh tentang kerja sama bidang rangka kedua pihak".split())
LATEST = 500  # so many agreements of one party are looked at, the latest ones: no party has more in DAYS_APART days


def party_key(party: str) -> str:
    """The form in which two names of a party are the same: of bodies and offices the name, of countries the code."""
    from nlp.gazetteers import countries, place_key

    bare = party.split(" (")[0]
    for form in (bare, bare.removeprefix("Pemerintah ")):
        code = countries().get(place_key(form))
        if code:
            return f"country {code}"
    return organisation_key(bare)


def link(connection: sqlite3.Connection, agreement_id: int) -> None:
    """Point a newly stored agreement to the first row that tells of the same one, if there is any.

    Two rows tell of the same agreement when their articles lie within DAYS_APART days and they have the same type,
    two parties in common and no two different days of signing, and their subjects have a word in common (or one is not
    told, or both name the same day); or the same type, day of signing and subject, and no parties that contradict each
    other (an article may name none of them).
    """
    keys = _keys(connection, agreement_id)
    first = _by_parties(connection, agreement_id, keys) if len(keys) >= SHARED_PARTIES else None
    if first is None:
        first = _by_subject(connection, agreement_id, keys)
    if first is not None:
        connection.execute("UPDATE agreements SET same_as = ? WHERE id = ?", (first, agreement_id))


def _by_parties(connection: sqlite3.Connection, agreement_id: int, keys: Sequence[str]) -> int | None:
    """The first agreement with two parties in common."""
    latest = " UNION ALL ".join(
        ["SELECT * FROM (SELECT agreement_id, key FROM agreement_parties WHERE key = ? ORDER BY rowid DESC LIMIT ?)"]
        * len(keys)
    )
    rows = connection.execute(
        f"""SELECT g.id, g.subject, mine.subject, g.date = mine.date AND length(g.date) >= {WHOLE_DAY}
            FROM (SELECT agreement_id FROM ({latest})
                  GROUP BY agreement_id HAVING count(DISTINCT key) >= {SHARED_PARTIES}) AS told
            CROSS JOIN agreements g ON g.id = told.agreement_id
            JOIN articles a ON a.id = g.article_id
            JOIN agreements mine ON mine.id = ? JOIN articles b ON b.id = mine.article_id
            WHERE g.id <> mine.id AND g.article_id <> mine.article_id AND g.type = mine.type AND g.same_as IS NULL
              AND abs(julianday(coalesce(a.published_date, a.first_seen))
                      - julianday(coalesce(b.published_date, b.first_seen))) <= {DAYS_APART}
              AND (g.date IS NULL OR mine.date IS NULL OR g.date LIKE mine.date || '%' OR mine.date LIKE g.date || '%')
            ORDER BY g.id LIMIT {MOST_COMPARED}""",
        [*(value for key in keys for value in (key, LATEST)), agreement_id],
    ).fetchall()
    return next((int(number) for number, theirs, own, dated in rows if dated or _may_be_one(theirs, own)), None)


def _may_be_one(subject: str | None, other: str | None) -> bool:
    """Whether two subjects can be those of one agreement: they have a word in common, or one is not told."""
    one, two = subject_words(subject), subject_words(other)
    return not one or not two or bool(one & two)


def subject_words(text: str | None) -> set[str]:
    """The stems of the words of a subject that say what it is about."""
    words = {match[0].casefold() for match in WORD.finditer(text or "")} - EMPTY
    return {stem_word(word) for word in words}


def _by_subject(connection: sqlite3.Connection, agreement_id: int, keys: Sequence[str]) -> int | None:
    """The first agreement of the same type that was signed on the same day and is about the same.

    Where both name parties they must have one in common.
    """
    kind, day, subject, article = connection.execute(
        "SELECT type, date, subject, article_id FROM agreements WHERE id = ?", (agreement_id,)
    ).fetchone()
    if not subject or len(day or "") < WHOLE_DAY:
        return None
    others = connection.execute(
        f"""SELECT g.id, g.subject FROM agreements g JOIN articles a ON a.id = g.article_id
            JOIN articles b ON b.id = :article
            WHERE g.type = :type AND g.date = :date AND g.article_id <> :article AND g.same_as IS NULL
              AND abs(julianday(coalesce(a.published_date, a.first_seen))
                      - julianday(coalesce(b.published_date, b.first_seen))) <= {DAYS_APART}
            ORDER BY g.id LIMIT {LATEST}""",
        {"type": kind, "date": day, "article": article},
    ).fetchall()
    for other, theirs in others:
        if name_key(theirs or "") == name_key(subject):
            known = _keys(connection, other)
            if not keys or not known or set(keys) & set(known):
                return int(other)
    return None


def unlink(connection: sqlite3.Connection, agreement_ids: Iterable[int]) -> None:
    """Prepare the deletion of rows: those that pointed to one of them point to the earliest among themselves."""
    for gone in agreement_ids:
        rows = connection.execute("SELECT id FROM agreements WHERE same_as = ? ORDER BY id", (gone,)).fetchall()
        if rows:
            connection.execute("UPDATE agreements SET same_as = ? WHERE same_as = ?", (rows[0][0], gone))
            connection.execute("UPDATE agreements SET same_as = NULL WHERE id = ?", (rows[0][0],))


def _keys(connection: sqlite3.Connection, agreement_id: int) -> Sequence[str]:
    rows = connection.execute(
        "SELECT DISTINCT key FROM agreement_parties WHERE agreement_id = ? AND key <> ''", (agreement_id,)
    )
    return [row[0] for row in rows]
