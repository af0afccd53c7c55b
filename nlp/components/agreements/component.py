"""The component `pantau_agreements`: each instrument that a text names, with its parties and what is told of it.

First the entities are put right (which words name an instrument, and where they end), then the mentions of one instrument
are grouped, then each group becomes an Agreement.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from nlp.components.agreements.facts import (
    SIGNED,
    mention_status,
    place_of_signing,
    signatories_in,
    status_and_date,
    subject_of,
)
from nlp.components.agreements.instruments import (
    BRACKETED,
    SHORT_FORMS,
    Group,
    InstrumentMention,
    agreement_type,
    group_mentions,
    short_forms_in,
)
from nlp.components.agreements.parties import BODIES, find_parties, further_pairs, parties_nearby
from nlp.components.agreements.party_names import full_names
from nlp.components.matching import matches_at
from nlp.document import entities_in, forget_entities, index_entities, text_of
from nlp.records import Agreement

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
# What is signed but binds one person or is a plan: "Perjanjian Kinerja", "kontrak kerja", "Sasaran Kinerja".
NO_INSTRUMENT = re.compile(
    r"(?:perjanjian\s+(?:kinerja|kerja(?!\s*(?:sama|bersama)))|sasaran|kontrak\s+kerja)\b", re.IGNORECASE
)
# A number before a mention: "beberapa " of "beberapa perjanjian, termasuk perjanjian perdagangan bebas".
GENERIC = re.compile(r"\b(?:beberapa|sejumlah|berbagai|banyak)\s+\Z", re.IGNORECASE)
# Behind a mention that only announces others: "beberapa perjanjian|, termasuk| perjanjian perdagangan bebas".
NAMES_THEM = re.compile(r",? (?:termasuk|seperti|yakni|antara lain)\b")
# "PKS" is a palm oil mill in a text that says "pabrik kelapa sawit" and does not name a perjanjian kerja sama.
MILL = re.compile(r"pabrik(?:-pabrik)?(?:\s+pengolahan)?\s+(?:kelapa\s+)?sawit", re.IGNORECASE)
COOPERATION = re.compile(r"perjanjian\s+kerja\s?sama", re.IGNORECASE)
# Words of hope. An instrument that is only hoped for, without parties, is none yet: "diharapkan ada nota kesepahaman".
HOPE = re.compile(r"\b(?:ber|di)?harap(?:kan|an\w*)?\b", re.IGNORECASE)
# Between two halves of one name: "Memorandum of Understanding|/|MoU", "Perjanjian Kerja Sama| (|PKS) Tripartit".
SAME_NAME = re.compile(r"\s?/\s?\Z|\s?\(\Z")
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
LONGEST_TEXT = 80  # characters of the name that an Agreement is given


class AgreementTagger:
    """Adds AGR entities for named instruments and sets `doc._.agreements`, one for each instrument of the text."""

    def __call__(self, doc: Doc) -> Doc:
        """Find the document's agreements."""
        entities = self._keep_instruments(doc, list(doc.ents))
        entities = self._add_named(doc, entities)
        entities = self._join_names(doc, entities)
        doc.user_data[SHORT_FORMS] = short_forms_in(doc, entities)
        index_entities(doc, entities)
        mentions = self._mentions([entity for entity in entities if entity.label_ == "AGR"][:MOST_MENTIONS])
        groups = group_mentions(mentions)
        bodies = [entity for entity in entities if entity.label_ in BODIES]
        agreements = [self._agreement(doc, group, _announced(group, groups), bodies) for group in groups]
        doc._.agreements = [a for a, group in zip(agreements, groups, strict=True) if a.parties or not _is_hope(group)]
        forget_entities(doc)
        return doc

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
            entities.append(entity)
        return _set(doc, filter_spans(entities)) if changed else found

    @staticmethod
    def _add(doc: Doc, entities: list[Span], matches: Iterator[re.Match[str]], *, sure: bool = False) -> list[Span]:
        """The entities and the matches that touch none; a match that is `sure`, or SURE, replaces entities inside it."""
        spans = []
        index_entities(doc, entities)
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
        return InstrumentMention(kind, entity, find_parties(entity, entity.sent), mention_status(entity), in_title)

    def _agreement(self, doc: Doc, group: Group, announced: tuple[str, ...], bodies: Sequence[Span]) -> Agreement:
        """The record of a group. `announced`: parties told elsewhere; `bodies`: the bodies and places of the text."""
        best = max(
            group,
            key=lambda d: (bool(d.parties), not d.in_title, d.parties.evidence, d.status == SIGNED, -d.span.start),
        )
        spans = [best.span, *(mention.span for mention in group if mention is not best)]
        status, date = status_and_date(doc, spans, [mention.status for mention in group])
        name = max((d.span.text for d in group if d.type == best.type), key=len, default=best.span.text)
        return Agreement(
            type=best.type,
            text=" ".join((best.span.text if len(name) > LONGEST_TEXT else name).split()),
            parties=full_names(bodies, announced or _parties_of(group, best)),
            subject=next((found for span in spans if (found := subject_of(span))), None),
            date=date,
            place=place_of_signing(spans, signed=status == SIGNED),
            status=status,
            signatories=signatories_in(best.span.sent),
        )


def _set(doc: Doc, entities: list[Span]) -> list[Span]:
    """The document's entities after they are set."""
    forget_entities(doc)
    doc.set_ents(entities)
    return list(doc.ents)


def _named(text: str) -> Iterator[re.Match[str]]:
    """What NAMED finds in a text."""
    if any(word in text for word in ENGLISH_WORDS):
        return NAMED.finditer(text)
    return matches_at(NAMED_WITHOUT_ENGLISH, text, (begin.start() for begin in BEGINS.finditer(text)))


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


def _is_hope(group: Group) -> bool:
    """Whether every mention of an instrument stands behind a word of hope in its sentence."""
    return all(HOPE.search(text_of(m.span.doc), m.span.sent.start_char, m.span.start_char) for m in group)


def _announced(group: Group, groups: list[Group]) -> tuple[str, ...]:
    """The parties told of several instruments of which `group` is one: "A dan B meneken tiga MoU: MoU Kerja Sama P"."""
    if not all(mention.title for mention in group) or any(mention.parties for mention in group):
        return ()
    others = (mention for other in groups if other[0].type == group[0].type for mention in other)
    return next((other.parties.names for other in others if other.parties and not other.title), ())


def _parties_of(group: Group, best: InstrumentMention) -> tuple[str, ...]:
    """The best mention's parties. If these are fewer than two: those of all mentions, else those told near one."""
    if best.parties:
        return best.parties.names
    together = tuple(dict.fromkeys(party for mention in group for party in mention.parties.names))
    if len(together) >= 2:
        return together
    for mention in group:
        nearby = parties_nearby(mention.span)
        if nearby:
            return nearby.names
    return together
