"""Greedy BILUO decoding for a whole batch at once: what spaCy's ner finds, in a small part of its time.

spaCy's ner walks each document token by token and takes Python's lock for every move. But the scores that it compares
depend only on the token, the first token of the entity that is open (if one is) and the token before
(StateC.set_context_tokens for three tokens). So the scores of every token outside entities are one product of
matrices, and only entities need to be walked, all at the same time. The model, its weights and its training stay
spaCy's: spacy/ml/parser_model.pyx (sum of the features, maxout, a linear layer) and
spacy/pipeline/_parser_internals/ner.pyx (which moves are allowed).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import IS_SPACE, SENT_START
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import minibatch

from nlp.inference import Floats, Ints

FEATURES = 3  # the token, the open entity's first token, the token before
BEGIN, IN, LAST, UNIT, OUT = "BILUO"


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
        self.labels = [move[2:] for move in moves if move.startswith(f"{BEGIN}-")]
        self.columns = {move: n for n, move in enumerate(moves)}

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
        move, label = self._outside(scores, solid, extends)
        last = self._inside(scores, np.flatnonzero(move == BEGIN), label, extends)
        begin = 0
        for doc, end in zip(docs, ends.tolist(), strict=True):
            self._annotate(doc, begin, end, move, label, last)
            begin = end

    def _outside(self, scores: _Scores, solid: NDArray[np.bool_], extends: NDArray[np.bool_]) -> tuple[Any, Ints]:
        """(move B, U or O, index of the label) of every token, where no entity is open."""
        table = scores.outside()
        columns = [[self.columns[f"{m}-{name}"] for name in self.labels] for m in (BEGIN, UNIT)]
        begin, unit = table[:, columns[0]], table[:, columns[1]]
        begin[~(solid & extends)] = unit[~solid] = -np.inf
        best = np.stack([begin.max(axis=1), unit.max(axis=1), table[:, self.columns[OUT]]])
        which = best.argmax(axis=0)
        label = np.where(which == 0, begin.argmax(axis=1), unit.argmax(axis=1))
        return np.array([BEGIN, UNIT, OUT])[which], label

    def _inside(self, scores: _Scores, starts: Ints, label: Ints, extends: NDArray[np.bool_]) -> Ints:
        """The last token of the entity that begins at each token of `starts`; an array over all tokens."""
        last = np.arange(len(scores.tokens))
        inner = np.array([self.columns[f"{IN}-{name}"] for name in self.labels])
        final = np.array([self.columns[f"{LAST}-{name}"] for name in self.labels])
        at = starts + 1
        while len(starts):
            table = scores.inside(at, starts)
            rows, kind = np.arange(len(starts)), label[starts]
            goes_on = extends[at] & (table[rows, inner[kind]] >= table[rows, final[kind]])
            last[starts[~goes_on]] = at[~goes_on]
            starts, at = starts[goes_on], at[goes_on] + 1
        return last

    def _annotate(self, doc: Doc, begin: int, end: int, move: Any, label: Ints, last: Ints) -> None:
        """Take the entities in order: one that begins inside another never was."""
        entities, free = [], begin
        for token in (begin + np.flatnonzero(move[begin:end] != OUT)).tolist():
            if token >= free:
                free = int(last[token]) + 1
                entities.append(Span(doc, token - begin, free - begin, label=self.labels[label[token]]))
        doc.set_ents(entities)


class _Scores:
    """Scores of the moves, float32, a row a state and a column a move, for the tokens of some documents in a row."""

    def __init__(self, model: Any, docs: Sequence[Doc]) -> None:
        lower, self.upper = model.get_ref("lower"), model.get_ref("upper")
        self.tokens: Floats = model.get_ref("tok2vec").predict(docs)  # one row a token
        hidden, width = lower.get_dim("nO") * lower.get_dim("nP"), lower.get_dim("nI")
        self.pieces = lower.get_dim("nP")
        self.weights: Floats = lower.get_param("W").reshape(FEATURES, hidden, width)
        self.bias: Floats = lower.get_param("b").reshape(hidden)
        self.missing: Floats = lower.get_param("pad").reshape(FEATURES, hidden)
        self.own: Floats = self.tokens @ self.weights[0].T

    def outside(self) -> Floats:
        """Of every token, where no entity is open."""
        return self._moves(self.own + (self.missing[1] + self.missing[2] + self.bias))

    def inside(self, at: Ints, starts: Ints) -> Floats:
        """Of the tokens `at`, where an entity is open that began at `starts`."""
        features = self.own[at] + self.tokens[starts] @ self.weights[1].T
        return self._moves(features + self.tokens[at - 1] @ self.weights[2].T + self.bias)

    def _moves(self, features: Floats) -> Floats:
        hidden = reduce(np.maximum, (features[:, piece :: self.pieces] for piece in range(self.pieces)))  # maxout
        table: Floats = hidden @ self.upper.get_param("W").T + self.upper.get_param("b")
        return table
