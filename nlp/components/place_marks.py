"""Which words of a text are marked as places: what the ner takes for one that is none, and what it misses.

The head of a text ("TRIBUNX.COM, SLEMAN - "), clubs ("Persija Jakarta"), dishes ("soto Lamongan"), words that are names
of regions only by chance ("Serang ombak"), and names that run together ("Kecamatan Patebon Kendal").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import zip_longest

from spacy.tokens import Doc, Span

from nlp.document import text_of
from nlp.gazetteers import regions

# The head of a news text: an outlet, a place in capitals or not, a dash: "TRIBUNX.COM, SLEMAN - ", "Warta6.com, Solo -".
DATELINE = re.compile(
    r"(?:(?<=\n)|\A|(?<=[a-z]\s))(?:(?P<outlet>[A-Z][\w-]*(?:\.(?:com|co|id|net|org|COM|CO|ID|NET|ORG))+|[A-Z]{4,}(?: [A-Z]{3,})?)\s*[,.]\s*)?"
    r"(?P<place>[A-Z][A-Za-z]+(?:[ -][A-Z][A-Za-z]+){0,3})\s*(?:[-–—]+\s|[-–—](?=[A-Z]))"
)
DASH = re.compile(r"[-–—](?=[-–—\sA-Z])")  # without one there is no such head
DATELINE_REACH = 400  # characters of the text in which its head stands
# A football club before its city: "Persija |Jakarta", "PSM |Makassar".
CLUB = re.compile(r"(?:Pers[a-z]{2,}|PS[A-Z]{1,3}|Arema|Semen|Bhayangkara|Dewa)\Z")
# A dish or a craft before the city that it comes from: "soto |Lamongan".
FROM_THERE = frozenset(
    """
    soto sate satai bika pempek empek-empek rendang nasi gudeg mi mie bakso rawon coto konro kopi tahu tempe lumpia bakpia
    dodol kerupuk sambal ayam bebek gado-gado gulai gule pindang tekwan laksa lontong bubur martabak batik songket tenun
    masakan kuliner kue roti asinan es jenang rujak
    """.split()
)
# An outlet before the region of its edition: "dilansir detik |Sumut", "Radar |Bogor".
EDITION = re.compile(r"\w*detik\Z|(?:Tribun|Radar|Harian|Jawapos)\Z")
# Words before a name that make it a place for sure.
TYPED = ("Kecamatan ", "Kabupaten ", "Kota ", "Distrik ")
LEADS_TO_PLACE = frozenset(
    "di ke dari kota kabupaten kab kab. provinsi asal se- wilayah daerah wali walikota bupati warga".split()
)
SENTENCE_ENDS = frozenset((".", "!", "?", "“", '"', "”", ":"))


def with_dateline(doc: Doc, entities: Sequence[Span]) -> Sequence[Span]:
    """The entities, with the head of the text marked: the outlet as ORG, the place as GPE."""
    text, begin = text_of(doc), len(doc._.title)
    found: list[Span] = []
    if DASH.search(text, begin, begin + DATELINE_REACH) is None:
        return entities
    for match in DATELINE.finditer(text, begin, begin + DATELINE_REACH):
        if match["outlet"] is None and not (match["place"].isupper() and _is_region(match["place"])):
            continue
        for group, label in (("outlet", "ORG"), ("place", "GPE")):
            span = doc.char_span(*match.span(group), label=label) if match[group] else None
            if span is not None:
                found.append(span)
        break
    return _put(entities, found)


def without_chance_names(doc: Doc, entities: Sequence[Span]) -> Sequence[Span]:
    """The entities, without the GPEs that name no place: of clubs, of dishes, common words."""
    common = [e for e in entities if e.label_ == "GPE" and e.text.casefold() in regions().common]
    sure = {e.text.casefold() for e in common if is_led_to(e)}
    kept: list[Span] = []
    for entity in entities:
        before = doc[entity.start - 1] if entity.start else None
        if entity.label_ == "GPE" and before is not None:
            if before.text in FROM_THERE or EDITION.match(before.text):
                continue
            if CLUB.match(before.text) and _is_region(entity.text):
                if kept and kept[-1].end == entity.start:
                    kept.pop()
                entity = Span(doc, entity.start - 1, entity.end, label="ORG")
        if entity.label_ == "GPE" and entity.text.casefold() in regions().common and _is_chance(entity, sure):
            continue
        kept.append(entity)
    return kept


def is_led_to(entity: Span) -> bool:
    """Whether a word before a name makes it a place for sure."""
    before = entity.doc[entity.start - 1] if entity.start else None
    return before is not None and (before.lower_ in LEADS_TO_PLACE or before.text == ",")


def _is_chance(entity: Span, sure: set[str]) -> bool:
    """Whether a name that is a common word, too, is only that: the text never leads to it as to a place."""
    if entity.text.casefold() in sure:
        return False
    doc = entity.doc
    before = doc[entity.start - 1] if entity.start else None
    after = doc[entity.end] if entity.end < len(doc) else None
    begins = before is None or before.is_space or before.text in SENTENCE_ENDS
    return (begins and after is not None and after.text[:1].islower()) or (before is not None and before.text == "(")


def parted(doc: Doc, entities: Sequence[Span], resolves: Callable[[str], bool]) -> Sequence[Span]:
    """The entities, with a GPE parted that two names run into: "Kecamatan Patebon" and "Kendal".

    resolves  whether a name is a region's or a country's
    """
    after: list[Span] = []
    for entity in entities:
        if entity.label_ == "GPE" and 1 < len(entity) <= 6 and not resolves(entity.text):
            cuts = [i for i in range(entity.start + 1, entity.end) if resolves(doc[i : entity.end].text)]
            if cuts and (resolves(doc[entity.start : cuts[0]].text) or cuts[0] - entity.start > 1):
                after += [Span(doc, entity.start, cuts[0], label="GPE"), Span(doc, cuts[0], entity.end, label="GPE")]
                continue
            ends = [i for i in range(entity.end - 1, entity.start, -1) if resolves(doc[entity.start : i].text)]
            if ends:
                entity = Span(doc, entity.start, ends[0], label="GPE")
        after.append(entity)
    return after


def lengthened(doc: Doc, entities: Sequence[Span], resolves: Callable[[str], bool]) -> Sequence[Span]:
    """The entities, with a region's name that goes on taken whole: "Papua Barat" in "Papua Barat Daya".

    resolves  whether a name is a region's or a country's
    """
    after: list[Span] = []
    for entity, following in zip_longest(entities, entities[1:]):
        if entity.label_ == "GPE" and entity.end < len(doc) and doc[entity.end].text[:1].isupper():
            longer = Span(doc, entity.start, entity.end + 1, label="GPE")
            free = following is None or following.start >= longer.end
            if free and _is_region(longer.text) and _is_region(entity.text):
                entity = longer
            elif free and entity.text.startswith(TYPED) and resolves(longer.text) and not resolves(entity.text):
                entity = longer  # "Kecamatan Medan" in "Kecamatan Medan Marelan Hasil"
        after.append(entity)
    return after


def _is_region(name: str) -> bool:
    return any(regions().find(kind, name) for kind in ("provinsi", "kabupaten", "kota"))


def _put(entities: Sequence[Span], found: Sequence[Span]) -> Sequence[Span]:
    """The entities with those found, which win where they overlap."""
    if not found:
        return entities
    kept = [e for e in entities if all(e.end <= f.start or e.start >= f.end for f in found)]
    return sorted([*kept, *found], key=lambda span: span.start)
