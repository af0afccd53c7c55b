"""The component `pantau_promises`: who says that what will have been done by when.

A promise is a sentence of the text with words that bind somebody ("menargetkan", "berkomitmen", "akan rampung"), a
deadline after the article's day, and a person or body that is bound or speaks for who is. What is only expected
("diprediksi"), asked of others ("meminta"), left open ("jika disetujui"), a match, a show or a sale is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from spacy.tokens import Doc, Span

from nlp.components.agreements.facts import reference_day
from nlp.components.promises.deadlines import Deadline, deadlines_in
from nlp.components.promises.words import (
    ASKED,
    BINDS,
    BOUND,
    CLAUSE,
    CUE,
    ELSEWHERE,
    EVENT,
    FIGURE,
    GOVERNMENT,
    MEASURED,
    OPEN,
    PARTED,
    PASSIVE,
    PLAIN,
    SAID,
    UNKNOWN,
    WEAK,
)
from nlp.document import body_start, entities_in, sentences_of, text_in, text_of
from nlp.records import Promise, Quote

MOST = 40  # of a text, so that no text takes time that grows faster than it
LONGEST = 500  # characters of a sentence; longer ones are lists or pages that ran together
SHORTEST = 6  # words
BEHIND, AHEAD = 160, 70  # characters between the words that bind and a deadline behind or before them
AT_ONCE = 60  # the same behind "target penyelesaian", which binds nobody by itself
MONTH = 7  # letters of a deadline that names its month: "2026-12"
NEAR_SPEECH = 400  # characters from a sentence without a speaker to the speech whose speaker goes on


class PromiseTagger:
    """Sets `doc._.promises`, in the order of the text. Runs after `pantau_quotes`, whose speakers it asks for."""

    def __call__(self, doc: Doc) -> Doc:
        """Find the document's promises."""
        doc._.promises = list(_promises(doc)) if CUE.search(text_of(doc)) else []
        return doc


def _promises(doc: Doc) -> Iterator[Promise]:
    today = _today(doc)
    if today is None:
        return
    found, told = 0, set[tuple[str, str]]()
    offset = body_start(doc._.title)
    for sentence in sentences_of(doc):
        if sentence.start_char < offset or sentence.end_char - sentence.start_char > LONGEST:
            continue
        promise = _promise(sentence, today, offset, doc._.quotes or ())
        if promise is not None and (promise.text, promise.due) not in told:
            told.add((promise.text, promise.due))
            yield promise
            found += 1
            if found == MOST:
                return


def _today(doc: Doc) -> date | None:
    try:
        return date.fromisoformat(reference_day(doc) or "")
    except ValueError:
        return None


def _promise(sentence: Span, today: date, offset: int, quotes: Sequence[Quote]) -> Promise | None:
    """The promise of a sentence; None where it makes none."""
    text = text_in(sentence)
    if len(text.split()) < SHORTEST or EVENT.search(text) or OPEN.search(text):
        return None
    for cue in CUE.finditer(text):
        if ASKED.search(text[: cue.start()]) or WEAK.match(text[cue.end() :]):
            continue
        deadline = _deadline(text, cue, today)
        if deadline is None:
            continue
        figure = FIGURE.search(text, cue.start()) or MEASURED.search(text, 0, cue.start())
        if figure is None and (cue["has"] or (cue["soft"] and len(deadline.due) < MONTH)):
            continue
        who = _who(sentence, cue, offset, quotes)
        if who is None:
            continue
        start, end = _trimmed(text)
        return Promise(
            text=text[start:end],
            who=who[0],
            kind=who[1],
            cue=" ".join(cue[0].split()),
            due=deadline.due,
            due_text=" ".join(text[deadline.start : deadline.end].split()),
            last=deadline.last.isoformat(),
            amount=" ".join(figure["figure"].split()).rstrip(",.") if figure else None,
            start=sentence.start_char + start - offset,
            end=sentence.start_char + end - offset,
        )
    return None


def _deadline(text: str, cue: re.Match[str], today: date) -> Deadline | None:
    """The deadline that the words bind to: the first one close behind them, else the last one close before them."""
    found = [d for d in deadlines_in(text, 0, len(text), today) if not ELSEWHERE.search(text[: d.start])]
    behind = [d for d in found if cue.end() - 2 <= d.start <= cue.end() + BEHIND]
    behind = [d for d in behind if not PARTED.search(text[cue.end() : d.start])]
    if behind and not cue["plain"]:
        # "pada Juni hingga Desember 2026" is kept in December.
        ends = [d for d in behind if re.search(r"\b(?:hingga|sampai|paling lambat)\b[^,.;]{0,25}\Z", text[: d.start])]
        said = [d for d in behind if SAID.search(text[: d.start])]
        first = (ends or said or behind)[0]
        # "menyalurkan gaji ketiga belas tahun ini mulai 2 Juni 2026"
        closer = [d for d in behind if len(d.due) > MONTH and "ini" in text[first.start : first.end].split()]
        return (closer or [first])[0]
    if cue["plain"]:
        return behind[0] if behind and behind[0].start - cue.end() <= AT_ONCE else None
    before = [
        d for d in found if d.end <= cue.start() and cue.start() - d.end <= AHEAD and CLAUSE.search(text[: d.start])
    ]
    return before[-1] if before else None


def _who(sentence: Span, cue: re.Match[str], offset: int, quotes: Sequence[Quote]) -> tuple[str, str] | None:
    """(name, kind) of who is bound or speaks: the subject of the words that bind, else who says the sentence."""
    at = sentence.start_char + cue.start()
    text = text_of(sentence.doc)
    speech = _speech(quotes, at - offset)
    subject = None if PASSIVE.fullmatch(cue[0]) else _subject(sentence, at)
    if subject is not None:
        return subject
    if speech is not None and speech.name:
        return speech.name, "person"
    own = next((q for q in quotes if q.name and sentence.start_char <= q.start + offset < sentence.end_char), None)
    if own is not None:
        return own.name or "", "person"
    unknown = not PASSIVE.fullmatch(cue[0]) and UNKNOWN.fullmatch(text[sentence.start_char : at])
    if unknown or cue["plain"] or PLAIN.search(text[sentence.start_char : at]):
        return None
    near = [q for q in quotes if q.name and 0 <= sentence.start_char - (q.end + offset) <= NEAR_SPEECH]
    ahead = [q for q in quotes if q.name and 0 <= q.start + offset - sentence.end_char <= 4]
    for quote in (*near[-1:], *ahead[:1]):
        return quote.name or "", "person"
    return None


def _speech(quotes: Sequence[Quote], at: int) -> Quote | None:
    """The speech in which a character of the text stands."""
    return next((quote for quote in quotes if quote.start <= at < quote.end), None)


def _subject(sentence: Span, at: int) -> tuple[str, str] | None:
    """The person or body right before the words that bind, which stand at character `at`."""
    text = text_of(sentence.doc)
    entities = [e for e in entities_in(sentence) if e.label_ in ("ORG", "PER", "GPE", "TITLE") and e.end_char <= at]
    for entity in reversed(entities):
        gap = text[entity.end_char : at]
        alone = text[sentence.start_char : entity.start_char].rstrip()[-1:] in ("", ",", ".", ":", "-", "–", '"', "“")
        if entity.label_ == "TITLE" or (entity.label_ == "GPE" and not (alone and BINDS.fullmatch(gap))):
            continue
        if not BOUND.fullmatch(gap):
            break
        before = text[sentence.start_char : entity.start_char]
        if re.search(
            r"\b(?:di|ke|dari|pada|dengan|untuk|oleh|bersama|kepada|bagi|dan|terhadap|soal|tentang)\s+\Z", before
        ):
            continue
        return " ".join(text[entity.start_char : entity.end_char].split()), (
            "person" if entity.label_ == "PER" else "organisation"
        )
    government = GOVERNMENT.search(text, sentence.start_char, at)
    if government is not None and BINDS.fullmatch(text[government.end() : at]):
        return "Pemerintah", "organisation"
    return None


def _trimmed(text: str) -> tuple[int, int]:
    """Where a sentence begins and ends without white space and the marks of speech around it."""
    start, end = 0, len(text)
    while start < end and (text[start].isspace() or text[start] in '"“”•-–'):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in '"“”,'):
        end -= 1
    return start, end
