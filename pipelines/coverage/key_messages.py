"""Key messages (pesan kunci): whether an article carries a sentence that a team wants told, and where.

A key sentence is held against every sentence of the article, and every two that follow each other: how much of what it
says, in stems weighed by how rare they are in the news, is said there, in the same words or near ones (synonyms.toml);
then what speaks against it: a negation or a contrary word on one side, and numbers. Amounts are compared as what they
say (pipelines/language/amounts.py). Pure functions of two texts; no model is asked. docs/key-messages.md says how often
they are right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import islice, pairwise
from typing import NamedTuple

from pipelines.coverage.features import SENTENCE
from pipelines.coverage.message_words import (
    LIGHT,
    NEGATION,
    NEGATORS,
    PLACE_HEADS,
    PLAIN,
    TELLING,
    VERBAL,
    WORD,
    content_words,
    contraries_of,
    near_words,
    phrased,
    weight_of,
)
from pipelines.language.amounts import COUNT, DATE, YEAR, Amount, amounts
from pipelines.language.stems import stem_word

VERBATIM, REWORDED, NUMBERS, MISSING = "verbatim", "reworded", "numbers", "missing"
VERDICTS = (VERBATIM, REWORDED, NUMBERS, MISSING)
MOST_WORDS = 3_000  # of an article; as pipelines/coverage/compare.py
MOST_SENTENCES = 200  # of an article
LONGEST_SENTENCE = 1_200  # characters of a sentence that are looked at
NAME = 0.6  # what a word of a name weighs beside another as rare: texts on one topic share them
NEAR = 0.85  # what a near word counts for of the same one
HEAD = 0.3  # what a word for a kind of place or body weighs, which its name mostly does without
VERB = 1.4  # what a word weighs that tells what is said of the topic, beside another as rare
UNSAID = 0.22  # what it costs that none of these words is there
SAID = 0.50  # the least score of a sentence that carries the message
# What its numbers add where all are there, and take where none is; what another number of the same kind adds. Where its
# numbers are there, so much of what a missing verb costs is waived.
NUMBER_KEPT, NUMBER_LOST, OTHER_NUMBER, SPOKEN_FOR = 0.25, 0.25, 0.0, 0.7
COMMON_UNITS, COMMON_NUMBER = frozenset(("%", "hari", "menit", YEAR)), 0.4  # units whose numbers are often the same
NEGATED, CONTRARY = 0.40, 0.35  # what it costs that only one side is negated, or says the contrary
TWO = 0.04  # what it costs that it takes two sentences
FOCUS = 0.15  # how much of the score is how little else the sentence says
FEWEST = 2  # words that say something, in a key sentence


class Found(NamedTuple):
    """What an article makes of a key sentence.

    verdict     one of VERDICTS
    field       "title" or "text", where the passage stands; "" for MISSING
    start, end  the passage there, in code points
    said        of NUMBERS: (as the key sentence has it, as the article has it) for each number that differs
    score       how much of it is said, about 0 to 1
    """

    verdict: str
    field: str = ""
    start: int = 0
    end: int = 0
    said: tuple[tuple[str, str], ...] = ()
    score: float = 0.0


@dataclass(frozen=True)
class Part:
    """A sentence of a text, or two that follow each other, of which both are given.

    start, end  in the title or the text
    stems       of its words that say something
    denied      those of them right behind a negation
    """

    field: str
    start: int
    end: int
    text: str
    stems: frozenset[str]
    negated: bool
    denied: frozenset[str] = frozenset()
    two: tuple[Part, Part] | None = None

    @cached_property
    def plain(self) -> str:
        """Its words, case folded, with a blank around each."""
        return f" {' '.join(PLAIN.findall(self.text.casefold()))} "

    @cached_property
    def amounts(self) -> tuple[Amount, ...]:
        """Its numbers."""
        if self.two:
            one, other = self.two
            shift = other.start - one.start
            return (*one.amounts, *(replace(a, start=a.start + shift, end=a.end + shift) for a in other.amounts))
        return tuple(amounts(self.text))

    @cached_property
    def words(self) -> list[str]:
        """Its words as they are, numbers left out."""
        return [word for word in WORD.findall(self.text) if not word[0].isdigit()]

    @cached_property
    def initials(self) -> str:
        """The first letters of these, in small letters."""
        return "".join([word[0].casefold() for word in self.words])

    @cached_property
    def acronyms(self) -> frozenset[str]:
        """Those of them that may be the initials of others, in small letters."""
        return frozenset(word.casefold() for word in self.words if 2 < len(word) < 6 and word.isupper())


class Unit(NamedTuple):
    """A word of a key sentence that says something: its stem, what says the same, and how much it weighs.

    tells  whether it is what is said of the topic: a verb or what is made of one, or a word that has a contrary
    """

    stem: str
    near: frozenset[str]
    weight: float
    tells: bool


@dataclass(frozen=True)
class Message:
    """A key sentence as it is compared."""

    text: str

    @cached_property
    def part(self) -> Part:
        """The sentence as one part."""
        return _part("", self.text, 0, len(self.text))

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """Its words that say something, each stem once."""
        found: dict[str, Unit] = {}
        for number, (word, stem) in enumerate(content_words(phrased(self.text))):
            if stem in found:
                continue
            named = word[0].isupper() and number > 0
            verbal = stem != word.casefold() and VERBAL.match(word) and stem not in LIGHT
            tells = not named and bool(verbal or stem in contraries_of() or stem in TELLING)
            kind = HEAD if word.casefold() in PLACE_HEADS else NAME if named else VERB if tells else 1.0
            weight = weight_of(stem) * kind
            found[stem] = Unit(stem, near_words(stem), weight, tells)
        return tuple(found.values())

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of its words: one that stands in a part stands there for itself, not for a near word."""
        return frozenset(unit.stem for unit in self.units)

    @cached_property
    def meant(self) -> frozenset[str]:
        """These stems and all that say the same."""
        return self.stems.union(*(unit.near for unit in self.units))

    @cached_property
    def contraries(self) -> frozenset[str]:
        """The stems that say the contrary of its own."""
        own = {unit.stem for unit in self.units}
        return frozenset(other for stem in own for other in contraries_of().get(stem, ())) - own


@dataclass(frozen=True)
class Told:
    """A text with its parts; a title is a part of its own."""

    title: str
    text: str

    @cached_property
    def sentences(self) -> tuple[Part, ...]:
        """Its title and its sentences."""
        single = [_part("text", self.text, start, end) for start, end in islice(_sentences(self.text), MOST_SENTENCES)]
        title = [_part("title", self.title, 0, min(len(self.title), LONGEST_SENTENCE))] if self.title.strip() else []
        return (*title, *single)

    @cached_property
    def twos(self) -> tuple[Part, ...]:
        """Every two sentences of the text that follow each other."""
        return tuple(
            _joined(self.text, one, other) for one, other in pairwise(self.sentences) if one.field == other.field
        )


def can_be_looked_for(text: str) -> bool:
    """Whether a key sentence has enough words that say something."""
    return len(Message(text).units) >= FEWEST


def find(message: Message, told: Told) -> Found:
    """Whether and where a text carries a key sentence: the best of its sentences, else of two that follow each other.

    A sentence that says it with other numbers counts before two that have the right ones between them.
    """
    for part in told.sentences:
        if message.part.plain in part.plain:
            return Found(VERBATIM, part.field, part.start, part.end, (), 1.0)
    for parts in (told.sentences, told.twos):
        held = [_held_against(message, part) for part in parts if message.meant & part.stems]
        carrying = [found for found in held if found.verdict != MISSING]
        if carrying:
            return max(carrying, key=lambda found: found.score)
    return Found(MISSING)


def find_all(messages: Iterable[str], title: str, text: str) -> list[Found]:
    """What a text makes of each of several key sentences, in their order."""
    told = Told(title, text)
    return [find(read(message), told) for message in messages]


@lru_cache(maxsize=200)
def read(text: str) -> Message:
    """A key sentence, remembered with what is made of it."""
    return Message(text)


def _held_against(message: Message, part: Part) -> Found:
    """How much of a key sentence a part says, and what its numbers say of it."""
    base = _said(message, part)
    if base < SAID / 2:
        return Found(MISSING, score=base)
    if (message.part.denied ^ part.denied) & message.stems & part.stems:
        return Found(MISSING, score=base)
    if message.contraries & part.stems and not message.contraries & message.part.stems:
        base -= CONTRARY
    base -= TWO if part.two else 0.0
    kept, telling, differing = _numbers(message.part, part)
    unsaid = UNSAID * _unsaid(message, part)
    if differing:
        verdict = NUMBERS if base - unsaid + OTHER_NUMBER >= SAID else MISSING
        return Found(verdict, part.field, part.start, part.end, differing, base - unsaid)
    asked = len(message.part.amounts)
    share = telling / asked if asked else 0.0
    if message.part.negated != part.negated:
        base -= NEGATED * (1 - SPOKEN_FOR * share)
    score = base - unsaid * (1 - SPOKEN_FOR * share) + NUMBER_KEPT * share - (NUMBER_LOST if asked and not kept else 0)
    return Found(REWORDED if score >= SAID else MISSING, part.field, part.start, part.end, (), score)


def _said(message: Message, part: Part) -> float:
    """The share, by weight, of a key sentence that a part says, with regard to what else the part says."""
    total = said = 0.0
    free = part.stems - message.stems
    for unit in message.units:
        total += unit.weight
        if unit.stem in part.stems:
            said += unit.weight
        elif unit.near & free:
            said += unit.weight * NEAR
    said += _initials(message, part)
    share = min(1.0, said / total) if total else 0.0
    beside = len(part.stems) / max(1, len(message.units))
    return share * (1 - FOCUS) + share * FOCUS * min(1.0, 1.5 / max(1.0, beside))


def _unsaid(message: Message, part: Part) -> float:
    """The share of what a key sentence says of its topic that a part does not say."""
    telling = [unit for unit in message.units if unit.tells]
    free = part.stems - message.stems
    missed = sum(unit.weight for unit in telling if unit.stem not in part.stems and not unit.near & free)
    return missed / sum(unit.weight for unit in telling) if telling else 0.0


def _initials(message: Message, part: Part) -> float:
    """The weight of words that a part says by their initials alone ("PLTS", "RSUD"), or the other way round."""
    units = {unit.stem: unit for unit in message.units}
    found = 0.0
    for acronym in part.acronyms - message.part.acronyms:
        at = message.part.initials.find(acronym)
        run = message.part.words[at : at + len(acronym)] if at >= 0 else []
        stems = {stem_word(word.casefold()) for word in run} - part.stems
        found += sum(units[stem].weight for stem in stems if stem in units)
    for acronym in message.part.acronyms - part.acronyms:
        if acronym in part.initials and acronym in units:
            found += units[acronym].weight
    return found


def _numbers(message: Part, part: Part) -> tuple[int, float, tuple[tuple[str, str], ...]]:
    """How many amounts of a key sentence a part has, how much they tell, and those that it says otherwise."""
    left = list(part.amounts)
    lost = []
    telling = 0.0
    kept: dict[tuple[str, str], int] = {}
    for amount in message.amounts:
        same = next((other for other in left if amount.is_same(other) and _same_thing(amount, other, part)), None)
        if same is None:
            lost.append(amount)
        else:
            left.remove(same)
            kept[_kind(amount)] = kept.get(_kind(amount), 0) + 1
            telling += COMMON_NUMBER if amount.unit in COMMON_UNITS else 1.0
    differing = []
    for amount in lost:
        rivals = [other for other in left if _rivals(amount, other)]
        if rivals and (not kept.get(_kind(amount)) or len(rivals) <= sum(_kind(one) == _kind(amount) for one in lost)):
            other = rivals[0]
            left.remove(other)
            differing.append((_written(message, amount), _written(part, other)))
    return sum(kept.values()), telling, tuple(differing)


def _same_thing(amount: Amount, other: Amount, part: Part) -> bool:
    """Whether two equal amounts can be of the same: what the one counts stands beside the other at all."""
    if amount.unit != COUNT or not amount.noun or amount.noun == other.noun:
        return True
    return amount.noun in part.stems or bool(near_words(amount.noun) & part.stems)


def _kind(amount: Amount) -> tuple[str, str]:
    return amount.unit, amount.noun if amount.unit == COUNT else ""


def _rivals(one: Amount, other: Amount) -> bool:
    """Whether two amounts can say different things of the same."""
    if one.unit != other.unit or one.unit == DATE or one.is_same(other):
        return False
    if one.unit != COUNT:
        return True
    return one.noun == other.noun or other.noun in near_words(one.noun) or not one.noun or not other.noun


def _written(part: Part, amount: Amount) -> str:
    return part.text[amount.start : amount.end]


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """Begin and end of each sentence of a text, without the space around it."""
    begin = 0
    for match in SENTENCE.finditer(text):
        yield from _trimmed(text, begin, match.start())
        begin = match.end()
    yield from _trimmed(text, begin, len(text))


def _trimmed(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    sentence = text[begin:end]
    inner = sentence.strip()
    if inner:
        start = begin + len(sentence) - len(sentence.lstrip())
        yield start, start + min(len(inner), LONGEST_SENTENCE)


def _part(field: str, text: str, start: int, end: int) -> Part:
    own = text[start:end]
    said = phrased(own)
    stems = frozenset([stem for _, stem in content_words(said)])
    denied = frozenset([stem for clause in NEGATION.findall(said) for _, stem in content_words(clause)[:1]])
    return Part(field, start, end, own, stems, bool(NEGATORS.intersection(PLAIN.findall(said.casefold()))), denied)


def _joined(text: str, one: Part, other: Part) -> Part:
    """Two parts that follow each other as one."""
    own, stems = text[one.start : other.end], one.stems | other.stems
    return Part(
        one.field,
        one.start,
        other.end,
        own,
        stems,
        one.negated or other.negated,
        one.denied | other.denied,
        (one, other),
    )
