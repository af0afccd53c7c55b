"""Which articles carry the key sentences of a release or a story, worked out when somebody asks.

An article takes some 2 ms with five sentences (docs/key-messages.md); what was found is remembered for as long as its
text and the sentences stay the same. So nothing of it is stored, and nothing is out of date.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipelines.coverage.key_messages import MISSING, VERDICTS, Found, find_all
from pipelines.coverage.report import SAID
from pipelines.desk.messages import RELEASE, Subject, messages
from pipelines.search.rows import Row

MOST_READ = 200  # articles of a release or a story, in the order of publication
REMEMBERED = 2_000  # articles
LONGEST_PASSAGE = 400  # characters that are shown

ARTICLES = {
    RELEASE: f"""SELECT a.id, a.title, a.text, a.url, a.source_id, coalesce(s.name, a.source_id, '?') AS outlet,
                        a.published_at
                 FROM coverage c JOIN articles a ON a.id = c.article_id LEFT JOIN sources s ON s.id = a.source_id
                 WHERE c.release_id = :id AND {SAID} <> 'none'
                 ORDER BY coalesce(a.published_at, a.first_seen), a.id LIMIT :most""",
    "isu": """SELECT a.id, a.title, a.text, a.url, m.source_id, coalesce(s.name, m.source_id, '?') AS outlet,
                     a.published_at
              FROM isu_articles m JOIN articles a ON a.id = m.article_id LEFT JOIN sources s ON s.id = m.source_id
              WHERE m.isu_id = :id AND a.kind = 'news' ORDER BY m.published_at, a.id LIMIT :most""",
}


@dataclass(frozen=True, slots=True)
class Carried:
    """The key sentences of a release or a story, and what its articles make of them.

    articles  each with `found`: one `Told` for each sentence
    tally     for each sentence how many articles have each of VERDICTS, and `outlets`: how many outlets carry it
    cut       whether there are more articles than were read
    """

    messages: list[str]
    articles: list[Row]
    tally: list[dict[str, int]]
    cut: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What an article makes of a key sentence, and the passage as it is shown; "" where it is missing."""

    verdict: str
    passage: str
    said: tuple[tuple[str, str], ...]


def carried(connection: sqlite3.Connection, subject: Subject) -> Carried:
    """The key sentences of a release or a story, and what its articles make of them."""
    texts = messages(connection, subject)
    if not texts:
        return Carried([], [], [], cut=False)
    found = connection.execute(ARTICLES[subject.about], {"id": subject.id, "most": MOST_READ + 1})
    names = [column[0] for column in found.description]
    articles: list[Row] = [dict(zip(names, row, strict=True)) for row in found]
    shown = articles[:MOST_READ]
    for row in shown:
        row["found"] = told(texts, row["title"], row["text"])
    return Carried(texts, shown, [_tally(shown, at) for at in range(len(texts))], cut=len(articles) > MOST_READ)


def told(texts: Sequence[str], title: str | None, text: str | None) -> list[Told]:
    """What an article makes of each of the key sentences."""
    title, text = title or "", text or ""
    return [
        Told(found.verdict, _passage(found, title, text), found.said)
        for found in _found(tuple(texts), title, text)
    ]  # fmt: skip


@lru_cache(maxsize=REMEMBERED)
def _found(texts: tuple[str, ...], title: str, text: str) -> tuple[Found, ...]:
    return tuple(find_all(texts, title, text))


def _passage(found: Found, title: str, text: str) -> str:
    if found.verdict == MISSING:
        return ""
    own = {"title": title, "text": text}[found.field][found.start : found.end]
    return own if len(own) <= LONGEST_PASSAGE else f"{own[:LONGEST_PASSAGE].rstrip()}…"


def _tally(articles: Sequence[Row], at: int) -> dict[str, int]:
    counted = Counter(row["found"][at].verdict for row in articles)
    carrying = {row["source_id"] for row in articles if row["found"][at].verdict in VERDICTS[:2]}
    return {verdict: counted[verdict] for verdict in VERDICTS} | {"outlets": len(carrying)}
