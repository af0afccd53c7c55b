"""The parties of an agreement, read from the sentence that names it."""

from __future__ import annotations

import re

from spacy.tokens import Doc, Span

PARTY_LABELS = frozenset(("ORG", "GPE"))
BETWEEN = re.compile(r"\bantara\s+", re.IGNORECASE)
WITH = re.compile(r"\b(?:dengan|bersama(?:\s+dengan)?)\s+(?:pihak\s+)?$", re.IGNORECASE)
SIGNS = re.compile(
    r"\b(?:menandatangani|meneken|teken|menyepakati|sepakat|menjalin|melakukan|menggelar|melaksanakan|resmi)\b",
    re.IGNORECASE,
)
# Between two parties of one list nothing but this stands.
JOINT = re.compile(
    r"\s*(?:\([^)]{1,80}\)?\)?)?\s*(?:,|dan|serta|dengan|bersama|&|,\s*(?:dan|serta|dengan|bersama)(?:\s+dengan)?|-|–)?\s*"
    r"(?:pihak\s+)?(?:sejumlah\s+)?\Z",
    re.IGNORECASE,
)
DATELINE = re.compile(r"\s*(?:\([^)]{2,30}\)\s*)?[-–—]\s")  # after the place that stands before a story
LOCATIVE = re.compile(r"\b(?:di|ke|dari|kantor|gedung|aula|ruang|wilayah|kawasan|kota|se-)\s*$", re.IGNORECASE)
TOPIC = re.compile(r"\b(?:tentang|terkait|mengenai|dalam rangka|di bidang)\b", re.IGNORECASE)


def find_parties(mention: Span, sentence: Span) -> list[str]:
    """Names of the parties, in the order of the sentence; [] when the sentence names none."""
    doc = mention.doc
    entities = _candidates(sentence, mention)
    after = [e for e in entities if e.start >= mention.end]
    between = BETWEEN.search(doc.text, mention.end_char, sentence.end_char)
    if between is None:
        between = BETWEEN.search(doc.text, sentence.start_char, mention.start_char)
    if between is not None:
        parties = _run([e for e in entities if e.start_char >= between.end()], doc, between.end())
        if len(parties) >= 2:
            return parties
    partners = [
        e for e in after if WITH.search(doc.text[max(mention.end_char, e.start_char - 40) : e.start_char]) is not None
    ]
    before = [e for e in entities if e.end <= mention.start]
    subject = _run_before(before, doc)
    if partners:
        other = _run([e for e in after if e.start >= partners[0].start], doc, partners[0].start_char)
        own = [e for e in after if e.end <= partners[0].start and e.start_char - mention.end_char <= 2]
        return _unique((subject or [party_text(e) for e in own] or _signing_office(sentence, mention)) + other)
    if len(subject) >= 2:
        return subject
    organisations = [e for e in entities if e.label_ == "ORG" and not _is_topic(e, mention, doc)]
    if len(organisations) >= 2:
        return _unique([party_text(e) for e in organisations])
    return _unique(subject or [party_text(e) for e in organisations])


def _candidates(sentence: Span, mention: Span) -> list[Span]:
    doc = sentence.doc
    found = []
    for entity in sentence.ents:
        if entity.label_ not in PARTY_LABELS or _inside_brackets(entity, doc, sentence):
            continue
        before = doc.text[max(sentence.start_char, entity.start_char - 20) : entity.start_char]
        if entity.label_ == "GPE" and DATELINE.match(doc.text, entity.end_char) and not before.strip():
            continue
        if entity.label_ == "GPE" and LOCATIVE.search(before):
            continue
        if entity.label_ == "ORG" and LOCATIVE.search(before):
            continue
        found.append(entity)
    return found


def _signing_office(sentence: Span, mention: Span) -> list[str]:
    """The office that signs, when no body does: "Bupati A menandatangani nota kesepahaman dengan B"."""
    offices = [e for e in sentence.ents if e.label_ == "TITLE" and e.end <= mention.start]
    signs = SIGNS.search(sentence.doc.text, sentence.start_char, mention.start_char)
    before = [e.text for e in offices if signs and e.end_char <= signs.start()]
    return before[-1:]


def _inside_brackets(entity: Span, doc: Doc, sentence: Span) -> bool:
    before = doc.text[sentence.start_char : entity.start_char]
    return before.count("(") > before.count(")")


def _run(entities: list[Span], doc: Doc, start: int) -> list[str]:
    """The unbroken list of parties that begins at the character `start`."""
    parties: list[str] = []
    position = start
    last: Span | None = None
    for entity in entities:
        if entity.start_char < position:
            continue
        gap = doc.text[position : entity.start_char]
        if last is None and len(gap.strip()) > 25:
            break
        if last is not None:
            if not JOINT.match(gap):
                break
            if entity.label_ == "GPE" and re.fullmatch(r"\s*(?:\([^)]*\))?\s*", gap):
                parties[-1] = f"{_strip_long_brackets(parties[-1])} {entity.text}"  # "MLIT (...) Korea Selatan"
                position, last = entity.end_char, entity
                continue
        text = party_text(entity)
        parties.append(text)
        last = entity
        position = entity.end_char
    return _unique(parties)


def _run_before(entities: list[Span], doc: Doc) -> list[str]:
    """The list of parties that is the sentence's subject: the first run of parties before the mention."""
    if not entities:
        return []
    return _run(entities, doc, entities[0].start_char)


def _is_topic(entity: Span, mention: Span, doc: Doc) -> bool:
    return entity.start > mention.end and bool(TOPIC.search(doc.text[mention.end_char : entity.start_char]))


def party_text(entity: Span) -> str:
    """The party as written, with a bracketed abbreviation that follows it directly."""
    text = " ".join(entity.text.split())
    bracket = re.match(r"\s*\(([\w /-]{2,15})\)", entity.doc.text[entity.end_char : entity.end_char + 25])
    if bracket and entity.label_ == "ORG" and "(" not in text and sum(c.isupper() for c in bracket.group(1)) >= 2:
        return f"{text} ({bracket.group(1)})"
    return text


def _strip_long_brackets(text: str) -> str:
    return re.sub(r"\s*\([^)]{16,}\)", "", text)


def _unique(parties: list[str]) -> list[str]:
    return list(dict.fromkeys(parties))


def parties_nearby(mention: Span) -> list[str]:
    """Parties from the title, or from the sentence before, when the mention's own sentence names too few."""
    doc = mention.doc
    ranges = [(0, len(doc._.title))]
    start = mention.sent.start
    if start:
        previous = doc[start - 1].sent
        ranges.append((previous.start_char, previous.end_char))
    for begin, end in ranges:
        entities = [e for e in doc.ents if e.label_ in PARTY_LABELS and begin <= e.start_char and e.end_char <= end]
        for i in range(len(entities)):
            parties = _run(entities[i:], doc, entities[i].start_char)
            if len(parties) >= 2:
                return parties
    return []
