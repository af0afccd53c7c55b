"""More steps of `pantau_repair`: names cut at a hyphen, acronyms taken for people, posts unseen, units of bodies.

Each takes a document's entities in their order and gives what they should be, or None to change nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from spacy.tokens import Doc, Span

from nlp.document import text_of

ACRONYM = re.compile(r"[A-Z][A-Z0-9]{1,9}\Z")
# What goes on behind the hyphen within one name: "Hwang Se|-eun". Before a capital two names may stand ("Ani-Budi").
POST = re.compile(
    r",? +(?P<post>(?:Kasub\w+|Kabag|Kabid|Kabiro|Karo|Kasi|Kadis\w*|Kapus\w+|Kakanwil)(?: +(?:dan +)?[A-Z][\w-]*){1,5})"
)
# A unit before the institution that it belongs to, which the ner sees by itself: "Sekretariat Jenderal, |Kementerian X|".
UNIT = re.compile(r"(?:Sekretariat|Inspektorat|Direktorat) Jenderal(?: (?:dan )?[A-Z][\w-]*){0,5}, \Z")
LONGEST_UNIT = 80  # characters
# The government of a region, which is a body even where nobody knows the region.
GOVERNMENT = re.compile(r"\b(?:Pemerintah (?:Kabupaten|Kota|Provinsi)|Pem(?:kab|kot|prov)) [A-Z][a-z]+\b")
REST = re.compile(r"-[a-z]\w*")


def whole_at_hyphens(doc: Doc, before: Sequence[Span]) -> list[Span] | None:
    """Lengthen names that end before a hyphen and small letters: "Hwang Se" in "Hwang Se-eun"."""
    text = text_of(doc)
    after: list[Span] = []
    for entity in before:
        rest = REST.match(text, entity.end_char) if entity.label_ == "PER" else None
        longer = doc.char_span(entity.start_char, rest.end(), label="PER") if rest else None
        after.append(longer or entity)
    return after if after != list(before) else None


def explained_acronyms(doc: Doc, before: Sequence[Span]) -> list[Span] | None:
    """Make an institution of a "person" whose name is an acronym that the text explains: "... Network (ASCN)".

    What explains a person's initials is a name: "Siti Aminah (SA)".
    """
    acronyms = {e.text for e in before if e.label_ == "PER" and len(e) == 1 and ACRONYM.match(e.text)}
    if not acronyms:
        return None
    ends = {entity.end_char for entity in before if entity.label_ == "PER"}
    explained = {name for name in acronyms if (at := text_of(doc).find(f" ({name})")) > 0 and at not in ends}
    after = [Span(doc, e.start, e.end, label="ORG") if e.label_ == "PER" and e.text in explained else e for e in before]
    return after if explained else None


def posts_behind_names(doc: Doc, before: Sequence[Span]) -> list[Span] | None:
    """Add the post that stands right behind a name, by a short word that begins only posts: "Edi Harsono |Kasubdit Data|"."""
    text, taken = text_of(doc), {entity.start_char for entity in before}
    after: list[Span] = []
    for entity in before:
        after.append(entity)
        post = POST.match(text, entity.end_char) if entity.label_ == "PER" else None
        if post and not any(start in taken for start in range(post.start("post"), post.end("post"))):
            span = doc.char_span(post.start("post"), post.end("post"), label="TITLE")
            after += [span] if span is not None else []
    return after if len(after) > len(before) else None


def units_before_bodies(doc: Doc, before: Sequence[Span]) -> list[Span] | None:
    """Lengthen an institution by the unit of it that stands before it: "Sekretariat Jenderal, Kementerian X"."""
    text = text_of(doc)
    after: list[Span] = []
    for entity in before:
        floor = after[-1].end_char if after else 0
        unit = None
        if entity.label_ == "ORG" and text[entity.start_char - 2 : entity.start_char] == ", ":
            unit = UNIT.search(text[max(floor, entity.start_char - LONGEST_UNIT) : entity.start_char])
        longer = doc.char_span(entity.start_char - len(unit[0]), entity.end_char, label="ORG") if unit else None
        after.append(longer or entity)
    return after if after != list(before) else None


def governments(doc: Doc, before: Sequence[Span]) -> list[Span] | None:
    """Add the governments of regions that the ner did not see: "Pemerintah Kabupaten Galuhan"."""
    text = text_of(doc)
    found = [match.span() for match in GOVERNMENT.finditer(text)] if "Pem" in text else []
    held = [(entity.start_char, entity.end_char) for entity in before]
    new = [
        doc.char_span(start, end, label="ORG")
        for start, end in found
        if not any(begin < end and start < stop for begin, stop in held)
    ]
    spans = [span for span in new if span is not None]
    return sorted([*before, *spans], key=lambda span: span.start) if spans else None
