"""Names that the ner did not see, and the names of one document brought into agreement. Steps of `pantau_repair`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from spacy.tokens import Doc, Span

from nlp.components.name_edges import INITIAL, NAME_PART, NUMERALS, TWO_CAPITALS, adjoins, words_in
from nlp.components.names import LEADING
from nlp.components.people import post_words
from nlp.components.posts import HEAD, NAME_LIKE
from nlp.document import text_in, words_of
from nlp.gazetteers import common_words, name_words, regions

LONGEST_NAME = 5  # words


def agreed(doc: Doc, before: Sequence[Span]) -> list[Span] | None:
    """Have the names of a document agree: a full name that it gives once tells where the name ends elsewhere.

    "Dedi Mulyadi Channel" ends where "Dedi Mulyadi" does, "Budi Santoso Budi Santoso" is the name twice, and a full name
    that the ner saw once is a name wherever it stands.
    """
    names = Counter(words_in(entity) for entity in before if entity.label_ == "PER")
    if not names:
        return None
    after: list[Span] = []
    for entity in before:
        after += _parts(doc, entity, names) if entity.label_ == "PER" and len(entity) > 2 else [entity]
    after += _unseen(doc, after, {name for name in names if len(name) > 1})
    return after if after != list(before) else None


def _parts(doc: Doc, entity: Span, names: Counter[tuple[str, ...]]) -> list[Span]:
    """The names in an entity: it alone, or a name that the document gives elsewhere and what follows it."""
    words = words_in(entity)
    for cut in range(len(words) - 1, 1, -1):
        if names[words[:cut]] and names[words] < 2:
            first = Span(doc, entity.start, entity.start + cut, label="PER")
            rest = words[cut:]
            if names[rest] or rest == words[:cut]:
                return [first, Span(doc, first.end, entity.end, label="PER")]
            if not any(word in name_words() for word in rest):
                return [first]
    return [entity]


def _unseen(doc: Doc, entities: Sequence[Span], names: set[tuple[str, ...]]) -> Iterator[Span]:
    """The names where they stand outside all entities."""
    by_first: dict[str, list[tuple[str, ...]]] = {}
    for name in sorted(names, key=len, reverse=True):
        by_first.setdefault(name[0], []).append(name)
    words = words_of(doc)
    places = [i for i, word in enumerate(words) if word in by_first] if by_first else []
    taken = {i for entity in entities for i in range(entity.start, entity.end)} if places else set()
    for i in places:
        if i in taken:
            continue
        for name in by_first[words[i]]:
            end = i + len(name)
            if tuple(words[i:end]) == name and taken.isdisjoint(range(i, end)):
                taken.update(range(i, end))
                yield Span(doc, i, end, label="PER")
                break


def unseen_names(doc: Doc, before: Sequence[Span]) -> list[Span] | None:
    """Mark names that the ner did not see: runs of capitalised words outside entities, half of them words of names.

    One word is enough behind a post, be it after a comma, and behind a rank or a form of address.
    """
    words, known = words_of(doc), _free_names()
    taken = {i: entity.label_ for entity in before for i in range(entity.start, entity.end)}
    free = [i for i, word in enumerate(words) if word in known and i not in taken]
    if not free:
        return None
    found: list[Span] = []
    end = 0
    for i in free:
        if i < end:
            continue
        first, end = i, i + 1
        while first and first - 1 not in taken and adjoins(doc, first - 1) and is_free_word(words[first - 1]):
            first -= 1
        while end < len(doc) and end not in taken and adjoins(doc, end - 1) and _goes_on(words[end]):
            end += 1
        last = end
        while last > first + 1 and TWO_CAPITALS.match(words[last - 1]):
            last -= 1
        run = Span(doc, first, last, label="PER")
        if _is_name(run, taken):
            found.append(run)
    return [*before, *found] if found else None


@lru_cache(maxsize=1)
def _free_names() -> frozenset[str]:
    """The words of names that may stand free."""
    return frozenset(word for word in name_words() if is_free_word(word))


@lru_cache(maxsize=10_000)
def _is_region(name: str) -> bool:
    return any(regions().find(kind, name) for kind in ("kabupaten", "kota", "provinsi"))


def _goes_on(text: str) -> bool:
    return is_free_word(text) or (INITIAL.match(text) is not None and text not in NUMERALS)


@lru_cache(maxsize=10_000)
def is_free_word(text: str) -> bool:
    """Whether a word may begin or go on with a name: capitalised, not common, of no post, no honorific."""
    if NAME_PART.match(text) is None or LEADING.match(f"{text} "):
        return False
    if HEAD.fullmatch(text) is not None and text not in NAME_LIKE:
        return False
    return text in name_words() or not (text.casefold() in post_words() or text.casefold() in common_words())


def _is_name(run: Span, taken: Mapping[int, str]) -> bool:
    """Whether a run of words is a name."""
    known = sum(word in name_words() for word in words_in(run))
    if not known or len(run) > LONGEST_NAME or 2 * known < len(run):
        return False
    if len(run) > 1:
        return True
    if _is_region(text_in(run)):
        return False  # "Bupati" "Bima" Hj. Siti Mahani
    doc, at = run.doc, run.start - 1
    if at > 0 and doc[at].text == ",":
        at -= 1
    return at >= 0 and (
        taken.get(at) == "TITLE" or (at == run.start - 1 and LEADING.match(f"{doc[at].text} ") is not None)
    )
