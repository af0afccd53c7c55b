"""Laws, regulations and standards: found by their numbered form, brought to one normal form."""

from __future__ import annotations

import re

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from nlp.components.matching import matches_at
from nlp.document import register_extensions, text_of
from nlp.records import Law

# Full name (case folded) -> usual abbreviation. Order matters: longer names first.
TYPES = (
    ("peraturan pemerintah pengganti undang-undang", "Perppu"), ("perppu", "Perppu"), ("perpu", "Perppu"),
    ("undang-undang dasar", "UUD"), ("uud", "UUD"), ("undang-undang", "UU"), ("undang undang", "UU"), ("uu", "UU"),
    ("peraturan pemerintah", "PP"), ("pp", "PP"), ("peraturan presiden", "Perpres"), ("perpres", "Perpres"),
    ("keputusan presiden", "Keppres"), ("keppres", "Keppres"), ("instruksi presiden", "Inpres"), ("inpres", "Inpres"),
    ("peraturan menteri keuangan", "PMK"), ("pmk", "PMK"), ("peraturan bank indonesia", "PBI"), ("pbi", "PBI"),
    ("peraturan otoritas jasa keuangan", "POJK"), ("peraturan ojk", "POJK"), ("pojk", "POJK"),
    ("peraturan mahkamah agung", "Perma"), ("perma", "Perma"), ("peraturan kapolri", "Perkap"), ("perkap", "Perkap"),
    ("peraturan daerah", "Perda"), ("perda", "Perda"), ("peraturan gubernur", "Pergub"), ("pergub", "Pergub"),
    ("peraturan bupati", "Perbup"), ("perbup", "Perbup"), ("peraturan wali kota", "Perwali"),
    ("peraturan walikota", "Perwali"), ("perwali", "Perwali"), ("perwal", "Perwali"),
    ("surat edaran", "SE"), ("se", "SE"), ("standar nasional indonesia", "SNI"), ("sni", "SNI"), ("iso", "ISO"),
    ("ketetapan mpr", "TAP MPR"), ("tap mpr", "TAP MPR"),
)  # fmt: skip
_FIXED = "|".join(
    re.escape(name) for name, _ in TYPES if name not in ("sni", "iso", "uud", "undang-undang dasar", "se")
)
_WORDS = r"(?:\s+(?:[A-Z][\w/&-]*|dan|bidang)){0,8}?"
NUMBERED = re.compile(
    r"\b(?P<type>(?i:"
    + _FIXED
    + r")|(?:Surat Edaran|SE|Peraturan|Keputusan|Instruksi|Per(?:men|ka|ban)\w*|Kep(?:men|ka)\w*"
    r"|Qanun|PKPU|PMK|SEOJK|SKB))"
    rf"(?P<issuer>{_WORDS})(?:\s*\([^)]{{2,25}}\))?(?P<region>{_WORDS})\s+(?:(?i:nomor|no\.?)\s*:?\s*)?"
    r"(?P<number>[A-Z]{0,3}[.\s]?\d+[\w./-]*)(?:\s+(?i:tahun)\s+(?P<year>\d{4}))?"
)
# How they begin.
NUMBERED_BEGINS = re.compile(
    r"[IKPQSTUikpqstu](?<!\w.)(?i:(?<=u)[nu]|(?<=p)(?:er|[bkmop])|(?<=k)e[pt]|(?<=i)n[ps]|(?<=s)(?:[ek]|ta|ur)|(?<=t)ap|(?<=q)an)"
)
STANDARD = re.compile(
    r"(?P<body>[IS](?<!\w.)(?:(?<=S)NI(?:[ /-](?:ISO|IEC))*|(?<=I)SO(?:/IEC)?))[ :-]?\s?(?P<number>\d{3,6}(?:[-:.]\d{1,4})*)"
)
CONSTITUTION = re.compile(
    r"U(?<!\w.)(?:UD|ndang-Undang Dasar(?: Negara(?: Republik Indonesia| RI)?)?)(?: Tahun)? 1945\b"
)
# "UU ITE", "RUU Polri": a law by its short name, one word.
SHORT_NAME = re.compile(
    r"[RU](?<!\w.)(?:(?<=R)UU|(?<=U)(?:U|ndang-[Uu]ndang))\s+(?:\((?:UU|RUU)\)\s+)?(?!No(?:mor)?\b|Dasar\b)[A-Z][\w/]+\b(?!\s+[A-Z])"
)
# Words for a kind of regulation; alone they name none.
BARE = re.compile(
    r"(?:R?UU|(?:Rancangan\s+)?Undang[- ]undang|PP|Perda|Raperda|Perpres|Keppres|Inpres|Pergub|Perbup|Perwali|Permen\w*|RPM|SK|SE"
    r"|(?:Rancangan\s+)?(?:Peraturan|Keputusan|Instruksi)(?:\s+(?:Pemerintah|Presiden|Menteri|Gubernur|Bupati|Wali Kota|Daerah))?"
    r"|Surat\s+(?:Keputusan|Edaran))(?:\s*\(\w+\))?",
    re.IGNORECASE,
)
ABOUT = re.compile(r"\s*,?\s*tentang\s+([^.;,()\n\"”]{3,200})")
NUMBER_YEAR = re.compile(r"(?P<number>[\w.-]+)/(?P<year>(?:19|20)\d{2})\Z")


@Language.factory("pantau_laws")
def make_laws(nlp: Language, name: str) -> LawTagger:
    """Build the component."""
    return LawTagger(name)


class LawTagger:
    """Adds LAW entities for numbered regulations and standards, and sets `doc._.laws` from all LAW entities."""

    def __init__(self, name: str = "pantau_laws") -> None:
        register_extensions()
        self.name = name

    def __call__(self, doc: Doc) -> Doc:
        """Find and normalise the document's laws."""
        before = doc.ents
        entities = [e for e in before if e.label_ != "LAW" or not BARE.fullmatch(e.text)]
        if len(entities) < len(before):
            doc.set_ents(entities)
        by_rule = [span for span in self._spans(doc) if span is not None]
        names = (doc.char_span(*match.span(), label="LAW") for match in SHORT_NAME.finditer(text_of(doc)))
        by_rule += [span for span in names if span is not None and not any(token.ent_type for token in span)]
        if by_rule:
            covered = {i for span in by_rule for i in range(span.start, span.end)}
            kept = [e for e in entities if not covered.intersection(range(e.start, e.end)) or _wider(e, by_rule)]
            doc.set_ents(filter_spans([*kept, *by_rule]))
            entities = list(doc.ents)
        found: dict[str, Law] = {}
        for entity in entities:
            if entity.label_ == "LAW":
                law = normalise(entity.text, text_of(doc)[entity.end_char : entity.end_char + 220])
                known = found.get(law.key)
                if known is None or (law.about and not known.about):
                    found.pop(law.key, None)  # the law takes the place in the order of the mention that tells most
                    found[law.key] = law
        doc._.laws = list(found.values())
        return doc

    def _spans(self, doc: Doc) -> list[Span | None]:
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


def _wider(entity: Span, by_rule: list[Span]) -> bool:
    """An entity of the ner that holds a rule's match whole ("Pasal 2 Peraturan Menteri Agraria Nomor 9 Tahun 1965")."""
    return entity.label_ == "LAW" and any(entity.start <= s.start and s.end <= entity.end for s in by_rule)


def _is_numbered(match: re.Match[str]) -> bool:
    """A number with a year, or the word Nomor before it: "PP 59" alone is no law."""
    return bool(
        match["year"]
        or NUMBER_YEAR.match(match["number"].rstrip(".,"))
        or re.search(r"(?i)\bno(?:mor|\.)", match.group())
    )


def normalise(text: str, following: str = "") -> Law:
    """The law that `text` names. `following` is what stands after it, for "tentang ..." ."""
    text = " ".join(text.split())
    about = ABOUT.match(following)
    subject = " ".join(about.group(1).split()) if about else None
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


def _abbreviate(text: str) -> str | None:
    folded = text.casefold()
    for name, short in TYPES:
        if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", folded):
            if short == "Perda" or short == "SE":
                rest = re.match(rf"{re.escape(name)}\s+((?:[\w]+\s+){{0,4}}?)(?:nomor|no\b|\d)", folded)
                where = " ".join(rest.group(1).split()).title() if rest and rest.group(1) else ""
                return f"{short} {where}".strip()
            return short
    return None
