"""What the newest pages of each host show at their heads, and what their titles share: the site's own name.

No list of sites is needed: of several pages of one host the part that most of their titles share is the site's name,
and a title that several of them have is nobody's headline.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from pipelines.language.words import word_key

# What stands between the parts of a title: a sign between blanks, or a bar with or without them.
SEPARATOR = re.compile(r"\s+[-–—|•·~»«/:]+\s+|\s*\|+\s*|\s*::\s*|\s*[»«]\s*|\s+[-–—](?=\w)|(?<=\w)[-–—]\s+")
MOST_PARTS = 7  # a title with more is taken as it is; those of real sites have up to four
MOST_PAGES = 20  # of a host that are looked at together
SHARE = 0.6  # of a host's titles that have its name; the rest are sections with a title of their own
MOST_NAME_WORDS = 14  # "Situs Resmi Dinas Perumahan Rakyat dan Kawasan Permukiman Provinsi Kalimantan Barat" has eleven


@dataclass(frozen=True, slots=True)
class Heads:
    """What a page shows at its head: the text of <title> and of its first <h1>; "" for what it has not."""

    title: str
    heading: str = ""


@dataclass(frozen=True, slots=True)
class HostNames:
    """What is known of a host's titles, as word keys (`word_key`).

    names   parts that most titles share: the site's name, its slogan
    common  whole titles and headings that several pages have, which are no headlines
    """

    names: frozenset[str] = field(default_factory=frozenset)
    common: frozenset[str] = field(default_factory=frozenset)


def learn_hosts(pages: Iterable[tuple[str, Heads]]) -> dict[str, HostNames]:
    """Host -> what its pages share, of all that have one; "" is no host."""
    by_host: dict[str, list[Heads]] = {}
    for host, heads in pages:
        by_host.setdefault(host, []).append(heads)
    return {host: known for host, found in by_host.items() if host and (known := learn(found)) != HostNames()}


def learn(pages: Sequence[Heads]) -> HostNames:
    """What the titles of a host's pages share; nothing from fewer than two pages.

    Of two pages a part must stand in both, of more in most (SHARE).
    """
    pages = pages[:MOST_PAGES]
    if len(pages) < 2:
        return HostNames()
    enough = max(2, SHARE * len(pages))
    titles, headings = (
        Counter(filter(None, map(word_key, texts)))
        for texts in ([page.title for page in pages], [page.heading for page in pages])
    )
    ends: Counter[str] = Counter()
    for page in {page.title for page in pages}:  # one title at several addresses shows nothing of its parts
        ends.update({word_key(part) for part in title_ends(page)} - {""})
    different = len(titles)
    names = {end for end, count in ends.items() if count >= 2 and count >= SHARE * different}
    repeated = {key for found in (titles, headings) for key, count in found.items() if count >= enough}
    return HostNames(frozenset(names), frozenset(repeated))


def title_ends(title: str) -> list[str]:
    """The parts of a title in which a site's name may stand: its first one, its last one, its last two."""
    signs = list(SEPARATOR.finditer(title))
    if not signs or len(signs) >= MOST_PARTS:
        return []
    ends = [title[: signs[0].start()], title[signs[-1].end() :]]
    if len(signs) > 1:
        ends += [title[signs[-2].end() :], title[: signs[1].start()]]
    return [end for end in ends if len(end.split()) <= MOST_NAME_WORDS]


def host_of(address: str) -> str:
    """The host of an address without "www."; "" where it has none."""
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def record_heads(connection: sqlite3.Connection, url: str, fetched_at: str, heads: Heads) -> None:
    """Keep what one page showed, inside the caller's transaction; of a host the MOST_PAGES that were fetched last.

    fetched_at  ISO 8601 UTC, so that reading old pages again changes nothing
    """
    host = host_of(url)
    if not host or not heads.title:
        return
    connection.execute(
        """INSERT INTO host_titles (host, url, title, heading, seen_at) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (host, url) DO UPDATE SET title = excluded.title, heading = excluded.heading,
             seen_at = excluded.seen_at
           WHERE excluded.seen_at >= seen_at""",
        (host, url, heads.title, heads.heading, fetched_at),
    )
    connection.execute(
        """DELETE FROM host_titles WHERE host = :host AND url NOT IN
             (SELECT url FROM host_titles WHERE host = :host ORDER BY seen_at DESC, url LIMIT :most)""",
        {"host": host, "most": MOST_PAGES},
    )


def known_names(connection: sqlite3.Connection) -> dict[str, HostNames]:
    """Host -> what the titles of its pages share, for every host that has shown something."""
    rows = connection.execute("SELECT host, title, heading FROM host_titles ORDER BY host, url")
    return learn_hosts((host, Heads(title, heading)) for host, title, heading in rows)
