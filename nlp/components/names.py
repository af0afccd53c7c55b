"""Names of people: the name without its honorifics and degrees, and which short forms belong to which full name.

"Dr. H. Budi Santoso, S.H., M.Si." is the name "Budi Santoso"; "Budi", "Santoso" and "B. Santoso" stand for it later.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parents[1] / "gazetteers" / "honorifics.toml"
NAME_WORD = re.compile(r"\w[\w'’`-]*")
SHORTEST_PREFIX = 4  # letters: "Sulis" can be cut from "Sulistyowati", "Sul" cannot
SHORTEST_BLEND = 5  # letters: "Budsan" can be made of the beginnings of "Budi Santoso", "Busa" cannot
SHORTEST_MISSPELT = 6  # letters: one other letter makes a longer word a misprint, a shorter one another name
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
    """The patterns of a rank ("Jenderal TNI (Purn)"), of any honorific ("Hj.", "Prof."), and of a degree ("M.Si.")."""
    forms = [word.replace("-", " ") for key in ("address", "academic", "religious") for word in data[key].split()]
    ranks, corps = _any_case(data["ranks"]), _any_case(data["corps"].split())
    purn = r"\(\s*(?:[Pp]urn\.?|HC|H\.C\.?)\s*\)"
    rank = rf"(?:{ranks})\b\.?(?:\s*(?:{corps})\b\.?)*(?:\s*\((?:{ranks})\.?\))?(?:\s*{purn})?"
    before = rf"(?:{rank}|(?:{_any_case(forms)})(?=[\s.,])\.?|{purn})"
    after = "|".join(_degree(form) for form in sorted(data["degrees"].split(), key=len, reverse=True))
    # A word in capitals with full stops inside is a degree even if the list lacks it ("M.Xyz.").
    return rank, before, rf"(?:(?:{after})(?![\w])\.?|[A-Z][A-Za-z]{{0,4}}\.(?:[A-Z][A-Za-z]{{0,5}}\.?){{1,3}}(?!\w))"


_DATA = tomllib.loads(DATA.read_text(encoding="utf-8"))
CORPS = _any_case(_DATA["corps"].split())
RANK_WORDS = frozenset(word for rank in _DATA["ranks"] for word in rank.split())
RANK, HONORIFIC, DEGREE = _patterns(_DATA)
LEADING = re.compile(rf"{HONORIFIC}[\s,]*")  # "Dr. " of "Dr. Budi"
# What stands right behind a name: ", S.H., M.Si.".
FOLLOWING_DEGREES = re.compile(rf"(?:\s*,?\s*{DEGREE})+")
# The degrees that close a span which the ner took for a name: ", S.H." of "Budi Santoso, S.H.".
TRAILING_DEGREES = re.compile(rf"(?:\s*,\s*{DEGREE}|\s+{DEGREE})+[\s,]*\Z")
DEGREES = frozenset(_DATA["degrees"].split()) | {
    form.replace(".", "") for form in _DATA["degrees"].split() if "." in form
}
DEGREE_WORD = re.compile(DEGREE)
# A rank at the end of a post belongs to the name after it: "Menko Polhukam Jenderal TNI" + "Wiranto". In "Direktur
# Jenderal" and the like the same word is the post's own.
ENDING_RANK = re.compile(
    rf"(?<!Direktur)(?<!Sekretaris)(?<!Inspektur)(?<!Konsul)(?<!Komisioner)(?<!Komisaris)(?<!Gubernur)\s+{RANK}\Z"
)


@dataclass(slots=True)
class NameMention:
    """One occurrence of a person's name in a document.

    start, end   the name without honorifics and degrees, offsets into the Doc's text
    degrees_end  where the degrees behind the name end; `end` if there are none
    words        the name's words, case folded: what names are compared by
    """

    start: int
    end: int
    degrees_end: int
    name: str
    words: tuple[str, ...]
    honorifics: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class Person:
    """The mentions of one person.

    words      the words of the fullest form of the name
    ambiguous  the name is a short form that fits several people of the document, so it is nobody's for sure
    """

    words: tuple[str, ...]
    mentions: list[NameMention] = field(default_factory=list)
    ambiguous: bool = False

    @property
    def fullest(self) -> NameMention:
        """The first mention in the fullest form; one in mixed case goes before one in capitals ("BUDI SANTOSO")."""
        full = [mention for mention in self.mentions if mention.words == self.words]
        return next((mention for mention in full if not mention.name.isupper()), full[0])

    @property
    def aliases(self) -> tuple[str, ...]:
        """The other forms of the name, in the order of their first mention."""
        return tuple(dict.fromkeys(m.name for m in self.mentions if m.words != self.words))


def name_words(name: str) -> tuple[str, ...]:
    """The words of a name, case folded: two names with the same words are one name."""
    return tuple(NAME_WORD.findall(name.casefold()))


def name_at(text: str, start: int, end: int) -> NameMention:
    """The name in text[start:end], less the honorifics and degrees in that span."""
    before: list[str] = []
    while (match := LEADING.match(text, start, end)) and text[match.end() : end].strip(" .,"):
        before.append(match.group().strip(" ,\n\t"))
        start = match.end()
    after: tuple[str, ...] = ()
    tail = TRAILING_DEGREES.search(text, start, end) if "," in text[start:end] or "." in text[start:end] else None
    if tail and tail.start() > start:
        end = tail.start()
    while end > start and text[end - 1] in " ,.;:)" and not _belongs_to_name(text, start, end):
        end -= 1
    name = " ".join(text[start:end].split())
    following = FOLLOWING_DEGREES.match(text, end, end + 60)
    if following:
        after = tuple(DEGREE_WORD.findall(following.group()))
    return NameMention(start, end, following.end() if following else end, name, name_words(name), (*before, *after))


def _belongs_to_name(text: str, start: int, end: int) -> bool:
    """Whether the last character is the name's: the full stop of an initial ("Budi S."), or a bracket's other half."""
    last = text[end - 1]
    if last == ")":
        return "(" in text[start:end]
    return last == "." and end - start > 3 and text[end - 2].isupper() and not text[end - 3].isalpha()


def honorifics_before(text: str, start: int) -> tuple[str, ...]:
    """The honorifics that stand right before the character `start`: ("Dr.", "Hj.") before "Siti"."""
    window = text[max(0, start - 48) : start].rsplit("\n", 1)[-1]
    match = TAIL_OF_HONORIFICS.search(window)
    return tuple(m.group().strip(" ,") for m in LEADING.finditer(match.group())) if match else ()


# Honorifics at the end of what precedes a name: "Dr. Hj. " in "kata Dr. Hj. ".
TAIL_OF_HONORIFICS = re.compile(rf"(?<![\w.])(?:{HONORIFIC}\s*)+\Z")


def is_short_form(short: tuple[str, ...], full: tuple[str, ...]) -> bool:
    """Whether the name `short` can stand for the longer name `full`.

    A single word can if it is a word of the full name ("Santoso"), the beginning of one ("Sulis"), or a blend of two
    ("Budsan"). Several words can if they come in the full name's order, from its first word on, or from the one after
    a first word that people drop ("Arya Wiguna" of "Muhammad Arya Wiguna").
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
    """Whether two words are the same, or the first is the initial of the second ("A" for "Adi")."""
    return word == other or (len(word) == 1 and other.startswith(word))


def _is_blend(short: str, full: tuple[str, ...]) -> bool:
    """Whether a nickname joins the beginnings of two neighbouring words: "Budsan" of "Budi Santoso"."""
    if len(short) < SHORTEST_BLEND:
        return False
    return any(
        short[:cut] == first[:cut] and second.startswith(short[cut:])
        for first, second in pairwise(full)
        for cut in range(2, len(short) - 1)
    )


def _misspelt(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Whether name `a` is name `b` with one word misspelt.

    Either one letter of a long word is wrong ("Sulistiowati"), or the ending of one of several words ("Budi Santosa").
    """
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
    """Whether one letter put in, left out or replaced turns one word into the other; first letters must be equal."""
    if abs(len(x) - len(y)) > 1 or x[0] != y[0]:
        return False
    if len(x) > len(y):
        x, y = y, x
    i = next((i for i, letter in enumerate(x) if letter != y[i]), len(x))
    return x[i + 1 :] == y[i + 1 :] if len(x) == len(y) else x[i:] == y[i + 1 :]


def group_by_person(mentions: Iterable[NameMention]) -> list[Person]:
    """The people that the mentions name, in the order of their first mention.

    Long names are taken first. A short form joins the person whose name it fits. If it fits several it joins the only
    one whose first word it is; if there is no such one, it becomes an `ambiguous` person of its own.
    """
    by_words: dict[tuple[str, ...], list[NameMention]] = {}
    for found in mentions:
        if found.words:
            by_words.setdefault(found.words, []).append(found)
    people: list[Person] = []
    for words in sorted(by_words, key=lambda w: (-len(w), -len(by_words[w]), by_words[w][0].start)):
        homes = [person for person in people if is_short_form(words, person.words) or _misspelt(words, person.words)]
        if len(homes) > 1:
            homes = [person for person in homes if person.words[0] == words[0]] or homes
        if len(homes) == 1:
            homes[0].mentions.extend(by_words[words])
        else:
            people.append(Person(words, list(by_words[words]), ambiguous=len(homes) > 1))
    for person in people:
        person.mentions.sort(key=lambda m: m.start)
    return sorted(people, key=lambda person: person.mentions[0].start)
