"""Documents of our own making, whose entities are known: the sentences of templates.txt with names put in.

The annotated documents name only 200 instruments of agreements and the same few hundred people. These show the tagger
how instruments are written and what only looks like one, and posts, regions and people that it has never met. Half of
the people's names are made of syllables, so that only their place in the sentence tells what they are.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import filter_spans

from nlp.gazetteers import HERE as GAZETTEERS
from nlp.gazetteers import regions
from nlp.training.people import all_words, full_name

HERE = Path(__file__).resolve().parent
# A place for a name in a template, of any filler of a kind or of the forms given: "{PER}", "{TITLE:Bupati|Wali Kota}".
SLOT = re.compile(r"\{(?P<kind>[A-Z_]+)(?::(?P<forms>[^}]*))?\}")
# Slots whose label is not their own name; those with "" have none.
SLOT_LABELS = {
    **dict.fromkeys(("NATION", "CITY_CAPITALS"), "GPE"),
    **dict.fromkeys(("OUTLET", "ORG_SHORT", "COMPANY_ORG", "SHORT", "BRAND", "CLUB", "ORG_SCHOOL", "POLICE"), "ORG"),
    **dict.fromkeys(("PARTY", "BODY_SHORT"), "ORG"),
    **dict.fromkeys(("TITLE_SMALL",), "TITLE"),
    **dict.fromkeys(("RANK", "HONORIFIC", "DEGREES", "NUMBER"), ""),
}
REGION_SLOTS = ("kabupaten", "kota", "provinsi", "kecamatan")
SENTENCES = (2, 6)  # in one made-up document
PREFIXED = 0.15  # share of the other names with a word before them ("Haji")
FROM_LIST = 0.5  # share of the names, and of the words of the others, that come from people.toml


def synthetic_docs(nlp: Language, count: int) -> Iterator[Doc]:
    """`count` made-up documents of a few sentences each, with their entities; different ones at every call."""
    for _ in range(count):
        text = ""
        entities: list[tuple[int, int, str]] = []
        for template in random.choices(_templates(), k=random.randint(*SENTENCES)):
            sentence, found = _fill(template)
            entities += [(start + len(text), end + len(text), label) for start, end, label in found]
            is_headline = sentence[-1] not in '."'
            text += sentence + ("\n\n" if is_headline else random.choice((" ", "\n\n")))
        doc = nlp.make_doc(text.strip())
        spans = (doc.char_span(start, end, label=label) for start, end, label in entities)
        doc.set_ents(filter_spans([span for span in spans if span is not None]))
        yield doc


def _fill(template: str) -> tuple[str, list[tuple[int, int, str]]]:
    """The sentence with names in its slots, and their (start, end, label)."""
    text, position = "", 0
    entities: list[tuple[int, int, str]] = []
    for slot in SLOT.finditer(template):
        text += template[position : slot.start()]
        name = _choose(slot)
        if label := SLOT_LABELS.get(slot["kind"], slot["kind"]):
            entities.append((len(text), len(text) + len(name), label))
        text += name
        position = slot.end()
    return text + template[position:], entities


def _choose(slot: re.Match[str]) -> str:
    if slot["forms"]:
        return random.choice(slot["forms"].split("|"))
    if slot["kind"] == "PER":
        return _person()
    return SLOT.sub(_choose, random.choice(_fillers()[slot["kind"]]))


def _person() -> str:
    """A person's name of one to four words."""
    if random.random() < FROM_LIST:
        return full_name()
    fillers = _fillers()
    parts = [name_word() for _ in range(random.choice((1, 2, 2, 2, 3, 3)))]
    if random.random() < PREFIXED:
        parts.insert(0, random.choice(fillers["BEFORE_NAME"]))
    return " ".join(parts)


def name_word() -> str:
    """A word of a name: one of the list, or one made of syllables, so that the word itself tells nothing."""
    if random.random() < FROM_LIST:
        return random.choice(all_words())
    fillers = _fillers()
    syllables = random.choices(fillers["SYLLABLE"], k=random.randint(1, 3))
    return "".join([*syllables, random.choice(fillers["NAME_END"])]).capitalize()


@lru_cache(maxsize=1)
def _templates() -> list[str]:
    lines = (HERE / "templates.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@lru_cache(maxsize=1)
def _fillers() -> dict[str, list[str]]:
    """Fillers by slot: those of fillers.toml, the regions by kind, ministries and agencies with their short names."""
    fillers: dict[str, list[str]] = tomllib.loads((HERE / "fillers.toml").read_text(encoding="utf-8"))
    for kind in REGION_SLOTS:
        fillers[kind.upper()] = [row.name for row in regions().by_code.values() if row.kind == kind]
    fillers["CITY_CAPITALS"] = [name.upper() for kind in ("KABUPATEN", "KOTA") for name in fillers[kind]]
    bodies = tomllib.loads((GAZETTEERS / "institutions.toml").read_text(encoding="utf-8"))
    fillers["BODY"] = [form for name, shorts in bodies.items() for form in (name, *shorts)]
    return fillers
