"""The SQL of the lists: which rows of officials, institutions, places and agreements a list's filters pick.

The pages show these rows by the page, the files of the lists hold all of them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from datasette.database import Database

from pipelines.search.rows import MOST_COUNTED, PAGE_SIZE, Row, Values, number, plain, rows

LIST_SIZE = 2 * PAGE_SIZE  # rows of a page
ORDERS = {"": "articles DESC, name", "nama": "name", "terakhir": "last_seen DESC, name"}
CITY = "(kind IN ('kota', 'kabupaten') OR code = '31')"  # Jakarta is a province and a city


@dataclass(frozen=True, slots=True)
class Chosen:
    """The rows of a table or view that a list shows: the conditions (joined by AND), their values, the order.

    beyond  queries each of which finds a row where the conditions leave out older ones, so as to cost less
    """

    table: str
    conditions: list[str]
    values: Values
    order: str = ""
    beyond: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """The conditions as one."""
        return " AND ".join(self.conditions) or "1"


def _pattern(needle: str) -> str:
    """A LIKE pattern (ESCAPE '\\') that finds `needle` anywhere; its own % and _ are plain characters."""
    return f"%{plain(needle)}%"


def _anywhere(needle: str, columns: tuple[str, ...]) -> list[str]:
    return ["(" + " OR ".join(f"{c} LIKE :needle ESCAPE '\\'" for c in columns) + ")"] if needle else []


def officials(needle: str, status: str, order: str) -> Chosen:
    """The people with a post, each once, with these words in the name, or in the title or institution of a post.

    Each has the most told of the posts that are asked for. status "" is any.
    """
    held = "q.person_id = p.id" + (" AND q.status = :status" if status else "")
    told = "(q.title LIKE :needle ESCAPE '\\' OR q.organisation LIKE :needle ESCAPE '\\')" if needle else "NULL"
    people = f"""(SELECT p.id AS person_id, p.name, r.title, r.organisation, r.status, p.articles, p.first_seen,
                    p.last_seen FROM people p CROSS JOIN roles r
                  ON r.id = (SELECT id FROM roles q WHERE {held} ORDER BY {told} DESC, articles DESC, id LIMIT 1))"""
    return Chosen(
        people,
        _anywhere(needle, ("name", "title", "organisation")),
        {"needle": _pattern(needle), "status": status},
        ORDERS[order],
    )


def organisations(needle: str, order: str) -> Chosen:
    """The rows of `organisations` with these words in the name or another form of it."""
    conditions = [*_anywhere(needle, ("name", "aliases")), "articles > 0"]
    return Chosen("organisations", conditions, {"needle": _pattern(needle)}, ORDERS[order])


def laws(needle: str, order: str) -> Chosen:
    """The rows of `laws` with these words in the short or full name, or in what it is about."""
    conditions = [*_anywhere(needle, ("key", "name", "about")), "articles > 0"]
    return Chosen("laws", conditions, {"needle": _pattern(needle)}, ORDERS[order].replace("name", "key"))


def authors(needle: str, source: str, order: str) -> Chosen:
    """The authors with these words in the name, of an outlet (its id; "" for all)."""
    told = """(SELECT w.id, w.name, w.source_id, coalesce(s.name, w.source_id) AS outlet, w.articles,
                      (SELECT max(day) FROM bylines WHERE author_id = w.id) AS last_seen
               FROM authors w LEFT JOIN sources s ON s.id = w.source_id)"""
    conditions = [*_anywhere(needle, ("name",)), *(["source_id = :source"] if source else []), "articles > 0"]
    return Chosen(told, conditions, {"needle": _pattern(needle), "source": source}, ORDERS[order])


def places(needle: str, kind: str, province: str, order: str, codes: Sequence[str] = ()) -> Chosen:
    """The rows of `places`; the cities where neither a kind nor words are asked for.

    province: its Kemendagri code (two digits), "" for any; codes: of regions whose everyday name the words are.
    """
    conditions = _anywhere(needle, ("name", "province", "code"))
    if codes:
        conditions = [f"({conditions[0]} OR code IN (SELECT value FROM json_each(:codes)))"]
    if kind:
        conditions.append("kind = :kind")
    elif not needle:
        conditions.append(CITY)
    if province:
        conditions.append("(code = :code OR code BETWEEN :code || '.' AND :code || '/')")
    values = {"needle": _pattern(needle), "kind": kind, "code": province, "codes": json.dumps(codes)}
    return Chosen("places", [*conditions, "articles > 0"], values, ORDERS[order])


@dataclass(frozen=True, slots=True)
class AgreementsAsked:
    """What a list of agreements asks for; "" asks for nothing.

    needle        words in its name, parties, subject or place; `named` the regions of which it is an everyday name
    party         words in the name of a party, or in another name of that institution
    city          what a person typed, and the `codes` of the regions that it names
    place         the id of a place
    year, since, until   of the day of signing, or of the article where that is unknown
    stage         of its life (pipelines/store/agreement_lives.py)
    silent        the day since which no article has told of its life, which has not ended
    ending        the day up to which it ends, from today on
    """

    needle: str = ""
    named: tuple[str, ...] = ()
    kind: str = ""
    status: str = ""
    party: str = ""
    city: str = ""
    codes: tuple[str, ...] = ()
    place: str = ""
    year: str = ""
    since: str = ""
    until: str = ""
    stage: str = ""
    silent: str = ""
    ending: str = ""
    now: str = ""


# The day of an agreement, as precise as it is known: "2016-10" lies in a period of which it may be a part.
DAY_OF = """coalesce(g.date, (SELECT published_date FROM articles INDEXED BY articles_card WHERE id = g.article_id))"""
OF_LIFE = "g.id IN (SELECT life FROM agreement_lives WHERE {})"  # the first agreement of a life stands for it
OF_PARTY = """g.id IN (SELECT agreement_id FROM agreement_parties
    WHERE party LIKE :party ESCAPE '\\' OR organisation_id IN (
    SELECT id FROM organisations WHERE name LIKE :party ESCAPE '\\' OR aliases LIKE :party ESCAPE '\\'))"""


def agreements(asked: AgreementsAsked) -> Chosen:
    """The agreements `g`, with their articles `a`; what several articles tell is one agreement."""
    conditions = ["g.same_as IS NULL"]
    if asked.needle:
        fields = " OR ".join(f"g.{c} LIKE :needle ESCAPE '\\'" for c in ("title", "subject", "place"))
        party = "SELECT agreement_id FROM agreement_parties WHERE party LIKE :needle ESCAPE '\\'"
        named = f" OR {_belonging(_regions(asked.named))}" if asked.named else ""
        conditions.append(f"({fields} OR g.id IN ({party}){named})")
    conditions += [
        condition
        for given, condition in (
            (asked.kind, "g.type = :type"),
            (asked.status, "g.status = :status"),
            (asked.party, OF_PARTY),
            (asked.city, _belonging(_regions(asked.codes) or OF_NAME)),
            (asked.place, _belonging(OF_PLACE)),
            (asked.year, f"substr({DAY_OF}, 1, 4) = :year"),
            (asked.since, f"{DAY_OF} || '-99' >= :since"),
            (asked.until, f"{DAY_OF} <= :until"),
            (asked.stage, OF_LIFE.format("stage = :stage")),
            (asked.silent, OF_LIFE.format("last_day < :silent AND stage <> 'berakhir'")),
            (asked.ending, OF_LIFE.format("ends BETWEEN :now AND :ending")),
        )
        if given
    ]
    values = {
        "needle": _pattern(asked.needle),
        "type": asked.kind,
        "status": asked.status,
        "party": _pattern(asked.party),
        "city": _pattern(asked.city),
        "place": asked.place,
        "year": asked.year,
        "since": asked.since,
        "until": asked.until,
        "stage": asked.stage,
        "silent": asked.silent,
        "ending": asked.ending,
        "now": asked.now,
    }
    return Chosen("agreements", conditions, values)


OWN_KEY = "(SELECT key FROM places WHERE id = CAST(:place AS INTEGER))"
OF_PLACE = f"l.key = {OWN_KEY} OR l.key BETWEEN {OWN_KEY} || '.' AND {OWN_KEY} || '/'"
OF_NAME = "l.key IN (SELECT key FROM places WHERE name LIKE :city ESCAPE '\\')"


def _belonging(places: str) -> str:
    """The agreements that belong to the places of a condition on `agreement_places l`, each by its first telling."""
    return f"""g.id IN (SELECT coalesce(t.same_as, t.id) FROM agreement_places l
               JOIN agreements t ON t.id = l.agreement_id WHERE {places})"""


def _regions(codes: Sequence[str]) -> str:
    """A condition on `agreement_places l`: the regions of these Kemendagri codes, and all that lies in them."""
    return " OR ".join(f"l.key = '{code}' OR l.key BETWEEN '{code}.' AND '{code}/'" for code in codes)


async def listing(db: Database, chosen: Chosen, columns: str, page: int) -> tuple[list[Row], int]:
    """(rows of the page, number of all up to MOST_COUNTED + 1) of a list."""
    counted = f"SELECT 1 FROM {chosen.table} WHERE {chosen.where} LIMIT {MOST_COUNTED + 1}"
    total = await number(db, f"SELECT count(*) FROM ({counted})", chosen.values)
    found = await rows(
        db,
        f"""SELECT {columns} FROM {chosen.table} WHERE {chosen.where}
            ORDER BY {chosen.order} LIMIT :limit OFFSET :offset""",
        chosen.values | {"limit": LIST_SIZE, "offset": LIST_SIZE * (page - 1)},
    )
    return found, total
