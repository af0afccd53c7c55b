"""What readers see of a text: its mentions marked, snippets, differences; all of it escaped."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from pipelines.language.stems import stem_word
from pipelines.language.words import SPOKEN_WORD
from pipelines.wording.labels import ENTITY_LABELS

PROFILES = {"PER": "/pejabat/", "ORG": "/lembaga/", "GPE": "/kota/", "LOC": "/kota/", "LAW": "/peraturan/"}
SNIPPET = 240  # characters around the first hit
WORD_OR_SPACE = re.compile(r"\s+|[^\s]+")


def safe_link(url: str | None) -> str | None:
    """The address when it is http(s), else None: nothing else from the web becomes a link."""
    try:
        return url if url and urlsplit(url).scheme in ("http", "https") else None
    except ValueError:
        return None


def marked(
    text: str, mentions: Sequence[Mapping[str, Any]], agreements: Mapping[str, str] | None = None
) -> list[Markup]:
    """The paragraphs of `text` with its mentions marked and linked to their profiles.

    mentions: rows with start, end (code points into `text`), label and entity_id; overlapping ones are left out.
    agreements: address of an agreement's page by its words, case folded.
    """
    paragraphs: list[Markup] = []
    ordered = sorted(mentions, key=lambda m: (m["start"], -m["end"]))
    for match in re.finditer(r"[^\n]+", text):
        begin, end = match.span()
        position, parts = begin, []
        for mention in ordered:
            if mention["start"] < position or mention["end"] > end:
                continue
            parts.append(escape(text[position : mention["start"]]))
            parts.append(_mark(text[mention["start"] : mention["end"]], mention, agreements or {}))
            position = mention["end"]
        parts.append(escape(text[position:end]))
        paragraphs.append(Markup("").join(parts))
    return paragraphs


def _mark(text: str, mention: Mapping[str, Any], agreements: Mapping[str, str]) -> Markup:
    label = mention["label"] if mention["label"] in ENTITY_LABELS else "LAIN"
    inner, href = escape(text), None
    if label == "AGR":
        href = agreements.get(text.casefold())
    elif mention["entity_id"] is not None and label in PROFILES:
        href = f"{PROFILES[label]}{int(mention['entity_id'])}"
    if href:
        inner = Markup('<a href="{}">{}</a>').format(href, inner)
    return Markup('<mark class="m-{}" title="{}">{}</mark>').format(label.lower(), ENTITY_LABELS.get(label, ""), inner)


def passages(text: str, spans: Iterable[tuple[int, int, int]], own: str, other: str) -> list[Markup]:
    """The paragraphs of `text` with its passages marked, numbered and linked to the same number in the other text.

    spans: (start, end, number), code points into `text`, end exclusive; own, other: prefixes of the ids ("r", "b").
    A passage over several paragraphs has its number where it begins.
    """
    ordered, paragraphs = sorted(spans), []
    for match in re.finditer(r"[^\n]+", text):
        begin, end = match.span()
        position, parts = begin, []
        for start, stop, number in ordered:
            first, last = max(start, position), min(stop, end)
            if first >= last:
                continue
            parts.append(escape(text[position:first]))
            if first == start:
                parts.append(
                    Markup('<a class="nomor" id="{0}{1}" href="#{2}{1}"><span class="sembunyi">bagian </span>{1}</a>')
                    .format(own, number, other)
                )  # fmt: skip
            parts.append(Markup('<mark class="sama s{}">{}</mark>').format(number % 4, text[first:last]))
            position = last
        parts.append(escape(text[position:end]))
        paragraphs.append(Markup("").join(parts))
    return paragraphs


class _Wanted:
    """The terms of a search. A stem is a piece of its word, save for the first letter ("tulis", "menulis"): only words
    that hold such a piece need be stemmed, and stems cost a millisecond."""

    def __init__(self, terms: Iterable[str]) -> None:
        self.terms = set(terms)
        self.pieces = [term[1:] for term in self.terms]

    def means(self, word: str) -> bool:
        """Whether a word is one of the terms or has one of them as its stem."""
        folded = word.casefold()
        if folded in self.terms:
            return True
        return any(piece in folded for piece in self.pieces) and stem_word(word) in self.terms


def highlighted(text: str, terms: Iterable[str]) -> Markup:
    """All of `text`, the words that are one of `terms` or have one of them as their stem in bold."""
    wanted, position = _Wanted(terms), 0
    parts: list[Markup] = []
    for match in SPOKEN_WORD.finditer(text) if wanted.terms else ():
        if wanted.means(match.group()):
            parts += [escape(text[position : match.start()]), Markup("<b>{}</b>").format(match.group())]
            position = match.end()
    return Markup("").join([*parts, escape(text[position:])])


def snippet(text: str, terms: Iterable[str]) -> Markup:
    """A piece of `text` around the first word that is one of `terms` or has one of them as its stem, those in bold."""
    flat = " ".join(text.split())
    wanted = _Wanted(terms)
    hits: list[tuple[int, int]] = []
    for match in SPOKEN_WORD.finditer(flat) if wanted.terms else ():
        if hits and match.start() > hits[0][0] + SNIPPET:
            break  # what lies beyond is not shown, and stems cost
        if wanted.means(match.group()):
            hits.append(match.span())
    start = max(0, (hits[0][0] if hits else 0) - SNIPPET // 3)
    start = flat.rfind(" ", 0, start) + 1 if start else 0
    end = min(len(flat), start + SNIPPET)
    if end < len(flat):
        end = max(flat.rfind(" ", start + SNIPPET // 2, end), start + SNIPPET // 2)
    parts: list[Markup | str] = ["…"] if start else []
    position = start
    for first, last in hits:
        if first >= position and last <= end:
            parts += [escape(flat[position:first]), Markup("<b>{}</b>").format(flat[first:last])]
            position = last
    parts.append(escape(flat[position:end]))
    if end < len(flat):
        parts.append("…")
    return Markup("").join(parts)


def difference(old: str, new: str) -> Markup:
    """`new` beside `old`, word by word: what went in <del>, what came in <ins>; long unchanged stretches shortened."""
    a, b = WORD_OR_SPACE.findall(old), WORD_OR_SPACE.findall(new)
    parts: list[Markup | str] = []
    for kind, a1, a2, b1, b2 in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        removed, added = "".join(a[a1:a2]), "".join(b[b1:b2])
        if kind == "equal":
            words = a[a1:a2]
            shown = removed if len(words) <= 60 else "".join(words[:24]) + " […] " + "".join(words[-24:])
            parts.append(escape(shown))
            continue
        if removed:
            parts.append(Markup("<del>{}</del>").format(removed))
        if added:
            parts.append(Markup("<ins>{}</ins>").format(added))
    return Markup("").join(parts)


def changed_paragraphs(old: str, new: str) -> list[Markup]:
    """The paragraphs that differ between two versions, each as a difference; unchanged ones between them as "…".

    Paragraphs are compared first, so that a long article shows only what was touched.
    """
    a, b = [p for p in old.split("\n") if p.strip()], [p for p in new.split("\n") if p.strip()]
    shown: list[Markup] = []
    for kind, a1, a2, b1, b2 in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if kind == "equal":
            count = a2 - a1
            shown.append(Markup('<span class="ket">… {} paragraf tetap …</span>').format(count))
        else:
            shown.append(difference("\n".join(a[a1:a2]), "\n".join(b[b1:b2])))
    return shown
