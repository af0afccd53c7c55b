"""The component `pantau_agreements`: each agreement that a text tells of, with its parties and what is said of it.

First the entities are put right (which words name an instrument, and where they end). Then every phrase that may name an
agreement is judged, what is likely one is grouped by instrument, and each likely group becomes an Agreement (weighing.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from nlp.components.agreements.anchors import HEADS, INSTRUMENT, Anchor, find_anchors, head_of
from nlp.components.agreements.anchors import features as anchor_features
from nlp.components.agreements.facts import mention_status
from nlp.components.agreements.instruments import (
    BRACKETED,
    SHORT_FORMS,
    Group,
    InstrumentMention,
    agreement_type,
    short_forms_in,
)
from nlp.components.agreements.learnt import Floats, judges, vectors_of
from nlp.components.agreements.parties import BODIES, TREATY, find_parties, further_pairs
from nlp.components.agreements.terms import with_terms
from nlp.components.agreements.weighing import LIKELY, Weighing
from nlp.components.matching import matches_at
from nlp.document import entities_in, entities_of, sentence_of, set_entities, text_of

# Names that are instruments wherever they stand ("Nota Kesepahaman", "perjanjian kerja sama"); the ner finds others.
_INDONESIAN = (
    r"(?i:nota\s+kesepahaman(?:\s+bersama)?|nota\s+kesepakatan|kesepahaman\s+bersama|memorandum\s+of\s+understanding"
    r"|memorandum\s+saling\s+pengertian|perjanjian\s+kerja\s?sama|letters?\s+of\s+intent"
    r"|surat\s+(?:perjanjian|edaran\s+bersama|keputusan\s+bersama)"
    r"|kesepakatan\s+(?:damai|tertulis|komersial|gencatan\s+senjata|kerja\s?sama)"
    r"|perjanjian\s+(?:gencatan\s+senjata|pinjaman|tertulis|kerangka\s+kerja|perdagangan\s+(?:bebas|resiprokal)"
    r"|kemitraan\s+ekonomi\s+komprehensif))"
    r"|MoU|MOU|LoI|PKS(?=\s+(?:antara|dengan|tersebut|tentang|ini|itu|yang|tripartit))"
)
# Pieces that the names in Indonesian hold, in small letters, and short forms.
PIECES = ("nota", "kesepa", "memorandum", "perjanjian", "letter", "surat")
SHORT = ("MoU", "MOU", "LoI", "PKS", "CEPA", "FTA", "RCEP")
ENGLISH_WORDS = ("Agreement", "Arrangement", "Treaty")
# "Border Crossing Agreement", "Implementing Arrangement on Fisheries".
_ENGLISH = (
    rf"(?:[A-Z][\w–/&-]*\s+(?:(?:and|of|on|for|&)\s+)?){{1,6}}(?:{'|'.join(ENGLISH_WORDS)})(?:\s+on(?:\s+[A-Z]\w+)+)?"
)
# "IA-CEPA", "RCEP".
_TRADE = r"(?:[A-Z]{2,}[–-])?(?:CEPA|FTA|RCEP)"
NAMED = re.compile(rf"\b(?:{_INDONESIAN}|{_ENGLISH}|{_TRADE})\b")
# The same for a text without one of ENGLISH_WORDS, which is searched far quicker; BEGINS finds how its matches begin.
NAMED_WITHOUT_ENGLISH = re.compile(rf"\b(?:{_INDONESIAN}|{_TRADE})\b")
BEGINS = re.compile(
    r"[A-Zklmnps](?<!\w.)(?:(?i:(?<=k)ese|(?<=l)ett|(?<=m)emo|(?<=n)ota|(?<=p)erj|(?<=s)ura)|(?<=[A-Z])[A-Z]|(?<=[ML])o[UI])"
)
# Names that are instruments even if the ner saw something else in them: "MoU", "Border Crossing Agreement".
SURE = re.compile(
    r"(?i:nota\s+kesepahaman|nota\s+kesepakatan|memorandum\s+of\s+understanding|letters?\s+of\s+intent|mou|loi)"
    r"|(?:[A-Z]\w+\s+){1,3}Agreement"
)
# What is signed but binds one person or is a plan: "Perjanjian Kinerja", "kontrak kerja", "Nota Keuangan".
NO_INSTRUMENT = re.compile(
    r"(?:perjanjian\s+(?:kinerja|kerja(?!\s*(?:sama|bersama)))|sasaran|kontrak\s+kerja(?!\s*sama)|nota\s+(?:keuangan|dinas|pembelaan)|ad+endum\s+amdal|repurchase\s+agreement"
    r"|memorandum\s+(?:presiden|internal|dinas|opini))\b",
    re.IGNORECASE,
)
# Before the parties PKS and PKB, and not their instruments: "politisi |PKS|".
PARTY_BEFORE = re.compile(
    r"\b(?:politi(?:si|kus)|kader|fraksi|partai|legislator|anggota|presiden|ketua|senior|elite?|DP[PWD]|caleg|usungan)\s+\Z",
    re.IGNORECASE,
)
# Parts of the Bible.
TESTAMENT = re.compile(r"Perjanjian (?:Baru|Lama)\Z")
# Before what does not exist: "|belum ada |MoU", "|tidak pernah meneken |perjanjian", "|berharap ... menghasilkan |MoU",
# "|menolak |kesepakatan gencatan senjata", "|setiap |kesepakatan", "|peluang |kesepakatan dagang".
NOT_THERE = re.compile(
    r"\b(?:belum|tidak|tak)\s+(?:pernah\s+)?(?:ada|punya|memiliki|mempunyai|menandatangani|meneken)\s+(?:satu\s+|sebuah\s+)?\Z"
    r"|\b(?:ber|di)harap(?:kan)?\b[^.\n]{0,50}\b(?:menghasilkan|melahirkan|membuahkan)\s+(?:satu\s+|sebuah\s+)?\Z"
    r"|\b(?:menolak|ditolaknya|setiap|peluang|kemungkinan|mustahil)\s+(?:ada(?:nya)?\s+)?\Z",
    re.IGNORECASE,
)
# A joint decree of ministers is none where it sets the holidays of a year.
DECREE = re.compile(r"(?:surat\s+)?keputusan\s+bersama|SKB", re.IGNORECASE)
HOLIDAYS = re.compile(r"\b(?:libur\s+nasional|cuti\s+bersama|hari\s+libur)\b", re.IGNORECASE)
# What clubs, players and coaches reach is none: "kesepakatan personal", "kesepakatan lisan".
OF_PLAYERS = re.compile(
    r"(?:kesepakatan|kesepahaman|kontrak)(?:\s+(?!kerja|komersial|sponsor|damai|dagang|perdagangan|gencatan)\w+){0,2}",
    re.IGNORECASE,
)
CLUB_WORDS = re.compile(
    r"\b(?:klub\w*|transfer|pemain\w*|striker|bek|gelandang|kiper|penyerang|pelatih|timnas|liga|musim|gol|skuad|bursa|laga|winger|pe?m?balap|balap\w*|motogp"
    r"|tim|memboyong|merekrut|dipinjamkan|euro|bonus|serie\s+a|premier\s+league|la\s+liga|bundesliga|punggung)\b",
    re.IGNORECASE,
)
CLUB_NEAR = 300  # characters on either side
# A number before a mention: "beberapa " of "beberapa perjanjian, termasuk perjanjian perdagangan bebas".
GENERIC = re.compile(r"\b(?:beberapa|sejumlah|berbagai|banyak)\s+\Z", re.IGNORECASE)
# Behind a mention that only announces others: "beberapa perjanjian|, termasuk| perjanjian perdagangan bebas".
NAMES_THEM = re.compile(r",? (?:termasuk|seperti|yakni|antara lain)\b")
# "PKS" is a palm oil mill in a text that says "pabrik kelapa sawit" and does not name a perjanjian kerja sama.
MILL = re.compile(r"pabrik(?:-pabrik)?(?:\s+pengolahan)?\s+(?:kelapa\s+)?sawit", re.IGNORECASE)
COOPERATION = re.compile(r"perjanjian\s+kerja\s?sama", re.IGNORECASE)
# Between two halves of one name: "Memorandum of Understanding|/|MoU", "Perjanjian Kerja Sama| (|PKS) Tripartit".
SAME_NAME = re.compile(r"\s?/\s?\Z|\s?\(\Z")
# The first of two partners of a treaty that its name joins with a hyphen: "|Indonesia-|European Union CEPA".
FIRST_PARTNER = re.compile(r"(?:Indonesia|RI)\s?[-–‑]\s?\Z")
# What belongs to a name behind it: "PKS| Induk Tahap II|", "Perjanjian Kerja Sama (PKS|) Tripartit|".
QUALIFIER = re.compile(
    r"\)?\s+(?:(?:Bipartit|Tripartit|Bilateral|Trilateral|Multilateral|Induk|Tambahan|Lanjutan)\b"
    r"(?:\s+(?:Tahap|Jilid)\s+[IVX\d]+\b)?|(?:Tahap|Jilid)\s+[IVX\d]+\b)"
)
# From the end of a long form over its short form: "Border Crossing Agreement| (BCA|)".
SHORT_FORM = re.compile(r".{0,3}\(\s*[\w-]+\Z", re.DOTALL)
MILLS = "pantau_agreements.mills"  # in doc.user_data: whether "PKS" means mills there
# Mentions of a text that are looked at, so that no text takes time that grows faster than it: of 2,456 the most had 28.
MOST_MENTIONS = 100
LEAST_LIKELY = 0.25  # how likely an anchor must be to be looked at further; groups are judged again (weighing.py)
# How likely a phrase must be to become an AGR entity, and to stay one that the ner or a rule found.
NEW_ENTITY, LEAST_ENTITY = 0.6, 0.15


class AgreementTagger:
    """Adds AGR entities for named instruments and sets `doc._.agreements`, one for each agreement of the text."""

    def __call__(self, doc: Doc) -> Doc:
        """Find the document's agreements."""
        anchors = self.anchors(doc)
        if anchors:
            likely = judges()["anchor"].probability(anchor_features(anchors), vectors_of(doc, spans_of(anchors)))
            doc._.agreements = with_terms(doc, Weighing(doc, self.mentions(doc, anchors, likely)).agreements())
        else:
            doc._.agreements = []
        return doc

    def anchors(self, doc: Doc) -> list[Anchor]:
        """The phrases that may name an agreement, after the entities that name an instrument are put right."""
        by_ner = frozenset((entity.start, entity.end) for entity in entities_of(doc) if entity.label_ == "AGR")
        entities = self._keep_instruments(doc, list(entities_of(doc)))
        entities = self._add_named(doc, entities)
        entities = self._join_names(doc, entities)
        found = [anchor for anchor in find_anchors(doc, by_ner) if not _is_none(anchor.span)]
        holidays = any(DECREE.match(a.span.text) for a in found) and HOLIDAYS.search(text_of(doc)) is not None
        return [anchor for anchor in found if not (holidays and DECREE.match(anchor.span.text))]

    def mentions(
        self, doc: Doc, anchors: Sequence[Anchor], likely: Sequence[float] | Floats
    ) -> list[InstrumentMention]:
        """The anchors that are likely enough, as mentions of instruments; the surest ones become entities.

        likely  for each anchor how likely it names an agreement, 0 to 1
        """
        doc.user_data[LIKELY] = dict(zip(spans_of(anchors), map(float, likely), strict=True))
        entities = list(entities_of(doc))
        unlikely = {a.span.start for a, p in zip(anchors, likely, strict=True) if a.source == 2 and p < LEAST_ENTITY}
        added = [a.span for a, p in zip(anchors, likely, strict=True) if a.source == 1 and p >= NEW_ENTITY]
        if unlikely or added:
            kept = [e for e in entities if e.label_ != "AGR" or e.start not in unlikely]
            entities = _set(doc, filter_spans([*kept, *added]))
        doc.user_data[SHORT_FORMS] = short_forms_in(doc, entities)
        return self._mentions([a.span for a, p in zip(anchors, likely, strict=True) if p >= LEAST_LIKELY])

    @staticmethod
    def _keep_instruments(doc: Doc, found: list[Span]) -> list[Span]:
        """The entities with instruments' names rid of the parties at their end, and without those that name none."""
        if not any(entity.label_ == "AGR" for entity in found):
            return found
        parties = {entity.text for entity in found if entity.label_ in BODIES}
        entities: list[Span] = []
        changed = False
        for entity in found:
            if entity.label_ == "AGR":
                end = entity.end
                while end > entity.start + 1 and (doc[end - 1].text in parties or doc[end - 1].is_punct):
                    if doc[end - 1].text in (")", "]"):
                        break
                    end -= 1
                changed = changed or end < entity.end
                entity = Span(doc, entity.start, end, label="AGR")
                before = entities[-1] if entities else None
                if before is not None and before.label_ == "ORG" and doc[before.end : entity.start].text == "(":
                    entity, changed = Span(doc, entity.start, end, label="ORG"), True  # "Bank Perahu Nusantara (BPN)"
                elif entity.text in parties or NO_INSTRUMENT.match(entity.text) or _is_mill(entity):
                    changed = True
                    continue
            entities.append(entity)
        return _set(doc, entities) if changed else found

    def _add_named(self, doc: Doc, entities: list[Span]) -> list[Span]:
        """The entities and those instruments that their names alone show."""
        entities = self._add(doc, entities, _named(text_of(doc)))
        # The short form in "Border Crossing Agreement (BCA)" is the same instrument, here and later in the text.
        for entity in [e for e in entities if e.label_ == "AGR"][:MOST_MENTIONS]:
            short = BRACKETED.match(text_of(doc), entity.end_char + 1) or BRACKETED.match(text_of(doc), entity.end_char)
            if short:
                form = re.compile(rf"(?<![\w-]){re.escape(short['short'])}(?![\w-])")
                entities = self._add(doc, entities, form.finditer(text_of(doc), entity.end_char), sure=True)
        return entities

    @staticmethod
    def _join_names(doc: Doc, found: list[Span]) -> list[Span]:
        """The entities, with one made of a name in two halves (SAME_NAME) and of a name with a QUALIFIER behind it."""
        entities: list[Span] = []
        changed = False
        for entity in found:
            if entity.label_ == "AGR":
                end = entity.end
                qualifier = QUALIFIER.match(text_of(doc), entity.end_char)
                if qualifier:
                    span = doc.char_span(entity.start_char, qualifier.end(), label="AGR", alignment_mode="contract")
                    end = span.end if span is not None and {t.ent_type_ for t in span} <= {"AGR", ""} else end
                last = entities[-1] if entities and entities[-1].label_ == "AGR" else None
                gap = SAME_NAME.fullmatch(text_of(doc)[last.end_char : entity.start_char]) if last is not None else None
                if last is not None and gap is not None and ("/" in gap[0] or end > entity.end):
                    entities.pop()
                    entity, changed = Span(doc, last.start, end, label="AGR"), True
                elif end > entity.end:
                    entity, changed = Span(doc, entity.start, end, label="AGR"), True
                start = _partner_start(doc, entity)
                if start < entity.start:
                    while entities and entities[-1].end > start:
                        start = min(start, entities.pop().start)
                    entity, changed = Span(doc, start, entity.end, label="AGR"), True
            entities.append(entity)
        return _set(doc, filter_spans(entities)) if changed else found

    @staticmethod
    def _add(doc: Doc, entities: list[Span], matches: Iterator[re.Match[str]], *, sure: bool = False) -> list[Span]:
        """The entities and the matches that touch none; a match that is `sure`, or SURE, replaces entities inside it."""
        spans = []
        for match in matches:
            span = doc.char_span(match.start(), match.end(), label="AGR", alignment_mode="contract")
            if span is None or not len(span) or _is_mill(span):
                continue
            inside = not any(entity.start < span.start or entity.end > span.end for entity in entities_in(span))
            certain = inside and (sure or SURE.fullmatch(span.text) is not None)
            if certain or not any(token.ent_type for token in span):
                spans.append(span)
        if not spans:
            return entities
        covered = {token for span in spans for token in range(span.start, span.end)}
        kept = [e for e in entities if not covered.intersection(range(e.start, e.end))]
        return _set(doc, filter_spans([*kept, *spans]))

    def _mentions(self, entities: list[Span]) -> Group:
        """The mentions of instruments. A short form in brackets is none by itself, but gives its type to later ones."""
        short_forms: dict[str, str] = {}
        mentions: Group = []
        for i, entity in enumerate(entities):
            kind = agreement_type(entity.text)
            before = entities[i - 1] if i else None
            if before is not None and SHORT_FORM.match(text_of(entity.doc)[before.end_char : entity.end_char]):
                short_forms[entity.text] = agreement_type(before.text)
                continue
            if _is_heading(entity):
                continue
            if kind == "lainnya":
                kind = next((known for short, known in short_forms.items() if short in entity.text.split()), kind)
            mention = self._mention(entity, kind)
            mentions.append(mention)
            mentions += [replace(mention, parties=pair, apart=True) for pair in further_pairs(entity)]
        return mentions

    def _mention(self, entity: Span, kind: str) -> InstrumentMention:
        in_title = entity.end_char <= len(entity.doc._.title)
        return InstrumentMention(
            kind, entity, find_parties(entity, sentence_of(entity)), mention_status(entity), in_title
        )


def _partner_start(doc: Doc, entity: Span) -> int:
    """The token at which a treaty's name begins, with the partner that a hyphen joins to it (FIRST_PARTNER)."""
    if entity.start < 2 or not TREATY.search(entity.text):
        return entity.start
    before = FIRST_PARTNER.search(text_of(doc), max(0, entity.start_char - 14), entity.start_char)
    span = doc.char_span(before.start(), entity.start_char, alignment_mode="contract") if before else None
    return span.start if span is not None and len(span) and span.end <= entity.start else entity.start


def _set(doc: Doc, entities: list[Span]) -> list[Span]:
    """The document's entities after they are set."""
    return list(set_entities(doc, entities))


def _named(text: str) -> Iterator[re.Match[str]]:
    """What NAMED finds in a text."""
    if any(word in text for word in ENGLISH_WORDS):
        return NAMED.finditer(text)
    small = text.lower()
    if not (any(piece in small for piece in PIECES) or any(short in text for short in SHORT)):
        return iter(())
    return matches_at(NAMED_WITHOUT_ENGLISH, text, (begin.start() for begin in BEGINS.finditer(text)))


def _is_none(span: Span) -> bool:
    """Whether a phrase names no agreement between parties, or one that is said not to exist."""
    before = text_of(span.doc)[max(0, span.start_char - 80) : span.start_char]
    if head_of(span.text) == len(HEADS) and not INSTRUMENT.search(span.text):
        return True  # "MADURA", a story's tags or a headline's words, which the ner took for one
    if TESTAMENT.match(span.text) or (span.text in ("PKS", "PKB") and PARTY_BEFORE.search(before)):
        return True
    if OF_PLAYERS.fullmatch(span.text) and _is_sport(span):
        return True
    return NO_INSTRUMENT.match(text_of(span.doc), span.start_char) is not None or NOT_THERE.search(before) is not None


def _is_sport(span: Span) -> bool:
    """Whether a player is signed or sold there: three words of clubs or more stand around."""
    text = text_of(span.doc)
    around = text[max(0, span.start_char - CLUB_NEAR) : span.end_char + CLUB_NEAR]
    return sum(1 for _ in islice(CLUB_WORDS.finditer(around), 3)) == 3


def _is_heading(entity: Span) -> bool:
    """Whether a mention only announces others: "beberapa perjanjian, termasuk perjanjian perdagangan bebas"."""
    text = text_of(entity.doc)
    announced = GENERIC.search(text, max(0, entity.start_char - 12), entity.start_char)
    return announced is not None and NAMES_THEM.match(text, entity.end_char) is not None


def _is_mill(entity: Span) -> bool:
    """Whether "PKS" means palm oil mills in this text."""
    if entity.text != "PKS":
        return False
    known = entity.doc.user_data
    if MILLS not in known:
        text = text_of(entity.doc)
        known[MILLS] = MILL.search(text) is not None and COOPERATION.search(text) is None
    return bool(known[MILLS])


def spans_of(anchors: Sequence[Anchor]) -> list[tuple[int, int]]:
    """The tokens of each anchor."""
    return [(anchor.span.start, anchor.span.end) for anchor in anchors]
