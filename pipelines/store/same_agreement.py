"""The same agreement told by several articles: the later rows point to the first (`agreements.same_as`)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from pipelines.store.who_is_who import organisation_key

DAYS_APART = 45  # between two articles about one signing
SHARED_PARTIES = 2
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

    Two rows tell of the same agreement when they have the same type and two parties in common, when their articles lie
    within DAYS_APART days, and when they give no two different days of signing.
    """
    keys = _keys(connection, agreement_id)
    if len(keys) < SHARED_PARTIES:
        return
    latest = " UNION ALL ".join(
        ["SELECT * FROM (SELECT agreement_id, key FROM agreement_parties WHERE key = ? ORDER BY rowid DESC LIMIT ?)"]
        * len(keys)
    )
    row = connection.execute(
        f"""SELECT g.id
            FROM (SELECT agreement_id FROM ({latest})
                  GROUP BY agreement_id HAVING count(DISTINCT key) >= {SHARED_PARTIES}) AS told
            CROSS JOIN agreements g ON g.id = told.agreement_id
            JOIN articles a ON a.id = g.article_id
            JOIN agreements mine ON mine.id = ? JOIN articles b ON b.id = mine.article_id
            WHERE g.id <> mine.id AND g.article_id <> mine.article_id AND g.type = mine.type AND g.same_as IS NULL
              AND abs(julianday(coalesce(a.published_date, a.first_seen))
                      - julianday(coalesce(b.published_date, b.first_seen))) <= {DAYS_APART}
              AND (g.date IS NULL OR mine.date IS NULL OR g.date LIKE mine.date || '%' OR mine.date LIKE g.date || '%')
            ORDER BY g.id LIMIT 1""",
        [*(value for key in keys for value in (key, LATEST)), agreement_id],
    ).fetchone()
    if row:
        connection.execute("UPDATE agreements SET same_as = ? WHERE id = ?", (row[0], agreement_id))


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
