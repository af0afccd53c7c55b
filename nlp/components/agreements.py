"""Agreements: type, parties, subject, date, place, status and signatories of each instrument that a text names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from nlp.components.dates import find_dates
from nlp.components.parties import find_parties, parties_nearby
from nlp.document import register_extensions
from nlp.records import Agreement

# Names of instruments that are agreements wherever they stand; the ner finds further ones.
NAMED = re.compile(
    r"\b(?:nota\s+kesepahaman(?:\s+bersama)?|memorandum\s+of\s+understanding|memorandum\s+saling\s+pengertian|MoU|MOU"
    r"|perjanjian\s+kerja\s?sama|PKS(?=\s+(?:antara|dengan|tersebut|tentang|ini|itu|yang|tripartit))|letters?\s+of\s+intent|LoI"
    r"|nota\s+kesepakatan|cooperation\s+agreement|implementing\s+arrangement)\b(?:\s*\((?:MoU|MOU|PKS|LoI|NK|MSP)\))?",
    re.IGNORECASE,
)
TYPES = (
    ("LoI", re.compile(r"letters? of intent|\bloi\b|surat (?:pernyataan )?minat", re.I)),
    ("MoU", re.compile(r"nota kesepahaman|\bmou\b|memorandum|\bmsp\b|\bnk\b|kesepahaman bersama", re.I)),
    ("PKS", re.compile(r"perjanjian kerja ?sama|\bpks\b|cooperation agreement|implementing arrangement", re.I)),
    (
        "perjanjian",
        re.compile(r"perjanjian|agreement|treaty|kontrak|traktat|konvensi|pakta|\b(?:cepa|fta|art)\b", re.I),
    ),
    ("kesepakatan", re.compile(r"kesepakatan|persetujuan", re.I)),
)
INSTRUMENTS = ("MoU", "PKS", "LoI")  # formal instruments; "kesepakatan" beside them is mostly another word for them
STATUSES = (
    ("direncanakan", re.compile(r"\b(?:akan|bakal|berencana|rencana\w*|segera|nantinya|ke depan|menjajaki|penjajakan)\b", re.I)),
    ("dibahas", re.compile(r"\b(?:membahas|dibahas|pembahasan|perundingan|negosiasi|merundingkan|draf\w*|usul\w*)\b", re.I)),
    ("berlaku", re.compile(r"\b(?:berdasarkan|sesuai|merujuk|mengacu|berlaku|tindak lanjut|menindaklanjuti|implementasi|sudah ada|perpanjangan)\b", re.I)),
)  # fmt: skip
SIGNED = re.compile(
    r"\b(?:menandatangani|ditandatangani\w*|penandatanganan\w*|tanda ?tangani|teken|meneken|diteken|menyepakati|disepakati"
    r"|sepakat|menjalin|signed)\b",
    re.IGNORECASE,
)
# "... Nota Kesepahaman antara A dan B yang telah disepakati": said of the instrument itself, whatever else is planned.
DONE = re.compile(
    r"[^.;]{0,200}?\byang\s+(?:telah|sudah)\s+(?:resmi\s+)?(?:disepakati|ditandatangani|diteken|dijalin|disahkan)",
    re.IGNORECASE,
)
# "kerja sama dalam pengembangan X sebagai tindak lanjut dari Nota Kesepahaman": the subject stands before.
SUBJECT_BEFORE = re.compile(
    r"kerja\s?sama\s+(?:dalam|di bidang|tentang|terkait|mengenai|untuk)\s+(?P<subject>[^.;\n\"“”]{5,200}?)\s*,?\s+"
    r"(?:sebagai\s+)?(?:tindak lanjut|kelanjutan|implementasi|pelaksanaan|perwujudan)\s+(?:dari\s+)?\Z",
    re.IGNORECASE,
)
SUBJECT = re.compile(
    r"\s*(?:\([^)]{1,30}\)\s*)?(?:,\s*)?(?:(?:ini|tersebut|itu)\s+)?"
    r"(?:\b(?:tentang|terkait(?: dengan)?|mengenai|perihal|di bidang|dalam rangka|dalam hal|untuk|soal|guna|dalam)\b)\s+"
    r"(?P<subject>[^.;\n\"“”]{5,220})",
    re.IGNORECASE,
)
SUBJECT_LATER = re.compile(
    r"\b(?:tentang|terkait|mengenai|perihal|di bidang|dalam rangka|dalam)\s+(?P<subject>[^.;\n\"“”]{5,220})",
    re.IGNORECASE,
)
SUBJECT_END = re.compile(
    r",?\s+(?:yang (?:telah|akan|ditandatangani|disepakati|dilakukan|berlangsung)|di (?=[A-Z])|pada (?:hari|tanggal|bulan|saat"
    r"|senin|selasa|rabu|kamis|jum|sabtu|minggu)|bersama (?=[A-Z])|dengan (?=[A-Z])|antara )|\s*\(\d|,\s+(?:senin|selasa|rabu|kamis"
    r"|jumat|jum'at|sabtu|minggu)\b",
    re.IGNORECASE,
)
AT_PLACE = re.compile(r"\b(?:di|bertempat di|berlangsung di)\s+$", re.IGNORECASE)


@dataclass
class _Draft:
    """One mention of an instrument with what its sentence says."""

    type: str
    span: Span
    parties: list[str]
    status: str
    signed: bool


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
        self._add_named(doc)
        drafts = [self._draft(entity) for entity in doc.ents if entity.label_ == "AGR"]
        doc._.agreements = [self._agreement(doc, group) for group in _instruments(drafts)]
        return doc

    def _add_named(self, doc: Doc) -> None:
        spans = []
        for match in NAMED.finditer(doc.text):
            span = doc.char_span(match.start(), match.end(), label="AGR", alignment_mode="contract")
            if span is not None and not any(token.ent_type for token in span):
                spans.append(span)
        if spans:
            doc.set_ents(filter_spans([*doc.ents, *spans]))

    def _draft(self, entity: Span) -> _Draft:
        sentence = entity.sent
        text = sentence.text
        status = "dibahas"
        signed = bool(SIGNED.search(text))
        done = DONE.match(entity.doc.text, entity.end_char, sentence.end_char) is not None
        for name, pattern in STATUSES:
            if pattern.search(text):
                status = name
                break
        else:
            status = "ditandatangani" if signed else status
        if done or (signed and status == "berlaku"):
            status = "ditandatangani"
        return _Draft(agreement_type(entity.text), entity, find_parties(entity, sentence), status, signed)

    def _agreement(self, doc: Doc, group: list[_Draft]) -> Agreement:
        best = max(group, key=lambda d: (len(d.parties) >= 2, d.signed, d.status == "ditandatangani", -d.span.start))
        status = best.status
        if any(d.status == "ditandatangani" for d in group):
            status = "ditandatangani"
        name = max((d.span.text for d in group if d.type == best.type), key=len, default=best.span.text)
        sentence = best.span.sent
        return Agreement(
            type=best.type,
            text=" ".join((best.span.text if len(name) > 80 else name).split()),
            parties=tuple(_parties(group, best)),
            subject=next((s for d in [best, *group] if (s := _subject(d.span))), None),
            date=_date(doc, group) if status in ("ditandatangani", "berlaku") else None,
            place=_place(sentence),
            status=status,
            signatories=_signatories(sentence),
            start=best.span.start_char,
            end=best.span.end_char,
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
            if group[0].type != draft.type:
                continue
            known = {party for other in group for party in other.parties}
            clash = len(known) >= 2 and len(draft.parties) >= 2 and not known.intersection(draft.parties)
            if not clash:
                home = group
                break
        if home is None:
            groups.append([draft])
        else:
            home.append(draft)
    formal = [group for group in groups if group[0].type in INSTRUMENTS]
    if formal:
        groups = [g for g in groups if g in formal or g[0].type == "perjanjian" or _is_another(g, formal)]
    return groups


def _is_another(group: list[_Draft], formal: list[list[_Draft]]) -> bool:
    """Whether a "kesepakatan" beside a formal instrument is one of its own: it has parties, and other ones."""
    own = {party for draft in group for party in draft.parties}
    others = {party for other in formal for draft in other for party in draft.parties}
    return len(own) >= 2 and not own <= others


def _parties(group: list[_Draft], best: _Draft) -> list[str]:
    """The best mention's parties; those of all mentions, the title or the sentence before when these are too few."""
    if len(best.parties) >= 2:
        return best.parties
    together = list(dict.fromkeys(party for draft in group for party in draft.parties))
    if len(together) >= 2:
        return together
    for draft in group:
        nearby = parties_nearby(draft.span)
        if nearby:
            return nearby
    return together


def _subject(span: Span) -> str | None:
    doc, sentence = span.doc, span.sent
    end = sentence.end_char
    rest = doc.text[span.end_char : end]
    lead = doc.text[sentence.start_char : span.start_char]
    match = SUBJECT.match(rest) or SUBJECT_BEFORE.search(lead) or SUBJECT_LATER.search(rest)
    if match is None:
        return None
    text = match["subject"]
    stop = SUBJECT_END.search(text)
    text = " ".join((text[: stop.start()] if stop else text).split()).strip(" ,.-–")
    return text if len(text) > 4 else None


def _date(doc: Doc, group: list[_Draft]) -> str | None:
    """The date that stands nearest to a mention, in its sentence; signed ones first."""
    for draft in sorted(group, key=lambda d: not d.signed):
        sentence = draft.span.sent
        dates = find_dates(sentence.text, doc._.published_at)
        if dates:
            middle = draft.span.start_char - sentence.start_char
            # "yang telah disepakati ... bulan Oktober": what follows the instrument dates it better than what precedes.
            after = [d for d in dates if d[0] >= middle]
            full = [d for d in (after or dates) if len(d[2]) >= 7]
            return (full or after or dates)[0][2]
    return None


def _place(sentence: Span) -> str | None:
    entities = [e for e in sentence.ents if e.label_ in ("LOC", "GPE")]
    for i, entity in enumerate(entities):
        if AT_PLACE.search(sentence.doc.text[max(0, entity.start_char - 20) : entity.start_char]):
            parts = [entity.text]
            for following in entities[i + 1 :]:
                between = sentence.doc.text[entity.end_char : following.start_char]
                if between.strip(" ") != ",":
                    break
                parts.append(following.text)
                entity = following
            return ", ".join(" ".join(part.split()) for part in parts)
    return None


def _signatories(sentence: Span) -> tuple[str, ...]:
    if not re.search(
        r"\bditandatangani\b.{0,40}\boleh\b|\bpenandatanganan\b.{0,60}\boleh\b", sentence.text, re.I | re.S
    ):
        return ()
    return tuple(dict.fromkeys(e.text for e in sentence.ents if e.label_ == "PER"))
