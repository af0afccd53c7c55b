"""How the parties of an agreement are written: whole names with short forms, countries for their heads and capitals."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from spacy.tokens import Span

from nlp.document import text_of
from nlp.gazetteers import countries, country_name, foreign_cities, place_key

GOVERNMENT = re.compile(r"(?P<word>Pemerintah) \Z")  # before a country or region: "|Pemerintah |Indonesia"
# Posts that sign for their country; a president without a country is Indonesia's: "Presiden Prancis", "Presiden".
HEAD_OF_STATE = re.compile(r"(?:Presiden|Perdana Menteri|PM|Raja|Kanselir|Sultan|Kaisar)(?P<land>| \w+(?: \w+)?)")
# The name of an outlet; one before the place at the head of a story; and what follows that place.
_OUTLET = r"[A-Za-z][\w-]*\.(?i:com|co\.id|co|id|net|org)(?:\.(?i:id))?"
OUTLET = re.compile(_OUTLET)
SITE_LEAD = re.compile(rf"{_OUTLET}\s*,")
OUTLET_LEAD = re.compile(r"[A-Z]{4,}(?: [A-Z]{3,})?\s*[,.]")
HEAD_ENDS = re.compile(r"\s*(?:\([^)]{2,30}\)\s*)?(?:,\s*[A-Z][\w.]*\s*)?[-–—]")
LONGEST_HEAD = 60  # characters
# What stands behind a company's name: "Bank Perahu| (Persero) Tbk.|".
COMPANY_FORM = re.compile(r"\s*(?:\(Persero\)\s*)?,?\s*(?:Tbk\b\.?)|\s*\(Persero\)")
COMPANY = re.compile(r"PT\b|CV\b|Perum\b")
# The post that heads a body, before its name: "|Rektor |Universitas Sagara".
POST = re.compile(
    r"(?:Menteri|Rektor|Kepala|Ketua(?: Umum)?|Direktur(?: Utama)?|Dirut|CEO|Presiden Direktur)\s+(?=[A-Z])"
)
# Unions of states by their names, those that a text writes in full for their partners first.
UNIONS = (
    ("Uni Eropa", "European Union", "EU"),
    ("Uni Ekonomi Eurasia", "Eurasian Economic Union", "EAEU"),
    ("Asosiasi Perdagangan Bebas Eropa", "European Free Trade Association", "EFTA"),
)
# A short form in brackets behind a name: "Badan Gizi Nasional| (BGN)|".
BRACKETED_NAME = re.compile(r"\s*\((?P<short>[\w /-]{2,15})\)")


def is_of_dateline(entity: Span) -> bool:
    """Whether an entity is an outlet or the place at the head of a story: "|Warta6.com|, |Solo| -Duta Besar"."""
    text, start = text_of(entity.doc), entity.start_char
    if OUTLET.fullmatch(text, start, entity.end_char):
        return True
    if entity.label_ not in ("GPE", "ORG", "LOC"):
        return False
    line = max(text.rfind("\n", 0, start) + 1, start - LONGEST_HEAD)
    lead = text[line:start].strip()
    if SITE_LEAD.fullmatch(lead):
        return True
    return OUTLET_LEAD.fullmatch(lead) is not None and HEAD_ENDS.match(text, entity.end_char) is not None


def party_text(entity: Span) -> str:
    """The name of a party: as written, with what belongs to it behind it; for a head of state the country.

    "Badan Gizi Nasional (BGN)", "Bank Perahu (Persero) Tbk.", "Pemerintah Indonesia".
    """
    text = " ".join(entity.text.split())
    if text.count("(") > text.count(")"):
        text = (
            f"{text})"
            if text_of(entity.doc)[entity.end_char : entity.end_char + 1] == ")"
            else text.rpartition(" (")[0]
        )
    if entity.label_ == "ORG":
        return _body_text(entity, text)
    if entity.label_ == "TITLE":
        state = HEAD_OF_STATE.fullmatch(text)
        land = state["land"].strip() or "Indonesia" if state else ""
        return land if place_key(land) in countries() else text
    if entity.label_ == "GPE":
        government = GOVERNMENT.search(text_of(entity.doc)[max(0, entity.start_char - 12) : entity.start_char])
        if government:
            return f"{government['word']} {text}"
    return text


def _body_text(entity: Span, text: str) -> str:
    """`text`, the name of a body, with what stands behind it: "(Persero) Tbk." and a short form in brackets."""
    doc = entity.doc
    listed = COMPANY_FORM.match(text_of(doc), entity.end_char)
    end = listed.end() if listed else entity.end_char
    if listed:
        text += f" {' '.join(listed[0].split())}"
    bracket = BRACKETED_NAME.match(text_of(doc), end)
    if bracket is None or bracket["short"] in re.findall(r"[\w/-]+", text) or ("(" in text and not listed):
        return text
    inside = doc.char_span(*bracket.span("short"), alignment_mode="expand")
    is_name = sum(char.isupper() for char in bracket["short"]) >= 2 or (
        inside is not None and inside[0].ent_type_ == "ORG"
    )
    return f"{text} ({bracket['short']})" if is_name else text


def union_name(name: str, text: str) -> str:
    """A union of states by the fullest of its names that the text has; any other name as it is."""
    names = next((names for names in UNIONS if name in names), ())
    return next((full for full in names if full in text), name)


def unique(*parties: tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """The names once each, without those that only end a longer one ("ESDM" beside "Kementerian ESDM")."""
    names = list(dict.fromkeys(party for group in parties for party in group))
    return tuple(
        name
        for name in names
        if not any(other != name and other.endswith((f" {name}", f" ({name})")) for other in names)
    )


def full_names(entities: Sequence[Span], names: tuple[str, ...]) -> tuple[str, ...]:
    """The names as the text writes them elsewhere in full.

    "ESDM" becomes "Kementerian ESDM"; "Washington" and "Teheran", which stand for their governments, "AS" and "Iran".
    `entities`: the bodies and places of the text.
    """
    names = _states(entities, names)
    short = [name for name in names if name.isupper() or POST.match(name)]
    bodies = dict.fromkeys(" ".join(e.text.split()) for e in entities if e.label_ == "ORG") if short else {}
    return unique([_whole(name, bodies) if name in short else name for name in names])


def _whole(name: str, bodies: Mapping[str, None]) -> str:
    """The body that a short form, or the post that heads it, stands for, if it is one of `bodies`; else the name.

    "ESDM" and "Menteri ESDM" become "Kementerian ESDM", "Rektor Universitas Sagara" becomes "Universitas Sagara".
    """
    post = POST.match(name)
    headed = name[post.end() :] if post else name
    ministry = f"Kementerian {headed}"
    if (post is None or post[0].startswith("Menteri")) and ministry in bodies:
        return ministry
    return headed if post and headed in bodies else name


def holders(entities: Sequence[Span], start: int, names: tuple[str, ...]) -> tuple[str, ...]:
    """The companies among the parties of a concession; if there are none, the company named nearest to the token `start`.

    "Kontrak Karya" is the state's with a company; ministries and regions beside it license, complain or lie around it.
    """
    companies = tuple(name for name in names if COMPANY.match(name))
    if companies:
        return companies
    near = [e for e in entities if e.label_ == "ORG" and COMPANY.match(e.text)]
    return (party_text(min(near, key=lambda e: abs(e.start - start))),) if near else names


def _states(entities: Sequence[Span], names: tuple[str, ...]) -> tuple[str, ...]:
    """The countries of `names` if these are two or more cities of different countries abroad; else `names` itself."""
    codes = [foreign_cities()[place_key(name)][1] for name in names if place_key(name) in foreign_cities()]
    if len(codes) < 2 or len(set(codes)) < len(names):
        return names
    written: dict[str, str] = {}
    for entity in entities:
        code = countries().get(place_key(entity.text)) if entity.label_ == "GPE" else None
        if code:
            written.setdefault(code, " ".join(entity.text.split()))
    return tuple(written.get(code, country_name(code)) for code in codes)
