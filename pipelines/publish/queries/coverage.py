"""The SQL of the coverage pages: who took a release up, one pair, the league tables."""

from __future__ import annotations

from dataclasses import dataclass

from datasette.database import Database

from pipelines.coverage.labels import LABELS
from pipelines.coverage.report import SAID
from pipelines.search.rows import CARDS, Row, Values, number, one, rows

MOST_MONTHS = 24  # of the table by month
MOST_SHOWN = 500  # articles on one release; the files have them all
COUNTS = ", ".join(f"sum(l.label = '{label}') AS {label}" for label in LABELS)
PAIR = f"""c.release_id, c.article_id, c.lag_minutes, c.kept, c.copied, c.retold, c.longest, c.quotes, c.quotes_kept,
    c.numbers, c.numbers_kept, c.numbers_changed, c.officials, c.officials_kept, c.other_voices, c.wire, c.via_id,
    c.reasons, c.label AS measured, c.confirmed, {SAID} AS label"""
RELEASE_ORDERS = {
    "": "outlets DESC, day DESC, release_id DESC",
    "terbaru": "day DESC, outlets DESC, release_id DESC",
    "tercepat": "first_lag IS NULL, first_lag, outlets DESC, day DESC, release_id DESC",
    "utuh": "verbatim DESC, edited DESC, outlets DESC, day DESC, release_id DESC",
}
OUTLET_ORDERS = {
    "": "releases DESC, outlet",
    "nama": "outlet",
    "tercepat": "lag IS NULL, lag, outlet",
    "disalin": "copied DESC, releases DESC, outlet",
}


async def of_release(db: Database, release_id: int) -> list[Row]:
    """Who took a release up, pairs that a person said are none included, in the order of publication."""
    return await rows(
        db,
        f"""SELECT {PAIR}, a.title, a.source_id, coalesce(s.name, a.source_id, '?') AS outlet, a.published_at,
                   a.published_date, t.name AS via_outlet
            FROM coverage c JOIN articles a ON a.id = c.article_id LEFT JOIN sources s ON s.id = a.source_id
            LEFT JOIN articles v ON v.id = c.via_id LEFT JOIN sources t ON t.id = v.source_id
            WHERE c.release_id = :id ORDER BY coalesce(a.published_at, a.first_seen), a.id LIMIT {MOST_SHOWN}""",
        {"id": release_id},
    )


async def of_article(db: Database, article_id: int) -> list[Row]:
    """The releases that an article took up, the most of them first."""
    return await rows(
        db,
        f"""SELECT {PAIR}, r.title, r.source_id, s.name AS source, r.published_at
            FROM coverage c JOIN articles r ON r.id = c.release_id LEFT JOIN sources s ON s.id = r.source_id
            WHERE c.article_id = :id AND {SAID} <> 'none' ORDER BY c.copied DESC, r.id LIMIT 20""",
        {"id": article_id},
    )


async def of_pair(db: Database, release_id: int, article_id: int) -> Row | None:
    """One pair with where its passages are, or None."""
    return await one(
        db,
        f"""SELECT {PAIR}, c.spans, t.name AS via_outlet FROM coverage c LEFT JOIN articles v ON v.id = c.via_id
            LEFT JOIN sources t ON t.id = v.source_id
            WHERE c.release_id = :release AND c.article_id = :article""",
        {"release": release_id, "article": article_id},
    )


async def article(db: Database, article_id: int) -> Row | None:
    """One article with the name of its source."""
    return await one(
        db,
        """SELECT a.id, a.kind, a.title, a.text, a.url, a.source_id, coalesce(s.name, a.source_id, '?') AS source,
                  a.published_at, a.published_date, a.language
           FROM articles a LEFT JOIN sources s ON s.id = a.source_id WHERE a.id = :id""",
        {"id": article_id},
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What a league table asks for: releases of these days (YYYY-MM-DD, both included), of a source, in an outlet.

    Of the pairs: those of a label, and of one release (its id). What is "" asks for nothing.
    """

    since: str = ""
    until: str = ""
    source: str = ""
    outlet: str = ""
    label: str = ""
    release: str = ""

    @property
    def values(self) -> Values:
        """The values of both conditions."""
        return {
            "since": self.since,
            "until": self.until,
            "source_id": self.source,
            "outlet": self.outlet,
            "label": self.label,
            "release": int(self.release or 0),
        }

    @property
    def where(self) -> str:
        """Condition on `coverage_league l`."""
        return self._joined(
            "l.day",
            "l.source_id",
            (self.outlet, "l.outlet = :outlet"),
            (self.label, "l.label = :label"),
            (self.release, "l.release_id = :release"),
        )

    @property
    def releases(self) -> str:
        """Condition on the releases `a` themselves, taken up or not; an outlet has none of its own."""
        return self._joined("coalesce(a.published_date, '')", "a.source_id")

    @property
    def by_day(self) -> str:
        """Condition on `articles_by_day d`, which counts the releases."""
        return self._joined("d.day", "d.source_id") + " AND d.kind = 'press_release'"

    def _joined(self, day: str, source: str, *more: tuple[str, str]) -> str:
        conditions = [(self.since, f"{day} >= :since"), (self.until, f"{day} <= :until")]
        conditions += [(self.source, f"{source} = :source_id"), *more]
        return " AND ".join(["1", *(condition for given, condition in conditions if given)])


RELEASES = f"""SELECT l.release_id, max(l.day) AS day, max(l.source_id) AS source_id, count(*) AS articles,
    count(DISTINCT l.outlet) AS outlets, {COUNTS}, min(l.lag_minutes) AS first_lag
    FROM coverage_league l WHERE {{where}} GROUP BY l.release_id"""
OUTLETS = f"""SELECT n.*, coalesce(s.name, n.source_id) AS outlet FROM (
      SELECT l.outlet AS source_id, count(DISTINCT l.release_id) AS releases, count(*) AS articles, {COUNTS},
             avg(l.copied) AS copied, avg(l.lag_minutes) AS lag
      FROM coverage_league l WHERE {{where}} GROUP BY l.outlet) n
    LEFT JOIN sources s ON s.id = n.source_id"""


async def release_count(db: Database, asked: Asked) -> int:
    """How many releases there are, taken up or not."""
    return await number(db, f"SELECT sum(d.articles) FROM articles_by_day d WHERE {asked.by_day}", asked.values)


async def releases(db: Database, asked: Asked, order: str, limit: int, offset: int) -> list[Row]:
    """A page of the releases that were taken up; titles are read for that page alone."""
    where, values = asked.where, asked.values
    return await rows(
        db,
        f"""SELECT n.*, r.title, s.name AS source FROM (
              SELECT *, row_number() OVER () AS place FROM (
                {RELEASES.format(where=where)} ORDER BY {order} LIMIT :limit OFFSET :offset)) n
            JOIN articles r ON r.id = n.release_id LEFT JOIN sources s ON s.id = n.source_id ORDER BY n.place""",
        values | {"limit": limit, "offset": offset},
    )


async def not_taken_up(db: Database, asked: Asked, limit: int, offset: int) -> list[Row]:
    """A page of the releases that nobody took up, newest first; rows as of `releases`, without counts."""
    return await _released(db, asked, f"AND NOT EXISTS ({TAKEN_UP})", limit, offset)


async def newest_releases(db: Database, asked: Asked, limit: int, offset: int) -> list[Row]:
    """A page of all releases, newest first; rows as of `releases`, without counts where nobody took one up."""
    found = await _released(db, asked, "", limit, offset)
    ids = ", ".join(str(int(row["release_id"])) for row in found)
    counted = await rows(db, RELEASES.format(where=f"l.release_id IN ({ids})"))
    by_id = {row["release_id"]: row for row in counted}
    return [by_id.get(row["release_id"], {}) | row for row in found]


TAKEN_UP = "SELECT 1 FROM coverage_league l WHERE l.release_id = a.id"


async def _released(db: Database, asked: Asked, condition: str, limit: int, offset: int) -> list[Row]:
    """Releases, newest first, found by walking the index of the kind or of the source."""
    walked = "articles_source" if asked.source else "articles_kind"
    own = "k.source_id = :source_id AND " if asked.source else ""
    return await rows(
        db,
        f"""SELECT n.id AS release_id, n.day, n.source_id, r.title, s.name AS source FROM (
              SELECT a.id, coalesce(a.published_date, '') AS day, a.source_id FROM articles k INDEXED BY {walked}
              CROSS JOIN {CARDS} k.id WHERE {own}a.kind = 'press_release' {KIND[walked]} AND {asked.releases}
              {condition} ORDER BY k.published_at DESC LIMIT :limit OFFSET :offset) n
            JOIN articles r ON r.id = n.id LEFT JOIN sources s ON s.id = n.source_id""",
        asked.values | {"limit": limit, "offset": offset},
    )


KIND = {"articles_kind": "AND k.kind = 'press_release'", "articles_source": ""}  # by the index that is walked


async def taken_up_by_source(db: Database, asked: Asked) -> list[Row]:
    """Sources with how many releases they have (`releases`), and how many of them were taken up (`taken`)."""
    return await rows(db, BY_SOURCE.format(asked=asked), asked.values)


BY_SOURCE = """SELECT d.source_id AS id, coalesce(s.name, d.source_id) AS name, sum(d.articles) AS releases,
      (SELECT count(DISTINCT l.release_id) FROM coverage_league l
       WHERE {asked.where} AND l.source_id = d.source_id) AS taken
    FROM articles_by_day d LEFT JOIN sources s ON s.id = d.source_id
    WHERE {asked.by_day} GROUP BY d.source_id HAVING releases > 0 ORDER BY releases DESC, name"""


def source_rows(asked: Asked) -> str:
    """The query of `taken_up_by_source` for a file, with the share (0 to 1) that was taken up."""
    return f"""SELECT name, releases, taken, round(1.0 * taken / releases, 4) FROM ({BY_SOURCE.format(asked=asked)})
               WHERE {{where}}"""


async def taken_up_by_month(db: Database, asked: Asked) -> list[Row]:
    """The same by month ("2025-11"), the latest first; releases without a day are in none."""
    return await rows(
        db,
        f"""SELECT t.month, t.releases, coalesce(u.taken, 0) AS taken
            FROM (SELECT substr(d.day, 1, 7) AS month, sum(d.articles) AS releases FROM articles_by_day d
                  WHERE {asked.by_day} AND d.day > '' GROUP BY 1) t
            LEFT JOIN (SELECT substr(l.day, 1, 7) AS month, count(DISTINCT l.release_id) AS taken
                       FROM coverage_league l WHERE {asked.where} GROUP BY 1) u ON u.month = t.month
            WHERE t.releases > 0 ORDER BY t.month DESC LIMIT {MOST_MONTHS}""",
        asked.values,
    )


def release_rows(asked: Asked, order: str, taken: str) -> str:
    """The query of the releases for a file, in an order of RELEASE_ORDERS; taken: "ya", "tidak", or "" for both."""
    only = {"ya": "AND n.release_id IS NOT NULL", "tidak": "AND n.release_id IS NULL", "": ""}[taken]
    labels = ", ".join(LABELS)
    return f"""SELECT day, source, title, coalesce(outlets, 0), coalesce(articles, 0),
                 {", ".join(f"coalesce({label}, 0)" for label in LABELS)}, first_lag, url
               FROM (SELECT a.id AS release_id, coalesce(a.published_date, '') AS day,
                            coalesce(s.name, a.source_id) AS source, a.title, n.outlets, n.articles, {labels},
                            n.first_lag, a.url
                     FROM articles a LEFT JOIN ({RELEASES.format(where=asked.where)}) n ON n.release_id = a.id
                     LEFT JOIN sources s ON s.id = a.source_id
                     WHERE a.kind = 'press_release' AND {asked.releases} {only})
               WHERE {{where}} ORDER BY {order}"""


async def outlets(db: Database, asked: Asked, order: str, limit: int, offset: int) -> list[Row]:
    """A page of the outlets that took releases up; `copied` 0 to 1 and `lag` (minutes) are averages."""
    sql = f"{OUTLETS.format(where=asked.where)} ORDER BY {order} LIMIT :limit OFFSET :offset"
    return await rows(db, sql, asked.values | {"limit": limit, "offset": offset})


async def pairs(db: Database, asked: Asked, limit: int, offset: int) -> list[Row]:
    """A page of the pairs of a release and an article, the newest release first; texts are read for that page alone."""
    return await rows(
        db,
        f"""SELECT n.*, r.title AS release, s.name AS source, a.title, a.published_at, a.published_date,
                   coalesce(t.name, n.outlet) AS outlet_name
            FROM (SELECT l.*, row_number() OVER () AS place FROM (
                    SELECT * FROM coverage_league l WHERE {asked.where}
                    ORDER BY l.day DESC, l.release_id DESC, l.article_id DESC LIMIT :limit OFFSET :offset) l) n
            JOIN articles r ON r.id = n.release_id JOIN articles a ON a.id = n.article_id
            LEFT JOIN sources s ON s.id = n.source_id LEFT JOIN sources t ON t.id = n.outlet ORDER BY n.place""",
        asked.values | {"limit": limit, "offset": offset},
    )


def outlet_rows(order: str) -> str:
    """The query of all outlets for a file, in an order of OUTLET_ORDERS; `{where}` stands for the condition."""
    return f"""SELECT outlet, releases, articles, {", ".join(LABELS)}, round(copied, 4), round(lag)
               FROM ({OUTLETS}) ORDER BY {order}"""


async def totals(db: Database, asked: Asked) -> Row:
    """How many pairs, releases and outlets of the league are asked for, and the pairs by label."""
    found = await one(
        db,
        f"""SELECT count(*) AS pairs, count(DISTINCT l.release_id) AS releases, count(DISTINCT l.outlet) AS outlets,
                   {COUNTS} FROM coverage_league l WHERE {asked.where}""",
        asked.values,
    )
    return found or {}


async def sources_of_releases(db: Database) -> list[Row]:
    """The sources (id, name) of releases, by name."""
    return await rows(
        db,
        """SELECT s.id, s.name FROM sources s WHERE EXISTS (SELECT 1 FROM articles_by_day d
             WHERE d.source_id = s.id AND d.kind = 'press_release' AND d.articles > 0) ORDER BY s.name""",
    )


async def sources_in_league(db: Database, column: str) -> list[Row]:
    """The sources (id, name) that occur in `source_id` or `outlet` of the league, by name.

    The index is asked once for each source, so that the league is not read through.
    """
    return await rows(
        db,
        f"""SELECT s.id, s.name FROM sources s
            WHERE EXISTS (SELECT 1 FROM coverage_league l WHERE l.{column} = s.id) ORDER BY s.name""",
    )
