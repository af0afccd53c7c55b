"""Title: the headline on which the page's witnesses agree.

The head of a page (JSON-LD, og:title, <title>), the feed, the address and what readers see all tell of the headline.
The head adds the site's name, or has only that; a heading may be a section's. So every part of what the head says is a
candidate, and so is every heading: the one that most witnesses confirm is the title.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import lxml.html

from crawler.limits import cut
from pipelines.extract.blocks import HEADINGS, Block
from pipelines.extract.blocks import key as block_key
from pipelines.extract.boilerplate import BOILERPLATE, SENTENCE_END, TRAILER
from pipelines.extract.page import ParsedPage
from pipelines.extract.region import densest
from pipelines.extract.site_names import MOST_LINES, slug_words, spells, stated_names
from pipelines.language.words import word_key
from pipelines.queue.host_titles import MOST_NAME_WORDS, MOST_PARTS, SEPARATOR, HostNames, host_of

# How much each witness says. The figures are ranks: what readers see counts most, then what two others agree on.
HEAD = {"json-ld": 2.5, "og:title": 2.5, "title": 2.0, "twitter:title": 1.0, "feed": 2.5}
SHOWN = {"h1": 3.0, "h2": 2.5, "h3": 2.0, "h4": 2.0}
NAMED, BARE = 2.0, 1.5  # an element named as the title; any other line
NEAREST, NEAR = 2.0, 1.0  # the last line before the text that can be a headline; the others not far before it
SLUG = 2.5
# What a part of a title weighs when the rest is the site's name, when the rest is short and last and may be, when
# nobody knows the rest; and the whole title when such a part is in it.
PART_BESIDE_NAME, PART_BEFORE_SHORT, PART = 0.9, 0.75, 0.6
WHOLE_WITH_NAME = 0.7
SHORT_NAME = 5  # words
UNSEEN = 0.5  # the head says it, but readers see it nowhere, or only above the site's menu
COMMON = 0.05  # other pages of the site have it, too, or it is the site's name
ELSEWHERE = 0.4  # in a link, in an aside, behind the beginning of the text
MENU = (
    4  # links to other pages of the site, one after the other; a way to the page ("Beranda > Berita") has up to three
)
BLOCKS_BEFORE = 15  # between headline and text: date, author, share buttons, a caption
ALIKE = 0.8  # share of words in common from which two headlines are one that was edited
MAX_HEADING = 250  # characters; the longest real titles are shorter
SHORT_WORDS, FULL_WORDS = 3, 5  # a line with fewer is rarely a headline; one with more is no less than a longer one
PAGE_PART = re.compile(r"\s*[-–|]?\s*\b(?:halaman|page)\s+(?:\d+|all)\b", re.IGNORECASE)
# Of names and addresses in small letters.
HEADING_NAME = re.compile(r"judul|(?<![a-z])(?:title|headline)(?![a-z])")
SHARE = re.compile(r"share|sharer|intent/|//(?:wa\.me|t\.me|api\.whatsapp|telegram|social-plugins)")
# No headlines, in small letters: a line with a date, a byline, a way through the site.
NO_HEADLINE = re.compile(
    r"\b\d{1,2}[ /.-](?:\d{1,2}|[a-z]{3,9})[ /.-]\d{2,4}\b|\b\d{1,2}[.:]\d{2}\b.{0,5}\b(?:wib|wita|wit)\b"
    r"|^(?:oleh|by|penulis|editor|reporter|admin|kategori|tags?|bagikan|share|beranda|home|foto|sumber|dok)\b"
    r"|[/»>›].*[/»>›]"
)


@dataclass(frozen=True, slots=True)
class Title:
    """An article's title, and which witnesses confirm it, the strongest first; "" when the page shows none."""

    text: str
    witnesses: tuple[str, ...] = ()


@dataclass(slots=True)
class _Candidate:
    """One reading of the title: its texts, and how much each witness gives it.

    seen  what the page's own line gives it
    near  whether that line stands below the site's menu
    """

    forms: list[str] = field(default_factory=list)
    said: dict[str, float] = field(default_factory=dict)
    seen: float = 0.0
    near: bool = False

    def hear(self, witness: str, weight: float, form: str) -> None:
        self.said[witness] = max(weight, self.said.get(witness, 0))
        self.forms.append(form)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the page that may be its headline, and how much it weighs there.

    tag   the heading's tag, "judul" for an element with such a name, or ""
    part  whether it is only a heading's beginning
    """

    text: str
    weight: float
    tag: str
    part: bool = False


def find_title(page: ParsedPage, url: str | None = None, feed: str = "", known: HostNames | None = None) -> Title:
    """The article's title.

    url    the page's address, else the one that it states
    feed   the title in the feed or listing; "" when there was none
    known  what other pages of the host have shown
    """
    address = url or page.address
    learned = known or HostNames()
    names = _Names(page, address, learned)
    candidates: dict[str, _Candidate] = {}
    heads = _heads(page, feed)
    for witness, text in heads:
        weight = HEAD[witness] * (COMMON if word_key(text) in learned.common else 1)
        for part, fit in _readings(text, names):
            candidates.setdefault(word_key(part), _Candidate()).hear(witness, weight * fit, part)
    _look(page, candidates)
    candidates.pop("", None)
    _compare(candidates, heads, slug_words(address))
    scores = {key: _score(key, candidate, names) for key, candidate in candidates.items()}
    if not scores:
        return Title("")
    best = max(scores, key=lambda key: (scores[key], len(key)))
    chosen = candidates[best]
    return Title(_form(chosen.forms), tuple(sorted(chosen.said, key=lambda name: -chosen.said[name])))


class _Names:
    """Tells whether a part of a title is the site's name; each part is looked at once."""

    def __init__(self, page: ParsedPage, address: str, learned: HostNames) -> None:
        slug = slug_words(address)
        self.host = host_of(address)
        self.keys = {
            name for name in stated_names(page, address) if not slug or _alike(name.split(), slug) < ALIKE
        } | learned.names
        whole = word_key(page.text_of("title"))
        self.keys.discard(whole)  # some sites give the article's title as their own name
        self.common = learned.common
        self.foot = [f" {word_key(block.text)} " for block in page.blocks[-MOST_LINES:] if len(block.text) < 300]

    def has(self, key: str) -> bool:
        """Whether the page or the host's other pages give this as the site's name."""
        return key in self.keys or key in self.common

    def suspects(self, key: str) -> bool:
        """The same, or whether the host's label is made of it, or the page's foot has it."""
        words = key.split()
        if not words or len(words) > MOST_NAME_WORDS:
            return not words
        return self.has(key) or spells(self.host, key) or any(f" {key} " in line for line in self.foot)


def _heads(page: ParsedPage, feed: str) -> list[tuple[str, str]]:
    """(witness, title) of those that say what the title is."""
    said = (
        ("json-ld", page.ld_text("headline", "name")),
        ("og:title", page.meta.get("og:title")),
        ("title", page.text_of("title")),
        ("twitter:title", page.meta.get("twitter:title")),
        ("feed", feed),
    )
    cleaned = ((name, cut(_clean(text), "title")) for name, text in said if text)
    return [(name, text) for name, text in cleaned if word_key(text)]


def _readings(text: str, names: _Names) -> Iterator[tuple[str, float]]:
    """(reading, how well it fits) of a title in the head: all of it, and each run of its parts."""
    text = PAGE_PART.sub("", text).strip()
    fits = 1.0
    signs = list(SEPARATOR.finditer(text))
    if 0 < len(signs) < MOST_PARTS:
        starts, ends = [0, *(sign.end() for sign in signs)], [*(sign.start() for sign in signs), len(text)]
        for i, start in enumerate(starts):
            for j in range(i, len(ends)):
                if j - i + 1 == len(starts):
                    continue
                part, rest = text[start : ends[j]].strip(), (text[: starts[i]], text[ends[j] :])
                fit = PART
                if all(names.suspects(word_key(other)) for other in rest):
                    fit = PART_BESIDE_NAME
                elif i == 0 and j == len(ends) - 2 and len(part.split()) >= SHORT_WORDS and _is_short(rest[1]):
                    fit = PART_BEFORE_SHORT
                if fit != PART:
                    fits = min(fits, WHOLE_WITH_NAME)
                yield part, fit
    yield text, fits


def _is_short(text: str) -> bool:
    return word_key(text).count(" ") < SHORT_NAME


def _look(page: ParsedPage, candidates: dict[str, _Candidate]) -> None:
    """Ask the page's visible lines: those that the head names, and those that can be a headline themselves."""
    start = _text_begins(page.blocks)
    menu = _menu_ends(page.blocks, start)
    said = {block_key(form) for candidate in candidates.values() for form in candidate.forms}
    lines = list(_lines(page.blocks, start, said))
    nearest = next((i for i in range(len(lines) - 1, -1, -1) if lines[i][0] < start and _headline(lines[i][1])), None)
    for i, (position, line) in enumerate(lines):
        key = word_key(line.text)
        words = key.count(" ") + 1
        if key not in candidates and (not _headline(line) or (line.tag == "" and i != nearest)):
            continue
        weight = line.weight * min(1, words / FULL_WORDS) * (1 if menu <= position < start else ELSEWHERE)
        if i == nearest:
            weight += NEAREST
        elif max(menu, start - BLOCKS_BEFORE) <= position < start and words >= SHORT_WORDS and line.weight >= BARE:
            weight += NEAR
        candidate = candidates.setdefault(key, _Candidate())
        candidate.near |= menu <= position or line.tag == "h1"
        if weight > candidate.seen:
            candidate.seen = weight
            candidate.hear(line.tag or "baris", weight, line.text)


def _menu_ends(blocks: list[Block], start: int) -> int:
    """The position behind the last menu of the site before the text: links in a row to other pages of it."""
    ends = run = 0
    for i, block in enumerate(blocks[:start]):
        if 2 * block.linked <= len(block.text):
            run = 0
            continue
        link = next(block.element.iter("a"), None)
        href = (link.get("href") or "") if link is not None else ""
        inside = bool(href) and not href.startswith(("#", "javascript:", "mailto:")) and not SHARE.search(href.lower())
        run = run + 1 if inside else 0
        if run >= MENU:
            ends = i + 1
    return ends


def _text_begins(blocks: list[Block]) -> int:
    """The position of the article's first paragraph among the blocks; their number when there is none."""
    text = densest([block for block in blocks if not block.aside]) or densest(blocks)
    full = (block for block in text if SENTENCE_END.search(block.text) or len(block.text) > MAX_HEADING)
    first = next(full, text[0] if text else None)
    return next((i for i, block in enumerate(blocks) if block is first), len(blocks))


def _lines(blocks: list[Block], start: int, said: set[str]) -> Iterator[tuple[int, _Line]]:
    """(position, line) of the page's short lines; the lines of one heading are one.

    From the text on, at `start`, only what is marked as a title and lines that the head has `said` (as keys of blocks).
    """
    i = 0
    while i < len(blocks):
        block, first = blocks[i], i
        if i >= start and block.key not in said and not _marked(block.element):
            i += 1
            continue
        tag = _heading(block)
        texts, linked = [block.text], block.linked
        i += 1
        while tag and i < len(blocks) and blocks[i].element is block.element:
            texts.append(blocks[i].text)
            linked += blocks[i].linked
            i += 1
        text = " ".join(texts)
        if len(text) > MAX_HEADING or (not tag and (block.caption or (block.prose and first >= start))):
            continue
        weight = SHOWN.get(tag) or (NAMED if tag else BARE)
        aside = bool(block.aside) or 2 * linked > len(text)
        yield first, _Line(_clean(text), weight * (ELSEWHERE if aside else 1), tag)
        own = " ".join((block.element.text or "").split()) if tag in HEADINGS else ""
        if own and own != text:  # a heading with a date or a counter inside
            yield first, _Line(_clean(own), weight * (ELSEWHERE if aside else 1), tag, part=True)


def _heading(block: Block) -> str:
    """The tag of the heading that a block is, "judul" for an element with such a name, or ""."""
    element = block.element
    if element.tag in HEADINGS:
        return str(element.tag)
    around = element.getparent()
    if around is not None and around.tag in HEADINGS:
        return str(around.tag)
    above = around.getparent() if around is not None else None
    if above is not None and above.tag in HEADINGS and element.getnext() is None and element.getprevious() is None:
        return str(above.tag)
    return "judul" if _named_title(element.get("class"), element.get("id")) else ""


def _marked(element: lxml.html.HtmlElement) -> bool:
    return element.tag == "h1" or _named_title(element.get("class"), element.get("id"))


@lru_cache(maxsize=8_192)
def _named_title(classes: str | None, identity: str | None) -> bool:
    return HEADING_NAME.search(f"{classes or ''} {identity or ''}".lower()) is not None


def _headline(line: _Line) -> bool:
    """Whether a line can be a headline by itself."""
    words = line.text.count(" ") + 1
    enough = 1 if line.tag == "h1" else SHORT_WORDS
    if words < enough or line.part or line.weight < BARE * 0.5:
        return False
    text = line.text.lower()
    return not (NO_HEADLINE.search(text) or BOILERPLATE.match(text) or TRAILER.match(text))


def _compare(candidates: dict[str, _Candidate], heads: list[tuple[str, str]], slug: tuple[str, ...]) -> None:
    """Let the address, and titles that were edited, say which candidate they mean."""
    whole = {name: word_key(text).split() for name, text in heads}
    for key, candidate in candidates.items():
        words = key.split()
        if slug and (alike := _alike(words, slug)) >= 0.5:
            candidate.said["url"] = SLUG * alike
        for name, said in whole.items():
            if name in candidate.said or not candidate.seen or len(said) < SHORT_WORDS:
                continue
            if _alike(words, said) >= ALIKE:
                candidate.said[name] = HEAD[name] * PART_BESIDE_NAME


def _alike(words: list[str], others: list[str] | tuple[str, ...]) -> float:
    """Dice's measure of two lists' different words."""
    mine, theirs = set(words), set(others)
    return 2 * len(mine & theirs) / (len(mine) + len(theirs)) if mine and theirs else 0.0


def _score(key: str, candidate: _Candidate, names: _Names) -> float:
    head = sum(weight for name, weight in candidate.said.items() if name in HEAD and name != "feed")
    others = sum(candidate.said.values()) - head
    return (head * (1 if candidate.near else UNSEEN) + others) * (COMMON if names.has(key) else 1)


def _form(forms: list[str]) -> str:
    """The way to write a title: as readers see it, but not in capitals when somebody writes it otherwise."""
    mixed = [form for form in forms if not form.isupper()]
    return (mixed or forms)[-1]


def _clean(text: str) -> str:
    return " ".join((html.unescape(text) if "&" in text else text).split())
