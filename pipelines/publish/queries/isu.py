"""The SQL of the stories (isu): which there are, what one holds, to which the hits of a search belong."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from datasette.database import Database

from pipelines.publish.queries.lists import Chosen
from pipelines.search.asked import NAMED, named_values
from pipelines.search.narrowing import appearing
from pipelines.search.rows import CARDS, MOST_COUNTED, SURE, Row, Values, number, one, rows
from pipelines.wording.wib import WIB, parse_time, stamp

MOST_ARTICLES = 500  # of a story that its page lists; the files have them all
LONGEST = 31  # days; a story that goes on longer is not looked for on its first days
BESIDE_DAYS = 7  # days before and after a day in which the articles of its stories lie
AHEAD = timedelta(hours=1)  # that a source's clock may be ahead of ours
SEVERAL = "i.state = 'open' AND i.articles > 1"
STORY = """i.id, i.title, i.title_id, i.summary, i.summary_id, i.first_seen, i.last_seen, i.first_outlet, i.articles,
    i.outlets, i.grew_hour, i.grew_day, i.state, i.merged_into, i.named,
    (SELECT name FROM sources s WHERE s.id = i.first_outlet) AS first_name"""
OF_A_DAY, OF_ALL_DAYS = "i.outlets DESC, i.articles DESC, i.id DESC", "i.last_seen DESC, i.id DESC"
MARKS = {"diikuti": "followed", "ditutup": "closed"}  # what the team does with a story, as an address has it
GROWING = "i.articles >= 3 AND i.grew_day * 2 > i.articles"
ORGANISATIONS = """SELECT id FROM organisations WHERE name LIKE '%' || :organisation || '%' ESCAPE '\\'
    OR aliases LIKE '%' || :organisation || '%' ESCAPE '\\' ORDER BY articles DESC LIMIT 200"""

MOST_NAMING, MOST_OF_KIND = 20_000, 20_000  # on all days: articles that have a name, stories looked at for a kind
OLDEST_OF_KIND = f"""SELECT last_seen FROM isu i INDEXED BY isu_several WHERE {SEVERAL}
    ORDER BY last_seen DESC LIMIT 1 OFFSET :most_of_kind"""
BY_NAME = {"organisation": ("ORG", ORGANISATIONS), "official": NAMED["official"], "city": NAMED["city"]}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list of stories asks for; "" asks for nothing.

    day           a day in WIB on which they were told of
    organisation, official, city  words in the name of one that their articles name
    kind          the kind of a source that tells of them
    growing       only those most of whose articles came within a day
    team          "diikuti" or "ditutup": only those that the team follows, or has closed
    without_closed  not those that it has closed
    """

    day: str = ""
    organisation: str = ""
    official: str = ""
    city: str = ""
    kind: str = ""
    growing: bool = False
    team: str = ""
    without_closed: bool = False


async def chosen(db: Database, asked: Asked, *, bounded: bool = True) -> Chosen:
    """The stories of several articles `i` that are asked for: of a day those of most outlets first, else the newest.

    bounded  on all days look for names in the newest MOST_NAMING articles that have one, and for a kind of source in
             the newest MOST_OF_KIND stories, so that a page costs what it shows; `count` says if that left any out
    """
    conditions, values = [SEVERAL], Values()
    if asked.day:
        begin, end, late = _bounds(asked.day)
        conditions.append("i.last_seen >= :begin AND i.last_seen < :late AND i.first_seen < :end")
        values |= {"begin": begin, "end": end, "late": late}
    most = "" if asked.day or not bounded else " LIMIT :most_naming"
    beyond = []
    for name, (label, entities) in BY_NAME.items():
        if said := getattr(asked, name):
            ids = [row["id"] for row in await rows(db, entities, named_values(name, said))]
            narrow = appearing(label, ids, days=bool(asked.day))
            conditions.append(
                f"""i.id IN (SELECT m.isu_id FROM (SELECT id FROM ({narrow.ids}){most}) n
                             CROSS JOIN isu_articles m ON m.article_id = n.id)"""
            )
            values |= _beside(asked.day)
            beyond.append(f"SELECT 1 FROM ({narrow.rows}) LIMIT 1 OFFSET :most_naming")
    if asked.kind:
        conditions.append(
            """EXISTS (SELECT 1 FROM isu_articles m JOIN sources s ON s.id = m.source_id
                       WHERE m.isu_id = i.id AND s.kind = :kind)"""
        )
        values["kind"] = asked.kind
        if most and not beyond:
            conditions.append(f"i.last_seen >= coalesce(({OLDEST_OF_KIND}), '')")
            beyond.append(OLDEST_OF_KIND)
    if asked.growing:
        conditions.append(GROWING)
    if asked.team:
        conditions.append(f"i.id IN (SELECT isu_id FROM isu_marks WHERE {MARKS[asked.team]})")
    if asked.without_closed:
        conditions.append("i.id NOT IN (SELECT isu_id FROM isu_marks WHERE closed)")
    if most:
        values |= {"most_naming": MOST_NAMING, "most_of_kind": MOST_OF_KIND}
    by_id = asked.team or any(getattr(asked, name) for name in BY_NAME)
    return Chosen(
        "isu i" if by_id else "isu i INDEXED BY isu_several",
        conditions,
        values,
        OF_A_DAY if asked.day else OF_ALL_DAYS,
        tuple(beyond) if most else (),
    )


def _beside(day: str) -> Values:
    """The days within which articles of a day's stories are looked for."""
    if not day:
        return {}
    at = date.fromisoformat(day)
    first, last = (at + timedelta(days=by) for by in (-BESIDE_DAYS, BESIDE_DAYS))
    return {"since": first.isoformat(), "until": last.isoformat()}


def _bounds(day: str) -> list[str]:
    """When a day in WIB begins and ends, and the end of LONGEST days, as the database writes moments."""
    begin = parse_time(f"{day}T00:00:00+07:00")
    return [stamp(begin + timedelta(days=days)) for days in (0, 1, LONGEST)]


async def last_day(db: Database, before: str = "", *, without_closed: bool = False) -> str:
    """The last day (WIB), up to today or before another day, on which a story of several articles was last told of.

    "" for none. Stories that the team has closed count unless they are left out.
    """
    latest = _bounds(before)[0] if before else stamp(datetime.now(UTC) + AHEAD)
    open_only = " AND i.id NOT IN (SELECT isu_id FROM isu_marks WHERE closed)" if without_closed else ""
    found = await one(
        db,
        f"""SELECT max(i.last_seen) AS moment FROM isu i
            WHERE {SEVERAL} AND i.last_seen {"<" if before else "<="} :latest{open_only}""",
        {"latest": latest},
    )
    return parse_time(found["moment"]).astimezone(WIB).date().isoformat() if found and found["moment"] else ""


async def marks(db: Database, stories: Sequence[int]) -> dict[int, Row]:
    """{followed, closed} of those stories with which the team did something."""
    found = await rows(
        db,
        "SELECT isu_id, followed, closed FROM isu_marks WHERE isu_id IN (SELECT value FROM json_each(:ids))",
        {"ids": json.dumps([*stories])},
    )
    return {row["isu_id"]: row for row in found}


async def tones(db: Database, stories: Sequence[int]) -> dict[int, dict[str, int]]:
    """How often the team said each tone of each story's articles: of the text, or else of the title."""
    found = await rows(
        db,
        """SELECT m.isu_id, coalesce(t.body, t.title) AS tone, count(*) AS n
           FROM isu_articles m CROSS JOIN tones t ON t.article_id = m.article_id
           WHERE m.isu_id IN (SELECT value FROM json_each(:ids)) AND coalesce(t.body, t.title) IS NOT NULL
           GROUP BY 1, 2 ORDER BY n DESC, tone""",
        {"ids": json.dumps([*stories])},
    )
    told: dict[int, dict[str, int]] = {}
    for row in found:
        told.setdefault(row["isu_id"], {})[row["tone"]] = row["n"]
    return told


async def listed(db: Database, picked: Chosen, limit: int, offset: int = 0) -> list[Row]:
    """The stories that are picked, in their order; chosen by an index that holds all that the usual list asks for."""
    return await rows(
        db,
        f"""SELECT {STORY} FROM (SELECT i.id AS story_id FROM {picked.table} WHERE {picked.where}
                                 ORDER BY {picked.order} LIMIT :limit OFFSET :offset)
            JOIN isu i ON i.id = story_id ORDER BY {picked.order}""",
        picked.values | {"limit": limit, "offset": offset},
    )


async def count(db: Database, picked: Chosen) -> tuple[int, int]:
    """(how many stories are picked, up to which number that is exact): as a pager takes them."""
    counted = f"SELECT 1 FROM {picked.table} WHERE {picked.where} LIMIT {MOST_COUNTED + 1}"
    found = await number(db, f"SELECT count(*) FROM ({counted})", picked.values)
    for beyond in picked.beyond:
        if found <= MOST_COUNTED and await one(db, beyond, picked.values):
            return found + 1, found
    return found, MOST_COUNTED


async def story(db: Database, story_id: int) -> Row | None:
    """One story; one that was joined to another has its id in `merged_into`."""
    return await one(db, f"SELECT {STORY} FROM isu i WHERE i.id = :id", {"id": story_id})


async def beside(db: Database, story: Row, limit: int = 30) -> list[Row]:
    """Other stories that may be joined with one: those that are like it, then those of its days, of most outlets first.

    Both are bounded, since a story of years ago has all later ones behind it.
    """
    last = parse_time(story["last_seen"])
    return await rows(
        db,
        f"""SELECT {STORY}, max(x.odds) AS odds FROM (
              SELECT * FROM (SELECT o.isu_id AS story_id, p.odds FROM isu_articles m
                             CROSS JOIN isu_pairs p ON p.article_id = m.article_id
                             CROSS JOIN isu_articles o ON o.article_id = p.other_id
                             WHERE m.isu_id = :id ORDER BY p.odds DESC LIMIT 200)
              UNION ALL
              SELECT * FROM (SELECT i.id, NULL FROM isu i WHERE {SEVERAL} AND i.last_seen BETWEEN :first AND :late
                             AND i.first_seen <= :last
                             ORDER BY i.outlets DESC, i.articles DESC, i.id DESC LIMIT :limit)) x
            CROSS JOIN isu i ON i.id = x.story_id WHERE i.state = 'open' AND i.id <> :id GROUP BY i.id
            ORDER BY odds DESC NULLS LAST, i.outlets DESC, i.articles DESC, i.id DESC LIMIT :limit""",
        {
            "id": story["id"],
            "first": max(story["first_seen"], stamp(last - timedelta(days=BESIDE_DAYS))),
            "last": story["last_seen"],
            "late": stamp(last + timedelta(days=BESIDE_DAYS)),
            "limit": limit,
        },
    )


async def of_article(db: Database, article_id: int) -> Row | None:
    """The story of an article, if it has others, too."""
    return await one(
        db,
        f"""SELECT {STORY} FROM isu i
            WHERE i.id = (SELECT isu_id FROM isu_articles WHERE article_id = :id) AND {SEVERAL}""",
        {"id": article_id},
    )


async def articles(db: Database, story_id: int) -> list[Row]:
    """The articles of a story in order of time, with the titles that they had before."""
    found = await rows(
        db,
        f"""SELECT a.id, a.title, a.url, a.kind, a.duplicate_of, a.version, m.published_at, m.source_id, m.score,
                   m.reason, m.near_id, coalesce(s.name, m.source_id, '?') AS outlet, substr(a.text, 1, 3000) AS text
            FROM isu_articles m JOIN articles a ON a.id = m.article_id LEFT JOIN sources s ON s.id = m.source_id
            WHERE m.isu_id = :id ORDER BY m.published_at, a.id LIMIT {MOST_ARTICLES}""",
        {"id": story_id},
    )
    edited = [row["id"] for row in found if row["version"] > 1]
    before = await rows(
        db,
        """SELECT article_id, title FROM article_versions WHERE article_id IN (SELECT value FROM json_each(:ids))
           ORDER BY article_id, version""",
        {"ids": json.dumps(edited)},
    )
    for row in found:
        titles = [old["title"] for old in before if old["article_id"] == row["id"]]
        row["titles_before"] = [title for title in dict.fromkeys(titles) if title != row["title"]]
    return found


async def moments(db: Database, stories: Sequence[int]) -> dict[int, list[str]]:
    """When the articles of each story were published, in order."""
    found = await rows(
        db,
        """SELECT isu_id, published_at FROM isu_articles WHERE isu_id IN (SELECT value FROM json_each(:ids))
           ORDER BY isu_id, published_at""",
        {"ids": json.dumps([*stories])},
    )
    told: dict[int, list[str]] = {story_id: [] for story_id in stories}
    for row in found:
        told[row["isu_id"]].append(row["published_at"])
    return told


async def officials(db: Database, story_id: int, limit: int = 12) -> list[Row]:
    """The officials whom the articles of a story name, most often first."""
    found = await rows(
        db,
        """SELECT p.id, p.name, o.title, o.organisation, o.status, count(DISTINCT m.article_id) AS n
           FROM isu_articles m CROSS JOIN article_officials o ON o.article_id = m.article_id
           CROSS JOIN people p ON p.id = o.person_id
           WHERE m.isu_id = :id GROUP BY p.id ORDER BY n DESC, p.name LIMIT :limit""",
        {"id": story_id, "limit": limit},
    )
    return await _as_searched(db, story_id, "PER", found)


async def _as_searched(db: Database, story_id: int, label: str, found: list[Row]) -> list[Row]:
    """The same entities with `n` as a search counts them: the articles of the story in which each appears."""
    counted = await rows(
        db,
        f"""SELECT y.entity_id AS id, count(*) AS n FROM isu_articles m CROSS JOIN {CARDS} m.article_id
            CROSS JOIN appearances y ON y.label = :label AND y.day = coalesce(a.published_date, '')
              AND y.article_id = m.article_id AND y.entity_id IN ({", ".join(str(row["id"]) for row in found) or "0"})
            WHERE m.isu_id = :id GROUP BY y.entity_id""",
        {"id": story_id, "label": label},
    )
    numbers = {row["id"]: row["n"] for row in counted}
    return sorted((row | {"n": numbers.get(row["id"], 0)} for row in found), key=lambda row: (-row["n"], row["name"]))


async def places(db: Database, story_id: int, limit: int = 8) -> list[Row]:
    """The places that the articles of a story name, most often first."""
    found = await rows(
        db,
        """SELECT t.id, t.name, count(DISTINCT m.article_id) AS n
           FROM isu_articles m CROSS JOIN article_places l ON l.article_id = m.article_id
           CROSS JOIN places t ON t.id = l.place_id
           WHERE m.isu_id = :id GROUP BY t.id ORDER BY n DESC, t.name LIMIT :limit""",
        {"id": story_id, "limit": limit},
    )
    return await _as_searched(db, story_id, "GPE", found)


async def quotes(db: Database, story_id: int, limit: int = 30) -> list[Row]:
    """What people whose names are known are quoted with in a story, each wording once."""
    return await rows(
        db,
        """SELECT q.person_id, p.name, q.text, q.article_id, coalesce(s.name, m.source_id, '?') AS outlet
           FROM isu_articles m CROSS JOIN quotes q ON q.article_id = m.article_id
           CROSS JOIN people p ON p.id = q.person_id LEFT JOIN sources s ON s.id = m.source_id
           WHERE m.isu_id = :id GROUP BY q.text ORDER BY min(m.published_at), q.article_id, q.start LIMIT :limit""",
        {"id": story_id, "limit": limit},
    )


async def releases(db: Database, story_id: int) -> list[Row]:
    """The press releases that articles of a story took up, or that are among them."""
    return await rows(
        db,
        """SELECT r.id, r.title, r.published_at, r.source_id, coalesce(s.name, r.source_id, '?') AS outlet,
                  (SELECT count(DISTINCT l.outlet) FROM coverage_league l WHERE l.release_id = r.id) AS outlets
           FROM (SELECT m.article_id AS id FROM isu_articles m JOIN articles a ON a.id = m.article_id
                 WHERE m.isu_id = :id AND a.kind = 'press_release'
                 UNION SELECT c.release_id FROM isu_articles m JOIN coverage c ON c.article_id = m.article_id
                 WHERE m.isu_id = :id AND coalesce(c.confirmed, c.label) NOT IN ('none', 'mention')) x
           JOIN articles r ON r.id = x.id LEFT JOIN sources s ON s.id = r.source_id
           ORDER BY r.published_at, r.id LIMIT 20""",
        {"id": story_id},
    )


async def agreement_ids(db: Database, story_id: int) -> str:
    """A condition on agreements `g`: those that the articles of a story tell of, as their list shows them."""
    found = await rows(
        db,
        f"""SELECT DISTINCT coalesce(g.same_as, g.id) AS id FROM isu_articles m
            CROSS JOIN agreements g ON g.article_id = m.article_id WHERE m.isu_id = :id AND {SURE} LIMIT 50""",
        {"id": story_id},
    )
    return f"g.id IN ({', '.join(str(int(row['id'])) for row in found) or '0'})"


@dataclass(frozen=True, slots=True)
class Folded:
    """The hits of a page by story: the ids that stand below another, by that one; all of them; its story."""

    more: dict[int, list[int]] = field(default_factory=dict)
    hidden: frozenset[int] = frozenset()
    stories: dict[int, int] = field(default_factory=dict)


async def folded(db: Database, ids: Sequence[int]) -> Folded:
    """Articles, in their order, folded by story: the first of each stands for the others."""
    found = await rows(
        db,
        "SELECT article_id, isu_id FROM isu_articles WHERE article_id IN (SELECT value FROM json_each(:ids))",
        {"ids": json.dumps([*ids])},
    )
    story_of = {row["article_id"]: row["isu_id"] for row in found}
    first: dict[int, int] = {}
    more: dict[int, list[int]] = {}
    for article_id in ids:
        told = story_of.get(article_id)
        if told is None:
            continue
        if told in first:
            more.setdefault(first[told], []).append(article_id)
        else:
            first[told] = article_id
    hidden = frozenset(other for others in more.values() for other in others)
    return Folded(more, hidden, {article: told for told, article in first.items()})
