"""Dates: when an article was published, by JSON-LD, meta, <time>, the printed line, the feed, the address in turn.

Indonesia has three time zones: WIB (UTC+7), WITA (UTC+8), WIT (UTC+9). A time without a zone is taken for WIB.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import cache

import dateparser
import lxml.html
from htmldate import find_date

from nlp.components.dates import MONTHS as INDONESIAN_MONTHS
from pipelines.extract.page import ParsedPage
from pipelines.wording.wib import WIB

ZONES = {"wib": 7, "wita": 8, "wit": 9, "gmt": 0, "utc": 0}
# Sites print English months and rarer short forms, too. The tagger does not look for them: in running text they are
# mostly something else (the names "May" and "June").
MONTHS = INDONESIAN_MONTHS | {
    name: number
    for number, names in {
        1: "january",
        2: "peb february",
        3: "mrt march",
        5: "may",
        6: "june",
        7: "july",
        8: "agst aug august",
        10: "oct october",
        11: "nop",
        12: "dec december",
    }.items()
    for name in names.split()
}
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_TIME = (
    r"(?:\s*(?:[,|•·/–—-]|pukul|jam|at|@)*\s*(?P<hour>[01]?\d|2[0-3])[.:](?P<minute>[0-5]\d)(?:[.:][0-5]\d)?"
    r"(?:\s*(?P<half>am|pm)\b)?(?:\s*\(?(?P<zone>wib|wita|wit|gmt|utc)\b)?)?"
)
PRINTED = re.compile(
    rf"(?<![\d.])(?:(?P<day>\d{{1,2}})(?:\s*[-/.\s]\s*)(?P<month>{_MONTH})\.?,?(?:\s*[-/.\s]\s*)(?P<year>\d{{4}}|'?\d{{2}})"
    rf"|(?P<month2>{_MONTH})\.?\s+(?P<day2>\d{{1,2}}),?\s+(?P<year2>\d{{4}})"
    r"|(?P<day3>\d{1,2})[/.-](?P<month3>\d{1,2})[/.-](?P<year3>\d{4}|\d{2})"
    r"|(?P<year4>\d{4})-(?P<month4>\d{2})-(?P<day4>\d{2}))(?!\d)" + _TIME,
    re.IGNORECASE,
)
RELATIVE = re.compile(
    r"\b(?:\d{1,3}|se)\s*(?:detik|menit|jam|hari|minggu|pekan)\s+(?:yang\s+)?lalu\b|\bkemarin\b", re.IGNORECASE
)
JUST_NOW = re.compile(r"(?:.{0,40}\W)?baru saja\W*", re.IGNORECASE)
CLOCK = re.compile(r"\b([01]?\d|2[0-3])[.:]([0-5]\d)(?:[.:][0-5]\d)?\s*\(?(wib|wita|wit)\b", re.IGNORECASE)
# The properties of <meta> that hold the date, those first that mean nothing else.
META_NAMES = (
    "article:published_time og:published_time datepublished article:published publishdate publish-date published_date "
    "pubdate publish_date dtpublish content_publisheddate dc.date.issued dc.date date sailthru.date parsely-pub-date "
    "cxenseparse:recs:publishtime originaldate"
).split()
ELSEWHERE = re.compile(
    r"sidebar|related|terkait|popul|terpopuler|latest|terbaru|footer|nav|menu|comment|komentar|widget|rekomendasi|"
    r"baca-?juga|copyright|ticker|headline-list|most",
    re.IGNORECASE,
)
UPDATED = re.compile(
    r"\W*(?:terakhir )?(?:di(?:perbaru|muta?khirkan|ubah|edit)|update|last (?:update|modif))", re.IGNORECASE
)
CLOCK_SKEW = timedelta(minutes=15)  # a site's clock may be so much before ours
DATED = re.compile(r"\d|kemarin|lalu|baru saja")  # what every line with a date holds
LONGEST_LINE = 160  # characters; a printed date stands on a short line of its own
# A sentence, whose date is not the article's.
SENTENCE = re.compile(r".{60,}[.!?][\"”'’)]*\s*\Z|\(\d{1,2}/\d{1,2}(?:/\d{2,4})?\)", re.DOTALL)
URL_DATE = re.compile(r"/(20\d{2})[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/-]|\d{6})")

Shown = Callable[[], datetime | None]  # the printed date, which is only looked for when somebody asks


@dataclass(frozen=True, slots=True)
class Published:
    """When an article was published.

    at      ISO 8601 UTC
    day     the day in WIB
    source  who says so: json-ld, meta, time, printed, feed, url or htmldate
    """

    at: str
    day: str
    source: str


def find_published(
    page: ParsedPage, *, url: str | None, fetched_at: str, title: str, hint: str | None, printed: str | None = None
) -> Published | None:
    """When the article was published, or None.

    fetched_at  ISO 8601; no later date is believed
    hint        the time that the feed or sitemap gave
    printed     the text that the source's own selector of the date points to
    """
    fetched = datetime.fromisoformat(fetched_at)

    @cache
    def shown() -> datetime | None:
        found = parse_printed(printed, fetched) if printed else None
        return found or next(_printed_dates(page, title, fetched), None)

    for source, value in _candidates(page, shown, hint, url):
        when = value if isinstance(value, datetime) else parse_machine(value)
        if when is None or not _plausible(when, fetched):
            continue
        if source in ("json-ld", "meta", "time") and isinstance(value, str):
            when = _mend_zone(when, value, shown, page)
        if when > fetched + CLOCK_SKEW:  # still to come, so it is local time under a wrong zone, or another date
            when = when.replace(tzinfo=WIB)
        if when <= fetched + CLOCK_SKEW:
            return _published(when, source)
    found = find_date(page.tree, original_date=True, extensive_search=False, url=url)
    when = parse_machine(found) if found else None
    return _published(when, "htmldate") if when and when <= fetched else None


def _candidates(
    page: ParsedPage, shown: Shown, hint: str | None, url: str | None
) -> Iterator[tuple[str, str | datetime]]:
    stated = page.ld_text("datePublished", "dateCreated", "uploadDate")
    if stated:
        yield "json-ld", stated
    for name in META_NAMES:
        if name in page.meta:
            yield "meta", page.meta[name]
    for element in page.tagged.get("time", ()):
        if (element.get("itemprop") == "datePublished" or "pubdate" in element.attrib) and element.get("datetime"):
            yield "time", element.get("datetime")
    if (printed := shown()) is not None:
        yield "printed", printed
    for element in page.tagged.get("time", ()):
        if element.get("datetime") and not _elsewhere(element):
            yield "time", element.get("datetime")
    if hint:
        yield "feed", hint
    match = URL_DATE.search(url or "")
    if match:
        yield "url", "-".join(match.groups())


def parse_machine(text: str) -> datetime | None:
    """A date in markup: ISO 8601 in its many broken forms ("2015-11-05 10:08:58Z", "2023/11/02 17:50:26"), or None."""
    text = text.strip()
    match = re.match(
        r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ]+(\d{1,2})[:.-](\d{2})(?:[:.-](\d{2}))?(?:\.\d+)?)?", text
    )
    if match is None:
        return parse_printed(text, None)
    year, month, day = (int(part) for part in match.groups()[:3])
    hour, minute, second = (int(part or 0) for part in match.groups()[3:])
    zone = re.match(r"\s*(Z|[+-]\d{2}:?\d{2})", text[match.end() :])
    try:
        when = datetime(year, month, day, hour, minute, second, tzinfo=WIB)
        if zone and zone.group(1) == "Z":
            return when.replace(tzinfo=UTC)
        if zone:
            sign, digits = zone.group(1)[0], zone.group(1)[1:].replace(":", "")
            offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
            return when.replace(tzinfo=timezone(offset if sign == "+" else -offset))
        return when
    except ValueError:
        return None


def parse_printed(text: str, fetched: datetime | None) -> datetime | None:
    """The first date that is printed in a text ("Jum'at, 5 Desember 2025 | 14.05 WITA", "2 jam yang lalu"), or None.

    `fetched`: what relative dates count from; without it they are passed over.
    """
    for match in PRINTED.finditer(text):
        when = _from_match(match)
        if when is not None:
            return when
    if fetched is not None and JUST_NOW.fullmatch(text.strip()):
        return fetched
    relative = RELATIVE.search(text)
    if relative and fetched is not None:
        base = fetched.astimezone(WIB).replace(tzinfo=None)
        words = re.sub(r"\bpekan\b", "minggu", re.sub(r"^se", "1 ", relative.group()))
        found = dateparser.parse(words, languages=["id"], settings={"RELATIVE_BASE": base, "TIMEZONE": "UTC"})
        return found.replace(tzinfo=WIB) if found else None
    return None


def _from_match(match: re.Match[str]) -> datetime | None:
    """The date of a match of PRINTED; None for one that the calendar has not."""
    parts = match.groupdict()
    if parts["day"]:
        year, month, day = parts["year"].lstrip("'"), str(MONTHS[parts["month"].lower()]), parts["day"]
    elif parts["day2"]:
        year, month, day = parts["year2"], str(MONTHS[parts["month2"].lower()]), parts["day2"]
    elif parts["day3"]:
        year, month, day = parts["year3"], parts["month3"], parts["day3"]
    else:
        year, month, day = parts["year4"], parts["month4"], parts["day4"]
    hour, minute = int(parts["hour"] or 0), int(parts["minute"] or 0)
    if parts["half"] and parts["half"].lower() == "pm" and hour < 12:
        hour += 12
    offset = ZONES[(parts["zone"] or "wib").lower()]
    number = int(year) if len(year) == 4 else 2000 + int(year)
    try:
        return datetime(number, int(month), int(day), hour, minute, tzinfo=timezone(timedelta(hours=offset)))
    except ValueError:
        return None


def _printed_dates(page: ParsedPage, title: str, fetched: datetime) -> Iterator[datetime]:
    """Dates on short lines: those behind the title in order, those before it from there backwards, then updates."""
    before: list[datetime] = []
    updated: list[datetime] = []
    seen_title = False
    title_key = title.casefold()[:60]
    for text, element in page.lines():
        if title_key and not seen_title:
            seen_title = title_key in text.casefold()
        if len(text) > LONGEST_LINE or not DATED.search(text):
            continue
        when = None if SENTENCE.search(text) else parse_printed(text, fetched)
        if when is None or _elsewhere(element) or not _plausible(when, fetched):
            continue
        if UPDATED.match(text):
            updated.append(when)
        elif seen_title:
            yield when
        else:
            before.append(when)
    yield from reversed(before)
    yield from updated


def _elsewhere(element: lxml.html.HtmlElement) -> bool:
    """Whether an element belongs to a sidebar, a list of other articles, comments or the like."""
    for ancestor in (element, *element.iterancestors()):
        if ancestor.tag in ("aside", "footer", "nav", "li"):
            return True
        if ELSEWHERE.search(f"{ancestor.get('class') or ''} {ancestor.get('id') or ''}") and ancestor.tag != "body":
            return True
    return False


def _mend_zone(when: datetime, stated: str, shown: Shown, page: ParsedPage) -> datetime:
    """A date from markup, made right by what the page prints.

    Many sites label local time as UTC: then the page prints the very same clock time with WIB, WITA or WIT. Others give
    only the day in markup, and the page prints the time as well.
    """
    if when.utcoffset() == timedelta(0) and (when.hour, when.minute) != (0, 0) and (printed := shown()) is not None:
        local = (printed.hour, printed.minute) == (when.hour, when.minute)
        if local or (when.hour, when.minute) in _clocks(page):
            return when.replace(tzinfo=printed.tzinfo if local else WIB)
    if "T" not in stated and ":" not in stated and (printed := shown()) is not None and when.date() == printed.date():
        return printed
    return when


def _clocks(page: ParsedPage) -> set[tuple[int, int]]:
    """(hour, minute) of every time of day that the page prints with its zone."""
    return {(int(h), int(m)) for h, m, _ in CLOCK.findall(page.tree.text_content()[:200_000])}


def _plausible(when: datetime, fetched: datetime) -> bool:
    """Whether a date may be the article's; 14 hours after fetching are allowed, because the zone may be wrong."""
    try:
        return datetime(1995, 1, 1, tzinfo=UTC) < when <= fetched + timedelta(hours=14)
    except OverflowError:
        return False


def _published(when: datetime, source: str) -> Published:
    at = when.astimezone(UTC)
    return Published(at.isoformat(timespec="seconds"), at.astimezone(WIB).date().isoformat(), source)
