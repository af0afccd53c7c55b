"""What a feed or sitemap says of pages that are known: which of them are asked for again, and whom to believe.

Many sites write the present moment behind every address of a sitemap. Believed, such a sitemap has everything fetched
on every run. So when nearly all known pages claim a change at once, only a few of them are asked for.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Sequence

from crawler.records import Link, Order
from pipelines.language.words import word_key
from pipelines.wording.wib import stamp_now

# A feed or sitemap that says of this share of the pages that it dates, of at least MIN_DATED, that they have changed
# since we asked for them is not believed. A run lies minutes or hours after the one before, in which no newsroom edits
# everything; a site that was built anew is read again over some days.
RESTLESS, MIN_DATED = 0.9, 6
SAMPLE = 3  # of those are asked for: so many of the newest, and as many that were not asked for longest
MOST_TITLES = 8  # headlines of a page that are remembered: a feed and a sitemap may have one each and take turns

Known = tuple[Link, sqlite3.Row]


def again(pairs: Sequence[Known]) -> tuple[list[Order], bool]:
    """(orders for the known pages that are to be asked for again, whether their dates of change are not believed)."""
    now = stamp_now()
    asked_before = [(link, row) for link, row in pairs if row["fetched_at"] is not None]
    dated = [(link, row) for link, row in asked_before if link.modified_at]
    changed = [(link, row) for link, row in dated if _is_later(link, row)]
    restless = len(dated) >= MIN_DATED and len(changed) >= RESTLESS * len(dated)
    if restless:
        changed = _sample(changed)
    wanted = {row["url"] for _, row in changed} | {row["url"] for link, row in asked_before if _is_renamed(link, row)}
    orders = []
    for link, row in pairs:
        if (row["not_before"] or "") > now:
            continue
        if row["fetched_at"] is None and row["state"] in ("found", "failed"):
            orders.append(Order(row["url"], hints=link.hints()))
        elif row["url"] in wanted:
            wanted.discard(row["url"])  # two addresses may be one page's
            hints = merged_hints(json.loads(row["hints"] or "{}"), link)
            orders.append(Order(row["url"], row["etag"], row["last_modified"], hints, known=True))
    return orders, restless


def merged_hints(stored: dict[str, str], link: Link) -> dict[str, str]:
    """What is known of a page that is asked for again: it was published when it was, whatever date a correction has."""
    hints = {**stored, **link.hints()}
    if stored.get("published_at"):
        hints["published_at"] = stored["published_at"]
    titles = [title_mark(title) for title in (stored.get("title"), link.title) if title]
    hints["titles"] = " ".join(list(dict.fromkeys([*stored.get("titles", "").split(), *titles]))[-MOST_TITLES:])
    return {name: value for name, value in hints.items() if value}


def title_mark(title: str) -> str:
    """A headline as eight letters, the same however it is spaced and written in capitals."""
    return hashlib.blake2b(word_key(title).encode("utf-8", "replace"), digest_size=4).hexdigest()


def _is_later(link: Link, row: sqlite3.Row) -> bool:
    """Whether the page has changed since we asked for it, by the date of the link."""
    stored = json.loads(row["hints"] or "{}").get("modified_at")
    return bool(link.modified_at) and link.modified_at > (stored or row["fetched_at"])


def _is_renamed(link: Link, row: sqlite3.Row) -> bool:
    """Whether the page has another headline than before: many feeds tell a correction ("RALAT: ...") only so."""
    stored = json.loads(row["hints"] or "{}")
    if not link.title or not stored.get("title"):
        return False
    return title_mark(link.title) not in (title_mark(stored["title"]), *stored.get("titles", "").split())


def _sample(changed: Iterable[Known]) -> list[Known]:
    """A few of many pages: the newest, which are corrected most, and those that were not asked for longest."""
    newest = sorted(changed, key=lambda pair: _found(pair[1]), reverse=True)
    chosen, others = newest[:SAMPLE], newest[SAMPLE:]
    return chosen + sorted(others, key=lambda pair: _asked(pair[1]))[:SAMPLE]


def _asked(row: sqlite3.Row) -> str:
    """When a page was last asked for because of its date: a 304 changes no more than this."""
    return max(str(json.loads(row["hints"] or "{}").get("modified_at") or ""), row["fetched_at"])


def _found(row: sqlite3.Row) -> str:
    return str(json.loads(row["hints"] or "{}").get("published_at") or row["found_at"])
