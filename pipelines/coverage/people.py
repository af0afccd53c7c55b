"""People: which officials of a release an article keeps, and which voices it adds, by the tags of both."""

from __future__ import annotations

import json
import sqlite3


def people(connection: sqlite3.Connection, release: tuple[int, str], article: tuple[int, str]) -> tuple[int, int, str]:
    """How many officials the release names, how many of them the article names, and the voices that it adds.

    release, article  (id, text)
    Voices are people who are quoted in the article and not named in the release, as a JSON list of names.
    """
    named = "SELECT DISTINCT person_id, name FROM article_officials WHERE article_id = ?"
    theirs = {row[0] for row in connection.execute(named, article[:1])}
    own: dict[int, bool] = {}
    for person_id, name in connection.execute(named, release[:1]):
        own[person_id] = own.get(person_id, False) or person_id in theirs or name in article[1]
    cursor = connection.execute(
        """SELECT DISTINCT coalesce(p.name, q.speaker) FROM quotes q LEFT JOIN people p ON p.id = q.person_id
           WHERE q.article_id = ? ORDER BY q.id""",
        article[:1],
    )
    names = [name for (name,) in cursor if name and name[0].isupper()]
    voices = [name for name in dict.fromkeys(names) if name.split()[-1] not in release[1]]
    return len(own), sum(own.values()), json.dumps(voices, ensure_ascii=False)


def refresh_people(connection: sqlite3.Connection, article_id: int) -> int:
    """Read the people of an article that was tagged anew into the pairs that it is in; how many pairs changed.

    A new article is in no pair yet. A pair whose texts have changed is compared again as a whole (update.py).
    """
    rows = connection.execute(
        """SELECT r.id, r.text, a.id, a.text, c.officials, c.officials_kept, c.other_voices
           FROM coverage c JOIN articles r ON r.id = c.release_id JOIN articles a ON a.id = c.article_id
           WHERE c.release_id = ?1 OR c.article_id = ?1""",
        (article_id,),
    ).fetchall()
    changed = 0
    for release_id, release, other_id, article, *before in rows:
        found = people(connection, (release_id, release), (other_id, article))
        if list(found) != before:
            connection.execute(
                """UPDATE coverage SET officials = ?, officials_kept = ?, other_voices = ?
                   WHERE release_id = ? AND article_id = ?""",
                (*found, release_id, other_id),
            )
            changed += 1
    return changed
