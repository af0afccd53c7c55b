"""Blocks: a page's text in reading order, told which is prose, a heading or a caption, and which stands aside."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import lxml.html
from lxml import etree

UNSEEN = frozenset("script style noscript template iframe button svg select textarea object embed head".split())
ASIDE_TAGS = frozenset(("aside", "nav", "footer"))
INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q s samp small span strike "
    "strong sub sup time tt u var wbr img input picture source amp-img".split()
)
BREAKS = frozenset(("br", "hr"))
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
# Words of classes and ids that name what is not the article: lists of others, comments, sharing, advertising, forms.
ASIDE = re.compile(
    r"sidebar|(?<![a-z])side(?!-?article)(?![a-z])|related|terkait|popul[ae]r|terbaru|latest|recent|rekomendasi|recommend|trending"
    r"|baca-?juga|bacajuga|lihat-?juga|lihatjg|link-?sisip|other-?news|berita-?lain|more-?news|most(?![a-z])"
    r"|comment|komentar|disqus|(?<![a-z])(?:share|sharing|social|sosmed)|breadcrumb|pagination|paging|pager"
    r"|footer|copyright|navbar|(?<![a-z])(?:menu|nav)(?![a-z])|ticker|newsletter|subscribe|follow(?![a-z])"
    r"|(?<![a-z])(?:ads?|adv|advert\w*|iklan|banner|sponsor\w*|promo)(?![a-z])|taboola|outbrain|mgid|cookie|login"
    r"|(?<![a-z])(?:tags?|tagar|keywords?)(?![a-z])|survey|survei|rating|emoticon|reaksi|(?<!elementor-)widget(?!-(?:wrap|container))|popup|modal"
    r"|twitter-tweet|instagram-media|fb-post|tiktok-embed"
    r"|(?<![a-z])(?:byline|author|penulis|(?<!text-)editor|reporter|pewarta)(?![a-z])"
)
CAPTION = re.compile(
    r"caption|photo-?desc|foto-?desc|(?<![a-z])(?:keterangan|ket)-?(?:foto|gambar)|image-?desc|pic-?desc|cap-?foto"
    r"|photo-?credit|img-?desc|(?<![a-z])figure(?![a-z])|(?<![a-z])thumb-?container"
    r"|(?<![a-z])(?:pic|img|image|foto|photo|gambar)(?![a-z])"
)
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
LONG_HEADING = 80  # characters; a heading that is longer and ends like a sentence is the lead
NEVER_ASIDE = frozenset(("html", "body", "article", "main"))
MOST_HIDDEN = 200  # characters; a longer hidden inline text is kept: "Baca selengkapnya" may open it
RUN = re.compile(r"[^\W_]+")  # of letters and digits
# The same among the characters of ASCII, for which bytes.translate is several times as fast.
SIGNS = bytes(byte for byte in range(128) if not chr(byte).isalnum())
MAX_DEPTH = 20  # asides in one another that are told apart; pages with more mean harm

# What kinds of elements do to the text around them: those of inline ones continue its block.
INLINE_TEXT, LINK, UNSEEN_INSIDE, BLOCK, BREAK = range(5)
KINDS: dict[Any, int] = {
    **dict.fromkeys(INLINE, INLINE_TEXT),
    etree.Comment: INLINE_TEXT,
    etree.ProcessingInstruction: INLINE_TEXT,
    **dict.fromkeys(BREAKS, BREAK),
    **dict.fromkeys(UNSEEN, UNSEEN_INSIDE),
    "a": LINK,
}
SKIPPED = frozenset((UNSEEN_INSIDE, BREAK))
NAMED_TAGS = frozenset((*ASIDE_TAGS, "figcaption"))  # that say without a name where their text stands

# Where text stands: the element, the elements around it that stand aside, and whether it belongs to a photo.
Place = tuple[lxml.html.HtmlElement, tuple[lxml.html.HtmlElement, ...], bool]


def key(text: str) -> str:
    """The form in which two writings of a line are the same: its letters and digits, case folded."""
    folded = text.casefold()
    if folded.isascii():
        return folded.encode().translate(None, SIGNS).decode()
    return "".join(RUN.findall(folded))


class Block:
    """One paragraph, heading, list item or caption.

    text        with single blanks for white space
    linked      how many of its characters are inside links
    element     the nearest element around it that is no inline one
    aside       the elements around it that are hidden, or named as no part of the article
    caption     whether it belongs to a photo
    key         its letters and digits only (`key`)
    heading     whether it is a heading
    words       its number of words
    prose       whether it reads like a paragraph: as long as a sentence, hardly linked; a lead may be set as a heading
    core        whether trafilatura takes it for the article's; region.py sets it
    """

    __slots__ = ("aside", "caption", "core", "element", "heading", "key", "linked", "prose", "text", "words")

    def __init__(
        self,
        text: str,
        linked: int,
        element: lxml.html.HtmlElement,
        aside: tuple[lxml.html.HtmlElement, ...],
        caption: bool,
    ) -> None:
        self.text, self.linked, self.element, self.aside, self.caption = text, linked, element, aside, caption
        self.key = key(text)
        self.heading = element.tag in HEADINGS
        self.words = text.count(" ") + 1
        long = len(text)
        self.prose = (
            long >= 40 and linked * 3 < long and (not self.heading or (long >= LONG_HEADING and text.endswith(".")))
        )
        self.core = False


@lru_cache(maxsize=8_192)
def _named(classes: str | None, identity: str | None) -> tuple[bool, bool]:
    """Whether an element stands aside, and whether it belongs to a photo, by its class and id.

    WordPress calls a whole article "hentry" and adds its tags as further classes, so these say nothing.
    """
    names = f"{classes or ''} {identity or ''}".lower()  # which takes a third of the time of ignoring case
    if "hentry" in names or "type-post" in names:
        return False, False
    return bool(ASIDE.search(names)), bool(CAPTION.search(names))


def read_blocks(tree: lxml.html.HtmlElement) -> list[Block]:
    """The visible blocks of a page in order. There is no recursion, since pages nest as deep as they like."""
    body = tree.find("body")
    root = tree if body is None else body
    found: list[Block] = []
    parts: list[str] = []  # the text of the block that is being read
    linked = links = 0  # how many of its characters are linked; how many <a> are open
    opened: list[Place] = [(root, (), False)]
    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    skipped = None
    kind_of = KINDS.get
    for event, element in walk:
        kind = kind_of(tag := element.tag, BLOCK)  # comments have a function for a tag
        if parts and kind >= BLOCK:
            if text := " ".join("".join(parts).split()):
                found.append(Block(text, linked if linked < len(text) else len(text), *opened[-1]))
            parts, linked = [], 0
        if event == "start":
            if kind != BLOCK and (kind in SKIPPED or (_hidden(element) and _is_short(element))):
                walk.skip_subtree()
                skipped = element
                continue
            text = element.text
            if kind == LINK:
                links += 1
            elif kind == BLOCK and element is not root:
                around = opened[-1]
                names = element.items()
                if names or tag in NAMED_TAGS:
                    around = _enter(tag, dict(names), element, around)
                opened.append((element, around[1], around[2]))
        elif element is root:
            break
        else:
            text = element.tail
            if event == "end" and element is not skipped:
                if kind == LINK:
                    links -= 1
                elif kind == BLOCK:
                    opened.pop()
        if text and (parts or not text.isspace()):
            parts.append(text)
            if links:
                linked += len(text.strip())
    return found


def _enter(tag: str, names: dict[str, str], element: lxml.html.HtmlElement, around: Place) -> Place:
    """Where the text of a block-level element stands, given where the element itself does."""
    _, aside, caption = around
    by_name = _named(names.get("class"), names.get("id"))
    style = names.get("style")
    hidden = style is not None and HIDDEN.search(style) is not None
    if (by_name[0] and tag not in NEVER_ASIDE) or tag in ASIDE_TAGS or hidden:
        aside = (*aside, element) if len(aside) < MAX_DEPTH else aside
    return element, aside, caption or by_name[1] or tag == "figcaption"


def _is_short(element: lxml.html.HtmlElement) -> bool:
    return len(element.text_content()) < MOST_HIDDEN


def _hidden(element: lxml.html.HtmlElement) -> bool:
    style = element.get("style")
    return style is not None and HIDDEN.search(style) is not None
