"""People: which officials of a release an article keeps, and which voices it adds, by the tags of both."""

from __future__ import annotations

import json
import sqlite3

MOST_NAMES = 4  # that the reasons of a pair give


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
           WHERE q.article_id = ? AND q.kind = 'langsung' ORDER BY q.id""",
        article[:1],
    )
    names = [name for (name,) in cursor if name and name[0].isupper()]
    voices = [name for name in dict.fromkeys(names) if name.split()[-1] not in release[1]]
    return len(own), sum(own.values()), json.dumps(voices, ensure_ascii=False)


def shared_names(connection: sqlite3.Connection, release_id: int, article_id: int) -> list[str]:
    """The people, institutions and places that both articles name, the most named first of each, at most MOST_NAMES."""
    rows = connection.execute(
        f"""SELECT CASE a.label WHEN 'PER' THEN (SELECT name FROM people WHERE id = a.entity_id)
                   WHEN 'ORG' THEN (SELECT name FROM organisations WHERE id = a.entity_id)
                   ELSE (SELECT name FROM places WHERE id = a.entity_id) END AS name
            FROM mentions a WHERE a.article_id = :article AND a.label IN ('PER', 'ORG', 'GPE') AND EXISTS (
              SELECT 1 FROM mentions r WHERE r.article_id = :release AND +r.label = a.label
              AND r.entity_id = a.entity_id)
            GROUP BY a.label, a.entity_id
            ORDER BY instr('PERORGGPE', a.label), count(*) DESC, a.entity_id LIMIT {MOST_NAMES}""",
        {"release": release_id, "article": article_id},
    )
    return [name for (name,) in rows if name]


def refresh_people(connection: sqlite3.Connection, article_id: int) -> int:
    """Read the people of an article that was tagged anew into the pairs that it is in; how many pairs changed.

    A new article is in no pair yet. A pair whose texts have changed is compared again as a whole (update.py).
    """
    rows = connection.execute(
        """SELECT r.id, r.text, a.id, a.text, c.officials, c.officials_kept, c.other_voices
           FROM coverage c JOIN articles r ON r.id = c.release_id JOIN articles a ON a.id = c.article_id
           WHERE c.release_id = :id OR c.article_id = :id""",
        {"id": article_id},
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
