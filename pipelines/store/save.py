"""Save: a tagged article into the database, as a new one or as another version. Only one process writes articles."""

from __future__ import annotations

import json
import logging
import sqlite3
from dataclasses import dataclass, replace

from pipelines.read.text_facts import text_facts
from pipelines.records import Article, TaggedArticle, TextFacts
from pipelines.store import counts
from pipelines.store.article_rows import replace_tags, write_tags
from pipelines.store.bylines import write_byline
from pipelines.store.doubt import differs, reason_to_doubt
from pipelines.store.duplicates import is_compared, link_copies
from pipelines.store.hearing import hear_article
from pipelines.store.known import Known, find
from pipelines.wording.wib import stamp_now

LOG = logging.getLogger(__name__)
NEW, CHANGED, UNCHANGED, DOUBTED = "new", "changed", "unchanged", "doubted"

Values = dict[str, str | int | None]  # by column


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of one article: `outcome` is "new", "changed" (a new version), "unchanged" or "doubted".

    A doubted one is likely no article: nothing was written, and `why` says why. article_id is 0 where none is stored,
    and for an unchanged one of which people said that it is no article.
    """

    article_id: int
    outcome: str
    why: str = ""


def save(connection: sqlite3.Connection, tagged: TaggedArticle, *, same_page: bool = False) -> Stored:
    """Insert or update one article with its tags, inside the caller's transaction.

    Which stored article it is says pipelines/store/known.py. A text or title that differs from what is stored makes a
    new version, unless only a counter went on. With `same_page` the page's bytes are those that were read before, so
    that only our reading of them has changed: then it replaces the current version. What is likely no article replaces
    nothing (pipelines/store/doubt.py).
    """
    article, facts = tagged.article, tagged.facts or text_facts(tagged.article)
    if _is_set_aside(connection, article):
        LOG.info("%s: bukan artikel menurut tim, tidak disimpan", article.url)
        return Stored(0, UNCHANGED)
    known, moved = find(connection, article)
    if not same_page and (why := reason_to_doubt(connection, article, known)):
        return Stored(known.id if known else 0, DOUBTED, why)
    if known is None:
        article_id = _insert(connection, article, facts)
        link_copies(connection, article_id, facts.bands)
        if tagged.tags is not None:
            write_tags(connection, article_id, article, tagged.tags)
        counts.add_article(connection, article_id, article.published_date)
        LOG.debug("artikel %d: baru: %s", article_id, article.url)
        return Stored(article_id, NEW)
    if known.url != article.url and not (moved and (article.fetched_at or "") > (known.fetched_at or "")):
        if (known.title, known.text) != (article.title, article.text):
            # Another address of a stored article (AMP, print, ?page=): its reading never overrides the first one's.
            LOG.info(
                "artikel %d: %s adalah alamat lain dari %s; isinya tidak dipakai", known.id, article.url, known.url
            )
            return Stored(known.id, UNCHANGED)
        moved = False
    elif moved:
        _move(connection, known, article.url)
    return _save_again(connection, tagged, facts, known, same_page=same_page, moved=moved)


def _save_again(
    connection: sqlite3.Connection,
    tagged: TaggedArticle,
    facts: TextFacts,
    known: Known,
    *,
    same_page: bool,
    moved: bool,
) -> Stored:
    """Bring a stored article up to date with another reading of it."""
    article_id = known.id
    article = hear_article(connection, article_id, _first_published(tagged.article, known, same_page))
    if article.title != tagged.article.title:  # people gave it another, by which it is found
        facts = text_facts(article)
    changed = (known.title, known.text) != (article.title, article.text)
    redated = article.published_at not in (None, known.published_at)
    if changed and not (same_page or redated or differs(known, article)):
        LOG.debug("artikel %d: hanya hitungan atau jam yang berubah: %s", article_id, article.url)
        _set(connection, article_id, {"fetched_at": article.fetched_at})  # the stored text has the stored tags
        return Stored(article_id, UNCHANGED)
    version = known.version + (changed and not same_page)
    _update(connection, article_id, article, version)
    write_byline(connection, article_id, article)
    if changed or (known.stems, known.fingerprint) != (facts.stems, facts.fingerprint):
        _update_text(connection, article_id, article, facts, version)
    if changed:
        told = "dibaca lain dari halaman yang sama, menggantikan" if same_page else "berubah di situsnya, menjadi"
        LOG.info("artikel %d: %s versi %d: %s", article_id, told, version, article.url)
    if changed or moved or redated or not is_compared(connection, article_id, facts.bands, known.published_at):
        link_copies(connection, article_id, facts.bands, known.text if known.text != article.text else None)
    replace_tags(connection, article_id, article, tagged.tags, known.published_date)
    return Stored(article_id, CHANGED if changed and not same_page else UNCHANGED)


def _is_set_aside(connection: sqlite3.Connection, article: Article) -> bool:
    """Whether people said of this page that it is no article (pipelines/desk/not_article.py)."""
    row = connection.execute("SELECT 1 FROM set_aside WHERE url = ?", (article.url,)).fetchone()
    return row is not None


def _move(connection: sqlite3.Connection, known: Known, url: str) -> None:
    """Give a stored article its new address. The page at the old one is remembered as leading there."""
    LOG.info("artikel %d: pindah alamat dari %s ke %s", known.id, known.url, url)
    connection.execute("UPDATE articles SET url = ? WHERE id = ?", (url, known.id))
    connection.execute("UPDATE pages SET final_url = ? WHERE url = ?", (url, known.url))


def _first_published(article: Article, known: Known, same_page: bool) -> Article:
    """The article with the date that it was first published on, where the site has only dated it anew.

    A feed dates an item anew when its text is corrected, some sites their pages as well: then the same witness names a
    later date. A better reading of the same page is believed, but for the feed, which has been asked again since.
    """
    if article.published_at is None or known.published_at is None or article.date_source != known.date_source:
        return article
    if article.published_at <= known.published_at or (same_page and article.date_source != "feed"):
        return article
    LOG.info("artikel %d: tanggal terbit tetap %s, bukan %s", known.id, known.published_at, article.published_at)
    return replace(article, published_at=known.published_at, published_date=known.published_date)


def _columns(article: Article) -> Values:
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
        "date_warning": article.date_warning,
        "origin": article.origin,
    }


def _text_columns(article: Article, facts: TextFacts) -> Values:
    """The text and what is made of it. An UPDATE that names one of these columns writes the search index anew."""
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
            "first_seen": article.fetched_at or stamp_now(),
            "version": 1,
        }
    )
    marks = ", ".join(f":{name}" for name in values)
    cursor = connection.execute(f"INSERT INTO articles ({', '.join(values)}) VALUES ({marks})", values)
    article_id = int(cursor.lastrowid or 0)
    _write_version(connection, article_id, article, 1)
    write_byline(connection, article_id, article)
    return article_id


def _update(connection: sqlite3.Connection, article_id: int, article: Article, version: int) -> None:
    values: Values = _columns(article) | {"version": version}
    if article.published_at is None:  # a page that lost its date keeps the one it had
        values = {k: v for k, v in values.items() if k not in ("published_at", "published_date", "date_source")}
    stored = connection.execute(f"SELECT {', '.join(values)} FROM articles WHERE id = ?", (article_id,)).fetchone()
    if stored != tuple(values.values()):  # a write costs: the row is long, and six indexes hold parts of it
        _set(connection, article_id, values)


def _update_text(
    connection: sqlite3.Connection, article_id: int, article: Article, facts: TextFacts, version: int
) -> None:
    _set(connection, article_id, _text_columns(article, facts))
    _write_version(connection, article_id, article, version)


def _set(connection: sqlite3.Connection, article_id: int, values: Values) -> None:
    assignments = ", ".join(f"{name} = :{name}" for name in values)
    connection.execute(f"UPDATE articles SET {assignments} WHERE id = :id", values | {"id": article_id})


def _write_version(connection: sqlite3.Connection, article_id: int, article: Article, version: int) -> None:
    connection.execute(
        """INSERT INTO article_versions (article_id, version, title, text, seen_at) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (article_id, version) DO UPDATE SET title = excluded.title, text = excluded.text""",
        (article_id, version, article.title, article.text, article.fetched_at or stamp_now()),
    )
