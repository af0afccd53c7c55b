"""Where direct speech stands in a text: the pieces between quotation marks, and patterns of the words beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlp.components.speech_verbs import SAYING

LONGEST = 2_500  # characters of speech; a mark that nobody closed must not swallow the article
DOUBLE_OPEN, DOUBLE_CLOSE, SINGLE_OPEN = "“„«", "”»", "‘'"
OPENERS = frozenset(DOUBLE_OPEN + SINGLE_OPEN)
EITHER = frozenset(('"', "''", "”"))  # marks that open as well as close; some papers open with ”
# A quotation mark, a line break or an empty line. A single mark inside a word ("Jum'at") is none. The set of characters
# stands first so that re skips to these by itself; what must stand around each is looked at afterwards.
MARK = re.compile(
    r"[“„«”»\"‘’'\n]"
    r"(?:(?<=[“„«”»\"])|(?<=[‘'])(?<!\w.)(?=\w)|(?<=[’'])(?<=[\w.,!?].)(?!\w)|(?<=')'|(?<=\n)\s*\n|(?<=\n))"
)

# The verb after a closing mark: '...," ujar X', '..." kata X', '...", jelas X', '...”. ungkapnya'.
AFTER = re.compile(rf"[\s,.\-–—]{{0,4}}(?:(?:begitu|demikian|seperti|sebagaimana|lebih|juga)\s+)?{SAYING}")
# The verb before an opening mark: 'X mengatakan, "...'.
BEFORE = re.compile(rf"\b{SAYING}")
# What stands right before an opening mark that somebody's words follow: 'X mengatakan|, |"...', 'X|: |"...'.
INTRODUCES = re.compile(r"(?:[,:]|\bbahwa)\s*\Z")
# 'Menurut X, "...', 'menurutnya, "...'.
ACCORDING = re.compile(r"\b(?P<verb>[Mm]enurut(?:nya)?)\b")
# A subject that names nobody: '..." kata dia', '..." ujar mereka'.
PRONOUN = re.compile(r"\s*(?:lagi|pula|juga|lebih\s+lanjut)?\s*(?:dia|ia|beliau|mereka)\b")
# Where the clause with the verb of saying ends at the latest: a full stop, a line break, the next quotation mark.
CLAUSE_END = re.compile(r"[.!?](?=\s|\Z)|\n|[“”\"]")
# Where a sentence ends.
STOP = re.compile(r"[.!?…]\s+|\n")


@dataclass(frozen=True, slots=True)
class Speech:
    """A piece of direct speech.

    start, end  the text between the marks, offsets into the Doc's text
    outer_end   behind the closing mark
    closed      False if the paragraph ended before a mark closed it
    """

    start: int
    end: int
    outer_end: int
    closed: bool


def quoted(text: str) -> list[Speech]:
    """The pieces of direct speech in a text, in its order, those longer than LONGEST left out.

    The end of a paragraph closes speech that no mark closed. An opening mark inside speech begins a quote within the
    quote, whose closing mark does not end the outer one, unless what stands there shows that all speech ends.
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
        if not _can_close(sign, opener):
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


def _can_close(sign: str, opener: str) -> bool:
    """Whether a mark can close speech that `opener` opened. A straight mark closes what any double mark opened."""
    if opener in SINGLE_OPEN:
        return sign in ("’", "'")
    return sign in DOUBLE_CLOSE or sign in EITHER


def _speech_ends(text: str, at: int, end: int) -> bool:
    """Whether a closing mark ends the whole speech: it follows a comma or full stop, or precedes a verb of saying."""
    return text[at - 1] in ",.!?…" or text[at + 1 : at + 2] in ",." or AFTER.match(text, end) is not None
