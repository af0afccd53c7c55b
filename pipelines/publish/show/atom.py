"""Atom feeds (RFC 4287) of articles: valid with any text and with none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from markupsafe import Markup

from pipelines.publish.show.safe_link import safe_link

# What XML 1.0 cannot hold, lone surrogates included.
IMPOSSIBLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
BEGINNING = "1970-01-01T00:00:00Z"  # for an article without a time, and for a feed without any: every element needs one
LEAD = 600  # characters of an article that an entry shows

FEED = Markup(
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="id">\n'
    "<title>{title}</title>\n<id>{page}</id>\n<updated>{updated}</updated>\n"
    "<author><name>Pantau</name></author>\n<generator>Pantau</generator>\n"
    '<link rel="self" type="application/atom+xml" href="{address}"/>\n'
    '<link rel="alternate" type="text/html" href="{page}"/>\n{entries}</feed>\n'
)
ENTRY = Markup(
    "<entry>\n<title>{title}</title>\n<id>{link}</id>\n<updated>{published}</updated>\n"
    "<published>{published}</published>\n<author><name>{source}</name></author>\n"
    '<link rel="alternate" type="text/html" href="{link}"/>\n{via}<summary>{summary}</summary>\n</entry>\n'
)


class Entry(NamedTuple):
    """An article in a feed; published_at is a time in ISO 8601, UTC where it does not say otherwise."""

    id: int
    title: str
    text: str
    url: str
    source: str | None
    published_at: str | None


def feed(entries: Iterable[Entry], *, title: str, address: str, page: str, absolute: Callable[[str], str]) -> str:
    """The feed as text, of entries from the newest on.

    address, page: its own path, and that of the search it follows, which is its id; `absolute` makes a path an address
    with scheme and host.
    """
    told = [_told(entry, absolute) for entry in entries]
    text = FEED.format(
        title=_clean(title),
        address=absolute(address),
        page=absolute(page),
        updated=max((updated for updated, _ in told), default=BEGINNING),
        entries=Markup("").join(entry for _, entry in told),
    )
    return str(text)


def _told(entry: Entry, absolute: Callable[[str], str]) -> tuple[str, Markup]:
    """When an entry was published, and the entry; the address of the article on our pages is its id."""
    published = _moment(entry.published_at)
    source = safe_link(entry.url)
    text = " ".join(entry.text.split())
    markup = ENTRY.format(
        title=_clean(entry.title) or "(tanpa judul)",
        link=absolute(f"/artikel/{entry.id}"),
        published=published,
        source=_clean(entry.source or "") or "Pantau",
        via=Markup('<link rel="via" href="{}"/>\n').format(_clean(source)) if source else "",
        summary=_clean(text if len(text) <= LEAD else text[:LEAD].rsplit(" ", 1)[0] + "…"),
    )
    return published, markup


def _clean(text: str) -> str:
    return IMPOSSIBLE.sub("", text)


def _moment(value: str | None) -> str:
    """A time as RFC 3339 in UTC; BEGINNING for none."""
    try:
        when = datetime.fromisoformat(value or "")
    except ValueError:
        return BEGINNING
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
