"""Agreements: type, parties, subject, date, place, status and signatories of each instrument that a text names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from nlp.components.agreements_facts import SIGNED, mention_status, place, signatories, status_and_date, subject
from nlp.components.parties import Evidence, Parties, find_parties, full_names, further_pairs, parties_nearby
from nlp.document import register_extensions
from nlp.records import Agreement

# Names of instruments that are agreements wherever they stand; the ner finds further ones.
NAMED = re.compile(
    r"\b(?:(?i:nota\s+kesepahaman(?:\s+bersama)?|nota\s+kesepakatan|kesepahaman\s+bersama|memorandum\s+of\s+understanding"
    r"|memorandum\s+saling\s+pengertian|perjanjian\s+kerja\s?sama|letters?\s+of\s+intent"
    r"|surat\s+(?:perjanjian|edaran\s+bersama|keputusan\s+bersama)"
    r"|kesepakatan\s+(?:damai|tertulis|komersial|gencatan\s+senjata|kerja\s?sama)"
    r"|perjanjian\s+(?:gencatan\s+senjata|pinjaman|tertulis|kerangka\s+kerja|perdagangan\s+(?:bebas|resiprokal)"
    r"|kemitraan\s+ekonomi\s+komprehensif))"
    r"|MoU|MOU|LoI|PKS(?=\s+(?:antara|dengan|tersebut|tentang|ini|itu|yang|tripartit))"
    r"|(?:[A-Z][\w–/&-]*\s+(?:(?:and|of|on|for|&)\s+)?){1,6}(?:Agreement|Arrangement|Treaty)(?:\s+on(?:\s+[A-Z]\w+)+)?"
    r"|(?:[A-Z]{2,}[–-])?(?:CEPA|FTA|RCEP))\b"
)
# These are agreements whatever the ner saw in them.
SURE = re.compile(
    r"(?i:nota\s+kesepahaman|nota\s+kesepakatan|memorandum\s+of\s+understanding|letters?\s+of\s+intent|mou|loi)"
    r"|(?:[A-Z]\w+\s+){1,3}Agreement"
)
# What is signed here binds one person or is a plan: "Perjanjian Kinerja", an employment contract, a target.
NO_INSTRUMENT = re.compile(
    r"(?:perjanjian\s+(?:kinerja|kerja(?!\s*(?:sama|bersama)))|sasaran|kontrak\s+kerja)\b", re.IGNORECASE
)
TYPES = (
    ("LoI", re.compile(r"letters? of intent|\bloi\b|surat (?:pernyataan )?minat", re.I)),
    ("MoU", re.compile(r"nota kesepahaman|\bmou\b|memorandum|\bmsp\b|\bnk\b", re.I)),
    ("PKS", re.compile(r"perjanjian kerja ?sama|\bpks\b|cooperation agreement|implementing arrangement", re.I)),
    (
        "perjanjian",
        re.compile(r"perjanjian|agreement|treaty|kontrak|traktat|konvensi|pakta|\b(?:cepa|fta|art|rcep|defa)\b", re.I),
    ),
    ("kesepakatan", re.compile(r"kesepakatan|kesepahaman|persetujuan|arrangement|framework", re.I)),
)
INSTRUMENTS = ("MoU", "PKS", "LoI")  # formal instruments; "kesepakatan" beside them is mostly another word for them
PARTY_WORDS = frozenset(
    "pt tbk persero ri menteri kementerian gubernur pemerintah provinsi pemprov bupati pemkab kabupaten wali kota walikota pemkot kepala badan".split()
)
BARE = re.compile(r"perjanjian|kesepakatan|persetujuan|kontrak", re.IGNORECASE)  # "Perjanjian itu": the one just named
GENERIC = re.compile(
    r"\b(?:beberapa|sejumlah|berbagai|banyak)\s+\Z", re.IGNORECASE
)  # ..., named one by one after "termasuk"
# One name: "Memorandum of Understanding/MoU", "Perjanjian Kerja Sama (PKS) Tripartit", "PKS Induk Tahap II".
SAME_NAME = re.compile(r"\s?/\s?\Z|\s?\(\Z")
QUALIFIER = re.compile(
    r"\)?\s+(?:(?:Bipartit|Tripartit|Bilateral|Trilateral|Multilateral|Induk|Tambahan|Lanjutan)\b"
    r"(?:\s+(?:Tahap|Jilid)\s+[IVX\d]+\b)?|(?:Tahap|Jilid)\s+[IVX\d]+\b)"
)
# "MoU Kerja Sama Penangkapan Karbon", "PKS tentang Data Kependudukan": what this one is about, in capitals.
TITLED = re.compile(r"\s+(?:tentang\s+)?(?P<title>[A-Z]\w+(?:\s+(?:dan\s+)?[A-Z]\w+)+)")
BRACKETED = re.compile(r"\((?P<short>[A-Z][\w-]{1,14}(?: [A-Z]\w+)?)\)")
FURTHER = re.compile(
    r"\b(?:juga|turut)\s+(?:\w+\s+){0,2}(?:menandatangani|meneken|penandatanganan|menyepakati|menjalin)", re.IGNORECASE
)
SHORT_FORMS = "pantau_agreements.short_forms"  # in doc.user_data
SHORT_FORM = re.compile(r".{0,3}\(\s*[\w-]+\Z", re.DOTALL)  # after the long form: "(BCA"


@dataclass
class _Draft:
    """One mention of an instrument with what its sentence says."""

    type: str
    span: Span
    parties: Parties
    status: str | None
    in_title: bool
    apart: bool = False  # one more instrument of the same mention

    @property
    def title(self) -> str:
        """What stands in capitals behind the mention, outside the headline: "MoU Kerja Sama Penangkapan Karbon"."""
        found = None if self.in_title else TITLED.match(self.span.doc.text, self.span.end_char)
        return " ".join(found["title"].split()) if found else ""


@Language.factory("pantau_agreements")
def make_agreements(nlp: Language, name: str) -> AgreementTagger:
    """Build the component."""
    return AgreementTagger(name)


class AgreementTagger:
    """Adds AGR entities for named instruments and sets `doc._.agreements`, one for each instrument of the text."""

    def __init__(self, name: str = "pantau_agreements") -> None:
        register_extensions()
        self.name = name

    def __call__(self, doc: Doc) -> Doc:
        """Find the document's agreements."""
        self._keep_instruments(doc)
        self._add_named(doc)
        self._join_names(doc)
        doc.user_data[SHORT_FORMS] = short_forms_in(doc)
        drafts = self._drafts([entity for entity in doc.ents if entity.label_ == "AGR"])
        groups = _instruments(drafts)
        doc._.agreements = [self._agreement(doc, group, _announced(group, groups)) for group in groups]
        return doc

    @staticmethod
    def _keep_instruments(doc: Doc) -> None:
        """Cut parties off the end of instruments' names, and drop what names none."""
        parties = {entity.text for entity in doc.ents if entity.label_ in ("ORG", "GPE")}
        entities: list[Span] = []
        changed = False
        for entity in doc.ents:
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
                elif entity.text in parties or NO_INSTRUMENT.match(entity.text):
                    changed = True
                    continue
            entities.append(entity)
        if changed:
            doc.set_ents(entities)

    def _add_named(self, doc: Doc) -> None:
        self._add(doc, NAMED.finditer(doc.text))
        # "Border Crossing Agreement (BCA)": what the brackets say is the same instrument, here and later.
        for entity in [e for e in doc.ents if e.label_ == "AGR"]:
            short = BRACKETED.match(doc.text, entity.end_char + 1) or BRACKETED.match(doc.text, entity.end_char)
            if short:
                form = re.compile(rf"(?<![\w-]){re.escape(short['short'])}(?![\w-])")
                self._add(doc, form.finditer(doc.text, entity.end_char), sure=True)

    @staticmethod
    def _join_names(doc: Doc) -> None:
        """Make one mention of a name with a slash or with a qualifier behind it."""
        entities: list[Span] = []
        changed = False
        for entity in doc.ents:
            if entity.label_ == "AGR":
                end = entity.end
                qualifier = QUALIFIER.match(doc.text, entity.end_char)
                if qualifier:
                    span = doc.char_span(entity.start_char, qualifier.end(), label="AGR", alignment_mode="contract")
                    end = span.end if span is not None and {t.ent_type_ for t in span} <= {"AGR", ""} else end
                last = entities[-1] if entities and entities[-1].label_ == "AGR" else None
                gap = SAME_NAME.fullmatch(doc.text[last.end_char : entity.start_char]) if last is not None else None
                if last is not None and gap is not None and ("/" in gap[0] or end > entity.end):
                    entities.pop()
                    entity, changed = Span(doc, last.start, end, label="AGR"), True
                elif end > entity.end:
                    entity, changed = Span(doc, entity.start, end, label="AGR"), True
            entities.append(entity)
        if changed:
            doc.set_ents(filter_spans(entities))

    @staticmethod
    def _add(doc: Doc, matches: Iterator[re.Match[str]], *, sure: bool = False) -> None:
        spans = []
        for match in matches:
            span = doc.char_span(match.start(), match.end(), label="AGR", alignment_mode="contract")
            if span is None or not len(span):
                continue
            inside = not any(entity.start < span.start or entity.end > span.end for entity in span.ents)
            certain = inside and (sure or SURE.fullmatch(span.text) is not None)
            if certain or not any(token.ent_type for token in span):
                spans.append(span)
        if spans:
            covered = {token for span in spans for token in range(span.start, span.end)}
            kept = [e for e in doc.ents if not covered.intersection(range(e.start, e.end))]
            doc.set_ents(filter_spans([*kept, *spans]))

    def _drafts(self, entities: list[Span]) -> list[_Draft]:
        """One for each mention; a bracketed short form ("Border Crossing Agreement (BCA)") takes the long form's type."""
        short_forms: dict[str, str] = {}
        drafts: list[_Draft] = []
        for i, entity in enumerate(entities):
            kind = agreement_type(entity.text)
            before = entities[i - 1] if i else None
            if before is not None and SHORT_FORM.match(entity.doc.text[before.end_char : entity.end_char]):
                short_forms[entity.text] = agreement_type(before.text)
                continue
            if _is_heading(entity):
                continue
            if kind == "lainnya":
                kind = next((known for short, known in short_forms.items() if short in entity.text.split()), kind)
            draft = self._draft(entity, kind)
            drafts.append(draft)
            drafts += [replace(draft, parties=pair, apart=True) for pair in further_pairs(entity)]
        return drafts

    def _draft(self, entity: Span, kind: str) -> _Draft:
        in_title = entity.end_char <= len(entity.doc._.title)
        return _Draft(kind, entity, find_parties(entity, entity.sent), mention_status(entity), in_title)

    def _agreement(self, doc: Doc, group: list[_Draft], announced: tuple[str, ...]) -> Agreement:
        best = max(
            group,
            key=lambda d: (bool(d.parties), not d.in_title, d.parties.evidence, d.status == SIGNED, -d.span.start),
        )
        spans = [best.span, *(draft.span for draft in group if draft is not best)]
        status, date = status_and_date(doc, spans, [draft.status for draft in group])
        name = max((d.span.text for d in group if d.type == best.type), key=len, default=best.span.text)
        return Agreement(
            type=best.type,
            text=" ".join((best.span.text if len(name) > 80 else name).split()),
            parties=full_names(doc, announced or _parties(group, best)),
            subject=next((found for span in spans if (found := subject(span))), None),
            date=date,
            place=place(spans, signed=status == SIGNED),
            status=status,
            signatories=signatories(best.span.sent),
            start=best.span.start_char,
            end=best.span.end_char,
        )


def _is_heading(entity: Span) -> bool:
    """Whether the mention only announces those that follow: "beberapa perjanjian, termasuk perjanjian perdagangan bebas"."""
    text = entity.doc.text
    announced = GENERIC.search(text, max(0, entity.start_char - 12), entity.start_char)
    return (
        announced is not None
        and re.match(r",? (?:termasuk|seperti|yakni|antara lain)\b", text[entity.end_char :]) is not None
    )


def agreement_type(text: str) -> str:
    """One of nlp.records.AGREEMENT_TYPES for the phrase that names an instrument."""
    folded = " ".join(text.split())
    if re.search(r"nota kesepakatan", folded, re.I):
        return "kesepakatan"
    return next((name for name, pattern in TYPES if pattern.search(folded)), "lainnya")


def _instruments(drafts: list[_Draft]) -> list[list[_Draft]]:
    """Mentions grouped by instrument: the same type with no contradicting parties is the same instrument."""
    groups: list[list[_Draft]] = []
    for draft in drafts:
        home = None
        for group in groups:
            if group[0].type != draft.type or draft.apart:
                continue
            known, own = _named(group), _named([draft])
            clash = len(known) >= 2 and len(own) >= 2 and (not known & own or (not own <= known and _is_further(draft)))
            titles = {title for other in group if (title := other.title)}
            if draft.title and titles and draft.title not in titles:
                continue
            if not clash or draft.in_title or all(other.in_title for other in group):
                home = group
                break
        if home is None:
            groups.append([draft])
        else:
            home.append(draft)
    formal = [group for group in groups if group[0].type in INSTRUMENTS]
    if len(formal) == 1 and not any(draft.parties for draft in formal[0]):
        # "... menandatangani kesepahaman bersama dengan X. Penandatanganan MoU itu ...": one and the same.
        for group in [g for g in groups if g[0].type == "kesepakatan" and g[0].span.text.islower()]:
            formal[0] += [replace(draft, type=formal[0][0].type) for draft in group]
            groups.remove(group)
    if formal:
        titled = [g for g in groups if g[0].type == "perjanjian" and not all(BARE.fullmatch(d.span.text) for d in g)]
        groups = [g for g in groups if g in formal or g in titled or _is_another(g, formal)]
    return [group for group in groups if not _is_paraphrase(group, groups)]


def _is_further(draft: _Draft) -> bool:
    """Whether its sentence signs one more: "A juga menandatangani nota kesepahaman dengan C"."""
    sentence = draft.span.sent
    lead = sentence.doc.text[sentence.start_char : draft.span.start_char]
    return draft.parties.evidence >= Evidence.WITH and FURTHER.search(lead) is not None


def _key(party: str, short_forms: Mapping[str, str]) -> str:
    """What an office and its body have in common: "Menteri ESDM" and "Kementerian ESDM" are one party."""
    words = re.findall(r"\w+", re.sub(r"\([^)]*\)", "", party).casefold())
    key = " ".join(word for word in words if word not in PARTY_WORDS) or " ".join(words)
    return short_forms.get(key, key)


def short_forms_in(doc: Doc) -> dict[str, str]:
    """Key of every bracketed short form of a name -> the key of the name: "Badan Gizi Nasional (BGN)"."""
    found: dict[str, str] = {}
    for match in BRACKETED.finditer(doc.text):
        span = doc.char_span(*match.span("short"), alignment_mode="expand")
        before = next((e for e in doc.ents if span is not None and e.end == span.start - 1), None)
        within = next((e for e in doc.ents if span is not None and e.start < span.start and span.end < e.end), None)
        name = before.text if before is not None else within.text.split("(")[0] if within is not None else ""
        if name:
            found[_key(match["short"], {})] = _key(name, {})
    return found


def _named(group: list[_Draft]) -> set[str]:
    return {_key(party, draft.span.doc.user_data[SHORT_FORMS]) for draft in group for party in draft.parties.names}


def _is_another(group: list[_Draft], formal: list[list[_Draft]]) -> bool:
    """Whether a "kesepakatan" beside a formal instrument is one of its own: it has parties, and other ones."""
    own = _named(group)
    others = {party for other in formal for party in _named(other)}
    return len(own) >= 2 and not own <= others


def _is_paraphrase(group: list[_Draft], groups: list[list[_Draft]]) -> bool:
    """Whether a "perjanjian kerja sama" in small letters is another word for a contract that the text names by its title."""
    if group[0].type != "PKS" or any(draft.span.text != draft.span.text.lower() for draft in group):
        return False
    titled = (g for g in groups if g[0].type == "perjanjian" and any(d.span.text[:1].isupper() for d in g))
    return any(other[0].span.start < group[0].span.start for other in titled)


def _announced(group: list[_Draft], groups: list[list[_Draft]]) -> tuple[str, ...]:
    """The parties of the instruments of which `group` is one: "A dan B menandatangani tiga MoU: MoU Kerja Sama Karbon"."""
    if not all(draft.title for draft in group) or any(draft.parties for draft in group):
        return ()
    others = (draft for other in groups if other[0].type == group[0].type for draft in other)
    return next((other.parties.names for other in others if other.parties and not other.title), ())


def _parties(group: list[_Draft], best: _Draft) -> tuple[str, ...]:
    """The best mention's parties; those of all mentions, the title or the sentence before when these are too few."""
    if best.parties:
        return best.parties.names
    together = tuple(dict.fromkeys(party for draft in group for party in draft.parties.names))
    if len(together) >= 2:
        return together
    for draft in group:
        nearby = parties_nearby(draft.span)
        if nearby:
            return nearby.names
    return together
