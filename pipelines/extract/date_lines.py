"""Date lines: which of the dates that a page shows is the article's own.

A page shows many: a clock in its head, notices, other articles, comments, events, updates. The article's own stands on
a short line of its own, near the headline, before the prose or right behind it. So every date is given a distance from
the headline, in lines, to which is added what speaks against it; the nearest is taken. Names of classes only leave
dates out: a page without them is read by its lines alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

import lxml.html

from crawler.times import EARLIEST, read_time
from pipelines.extract.page import ParsedPage
from pipelines.extract.printed import AGO, FULL, ISSUED, UPDATED, printed_dates, relative_date, with_hour
from pipelines.language.words import WORD, word_key

LONGEST_LINE = 160  # characters; a printed date stands on a short line of its own
PROSE = 150  # characters; a longer line is a paragraph
# A sentence, whose date is not the article's.
SENTENCE = re.compile(r".{60,}[.!?][\"”'’)]*\s*\Z|\(\d{1,2}/\d{1,2}(?:/\d{2,4})?\)", re.DOTALL)
# The place and the day before the first sentence of a release: "Tanjung Rimba, 23 November 2026 - Pemerintah ...".
DATELINE = re.compile(r"[^\W\d_][^\d.!?]{2,50}[\s(]\d{1,2}[ /-](?:[^\W\d_]{3,9}|\d\d?)[ /-]\d{4}\)?\s*[-–—:]")
ELSEWHERE = re.compile(
    r"sidebar|related|terkait|popul|terpopuler|latest|terbaru|footer|nav|menu|comment|komentar|rekomendasi|"
    r"baca-?juga|copyright|ticker|headline-list|most"
)
MODIFIED = re.compile(r"modified|updated", re.IGNORECASE)  # as class or itemprop of a <time>
# What may stand before a date on its own line: nothing, a weekday, a byline, or anything that a mark parts from it.
OWN_LINE = re.compile(
    r"(?:.*[|•·–—,/»\])-]\s*)?(?:[^\W\d]+['’]?[^\W\d]*\s*,?\s*)?\Z"
    r"|\W*(?:oleh|by|penulis|reporter|editor|redaksi|admin)\b.*",
    re.IGNORECASE | re.DOTALL,
)
# What the distance of a date grows by, in lines. The numbers were set together, on pages whose classes and ids were
# taken out as well; they say what outweighs what, and none of them needs to be exact.
LOOSE = 10  # it stands amid other words: a notice, an event
LISTED = 5  # it stands in a list, as teasers do and some bylines
BEHIND_PROSE = 20  # paragraphs stand between it and the headline: a comment, another article
TODAY = 20  # before the headline, it is the day of fetching: the clock of the site's head
TEASER = 50  # beside a link to another article
SAID = -15  # "Diterbitkan: "
BEFORE = 1.5  # lines before the headline count so much more than those behind it
FAR = 30  # a date from here on is believed only when nobody else says anything
HEADLINE_WORDS = 5  # a link with so many words is the headline of another article
CLOSE = 3  # lines from the headline within which a date is its own, unless another headline stands right before it
LIKELY = 10  # dates that are looked at more closely, by what stands beside them
LABEL = 30  # characters of a line that is only the label of the next one: "Terakhir diperbarui"
LABELLED = re.compile(f"{UPDATED.pattern}|{ISSUED.pattern}", re.IGNORECASE)
AGO_NEAR = 10  # lines from the headline within which "2 jam lalu" is read; lists of other articles are full of it
NEIGHBOURS = 1  # lines between two dates of one pair, "published, updated"


Line = tuple[str, lxml.html.HtmlElement]  # as ParsedPage.lines has them


@dataclass(frozen=True, slots=True)
class Shown:
    """A date that the page shows.

    exact     whether it has an hour
    distance  from the headline, in lines, with what speaks against it
    printed   what readers see; None where they see it in words ("2 jam lalu" in a <time>)
    tagged    whether it was read from the datetime of a <time>
    updated   whether it says that the text was changed then
    line      which of the page's lines it stands in
    """

    when: datetime
    exact: bool
    distance: float
    printed: datetime | None = None
    tagged: bool = False
    updated: bool = False
    line: int = 0

    @property
    def far(self) -> bool:
        """Whether it may well be another article's."""
        return self.distance >= FAR


def shown_dates(page: ParsedPage, title: str, fetched: datetime) -> list[Shown]:
    """The dates that a page shows, likeliest first; those that say "updated" come last.

    Lines are read from the headline outwards, as far as one of them can still be nearer than the nearest.
    """
    lines = page.lines()
    at = headline_line(lines, title)
    prose = next((i for i in range(at + 1, len(lines)) if len(lines[i][0]) >= PROSE), len(lines))
    found: list[Shown] = []
    nearest, asked = float("inf"), 0
    for i in sorted(range(len(lines)), key=lambda i: abs(i - at)):
        if abs(i - at) + SAID > nearest:
            break
        if i == at or not _may_hold_date(lines[i], abs(i - at)) or _elsewhere(lines[i][1]):
            continue
        for said in _line_dates(lines, i, fetched):
            date = _placed(said, lines[i], at, prose, fetched)
            if date.distance < min(nearest, FAR) and asked < LIKELY:
                asked += 1
                far = abs(i - at) > CLOSE
                other = (
                    _beside_other_headline(lines[i], title)
                    if far
                    else i > 0 and _is_other_headline(lines[i - 1], title) and not _apart(lines, i, at)
                )
                date = replace(date, distance=date.distance + TEASER * other)
            found.append(date)
            nearest = nearest if date.updated else min(nearest, date.distance)
    found.sort(key=lambda date: (date.updated, date.distance, date.line))
    if found and found[0].far:  # no date is better than another article's
        found = [date for date in found[:LIKELY] if not _beside_other_headline(lines[date.line], title)]
    return _earlier_of_pair(found)


def _may_hold_date(line: Line, away: int) -> bool:
    """Whether a line may hold a date: a full one, or, near the headline, one that counts from now ("2 jam lalu")."""
    text, element = line
    if len(text) > LONGEST_LINE:
        return bool(DATELINE.match(text))
    return bool(FULL.search(text)) or element.tag == "time" or (away <= AGO_NEAR and bool(AGO.search(text)))


def headline_line(lines: Sequence[Line], title: str) -> int:
    """Where the headline stands among the lines: in a heading, else anywhere; else where the prose begins; else -1."""
    key = word_key(title)[:60]
    if key:
        anywhere, first = -1, key.split()[0]
        for i, (text, element) in enumerate(lines):
            fits = len(key) <= len(text) <= 2 * LONGEST_LINE + len(title)
            if not fits or first not in text.casefold() or key not in word_key(text):
                continue
            if _heading(element):
                return i
            anywhere = i if anywhere < 0 else anywhere
        if anywhere >= 0:
            return anywhere
        for i, (text, element) in enumerate(lines):
            if element.tag == "h1" and len(line := word_key(text)) > 10 and line in word_key(title):
                return i
    return next((i for i, (text, _) in enumerate(lines) if len(text) >= PROSE), -1)


def _heading(element: lxml.html.HtmlElement) -> bool:
    """Whether an element is a heading, or stands right in one."""
    parent = element.getparent()
    return any(e is not None and e.tag in ("h1", "h2", "h3") for e in (element, parent))


def _line_dates(lines: Sequence[Line], i: int, fetched: datetime) -> Iterator[Shown]:
    """The dates of one line, with what the line itself says for and against them."""
    text, element = lines[i]
    if len(text) > LONGEST_LINE and (dateline := DATELINE.match(text)):
        text = dateline[0]
    marked = _time_element(element)
    if marked is not None and (stated := read_time(marked.get("datetime") or "")) is not None:
        names = f"{marked.get('class') or ''} {marked.get('itemprop') or ''}"
        updated = bool(UPDATED.search(text) or MODIFIED.search(names)) and "published" not in names.lower().split()
        printed = next(printed_dates(text), None)
        if not is_exact(stated) and printed and printed.exact and printed.when.date() == stated.date():
            stated = printed.when
        if _plausible(stated, fetched):
            yield Shown(
                stated, is_exact(stated), 0, printed.when if printed else None, tagged=True, updated=updated, line=i
            )
        return
    if SENTENCE.search(text):
        return
    behind = 0
    for date in printed_dates(text):
        before, behind = text[behind : date.start], date.end
        if not before and i and len(lines[i - 1][0]) <= LABEL:  # its label may stand in an element of its own
            before = f"{lines[i - 1][0]}: " if LABELLED.search(lines[i - 1][0]) else ""
        when, exact = date.when, date.exact
        if not exact and i + 1 < len(lines) and (whole := with_hour(when, lines[i + 1][0])):
            when, exact = whole, True
        if not _plausible(when, fetched):
            continue
        distance = SAID if ISSUED.search(before) else 0 if OWN_LINE.match(before) else LOOSE
        yield Shown(when, exact, distance, when, updated=bool(UPDATED.search(before)), line=i)
    if not behind and AGO.search(text) and (when_ago := relative_date(text, fetched)) is not None:
        yield Shown(when_ago, True, 0, when_ago, updated=bool(UPDATED.search(text)), line=i)


def _placed(date: Shown, line: Line, at: int, prose: int, fetched: datetime) -> Shown:
    """A date with its distance from the headline added to what its line says."""
    away = date.line - at
    distance = date.distance + (away if away >= 0 else -away * BEFORE)
    if date.line > prose:
        distance += BEHIND_PROSE
    if away < 0 and abs(date.when - fetched) < timedelta(days=1):
        distance += TODAY
    if any(ancestor.tag == "li" for ancestor in (line[1], *line[1].iterancestors())):
        distance += LISTED
    return replace(date, distance=distance)


def _earlier_of_pair(dates: list[Shown]) -> list[Shown]:
    """The dates, the first put behind a neighbour that is earlier: of two side by side the later one is the update."""
    for i, other in enumerate(dates[1:3], start=1):
        first = dates[0]
        alike = (other.tagged, other.updated) == (first.tagged, first.updated)
        beside = abs(other.line - first.line) <= NEIGHBOURS and abs(other.distance - first.distance) < LISTED
        if alike and beside and other.when < first.when:
            return [other, *dates[:i], *dates[i + 1 :]]
    return dates


def _time_element(element: lxml.html.HtmlElement) -> lxml.html.HtmlElement | None:
    """The <time> that an element is, or stands right in."""
    parent = element.getparent()
    return next((e for e in (element, parent) if e is not None and e.tag == "time"), None)


def _elsewhere(element: lxml.html.HtmlElement) -> bool:
    """Whether an element belongs to a sidebar, a list of other articles, comments or the like."""
    for ancestor in (element, *element.iterancestors()):
        if ancestor.tag in ("aside", "footer", "nav"):
            return True
        if ancestor.tag != "body" and _named_elsewhere(ancestor.get("class"), ancestor.get("id")):
            return True
    return False


@lru_cache(maxsize=8_192)
def _named_elsewhere(classes: str | None, identity: str | None) -> bool:
    return ELSEWHERE.search(f"{classes or ''} {identity or ''}".lower()) is not None


def _is_other_headline(line: Line, title: str) -> bool:
    """Whether a line is a link to another article."""
    text, element = line
    parent = element.getparent()
    linked = element.tag == "a" or (parent is not None and parent.tag == "a")
    return linked and len(WORD.findall(text)) >= HEADLINE_WORDS and word_key(title) not in word_key(text)


def _apart(lines: Sequence[Line], i: int, at: int) -> bool:
    """Whether the smallest block that holds both a date's line and the headline leaves out the line before the date."""
    with_headline = {*lines[at][1].iterancestors()} if at >= 0 else set()
    block = next((ancestor for ancestor in lines[i][1].iterancestors() if ancestor in with_headline), None)
    return block is not None and all(ancestor is not block for ancestor in lines[i - 1][1].iterancestors())


def _beside_other_headline(line: Line, title: str) -> bool:
    """Whether the smallest block that holds more than the date's line holds a link to another article."""
    text, block = line
    for ancestor in block.iterancestors():
        block = ancestor
        if ancestor.tag in ("body", "html") or len(" ".join(ancestor.text_content().split())) > len(text) + 10:
            break
    if block.tag in ("body", "html"):
        return False
    words = word_key(title)
    if words and words in word_key(block.text_content()):
        return False
    return any(len(WORD.findall(link.text_content())) >= HEADLINE_WORDS for link in block.iter("a"))


def is_exact(when: datetime) -> bool:
    """Whether a time has an hour: midnight in its own zone or in UTC is a day."""
    return (when.hour, when.minute, when.second) != (0, 0, 0) and when.timestamp() % 86_400 != 0


def _plausible(when: datetime, fetched: datetime) -> bool:
    """Whether a date may be the article's; 14 hours after fetching are allowed, because the zone may be wrong."""
    return EARLIEST < when <= fetched + timedelta(hours=14)
