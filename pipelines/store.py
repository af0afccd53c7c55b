"""Store: tagged articles into SQLite. The one writer; a batch is one `BEGIN IMMEDIATE` transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from pipelines import instruments, rollups
from pipelines.coverage.people import refresh_people
from pipelines.deduplicate import fingerprint, is_compared, link_copies, minhash_bands
from pipelines.entities import Resolved, resolve
from pipelines.records import Article, TaggedArticle, TextFacts
from pipelines.stems import stem_text

NEW, CHANGED, UNCHANGED = "new", "changed", "unchanged"


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of one article: `outcome` is "new", "changed" (a new version) or "unchanged"."""

    article_id: int
    outcome: str


def save(connection: sqlite3.Connection, tagged: TaggedArticle, *, same_page: bool = False) -> Stored:
    """Insert or update one article with its tags, inside the caller's transaction.

    An article is known by its URL, or by canonical URL and title within its source. Text or title that differ from
    what is stored make a new version; with `same_page` (the page's bytes are those read before, so only our reading
    of them has changed) they replace the current version.
    """
    article, facts = tagged.article, tagged.facts or text_facts(tagged.article)
    known = _find(connection, article)
    if known is None:
        article_id = _insert(connection, article, facts)
        link_copies(connection, article_id, facts.bands)
        if tagged.tags is not None:
            _write_tags(connection, article_id, article, tagged.tags)
        rollups.add_article(connection, article_id, article.published_date)
        return Stored(article_id, NEW)
    article_id = known.id
    differs = (known.title, known.text) != (article.title, article.text)
    if known.url != article.url and differs:
        # Another address of a stored article (AMP, print, ?page=): its reading never overrides the first one's.
        return Stored(article_id, UNCHANGED)
    before = rollups.entities_of(connection, article_id), rollups.day_of(connection, article_id)
    version = known.version + (differs and not same_page)
    _update(connection, article_id, article, version)
    if differs or (known.stems, known.fingerprint) != (facts.stems, facts.fingerprint):
        _update_text(connection, article_id, article, facts, version)
    moved = article.published_at not in (None, known.published_at)
    if differs or moved or not is_compared(connection, article_id, facts.bands):
        link_copies(connection, article_id, facts.bands, known.text if known.text != article.text else None)
    retag(connection, article_id, article, tagged.tags, before)
    return Stored(article_id, CHANGED if differs and not same_page else UNCHANGED)


def text_facts(article: Article) -> TextFacts:
    """What the text alone decides: a few milliseconds that a worker may spend before the writer does."""
    return TextFacts(
        stem_text(f"{article.title}\n{article.text}"), fingerprint(article.text), minhash_bands(article.text)
    )


def retag(
    connection: sqlite3.Connection,
    article_id: int,
    article: Article,
    tags: Mapping[str, Any] | None,
    before: tuple[rollups.Touched, str | None] | None = None,
) -> None:
    """Replace an article's tags, count the entities it gained and lost, and read the people of its coverage anew.

    Inside the caller's transaction.

    `before`: the entities and day stored until now, where the caller has already changed the article's row.
    """
    touched, day = before or (rollups.entities_of(connection, article_id), rollups.day_of(connection, article_id))
    rollups.take_roles(connection, article_id, day)
    _clear_tags(connection, article_id)
    if tags is not None:
        _write_tags(connection, article_id, article, tags)
    rollups.change_article(connection, article_id, touched, day)
    refresh_people(connection, article_id)


class _Known(NamedTuple):
    """A stored article, as far as saving it again needs it."""

    id: int
    url: str
    title: str
    text: str
    version: int
    published_at: str | None
    stems: str
    fingerprint: str | None


def _find(connection: sqlite3.Connection, article: Article) -> _Known | None:
    columns = f"SELECT {', '.join(_Known._fields)} FROM articles "
    row = connection.execute(columns + "WHERE url = ?", (article.url,)).fetchone()
    if row is None:
        # The title guards against sites whose every page claims the home page as its canonical address.
        row = connection.execute(
            columns + "WHERE canonical_url = ? AND source_id IS ? AND title = ? ORDER BY id LIMIT 1",
            (article.canonical_url, article.source_id, article.title),
        ).fetchone()
    return _Known(*row) if row else None


def _columns(article: Article) -> dict[str, Any]:
    return {
        "canonical_url": article.canonical_url,
        "source_id": article.source_id,
        "kind": article.kind,
        "published_at": article.published_at,
        "published_date": article.published_date,
        "date_source": article.date_source,
        "author": article.author,
        "dateline": article.dateline,
        "language": article.language,
        "tags": json.dumps(article.tags, ensure_ascii=False),
        "fetched_at": article.fetched_at,
        "image": article.image,
    }


def _text_columns(article: Article, facts: TextFacts) -> dict[str, Any]:
    """The text and what is made of it; naming one of these in an UPDATE writes the search index anew."""
    return {
        "title": article.title,
        "text": article.text,
        "stems": facts.stems,
        "word_count": len(article.text.split()),
        "fingerprint": facts.fingerprint,
    }


def _insert(connection: sqlite3.Connection, article: Article, facts: TextFacts) -> int:
    values = (
        _columns(article)
        | _text_columns(article, facts)
        | {
            "url": article.url,
            "first_seen": article.fetched_at or _now(),
            "version": 1,
        }
    )
    marks = ", ".join(f":{name}" for name in values)
    cursor = connection.execute(f"INSERT INTO articles ({', '.join(values)}) VALUES ({marks})", values)
    article_id = int(cursor.lastrowid or 0)
    _write_version(connection, article_id, article, 1)
    return article_id


def _update(connection: sqlite3.Connection, article_id: int, article: Article, version: int) -> None:
    values = _columns(article) | {"version": version}
    if article.published_at is None:  # a page that lost its date keeps the one it had
        values = {k: v for k, v in values.items() if k not in ("published_at", "published_date", "date_source")}
    _set(connection, article_id, values)


def _update_text(
    connection: sqlite3.Connection, article_id: int, article: Article, facts: TextFacts, version: int
) -> None:
    _set(connection, article_id, _text_columns(article, facts))
    _write_version(connection, article_id, article, version)


def _set(connection: sqlite3.Connection, article_id: int, values: dict[str, Any]) -> None:
    assignments = ", ".join(f"{name} = :{name}" for name in values)
    connection.execute(f"UPDATE articles SET {assignments} WHERE id = :id", values | {"id": article_id})


def _write_version(connection: sqlite3.Connection, article_id: int, article: Article, version: int) -> None:
    connection.execute(
        """INSERT INTO article_versions (article_id, version, title, text, seen_at) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (article_id, version) DO UPDATE SET title = excluded.title, text = excluded.text""",
        (article_id, version, article.title, article.text, article.fetched_at or _now()),
    )


def _clear_tags(connection: sqlite3.Connection, article_id: int) -> None:
    told = connection.execute("SELECT id FROM agreements WHERE article_id = ?", (article_id,)).fetchall()
    instruments.unlink(connection, [row[0] for row in told])
    connection.execute(
        "DELETE FROM agreement_parties WHERE agreement_id IN (SELECT id FROM agreements WHERE article_id = ?)",
        (article_id,),
    )
    for table in ("mentions", "article_officials", "article_places", "article_laws", "agreements", "quotes"):
        connection.execute(f"DELETE FROM {table} WHERE article_id = ?", (article_id,))


def _write_tags(connection: sqlite3.Connection, article_id: int, article: Article, tags: Mapping[str, Any]) -> None:
    texts = {"title": article.title, "text": article.text}
    resolved = resolve(connection, tags, texts, article.published_date)
    connection.executemany(
        """INSERT INTO mentions (article_id, label, field, start, "end", text, entity_id)
           VALUES (?, ?, ?, ?, ?, ?, ?)""",
        [
            (article_id, m["label"], m["field"], m["start"], m["end"], m["text"],
             resolved.entity_id(m["label"], m["text"]))
            for m in tags["mentions"]
        ],
    )  # fmt: skip
    connection.executemany(
        """INSERT INTO article_officials (article_id, person_id, position, name, title, organisation, status, aliases)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
        [
            (article_id, resolved.entity_id("PER", o["name"]), position, o["name"], o["title"], o["organisation"],
             o["status"], json.dumps(o["aliases"], ensure_ascii=False))
            for position, o in enumerate(tags["officials"])
        ],
    )  # fmt: skip
    _write_places(connection, article_id, tags, resolved)
    connection.executemany(
        "INSERT OR IGNORE INTO article_laws (article_id, law_id, text) VALUES (?, ?, ?)",
        [(article_id, law_id, law["text"]) for law_id, law in zip(resolved.law_ids, tags["laws"], strict=True)],
    )
    _write_agreements(connection, article_id, tags, resolved)
    connection.executemany(
        """INSERT INTO quotes (article_id, speaker, person_id, text, verb, start, "end")
           VALUES (?, ?, ?, ?, ?, ?, ?)""",
        [
            (article_id, q["speaker"], resolved.entity_id("PER", q["name"] or q["speaker"] or ""), q["text"],
             q["verb"], q["start"], q["end"])
            for q in tags["quotes"]
        ],
    )  # fmt: skip


def _write_places(connection: sqlite3.Connection, article_id: int, tags: Mapping[str, Any], resolved: Resolved) -> None:
    counts: dict[int, int] = {}
    for mention in tags["mentions"]:
        if mention["label"] in ("GPE", "LOC"):
            place_id = resolved.entity_id("GPE", mention["text"])
            if place_id is not None:
                counts[place_id] = counts.get(place_id, 0) + 1
    connection.executemany(
        "INSERT INTO article_places (article_id, place_id, text, mentions) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [
            (article_id, place_id, place["text"], max(1, counts.get(place_id, 0)))
            for place_id, place in zip(resolved.place_ids, tags["places"], strict=True)
        ],
    )


def _write_agreements(
    connection: sqlite3.Connection, article_id: int, tags: Mapping[str, Any], resolved: Resolved
) -> None:
    for agreement in tags["agreements"]:
        cursor = connection.execute(
            """INSERT INTO agreements (article_id, type, title, subject, date, place, status)
               VALUES (?, ?, ?, ?, ?, ?, ?)""",
            (article_id, agreement["type"], agreement["text"], agreement["subject"], agreement["date"],
             agreement["place"], agreement["status"]),
        )  # fmt: skip
        connection.executemany(
            """INSERT INTO agreement_parties (agreement_id, position, party, organisation_id, key)
               VALUES (?, ?, ?, ?, ?)""",
            [
                (cursor.lastrowid, position, party, resolved.party_id(party), instruments.party_key(party))
                for position, party in enumerate(agreement["parties"])
            ],
        )
        instruments.link(connection, int(cursor.lastrowid or 0))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
