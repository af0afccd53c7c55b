"""Where direct speech stands in a text, and with which verb of saying."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).resolve().parents[2] / "gazetteers" / "speech_verbs.toml"
LONGEST = 2_500  # characters; an unclosed mark must not swallow the article
DOUBLE_OPEN, DOUBLE_CLOSE, SINGLE_OPEN = "“„«", "”»", "‘'"
OPENERS = frozenset(DOUBLE_OPEN + SINGLE_OPEN)
EITHER = frozenset(('"', "''", "”"))  # marks that open as well as close
MARK = re.compile(
    r"[“„«”»\"‘’'\n]"  # first, so that re skips to these by itself
    r"(?:(?<=[“„«”»\"])|(?<=[‘'])(?<!\w.)(?=\w)|(?<=[’'])(?<=[\w.,!?].)(?!\w)|(?<=')'|(?<=\n)\s*\n|(?<=\n))"
)

_VERBS = tomllib.loads(DATA.read_text(encoding="utf-8"))
ACTIVE_VERBS = tuple(_VERBS["active"].split())
_STEMS, _ACTIVE = "|".join(_VERBS["stems"].split()), "|".join(_VERBS["active"].split())
SAYING = rf"(?P<verb>(?i:(?:{_STEMS})(?:nya)?|{_ACTIVE}))\b"
# After the closing mark: '...," ujar X', '..." kata X', '...", jelas X', '...”. ungkapnya'.
AFTER = re.compile(rf"[\s,.\-–—]{{0,4}}(?:(?:begitu|demikian|seperti|sebagaimana|lebih|juga)\s+)?{SAYING}")
# Before the opening mark: 'X mengatakan, "...', 'X: "...', 'menurut X, "...'.
BEFORE = re.compile(rf"\b{SAYING}")
INTRODUCES = re.compile(r"(?:[,:]|\bbahwa)\s*\Z")
ACCORDING = re.compile(r"\b(?P<verb>[Mm]enurut(?:nya)?)\b")
PRONOUN = re.compile(r"\s*(?:lagi|pula|juga|lebih\s+lanjut)?\s*(?:dia|ia|beliau|mereka)\b")
CLAUSE_END = re.compile(r"[.!?](?=\s|\Z)|\n|[“”\"]")
STOP = re.compile(r"[.!?…]\s+|\n")


@dataclass(frozen=True, slots=True)
class Speech:
    """Text between quotation marks, the marks excluded; `closed` is False where the paragraph ends without a mark."""

    start: int
    end: int
    outer_end: int
    closed: bool


def quoted(text: str) -> list[Speech]:
    """What stands between quotation marks; marks inside speech, and marks left open, are tolerated.

    A paragraph that ends inside speech closes it. A second opening mark inside speech opens a quote within it, unless
    the first was never closed (then a mark of the same kind, before which a sentence ends, closes it).
    """
    spans: list[Speech] = []
    start = -1
    opener = ""
    inner = 0
    for match in MARK.finditer(text):
        sign, at = match.group(), match.start()
        if start < 0:
            spaced = text[match.end() : match.end() + 1].isspace()
            if sign in OPENERS or (sign in EITHER and not spaced):
                start, opener, inner = match.end(), sign, 0
            continue
        if sign[0] == "\n":
            if at - start > 0:
                spans.append(Speech(start, at, at, False))
            start = -1
            continue
        if not _closes(text, sign, opener, match.end()):
            if sign in DOUBLE_OPEN:
                inner += 1
            continue
        if inner and sign in DOUBLE_CLOSE and not _speech_ends(text, at, match.end()):
            inner -= 1
            continue
        if at > start:
            spans.append(Speech(start, at, match.end(), True))
        start = -1
    if 0 <= start < len(text):
        spans.append(Speech(start, len(text), len(text), False))
    return [span for span in spans if span.end - span.start <= LONGEST]


def _closes(text: str, sign: str, opener: str, end: int) -> bool:
    """Whether a mark can close speech that `opener` opened; straight marks close what any double mark opened."""
    if opener in SINGLE_OPEN:
        return sign in ("’", "'")
    return sign in DOUBLE_CLOSE or sign in EITHER


def _speech_ends(text: str, at: int, end: int) -> bool:
    """Whether a closing mark ends speech: after a comma or full stop, or before a verb of saying."""
    return text[at - 1] in ",.!?…" or text[at + 1 : at + 2] in ",." or AFTER.match(text, end) is not None
