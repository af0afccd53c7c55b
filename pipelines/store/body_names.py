"""What one article calls institutions: which of the names are no bodies, and which stand for a longer or shorter one.

The tagger reads a name where it stands; the whole article knows more. A town in capitals before the first dash is a
dateline, unless the text names such a body elsewhere. A headline writes its verbs in capitals; words that the text
itself never writes so are not part of a name. An acronym that the text explains stands for the full name. Who is a
person to the rest of the article is no body.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from nlp.records import Mention
from pipelines.store.who_is_who import name_key

ACRONYM = re.compile(r"[A-Z][\w&-]{1,14}\Z")
WITH_ACRONYM = re.compile(r"(?P<full>[^()]{3,}?)\s*\((?P<short>[A-Z][\w&-]{1,14})\)?")  # one name of the tagger's
BEFORE_ACRONYM = re.compile(r"\s*\(\s*$")
# What follows the town of a dateline: "UNGARAN –", "AMBON, Maluku -", "BIMA (ANTARA) -", "SOLO, KOMPAS.com —".
AFTER_DATELINE = re.compile(r"(?:,[^\n,–—]{1,40})?\s*(?:\([^()\n]{1,40}\))?\s*(?:[–—-]|--)\s")
# A word with a capital that does not begin a sentence or a quotation, and so belongs to a name.
IN_A_NAME = re.compile(r"(?<![.!?:;\n\"“‘(–—-])(?<![.!?:;\n\"“‘–—-] )\b[A-Z][\w'’-]*")


@dataclass(frozen=True, slots=True)
class BodyNames:
    """The institutions that one article names.

    acronyms   key of the acronym -> full name, learnt from "Nama Lengkap (NL)"
    stands_for key of a name -> the name that is meant; None where it is no body
    bracketed  acronyms that stand within a name of the tagger's, and nowhere by themselves: "Nama Lengkap (NL"
    """

    acronyms: Mapping[str, str] = field(default_factory=dict)
    stands_for: Mapping[str, str | None] = field(default_factory=dict)
    bracketed: tuple[str, ...] = ()

    def meant(self, name: str) -> str | None:
        """The body's name that is meant by a name of the article; None where it is none."""
        return self.stands_for.get(name_key(name), name)


def body_names(mentions: Iterable[Mention], text_of: Mapping[str, str]) -> BodyNames:
    """Read the institutions (ORG) among an article's mentions; text_of: {"title": ..., "text": ...}."""
    every = list(mentions)
    bodies = sorted((m for m in every if m.label == "ORG"), key=lambda m: (m.field, m.start))
    told: dict[str, str | None] = _people(every, bodies)
    within: dict[str, str] = {}
    for mention in bodies:
        if found := WITH_ACRONYM.fullmatch(mention.text):
            told[name_key(mention.text)] = found["full"]
            within[found["short"]] = found["full"]
        elif "(" in mention.text and ")" not in mention.text:  # a name that was cut within its brackets
            told.setdefault(name_key(mention.text), mention.text.split("(")[0].strip())
    in_text = [m for m in bodies if m.field == "text"]
    told |= _datelines(in_text, text_of["text"])
    told |= _headlines(bodies, in_text, text_of["text"])
    acronyms = {name_key(short): full for short, full in within.items()} | _acronyms(bodies, text_of)
    return BodyNames(acronyms, told, tuple(within))


def _people(mentions: Sequence[Mention], bodies: Sequence[Mention]) -> dict[str, str | None]:
    """Names that the article has more often as a person's, or as often where they have several words; None for each."""
    times = Counter(name_key(m.text) for m in bodies)
    people = Counter(name_key(m.text) for m in mentions if m.label == "PER")
    return {key: None for key, n in times.items() if people[key] > n or (people[key] == n and " " in key)}


def _acronyms(bodies: Sequence[Mention], text_of: Mapping[str, str]) -> dict[str, str]:
    """Acronyms that the article spells out."""
    found: dict[str, str] = {}
    for full, short in pairwise(bodies):
        if full.field == short.field and len(short.text) < len(full.text):
            between = text_of[full.field][full.end : short.start]
            if BEFORE_ACRONYM.fullmatch(between) and ACRONYM.match(short.text):
                found[name_key(short.text)] = full.text
    return found


def _datelines(in_text: Sequence[Mention], text: str) -> dict[str, str | None]:
    """The town in capitals with which the text begins, where it is taken for a body; None for it."""
    if not in_text or in_text[0].start > 0 or not in_text[0].text.isupper():
        return {}
    first = in_text[0]
    elsewhere = any(name_key(m.text) == name_key(first.text) for m in in_text[1:])
    return {} if elsewhere or not AFTER_DATELINE.match(text, first.end) else {name_key(first.text): None}


def _headlines(bodies: Sequence[Mention], in_text: Sequence[Mention], text: str) -> dict[str, str | None]:
    """Names of the title that run on into words which the text never writes as part of a name."""
    keys = {name_key(m.text): m.text for m in in_text}
    told: dict[str, str | None] = {}
    capitals: set[str] | None = None
    for mention in bodies:
        key = name_key(mention.text)
        words = mention.text.split()
        if mention.field != "title" or key in keys or len(words) < 2:
            continue
        if capitals is None:
            capitals = {name_key(match[0]) for match in IN_A_NAME.finditer(text)}
            capitals |= {word for name in keys for word in name.split()}
        known = next((n for n, word in enumerate(words) if name_key(word) not in capitals), len(words))
        if 0 < known < len(words):
            told[key] = _shortened(" ".join(words[:known]), keys)
    return told


def _shortened(name: str, keys: Mapping[str, str]) -> str | None:
    """The body that the beginning of a headline's name means, among those of the text (key -> name)."""
    key = name_key(name)
    if key in keys:
        return keys[key]
    longer = {full for other, full in keys.items() if other.startswith(f"{key} ")}
    if len(longer) == 1:
        return longer.pop()
    return name if len(name.split()) > 1 and not longer else None
