"""Which mentions name the same instrument: one agreement is told in several sentences, several are told in one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from spacy.tokens import Doc, Span

from nlp.components.agreements.parties import Evidence, Parties
from nlp.document import sentence_of, text_of
from nlp.gazetteers import countries, institutions, regions

# (one of nlp.records.AGREEMENT_TYPES, what its names hold); the first that fits counts.
INSTRUMENT_TYPES = (
    ("LoI", re.compile(r"letters? of intent|\bloi\b|surat (?:pernyataan )?minat", re.I)),
    ("MoU", re.compile(r"nota kesepahaman|\bmou\b|memorandum|\bmsp\b|\bnk\b", re.I)),
    ("PKS", re.compile(r"perjanjian kerja ?sama|\bpks\b|cooperation agreement|implementing arrangement", re.I)),
    (
        "perjanjian",
        re.compile(r"perjanjian|agreement|treaty|kontrak|traktat|konvensi|pakta|\b(?:cepa|fta|art|rcep|defa)\b", re.I),
    ),
    (
        "kesepakatan",
        re.compile(r"kesepakatan|kesepahaman|persetujuan|arrangement|framework|kerangka kerja ?sama", re.I),
    ),
)
FORMAL = ("MoU", "PKS", "LoI")  # beside one of these "kesepakatan" is mostly another word for it
# Words of posts and of kinds of bodies; what is left of a party's name without them tells parties apart.
PARTY_WORDS = frozenset(
    "pt tbk persero ri menteri kementerian gubernur pemerintah provinsi pemprov bupati pemkab kabupaten wali kota walikota pemkot kepala badan".split()
)
# A mention that is no more than the word for an instrument: "perjanjian", "Kesepakatan".
BARE_INSTRUMENT = re.compile(r"perjanjian|kesepakatan|persetujuan|kontrak|kesepahaman", re.IGNORECASE)
# Another word for a formal instrument that the text names, too: "nota kesepakatan (MoU)", "kesepakatan bersama".
OTHER_WORD = re.compile(
    r"(?:nota\s+)?(?:kesepakatan|kesepahaman)(?:\s+(?:bersama|kerja\s?sama|tertulis))?", re.IGNORECASE
)
# What stands behind a mention that only points back: "Kesepakatan| tersebut|".
ANAPHORA = re.compile(r"\s+(?:tersebut|itu|ini)\b", re.IGNORECASE)
# The title of one of several instruments: "MoU| Kerja Sama Penangkapan Karbon|", "PKS| tentang Data Kependudukan|".
TITLED = re.compile(r"\s+(?:tentang\s+)?(?P<title>[A-Z]\w+(?:\s+(?:dan\s+)?[A-Z]\w+){1,30})")
# A short form in brackets: "(BGN)", "(MoU)".
BRACKETED = re.compile(r"\((?P<short>[A-Z][\w-]{1,14}(?: [A-Z]\w+)?)\)")
# A sentence that signs one more instrument: "A |juga menandatangani| nota kesepahaman dengan C".
FURTHER = re.compile(
    r"\b(?:juga|turut)\s+(?:\w+\s+){0,2}(?:menandatangani|meneken|penandatanganan|menyepakati|menjalin)", re.IGNORECASE
)
# Words of an instrument's name that many instruments have in theirs.
GENERIC_WORDS = re.compile(
    r"perjanjian|nota|kesepahaman|kesepakatan|kerja|kerjasama|sama|kerangka|persetujuan|surat|keputusan|bersama|kontrak|pernyataan|pakta|dagang"
    r"|perdagangan|bebas|damai|kemitraan|ekonomi|komprehensif|indonesia|ri|memorandum|of|understanding|saling|pengertian|letters?|intent|joint"
    r"|agreement|arrangement|treaty|accords?|framework|comprehensive|economic|partnership|free|trade|area|cepa|fta|mou|loi|pks|tentang|dan"
    r"|on|and|the|for|antara|dengan|nomor|no|pemerintah|republik|induk|jual|beli|ad?dendum|tahap|karya|skb|pkb|hoa|mra|draf|cooperation",
    re.IGNORECASE,
)
SHORT_FORMS = "pantau_instruments.short_forms"  # in doc.user_data


@dataclass
class InstrumentMention:
    """One mention of an instrument with what its sentence tells of it.

    type      one of nlp.records.AGREEMENT_TYPES
    status    one of AGREEMENT_STATUSES, or None if the words around it tell none
    in_title  whether it stands in the headline
    apart     whether it is one more instrument of a mention that names several: "dua nota kesepahaman antara A dan B
              serta antara C dan D"
    """

    type: str
    span: Span
    parties: Parties
    status: str | None
    in_title: bool
    apart: bool = False

    @cached_property
    def title(self) -> str:
        """The instrument's title, in capitals behind the mention; "" if there is none, or in the headline."""
        found = None if self.in_title else TITLED.match(text_of(self.span.doc), self.span.end_char)
        return " ".join(found["title"].split()) if found else ""

    @cached_property
    def proper_name(self) -> tuple[frozenset[str], str]:
        """(the words of its name that are its own, the initials of its name): {"european", "union"}, "ieucepa"."""
        words = re.findall(r"[A-Za-z]{2,}", self.span.text)
        named = [word for word in words if word[0].isupper()]
        own = {word.lower() for word in named if not GENERIC_WORDS.fullmatch(word)}
        initials = "".join(word if word.isupper() else word[0] for word in named).lower()
        return frozenset(own), initials

    @cached_property
    def keys(self) -> frozenset[str]:
        """What tells the parties that the mention names from others (_key)."""
        return frozenset(party_key(name, self.span.doc.user_data[SHORT_FORMS]) for name in self.parties.names)

    @cached_property
    def points_back(self) -> bool:
        """Whether the mention only points to an instrument that was named before: "Kesepakatan tersebut"."""
        doc = self.span.doc
        return (
            BARE_INSTRUMENT.fullmatch(self.span.text) is not None
            and ANAPHORA.match(text_of(doc), self.span.end_char) is not None
        )


Group = list[InstrumentMention]


@lru_cache(maxsize=2_000)
def agreement_type(text: str) -> str:
    """The type of the instrument that a phrase names, one of nlp.records.AGREEMENT_TYPES."""
    folded = " ".join(text.split())
    if re.search(r"nota kesepakatan", folded, re.I):
        return "kesepakatan"
    return next((name for name, pattern in INSTRUMENT_TYPES if pattern.search(folded)), "lainnya")


def group_mentions(mentions: list[InstrumentMention]) -> list[Group]:
    """The mentions grouped by instrument: those of one type are one instrument unless their parties contradict."""
    groups: list[Group] = []
    for mention in mentions:
        home = next((group for group in groups if _belongs(mention, group)), None)
        if home is None and mention.points_back and groups:
            home = groups[-1]
        if home is None:
            groups.append([mention])
        else:
            home.append(mention)
    groups = _merge_other_words(groups)
    return [group for group in groups if not _is_paraphrase(group, groups)]


def _belongs(mention: InstrumentMention, group: Group) -> bool:
    """Whether a mention may name the instrument of a group: same type, no other parties, no other title."""
    if group[0].type != mention.type or mention.apart:
        return False
    known, own = party_keys(group), party_keys([mention])
    clash = len(known) >= 2 and len(own) >= 2 and (not known & own or (not own <= known and _is_further(mention)))
    if any(_are_others(mention.proper_name, other.proper_name) for other in group):
        return False
    titles = {title for other in group if (title := other.title)}
    if mention.title and titles and mention.title not in titles:
        return False
    return not clash or mention.in_title or all(other.in_title for other in group)


def _are_others(one: tuple[frozenset[str], str], other: tuple[frozenset[str], str]) -> bool:
    """Whether two proper names are of two instruments: "ASEAN DEFA" and "TIFA", not "ART" and "Agreement on R. Trade"."""
    (own, initials), (others, other_initials) = one, other
    if not own or not others or own & others:
        return False
    return not any(_is_within(word, other_initials) for word in own) and not any(
        _is_within(word, initials) for word in others
    )


def _is_within(short: str, initials: str) -> bool:
    """Whether the letters of a short form stand among initials, in order."""
    letters = iter(initials)
    return all(letter in letters for letter in short)


def _merge_other_words(groups: list[Group]) -> list[Group]:
    """The groups, with other words for a formal instrument (an MoU, a PKS, an LoI) led to it or dropped.

    A "kesepakatan" joins the formal instrument whose parties it names, or the only one. What names parties that no
    formal instrument has stays, and so does a "perjanjian" with a name of its own.
    """
    formal = [group for group in groups if group[0].type in FORMAL]
    if not formal:
        return groups
    kept = list(formal)
    for group in groups:
        if group in formal:
            continue
        own = party_keys(group)
        home = next((other for other in formal if own and own <= party_keys(other)), None)
        if home is None and len(formal) == 1 and party_keys(formal[0]) <= own:
            home = formal[0]
        other_word = group[0].type == "kesepakatan" and all(OTHER_WORD.fullmatch(m.span.text) for m in group)
        if group[0].type == "perjanjian" and not all(BARE_INSTRUMENT.fullmatch(m.span.text) for m in group):
            kept.append(group)
        elif other_word and home is not None:
            home += [replace(mention, type=home[0].type) for mention in group]
        elif len(own) >= 2 and not any(own <= party_keys(other) for other in formal):
            kept.append(group)
    return [group for group in groups if group in kept]


def _is_further(mention: InstrumentMention) -> bool:
    """Whether the mention's sentence signs one more instrument: "A juga menandatangani nota kesepahaman dengan C"."""
    sentence = sentence_of(mention.span)
    lead = text_of(sentence.doc)[sentence.start_char : mention.span.start_char]
    return mention.parties.evidence >= Evidence.WITH and FURTHER.search(lead) is not None


def _is_paraphrase(group: Group, groups: list[Group]) -> bool:
    """Whether a group, all in small letters, only says in other words what the text names more fully.

    "perjanjian kerja sama" does behind a "Perjanjian ..." with a capital, "kesepakatan" without parties does beside any
    other instrument.
    """
    others = [other for other in groups if other is not group]
    if any(mention.span.text != mention.span.text.lower() for mention in group):
        return False
    if group[0].type == "PKS":
        titled = (g for g in others if g[0].type == "perjanjian" and any(m.span.text[:1].isupper() for m in g))
        return any(other[0].span.start < group[0].span.start for other in titled)
    plain = all(OTHER_WORD.fullmatch(mention.span.text) for mention in group)
    return group[0].type == "kesepakatan" and plain and not party_keys(group) and bool(others)


def party_keys(group: Group) -> set[str]:
    """The parties that a group's mentions name, as the keys that tell parties apart (_key)."""
    return {key for mention in group for key in mention.keys}


def short_forms_in(doc: Doc, entities: Sequence[Span]) -> dict[str, str]:
    """The short forms that the text explains, as keys (_key): "bgn" -> that of "Badan Gizi Nasional (BGN)"."""
    found: dict[str, str] = {}
    ending = {entity.end: entity for entity in entities}
    around = {token: entity for entity in entities for token in range(entity.start + 1, entity.end)}
    for match in BRACKETED.finditer(text_of(doc)):
        span = doc.char_span(*match.span("short"), alignment_mode="expand")
        before = ending.get(span.start - 1) if span is not None else None
        within = around.get(span.start) if span is not None else None
        within = within if within is not None and span is not None and span.end < within.end else None
        name = before.text if before is not None else within.text.split("(")[0] if within is not None else ""
        if name:
            found[party_key(match["short"], {})] = party_key(name, {})
    return found


def party_key(party: str, short_forms: Mapping[str, str]) -> str:
    """What all names of one party have in common.

    It is the same for "Menteri ESDM" and "Kementerian ESDM", "AS" and "Amerika Serikat", "Komdigi" and "Kementerian
    Komunikasi dan Digital", "Pemprov Jatim" and "Pemerintah Provinsi Jawa Timur".
    """
    key = _own_words(party)
    return _known(short_forms.get(key, key))


@lru_cache(maxsize=20_000)
def _own_words(party: str) -> str:
    """A party's name in small letters, without its brackets and the words that many have."""
    words = re.findall(r"\w+", re.sub(r"\([^)]*\)", "", party).casefold())
    words = institutions().get(" ".join(words), " ".join(words)).split()
    return " ".join(word for word in words if word not in PARTY_WORDS) or " ".join(words)


@lru_cache(maxsize=20_000)
def _known(key: str) -> str:
    """The code of the country or region that a key names, else the key."""
    if key in countries():
        return countries()[key]
    region = next(
        (found[0] for kind in ("provinsi", "kota", "kabupaten") if (found := regions().find(kind, key))), None
    )
    return region.code if region else key
