"""The institution of a post: without what the text says beside it, and from the rest of the text where it stands alone.

An article names the region of its governor, the station of its detectives and the company of its directors once:
"Kapolres Garut AKBP A melalui Kasat Reskrim AKP B". Readers know whose B is, and so do those who annotate.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from spacy.tokens import Span

from nlp.records import Official, Place

# What the text says of a member of parliament beside the house: " dari Fraksi Layar", " Dapil Jabar VII", " asal Aceh".
MEMBERSHIP = re.compile(
    r",?\s+(?:dari\s+)?(?:[Ff]raksi|[Dd]apil|[Dd]aerah\s+[Pp]emilihan|[Aa]sal)\s+[A-Z].*\Z", re.DOTALL
)
MEETING = re.compile(r"\s+dalam\s+(?:[Rr]apat|RUPS).*\Z", re.DOTALL)  # where an office was given
OUTLET = re.compile(r"\s+\w+\.(?:COM|CO\.ID|ID|com|co\.id|id)\b.*\Z", re.DOTALL)  # a site that a dateline ran into
# A post that heads a region, and the kind of region.
REGIONAL = (
    (re.compile(r"(?:\w+\.?\s+)*(?:Gubernur|Wagub)\Z"), "provinsi"),
    (re.compile(r"(?:\w+\.?\s+)*(?:Bupati|Wabup)\Z"), "kabupaten"),
    (re.compile(r"(?:\w+\.?\s+)*(?:Wali ?[Kk]ota|Walkot|Wawali|Wawalkot)\Z"), "kota"),
)
# A police officer who heads a part of a station, and the chief of a station: "Kasat Reskrim", "Kapolrestabes".
IN_STATION = re.compile(
    r"(?:Plt\.?\s+|Plh\.?\s+|Ps\.?\s+)?(?:Kasat|Kanit|Kasi|Kabag|Kasubsi|Kaur)\s*(?:[A-Z]\w*\s*){0,3}\Z"
)
CHIEF = re.compile(r"(?:Wa)?[Kk]a(?P<station>pol(?:res(?:ta(?:bes)?|tro)?|sek(?:ta)?))\Z")
COMPANY = re.compile(r"(?:PT|CV)\.?\s|.*\b(?:Tbk|Persero|Group|Grup|Perseroan)\b")
COMPANY_POST = re.compile(r"(?i:(?:presiden |wakil )*(?:komisaris|direktur|direksi|dirut)\b)")


@dataclass(frozen=True, slots=True)
class Placed:
    """An official and where the text gives the post."""

    official: Official
    at: int


def trimmed(organisation: str | None) -> str | None:
    """An institution's name without the faction and the outlet that the text has behind it."""
    if not organisation:
        return None
    name = MEETING.sub("", OUTLET.sub("", MEMBERSHIP.sub("", organisation))).strip(" ,")
    return None if name in ("Perseroan", "perseroan", "perusahaan") else name or organisation


def completed(found: Sequence[Placed], entities: Sequence[Span], places: Sequence[Place]) -> list[Official]:
    """The officials, those without an institution with the one that the rest of the text tells.

    entities, places  the document's
    """
    return [
        replace(one.official, organisation=_institution(one, found, entities, places))
        if one.official.organisation is None
        else one.official
        for one in found
    ]


def _institution(one: Placed, found: Sequence[Placed], entities: Sequence[Span], places: Sequence[Place]) -> str | None:
    title = one.official.title or ""
    for post, kind in REGIONAL:
        if post.match(title):
            return _region(kind, places)
    if IN_STATION.match(title):
        return _station(one.at, found)
    if COMPANY_POST.match(title):
        return _company(entities)
    return None


def _region(kind: str, places: Sequence[Place]) -> str | None:
    """The only region of a kind that the text names."""
    names = {place.code: place for place in places if place.kind == kind and place.code}
    return next(iter(names.values())).text if len(names) == 1 else None


def _station(at: int, found: Sequence[Placed]) -> str | None:
    """The station of the chief whom the text names last before `at`: "Polresta Sleman" of "Kapolresta Sleman"."""
    before = [one for one in found if one.at < at and one.official.organisation]
    for one in sorted(before, key=lambda one: -one.at):
        chief = CHIEF.match(one.official.title or "")
        if chief:
            return f"{chief['station'].capitalize()} {one.official.organisation}"
    return None


def _company(entities: Sequence[Span]) -> str | None:
    """The only company that the text names, by its fullest form; None if it names several."""
    names = Counter(e.text for e in entities if e.label_ == "ORG" and COMPANY.match(e.text))
    return next(iter(names)) if len(names) == 1 else None
