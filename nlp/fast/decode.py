"""Greedy BILUO decoding for a whole batch at once: what spaCy's ner finds, in a small part of its time.

spaCy's ner walks each document token by token and takes Python's lock for every move. But the scores that it compares
depend only on the token, the first token of the entity that is open (if one is) and the token before
(StateC.set_context_tokens for three tokens). So the scores of every token outside entities are one product of
matrices, and only entities need to be walked, all at the same time. The model, its weights and its training stay
spaCy's.

Relied on: how spacy/ml/parser_model.pyx scores a state (sum of the features, maxout, a linear layer), which moves
spacy/pipeline/_parser_internals/ner.pyx allows, and the names of the model's parts; an ner with other features is
refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import IS_SPACE, SENT_START
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import minibatch

from nlp.fast.network import Floats, Ints

FEATURES = 3  # the token, the open entity's first token, the token before
BEGIN, IN, LAST, UNIT, OUT = "BILUO"


def install(nlp: Language) -> Callable[[], None]:
    """Decode with the pipeline's ner; how to leave it to the ner again. Raises ValueError as Decoder does."""
    nlp.add_pipe("pantau_decode", name="decode", after="ner")
    nlp.disable_pipe("ner")  # the decoder finds the same with its model

    def take_out() -> None:
        nlp.remove_pipe("decode")
        nlp.enable_pipe("ner")

    return take_out


@Language.factory("pantau_decode")
def make_decoder(nlp: Language, name: str) -> Decoder:
    """Build the component; the pipeline's ner, whose model it uses, should be disabled."""
    return Decoder(nlp.get_pipe("ner"), name)


class Decoder:
    """Sets `doc.ents` as the ner would. Raises ValueError for an ner whose states have other features."""

    def __init__(self, ner: Any, name: str = "pantau_decode") -> None:
        if ner.model.get_ref("lower").get_dim("nF") != FEATURES or not ner.model.attrs["has_upper"]:
            raise ValueError("the ner's model is no spacy.TransitionBasedParser.v2 with state_type 'ner' and use_upper")
        self.name = name
        self.ner = ner
        moves = [ner.moves.get_class_name(n) for n in range(ner.moves.n_moves)]
        labels = [move[2:] for move in moves if move.startswith(f"{BEGIN}-")]
        self.labels = [ner.vocab.strings.add(label) for label in labels]
        # The columns of the moves that are compared, by kind and label.
        self.outer = [*(moves.index(f"{kind}-{label}") for kind in (BEGIN, UNIT) for label in labels), moves.index(OUT)]
        self.inner = [moves.index(f"{kind}-{label}") for kind in (IN, LAST) for label in labels]

    def __call__(self, doc: Doc) -> Doc:
        """Decode one document."""
        self._decode([doc])
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int) -> Iterator[Doc]:
        """Decode documents as they come, `batch_size` at a time."""
        for batch in minibatch(stream, size=batch_size):
            docs = list(batch)
            self._decode(docs)
            yield from docs

    def _decode(self, docs: Sequence[Doc]) -> None:
        docs = [doc for doc in docs if len(doc)]
        if not docs:
            return
        scores = _Scores(self.ner.model, docs)
        count = len(scores.tokens)
        lengths = np.array([len(doc) for doc in docs])
        ends = np.cumsum(lengths)
        flags = np.concatenate([doc.to_array([IS_SPACE, SENT_START]) for doc in docs])
        solid = flags[:, 0] == 0
        extends = np.ones(count, dtype=bool)  # whether an entity may go on behind the token
        extends[:-1] = flags[1:, 1] != 1
        extends[ends - 1] = False
        kind, label = self._outside(scores, solid, extends)
        last = self._inside(scores, np.flatnonzero(kind == 0), label, extends)
        found = np.flatnonzero(kind < 2)
        entities = list(zip(found.tolist(), last[found].tolist(), label[found].tolist(), strict=True))
        at = np.searchsorted(found, ends).tolist()
        for doc, offset, first, end in zip(docs, (ends - lengths).tolist(), [0, *at], at, strict=False):
            self._annotate(doc, offset, entities[first:end])

    def _outside(self, scores: _Scores, solid: NDArray[np.bool_], extends: NDArray[np.bool_]) -> tuple[Ints, Ints]:
        """(move: 0 begin, 1 unit, 2 out; index of the label) of every token, where no entity is open."""
        table, count = scores.outside(self.outer), len(self.labels)
        table[~(solid & extends), :count] = -np.inf
        table[~solid, count : 2 * count] = -np.inf
        kind, label = np.divmod(table.argmax(axis=1), count)
        return kind, label

    def _inside(self, scores: _Scores, starts: Ints, label: Ints, extends: NDArray[np.bool_]) -> Ints:
        """The last token of the entity that begins at each token of `starts`; an array over all tokens."""
        last = np.arange(len(scores.tokens))
        at = starts + 1
        opened = scores.opened(starts)
        while len(starts):
            table = scores.inside(self.inner, at, opened)
            rows, kind = np.arange(len(starts)), label[starts]
            goes_on = extends[at] & (table[rows, kind] >= table[rows, kind + len(self.labels)])
            last[starts[~goes_on]] = at[~goes_on]
            starts, at, opened = starts[goes_on], at[goes_on] + 1, opened[goes_on]
        return last

    def _annotate(self, doc: Doc, offset: int, found: Sequence[tuple[int, int, int]]) -> None:
        """Take the entities (first and last token, label) in order: one that begins inside another never was."""
        entities, free = [], 0
        for first, last, label in found:
            if first >= free:
                free = last + 1
                entities.append(Span(doc, first - offset, free - offset, label=self.labels[label]))
        doc.set_ents(entities)


class _Scores:
    """Scores of the moves, float32, a row a state and a column a move, for the tokens of some documents in a row."""

    def __init__(self, model: Any, docs: Sequence[Doc]) -> None:
        lower, self.upper = model.get_ref("lower"), model.get_ref("upper")
        self.tokens: Floats = model.get_ref("tok2vec").predict(docs)  # one row a token
        self.pieces, hidden, width = lower.get_dim("nP"), lower.get_dim("nO"), lower.get_dim("nI")
        # Piece after piece, (FEATURES, pieces * hidden, width).
        weights: Floats = lower.get_param("W").reshape(FEATURES, hidden, self.pieces, width)
        self.weights = weights.swapaxes(1, 2).reshape(FEATURES, -1, width)
        missing: Floats = lower.get_param("pad").reshape(FEATURES, hidden, self.pieces)
        self.missing = missing.swapaxes(1, 2).reshape(FEATURES, -1)
        self.own: Floats = self.tokens @ self.weights[0].T
        self.own += lower.get_param("b").reshape(hidden, self.pieces).T.reshape(-1)

    def outside(self, moves: Sequence[int]) -> Floats:
        """Of every token, where no entity is open."""
        return self._of(moves, self.own + (self.missing[1] + self.missing[2]))

    def opened(self, starts: Ints) -> Floats:
        """What the first tokens of open entities add to the features."""
        added: Floats = self.tokens[starts] @ self.weights[1].T
        return added

    def inside(self, moves: Sequence[int], at: Ints, opened: Floats) -> Floats:
        """Of the tokens `at`, where entities are open that began as `opened` says."""
        return self._of(moves, self.own[at] + opened + self.tokens[at - 1] @ self.weights[2].T)

    def _of(self, moves: Sequence[int], features: Floats) -> Floats:
        hidden: Floats = reduce(np.maximum, np.split(features, self.pieces, axis=1))  # maxout
        table: Floats = hidden @ self.upper.get_param("W")[moves].T
        table += self.upper.get_param("b")[moves]
        return table
