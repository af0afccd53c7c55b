"""Digests: what is new of a watch as the text of a message, and word of an unusual number of articles."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from math import sqrt
from typing import Any

from markupsafe import Markup

from pipelines.desk.by_isu import ALONE, largest_first, stories_of
from pipelines.desk.watch.message import HTML, Message
from pipelines.desk.watch.saved import Watch
from pipelines.desk.watch.told import page_of, searched
from pipelines.search.filters import Filters
from pipelines.search.snippets import snippet
from pipelines.settings.load import setting
from pipelines.wording.dates import short_moment
from pipelines.wording.numbers import mean
from pipelines.wording.wib import stamp

READ = 5_000  # new articles that one digest looks at
RECENT = timedelta(days=7)  # what is older and came out of an archive or a backfill is history, no news
SHOWN_OF_ISU = 3  # articles of one isu that a digest lists, the others are counted
SPIKE_DAYS = 28  # four whole weeks make the normal
# A spike has at least so many articles in a day, and lies so many standard deviations of a Poisson count above normal.
SPIKE_LEAST, SPIKE_DEVIATIONS = 5, 4.0


@dataclass(frozen=True, slots=True)
class Story:
    """One new article, and the outlets of its copies. `published_at` is ISO 8601 UTC, None when it is unknown."""

    article_id: int
    title: str
    outlet: str
    published_at: str | None
    url: str
    copies: tuple[str, ...]


def new_stories(connection: sqlite3.Connection, filters: Filters, after: int) -> tuple[list[Story], int, str | None]:
    """The stories among the articles with an id above `after`, the highest id looked at, when the oldest was seen.

    Copies are folded under the earliest; a story of which any copy has an id up to `after` is known already. What
    `pantau import` and `pantau backfill` have brought is news only while it is RECENT.
    """
    where, values = filters.where()
    newest = connection.execute("SELECT coalesce(max(id), 0) FROM articles").fetchone()[0]
    rows = connection.execute(
        f"""SELECT a.id, coalesce(a.duplicate_of, a.id), a.title, coalesce(s.name, a.source_id, '?'), a.published_at,
                   a.url, a.first_seen
            FROM articles a LEFT JOIN sources s ON s.id = a.source_id
            WHERE a.id > :after AND a.id <= :newest AND {where} AND (a.origin IS NULL OR a.published_at >= :recent)
            ORDER BY a.id LIMIT {READ}""",
        values | {"after": after, "newest": newest, "recent": stamp(datetime.now(UTC) - RECENT)},
    ).fetchall()
    if len(rows) == READ:
        newest = rows[-1][0]
    groups: dict[int, list[Sequence[Any]]] = {}
    for row in rows:
        groups.setdefault(row[1], []).append(row)
    stories, oldest = [], None
    for root, members in groups.items():
        known = connection.execute(
            "SELECT 1 FROM articles WHERE (id = :root OR duplicate_of = :root) AND id <= :after LIMIT 1",
            {"root": root, "after": after},
        ).fetchone()
        if known:
            continue
        first = min(members, key=lambda row: (row[0] != root, row[4] or "9"))
        copies = tuple(dict.fromkeys(row[3] for row in members if row is not first))
        stories.append(Story(first[0], first[2], first[3], first[4], first[5], copies))
        oldest = min(oldest or members[0][6], members[0][6])
    stories.sort(key=lambda story: story.published_at or "", reverse=True)
    return stories, newest, oldest


def digest(connection: sqlite3.Connection, watch: Watch, stories: Sequence[Story]) -> tuple[str, Message]:
    """Title and text of a message on new stories: what was looked for, each story with its hit, where all of them are.

    Articles of one isu stand under its title, the isu of most articles first; single ones come last. Links to the pages
    are there where the setting `public_url` says where the pages are.
    """
    pages = str(setting("public_url") or "").rstrip("/")
    terms = watch.filters.terms()
    head = f"{len(stories)} artikel baru untuk pantauan {watch.name}: {searched(connection, watch.filters)}."
    plain, html = [head, ""], [Markup("<p>{}</p>").format(head)]
    listed = others = 0
    for group in by_isu(connection, stories, watch.ceiling):
        plain += [f"== {group.heading} ==", ""] if group.heading else []
        html += [Markup("<h2 style='font-size: 16px'>{}</h2>").format(group.heading)] if group.heading else []
        for number, story in enumerate(group.shown, listed + 1):
            row = connection.execute("SELECT text FROM articles WHERE id = ?", (story.article_id,)).fetchone()
            page = f"{pages}/artikel/{story.article_id}" if pages else ""
            hit = snippet(row[0] or "", terms) if row else Markup()
            plain += _plain(number, story, hit.striptags(), page)
            html.append(_html(number, story, hit, page))
        listed, others = listed + len(group.shown), others + group.others
        if group.others:
            address = f"{pages}/isu/{group.isu}" if pages else ""
            _add(plain, html, f"... dan {group.others} lainnya dalam isu ini", address)
    if len(stories) > listed + others:
        _add(plain, html, f"... dan {len(stories) - listed - others} berita lain", "")
    if pages:
        everything = f"{pages}{page_of(watch.filters)}"
        plain += ["", f"Lihat semua: {everything}"]
        html.append(Markup('<p>Lihat semua: <a href="{0}">{0}</a></p>').format(everything))
    title = f"[Pantau] {watch.name}: {len(stories)} artikel"
    return title, Message("\n".join(plain).rstrip(), HTML.format(title, Markup("\n").join(html)))


@dataclass(frozen=True, slots=True)
class Group:
    """New articles of one isu, or those that stand alone (`isu` is 0).

    shown   those that are listed
    others  how many more the isu has
    """

    isu: int
    heading: str
    shown: tuple[Story, ...]
    others: int


def by_isu(connection: sqlite3.Connection, stories: Sequence[Story], most: int) -> list[Group]:
    """At most so many articles in groups: the isu of most articles first, what stands alone last."""
    isu = stories_of(connection, (story.article_id for story in stories))
    number_of = {story.article_id: isu.get(story.article_id, (0, ""))[0] for story in stories}
    sizes = Counter(number_of.values())
    alone = {number for number, n in sizes.items() if n == 1} | {0}
    ordered = largest_first(stories, lambda story: number_of[story.article_id] or None)
    groups: list[Group] = []
    for number, members in groupby(ordered, lambda story: 0 if (n := number_of[story.article_id]) in alone else n):
        found = list(members)
        shown = found[: min(most, SHOWN_OF_ISU) if number else most]
        most -= len(shown)
        if shown:
            title = f"{isu[found[0].article_id][1]} ({len(found)} berita)" if number else ALONE if groups else ""
            groups.append(Group(number, title, tuple(shown), len(found) - len(shown) if number else 0))
    return groups


def _add(plain: list[str], html: list[Markup], line: str, address: str) -> None:
    """Add a line to both texts, with an address behind it where there is one."""
    plain += [f"{line}: {address}" if address else line, ""]
    link = Markup(': <a href="{0}">{0}</a>').format(address) if address else Markup()
    html.append(Markup("<p>{}{}</p>").format(line, link))


def _about(story: Story) -> str:
    """The medium and the time of a story."""
    return ", ".join(part for part in (story.outlet, story.published_at and short_moment(story.published_at)) if part)


def _plain(number: int, story: Story, hit: str, page: str) -> list[str]:
    lines = [f"{number}. {story.title}", f"   {_about(story)}"]
    lines += [f"   juga di {', '.join(story.copies)}"] if story.copies else []
    lines += [f"   {hit}"] if hit else []
    lines.append(f"   {story.url}")
    return [*lines, *([f"   Di Pantau: {page}"] if page else []), ""]


def _html(number: int, story: Story, hit: Markup, page: str) -> Markup:
    """A story as HTML; addresses are also written out, since many mail readers show the text made of this."""
    copies = Markup("<br>juga di {}").format(", ".join(story.copies)) if story.copies else Markup()
    excerpt = Markup("<br>{}").format(hit) if hit else Markup()
    shown = Markup('<br>Di Pantau: <a href="{0}">{0}</a>').format(page) if page else Markup()
    link = Markup('<br><a href="{0}">{0}</a>').format(story.url)
    if not story.url.startswith(("https://", "http://")):  # a stranger wrote it: nothing to click on
        link = Markup("<br>{}").format(story.url)
    return Markup("<p><b>{}. {}</b><br>{}{}{}{}{}</p>").format(
        number, story.title, _about(story), copies, excerpt, link, shown
    )


def spike_message(connection: sqlite3.Connection, watch: Watch, now: datetime) -> str | None:
    """What to say when the last day has far more matching articles than a day of the four weeks before it, or None."""
    where, values = watch.filters.where()
    moments = {
        "day": stamp(now - timedelta(days=1)),
        "begin": stamp(now - timedelta(days=1 + SPIKE_DAYS)),
        "now": stamp(now),
    }
    today, before = connection.execute(
        f"""SELECT coalesce(sum(a.published_at > :day), 0), coalesce(sum(a.published_at <= :day), 0) FROM articles a
            WHERE a.published_at > :begin AND a.published_at <= :now AND {where}""",
        values | moments,
    ).fetchone()
    normal = before / SPIKE_DAYS
    if today < SPIKE_LEAST or today < normal + SPIKE_DEVIATIONS * sqrt(normal + 1):
        return None
    return f"{today} berita dalam 24 jam terakhir; biasanya {mean(normal)} sehari ({SPIKE_DAYS} hari sebelumnya)."
