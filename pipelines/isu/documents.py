"""`pantau isu FILE`: the stories among documents, as the ordinary run builds them, in a database in memory."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from pipelines.database.open import transaction
from pipelines.database.schema import SCHEMA
from pipelines.errors import UserError
from pipelines.isu.update import update
from pipelines.read.text_facts import fingerprint, minhash_bands
from pipelines.store.duplicates import link_copies
from pipelines.wording.wib import WIB, stamp

IMPOSSIBLE = re.compile("[\ud800-\udfff]")  # lone surrogates, which JSON can hold and UTF-8 cannot


def group(
    documents: Iterable[Mapping[str, Any]], name: str, on_progress: Callable[[int], None] | None = None
) -> Iterator[dict[str, Any]]:
    """{"id", "story"} of each document {"id", "url", "title", "date", "text"}, in their order.

    They may come in any order; the stories are built in the order of their dates (ISO 8601; without a zone: WIB).
    Raises UserError, which names the file `name` and the document, for a date that is missing or unreadable and for an
    id that comes a second time.
    """
    given = [dict(document) for document in documents]
    seen: set[str] = set()
    for document in given:
        document["moment"] = _moment(document, name)
        if str(document["id"]) in seen:
            raise UserError(f"{name}: document {document['id']}: comes a second time; give every document its own id")
        seen.add(str(document["id"]))
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.executescript(SCHEMA)
        connection.executescript(
            "DROP TRIGGER articles_ai; DROP TRIGGER articles_au;"
        )  # nobody searches these articles
        rows = sorted(enumerate(given, 1), key=lambda row: (row[1]["moment"], str(row[1]["id"])))
        with transaction(connection):
            ids = {number: _store(connection, place, document) for place, (number, document) in enumerate(rows, 1)}
        update(connection, settle=True, on_progress=on_progress)
        stories = dict(connection.execute("SELECT article_id, isu_id FROM isu_articles").fetchall())
    for number, document in enumerate(given, 1):
        yield {"id": document["id"], "story": stories[ids[number]]}


def _store(connection: sqlite3.Connection, place: int, document: Mapping[str, Any]) -> int:
    title, text = (IMPOSSIBLE.sub("\ufffd", document[name]) for name in ("title", "text"))
    url = IMPOSSIBLE.sub("\ufffd", str(document.get("url") or f"document:{place}"))
    connection.execute(
        """INSERT INTO articles (id, url, canonical_url, source_id, kind, title, text, published_at, first_seen,
                                 word_count, fingerprint) VALUES (?, ?, ?, ?, 'news', ?, ?, ?, ?, ?, ?)""",
        (
            place,
            f"{place}:{url}",  # two documents may name one address
            url,
            IMPOSSIBLE.sub("", str(document.get("source") or _host(url))) or None,
            title,
            text,
            document["moment"],
            document["moment"],
            len(text.split()),
            fingerprint(text),
        ),
    )
    link_copies(connection, place, minhash_bands(text))
    return place


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # of an address like "http://[x"
        return ""


def _moment(document: Mapping[str, Any], name: str) -> str:
    """The date of a document as the database stores moments."""
    said = document.get("date")
    try:
        read = datetime.fromisoformat(str(said))
        return stamp(read if read.tzinfo else read.replace(tzinfo=WIB))
    except (ValueError, OverflowError) as error:
        told = f'"date" is {said!r}' if said else 'has no "date"'
        raise UserError(
            f"{name}: document {document['id']}: {told}; wanted one like 2025-06-17 or 2025-06-17T11:55"
        ) from error
