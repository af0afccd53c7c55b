"""What the tagger is trained on: annotated documents with other names, the unlabelled corpus, the public sets."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from spacy import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from nlp.document import join
from nlp.gazetteers import regions
from nlp.reading import read
from nlp.training.gold import SHARED
from nlp.training.people import group_of_people, initial, is_plain, word_of_name
from nlp.training.synthetic import name_word

REGION_LABELS = frozenset(("GPE", "ORG", "TITLE", "LOC"))
LISTED = 0.6  # share of a name's words that come from the lists rather than from syllables
SINGLE_WORDS, INITIALS = 0.1, 0.15  # shares of the renamed documents with names of one word, with initials
OTHER_REGIONS = 0.5  # share of the regions of a renamed document that are replaced


def rename(nlp: Language, doc: Doc) -> Doc:
    """A copy of `doc` with other people, other regions and other companies, the same ones throughout."""
    people = _other_people([entity.text for entity in doc.ents if entity.label_ == "PER"])
    places = _other_regions(doc)
    named = re.compile(rf"\b(?:{'|'.join(map(re.escape, places))})\b") if places else None

    def other(entity: Span) -> str:
        if entity.label_ == "PER":
            return people[entity.text]
        if entity.label_ in REGION_LABELS and named:
            return named.sub(lambda match: places[match.group()], entity.text)
        return entity.text

    return with_entities(nlp, doc, other)


def _other_people(names: Sequence[str]) -> dict[str, str]:
    """Another name for each, word for word, in the same shape; for some documents initials, or single words."""
    group = group_of_people()
    alone = {name for name in names if " " not in name}
    words: dict[str, str] = {}
    single, shortened = random.random() < SINGLE_WORDS, random.random() < INITIALS

    def word(old: str, first: bool, last: bool) -> str:
        if old not in words:
            new = word_of_name(group, last) if random.random() < LISTED else name_word()
            if shortened and not last and old not in alone and random.random() < 0.5:
                new = initial()
            words[old] = new if is_plain(old) else old
            if old.isupper() and len(old) > 2:
                words[old] = words[old].upper()
        return words[old]

    others = {}
    for name in names:
        if random.random() < 0.15:
            group = group_of_people()
        parts = name.split()
        new = [word(part, number == 0, number == len(parts) - 1 > 0) for number, part in enumerate(parts)]
        others[name] = new[0] if single and len(new) > 1 and len(new[0]) > 2 else " ".join(new)
    return others


def _other_regions(doc: Doc) -> dict[str, str]:
    """Another region of the same kind for some of those that a document names as its places."""
    found = {}
    for name in sorted({_region(entity.text) for entity in doc.ents if entity.label_ == "GPE"} - {""}):
        if random.random() < OTHER_REGIONS:
            other = random.choice(_by_kind()[_region_kinds()[name.casefold()]])
            found[name] = other.upper() if name.isupper() else other
    return found


def _region(text: str) -> str:
    """The region's name at the end of a place's: "Cimahi" of "Kota Cimahi"; "" if there is none."""
    words = text.split()
    ends = (" ".join(words[-count:]) for count in (3, 2, 1) if count <= len(words))
    return next((end for end in ends if end.casefold() in _region_kinds()), "")


@lru_cache(maxsize=1)
def _region_kinds() -> dict[str, str]:
    """The kind of each region's name of one or two words, case folded."""
    rows = regions().by_code.values()
    return {row.name.casefold(): row.kind for row in rows if row.kind in ("kabupaten", "kota", "provinsi", "kecamatan")}


@lru_cache(maxsize=1)
def _by_kind() -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = {}
    for row in regions().by_code.values():
        kinds.setdefault(row.kind, []).append(row.name)
    return kinds


def with_entities(nlp: Language, doc: Doc, other: Callable[[Span], str]) -> Doc:
    """A copy of `doc` in which other text stands for each entity; an entity without text goes."""
    parts: list[str] = []
    entities: list[tuple[int, int, str]] = []
    position = length = 0
    for entity in doc.ents:
        before = doc.text[position : entity.start_char]
        inside = other(entity)
        parts += [before, inside]
        start = length + len(before)
        length = start + len(inside)
        entities.append((start, length, entity.label_))
        position = entity.end_char
    parts.append(doc.text[position:])
    return annotated(nlp, "".join(parts), entities)


def annotated(nlp: Language, text: str, entities: Iterable[tuple[int, int, str]]) -> Doc:
    """The text as a Doc with the entities that begin and end with tokens."""
    doc = nlp.make_doc(text)
    spans = (doc.char_span(start, end, label=label) for start, end, label in entities)
    doc.set_ents(filter_spans([span for span in spans if span is not None]))
    return doc


def in_other_case(nlp: Language, doc: Doc) -> Doc:
    """A copy with capitals throughout in its first line or in one paragraph, and with posts in small letters."""
    text = doc.text
    entities = [(entity.start_char, entity.end_char, entity.label_) for entity in doc.ents]
    for start, _, label in entities:
        if label == "TITLE" and random.random() < 0.3 and text[start + 1 : start + 2].islower():
            text = text[:start] + text[start].lower() + text[start + 1 :]
    if random.random() < 0.5:
        breaks = [-1, *(match.start() for match in re.finditer("\n", text)), len(text)]
        at = random.choice((0, random.randrange(len(breaks) - 1)))
        begin, end = breaks[at] + 1, breaks[at + 1]
        capitals = text[begin:end].upper()
        if len(capitals) == end - begin:
            text = text[:begin] + capitals + text[end:]
    return annotated(nlp, text, entities)


def unlabelled_texts(name: str = "*", leave_out: str | None = None) -> Iterator[str]:
    """Title and text, as the tagger reads them, of the documents in the files of ../shared/data/corpus of that name.

    leave_out  a part of the address of documents that are left out
    """
    for file in sorted((SHARED / "data" / "corpus").glob(f"{name}.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                if not (leave_out and leave_out in (row.get("url") or "")):
                    yield join(read(row.get("title") or "").text, read(row["text"]).text)


PUBLIC_LABELS = {"PER": "PER", "PERSON": "PER", "ORG": "ORG", "ORGANISATION": "ORG", "ORGANIZATION": "ORG"}
PUBLIC_LABELS |= {"LOC": "LOC", "PLACE": "LOC", "LOCATION": "LOC"}


def public_sentences(name: str, split: str) -> Iterator[list[tuple[str, str]]]:
    """The sentences of a set of ../shared/data/ner ("train" or "dev"), as (word, BIO tag of PER, ORG or LOC)."""
    (file,) = (SHARED / "data" / "ner").glob(f"{name}.{split}.*")
    sentence: list[tuple[str, str]] = []
    for line in [*file.read_text(encoding="utf-8").splitlines(), ""]:
        fields = line.split()
        if len(fields) >= 2:
            position, _, kind = fields[-1].partition("-")
            known = PUBLIC_LABELS.get(kind)
            sentence.append((fields[0], f"{position}-{known}" if known else "O"))
        elif sentence:
            yield sentence
            sentence = []
