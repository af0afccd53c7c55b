"""What the deep network makes of some million tokens: the lessons of a shallower one (distil.py).

The texts are the train split and the unlabelled corpus, each as it is and some more times with words disguised, and
documents of our own making. No labels are needed, since the deep network itself tells what it wants at every token.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy import Language
from spacy.tokens import Doc

from nlp.document import join
from nlp.fast import decode
from nlp.language import IndonesianNews
from nlp.pipeline import load_weights
from nlp.training.corpora import unlabelled_texts
from nlp.training.gold import read_split
from nlp.training.synthetic import name_word, synthetic_docs

SEED = 7  # of the disguises and the made-up documents
DISGUISED_WORD = re.compile(r"\b(?:[A-Z][a-z'’]{2,}|[a-z]{4,})\b")  # no acronym, which stands for something
CAPITALS, SMALL = 0.25, 0.04  # shares of the words with a capital, and in small letters, that are disguised
DISGUISES = 3  # copies of each text with words disguised

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Lessons:
    """The tokens of documents one after another, and what the network makes of them.

    rows    (distinct tokens, attributes, hashes): which rows of the embedding tables a token is made of
    kinds   (tokens,): which of the distinct tokens each token is
    ends    (documents,): the token at which each document ends
    wanted  (tokens, hidden), float16: what the ner's tok2vec gives its lower layer
    inside  (states, 3): each token at which an entity is open, that entity's first token, its label's number
    """

    rows: Ints
    kinds: Ints
    ends: Ints
    wanted: NDArray[np.float16]
    inside: Ints


def load_plain(path: Path) -> Language:
    """A trained network, its layers as spaCy has them, with sentences before and the batch decoder behind it."""
    nlp = load_weights(path)
    nlp.add_pipe("pantau_sentences", first=True)
    decode.install(nlp)
    return nlp


def texts_to_learn(texts: int | None, synthetic: int) -> Iterator[str]:
    """The train split and `texts` of the corpus (None: all), as they are and disguised; then made-up documents."""
    gold = (join(document["title"], document["text"]) for document, _ in read_split("train"))
    for text in chain(gold, islice(unlabelled_texts(), texts)):
        yield text
        yield from (disguised(text) for _ in range(DISGUISES))
    yield from (doc.text for doc in synthetic_docs(IndonesianNews(), synthetic))


def disguised(text: str) -> str:
    """A copy in which some words are replaced by made-up ones, each by the same one throughout.

    So the shallow network learns what the deep one makes of words that neither has met.
    """
    others: dict[str, str] = {}

    def other(match: re.Match[str]) -> str:
        word = match.group()
        if word not in others:
            capital = word[0].isupper()
            swapped = random.random() < (CAPITALS if capital else SMALL)
            others[word] = (name_word() if capital else name_word().lower()) if swapped else word
        return others[word]

    return DISGUISED_WORD.sub(other, text)


def collect(nlp: Language, docs: Iterable[Doc]) -> Lessons:
    """What training needs of documents that the network has tagged."""
    ner: Any = nlp.get_pipe("ner")
    project = ner.model.get_ref("tok2vec").layers[-1]
    matrix, bias = project.get_param("W").T, project.get_param("b")
    (extract,) = nodes(nlp, "extract_features")
    decoder: Any = nlp.get_pipe("decode")
    attributes, wanted, inside, ends = [], [], [], [0]
    for doc in docs:
        attributes.append(doc.to_array(extract.attrs["columns"]))
        wanted.append((doc.tensor @ matrix + bias).astype(np.float16))
        for entity in doc.ents:
            first, label = ends[-1] + entity.start, decoder.labels.index(entity.label)
            inside += [(ends[-1] + at, first, label) for at in range(entity.start + 1, entity.end)]
        ends.append(ends[-1] + len(doc))
    distinct, kinds = np.unique(np.concatenate(attributes), axis=0, return_inverse=True)
    rows = np.stack([table_rows(table, distinct) for table in nodes(nlp, "hashembed")], axis=1)
    return Lessons(rows, kinds.reshape(-1), np.array(ends[1:]), np.concatenate(wanted), np.array(inside).reshape(-1, 3))


def nodes(nlp: Language, name: str) -> list[Any]:
    """The layers of a pipeline's tok2vec with this name, those of the embedding first."""
    tok2vec: Any = nlp.get_pipe("tok2vec")
    return [node for node in tok2vec.model.walk() if node.name == name]


def table_rows(table: Any, distinct: NDArray[np.uint64]) -> Ints:
    """(tokens, hashes): the rows that thinc's HashEmbed adds up for each token."""
    ids = np.ascontiguousarray(distinct[:, table.attrs["column"]])
    return np.asarray(table.ops.hash(ids, table.attrs["seed"]) % table.get_dim("nV"), dtype=np.int64)


def make(nlp: Language, texts: int | None, synthetic: int) -> Lessons:
    """The lessons of a pipeline that load_plain loaded; some minutes for the whole corpus."""
    random.seed(SEED)
    return collect(nlp, nlp.pipe(texts_to_learn(texts, synthetic), batch_size=16))
