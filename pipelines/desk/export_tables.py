"""The tables that can be exported: their columns and the query that fills them. docs/exports.md explains them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pipelines.search.rows import SURE
from pipelines.wording import columns as headings

DAYS = frozenset({"published_date", "first_seen", "last_seen"})


@dataclass(frozen=True, slots=True)
class Table:
    """One exportable table: `sql` selects from articles `a`, with `{where}` for the filters on them.

    columns          their names, in order
    integers, reals  those that are numbers
    days, moments    those that are dates (YYYY-MM-DD) and times (ISO 8601, UTC); all others are text
    shares           those of the reals that are shares, 0 to 1
    people           the same rows as people read them, names in the place of numbers; None for a machine's only
    headings         of a table for people: what stands over each column
    codes            of a table for people: the words for a column's codes
    """

    columns: tuple[str, ...]
    sql: str
    integers: frozenset[str] = frozenset()
    reals: frozenset[str] = frozenset()
    days: frozenset[str] = DAYS
    moments: frozenset[str] = frozenset({"published_at"})
    shares: frozenset[str] = frozenset({"kept", "copied", "retold"})
    people: Table | None = None
    headings: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def named(self, headings: Mapping[str, str], codes: Mapping[str, Mapping[str, str]] | None = None) -> Table:
        """This table with its form for people: the same columns under these headings."""
        return replace(self, people=replace(self, headings=headings, codes=codes or {}))

    def heading(self, column: str) -> str:
        """What stands over a column."""
        return self.headings.get(column, column)

    def word(self, column: str, value: Any) -> Any:
        """A value as it is read: a code of the column by its word, anything else as it is."""
        return self.codes[column].get(value, value) if column in self.codes else value


def _table(
    columns: Mapping[str, str],
    source: str,
    *,
    integers: str,
    reals: str = "",
    days: str = "",
    people: Mapping[str, str],
    names: Mapping[str, str] | None = None,
    codes: Mapping[str, Mapping[str, str]] | None = None,
) -> Table:
    """A table from its columns, each with its SQL, and what follows them in the query.

    `integers`, `reals`, `days`: the names of such columns, apart by spaces; those of DAYS are days in any case.
    `people`: the headings of the columns that people get, in their order; `names`: the SQL of those that a machine does
    not get; `codes`: the words for codes.
    """
    table = Table(
        tuple(columns),
        f"SELECT {', '.join(columns.values())} {source}",
        frozenset(integers.split()),
        frozenset(reals.split()),
        DAYS | frozenset(days.split()),
    )
    chosen = {name: (names or {}).get(name) or columns[name] for name in people}
    sql = f"SELECT {', '.join(chosen.values())} {source}"
    return replace(table, people=replace(table, columns=tuple(chosen), sql=sql, headings=people, codes=codes or {}))


SOURCE = "coalesce((SELECT name FROM sources WHERE id = a.source_id), a.source_id)"
ENTITY = """CASE m.label WHEN 'PER' THEN (SELECT name FROM people WHERE id = m.entity_id)
    WHEN 'ORG' THEN (SELECT name FROM organisations WHERE id = m.entity_id)
    WHEN 'GPE' THEN (SELECT name FROM places WHERE id = m.entity_id)
    WHEN 'LAW' THEN (SELECT key FROM laws WHERE id = m.entity_id) END"""


OFFICIALS = _table(
    {
        "name": "p.name",
        "title": "o.title",
        "organisation": "o.organisation",
        "status": "o.status",
        "articles": "count(DISTINCT a.id)",
        "first_seen": "min(a.published_date)",
        "last_seen": "max(a.published_date)",
    },
    """FROM articles a JOIN article_officials o ON o.article_id = a.id JOIN people p ON p.id = o.person_id
       WHERE {where} GROUP BY o.person_id, o.title, o.organisation, o.status ORDER BY p.name, 5 DESC""",
    integers="articles",
    people=headings.OFFICIALS,
)
CITIES = _table(
    {
        "code": "c.code",
        "name": "c.name",
        "kind": "c.kind",
        "province": "c.province",
        "lat": "c.lat",
        "lon": "c.lon",
        "articles": "count(*)",
        "first_seen": "min(a.published_date)",
        "last_seen": "max(a.published_date)",
    },
    """FROM articles a JOIN article_places l ON l.article_id = a.id JOIN cities c ON c.place_id = l.place_id
       WHERE {where} GROUP BY c.place_id ORDER BY c.code IS NULL, c.code, c.name""",
    integers="articles",
    reals="lat lon",
    people=headings.PLACES,
    codes=headings.PLACE_CODES,
)
AGREEMENTS = _table(
    {
        "id": "g.id",
        "type": "g.type",
        "title": "g.title",
        "parties": """(SELECT group_concat(party, '; ') FROM (
                         SELECT party FROM agreement_parties WHERE agreement_id = g.id ORDER BY position))""",
        "subject": "g.subject",
        "date": "g.date",
        "place": "g.place",
        "status": "g.status",
        "article_title": "a.title",
        "source_id": "a.source_id",
        "published_date": "a.published_date",
        "url": "a.url",
        "same_as": "g.same_as",
        "parties_known": "g.parties_known",
        "confidence": "g.confidence",
    },
    f"""FROM articles a JOIN agreements g ON g.article_id = a.id WHERE {{where}}
        ORDER BY {SURE} DESC, a.published_at, g.id""",
    integers="id same_as parties_known",
    reals="confidence",
    people=headings.AGREEMENTS,
    names={
        "source": SOURCE,
        "first_url": "(SELECT f.url FROM agreements e JOIN articles f ON f.id = e.article_id WHERE e.id = g.same_as)",
    },
    codes=headings.AGREEMENT_CODES,
)
MENTIONS = _table(
    {
        "article_id": "m.article_id",
        "label": "m.label",
        "field": "m.field",
        "start": "m.start",
        "end": 'm."end"',
        "text": "m.text",
        "entity_id": "m.entity_id",
        "source_id": "a.source_id",
        "published_date": "a.published_date",
        "url": "a.url",
    },
    "FROM articles a JOIN mentions m ON m.article_id = a.id WHERE {where} ORDER BY a.id, m.id",
    integers="article_id start end entity_id",
    people=headings.MENTIONS,
    names={"source": SOURCE, "article_title": "a.title", "entity": ENTITY},
    codes=headings.MENTION_CODES,
)
ARTICLES = _table(
    {
        "id": "a.id",
        "published_at": "a.published_at",
        "published_date": "a.published_date",
        "source_id": "a.source_id",
        "kind": "a.kind",
        "title": "a.title",
        "author": "a.author",
        "dateline": "a.dateline",
        "language": "a.language",
        "word_count": "a.word_count",
        "version": "a.version",
        "duplicate_of": "a.duplicate_of",
        "origin": "a.origin",
        "url": "a.url",
        "text": "a.text",
    },
    "FROM articles a WHERE {where} ORDER BY a.published_at, a.id",
    integers="id word_count version duplicate_of",
    people=headings.ARTICLES,
    names={"source": SOURCE, "copy_of": "(SELECT url FROM articles WHERE id = a.duplicate_of)"},
    codes=headings.ARTICLE_CODES,
)
QUOTES = _table(
    {
        "id": "q.id",
        "speaker": "q.speaker",
        "person": "p.name",
        "verb": "q.verb",
        "kind": "q.kind",
        "text": "q.text",
        "article_id": "a.id",
        "article_title": "a.title",
        "source_id": "a.source_id",
        "published_date": "a.published_date",
        "url": "a.url",
    },
    """FROM articles a JOIN quotes q ON q.article_id = a.id LEFT JOIN people p ON p.id = q.person_id
       WHERE {where} ORDER BY a.id, q.id""",
    integers="id article_id",
    people=headings.QUOTES,
    names={"source": SOURCE},
)
COVERAGE = _table(
    {
        "release_title": "r.title",
        "release_source": "r.source_id",
        "release_date": "r.published_date",
        "outlet": "s.name",
        "published_at": "a.published_at",
        "published_date": "a.published_date",
        "lag_minutes": "c.lag_minutes",
        "lag_days": "CAST(julianday(a.published_date) - julianday(r.published_date) AS INTEGER)",
        "label": "c.label",
        "confirmed": "c.confirmed",
        "kept": "c.kept",
        "copied": "c.copied",
        "retold": "c.retold",
        "longest": "c.longest",
        "quotes": "c.quotes",
        "quotes_kept": "c.quotes_kept",
        "numbers": "c.numbers",
        "numbers_kept": "c.numbers_kept",
        "officials": "c.officials",
        "officials_kept": "c.officials_kept",
        "other_voices": "(SELECT group_concat(value, '; ') FROM json_each(c.other_voices))",
        "wire": "c.wire",
        "via": "v.url",
        "reasons": "c.reasons",
        "title": "a.title",
        "release_url": "r.url",
        "url": "a.url",
    },
    """FROM articles a JOIN coverage c ON c.article_id = a.id JOIN articles r ON r.id = c.release_id
       LEFT JOIN sources s ON s.id = a.source_id LEFT JOIN articles v ON v.id = c.via_id
       WHERE {where} ORDER BY r.published_at, r.id, a.published_at""",
    integers="lag_minutes lag_days longest quotes quotes_kept numbers numbers_kept officials officials_kept",
    reals="kept copied retold",
    days="release_date",
    people=headings.COVERAGE,
    names={"release_by": "coalesce((SELECT name FROM sources WHERE id = r.source_id), r.source_id)"},
    codes=headings.COVERAGE_CODES,
)

# By their names on the command line and in addresses (pipelines/wording/labels.py: EXPORTED_TABLES).
TABLES: Mapping[str, Table] = {
    "officials": OFFICIALS,
    "cities": CITIES,
    "agreements": AGREEMENTS,
    "mentions": MENTIONS,
    "articles": ARTICLES,
    "quotes": QUOTES,
    "coverage": COVERAGE,
}
