"""The parties of an agreement: who signs with whom, read from the sentence that names it or from one near it.

Bodies and regions come first. If a sentence names none, posts stand for them: "Wali Kota X menandatangani nota
kesepahaman dengan Gubernur Y". "Kedua negara" stands for the two countries that the text named last.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from spacy.tokens import Doc, Span

from nlp.components.agreements.party_names import is_of_dateline, party_text, union_name, unique
from nlp.document import entities_in, sentence_at, sentence_of, sentences_of, text_in, text_of

BODIES = frozenset(("ORG", "GPE"))
BODIES_AND_POSTS = frozenset(("ORG", "GPE", "TITLE"))
# Before the first of the parties: "MoU |antara |A dan B".
BETWEEN = re.compile(r"\b(?:antara\s+)+(?:pihak\s+)?", re.IGNORECASE)
# Before the partner: "A meneken MoU |dengan |B".
WITH = re.compile(r"\b(?:dengan|bersama(?:\s+dengan)?|bareng|menggandeng|kepada|with)\s+(?:pihak\s+)?\Z", re.IGNORECASE)
# A sentence that signs or is about signing: "menandatangani", "sepakat", "perundingan".
SIGNS = re.compile(
    r"\b(?:menandatangani|tanda\s?tangani|penandatanganan|ditandatangani|meneken|diteken|teken|menyepakati|sepakat|menjalin|jalin|melakukan|menggelar|melaksanakan|resmi"
    r"|kesepakatan|perjanjian|gencatan senjata|perundingan|negosiasi)\b",
    re.IGNORECASE,
)
# The only words, besides names and brackets, between two parties of one list: "A |dan| B", "A |bersama dengan| B".
JOINT = re.compile(r"(?:dan|serta|dengan|bersama|bersama dengan|serta dengan|&|-|–|pihak| |sejumlah)*\Z", re.IGNORECASE)
# Behind the place at the head of a story: "JAKARTA| (ANTARA) - |".
DATELINE = re.compile(r"\s*(?:\([^)]{2,30}\)\s*)?[-–—]\s")
# Words before a name that tells where, or whose, rather than who signs: "|di |Jakarta", "|kantor |X".
LOCATIVE = re.compile(
    r"\b(?:di|ke|dari|kantor|gedung|aula|ruang|wilayah|kawasan|kota|se-|milik|terhadap|oleh pemerintah|warga)\s*\Z",
    re.IGNORECASE,
)
# Words before one who stands by, reports or helps, and is no party: "|disaksikan oleh |X", "|dikutip dari |Y".
BYSTANDER = re.compile(
    r"\b(?:disaksikan|difasilitasi|dimediasi|dihadiri|didampingi|selain|dilansir|dikutip|mengutip|melansir|menurut|melalui|didukung|diinisiasi)"
    r"(?:\s+(?:oleh|dengan|bersama|langsung|dari|pejabat|perwakilan|media|kantor berita|jajaran))*\s*\Z",
    re.IGNORECASE,
)
# A number of partners that the next sentence lists: "... |dengan empat |perusahaan. |Keempatnya yaitu |A, B, C, dan D".
WITH_SOME = re.compile(
    r"\b(?:dengan|bersama|kepada)\s+(?:\d+|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh)\s"
)
THEY_ARE = re.compile(
    r"\s*(?:Mereka|Ke(?:dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh)nya)\s+(?:yaitu|yakni|adalah|ialah|terdiri)\s"
)
# A number before a mention: "|dua |nota kesepahaman", "|3 dokumen |kerja sama".
COUNTED = re.compile(
    r"\b(?:\d+|dua|tiga|empat|lima|enam|sejumlah|beberapa)\s+(?:buah\s+|naskah\s+|dokumen\s+)?\Z", re.IGNORECASE
)
# Words that add a mention to an instrument: "MoU antara A dan B |serta sejumlah |perjanjian kerja sama".
ADDED = re.compile(
    r"\b(?:serta|dan|juga)\s+(?:(?:sejumlah|beberapa|berbagai|\d+|satu|dua|tiga|empat|lima)\s+)?\Z", re.IGNORECASE
)
# Before the next pair of parties: "... antara A dan B |serta antara |C dan D".
NEXT_PAIR = re.compile(r"\b(?:serta|dan|kemudian|,)\s+(?P<between>(?:antara\s+)?)", re.IGNORECASE)
# Words behind a mention that lead on to its subject, so that bodies behind them are no parties.
TOPIC = re.compile(r"\b(?:tentang|terkait|mengenai|di bidang|untuk)\b", re.IGNORECASE)
# What a treaty's name ends with, and one that joins two partners: "|Indonesia|-|European Union| CEPA".
TREATY = re.compile(r"\b(?:CEPA|FTA|Comprehensive|Free Trade|Preferential|Economic Partnership|Trade Agreement)\b")
PARTNERS = re.compile(
    r"\b(?P<one>Indonesia|RI)\s?[-–‑]\s?(?P<other>[A-Z]\w+(?: (?!Comprehensive|Free|Preferential|Economic P)[A-Z]\w+){0,3}?)"
    r" (?:CEPA|FTA|Comprehensive|Free Trade|Preferential|Economic Partnership|Trade Agreement)\b"
)
# Words that stand for two parties: "kedua negara", "kedua belah pihak".
BOTH = re.compile(
    r"\bkedua\s+(?P<kind>belah\s+pihak|negara|pihak|lembaga|instansi|institusi|kementerian|perusahaan)\b", re.IGNORECASE
)
# How bodies of the kind that "kedua ..." names begin.
KINDS_OF_BODY = {"kementerian": re.compile(r"Kemen"), "perusahaan": re.compile(r"PT\b|Bank\b|Perum|Grup|Group")}
# Posts whose holder can sign for a body; a spokesman cannot.
SIGNING_POSTS = re.compile(
    r"(?:Plt\.?|Pj\.?)?\s*(?:Menteri|Men\w+|Wali ?[Kk]ota|Gubernur|Bupati|Kepala|Ketua|Kapol\w+|Panglima|Jaksa Agung|Rektor|Direktur|Dirut|Presiden|CEO)\b"
)
NEAREST = 100  # sentences on either side in which parties are looked for
LONG_BRACKET = re.compile(r"\s*\([^)]{16,}\)")  # more than a short form: " (Ministry of Land and Infrastructure)"
BRACKET = re.compile(r"\([^)]*\)?\)?")


class Evidence(IntEnum):
    """How plainly a text names the parties; more is better."""

    NONE = 0
    NEARBY = 1  # a list of bodies in the title or a sentence near by
    MENTIONED = 2  # a list of bodies elsewhere in the agreement's sentence
    SUBJECT = 3  # "A dan B menandatangani ..."
    WITH = 4  # "A menandatangani ... dengan B"
    BETWEEN = 5  # "... antara A dan B"


@dataclass(frozen=True, slots=True)
class Parties:
    """Names in the order of the text, and how plainly they stand there."""

    names: tuple[str, ...] = ()
    evidence: Evidence = Evidence.NONE

    def __bool__(self) -> bool:
        """Whether there are two of them or more."""
        return len(self.names) >= 2


def find_parties(mention: Span, sentence: Span) -> Parties:
    """The parties that the mention's own sentence names; posts count only if bodies and regions do not make two."""
    partners = PARTNERS.search(" ".join(text_in(mention).split()))
    if partners is not None:
        other = union_name(partners["other"], text_of(mention.doc))
        return Parties((partners["one"], other), Evidence.BETWEEN)
    if _is_added(mention, sentence):
        return Parties()
    bodies = _parties(mention, sentence, BODIES)
    if bodies:
        return bodies
    if not SIGNS.search(text_in(sentence)):
        return bodies
    with_posts = _parties(mention, sentence, BODIES_AND_POSTS)
    return with_posts if with_posts and with_posts.evidence >= Evidence.SUBJECT else bodies


def _is_added(mention: Span, sentence: Span) -> bool:
    """Whether the sentence names parties of another instrument and only adds this one, without its parties.

    "... nota kesepahaman antara A dan B serta sejumlah perjanjian kerja sama".
    """
    text = text_of(mention.doc)
    others = [e for e in entities_in(sentence) if e.label_ == "AGR" and e.end <= mention.start]
    added = ADDED.search(text, sentence.start_char, mention.start_char)
    if not others or added is None or BETWEEN.search(text, others[0].end_char, mention.start_char) is None:
        return False
    return re.search(r"\b(?:antara|dengan)\b", text[mention.end_char : sentence.end_char]) is None


def _parties(mention: Span, sentence: Span, labels: frozenset[str]) -> Parties:
    """The parties among a sentence's entities of these labels, by the plainest evidence that there is."""
    doc = mention.doc
    entities = _candidates(sentence, labels)
    for start, end in ((mention.end_char, sentence.end_char), (sentence.start_char, mention.start_char)):
        between = BETWEEN.search(text_of(doc), start, end)
        if between is not None:
            listed = [e for e in entities if e.start_char >= between.end()]
            names = _run(listed, doc, between.end())
            if len(names) == 1:  # "antara A sebagai pelaksana (PL) dengan B"
                second = next((i for i, e in enumerate(listed) if i and _follows_with(e, doc, sentence)), None)
                names = unique(names, _run(listed[second:], doc, listed[second].start_char)) if second else names
            if len(names) >= 2:
                return Parties(names, Evidence.BETWEEN)
    after = [e for e in entities if e.start >= mention.end]
    named = _run(after, doc, mention.end_char) if after and after[0].start_char - mention.end_char <= 2 else ()
    if len(named) >= 2:  # "kesepakatan AS dan Iran"
        return Parties(named, Evidence.BETWEEN)
    before = [e for e in entities if e.end <= mention.start]
    subject = _run(before, doc, before[0].start_char) if before else ()
    partner = next((e for e in entities if e not in before[:1] and _follows_with(e, doc, sentence)), None)
    if partner is not None:
        other = _run([e for e in entities if e.start >= partner.start], doc, partner.start_char)
        own = tuple(party_text(e) for e in after if e.end <= partner.start and e.start_char - mention.end_char <= 2)
        return Parties(unique(subject or own or _signing_office(sentence, mention), other), Evidence.WITH)
    if len(subject) >= 2:
        return Parties(subject, Evidence.SUBJECT)
    partners = _run_after_number(mention, sentence)
    if partners:
        return Parties(unique(subject, partners), Evidence.WITH)
    for first in range(len(entities)):
        names = _run(entities[first:], doc, entities[first].start_char)
        if len(names) >= 2 and not _is_topic(entities[first], mention, doc):
            return Parties(names, Evidence.MENTIONED)
    return Parties(subject, Evidence.MENTIONED)


def further_pairs(mention: Span) -> list[Parties]:
    """The second and later pairs of parties in "dua nota kesepahaman antara A dan B serta antara C dan D"."""
    doc, sentence = mention.doc, sentence_of(mention)
    between = BETWEEN.search(text_of(doc), mention.end_char, sentence.end_char)
    if between is None or not COUNTED.search(text_of(doc), sentence.start_char, mention.start_char):
        return []
    pairs: list[Parties] = []
    entities = [e for e in _candidates(sentence, BODIES) if e.start_char >= between.end()]
    seen = set(_run(entities, doc, between.end()))
    for match in NEXT_PAIR.finditer(text_of(doc), between.end(), sentence.end_char):
        listed = [e for e in entities if e.start_char >= match.end()]
        before = max((e.end_char for e in entities if e.end_char <= match.start()), default=match.start())
        if (
            not listed
            or listed[0].start_char - match.end() > 2
            or not (match["between"] or match.start() - before > 25)
        ):
            continue
        names = _run(listed, doc, match.end())
        if len(names) >= 2 and not seen.issuperset(names):
            pairs.append(Parties(names, Evidence.BETWEEN))
            seen.update(names)
    return pairs


def _run_after_number(mention: Span, sentence: Span) -> tuple[str, ...]:
    """The partners that the sentence only counts and the next one lists (WITH_SOME)."""
    doc = mention.doc
    match = THEY_ARE.match(text_of(doc), sentence.end_char)
    if match is None or WITH_SOME.search(text_of(doc), mention.end_char, sentence.end_char) is None:
        return ()
    return _run(
        [e for e in entities_in(doc[sentence.end :]) if e.label_ in BODIES and e.start_char >= match.end()],
        doc,
        match.end(),
    )


def _follows_with(entity: Span, doc: Doc, sentence: Span) -> bool:
    """Whether an entity stands behind "dengan" or another word for a partner."""
    return bool(WITH.search(text_of(doc)[max(sentence.start_char, entity.start_char - 30) : entity.start_char]))


def _candidates(sentence: Span, labels: frozenset[str]) -> list[Span]:
    """The entities of these labels that may sign: no places where something is, no bystanders, no dateline."""
    doc = sentence.doc
    found: list[Span] = []
    elsewhere = -1  # where the last place ended; in "di Gedung X, Y" Y is a place, too
    for entity in entities_in(sentence):
        if entity.label_ not in labels or _inside_brackets(entity, doc, sentence) or is_of_dateline(entity):
            continue
        if entity.label_ == "TITLE" and not SIGNING_POSTS.match(entity.text):
            continue
        before = text_of(doc)[max(sentence.start_char, entity.start_char - 60) : entity.start_char]
        if LOCATIVE.search(before) or text_of(doc)[elsewhere : entity.start_char] in (", ", " "):
            elsewhere = entity.end_char
            continue
        if BYSTANDER.search(before):
            continue
        if entity.label_ == "GPE" and not before.strip() and DATELINE.match(text_of(doc), entity.end_char):
            continue
        found.append(entity)
    return found


def _signing_office(sentence: Span, mention: Span) -> tuple[str, ...]:
    """The post that signs, if no body does: "Bupati A menandatangani nota kesepahaman dengan B"."""
    offices = [e for e in entities_in(sentence) if e.label_ == "TITLE" and e.end <= mention.start]
    signs = SIGNS.search(text_of(sentence.doc), sentence.start_char, mention.start_char)
    before = [" ".join(e.text.split()) for e in offices if signs and e.end_char <= signs.start()]
    return tuple(before[-1:])


def _inside_brackets(entity: Span, doc: Doc, sentence: Span) -> bool:
    before = text_of(doc)[sentence.start_char : entity.start_char]
    return before.count("(") > before.count(")")


def list_from(entities: Sequence[Span], doc: Doc, start: int) -> tuple[str, ...]:
    """The unbroken list of parties that begins at the character `start`, among these entities."""
    return _run([entity for entity in entities if entity.start_char >= start], doc, start)


def _run(entities: list[Span], doc: Doc, start: int) -> tuple[str, ...]:
    """The unbroken list of parties that begins at the character `start`."""
    parties: list[str] = []
    position = start
    last: Span | None = None
    for entity in entities:
        if entity.start_char < position:
            continue
        gap = text_of(doc)[position : entity.start_char]
        if last is None and len(gap.strip()) > 25:
            break
        if last is not None:
            if entity.label_ == "GPE" and last.label_ == "ORG" and re.fullmatch(r"\s*(?:\([^)]*\))?\s*", gap):
                # "MLIT (...) Korea Selatan" is one body, that of a country.
                parties[-1] = f"{LONG_BRACKET.sub('', parties[-1])} {entity.text}"
                position, last = entity.end_char, entity
                continue
            if not _is_joint(doc, position, entity.start_char):
                break
            if not re.search(r"[,&–-]|\w", BRACKET.sub(" ", gap)):
                position = (
                    entity.end_char
                )  # in "Direktorat Jenderal X (DJX) Kementerian Y" Y is above X, no second party
                continue
        parties.append(party_text(entity))
        last = entity
        position = entity.end_char
    if len(parties) == 2 and parties[0].startswith("Pemerintah ") and last is not None and last.label_ == "GPE":
        # "Pemerintah Indonesia dan Singapura" are two governments.
        parties[1] = f"Pemerintah {parties[1].removeprefix('Pemerintah ')}"
    return unique(parties)


def _is_joint(doc: Doc, start: int, end: int) -> bool:
    """Whether nothing stands in text[start:end] but words of a list, brackets and names of people who hold posts."""
    gap = text_of(doc)[start:end]
    span = doc.char_span(start, end, alignment_mode="contract")
    for entity in entities_in(span) if span is not None and len(span) else ():
        if entity.label_ == "PER":
            gap = gap.replace(entity.text, " ")
    return len(gap) < 120 and JOINT.match(re.sub(r"[\s,]+", " ", BRACKET.sub(" ", gap))) is not None


def _is_topic(entity: Span, mention: Span, doc: Doc) -> bool:
    return entity.start > mention.end and bool(TOPIC.search(text_of(doc)[mention.end_char : entity.start_char]))


def parties_nearby(mention: Span) -> Parties:
    """The parties that "kedua negara" stands for; else those that the title or a sentence of signing near by lists."""
    doc = mention.doc
    if _is_added(mention, sentence_of(mention)):
        return Parties()
    if BOTH.search(text_in(sentence_of(mention))):
        pair = _last_pair(mention)
        if pair:
            return pair
    sentences = sentences_of(doc)
    at = next(i for i, sentence in enumerate(sentences) if sentence.end > mention.start)
    around = (i for i in range(max(0, at - NEAREST), min(len(sentences), at + NEAREST)) if i != at)
    order = sorted(around, key=lambda i: (abs(i - at) + (2 if i > at else 0), i))
    for i in (0, *order):
        sentence = sentences[i]
        near = i in (0, at - 1)
        if i and not SIGNS.search(text_in(sentence)):
            continue
        entities = _candidates(sentence, BODIES)
        between = BETWEEN.search(text_in(sentence))
        if between is not None:
            start = sentence.start_char + between.end()
            names = _run([e for e in entities if e.start_char >= start], doc, start)
            if len(names) >= 2:
                return Parties(names, Evidence.NEARBY)
        for first in range(len(entities) if near else 0):
            names = _run(entities[first:], doc, entities[first].start_char)
            if len(names) >= 2:
                return Parties(names, Evidence.NEARBY)
    return Parties()


def _last_pair(mention: Span) -> Parties:
    """The two countries or bodies that were named last before the mention, in order, else two named behind it."""
    doc = mention.doc
    both = BOTH.search(text_in(sentence_of(mention)))
    kind = both["kind"].lower() if both else ""
    label = "GPE" if kind == "negara" else "ORG"
    found: dict[str, None] = {}
    for entity in reversed([e for e in entities_in(doc[: mention.start]) if e.label_ == label]):
        known = KINDS_OF_BODY.get(kind)
        if known is not None and not known.match(entity.text):
            continue
        if not LOCATIVE.search(text_of(doc)[max(0, entity.start_char - 20) : entity.start_char]):
            found.setdefault(" ".join(entity.text.split()))
        if len(found) == 2:
            return Parties(tuple(reversed(found)), Evidence.NEARBY)
    # Named behind it: "Kedua kementerian menyiapkan nota kesepahaman. ... sinergi Kementerian A dan Kementerian B".
    names = tuple(dict.fromkeys(" ".join(e.text.split()) for e in _following(mention, label, KINDS_OF_BODY.get(kind))))
    return Parties(names, Evidence.NEARBY) if len(names) == 2 else Parties()


def _following(mention: Span, label: str, known: re.Pattern[str] | None) -> list[Span]:
    """The bodies of the sentence behind the mention's; none for "kedua" without a kind of body."""
    end = sentence_of(mention).end
    if known is None or end >= len(mention.doc):
        return []
    return [e for e in entities_in(sentence_at(mention.doc, end)) if e.label_ == label and known.match(e.text)]
