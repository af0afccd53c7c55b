"""What a site's article addresses have in common: links that repeat in one shape, most of them with a headline's text.

The shape of an address is its path with what differs from article to article taken for a class: a number, a slug
(three words or more), a key. `article_pattern` makes an `article_url` of the shapes that carry headlines; menus,
categories and tags carry short texts, and what has their shape is left out by name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from crawler.urls import DOUBLE_HOSTS

NUMBER, SLUG, KEY = "number", "slug", "key"
HEADLINE_WORDS, HEADLINE_LETTERS = 4, 20  # at least; menus say "Berita Terkini", "Hubungi Kami"
LONGEST_HEADLINE = 300  # characters; longer ones are whole cards
SLUG_WORDS = 3  # of a path's segment; "tentang-kami" and "visi-misi" have two
FEWEST = 3  # articles that make a shape
SHARE = 0.5  # of a shape's links that carry headlines at least
BESIDE = 0.2  # of the best shape's articles: another shape that has so many counts, too
MANY = 3  # names at one place of a shape: more will come (categories)
MOST_SHAPES = 3
MOST_LINKS = 2_000
FILES = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|ico|css|js|pdf|docx?|xlsx?|pptx?|zip|rar|mp[34])$", re.IGNORECASE)
EXTENSION = re.compile(r"\.(?:s?html?|php|aspx?|jsp)$", re.IGNORECASE)
YEAR = re.compile(r"(?:199|20[0-4])\d")
WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link of a page: its address in its one form (crawler.urls.normalise), and the longest text that leads there."""

    url: str
    text: str

    @property
    def is_headline(self) -> bool:
        """Whether the text is as long as a headline."""
        letters = len(self.text)
        return HEADLINE_LETTERS <= letters <= LONGEST_HEADLINE and len(WORD.findall(self.text)) >= HEADLINE_WORDS


@dataclass(frozen=True, slots=True)
class Part:
    """A segment of a path or a value of a query: its class, "" for a word of its own, and its text."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Shape:
    """host, path and query of an address, taken apart. ending: ".html" and the like."""

    host: str
    path: tuple[Part, ...]
    ending: str
    query: tuple[tuple[str, Part], ...]

    @property
    def parts(self) -> tuple[Part, ...]:
        """Those of the path, then those of the query."""
        return (*self.path, *(part for _, part in self.query))

    @property
    def skeleton(self) -> tuple[object, ...]:
        """What addresses of one kind share: everything but the host, the words and the values."""
        names = tuple(name for name, _ in self.query)
        return len(self.path), self.ending, names, tuple(part.kind for part in self.parts)

    @property
    def words(self) -> tuple[str, ...]:
        """The host and the words of their own, by which categories differ."""
        return (self.host, *(part.text for part in self.parts if not part.kind))


@dataclass(frozen=True, slots=True)
class Found:
    """What makes an article of this site: a regular expression, and the addresses with headlines that it takes."""

    pattern: str
    articles: tuple[str, ...]


def article_pattern(anchors: Iterable[Anchor]) -> Found | None:
    """An `article_url` for the links of a page or a sitemap; None where no shape repeats with headlines."""
    groups: dict[tuple[object, ...], dict[tuple[str, ...], list[tuple[Shape, Anchor]]]] = {}
    for anchor in list(anchors)[:MOST_LINKS]:
        shape = shape_of(anchor.url)
        if shape and any(part.kind for part in shape.parts):
            groups.setdefault(shape.skeleton, defaultdict(list))[shape.words].append((shape, anchor))
    found = [one for group in groups.values() if (one := _of_skeleton(group))]
    found.sort(key=lambda one: -len(one.articles))
    best = [one for one in found if len(one.articles) >= max(FEWEST, BESIDE * len(found[0].articles))][:MOST_SHAPES]
    if not best:
        return None
    pattern = best[0].pattern if len(best) == 1 else f"(?:{'|'.join(one.pattern for one in best)})"
    return Found(f"^https?://{pattern}", tuple(url for one in best for url in one.articles))


def shape_of(url: str) -> Shape | None:
    """The shape of an address; None for a file, for the home page, and where the path has an empty segment."""
    parts = urlsplit(url)
    path = unquote(parts.path)
    if "//" in path or FILES.search(path) or (path in ("", "/") and not parts.query):
        return None
    ending = EXTENSION.search(path)
    bare = path[: ending.start()] if ending else path
    segments = [segment for segment in bare.split("/") if segment]
    pairs = [piece.partition("=") for piece in parts.query.split("&") if piece]
    return Shape(
        parts.netloc.lower(),
        tuple(_part(segment) for segment in segments),
        ending[0] if ending else "",
        tuple((name, _part(unquote(value))) for name, _, value in pairs),
    )


def _part(text: str) -> Part:
    if text.isdigit():
        return Part(NUMBER, text)
    if len(_slug_words(text)) >= SLUG_WORDS:
        return Part(SLUG, text)
    if re.search(r"\d", text) and len(text) >= 6:
        return Part(KEY, text)
    return Part("", text)


def _slug_words(text: str) -> list[str]:
    return [word for word in re.split(r"[-_ +]+", text) if word]


def _of_skeleton(group: dict[tuple[str, ...], list[tuple[Shape, Anchor]]]) -> Found | None:
    """The pattern of the addresses of one skeleton; its words decide which of them are articles'."""
    kept: list[tuple[Shape, Anchor]] = []
    names: list[tuple[str, ...]] = []
    left: list[tuple[str, ...]] = []
    for words, members in group.items():
        headlines = [(shape, anchor) for shape, anchor in members if anchor.is_headline]
        if headlines and len(headlines) >= SHARE * len(members):
            kept += headlines
            names.append(words)
        else:
            left.append(words)
    if len(kept) < FEWEST:
        return None
    expression = _expression([shape for shape, _ in kept], names, left)
    taken = tuple(anchor.url for _, anchor in kept if re.search(f"^https?://{expression}", anchor.url))
    return Found(expression, taken) if len(taken) >= FEWEST else None


def _expression(shapes: Sequence[Shape], names: Sequence[tuple[str, ...]], left: Sequence[tuple[str, ...]]) -> str:
    """The expression behind "https?://". names, left: the words of the shapes that carry headlines, and of others."""
    first = shapes[0]
    kinds = {part.kind for part in first.parts}
    words = SLUG_WORDS + 1 if kinds == {SLUG} else 1 if kinds & {NUMBER, KEY} else 2
    place = 1  # among the words, behind the host
    said = []
    for number, part in enumerate(first.parts):
        if part.kind:
            said.append(_value([shape.parts[number].text for shape in shapes], part.kind, words))
            continue
        own = list(dict.fromkeys(name[place] for name in names))
        others = list(dict.fromkeys(name[place] for name in left if name[place] not in own))
        said.append(_names(own, others))
        place += 1
    path, values = said[: len(first.path)], said[len(first.path) :]
    text = f"{_hosts({name[0] for name in names})}/{'/'.join(path)}{re.escape(first.ending)}"
    if values:
        return (
            text
            + r"/?\?"
            + "&".join(f"{re.escape(name)}={value}" for (name, _), value in zip(first.query, values, strict=True))
        )
    return text + "/?$"


def _hosts(hosts: set[str]) -> str:
    """One host, or all below what several have in common."""
    bare = sorted({DOUBLE_HOSTS.sub("", host) for host in hosts})
    if len(bare) == 1:
        return (r"(?:www\.)?" if not bare[0][0].isdigit() else "") + re.escape(bare[0])
    common: list[str] = []
    for labels in zip(*(reversed(host.split(".")) for host in bare), strict=False):
        if len(set(labels)) > 1:
            break
        common.insert(0, labels[0])
    return r"(?:[a-z0-9-]+\.)*" + re.escape(".".join(common))


def _names(own: Sequence[str], others: Sequence[str]) -> str:
    """Words at one place: the one, either of two, or any but those that are not articles'."""
    if len(own) < MANY:
        return re.escape(own[0]) if len(own) == 1 else f"(?:{'|'.join(map(re.escape, own))})"
    return (f"(?!(?:{'|'.join(map(re.escape, others))})/)" if others else "") + "[^/?#]+"


def _value(texts: Sequence[str], kind: str, words: int) -> str:
    """What differs from article to article. words: a slug must have so many, if all that were seen have them.

    A slug by itself is told by its words alone; behind a word of the site's it must be no category; behind a number it
    may be anything.
    """
    if kind == NUMBER:
        return r"(?:19|20)\d\d" if all(YEAR.fullmatch(text) for text in texts) else r"\d+"
    least = min(words, *(len(_slug_words(text)) for text in texts)) if kind == SLUG else 1
    if least > 1:
        return rf"[^/?#_-]+(?:[_-]+[^/?#_-]+){{{least - 1},}}[_-]*"
    return r"[^/?#&\d]*\d[^/?#&]*" if kind == KEY else "[^/?#&]+"
