"""What readers see: dates as people write them, marked text, snippets, differences; all of it escaped."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from pipelines.language.stems import WORD, stem_word

WIB = timezone(timedelta(hours=7), "WIB")
DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS = ("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober",
          "November", "Desember")  # fmt: skip
LABELS = {"PER": "Orang", "TITLE": "Jabatan", "ORG": "Lembaga", "GPE": "Wilayah", "LOC": "Lokasi", "AGR": "Perjanjian",
          "LAW": "Peraturan", "EVT": "Acara"}  # fmt: skip
PROFILES = {"PER": "/pejabat/", "ORG": "/lembaga/", "GPE": "/kota/", "LOC": "/kota/", "LAW": "/peraturan/"}
SNIPPET = 240  # characters around the first hit
WORD_OR_SPACE = re.compile(r"\s+|[^\s]+")


def day(value: str | None) -> str:
    """ "Rabu, 17 Mei 2017" for "2017-05-17"; "" for none; what cannot be read is shown as it is."""
    if not value:
        return ""
    try:
        when = date.fromisoformat(value[:10])
    except ValueError:
        return value
    return f"{DAYS[when.weekday()]}, {when.day} {MONTHS[when.month - 1]} {when.year}"


def partial_date(value: str | None) -> str:
    """A date of any precision: "2016-10-08", "2016-10" ("Oktober 2016") or "2016"."""
    if not value:
        return ""
    match = re.fullmatch(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", value)
    if not match or not match[2] or not 1 <= int(match[2]) <= 12:
        return value
    return day(value) if match[3] else f"{MONTHS[int(match[2]) - 1]} {match[1]}"


def moment(value: str | None) -> str:
    """ "Rabu, 17 Mei 2017, 14.05 WIB" for an ISO 8601 UTC time; only the day when the time is midnight WIB."""
    if not value:
        return ""
    try:
        when = datetime.fromisoformat(value)
    except ValueError:
        return value
    local = (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(WIB)
    shown = day(local.date().isoformat())
    return shown if (local.hour, local.minute) == (0, 0) else f"{shown}, {local:%H.%M} WIB"


def number(value: int | None) -> str:
    """12345 as "12.345"."""
    return f"{value or 0:,}".replace(",", ".")


def share(value: float | None) -> str:
    """0.25 as "25%"."""
    return f"{value or 0:.0%}"


def lag(minutes: float | None) -> str:
    """The time from a release to an article: "45 menit", "3 jam 5 menit", "2 hari 4 jam"; "" when it is unknown."""
    if minutes is None:
        return ""
    left = round(abs(minutes))
    parts = [(left // 1440, "hari"), (left % 1440 // 60, "jam"), (left % 60, "menit")]
    told = [f"{value} {unit}" for value, unit in parts if value][:2]
    return (" ".join(told) or "0 menit") + (" sebelumnya" if minutes < 0 else "")


def apart(minutes: int | None, first: str | None, second: str | None) -> str:
    """As lag(), or by the days (published_date) of both when an hour is unknown: "hari yang sama", "2 hari"."""
    if minutes is not None or not first or not second:
        return lag(minutes)
    try:
        days = (date.fromisoformat(second) - date.fromisoformat(first)).days
    except ValueError:
        return ""
    return lag(days * 1440) if days else "hari yang sama"


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
    label = mention["label"] if mention["label"] in LABELS else "LAIN"
    inner, href = escape(text), None
    if label == "AGR":
        href = agreements.get(text.casefold())
    elif mention["entity_id"] is not None and label in PROFILES:
        href = f"{PROFILES[label]}{int(mention['entity_id'])}"
    if href:
        inner = Markup('<a href="{}">{}</a>').format(href, inner)
    return Markup('<mark class="m-{}" title="{}">{}</mark>').format(label.lower(), LABELS.get(label, ""), inner)


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
    for match in WORD.finditer(text) if wanted.terms else ():
        if wanted.means(match.group()):
            parts += [escape(text[position : match.start()]), Markup("<b>{}</b>").format(match.group())]
            position = match.end()
    return Markup("").join([*parts, escape(text[position:])])


def snippet(text: str, terms: Iterable[str]) -> Markup:
    """A piece of `text` around the first word that is one of `terms` or has one of them as its stem, those in bold."""
    flat = " ".join(text.split())
    wanted = _Wanted(terms)
    hits: list[tuple[int, int]] = []
    for match in WORD.finditer(flat) if wanted.terms else ():
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
