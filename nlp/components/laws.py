"""The component `pantau_laws`: laws, regulations and standards, found by their numbers and brought to one normal form.

"Peraturan Pemerintah Nomor 59 Tahun 2022", "PP No. 59/2022" and "PP 59 Tahun 2022" are "PP 59/2022".
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Sequence
from pathlib import Path

from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from nlp.components.matching import matches_at
from nlp.document import entities_of, set_entities, text_of
from nlp.records import Law

DATA = Path(__file__).resolve().parents[1] / "gazetteers" / "regulations.toml"
# (written form, usual abbreviation), in the order of the file.
REGULATION_TYPES = tuple(
    (form, short) for short, forms in tomllib.loads(DATA.read_text(encoding="utf-8")).items() for form in forms
)
# Standards and the constitution have patterns of their own, and "se" in small letters is mostly a part of a word.
_FIXED = "|".join(
    re.escape(form) for form, _ in REGULATION_TYPES if form not in ("sni", "iso", "uud", "undang-undang dasar", "se")
)
# Up to eight words of an issuer, a region or a subject between the kind and the number.
_WORDS = r"(?:\s+(?:[A-Z][\w/&-]*|dan|bidang)){0,8}?"
# "Peraturan Menteri Keuangan (PMK) Nomor 80 Tahun 2025", "Perda Kabupaten Bogor No. 3/2024", "UU 20 Tahun 2023".
NUMBERED = re.compile(
    r"\b(?P<type>(?i:"
    + _FIXED
    + r")|(?:Surat Edaran|SE|Peraturan|Keputusan|Instruksi|Per(?:men|ka|ban)\w*|Kep(?:men|ka)\w*"
    r"|Qanun|PKPU|PMK|SEOJK|SKB))"
    rf"(?P<issuer>{_WORDS})(?:\s*\([^)]{{2,25}}\))?(?P<region>{_WORDS})\s+(?:(?i:nomor|no\.?)\s*:?\s*)?"
    r"(?P<number>[A-Z]{0,3}[.\s]?\d+[\w./-]*)(?:\s+(?i:tahun)\s+(?P<year>\d{4}))?"
)
# The first letters of these, for matches_at.
NUMBERED_BEGINS = re.compile(
    r"[IKPQSTUikpqstu](?<!\w.)(?i:(?<=u)[nu]|(?<=p)(?:er|[bkmop])|(?<=k)e[pt]|(?<=i)n[ps]|(?<=s)(?:[ek]|ta|ur)|(?<=t)ap|(?<=q)an)"
)
# "SNI ISO/IEC 27001:2022", "ISO 9001".
STANDARD = re.compile(
    r"(?P<body>[IS](?<!\w.)(?:(?<=S)NI(?:[ /-](?:ISO|IEC))*|(?<=I)SO(?:/IEC)?))[ :-]?\s?(?P<number>\d{3,6}(?:[-:.]\d{1,4})*)"
)
# "UUD 1945", "Undang-Undang Dasar Negara Republik Indonesia Tahun 1945".
CONSTITUTION = re.compile(
    r"U(?<!\w.)(?:UD|ndang-Undang Dasar(?: Negara(?: Republik Indonesia| RI)?)?)(?: Tahun)? 1945\b"
)
# A law by its short name, one word: "UU ITE", "RUU Polri".
ONE_WORD_NAME = re.compile(
    r"[RU](?<!\w.)(?:(?<=R)UU|(?<=U)(?:U|ndang-[Uu]ndang))\s+(?:\((?:UU|RUU)\)\s+)?(?!No(?:mor)?\b|Dasar\b)[A-Z][\w/]+\b(?!\s+[A-Z])"
)
# Words for a kind of regulation; by themselves they name none: "Peraturan Pemerintah", "Raperda".
BARE_LAW = re.compile(
    r"(?:R?UU|(?:Rancangan\s+)?Undang[- ]undang|PP|Perda|Raperda|Perpres|Keppres|Inpres|Pergub|Perbup|Perwali|Permen\w*|RPM|SK|SE"
    r"|(?:Rancangan\s+)?(?:Peraturan|Keputusan|Instruksi)(?:\s+(?:Pemerintah|Presiden|Menteri|Gubernur|Bupati|Wali Kota|Daerah))?"
    r"|Surat\s+(?:Keputusan|Edaran))(?:\s*\(\w+\))?",
    re.IGNORECASE,
)
# What stands behind a regulation and tells its subject: " tentang Izin Usaha Mikro".
ABOUT = re.compile(r"\s*,?\s*tentang\s+([^.;,()\n\"”]{3,200})")
# Subjects that name another regulation: "Perubahan atas Undang-Undang Nomor 11 Tahun 2008".
CHANGES = re.compile(r"(?:perubahan|penetapan|pencabutan|pelaksanaan|pengesahan)\b", re.IGNORECASE)
JOINED = re.compile(r"\s+(?:dan|serta|atau|maupun|juncto|jo)\s+\Z")  # what stands between two regulations
ABOUT_REACH = 220  # characters behind a regulation in which its subject stands
NUMBER_YEAR = re.compile(r"(?P<number>[\w.-]+)/(?P<year>(?:19|20)\d{2})\Z")


class LawTagger:
    """Adds LAW entities for numbered regulations and standards, and sets `doc._.laws` from all LAW entities."""

    def __call__(self, doc: Doc) -> Doc:
        """Find and normalise the document's laws."""
        doc._.laws = _distinct(doc, self._mark(doc))
        return doc

    def _mark(self, doc: Doc) -> Sequence[Span]:
        """The Doc's entities after those of the rules are set and those that only name a kind of law are taken out."""
        before = entities_of(doc)
        entities = [e for e in before if e.label_ != "LAW" or not BARE_LAW.fullmatch(e.text)]
        if len(entities) < len(before):
            set_entities(doc, entities)
        by_rule = [span for span in self._numbered(doc) if span is not None]
        names = (doc.char_span(*match.span(), label="LAW") for match in ONE_WORD_NAME.finditer(text_of(doc)))
        by_rule += [span for span in names if span is not None and not any(token.ent_type for token in span)]
        by_rule.sort(key=lambda span: span.start)
        if not by_rule:
            return entities
        covered = {i for span in by_rule for i in range(span.start, span.end)}
        kept = [e for e in entities if not covered.intersection(range(e.start, e.end)) or _is_wider(e, by_rule)]
        return set_entities(doc, filter_spans([*kept, *by_rule]))

    def _numbered(self, doc: Doc) -> list[Span | None]:
        """The numbered regulations, the standards and the constitution; None for what does not fall on tokens."""
        spans = []
        text = text_of(doc)
        numbered = matches_at(NUMBERED, text, (begin.start() for begin in NUMBERED_BEGINS.finditer(text)))
        for found in (numbered, STANDARD.finditer(text), CONSTITUTION.finditer(text)):
            for match in found:
                if match.re is NUMBERED and not _is_numbered(match):
                    continue
                end = match.start() + len(match.group().rstrip(".,;:-/"))
                spans.append(doc.char_span(match.start(), end, label="LAW", alignment_mode="contract"))
        return spans


def _distinct(doc: Doc, entities: Sequence[Span]) -> list[Law]:
    """The laws that the entities name, each once, in the order of the mention that tells most of it."""
    found: dict[str, Law] = {}
    for entity in entities:
        if entity.label_ == "LAW":
            law = normalise(entity.text, text_of(doc)[entity.end_char : entity.end_char + ABOUT_REACH])
            known = found.get(law.key)
            if known is None or (law.about and not known.about):
                found.pop(law.key, None)
                found[law.key] = law
    return list(found.values())


def _is_wider(entity: Span, by_rule: list[Span]) -> bool:
    """Whether the ner's entity holds a match of the rules whole: "Pasal 2 Peraturan Menteri P Nomor 9 Tahun 1965".

    by_rule  the matches in the order of their starts
    """
    if entity.label_ != "LAW":
        return False
    first = bisect_left(by_rule, entity.start, key=lambda span: span.start)
    last = bisect_left(by_rule, entity.end, key=lambda span: span.start)
    return any(span.end <= entity.end for span in by_rule[first:last])


def _is_numbered(match: re.Match[str]) -> bool:
    """Whether the match has a year, or the word Nomor before its number: "PP 59" alone is no law."""
    return bool(
        match["year"]
        or NUMBER_YEAR.match(match["number"].rstrip(".,"))
        or re.search(r"(?i)\bno(?:mor|\.)", match.group())
    )


def normalise(text: str, following: str = "") -> Law:
    """The law that `text` names. `following`: what stands behind it, which may tell its subject ("tentang ...")."""
    text = " ".join(text.split())
    subject = _subject(following)
    standard = STANDARD.search(text)
    if standard:
        body = standard["body"].replace("-", " ").replace("SNI/", "SNI ")
        kind = "SNI" if body.startswith("SNI") else "ISO"
        return Law(text, f"{body} {standard['number']}", kind, standard["number"], None, subject)
    if CONSTITUTION.search(text):
        return Law(text, "UUD 1945", "UUD", None, 1945, subject)
    match = NUMBERED.search(text)
    if match is None or not _is_numbered(match):
        key = re.sub(r"(?i)^undang-undang\b", "UU", text)
        return Law(text, key, _abbreviate(text) or "lainnya", None, None, subject)
    number, year = match["number"].strip(" ."), match["year"]
    joined = NUMBER_YEAR.match(number)
    if joined and not year:
        number, year = joined["number"], joined["year"]
    kind = _abbreviate(match.group()) or " ".join(f"{match['type']}{match['issuer']}{match['region']}".split())
    key = f"{kind} {number}/{year}" if year else f"{kind} {number}"
    return Law(text, key, kind, number, int(year) if year else None, subject)


def _issuer(words: str) -> list[str]:
    """The words of an issuer as one writes them; only among others in small letters are capitals an acronym."""
    shouted = words.isupper() and " " in words.strip()
    return [word if word.isupper() and not shouted else word.title() for word in words.split()]


def _subject(following: str) -> str | None:
    """What a regulation is about, as the words behind it tell; the next regulation of a list is no part of it."""
    about = ABOUT.match(following)
    if about is None:
        return None
    told = about.group(1)
    if not CHANGES.match(told):
        for other in matches_at(NUMBERED, told, (begin.start() for begin in NUMBERED_BEGINS.finditer(told))):
            joined = JOINED.search(told[: other.start()])
            if joined and _is_numbered(other):
                told = told[: joined.start()]
                break
    return " ".join(told.split())


def _abbreviate(text: str) -> str | None:
    """The abbreviation of a regulation's kind, None if it has none. A Perda's or SE's has its issuer: "Perda Bogor"."""
    folded = text.casefold()
    for form, short in REGULATION_TYPES:
        if re.search(rf"(?<!\w){re.escape(form)}(?!\w)", folded):
            if short in ("Perda", "SE"):
                rest = re.match(rf"(?i){re.escape(form)}\s+((?:[\w]+\s+){{0,4}}?)(?:nomor|no\b|\d)", text)
                return " ".join([short, *_issuer(rest.group(1) if rest else "")])
            return short
    return None
