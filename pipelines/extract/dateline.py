"""The dateline: the place that stands before a story ("JAKARTA –", "Mataram, NTB (ANTARA News) -")."""

from __future__ import annotations

import re

_PLACE = r"[A-Z][\w'’.]*(?:[ -][A-Z(][\w'’.()]*){0,3}"
_AGENCY = r"(?:[\w.]+\.(?:com|co\.id|id|net)|[A-Z][\w.]*(?: [A-Z][\w.]*){0,2})"
_DATE = r"(?:,?\s*\(?\d{1,2}(?:/\d{1,2}(?:/\d{2,4})?|\s+\w+\s+\d{4})\)?)?"
DATELINE = re.compile(
    rf"(?:(?P<outlet>[\w.]+\.(?:com|co\.id|id|net)|[A-Z][A-Z .]{{3,30}}[A-Z])\s*,\s+)?"
    rf"(?P<place>{_PLACE})(?P<more>(?:,\s*(?:{_PLACE}|{_AGENCY}))?){_DATE}\s*(?:\([^)]{{2,40}}\))?{_DATE}"
    rf"\s*(?:[-–—]{{1,2}}|:)\s+(?=[\w\"“'‘])"
)
NOT_PLACES = re.compile(
    r"(?:liputan6|kompas|detik|antara|merdeka|viva|suara|okezone|tempo|siaran|pers|press|release|update|breaking|foto|"
    r"video|catatan|opini|oleh|penulis|editor|reporter|jadwal|berikut|ini|itu)\b|.*\.(?:com|co\.id|id|net)\b",
    re.IGNORECASE,
)
LONGEST = 120  # characters from the start of the text within which a dateline ends


def find_dateline(text: str) -> str | None:
    """The dateline's place as people write it ("Nairobi"), or None."""
    match = DATELINE.match(text[:LONGEST])
    if match is None:
        return None
    place, outlet = match.group("place"), match.group("outlet")
    if outlet and _is_outlet(place) and not NOT_PLACES.match(outlet):
        place = outlet  # "SEMARANG, Kabar Nusantara - ": the outlet stands second
    elif NOT_PLACES.match(place):
        # "Kabar Nusantara, Jakarta - ": the outlet stands first; "BANDAR LAMPUNG, KOMPAS.com - ": in capitals both
        second = match.group("more").strip(", ") or (outlet if outlet and not _is_outlet(outlet) else "")
        if not second or NOT_PLACES.match(second):
            return None
        place = second
    elif _is_outlet(place) and match.group("more"):
        place = match.group("more").strip(", ")
    place = re.sub(r"\s*\(.*", "", place).strip(" .,")
    return place.title() if place.isupper() and len(place) > 3 else place or None


def _is_outlet(place: str) -> bool:
    return bool(re.search(r"\b(?:News|Kabar|Harian|Warta|Media|Berita|Pos|Post|Tribun|Radar|Koran|Suara)\b", place))
