"""Compare: the passages that a release and an article have in common, and how much of either they are.

Greedy string tiling (Wise, "String similarity via greedy string tiling and running Karp-Rabin matching", 1993; as in
JPlag) takes the longest common runs of words first, and each word in one run at most. So it finds paragraphs that were
moved, too. docs/choices.md says how it did beside difflib and RapidFuzz.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from pipelines.coverage.features import QUOTE, SENTENCE, WORD, facts, is_content, telling_shingles
from pipelines.language.stems import stem_word

RUN = 4  # words of the shortest run that counts; shorter ones are idioms
# A run must hold so many words of so many letters in lower case; otherwise it is only a name or a post.
PROSE_WORDS, PROSE_LETTERS = 2, 4
MOST_WORDS = 3_000  # only so many words of a text are compared, from its beginning
MOST_PLACES = 20  # a run of words that stands in more places of a text is looked up in so many of them
# A sentence retells the release when one sentence of the release has half of its words, or the whole release 70 %.
RETOLD, FAMILIAR = 0.5, 0.7
HEADLINE_WORDS = 4  # a sentence that has fewer words of a title has only its topic
NEW = 4  # new shingles in a passage that begins or ends with a stock phrase; one in four is known, so of 16 words or so
FEW = 3  # of fewer names or numbers no share is told
SENTENCE_WORDS = 2  # a sentence with fewer words that say something says nothing of either
QUOTE_KEPT = 0.6  # a quotation is kept when the article has this share of its words in runs


@dataclass(frozen=True, slots=True)
class Span:
    """A passage in both texts: offsets in code points, end exclusive, and its length in words."""

    release_start: int
    release_end: int
    article_start: int
    article_end: int
    words: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """What an article has of a release. Shares are 0 to 1 of words.

    kept     of the release that appears in the article
    copied   of the article that comes from the release word for word
    retold   of the article in sentences whose words are the release's
    longest  words of the longest common span

    What only the label asks for:
    headline  of the release's title in one sentence of the article
    known     of the article's names, and of its numbers, those that the release has
    """

    kept: float
    copied: float
    retold: float
    longest: int
    spans: tuple[Span, ...]
    quotes: int
    quotes_kept: int
    numbers: int
    numbers_kept: int
    numbers_changed: tuple[tuple[str, str], ...]
    headline: float = 0.0
    known: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Words:
    """A text and its words, case folded. What else is asked of it is worked out only where passages are in common."""

    text: str
    folded: tuple[str, ...]

    @cached_property
    def places(self) -> list[tuple[int, int]]:
        """Begin and end of each word in the text."""
        return [match.span() for match in islice(WORD.finditer(self.text), MOST_WORDS)]

    @cached_property
    def sentences(self) -> list[set[str]]:
        """For each sentence the stems of words that say something by themselves; sentences without any are left out."""
        return [found for sentence in SENTENCE.split(self.text) if (found := _content(sentence))]


def read_words(text: str) -> Words:
    """The words of a text (the first MOST_WORDS)."""
    return Words(text, tuple([word.casefold() for word in WORD.findall(text)[:MOST_WORDS]]))


def passages(release: Words, article: Words) -> list[tuple[int, int, int]]:
    """The common runs of words that are more than a name or a post, as `tile` has them."""
    return [found for found in tile(release.folded, article.folded) if _is_prose(release, found[0], found[2])]


def new_passages(
    release: Words, tiles: Sequence[tuple[int, int, int]], new: frozenset[int]
) -> list[tuple[int, int, int]]:
    """Those passages that can come from the release. Others are stock phrases: of laws, of courts, of either house.

    new  the hashes of the indexed shingles in both texts that no article had before the release. A passage whose
         shingles are mostly older is no new one; one that is too short for a sampled shingle is beside one that is new.
    """
    ages = [_age(release.folded[i : i + n], new) for i, _, n in tiles]
    return [run for run, age in zip(tiles, ages, strict=True) if age or (age is None and any(ages))]


def _age(words: Sequence[str], new: frozenset[int]) -> bool | None:
    """Whether half of the telling shingles of a run are new, or NEW of them; None where it has none."""
    marks = telling_shingles(words, new)
    found = sum(mark in new for mark in marks)
    return found >= min(NEW, len(marks) / 2) if marks else None


def compare(release: Words, article: Words, tiles: Sequence[tuple[int, int, int]], title: str = "") -> Comparison:
    """How much of the release the article has, given the passages in common (`passages`). `title`: the release's."""
    common = sum(length for _, _, length in tiles)
    spans = tuple(
        Span(release.places[i][0], release.places[i + n - 1][1], article.places[j][0], article.places[j + n - 1][1], n)
        for i, j, n in sorted(tiles, key=lambda found: found[1])
    )
    quotes = _quotes(release, tiles)
    numbers = {word for word in release.folded if _is_number(word)}
    return Comparison(
        kept=common / max(1, len(release.folded)),
        copied=common / max(1, len(article.folded)),
        retold=_retold(release, article),
        longest=max((length for _, _, length in tiles), default=0),
        spans=spans,
        quotes=len(quotes),
        quotes_kept=sum(quotes),
        numbers=len(numbers),
        numbers_kept=len(numbers & set(article.folded)),
        numbers_changed=_changed(release.folded, article.folded, tiles),
        headline=_headline(title, article),
        known=_known(release, article),
    )


def tile(one: Sequence[str], other: Sequence[str], shortest: int = RUN) -> list[tuple[int, int, int]]:
    """Common runs of words as (position in one, position in other, length), longest first, none overlapping."""
    places: dict[tuple[str, ...], list[int]] = {}
    for j in range(len(other) - shortest + 1):
        here = places.setdefault(tuple(other[j : j + shortest]), [])
        if len(here) < MOST_PLACES:
            here.append(j)
    runs = []
    for i in range(len(one) - shortest + 1):
        for j in places.get(tuple(one[i : i + shortest]), ()):
            if i and j and one[i - 1] == other[j - 1]:
                continue  # the run began one word earlier, and was found there
            length = shortest
            while i + length < len(one) and j + length < len(other) and one[i + length] == other[j + length]:
                length += 1
            runs.append((length, i, j))
    runs.sort(key=lambda run: (-run[0], run[1], run[2]))
    taken_one, taken_other = bytearray(len(one)), bytearray(len(other))
    tiles = []
    for length, i, j in runs:
        begin = 0
        while begin < length:
            while begin < length and (taken_one[i + begin] or taken_other[j + begin]):
                begin += 1
            end = begin
            while end < length and not (taken_one[i + end] or taken_other[j + end]):
                end += 1
            if end - begin >= shortest:
                tiles.append((i + begin, j + begin, end - begin))
                taken_one[i + begin : i + end] = taken_other[j + begin : j + end] = b"\1" * (end - begin)
            begin = end
    return sorted(tiles, key=lambda found: -found[2])


def _is_prose(words: Words, start: int, length: int) -> bool:
    """Whether a run of words is more than a name or a post."""
    plain = 0
    for begin, end in words.places[start : start + length]:
        plain += end - begin >= PROSE_LETTERS and words.text[begin].islower()
    return plain >= PROSE_WORDS


def _quotes(release: Words, tiles: Sequence[tuple[int, int, int]]) -> list[bool]:
    """For every quotation of the release whether the article has it."""
    held = {i for start, _, length in tiles for i in range(start, start + length)}
    kept = []
    for quote in QUOTE.finditer(release.text):
        inside = [i for i, (begin, end) in enumerate(release.places) if quote.start() <= begin and end <= quote.end()]
        if inside:
            kept.append(sum(i in held for i in inside) >= QUOTE_KEPT * len(inside))
    return kept


def _retold(release: Words, article: Words) -> float:
    """The share of the article, by words that say something, in sentences that retell the release."""
    vocabulary = set().union(*release.sentences)
    total = retold = 0
    for own in article.sentences:
        if len(own) < SENTENCE_WORDS:
            continue
        total += len(own)
        in_any = len(own & vocabulary)
        if in_any < RETOLD * len(own):
            continue
        if in_any >= FAMILIAR * len(own) or max(len(own & theirs) for theirs in release.sentences) >= RETOLD * len(own):
            retold += len(own)
    return retold / total if total else 0.0


def _headline(title: str, article: Words) -> float:
    """The share of a title's words that one sentence of the article has; 0 where they are fewer than HEADLINE_WORDS."""
    words = _content(title)
    most = max((len(words & sentence) for sentence in article.sentences), default=0)
    return most / len(words) if most >= HEADLINE_WORDS else 0.0


def _known(release: Words, article: Words) -> tuple[float, float]:
    """Of the words of the article's names, and of its numbers, the shares that the release has; 1 of FEW."""
    there = set(release.folded)
    names, numbers = (len(own & there) / len(own) if len(own) >= FEW else 1.0 for own in facts(article.text))
    return names, numbers


def _content(sentence: str) -> set[str]:
    words = (match[0].casefold() for match in WORD.finditer(sentence))
    return {stem_word(word) for word in words if is_content(word)}


def _is_number(word: str) -> bool:
    """Whether a word is a number that can be checked; single digits are not."""
    return len(word) > 1 and any(character.isdigit() for character in word)


def _changed(
    one: Sequence[str], other: Sequence[str], tiles: Sequence[tuple[int, int, int]]
) -> tuple[tuple[str, str], ...]:
    """Numbers of the release that the article has changed: (number in the release, number in the article).

    Such a number stands next to a common run, and both texts have the same word on its other side.
    """
    changed: dict[tuple[str, str], None] = {}
    for i, j, length in sorted(tiles):
        for at_one, at_other, step in ((i + length, j + length, 1), (i - 1, j - 1, -1)):
            beyond_one, beyond_other = at_one + step, at_other + step
            if min(at_one, at_other, beyond_one, beyond_other) < 0:
                continue
            if beyond_one >= len(one) or beyond_other >= len(other):
                continue
            before, after = one[at_one], other[at_other]
            if (
                before != after
                and before[0].isdigit()
                and after[0].isdigit()
                and one[beyond_one] == other[beyond_other]
            ):
                changed[before, after] = None
    return tuple(changed)
