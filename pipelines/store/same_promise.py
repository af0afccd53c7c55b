"""The same promise told by several articles: the later rows point to the first (`promises.same_as`)."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable

from pipelines.language.stems import stem_word

WORD = re.compile(r"\d+(?:[.,]\d+)*|\w{4,}")  # shorter ones say little
OF_ONE = 100  # promises of one body or person, the latest, among which an earlier telling is looked for
OF_A_DAY = 200  # promises with the same last day, the latest
ALIKE, ALIKE_OF_OTHERS = 0.4, 0.6  # share of the shorter one's words; two voices must tell it in more of the same words
FEW = 4  # words that two tellings must have in common

Told = tuple[int, str, str, str]  # id, text, due, who_key


def link(connection: sqlite3.Connection, article_id: int) -> None:
    """Join the promises of a newly stored article to other tellings of the same: all point to the earliest article's.

    Two rows tell of the same promise when no deadline contradicts the other ("2027", "Juni 2027") and they have enough
    words in common; fewer where the same body or person says it.
    """
    own = connection.execute(
        """SELECT p.id, p.text, p.due, p.who_key, p.last, coalesce(a.published_at, a.first_seen), a.id
           FROM promises p JOIN articles a ON a.id = p.article_id WHERE p.article_id = ? ORDER BY p.id""",
        (article_id,),
    ).fetchall()
    for number, text, due, who, last, *when in own:
        found = _other(connection, (number, text, due, who), last)
        if found is None:
            continue
        other, *theirs = found
        first, later = (number, other) if when < theirs else (other, number)
        connection.execute(
            "UPDATE promises SET same_as = :first WHERE id = :later OR same_as = :later",
            {"first": first, "later": later},
        )


def _other(connection: sqlite3.Connection, told: Told, last: str) -> tuple[int, str, int] | None:
    """(first telling of the same promise, when its article appeared, that article); None where there is none."""
    number, text, due, who = told
    words = _words(text)
    others = connection.execute(
        f"""SELECT o.id, o.text, o.due, o.who_key, coalesce(a.published_at, a.first_seen), a.id FROM (
              SELECT * FROM (SELECT * FROM promises WHERE who_key = :who AND same_as IS NULL AND id <> :id
                             ORDER BY id DESC LIMIT {OF_ONE})
              UNION
              SELECT * FROM (SELECT * FROM promises WHERE last = :last AND same_as IS NULL AND id <> :id
                             ORDER BY id DESC LIMIT {OF_A_DAY})) o
            JOIN articles a INDEXED BY articles_card ON a.id = o.article_id ORDER BY o.id""",
        {"who": who, "last": last, "id": number},
    )
    for other, theirs, their_due, their_who, at, article in others:
        if not (due.startswith(their_due) or their_due.startswith(due)):
            continue
        their_words = _words(theirs)
        shared, shorter = len(words & their_words), min(len(words), len(their_words))
        if shared >= FEW and shared >= (ALIKE if who == their_who else ALIKE_OF_OTHERS) * shorter:
            return int(other), str(at), int(article)
    return None


def _words(text: str) -> set[str]:
    return {stem_word(match[0].casefold()) for match in WORD.finditer(text)}


def unlink(connection: sqlite3.Connection, article_id: int) -> None:
    """Prepare the deletion of an article's rows: those that pointed to one point to the earliest among themselves."""
    for (gone,) in connection.execute("SELECT id FROM promises WHERE article_id = ?", (article_id,)).fetchall():
        rows = connection.execute("SELECT id FROM promises WHERE same_as = ? ORDER BY id", (gone,)).fetchall()
        _hand_on(connection, gone, (row[0] for row in rows))


def _hand_on(connection: sqlite3.Connection, gone: int, later: Iterable[int]) -> None:
    heir = next(iter(later), None)
    if heir is not None:
        connection.execute("UPDATE promises SET same_as = ? WHERE same_as = ?", (heir, gone))
        connection.execute("UPDATE promises SET same_as = NULL WHERE id = ?", (heir,))
