"""Atom feeds (RFC 4287) of articles: valid with any text and with none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup

from pipelines.publish.show.marks import safe_link

# What XML 1.0 cannot hold, lone surrogates included.
IMPOSSIBLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
BEGINNING = "1970-01-01T00:00:00Z"
LEAD = 600  # characters of an article that an entry shows


def feed(
    rows: Iterable[Mapping[str, Any]], *, title: str, address: str, page: str, absolute: Callable[[str], str]
) -> str:
    """The feed as text. rows: id, title, text, url, source, published_at, newest first; `address` its own, `page` the
    search it follows, both paths; `absolute` makes a path an address with scheme and host."""
    entries = [_entry(row, absolute) for row in rows]
    updated = max((updated for updated, _ in entries), default=BEGINNING)
    return str(
        Markup(
            '<?xml version="1.0" encoding="utf-8"?>\n'
            '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="id">\n'
            "<title>{title}</title>\n<id>{page}</id>\n<updated>{updated}</updated>\n"
            '<author><name>Pantau</name></author>\n<generator>Pantau</generator>\n'
            '<link rel="self" type="application/atom+xml" href="{address}"/>\n'
            '<link rel="alternate" type="text/html" href="{page}"/>\n{entries}</feed>\n'
        ).format(
            title=_clean(title), address=absolute(address), page=absolute(page), updated=updated,
            entries=Markup("").join(entry for _, entry in entries),
        )
    )  # fmt: skip


def _entry(row: Mapping[str, Any], absolute: Callable[[str], str]) -> tuple[str, Markup]:
    published = _moment(row["published_at"])
    source = safe_link(row["url"])
    via = Markup('<link rel="via" href="{}"/>\n').format(_clean(source)) if source else ""
    text = " ".join(row["text"].split())
    summary = text if len(text) <= LEAD else text[:LEAD].rsplit(" ", 1)[0] + "…"
    return published, Markup(
        "<entry>\n<title>{title}</title>\n<id>{link}</id>\n<updated>{published}</updated>\n"
        "<published>{published}</published>\n<author><name>{source}</name></author>\n"
        '<link rel="alternate" type="text/html" href="{link}"/>\n{via}<summary>{summary}</summary>\n</entry>\n'
    ).format(
        title=_clean(row["title"]) or "(tanpa judul)", link=absolute(f"/artikel/{row['id']}"), published=published,
        source=_clean(row["source"] or "") or "Pantau", via=via, summary=_clean(summary),
    )  # fmt: skip


def _clean(text: str) -> str:
    return IMPOSSIBLE.sub("", text)


def _moment(value: str | None) -> str:
    try:
        when = datetime.fromisoformat(value or "")
    except ValueError:
        return BEGINNING
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
