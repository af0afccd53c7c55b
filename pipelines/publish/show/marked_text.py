"""Texts with what is found in them marked: an article's mentions, and the passages that two texts have in common."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from pipelines.wording.labels import ENTITY_LABELS

PROFILES = {"PER": "/pejabat/", "ORG": "/lembaga/", "GPE": "/kota/", "LOC": "/kota/", "LAW": "/peraturan/"}
OTHER = "LAIN"  # the mark of a label without a name in ENTITY_LABELS
PARAGRAPH = re.compile(r"[^\n]+")


class Mention(NamedTuple):
    """A name in a text: code points [start, end), the label of the tagger, the entity that it means (None if none)."""

    start: int
    end: int
    label: str
    entity_id: int | None


class Passage(NamedTuple):
    """A part of a text, code points [start, end), that another text has under the same number."""

    start: int
    end: int
    number: int


def with_mentions(text: str, mentions: Iterable[Mention], agreements: Mapping[str, str] | None = None) -> list[Markup]:
    """The paragraphs of `text` with its mentions marked and linked to their profiles; overlapping ones are left out.

    agreements: the address of an agreement's page by its words, case folded.
    """
    ordered = sorted(mentions, key=lambda mention: (mention.start, -mention.end))
    paragraphs = []
    for begin, end in _paragraphs(text):
        position, parts = begin, []
        for mention in ordered:
            if mention.start < position or mention.end > end:
                continue
            parts.append(escape(text[position : mention.start]))
            parts.append(_mark(text[mention.start : mention.end], mention, agreements or {}))
            position = mention.end
        paragraphs.append(Markup("").join([*parts, escape(text[position:end])]))
    return paragraphs


def _mark(text: str, mention: Mention, agreements: Mapping[str, str]) -> Markup:
    label = mention.label if mention.label in ENTITY_LABELS else OTHER
    inner, href = escape(text), None
    if label == "AGR":
        href = agreements.get(text.casefold())
    elif mention.entity_id is not None and label in PROFILES:
        href = f"{PROFILES[label]}{mention.entity_id}"
    if href:
        inner = Markup('<a href="{}">{}</a>').format(href, inner)
    return Markup('<mark class="m-{}" title="{}">{}</mark>').format(label.lower(), ENTITY_LABELS.get(label, ""), inner)


def with_passages(text: str, passages: Sequence[Passage], own: str, other: str) -> list[Markup]:
    """The paragraphs of `text` with its passages marked, numbered and linked to the same number in the other text.

    own, other: what the ids of the numbers begin with, in this text and in the other ("r", "b").
    A passage over several paragraphs has its number where it begins.
    """
    ordered, paragraphs = sorted(passages), []
    for begin, end in _paragraphs(text):
        position, parts = begin, []
        for passage in ordered:
            first, last = max(passage.start, position), min(passage.end, end)
            if first >= last:
                continue
            parts.append(escape(text[position:first]))
            if first == passage.start:
                parts.append(_number(passage.number, own, other))
            mark = Markup('<mark class="sama s{}">{}</mark>')
            parts.append(mark.format(passage.number % 4, text[first:last]))  # four colours take turns
            position = last
        paragraphs.append(Markup("").join([*parts, escape(text[position:end])]))
    return paragraphs


def _number(number: int, own: str, other: str) -> Markup:
    link = Markup('<a class="nomor" id="{own}{n}" href="#{other}{n}"><span class="sembunyi">bagian </span>{n}</a>')
    return link.format(own=own, other=other, n=number)


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in PARAGRAPH.finditer(text))
