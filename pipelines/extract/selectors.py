"""Selectors: a source's own CSS selectors ([source.extract] of the catalogue), tried on a page."""

from __future__ import annotations

from collections.abc import Mapping

import lxml.html
from cssselect import SelectorError

from pipelines.extract.page import ParsedPage

FINDING = ("title", "body", "date", "author")  # should find something; `remove` cuts out what may not be there


def selected(page: ParsedPage, selector: str | None) -> str | None:
    """The text of the first element that the selector finds, in one line; None where there is none."""
    element = _first(page, selector)
    text = " ".join(element.text_content().split()) if element is not None else ""
    return text or None


def selected_date(page: ParsedPage, selector: str | None) -> str | None:
    """What the first element that the selector finds says of a date: in its markup, else in its text.

    The texts of the elements in it are kept apart, since two <time> glued together ("1/2/20263/2/2026") are none.
    """
    element = _first(page, selector)
    if element is None:
        return None
    stated = (inner.get("datetime") or inner.get("content") for inner in element.iter())
    return next((text for text in stated if text), None) or " ".join(" ".join(element.itertext()).split()) or None


def _first(page: ParsedPage, selector: str | None) -> lxml.html.HtmlElement | None:
    if not selector:
        return None
    try:
        found = page.tree.cssselect(selector)
    except SelectorError:
        return None
    return found[0] if found else None


def tried_selectors(page: ParsedPage, rules: Mapping[str, str]) -> dict[str, tuple[str, bool]]:
    """Key -> (selector, whether it finds text on this page) for every selector that is there to find something."""
    return {key: (rules[key], selected(page, rules[key]) is not None) for key in FINDING if key in rules}
