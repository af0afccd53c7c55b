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
from functools import cache, lru_cache
from typing import Any

import lxml.html
from lxml import etree

from pipelines.plain_mode import plain, unchecked

CHECKED = ("trafilatura>=2.3.1,<3",)
LISTS = (
    "BODY_XPATH",
    "OVERALL_DISCARD_XPATH",
    "PRECISION_DISCARD_XPATH",
    "REMOVE_COMMENTS_AND_LISTS_XPATH",
    "REMOVE_COMMENTS_XPATH",
)
REMEMBERED = 8_000  # kinds of elements for each rule; some 3 MB when full
NAMES = re.compile(r"self::(\w+)")
ATTRIBUTES = re.compile(r"@([\w-]+)")
LITERAL = re.compile(r"'[^']*'|\"[^\"]*\"")
# A rule, without its literals, whose conditions ask after nothing but the element's own name and attributes.
OWN = re.compile(
    r"\s*\(?\.//\*(?:self::\w+|@[\w-]+|(?:re:test|contains|starts-with|translate|not)\(|\b(?:or|and)\b|[|=,()\[\]\s])+"
    r"(?:\[1\])?\s*"
)
PROBE = """<html><body><div class="share-box" id="x"><p class="byline">a</p></div><article class="post-body"><p>b</p>
<section id="content-main" role="navigation"><span class="hide-print" style="display:none">c</span></section></article>
<div class="comment-list" id="comments"><ul class="comments"><li>d</li></ul></div><ol id="disqus_thread"><li>e</li></ol>
<div id="cookie" class="entry-content"><div class="entry-content">f</div></div><p class="bottom link">g</p>
<section class="article-text"><h2 class="author">h</h2></section><main id="content">i</main></body></html>"""

Rules = list[Any]  # of XPaths, or of functions in their place

LOG = logging.getLogger(__name__)


@contextmanager
def quick_rules() -> Iterator[None]:
    """Let trafilatura use the functions; whoever else calls it in this process finds its own rules."""
    lists = [] if plain() else _lists()
    for rules, _, quick in lists:
        rules[:] = quick
    try:
        yield
    finally:
        for rules, own, _ in lists:
            rules[:] = own


@cache
def _lists() -> list[tuple[Rules, Rules, Rules]]:
    """(trafilatura's list, what is in it, what takes its place) of each; none where trafilatura is another."""
    if others := unchecked(CHECKED):
        LOG.warning(
            "ekstraksi lewat jalan biasa: belum diperiksa dengan %s, hanya dengan %s",
            ", ".join(others),
            ", ".join(CHECKED),
        )
        return []
    try:
        from trafilatura import xpaths

        lists = [getattr(xpaths, name) for name in LISTS]
        found = [(rules, list(rules), [remembered(r) if is_quick(r) else r for r in rules]) for rules in lists]
        tree = lxml.html.document_fromstring(PROBE)
        same = all(_agree(tree, own, quick) for _, *both in found for own, quick in zip(*both, strict=True))
    except Exception as error:  # whatever a library that has changed may raise
        LOG.warning("ekstraksi lewat jalan biasa: %s: %s", type(error).__name__, error)
        return []
    if not same:
        LOG.warning("ekstraksi lewat jalan biasa: aturan trafilatura menemukan hal lain daripada fungsi penggantinya")
        return []
    return found


def is_quick(rule: etree.XPath) -> bool:
    """Whether it tries regular expressions, without which XPaths are as fast, and looks at one element only."""
    return "re:" in rule.path and bool(OWN.fullmatch(LITERAL.sub("", rule.path)))


def _agree(tree: Any, rule: etree.XPath, quick: Callable[[Any], list[Any]]) -> bool:
    found, expected = list(quick(tree)), list(rule(tree))
    return found == expected or ("[1]" in rule.path and found[:1] == expected[:1])


def remembered(rule: etree.XPath) -> Callable[[Any], list[Any]]:
    """A function that finds the descendants that the rule finds, each told by its own name and attributes.

    Where the rule takes only the first of them ("[1]"), the function finds them all; trafilatura reads the first.
    """
    names, read = set(NAMES.findall(rule.path)), frozenset(ATTRIBUTES.findall(rule.path))

    @lru_cache(maxsize=REMEMBERED)
    def matches(name: str, attributes: tuple[tuple[str, str], ...]) -> bool:
        around = etree.Element("x")
        alone = etree.SubElement(around, name if name.isalnum() else "x")  # no rule names an <o:p>
        for attribute, value in attributes:  # in their order: of "@id|@class" the first counts
            alone.set(attribute, value)
        return bool(rule(around))

    def find(tree: Any) -> list[Any]:
        try:
            return [
                element
                for element in tree.iterdescendants(*names or (etree.Element,))
                if matches(element.tag, tuple([item for item in element.items() if item[0] in read]))
            ]
        except ValueError:  # a control character in an attribute, which lxml reads but does not write
            return list(rule(tree))

    return find
