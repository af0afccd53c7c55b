"""Gather: the articles of a day for the clipping, copies folded under the earliest, and where they name officials."""

from __future__ import annotations

import json
import sqlite3
from base64 import b64encode
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pipelines.desk.by_isu import headings, largest_first, stories_of
from pipelines.desk.clip import letterheads
from pipelines.desk.kliping import Kliping
from pipelines.desk.tone import Tone
from pipelines.search.filters import Filters
from pipelines.settings.load import setting
from pipelines.wording.dates import clock, day, moment

TOPICS = 10  # topics that are counted, the most frequent ones
MOST = 500  # articles that one clipping holds


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a paragraph; `official`: whether it is the name of an official."""

    text: str
    official: bool = False


@dataclass(frozen=True, slots=True)
class Clipped:
    """One article of a clipping.

    number     its place in the clipping, from 1
    time       "14.05 WIB", or "" when the hour is unknown
    published  day and hour as people write them
    topics     the site's own keywords
    copies     other outlets with the same text
    tone       of title and text, as people heard it: "positif", "judul netral, isi negatif", or ""
    comment    what people wrote about it
    story      the title of its isu, where it stands beside others of it
    heading    what stands above it: the isu that begins with it, or that no isu goes on
    """

    number: int
    outlet: str
    title: str
    author: str
    time: str
    published: str
    url: str
    topics: tuple[str, ...]
    copies: tuple[str, ...]
    paragraphs: tuple[tuple[Stretch, ...], ...]
    tone: str = ""
    comment: str = ""
    story: str = ""
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Clipping:
    """A whole clipping.

    institution, address  the two lines of the letterhead (kop)
    day                   as people write it
    topic                 what the clipping is about, in a word
    by_outlet, by_topic   (name, how many articles), those with most first
    left_out              how many stories there were beyond MOST
    summary               what people wrote at its top
    signed                who signed it and when, in words, or ""
    logo                  of the letterhead, a PNG; b"" for none
    """

    institution: str
    address: str
    date: date
    day: str
    topic: str
    articles: tuple[Clipped, ...]
    by_outlet: tuple[tuple[str, int], ...]
    by_topic: tuple[tuple[str, int], ...]
    left_out: int
    summary: str = ""
    signed: str = ""
    logo: bytes = b""

    @property
    def logo_address(self) -> str:
        """The logo as an address that a page holds in itself; "" for none."""
        return f"data:image/png;base64,{b64encode(self.logo).decode()}" if self.logo else ""

    @property
    def called(self) -> str:
        """Topic and day in words, each said once: people call a kliping as they like."""
        name = self.topic if self.topic.casefold().startswith("kliping") else f"Kliping {self.topic}"
        return name if self.day in name else f"{name}, {self.day}"


def gather(connection: sqlite3.Connection, when: date, filters: Filters, topic: str, *, lead: bool = False) -> Clipping:
    """The clipping of a day (WIB): its news articles that pass the filters; `lead`: only two paragraphs of each.

    Articles of one isu stand together, the isu of most articles first, each in order of time; single ones come last.
    """
    filters = replace(filters, since=when, until=when)
    where, values = filters.where()
    rows = connection.execute(
        f"""SELECT a.id, coalesce(a.duplicate_of, a.id), coalesce(s.name, a.source_id, '?'), a.title, a.author,
                   a.published_at, a.url, a.tags, a.text
            FROM articles a LEFT JOIN sources s ON s.id = a.source_id WHERE a.kind = 'news' AND {where}
            ORDER BY a.published_at, a.id""",
        values,
    ).fetchall()
    groups: dict[int, list[Sequence[Any]]] = {}
    for row in rows:
        groups.setdefault(row[1], []).append(row)
    isu = stories_of(connection, (row[0] for row in rows))
    stories = largest_first(list(groups.values()), lambda members: isu.get(_first(members)[0], (None,))[0])[:MOST]
    titles = [isu.get(_first(members)[0], (0, ""))[1] for members in stories]
    articles = _headed(
        [_clip(connection, number, members, lead) for number, members in enumerate(stories, 1)],
        titles,
    )
    return Clipping(
        institution=str(setting("clip.institution")),
        address=str(setting("clip.address")),
        date=when,
        day=day(when.isoformat()),
        topic=topic,
        articles=articles,
        by_outlet=tuple(Counter(row[2] for row in rows).most_common()),
        by_topic=tuple(Counter(topic for article in articles for topic in article.topics).most_common(TOPICS)),
        left_out=len(groups) - len(articles),
    )


def gather_kliping(connection: sqlite3.Connection, kliping: Kliping, *, lead: bool = False) -> Clipping:
    """The clipping that people made on the page; `lead` as for `gather`."""
    articles = []
    for number, item in enumerate(kliping.taken, 1):
        row = connection.execute(
            """SELECT id, id, ?, title, author, published_at, url, tags, text FROM articles WHERE id = ?""",
            (item.outlet, item.article_id),
        ).fetchone()
        articles.append(
            replace(
                _clip(connection, number, [row], lead),
                copies=item.copies,
                tone=_tone(item.tone),
                comment=item.comment,
            )
        )
    first, last = (day(value) for value in (kliping.since, kliping.until))
    if first != last:  # the hour alone would not say when
        articles = [replace(article, time=article.published) for article in articles]
    head = letterheads.find(connection, kliping.letterhead)
    return Clipping(
        institution=kliping.institution or (head and head.institution) or str(setting("clip.institution")),
        address=kliping.address or (head and head.address) or str(setting("clip.address")),
        logo=head.logo if head else b"",
        date=date.fromisoformat(kliping.until),
        day=first if first == last else f"{first} - {last}",
        topic=kliping.name,
        articles=_headed(articles, [item.story or "" for item in kliping.taken]),
        by_outlet=tuple(Counter(article.outlet for article in articles).most_common()),
        by_topic=tuple(Counter(topic for article in articles for topic in article.topics).most_common(TOPICS)),
        left_out=0,
        summary=kliping.summary,
        signed=f"{kliping.signed_by}, {moment(kliping.signed_at)}" if kliping.signed_at else "",
    )


def with_letterhead(connection: sqlite3.Connection, clipping: Clipping, number: int) -> Clipping:
    """The clipping with a letterhead of the team's; as it is where there is none of that number."""
    head = letterheads.find(connection, number)
    if head is None:
        return clipping
    return replace(
        clipping,
        institution=head.institution or clipping.institution,
        address=head.address or clipping.address,
        logo=head.logo,
    )


def _headed(articles: Sequence[Clipped], titles: Sequence[str]) -> tuple[Clipped, ...]:
    """Articles with the headings of their isu; `titles`: of the isu of each, or ""."""
    beside = ["", *titles, ""]
    stories = [title if title in (beside[n], beside[n + 2]) else "" for n, title in enumerate(titles)]
    return tuple(
        replace(article, story=story, heading=heading)
        for article, story, heading in zip(articles, stories, headings(titles), strict=True)
    )


def _first(members: Sequence[Sequence[Any]]) -> Sequence[Any]:
    """Of the rows of copies the earliest one's, or the first that passed the filters."""
    return next((row for row in members if row[0] == row[1]), members[0])


def _tone(said: Tone) -> str:
    """The tone of title and text in words."""
    if said.title and said.body:
        return said.title if said.title == said.body else f"judul {said.title}, isi {said.body}"
    return f"judul {said.title}" if said.title else f"isi {said.body}" if said.body else ""


def _clip(connection: sqlite3.Connection, number: int, members: Sequence[Sequence[Any]], lead: bool) -> Clipped:
    """One story: the earliest of its copies, or the first that passed the filters. `members`: their rows."""
    article_id, _, outlet, title, author, published_at, url, tags, text = _first(members)
    return Clipped(
        number=number,
        outlet=outlet,
        title=title,
        author=author or "",
        time=clock(published_at),
        published=moment(published_at),
        url=url if url.startswith(("http://", "https://")) else "",
        topics=tuple(json.loads(tags or "[]")),
        copies=tuple(dict.fromkeys(row[2] for row in members if row[0] != article_id)),
        paragraphs=tuple(_paragraphs(text, _officials(connection, article_id)))[: 2 if lead else None],
    )


def _officials(connection: sqlite3.Connection, article_id: int) -> list[tuple[int, int]]:
    """Where an article names an official: begin and end in its text, in order."""
    return connection.execute(
        """SELECT m.start, m."end" FROM mentions m WHERE m.article_id = :id AND m.field = 'text' AND m.label = 'PER'
           AND m.entity_id IN (SELECT person_id FROM article_officials WHERE article_id = :id) ORDER BY m.start""",
        {"id": article_id},
    ).fetchall()


def _paragraphs(text: str, marks: Sequence[tuple[int, int]]) -> list[tuple[Stretch, ...]]:
    """The paragraphs of a text, each in stretches, so that what `marks` says can be shown in bold."""
    paragraphs, start = [], 0
    for part in text.split("\n"):
        end, at, runs = start + len(part), start, []
        for begin, stop in marks:
            if at <= begin < stop <= end:
                runs += [Stretch(text[at:begin]), Stretch(text[begin:stop], official=True)]
                at = stop
        runs.append(Stretch(text[at:end]))
        if part.strip():
            paragraphs.append(tuple(run for run in runs if run.text))
        start = end + 1
    return paragraphs
