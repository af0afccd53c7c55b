"""Places as people name them: by code, with or without the kind, by an everyday name ("Solo" is Kota Surakarta)."""

from __future__ import annotations

from difflib import get_close_matches

from nlp.gazetteers import countries, foreign_cities, region, regions

REGION_KINDS = ("kota", "kabupaten", "provinsi", "kecamatan")
NEAR_ENOUGH = 0.75  # difflib's ratio: one slip in a name of five letters, two in one of nine


def region_codes(typed: str) -> tuple[str, ...]:
    """The Kemendagri codes of what a person typed as a place: none for a place abroad, or for none that is known."""
    if region(typed):
        return (typed,)
    kind, _, name = typed.partition(" ")
    kinds = {kind.casefold(): name} if kind.casefold() in REGION_KINDS and name else dict.fromkeys(REGION_KINDS, typed)
    return tuple(dict.fromkeys(found.code for kind, name in kinds.items() for found in regions().find(kind, name)))


def province_name(code: str) -> str:
    """The name of the province of a code, the code itself where there is none."""
    known = region(code)
    return known.name if known else code


def nearest_place(typed: str) -> str:
    """The province, kabupaten, kota, country or city abroad whose name is near to what was typed, or ""."""
    names = {
        row.name.casefold(): row.name
        for row in regions().by_code.values()
        if row.kind in ("provinsi", "kota", "kabupaten")
    }
    names |= {name: name.title() for name in countries()} | {key: name for key, (name, _) in foreign_cities().items()}
    near = get_close_matches(typed.casefold(), names, n=1, cutoff=NEAR_ENOUGH)
    return names[near[0]] if near else ""
