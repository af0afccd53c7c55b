"""The institution of a post: without what the text says beside it, and from the rest of the text where it stands alone.

An article names the region of its governor, the station of its detectives and the company of its directors once:
"Kapolres Garut AKBP A melalui Kasat Reskrim AKP B". Readers know whose B is, and so do those who annotate.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

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
    text = _Surroundings(found, entities, places)
    return [
        one.official if one.official.organisation else replace(one.official, organisation=text.institution(one))
        for one in found
    ]


class _Surroundings:
    """What a text tells of regions, stations and companies. Each is looked for once, when it is first asked for."""

    def __init__(self, found: Sequence[Placed], entities: Sequence[Span], places: Sequence[Place]) -> None:
        self.found, self.entities, self.places = found, entities, places

    def institution(self, one: Placed) -> str | None:
        """The institution of an official whose post names none; None if nothing tells it."""
        title = one.official.title or ""
        for post, kind in REGIONAL:
            if post.match(title):
                return self.regions.get(kind)
        if IN_STATION.match(title):
            return self._station(one.at)
        return self.company if COMPANY_POST.match(title) else None

    @cached_property
    def regions(self) -> dict[str, str]:
        """Of each kind of region the only one that the text names."""
        codes: dict[str, dict[str, str]] = {}
        for place in self.places:
            if place.code:
                codes.setdefault(place.kind, {}).setdefault(place.code, place.text)
        return {kind: next(iter(names.values())) for kind, names in codes.items() if len(names) == 1}

    @cached_property
    def stations(self) -> list[tuple[int, str]]:
        """Where the text names the chief of a station, and the station: "Polresta Sleman" of "Kapolresta Sleman"."""
        chiefs = ((one, CHIEF.match(one.official.title or "")) for one in self.found if one.official.organisation)
        return sorted(
            (one.at, f"{chief['station'].capitalize()} {one.official.organisation}") for one, chief in chiefs if chief
        )

    def _station(self, at: int) -> str | None:
        """The station of the chief whom the text names last before `at`."""
        before = bisect_left(self.stations, (at, ""))
        return self.stations[before - 1][1] if before else None

    @cached_property
    def company(self) -> str | None:
        """The only company that the text names; None if it names several."""
        names = {e.text for e in self.entities if e.label_ == "ORG" and COMPANY.match(e.text)}
        return next(iter(names)) if len(names) == 1 else None
