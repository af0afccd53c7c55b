"""trafilatura's rules about where the article stands and what is none of it, asked once for each kind of element.

On real pages half of trafilatura's time goes to XPaths that try regular expressions on every element's class and id.
Those taken here look at nothing but the element's own name and attributes, and a site's elements repeat theirs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from lxml import etree
from trafilatura.xpaths import (
    BODY_XPATH,
    OVERALL_DISCARD_XPATH,
    PRECISION_DISCARD_XPATH,
    REMOVE_COMMENTS_AND_LISTS_XPATH,
    REMOVE_COMMENTS_XPATH,
)

REMEMBERED = 8_000  # kinds of elements for each rule; some 3 MB when full
NAMES = re.compile(r"self::(\w+)")
ATTRIBUTES = re.compile(r"@([\w-]+)")


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


RULES = (
    BODY_XPATH,
    OVERALL_DISCARD_XPATH,
    PRECISION_DISCARD_XPATH,
    REMOVE_COMMENTS_AND_LISTS_XPATH,
    REMOVE_COMMENTS_XPATH,
)


def _is_worth_it(rule: etree.XPath) -> bool:
    """Whether it tries regular expressions, without which XPaths are as fast, and looks at one element only."""
    return "re:" in rule.path and rule.path.count("//") == 1


QUICK = [(rules, list(rules), [remembered(r) if _is_worth_it(r) else r for r in rules]) for rules in RULES]


@contextmanager
def quick_rules() -> Iterator[None]:
    """Let trafilatura use the functions; whoever else calls it in this process finds its own rules."""
    for rules, _, quick in QUICK:
        rules[:] = quick
    try:
        yield
    finally:
        for rules, own, _ in QUICK:
            rules[:] = own
