"""The SQL of tones: what people said, counted, and of how many articles they have said nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from datasette.database import Database

from pipelines.desk.tone import TONES
from pipelines.search import trend
from pipelines.search.asked import STORY, Search
from pipelines.search.rows import CARD, Row, Values, number, one, rows
from pipelines.store.who_is_who import name_key

MOST = 50  # rows of a table
MOST_TONED = 5_000  # articles with a tone in which those of a search are looked for, the newest ones
NO_DAY = "-"
COUNTS = ", ".join(f"sum(coalesce(n.body, n.title) = '{tone}') AS \"{tone}\"" for tone in TONES) + ", count(*) AS said"


@dataclass(frozen=True, slots=True)
class Asked:
    """The days (first and last) and the target that are counted; of them one tone, outlet (its id) or day; "" for all.

    NO_DAY for a day: articles without one. `among`: the articles of a search (see `toned`), None for all.
    """

    since: str
    until: str
    target: str = ""
    tone: str = ""
    outlet: str = ""
    day: str = ""
    among: Sequence[int] | None = None

    @property
    def where(self) -> str:
        """The condition on `tones n` and `articles a`."""
        wanted = (
            (self.target, "n.target = :target"),
            (self.tone, "coalesce(n.body, n.title) = :tone"),
            (self.among is not None, "n.article_id IN (SELECT value FROM json_each(:among))"),
        )
        return " AND ".join([self.here, *(condition for given, condition in wanted if given)])

    @property
    def here(self) -> str:
        """The condition on the days and the outlet of `articles a`."""
        wanted = ((self.outlet, "a.source_id = :outlet"), (self.day, "a.published_date IS nullif(:day, '-')"))
        return " AND ".join([f"({self.days})", *(condition for given, condition in wanted if given)])

    @property
    def untold(self) -> str:
        """The condition on `articles a` of which nobody has said anything (towards the target)."""
        if self.target:
            days = f"({self.days})".replace("a.published_date", "day")
            named = " UNION ".join(
                f"""SELECT article_id FROM appearances WHERE label = '{label}' AND {days} AND entity_id IN
                    (SELECT entity_id FROM name_forms WHERE kind = '{kind}' AND key = :target)"""
                for label, kind in (("ORG", "organisation"), ("PER", "person"))
            )
            which, said = f"a.id IN ({named})", " AND n.target = :target"
        else:
            which, said = "a.kind = 'news'", ""
        which = "0" if self.among is not None else which  # a search is asked for what was said of its articles alone
        return f"{which} AND {self.here} AND NOT EXISTS (SELECT 1 FROM tones n WHERE n.article_id = a.id{said})"

    @property
    def days(self) -> str:
        """The condition on the days of `articles a`."""
        return "a.published_date BETWEEN :since AND :until" if self.since else "1"

    @property
    def values(self) -> Values:
        """The values of both conditions."""
        return {
            "since": self.since,
            "until": self.until,
            "target": name_key(self.target),
            "tone": self.tone,
            "outlet": self.outlet,
            "day": self.day,
            "among": json.dumps([*(self.among or ())]),
        }


FROM = "FROM tones n CROSS JOIN articles a ON a.id = n.article_id LEFT JOIN sources s ON s.id = a.source_id"


async def toned(db: Database, wanted: Search) -> list[int]:
    """The articles of a search of which people have set a tone; of the newest MOST_TONED, but of a story all."""
    conditions = ["a.published_date >= :since"] if wanted.since else []
    conditions += ["a.published_date <= :until"] if wanted.until else []
    conditions += [f"n.article_id IN (SELECT article_id FROM isu_articles WHERE isu_id = {STORY})"] * bool(wanted.story)
    found = await rows(
        db,
        f"""SELECT DISTINCT n.article_id AS id FROM tones n
            CROSS JOIN articles a INDEXED BY articles_card ON a.id = n.article_id
            WHERE {" AND ".join(conditions) or "1"} ORDER BY 1 DESC LIMIT {MOST_TONED}""",
        {"since": wanted.since, "until": wanted.until, "story": wanted.story},
    )
    return await trend.among(db, wanted, [row["id"] for row in found])


UNTOLD_FROM = "FROM articles a LEFT JOIN sources s ON s.id = a.source_id"
UNTOLD_ORDER = "a.published_at DESC, a.id DESC"


async def counted(db: Database, asked: Asked) -> Row:
    """How many articles of each tone (the text's, or the title's where only that was said), with three totals.

    said: all that was said; articles, untold: the news of the days and the outlet, and of how many of them nobody has
    said anything; with a target, the articles that name a body or person of that name, or of which somebody said
    something towards it.
    """
    found = await one(db, f"SELECT {COUNTS} {FROM} WHERE {asked.where}", asked.values)
    assert found is not None
    told = f"SELECT count(DISTINCT n.article_id) {FROM} WHERE {asked.here}"
    if asked.target:
        untold = await number(db, f"SELECT count(*) {UNTOLD_FROM} WHERE {asked.untold}", asked.values)
        articles = untold + await number(db, f"{told} AND n.target = :target", asked.values)
    else:
        days = asked.here.replace("IS nullif(:day, '-')", "= CASE :day WHEN '-' THEN '' ELSE :day END")
        days = days.replace("a.published_date", "a.day")
        articles = await number(
            db, f"SELECT coalesce(sum(articles), 0) FROM articles_by_day a WHERE kind = 'news' AND {days}", asked.values
        )
        untold = articles - await number(db, f"{told} AND a.kind = 'news'", asked.values)
    return found | {"articles": articles, "untold": untold}


async def untold(db: Database, asked: Asked) -> list[Row]:
    """The newest articles of which nobody has said anything."""
    return await rows(
        db,
        f"SELECT {CARD} {UNTOLD_FROM} WHERE {asked.untold} ORDER BY {UNTOLD_ORDER} LIMIT {MOST}",
        asked.values,
    )


async def by_target(db: Database, asked: Asked) -> list[Row]:
    """The targets, those of whom most was said first."""
    return await rows(
        db,
        f"""SELECT n.name AS name, {COUNTS} {FROM} WHERE {asked.where}
            GROUP BY n.target ORDER BY said DESC, name LIMIT {MOST}""",
        asked.values,
    )


async def by_outlet(db: Database, asked: Asked) -> list[Row]:
    """The outlets, those of which most was said first."""
    return await rows(
        db,
        f"""SELECT coalesce(s.name, a.source_id, '?') AS name, a.source_id, {COUNTS} {FROM} WHERE {asked.where}
            GROUP BY a.source_id ORDER BY said DESC, name LIMIT {MOST}""",
        asked.values,
    )


async def by_story(db: Database, asked: Asked) -> list[Row]:
    """The stories of several articles, those of which most was said first: `name` and `id`."""
    return await rows(
        db,
        f"""SELECT i.title AS name, i.id, {COUNTS} {FROM}
            JOIN isu_articles m ON m.article_id = n.article_id JOIN isu i ON i.id = m.isu_id AND i.articles > 1
            WHERE {asked.where} GROUP BY i.id ORDER BY said DESC, name LIMIT {MOST}""",
        asked.values,
    )


async def by_day(db: Database, asked: Asked) -> list[Row]:
    """The days, the latest first."""
    return await rows(
        db,
        f"SELECT a.published_date AS day, {COUNTS} {FROM} WHERE {asked.where} GROUP BY 1 ORDER BY 1 DESC LIMIT {MOST}",
        asked.values,
    )


ROWS = f"""SELECT n.name, a.title, coalesce(s.name, a.source_id), a.published_date, n.title, n.body, n.author, n.set_at,
    a.url {FROM} WHERE {{where}} ORDER BY n.set_at DESC"""  # of a file


async def newest(db: Database, asked: Asked) -> list[Row]:
    """What was said last."""
    return await rows(
        db,
        f"""SELECT n.article_id, a.title AS headline, n.name, n.title, n.body, n.author, n.set_at,
                   coalesce(s.name, a.source_id, '?') AS outlet {FROM} WHERE {asked.where}
            ORDER BY n.set_at DESC LIMIT {MOST}""",
        asked.values,
    )
