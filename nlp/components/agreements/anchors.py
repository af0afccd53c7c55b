"""Anchors: the words that may name an agreement, and what tells whether they do.

The ner's and the rules' instruments are anchors, and so is every other word for one ("kesepakatan", "kontrak karya"):
whether it names an agreement between parties is for the model to say (learnt.py), not for this list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from nlp.components.agreements import cues
from nlp.components.agreements.instruments import agreement_type
from nlp.document import entities_in, entities_of, sentence_of, text_in, text_of
from nlp.records import AGREEMENT_TYPES

# Pieces that the words for instruments hold, in small letters. Looking for them is far quicker than for INSTRUMENT.
PIECES = (
    *(
        "esepa",
        "erjanjian",
        "kontrak ",
        "ersetujuan",
        "pakta",
        "traktat",
        "bersama",
        "dendum",
        "agreement",
        "arrangement",
    ),
    *("treaty", "accord", "framework", "memorandum", "statement", "minat", "teknis", "deklarasi", "piagam", "letter"),
)
SHORT = ("CEPA", "FTA", "RCEP", "DEFA", "TIFA", "MRA", "HoA", "MoA", "SKB", "PKS", "PKB", "MoU", "MOU", "LoI")
_CAPITALS = r"(?:[A-Z][\w–/&-]*\s+(?:(?:and|of|on|for|&)\s+)?){0,6}"
# A headline's verb, which is no part of the name before it: "Perjanjian |Disiapkan|".
_VERB = r"(?:(?:Di|Ter)(?=[a-z]{4,}(?:kan|i|an|ken)\b)|Me[mn][a-z]|Akan\b|Siap\b|Resmi\b|Segera\b|Bakal\b)"
INSTRUMENT = re.compile(
    r"\b(?:(?i:berita\s+acara\s+kesepakatan|kesepa(?:katan|haman)(?:\s+bersama)?"
    r"|perjanjian(?:\s+(?:pendahuluan\s+)?kerja\s?sama|\s+jual\s+beli(?:\s+\w+)?)?"
    r"|kontrak\s+(?:karya|kerja\s?sama|bagi\s+hasil|pasokan|jual\s+beli|pengelolaan|pengadaan|pembelian)"
    r"|persetujuan|pakta|traktat|pernyataan\s+bersama|(?:surat\s+)?keputusan\s+bersama|surat\s+edaran\s+bersama|ad?dendum"
    r"|komitmen\s+bersama|heads?\s+of\s+agreement|letters?\s+of\s+intent|joint\s+(?:venture\s+agreement|statement|declaration)"
    rf"|agreements?\s+in\s+principle|surat\s+minat|pengaturan\s+teknis|deklarasi|piagam)(?:\s+(?!{_VERB})[A-Z]\w+)?"
    rf"|{_CAPITALS}(?:Agreement|Arrangement|Treaty|Accords?|Framework|Memorandum)\b(?:\s+(?:on|of)(?:\s+[A-Z]\w+)+)?"
    rf"|(?:[A-Z]{{1,4}}[–‑-])*(?:{'|'.join(SHORT)}))\b"
)
LONGEST = 90  # characters before a piece in which its phrase begins
COOPERATION = re.compile(r"\bkerja\s?sama\b(?:\s+strategis)?", re.IGNORECASE)
# "kerja sama" is an instrument at most where it is signed: "menandatangani |kerja sama".
SIGNED_NEAR = re.compile(r"datangan|teken|sepakati|jalin|tanda ?tangan", re.IGNORECASE)
NEAR = 60  # characters
MOST_ANCHORS = 100  # of a text, so that no text takes time that grows faster than it; of 2,456 the most had 28
HEADS = tuple(
    re.compile(words, re.IGNORECASE)
    for words in (
        *(
            "nota kesepahaman|mou|memorandum",
            "nota kesepakatan",
            "kesepakatan",
            "kesepahaman",
            "perjanjian kerja",
            "pks",
        ),
        *("pkb|skb|keputusan bersama", "perjanjian", "kontrak", "persetujuan", "letter|loi|minat"),
        *("agreement|arrangement|treaty|accord|framework|cepa|fta|rcep|mra|hoa|tifa|defa", "kerja ?sama"),
        *("deklarasi|piagam|pernyataan|komitmen|statement", "dendum|surat|berita"),
    )
)
BODIES = ("ORG", "GPE")


@dataclass(frozen=True, slots=True)
class Anchor:
    """A phrase that may name an agreement; `source`: 0 a word inside another entity, 1 a free word, 2 an AGR entity."""

    span: Span
    source: int
    by_ner: bool = False

    @property
    def type(self) -> str:
        """One of nlp.records.AGREEMENT_TYPES."""
        return agreement_type(text_in(self.span))


def find_anchors(doc: Doc, by_ner: frozenset[tuple[int, int]]) -> list[Anchor]:
    """The anchors of a text in order, MOST_ANCHORS at most; `by_ner`: the tokens of the AGR entities of the ner."""
    named = [entity for entity in entities_of(doc) if entity.label_ == "AGR"]
    barred = {"AGR", "PER", "LAW"}
    spans = [
        span
        for start, end in _phrases(text_of(doc))
        if (span := doc.char_span(start, end, label="AGR", alignment_mode="contract")) is not None
        and len(span)
        and not any(token.ent_type_ in barred for token in span)
    ]
    free = (Anchor(span, 0 if any(token.ent_type for token in span) else 1) for span in filter_spans(spans))
    found = [*(Anchor(span, 2, (span.start, span.end) in by_ner) for span in named), *free]
    return sorted(found, key=lambda anchor: anchor.span.start)[:MOST_ANCHORS]


def _phrases(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of every INSTRUMENT, and of "kerja sama" where something is signed."""
    small = text.lower()
    small = small if len(small) == len(text) else text  # "İ" becomes two characters
    places: set[int] = set()
    for pieces, where in ((PIECES, small), (SHORT, text)):
        for piece in pieces:
            at = where.find(piece)
            while at >= 0:
                places.add(at)
                at = where.find(piece, at + len(piece))
    free = 0
    for place in sorted(places):
        start = max(free, text.rfind(".", max(0, place - LONGEST), place) + 1, place - LONGEST)
        match = INSTRUMENT.search(text, start, place + LONGEST)
        if match is not None and match.start() <= place < match.end():
            yield match.span()
            free = match.end()
    at = small.find("kerja")
    while at >= 0:
        cooperation = COOPERATION.match(text, at)
        if cooperation is not None and SIGNED_NEAR.search(text, max(0, at - NEAR), at):
            yield cooperation.span()
        at = small.find("kerja", at + 5)


FEATURES = (
    *(
        "source",
        "by ner",
        "head",
        *(f"head {i}" for i in range(len(HEADS))),
        "capital",
        "capitals",
        "tokens",
        "in title",
    ),
    *("position", "bodies before", "bodies behind", "gap before", "gap behind", "of its type", "anchors"),
    *("by rule", "by the ner", "short form follows", "in brackets", "digit", "signings", "sentence"),
    *(f"is {kind}" for kind in AGREEMENT_TYPES),
    *cues.NAMES,
)


@lru_cache(maxsize=2_000)
def head_of(phrase: str) -> int:
    """Which of HEADS a phrase holds first; their number if none."""
    return next((i for i, words in enumerate(HEADS) if words.search(phrase)), len(HEADS))


def features(anchors: Sequence[Anchor]) -> list[list[float]]:
    """A row of FEATURES for each anchor of a text."""
    if not anchors:
        return []
    doc = anchors[0].span.doc
    signings = cues.signings(doc)
    types = [anchor.type for anchor in anchors]
    of_doc = [len(anchors), sum(a.source == 2 for a in anchors), sum(a.by_ner for a in anchors)]
    return [
        _row(anchor, kind, types.count(kind), of_doc, signings) for anchor, kind in zip(anchors, types, strict=True)
    ]


def _row(anchor: Anchor, kind: str, alike: int, of_doc: list[int], signings: int) -> list[float]:
    span, text = anchor.span, text_of(anchor.span.doc)
    sentence, phrase = sentence_of(span), text_in(span)
    head = head_of(phrase)
    bodies = [entity for entity in entities_in(sentence) if entity.label_ in BODIES]
    before = [entity for entity in bodies if entity.end <= span.start]
    behind = [entity for entity in bodies if entity.start >= span.end]
    return [
        *(anchor.source, anchor.by_ner, head, *(head == i for i in range(len(HEADS)))),
        *(phrase[:1].isupper(), phrase.isupper(), len(span), span.end_char <= len(span.doc._.title)),
        *(min(span.start_char, 1500), len(before), len(behind), span.start - before[-1].end if before else 99),
        *(behind[0].start - span.end if behind else 99, alike, *of_doc),
        *(text[span.end_char : span.end_char + 2] in (" (", " /"), text[max(0, span.start_char - 1)] == "("),
        *(
            any(char.isdigit() for char in phrase),
            min(signings, 5),
            len(sentence),
            *(kind == name for name in AGREEMENT_TYPES),
        ),
        *cues.distances(span),
    ]
