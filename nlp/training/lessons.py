"""What the tagger's network learns from, as arrays: every token's rows of the embedding tables, and what the ner should
make of it.

The ner looks at a token outside entities (does one begin, does the token alone make one, or neither?) and at tokens of
open entities (does it go on?). The answers are probabilities: what silver.py gives for the unlabelled texts, certain
ones for annotated and made-up documents.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy import Language
from spacy.tokens import Doc

from nlp.records import LABELS
from nlp.training.people import all_words
from nlp.training.synthetic import name_word

TAGS = ("O", *(f"{position}-{label}" for label in LABELS for position in "BI"))
PERSON, POST = LABELS.index("PER"), LABELS.index("TITLE")
PAD = 4  # rows of nothing between documents: spaCy's MaxoutWindowEncoder has as many as it is deep, or more
INNER = 0.3  # weight of a token inside an entity as one at which none is open: an ner that missed the beginning sees it
MADE_UP = 12_000  # words of the pools that are made of syllables
LISTED = 0.6  # share of the people's words that come from the lists of people.toml
OTHER, CAPITALISED, SMALL, CAPITALS = range(4)  # forms of words
# Shares of the words, by form, that other words stand for in a batch: of people's names, and of all other words.
OF_PEOPLE, OF_OTHERS = (0.0, 0.4, 0.2, 0.3), (0.0, 0.07, 0.025, 0.0)

RUNS = Path(__file__).resolve().parent / "runs"  # what training keeps between its steps

Ints = NDArray[np.int64]
Floats = NDArray[np.float16]


@dataclass(frozen=True)
class Taught:
    """A document, or several in a row.

    attributes  (tokens, attributes): hashes
    forms       (tokens,): OTHER, CAPITALISED, SMALL or CAPITALS
    chances     (tokens, tags): of TAGS
    spans       (entities, 3): first token, token behind the last, number of the label
    ends        (documents,): the token at which each document ends
    """

    attributes: NDArray[np.uint64]
    forms: NDArray[np.uint8]
    chances: Floats
    spans: Ints
    ends: Ints


@dataclass(frozen=True)
class Lessons:
    """The tokens of documents one after another.

    rows     (distinct tokens, attributes, hashes): which rows of the embedding tables a token is made of
    forms    (distinct tokens,)
    kinds    (tokens,): which of the distinct tokens each token is
    ends     (documents,)
    outside  (tokens, moves): how likely each move is where no entity is open
    weight   (tokens,): of `outside` in the loss
    inside   (states, 3): each token at which an entity is open, that entity's first token, its label's number
    going    (states,): how likely it is that the entity goes on behind the token
    person   (tokens,): whether the token is of a person's name
    post     (tokens,): whether it is of a post
    pools    by form: the distinct tokens that may stand for a word; [0] for people, [1] for others
    """

    rows: Ints
    forms: NDArray[np.uint8]
    kinds: Ints
    ends: Ints
    outside: Floats
    weight: Floats
    inside: Ints
    going: Floats
    person: NDArray[np.bool_]
    post: NDArray[np.bool_]
    pools: tuple[tuple[Ints, ...], tuple[Ints, ...]]


def nodes(nlp: Language, name: str) -> list[Any]:
    """The layers of a pipeline's tok2vec with this name, those of the embedding first."""
    tok2vec: Any = nlp.get_pipe("tok2vec")
    return [node for node in tok2vec.model.walk() if node.name == name]


def table_rows(table: Any, distinct: NDArray[np.uint64]) -> Ints:
    """(tokens, hashes): the rows that thinc's HashEmbed adds up for each token."""
    ids = np.ascontiguousarray(distinct[:, table.attrs["column"]])
    return np.asarray(table.ops.hash(ids, table.attrs["seed"]) % table.get_dim("nV"), dtype=np.int64)


def columns_of(nlp: Language) -> list[Any]:
    """The attributes of a token that the network reads."""
    (extract,) = nodes(nlp, "extract_features")
    return list(extract.attrs["columns"])


def forms_of(words: Iterable[str]) -> NDArray[np.uint8]:
    """The form of each word."""
    return np.array([_form(word) for word in words], dtype=np.uint8)


def _form(word: str) -> int:
    plain = word.replace("'", "").replace("-", "")
    if len(word) < 3 or not plain.isalpha():
        return OTHER
    if word.islower():
        return SMALL if len(word) > 3 else OTHER
    if word[0].isupper() and word[1:].islower():
        return CAPITALISED
    return CAPITALS if len(word) > 3 and word.isupper() else OTHER


def certain(doc: Doc, columns: list[Any]) -> Taught:
    """An annotated document."""
    chances = np.zeros((len(doc), len(TAGS)), dtype=np.float16)
    tags = [TAGS.index(f"{token.ent_iob_}-{token.ent_type_}") if token.ent_type_ else 0 for token in doc]
    chances[np.arange(len(doc)), tags] = 1
    spans = [(entity.start, entity.end, LABELS.index(entity.label_)) for entity in doc.ents]
    return taught(doc, columns, chances, spans)


def taught(doc: Doc, columns: list[Any], chances: Floats, spans: Sequence[tuple[int, int, int]]) -> Taught:
    """A document with the probabilities of its tags and its likeliest entities."""
    forms = forms_of(token.text for token in doc)
    attributes = doc.to_array(columns).astype(np.uint64).reshape(len(doc), -1)
    return Taught(attributes, forms, chances, np.array(spans, dtype=np.int64).reshape(-1, 3), np.array([len(doc)]))


def in_a_row(parts: Sequence[Taught]) -> Taught:
    """Documents one after another."""
    begins = np.cumsum([0, *(len(part.forms) for part in parts)])
    shift = [np.array([[begin, begin, 0]]) for begin in begins]
    return Taught(
        np.concatenate([part.attributes for part in parts]),
        np.concatenate([part.forms for part in parts]),
        np.concatenate([part.chances for part in parts]),
        np.concatenate([part.spans + by for part, by in zip(parts, shift, strict=False)]),
        np.concatenate([part.ends + begin for part, begin in zip(parts, begins, strict=False)]),
    )


def save(whole: Taught, file: Path) -> None:
    """Keep documents in a file of arrays; a run that is stopped meanwhile leaves the old file."""
    file.parent.mkdir(exist_ok=True)
    part = file.with_suffix(".part.npz")
    np.savez(part, **vars(whole))
    part.replace(file)


def load_taught(file: Path) -> Taught:
    """What `save` kept."""
    with np.load(file) as arrays:
        return Taught(**arrays)


def lessons(nlp: Language, whole: Taught) -> Lessons:
    """The lessons of documents for a pipeline with the batch decoder, and the pools of words for disguises."""
    decoder: Any = nlp.get_pipe("decode")
    order = [LABELS.index(nlp.vocab.strings[label]) for label in decoder.labels]
    people, others = _pools(nlp)
    words = np.concatenate([attributes for pool in (people, others) for attributes in pool if attributes is not None])
    distinct, first, kinds = np.unique(
        np.concatenate([whole.attributes, words]), axis=0, return_index=True, return_inverse=True
    )
    kinds = kinds.reshape(-1)
    forms = np.concatenate([whole.forms, np.zeros(len(words), dtype=np.uint8)])[first]
    rows = np.stack([table_rows(table, distinct) for table in nodes(nlp, "hashembed")], axis=1)
    at, pools = len(whole.forms), []
    for pool in (people, others):
        found = []
        for attributes in pool:
            size = 0 if attributes is None else len(attributes)
            found.append(kinds[at : at + size])
            at += size
        pools.append(tuple(found))
    outside, weight, inside, going = _wanted(whole, order)
    person, post = (np.zeros(len(whole.forms), dtype=bool) for _ in range(2))
    for start, end, label in whole.spans:
        if label in (PERSON, POST):
            (person if label == PERSON else post)[start:end] = True
    kinds = kinds[: len(whole.forms)]
    return Lessons(rows, forms, kinds, whole.ends, outside, weight, inside, going, person, post, (pools[0], pools[1]))


def _wanted(whole: Taught, order: Sequence[int]) -> tuple[Floats, Floats, Ints, Floats]:
    """(outside, weight, inside, going) with the labels in the decoder's order."""
    begin, inner = whole.chances[:, 1::2][:, order], whole.chances[:, 2::2][:, order]
    following = np.concatenate([inner[1:], np.zeros((1, len(order)), dtype=inner.dtype)])
    following[whole.ends - 1] = 0
    out = np.clip(1 - begin.astype(np.float32).sum(axis=1, keepdims=True), 0, 1)
    outside = np.concatenate([begin * following, begin * (1 - following), out], axis=1).astype(np.float16)
    weight = np.ones(len(outside), dtype=np.float16)
    place = {label: number for number, label in enumerate(order)}
    states = []
    for start, end, label in whole.spans:
        weight[start + 1 : end] = INNER
        states += [(at, start, place[int(label)]) for at in range(start + 1, end)]
    inside = np.array(states, dtype=np.int64).reshape(-1, 3)
    return outside, weight, inside, following[inside[:, 0], inside[:, 2]]


def _pools(nlp: Language) -> tuple[list[Any], list[Any]]:
    """Attributes of the words that may stand for others, by form: (of people, of others)."""
    columns = columns_of(nlp)

    def attributes(words: Sequence[str]) -> Any:
        return Doc(nlp.vocab, words=list(words)).to_array(columns).astype(np.uint64).reshape(len(words), -1)

    made_up = [name_word() for _ in range(MADE_UP)]
    listed = random.choices(all_words(), k=int(MADE_UP * LISTED))
    names = [*made_up[: MADE_UP - len(listed)], *listed]
    small = attributes([word.lower() for word in made_up])
    people = [None, attributes(names), small, attributes([name.upper() for name in names[::3]])]
    return people, [None, attributes(made_up), small, None]


def batches(
    taught_: Lessons, rng: np.random.Generator, shuffled: np.random.Generator, tokens: int, rank: int, workers: int
) -> Iterator[tuple[NDArray[Any], ...]]:
    """Whole documents of a worker's share in random order, words disguised: one pass.

    shuffled  makes the order of the documents, and is the same for all workers
    tokens    of a batch, about

    Gives (rows, at, places, outside, weight, inside, going) as Shallow and Moves take them and the loss needs them.
    """
    begins = np.concatenate([[0], taught_.ends[:-1]])
    lengths = taught_.ends - begins
    borders = np.searchsorted(taught_.inside[:, 0], [*begins, taught_.ends[-1]])
    order = shuffled.permutation(np.flatnonzero(lengths))[rank::workers]
    parts = np.cumsum(lengths[order]) // tokens
    for docs in np.split(order, np.flatnonzero(np.diff(parts)) + 1):
        chosen = np.concatenate([np.arange(begins[doc], taught_.ends[doc]) for doc in docs])
        places = np.arange(len(chosen)) + PAD * np.repeat(np.arange(1, len(docs) + 1), lengths[docs])
        disguised = _disguised(taught_, chosen, rng)
        kinds, back = np.unique(disguised, return_inverse=True)
        at = np.full(len(chosen) + PAD * (len(docs) + 1), -1)
        at[places] = back
        shifts = np.cumsum([0, *lengths[docs][:-1]]) - begins[docs]
        states = np.concatenate([np.arange(borders[doc], borders[doc + 1]) for doc in docs])
        moved = np.repeat(shifts, borders[docs + 1] - borders[docs])
        inside = taught_.inside[states] + np.stack([moved, moved, np.zeros_like(moved)], axis=1)
        outside, weight = (values[chosen].astype(np.float32) for values in (taught_.outside, taught_.weight))
        yield taught_.rows[kinds], at, places, outside, weight, inside, taught_.going[states].astype(np.float32)


def _disguised(taught_: Lessons, tokens: Ints, rng: np.random.Generator) -> Ints:
    """The kinds of tokens, some replaced throughout the batch by others of the same form."""
    kinds = taught_.kinds[tokens]
    strength = rng.choice((0.0, 1.0, 1.8))
    if not strength:
        return kinds
    person, kept = (np.zeros(len(taught_.forms), dtype=bool) for _ in range(2))
    person[kinds[taught_.person[tokens]]] = True
    kept[kinds[taught_.post[tokens]]] = True  # a made-up word in a post would say that names end posts, and begin none
    kept &= ~person
    others = np.arange(len(taught_.forms))
    distinct = np.unique(kinds)
    for form in (CAPITALISED, SMALL, CAPITALS):
        for of_people, shares in ((True, OF_PEOPLE), (False, OF_OTHERS)):
            pool = taught_.pools[0 if of_people else 1][form]
            found = distinct[(taught_.forms[distinct] == form) & (person[distinct] == of_people) & ~kept[distinct]]
            found = found[rng.random(len(found)) < shares[form] * strength]
            if len(pool) and len(found):
                others[found] = rng.choice(pool, len(found))
    return others[kinds]
