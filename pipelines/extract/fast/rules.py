"""trafilatura's rules about where the article stands and what is none of it, asked once for each kind of element.

On real pages half of trafilatura's time goes to XPaths that try regular expressions on every element's class and id.
Those taken here look at nothing but the element's own name and attributes, and a site's elements repeat theirs.

Relied on: the lists of rules in trafilatura/xpaths.py, which its other modules share, and that of a rule which ends in
"[1]" only the first result is read. Guarded by the version, by the form of each rule, and by a page on which every rule
must find the same; else trafilatura keeps its own.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import lxml.html
from lxml import etree

from pipelines.extract.fast.conditions import NotTold, Test, condition
from pipelines.plain_mode import plain, unchecked

CHECKED = ("trafilatura>=2.3.1,<3",)
LISTS = (
    "BODY_XPATH",
    "OVERALL_DISCARD_XPATH",
    "PRECISION_DISCARD_XPATH",
    "RAW_TREE_PRUNE_XPATH",
    "REMOVE_COMMENTS_AND_LISTS_XPATH",
    "REMOVE_COMMENTS_XPATH",
    "TEASER_DISCARD_XPATH",
)
REMEMBERED = 8_000  # kinds of elements for each rule; some 3 MB when full
NAMES = re.compile(r"self::(\w+)")
ATTRIBUTES = re.compile(r"@([\w-]+)")
SLOW = re.compile(r"re:|translate\(")  # in a rule for which lxml takes longer than a walk over the elements
LITERAL = re.compile(r"'[^']*'|\"[^\"]*\"")
PROBE = """<html><body><div class="share-box" id="x"><p class="byline">a</p></div><article class="post-body"><p>b</p>
<section id="content-main" role="navigation"><span class="hide-print" style="display:none">c</span></section></article>
<div class="comment-list" id="comments"><ul class="comments"><li>d</li></ul></div><ol id="disqus_thread"><li>e</li></ol>
<div id="cookie" class="entry-content"><div class="entry-content">f</div></div><p class="bottom link">g</p>
<section class="article-text"><h2 class="author">h</h2></section><main id="content">i</main><div id="Teaser">j</div>
<div class="elementor-share-buttons">k</div></body></html>"""

Attributes = tuple[tuple[str, str], ...]
Rules = list[Any]  # of XPaths, or of functions in their place

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rule:
    """One of trafilatura's rules.

    own   as trafilatura has it
    find  what takes its place: a function of a tree, or `own`
    """

    own: Any
    find: Callable[[Any], list[Any]]


@contextmanager
def quick_rules() -> Iterator[None]:
    """Let trafilatura use the functions; whoever else calls it in this process finds its own rules."""
    lists = {} if plain() else _lists()
    for there, rules in lists.values():
        there[:] = [rule.find for rule in rules]
    try:
        yield
    finally:
        for there, rules in lists.values():
            there[:] = [rule.own for rule in rules]


@cache
def _lists() -> dict[str, tuple[Rules, tuple[Rule, ...]]]:
    """Name -> (trafilatura's list, what is in it); none where trafilatura is another."""
    if others := unchecked(CHECKED):
        LOG.warning(
            "ekstraksi lewat jalan biasa: belum diperiksa dengan %s, hanya dengan %s",
            ", ".join(others),
            ", ".join(CHECKED),
        )
        return {}
    try:
        from trafilatura import xpaths

        lists = {name: getattr(xpaths, name) for name in LISTS}
        found = {name: (there, tuple(map(_rule, there))) for name, there in lists.items()}
        same = all(_agrees(rule) for _, rules in found.values() for rule in rules)
    except Exception as error:  # whatever a library that has changed may raise
        LOG.warning("ekstraksi lewat jalan biasa: %s: %s", type(error).__name__, error)
        return {}
    if not same:
        LOG.warning("ekstraksi lewat jalan biasa: aturan trafilatura menemukan hal lain daripada fungsi penggantinya")
        return {}
    return found


def _rule(own: etree.XPath) -> Rule:
    try:
        test = condition(own.path)
    except NotTold:
        return Rule(own, own)
    return Rule(own, _finder(own, test) if SLOW.search(own.path) else own)


def _finder(own: etree.XPath, test: Test) -> Callable[[Any], list[Any]]:
    """A function that finds the descendants that a rule finds; all of them where the rule takes only the first."""
    names = set(NAMES.findall(own.path))
    read = frozenset(ATTRIBUTES.findall(LITERAL.sub("", own.path)))

    @lru_cache(maxsize=REMEMBERED)
    def matches(tag: Any, attributes: Attributes) -> bool:
        return isinstance(tag, str) and test(tag, dict(attributes))

    def find(tree: Any) -> list[Any]:
        return [
            element
            for element in tree.iterdescendants(*names or (etree.Element,))
            if matches(element.tag, tuple([item for item in element.items() if item[0] in read]))
        ]

    return find


def _agrees(rule: Rule) -> bool:
    """Whether a rule and what takes its place find the same on the probe."""
    tree = lxml.html.document_fromstring(PROBE)
    expected, found = list(rule.own(tree)), list(rule.find(tree))
    return found == expected or ("[1]" in rule.own.path and found[:1] == expected[:1])
