"""Names of people: honorifics and degrees kept apart, and which short form belongs to which full name."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parents[1] / "gazetteers" / "honorifics.toml"
WORD = re.compile(r"\w[\w'’`-]*")
SHORTEST_PREFIX = 4  # letters that a short form cut from a name keeps ("Sulis" of "Sulistyowati")
SHORTEST_BLEND = 5  # letters of a nickname made of two beginnings
SHORTEST_MISSPELT = 6  # letters of a word in which one wrong letter is a slip rather than another name
# First names that people drop when they are called by their second ("Muhammad Arya Wiguna" is "Arya Wiguna").
DROPPED_FIRST = frozenset(
    """
    muhammad muhamad mohammad mohamad mochamad mochammad moch moh mohd m ahmad achmad a i ni gusti ida andi raden r
    abdul
    """.split()
)


def _any_case(words: Iterable[str]) -> str:
    """An alternation of the words as given, capitalised and in capitals, longest first."""
    forms = {form for word in words for form in (word, word[:1].upper() + word[1:], word.upper())}
    return "|".join(re.escape(form).replace(r"\ ", r"\s+") for form in sorted(forms, key=len, reverse=True))


def _degree(form: str) -> str:
    """The pattern of a degree with or without its full stops ("S.Pd.I", "SPdI")."""
    return r"\.?".join(re.escape(part) for part in form.split("."))


def _patterns(data: dict[str, Any]) -> tuple[str, str, str]:
    forms = [word.replace("-", " ") for key in ("address", "academic", "religious") for word in data[key].split()]
    ranks, corps = _any_case(data["ranks"]), _any_case(data["corps"].split())
    purn = r"\(\s*(?:[Pp]urn\.?|HC|H\.C\.?)\s*\)"
    rank = rf"(?:{ranks})\b\.?(?:\s*(?:{corps})\b\.?)*(?:\s*{purn})?"
    before = rf"(?:{rank}|(?:{_any_case(forms)})(?=[\s.,])\.?|{purn})"
    after = "|".join(_degree(form) for form in sorted(data["degrees"].split(), key=len, reverse=True))
    # A form in capitals with full stops inside is a degree even where the list lacks it ("M.Xyz.").
    return rank, before, rf"(?:(?:{after})(?![\w])\.?|[A-Z][A-Za-z]{{0,4}}\.(?:[A-Z][A-Za-z]{{0,5}}\.?){{1,3}}(?!\w))"


_DATA = tomllib.loads(DATA.read_text(encoding="utf-8"))
RANK_WORDS = frozenset(word for rank in _DATA["ranks"] for word in rank.split())
RANK, HONORIFIC, DEGREE = _patterns(_DATA)
LEADING = re.compile(rf"{HONORIFIC}[\s,]*")
DEGREES = re.compile(rf"(?:\s*,?\s*{DEGREE})+")
TRAILING = re.compile(rf"(?:\s*,\s*{DEGREE}|\s+{DEGREE})+[\s,]*\Z")
DEGREE_WORD = re.compile(DEGREE)
# A rank at the end of a post ("Menko Polhukam Jenderal TNI"), but not of "Direktur Jenderal".
ENDING_RANK = re.compile(
    rf"(?<!Direktur)(?<!Sekretaris)(?<!Inspektur)(?<!Konsul)(?<!Komisioner)(?<!Komisaris)(?<!Gubernur)\s+{RANK}\Z"
)


@dataclass(slots=True)
class Mention:
    """One occurrence of a name, without its honorifics: `start` and `end` are offsets into the document's text.

    `degrees_end` is where the degrees after it end (`end` where there are none).
    """

    start: int
    end: int
    degrees_end: int
    name: str
    key: tuple[str, ...]
    honorifics: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class Person:
    """The mentions of one person; `words` are those of the fullest form, case folded.

    ambiguous  a short form that fits several people of the document, or none for sure
    """

    words: tuple[str, ...]
    mentions: list[Mention] = field(default_factory=list)
    ambiguous: bool = False

    @property
    def fullest(self) -> Mention:
        """The first mention in the fullest form, in mixed case where the text has it so."""
        full = [mention for mention in self.mentions if mention.key == self.words]
        return next((mention for mention in full if not mention.name.isupper()), full[0])

    @property
    def aliases(self) -> tuple[str, ...]:
        """The other forms of the name, in the order of their first mention."""
        return tuple(dict.fromkeys(m.name for m in self.mentions if m.key != self.words))


def name_key(name: str) -> tuple[str, ...]:
    """The words of a name, case folded: what is compared."""
    return tuple(WORD.findall(name.casefold()))


def mention(text: str, start: int, end: int) -> Mention:
    """The name at text[start:end] without the honorifics and degrees that the span holds."""
    before: list[str] = []
    while (match := LEADING.match(text, start, end)) and text[match.end() : end].strip(" .,"):
        before.append(match.group().strip(" ,\n\t"))
        start = match.end()
    after: tuple[str, ...] = ()
    tail = TRAILING.search(text, start, end) if "," in text[start:end] or "." in text[start:end] else None
    if tail and tail.start() > start:
        end = tail.start()
    while end > start and text[end - 1] in " ,.;:)" and not _closes(text, start, end):
        end -= 1
    name = " ".join(text[start:end].split())
    following = DEGREES.match(text, end, end + 60)
    if following:
        after = tuple(DEGREE_WORD.findall(following.group()))
    return Mention(start, end, following.end() if following else end, name, name_key(name), (*before, *after))


def _closes(text: str, start: int, end: int) -> bool:
    """Whether the last character belongs to the name: the full stop of an initial, a bracket opened in the name."""
    last = text[end - 1]
    if last == ")":
        return "(" in text[start:end]
    return last == "." and end - start > 3 and text[end - 2].isupper() and not text[end - 3].isalpha()


def honorifics_before(text: str, start: int) -> tuple[str, ...]:
    """The honorifics that stand right before text[start:]."""
    window = text[max(0, start - 48) : start].rsplit("\n", 1)[-1]
    match = TAIL_OF_HONORIFICS.search(window)
    return tuple(m.group().strip(" ,") for m in LEADING.finditer(match.group())) if match else ()


TAIL_OF_HONORIFICS = re.compile(rf"(?<![\w.])(?:{HONORIFIC}\s*)+\Z")


def is_short_form(short: tuple[str, ...], full: tuple[str, ...]) -> bool:
    """Whether the name `short` can stand for `full`.

    One word: a word of the full name or the first letters of one (SHORTEST_PREFIX or more). Several: the first word,
    or the first after one that people drop, and others in their order.
    """
    if not short or short == full or len(short) > len(full):
        return False
    if len(short) == 1:
        return short[0] in full or any(_is_prefix(short[0], word) for word in full) or _is_blend(short[0], full)
    if len(short) == len(full):
        return all(_same_word(a, b) for a, b in zip(short, full, strict=True))
    if short[0] != full[0] and (full[0] not in DROPPED_FIRST or short[0] not in full[1:3]):
        return False
    rest = iter(full)
    return all(any(_same_word(word, other) for other in rest) for word in short)


def _is_prefix(short: str, word: str) -> bool:
    return SHORTEST_PREFIX <= len(short) < len(word) and word.startswith(short)


def _same_word(word: str, other: str) -> bool:
    """The same word, or its initial ("A" for "Adi")."""
    return word == other or (len(word) == 1 and other.startswith(word))


def _is_blend(short: str, full: tuple[str, ...]) -> bool:
    """Whether a nickname is put together from the beginnings of two words that follow each other ("Budsan")."""
    if len(short) < SHORTEST_BLEND:
        return False
    return any(
        short[:cut] == first[:cut] and second.startswith(short[cut:])
        for first, second in pairwise(full)
        for cut in range(2, len(short) - 1)
    )


def _misspelt(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Two names that differ in one letter of one long word, or in the ending of one of several words."""
    if len(a) > len(b):
        return False
    different = [(x, y) for x, y in zip(a, b, strict=False) if x != y]
    if len(different) != 1 or (len(a) != len(b) and len(a) > 1):
        return False
    x, y = different[0]
    if min(len(x), len(y)) >= SHORTEST_MISSPELT and _one_edit(x, y):
        return True
    return len(a) > 1 and min(len(x), len(y)) > 4 and x[:4] == y[:4] and abs(len(x) - len(y)) <= 2


def _one_edit(x: str, y: str) -> bool:
    """Whether one letter put in, left out or replaced makes one word the other."""
    if abs(len(x) - len(y)) > 1 or x[0] != y[0]:
        return False
    if len(x) > len(y):
        x, y = y, x
    i = next((i for i, letter in enumerate(x) if letter != y[i]), len(x))
    return x[i + 1 :] == y[i + 1 :] if len(x) == len(y) else x[i:] == y[i + 1 :]


def group(mentions: Iterable[Mention]) -> list[Person]:
    """The mentions by person, in the order of their first mention.

    A short form joins the one full name that it fits; where it fits several, the one whose first word it is; else it
    stays apart.
    """
    by_key: dict[tuple[str, ...], list[Mention]] = {}
    for found in mentions:
        if found.key:
            by_key.setdefault(found.key, []).append(found)
    counts = Counter({key: len(found) for key, found in by_key.items()})
    people: list[Person] = []
    for key in sorted(by_key, key=lambda k: (-len(k), -counts[k], by_key[k][0].start)):
        homes = [person for person in people if is_short_form(key, person.words) or _misspelt(key, person.words)]
        if len(homes) > 1:
            homes = [person for person in homes if person.words[0] == key[0]] or homes
        if len(homes) == 1:
            homes[0].mentions.extend(by_key[key])
        else:
            people.append(Person(key, list(by_key[key]), ambiguous=len(homes) > 1))
    for person in people:
        person.mentions.sort(key=lambda m: m.start)
    return sorted(people, key=lambda person: person.mentions[0].start)
