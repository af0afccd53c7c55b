"""Published: articles of an outlet that may be the clarification the team waits for; a person says whether they are.

Nothing is decided here: `/meja` shows what is found beside the response, with a button that writes it down.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

# What a headline or lead says of an article that puts another one right. "Terkoreksi" is what prices are.
SAYS_SO = re.compile(
    r"\b(?:(?:meng|di)?klarifikasi(?:kan|nya)?|hak\s+(?:jawab|koreksi)|(?:me|di)?ralat(?:nya)?"
    r"|(?:koreksi|dikoreksi|mengoreksi)(?:nya)?|(?:mem|di)?bantah(?:an|annya|kan|nya)?)\b",
    re.IGNORECASE,
)
LEAD = 600  # characters of a text that count as its lead
MOST_PROPOSED = 3  # for one article
MOST_TOLD = 1_000  # articles of an isu, the newest
MOST_READ = 200  # articles of the outlet that are looked at for one article


@dataclass(frozen=True, slots=True)
class Proposal:
    """An article that may be the published clarification; `day` is YYYY-MM-DD (WIB)."""

    article_id: int
    title: str
    day: str
    url: str


# Articles of the same outlet in the same isu, and those that took up a release which the article took up as well or
# which is in its isu. All by index: of the isu by its time, of a release by its number.
JOINED = f"""
WITH told AS (SELECT c.article_id, c.source_id FROM isu_articles m JOIN isu_articles c ON c.isu_id = m.isu_id
              WHERE m.article_id = :id ORDER BY c.published_at DESC LIMIT {MOST_TOLD}),
     releases AS (SELECT release_id FROM coverage WHERE article_id = :id AND coalesce(confirmed, label) <> 'none'
                  UNION SELECT article_id FROM told),
     found AS (SELECT article_id FROM told WHERE source_id = :source
               UNION SELECT w.article_id FROM releases r CROSS JOIN coverage_league w ON w.release_id = r.release_id
               WHERE w.outlet = :source)
SELECT a.id, a.title, a.published_date, a.url, substr(a.text, 1, {LEAD})
FROM found f CROSS JOIN articles a ON a.id = f.article_id
WHERE coalesce(a.duplicate_of, a.id) <> :original AND a.source_id = :source AND a.kind = 'news'
  AND a.published_date >= :day AND coalesce(a.published_at, '9') > :own
ORDER BY a.published_date, a.published_at, a.id LIMIT {MOST_READ}"""


def proposals(connection: sqlite3.Connection, article_id: int, since: str) -> list[Proposal]:
    """What may be the clarification of an article: those whose headline says so first, each the earlier first.

    since  the day (WIB) on which it was sent; "" is the article's own. Nothing older is looked at.
    """
    row = connection.execute(
        """SELECT source_id, published_date, coalesce(duplicate_of, id), coalesce(published_at, '') FROM articles
           WHERE id = ?""",
        (article_id,),
    ).fetchone()
    source, day, original, own = row or (None, None, None, "")
    first = since or day
    if not (source and first):
        return []
    values = {"id": article_id, "source": source, "day": first, "original": original, "own": own}
    rows = connection.execute(JOINED, values)
    in_title: list[Proposal] = []
    in_lead: list[Proposal] = []
    for number, title, day, url, lead in rows:
        if not url.startswith(("https://", "http://")):
            continue
        for text, where in ((title, in_title), (lead, in_lead)):
            if SAYS_SO.search(text):
                where.append(Proposal(number, title, day, url))
                break
    return [*in_title, *in_lead][:MOST_PROPOSED]


def proposed(connection: sqlite3.Connection, waiting: Iterable[tuple[int, str]]) -> dict[int, list[Proposal]]:
    """By article what may be its clarification. `waiting`: (article, the day it was sent, or "")."""
    found = {article_id: proposals(connection, article_id, since) for article_id, since in waiting}
    return {article_id: offered for article_id, offered in found.items() if offered}
