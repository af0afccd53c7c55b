"""Which of a source's own selectors ([source.extract]) still find something, and since when one does not."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping


def record_selectors(
    connection: sqlite3.Connection, source_id: str, fetched_at: str, tried: Mapping[str, tuple[str, bool]]
) -> None:
    """Keep what one page showed, inside the caller's transaction.

    tried       key of [source.extract] -> (selector, whether it found something)
    fetched_at  of the page, ISO 8601 UTC; pages older than the last one seen say nothing new (`process --again`)
    """
    connection.executemany(
        """INSERT INTO selector_health (source_id, key, selector, misses, matched_at, missed_since, seen_at)
           VALUES (:source, :key, :selector, :missed, iif(:missed, NULL, :at), iif(:missed, :at, NULL), :at)
           ON CONFLICT (source_id, key) DO UPDATE SET
             misses = CASE WHEN NOT :missed THEN 0 WHEN selector = :selector THEN misses + 1 ELSE 1 END,
             matched_at = CASE WHEN NOT :missed THEN :at WHEN selector = :selector THEN matched_at END,
             missed_since = CASE WHEN NOT :missed THEN NULL
                                 WHEN selector = :selector THEN coalesce(missed_since, :at) ELSE :at END,
             seen_at = :at, selector = :selector
           WHERE selector <> :selector OR seen_at <= :at""",
        [
            {"source": source_id, "key": key, "selector": selector, "missed": not found, "at": fetched_at}
            for key, (selector, found) in tried.items()
        ],
    )


def forget_selectors(connection: sqlite3.Connection, catalogue: Mapping[str, Mapping[str, str]]) -> None:
    """Drop what is known of selectors that the catalogue no longer has; source id -> its [source.extract]."""
    connection.executemany(
        "DELETE FROM selector_health WHERE source_id = ? AND key NOT IN (SELECT value FROM json_each(?))",
        [(source_id, json.dumps(list(extract))) for source_id, extract in catalogue.items()],
    )
