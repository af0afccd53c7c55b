"""trafilatura on the part of a page that it reads anyway: the element that its first rule about the article finds.

trafilatura cleans, converts and copies whole pages, looks for the article's element (BODY_XPATH), and reads nothing
else when that holds a text. Where this can be told beforehand, it gets a page with nothing but that element: the answer
is the same, for a fraction of the time. Where it finds too little there it would look at the whole page, and so it is
given the whole page.

Relied on: the order of steps in trafilatura/core.py (comments and follow-up articles pruned, MANUALLY_CLEANED removed,
forms by their share of the text, tags converted, then main_extractor._extract), and that `_extract` calls
`prune_unwanted_sections` once for each element that it tries. What else of a page can change the reading of a part of
it makes us give up: a form that may be kept, <details>, <pre> or broken lines around it. Guarded as the rules are
(rules.py), and by the tests, which hold this to the plain way.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from typing import Any

from lxml import etree
from lxml.html import HtmlElement
from trafilatura import main_extractor, settings
from trafilatura.settings import Extractor
from trafilatura.xml import delete_element

from pipelines.extract.fast.conditions import Test
from pipelines.extract.fast.rules import RAW_WORDS, REMEMBERED, Attributes, Rules, prunes, quick_rules, rules_of
from pipelines.extract.page import PARSER, ParsedPage

# What trafilatura's rules about the article's element and about comments look at.
READ = frozenset(("class", "id", "itemprop", "role"))
BECOMES = frozenset(("details", "form"))  # what trafilatura makes a <div> of before it looks for the article's
HOLDERS = BECOMES | {"article", "div", "main", "section"}  # what it may take for the article's
LINKED = frozenset(("div", "li", "p"))  # inside one of these trafilatura keeps links apart
# What trafilatura removes with all that is in it, tables as well since we read none; forms only where they are short.
CLEANED = frozenset((*settings.MANUALLY_CLEANED, "table", "td", "th", "tr")) - {"form"}
# Those of them that a parser never leaves in one another, and that hold no paragraphs.
NEVER_NESTED = frozenset("script style link input textarea iframe option source track param area".split())
DEFAULT = Extractor()
STOPS = frozenset(("form", "pre"))
*FOLLOWED, SHARING = RAW_WORDS  # what is in pages where other articles follow; what its buttons for sharing stand in
FORUM = "DiscussionForumPosting"  # where trafilatura takes comments for the text


class Beyond(Exception):
    """trafilatura would read more than the part that it was given."""


class Look:
    """What trafilatura will come upon on a page.

    used     whether its rules are asked in our way (rules.py)
    holders  the elements that its rules take for the article's, each with the place of the first such rule, in order
    """

    def __init__(self, page: ParsedPage) -> None:
        self.page = page
        tests = tuple(rule.test for rule in rules_of("BODY_XPATH") if rule.test is not None)
        self.used = bool(tests)
        self.holders = []
        for element in page.elements if tests else ():
            if element.tag in HOLDERS:
                rank = _first(tests, "div" if element.tag in BECOMES else element.tag, _named(element))
                if rank < len(tests):
                    self.holders.append((element, rank))

    def core(self, read: Callable[[HtmlElement], str], unfold: Callable[[HtmlElement], None]) -> str | None:
        """What trafilatura reads on the page, by the part of it that it reads; None where that takes the whole page.

        read    trafilatura's reading of a tree, with precision and without tables
        unfold  what is changed on every tree before it is read (pipelines/extract/body.py)
        """
        tangled = _tangled(self.page) if self.holders else frozenset()
        element = self.part(tangled) if self.holders else None
        tree = None if element is None else _page_of(element, tangled)
        if tree is None:
            return None
        unfold(tree)
        try:
            with _only_this(self):
                return read(tree)
        except Beyond:
            return None

    def quick(self, others: dict[str, Rules] | None = None) -> AbstractContextManager[None]:
        """Let trafilatura read this page by its marks; `others` as in `quick_rules`."""
        idle: dict[str, Rules] = {}
        if self.used and not prunes(self.page.html):
            idle["RAW_TREE_PRUNE_XPATH"] = []
        if self.used and not self.holders:
            idle["BODY_XPATH"] = []
        return quick_rules(idle | (others or {}))

    def part(self, tangled: frozenset[str]) -> HtmlElement | None:
        """The element that trafilatura takes for the article's; None where that cannot be told beforehand.

        tangled  the tags of which trafilatura removes only some
        """
        removing = tuple(rule.test for rule in rules_of("REMOVE_COMMENTS_AND_LISTS_XPATH") if rule.test is not None)
        if not removing or FORUM in self.page.html or any(word in self.page.html for word in FOLLOWED):
            return None
        best, found = len(rules_of("BODY_XPATH")), None
        for element, rank in self.holders:
            if rank >= best:
                continue
            around = [element, *element.iterancestors()]
            if element.tag in BECOMES or any(_hides(one, tangled) for one in around):
                return None
            if not any(_is_removed(one, removing) for one in around):
                best, found = rank, element
                if rank == 0:
                    break
        return found


def without_scripts(page: ParsedPage, tree: HtmlElement) -> None:
    """Take out of a copy of the page what trafilatura removes in any case, before it makes copies of its own."""
    if FORUM not in page.html:
        for element in list(tree.iter(*NEVER_NESTED)):
            delete_element(element)


def _is_removed(element: HtmlElement, removing: tuple[Test, ...]) -> bool:
    """Whether trafilatura removes an element, with all that is in it, before it looks for the article's."""
    return (
        element.tag in CLEANED
        or SHARING in (element.get("class") or "")
        or _first(removing, element.tag, _named(element)) < len(removing)
    )


def _named(element: HtmlElement) -> Attributes:
    return tuple([item for item in element.items() if item[0] in READ])


@lru_cache(maxsize=REMEMBERED)
def _first(tests: tuple[Test, ...], tag: str, attributes: Attributes) -> int:
    """The place of the first of some tests that such an element passes; their number where it passes none."""
    given = dict(attributes)
    return next((i for i, test in enumerate(tests) if test(tag, given)), len(tests))


def _hides(element: HtmlElement, tangled: frozenset[str]) -> bool:
    """Whether it cannot be told what becomes of what is in an element: its broken lines may become paragraphs."""
    if element.tag in STOPS or element.tag in tangled:
        return True
    return len(element.findall("br")) > 1 and element.find(".//p") is None and element.find(".//div") is None


def _tangled(page: ParsedPage) -> frozenset[str]:
    """The tags of elements that trafilatura removes and that stand in one another on this page.

    It removes them while it walks through them, and so loses its way behind such a pair: what follows stays.
    """
    return frozenset(
        tag
        for tag, elements in page.tagged.items()
        if tag in CLEANED
        and tag not in NEVER_NESTED
        and any(next(element.iterancestors(tag), None) is not None for element in elements[1:])
    )


def _page_of(element: HtmlElement, tangled: frozenset[str]) -> HtmlElement | None:
    """A page with nothing but a copy of the element; None where not all of it would be read as in its place."""
    if len(element.text_content()) < DEFAULT.min_extracted_size:
        return None
    if tangled and next(element.iterdescendants(*tangled), None) is not None:
        return None
    if element.tag != "div" and element.find(".//p") is None and element.find(".//div") is None:
        return None
    page = around = PARSER.makeelement("html")
    for tag in ("body", "div") if any(one.tag in LINKED for one in element.iterancestors()) else ("body",):
        around = etree.SubElement(around, tag)
    alone = copy.deepcopy(element)
    alone.tail = None
    around.append(alone)
    for removed in list(alone.iterdescendants(*CLEANED)):
        delete_element(removed)
    if forms := list(alone.iterdescendants("form")):
        most = len(alone.text_content()) / 2
        if any(len(form.text_content()) > most for form in forms):
            return None
    return page


@contextmanager
def _only_this(look: Look) -> Iterator[None]:
    """trafilatura finds the only element of the page, and raises Beyond where it would go on to look elsewhere."""
    own = main_extractor.prune_unwanted_sections
    asked = False

    def watched(tree: Any, potential_tags: set[str], options: Extractor, keep_teasers: bool = False) -> Any:
        nonlocal asked
        if asked:
            raise Beyond
        asked = True
        pruned = own(tree, potential_tags, options, keep_teasers)
        if len("".join(pruned.xpath("//p//text()"))) < options.min_extracted_size:
            raise Beyond  # how many paragraphs the rest of the page has decides on what is read
        return pruned

    with look.quick({"BODY_XPATH": [_alone, _beyond]}):
        main_extractor.prune_unwanted_sections = watched
        try:
            yield
        finally:
            main_extractor.prune_unwanted_sections = own


def _alone(tree: HtmlElement) -> list[HtmlElement]:
    """The element that `_page_of` has put into the page."""
    body = tree[0]
    return list(body[0]) if len(body) and body[0].tag == "div" and not body[0].attrib else list(body)


def _beyond(_: HtmlElement) -> list[HtmlElement]:
    raise Beyond
