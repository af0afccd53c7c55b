"""When an article was published: the witnesses are heard in one order, and those who agree count together.

The order, and why. Who comes first is believed unless others agree on another day:

1. json-ld   its datePublished is about this very article (pipelines/extract/json_ld.py sees to that), with its zone.
2. meta      the same hand writes it, but some templates put the site's date, or the moment of the answer, there.
3. time      a <time> of the page, where the article's date stands; it has the zone, and readers see it.
4. printed   what readers see; the zone and the hour may be missing.
5. feed      right for what is new, but a correction may date the item anew.
6. url       a day only, but nobody changes it later.
7. far       a date that the page shows far from the headline: perhaps another article's.
8. updated   a date that says "diperbarui": later than the publication.
9. htmldate  its guess.

JSON-LD and meta are one hand, <time> and print another: only different hands make agreement. Where two hands agree
against the first witness, they are believed. Alone against the markup, the feed is believed where the markup claims
a later day, because nothing is in a feed before it is published; or one so much earlier that no feed would have it. A
day that readers see is never too early: some feeds know only when an entry was changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from htmldate import find_date

from crawler.times import EARLIEST, read_time
from pipelines.extract.date_lines import Shown, is_exact, shown_dates
from pipelines.extract.page import ParsedPage
from pipelines.extract.printed import PRINTED, parse_printed
from pipelines.wording.wib import WIB, stamp

__all__ = ["PRINTED", "Published", "find_published", "parse_machine", "parse_printed"]

HANDS = {"json-ld": "markup", "meta": "markup", "time": "page", "printed": "page", "feed": "feed", "url": "url"}
# The properties of <meta> that hold the date, those first that mean nothing else.
META_NAMES = (
    "article:published_time og:published_time datepublished article:published publishdate publish-date published_date "
    "pubdate publish_date dtpublish content_publisheddate dc.date.issued dc.date date sailthru.date parsely-pub-date "
    "cxenseparse:recs:publishtime originaldate"
).split()
MODIFIED_NAMES = ("article:modified_time", "og:updated_time", "datemodified", "dc.date.modified", "lastmod")
CLOCK = re.compile(r"\b([01]?\d|2[0-3])[.:]([0-5]\d)(?:[.:][0-5]\d)?\s*\(?\Z")
NAMED_ZONE = re.compile(r"wi(?:b|ta|t)\b")
LONGEST_CLOCK = 12  # characters: "14.05.30 ("
CLOCK_SKEW = timedelta(minutes=15)  # a site's clock may be so much before ours
A_DAY = timedelta(days=1)
OLD_FOR_A_FEED = timedelta(days=180)  # feeds list what is new; an item dated anew is seldom older than some months
URL_DATE = re.compile(r"/(20\d{2})[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/-]|\d{6})")


@dataclass(frozen=True, slots=True)
class Published:
    """When an article was published.

    at       ISO 8601 UTC
    day      the day in WIB
    source   who says so: json-ld, meta, time, printed, feed, url or htmldate
    warning  who says otherwise by more than a day: "feed 2026-11-20, url 2019-01-03"; None when nobody does
    """

    at: str
    day: str
    source: str
    warning: str | None = None


@dataclass(frozen=True, slots=True)
class Witness:
    """Somebody who says when the article was published. `exact`: with the hour; `said`: the text in the markup."""

    source: str
    when: datetime
    exact: bool
    said: str = ""

    def agrees(self, other: Witness) -> bool:
        """Whether both mean the same day, each as it says itself or in WIB, or times not more than a day apart."""
        return self.when.date() == other.when.date() or abs(self.when - other.when) <= A_DAY


class Evidence:
    """What one page, its address and its feed say about its date."""

    def __init__(self, page: ParsedPage, title: str, fetched: datetime, printed: str | None) -> None:
        self.page, self.title, self.fetched, self.own_printed = page, title, fetched, printed

    @cached_property
    def shown(self) -> list[Shown]:
        """The dates that the page shows, likeliest first; that of the source's own selector before all others."""
        dates = shown_dates(self.page, self.title, self.fetched)
        own = parse_machine(self.own_printed) if self.own_printed else None
        own = own or (parse_printed(self.own_printed, self.fetched) if self.own_printed else None)
        return [Shown(own, is_exact(own), 0, own), *dates] if own else dates

    @cached_property
    def printed(self) -> datetime | None:
        """The likeliest date in print."""
        return next((date.printed for date in self.shown if date.printed and not date.far), None)

    @cached_property
    def clocks(self) -> set[tuple[int, int]]:
        """(hour, minute) of every time of day that the page prints with its zone."""
        text = " ".join(self.page.tree.text_content()[:200_000].split()).lower()
        ends = (text[max(0, zone.start() - LONGEST_CLOCK) : zone.start()] for zone in NAMED_ZONE.finditer(text))
        found = (CLOCK.search(end) for end in ends)  # a walk from zone to zone, since pages are full of digits
        return {(int(clock[1]), int(clock[2])) for clock in found if clock}

    def witnesses(self, hint: str | None, url: str | None) -> list[Witness]:
        """Everybody who says something believable, in the order of belief."""
        found = [*self._from_markup(), *self._from_page()]
        match = URL_DATE.search(url or "")
        for source, said in (("feed", hint), ("url", "-".join(match.groups()) if match else None)):
            if said and (when := parse_machine(said)) is not None:
                found.append(Witness(source, when, is_exact(when)))
        sensible = (self._sensible(witness) for witness in found)
        return [witness for witness in sensible if witness is not None]

    def _from_markup(self) -> Iterator[Witness]:
        stated = [("json-ld", self.page.ld_text("datePublished", "dateCreated", "uploadDate"))]
        stated += [("meta", self.page.meta[name]) for name in META_NAMES if name in self.page.meta]
        stated += [
            ("time", element.get("datetime"))
            for element in self.page.tagged.get("time", ())
            if element.get("itemprop") == "datePublished" or "pubdate" in element.attrib
        ]
        for source, said in stated:
            if said and (when := parse_machine(said)) is not None:
                yield Witness(source, when, is_exact(when), said)

    def _from_page(self) -> Iterator[Witness]:
        for date in self.shown[:1]:
            if not date.far and not date.updated:
                yield Witness("time" if date.tagged else "printed", date.when, date.exact, "T" if date.tagged else "")

    def _sensible(self, witness: Witness) -> Witness | None:
        """A witness with its zone mended; None for one who speaks of the future or of the time before the web."""
        when = witness.when
        if not EARLIEST < when <= self.fetched + timedelta(hours=14):
            return None
        if witness.said:
            when = self._mend_zone(when)
        if when > self.fetched + CLOCK_SKEW:  # still to come, so it is local time under a wrong zone, or another date
            when = when.replace(tzinfo=WIB)
        return replace(witness, when=when) if when <= self.fetched + CLOCK_SKEW else None

    def _mend_zone(self, when: datetime) -> datetime:
        """A date from markup. Many sites label local time as UTC: then the page prints the very same clock time."""
        if when.utcoffset() != timedelta(0) or not is_exact(when) or self.printed is None:
            return when
        local = (self.printed.hour, self.printed.minute) == (when.hour, when.minute)
        if local or (when.hour, when.minute) in self.clocks:
            return when.replace(tzinfo=self.printed.tzinfo if local else WIB)
        return when

    def modified(self) -> datetime | None:
        """When the markup says that the text was changed."""
        stated = self.page.ld_text("dateModified")
        said = stated or next((self.page.meta[name] for name in MODIFIED_NAMES if name in self.page.meta), None)
        return parse_machine(said) if said else None


def find_published(
    page: ParsedPage, *, url: str | None, fetched_at: str, title: str, hint: str | None, printed: str | None = None
) -> Published | None:
    """When the article was published, or None.

    url         its address, where a day may stand
    fetched_at  ISO 8601; no later date is believed
    hint        the time that the feed or sitemap gave
    printed     the text that the source's own selector of the date points to
    """
    fetched = datetime.fromisoformat(fetched_at)
    evidence = Evidence(page, title, fetched, printed)
    witnesses = evidence.witnesses(hint, url)
    if witnesses:
        first = decide(witnesses, fetched, evidence.modified())
        against = [witness for witness in witnesses if not witness.agrees(first)]
        return _published(_with_hour(first, witnesses), first.source, against)
    for date in evidence.shown:  # far ones, then updates
        if date.when <= fetched + CLOCK_SKEW:
            return _published(date.when, "time" if date.tagged else "printed")
    for other in page.further:  # the file that a short page links to
        if file := find_published(other, url=None, fetched_at=fetched_at, title=title, hint=None):
            return file
    when = _guess(page, url)
    return _published(when, "htmldate") if when and when <= fetched else None


def _guess(page: ParsedPage, url: str | None) -> datetime | None:
    """htmldate's guess, without what has been judged already: the JSON-LD of another article, a day in the headline."""
    tree = deepcopy(page.tree)
    for element in list(tree.iter("script", "title", "h1")):
        element.drop_tree()
    found = find_date(tree, original_date=True, extensive_search=False, url=url)
    return parse_machine(found) if found else None


def decide(witnesses: Sequence[Witness], fetched: datetime, modified: datetime | None) -> Witness:
    """Whom to believe, of witnesses in the order of belief: the first, unless two other hands agree against it.

    Nobody is heard against the first who only repeats when the text was changed.
    """
    first = witnesses[0]
    change = Witness("", modified, True) if modified and modified > first.when else None
    others = [w for w in witnesses if w.agrees(first) or not (change and w.agrees(change) and w.when > first.when)]

    def hands(witness: Witness) -> int:
        return len({HANDS[other.source] for other in others if other.agrees(witness)})

    best = max(others, key=hands)  # of equal ones the first
    if hands(best) > 1 or first.source == "feed":
        return best
    feed = next((witness for witness in others if witness.source == "feed"), None)
    old = feed is not None and first.source in ("json-ld", "meta") and feed.when - first.when > OLD_FOR_A_FEED
    if feed is not None and (old or first.when > feed.when):
        return feed
    rendered = abs(first.when - fetched) <= CLOCK_SKEW  # the moment of the answer, which some templates print
    return next((w for w in others if rendered and not w.agrees(first)), first)


def _with_hour(first: Witness, witnesses: Sequence[Witness]) -> datetime:
    """The time of a witness; where it has only the day, with the hour of another who has the same day."""
    if first.exact:
        return first.when
    day = first.when.date()
    exact = (w.when for w in witnesses if w.exact and day in (w.when.date(), w.when.astimezone(WIB).date()))
    return next(exact, first.when)


def parse_machine(text: str) -> datetime | None:
    """A date in markup: ISO 8601 in its many broken forms ("2015-11-05 10:08:58Z"), or as people print it; or None."""
    return read_time(text) or parse_printed(text, None)


def _published(when: datetime, source: str, against: Sequence[Witness] = ()) -> Published:
    others = {witness.source: witness.when.astimezone(WIB).date().isoformat() for witness in reversed(against)}
    warning = ", ".join(f"{source} {others[source]}" for source in HANDS if source in others) or None
    return Published(stamp(when), when.astimezone(WIB).date().isoformat(), source, warning)
