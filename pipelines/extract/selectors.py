"""Selectors: a source's own CSS selectors ([source.extract] of the catalogue), tried on a page."""

from __future__ import annotations

from collections.abc import Mapping

from cssselect import SelectorError

from pipelines.extract.page import ParsedPage

FINDING = ("title", "body", "date", "author")  # should find something; `remove` cuts out what may not be there


def selected(page: ParsedPage, selector: str | None) -> str | None:
    """The text of the first element that the selector finds, in one line; None where there is none."""
    if not selector:
        return None
    try:
        found = page.tree.cssselect(selector)
    except SelectorError:
        return None
    text = " ".join(found[0].text_content().split()) if found else ""
    return text or None


def tried_selectors(page: ParsedPage, rules: Mapping[str, str]) -> dict[str, tuple[str, bool]]:
    """Key -> (selector, whether it finds text on this page) for every selector that is there to find something."""
    return {key: (rules[key], selected(page, rules[key]) is not None) for key in FINDING if key in rules}
