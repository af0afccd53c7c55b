"""The trained tok2vec computed in numpy, where it only predicts.

spaCy embeds every token of a batch anew, and its layers keep arrays that only training needs. Here equal tokens of a
batch are embedded once (a third of 3,000 words is left), and a layer is one product of matrices, the largest of its
pieces, and a normalisation. The numbers are spaCy's up to rounding (1e-5).

Relied on: the layers of spacy.Tok2Vec.v2 with MultiHashEmbed.v2 and MaxoutWindowEncoder.v2 of window 1, their names,
their order and their parameters (spacy/ml/models/tok2vec.py); another network is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial, reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import Model, chain
from thinc.types import Ragged

# Odd numbers that make one key of a token's four attributes, which are hashes of 64 bits.
MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93], dtype=np.uint64)
ROWS = 4_096  # tokens that a layer takes at a time, so that a huge document takes no more memory than a batch
EPSILON = np.float32(1e-8)  # thinc's, in its layer norm

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


def install(nlp: Language) -> Callable[[], None]:
    """Let the pipeline's tok2vec predict so; how to take it back. Raises ValueError for another kind of network."""
    tok2vec: Any = nlp.get_pipe("tok2vec")
    own = tok2vec.model
    if not is_computed(own):
        raise ValueError("the tok2vec is no spacy.Tok2Vec.v2 of MultiHashEmbed.v2 and MaxoutWindowEncoder.v2, window 1")
    tok2vec.model = Model("pantau_network", Network(own), dims={"nO": own.get_dim("nO")})
    return partial(setattr, tok2vec, "model", own)


def is_computed(tok2vec: Model) -> bool:
    """Whether the model is a network that this module computes."""
    embed, *encode = tok2vec.layers
    names = [layer.name for layer in embed.layers]
    windows = {node.attrs["window_size"] for node in tok2vec.walk() if node.name == "expand_window"}
    return (
        len(names) == 5
        and names[:2] == ["extract_features", "list2ragged"]
        and [layer.name.partition("(")[0] for layer in encode] == ["with_array"]
        and windows == {1}
        and len(embed.layers[0].attrs["columns"]) <= len(MIX)
    )


class Network:
    """A forward function of thinc's for a tok2vec; it cannot be trained."""

    def __init__(self, tok2vec: Model) -> None:
        embed, encode = tok2vec.layers
        self.gather: Model = chain(*embed.layers[:2])  # the attributes of the tokens
        self.embed: Model = chain(*embed.layers[2:4])  # a vector for each row of attributes
        self.padding: int = encode.attrs["pad"]  # rows of zeros around each document, as many as a token sees far
        self.layers = [_Layer(residual) for residual in encode.layers[0].layers]

    def __call__(self, model: Model, docs: Sequence[Doc], is_train: bool) -> tuple[list[Floats], Callable[..., Any]]:
        """For each document a row of numbers a token."""
        tokens: Ragged = self.gather.predict(docs)
        lengths = np.asarray(tokens.lengths)
        ends = np.cumsum(lengths + self.padding)
        starts = ends - lengths
        words, which = self._embedded(tokens.dataXd)
        rows = np.zeros((int(ends[-1]) + self.padding, words.shape[1]), dtype=np.float32)
        rows[_ranges(starts, ends)] = words[which]
        for layer in self.layers:
            rows = layer.of(rows)
        return [rows[start:end] for start, end in zip(starts, ends, strict=True)], _no_training

    def _embedded(self, attributes: Any) -> tuple[Floats, Ints]:
        """(vectors of the distinct tokens, which of them each token is); attributes: a row of hashes a token."""
        keys: Any = (attributes * MIX[: attributes.shape[1]]).sum(axis=1, dtype=np.uint64)
        _, first, which = np.unique(keys, return_index=True, return_inverse=True)
        count: Any = np.array([len(first)], dtype=np.int32)
        return self.embed.predict(Ragged(attributes[first], count)).dataXd, which


class _Layer:
    """One residual layer: a token's window times the weights, the largest piece of each, normalised, added to it."""

    def __init__(self, residual: Model) -> None:
        nodes: dict[str, Any] = {node.name: node for node in residual.walk()}
        weights: Floats = nodes["maxout"].get_param("W")  # (outputs, pieces, inputs)
        self.pieces, inputs = weights.shape[1:]
        self.weights = np.ascontiguousarray(weights.transpose(2, 1, 0).reshape(inputs, -1))  # piece after piece
        self.bias: Floats = nodes["maxout"].get_param("b").T.reshape(-1)
        self.scale: Floats = nodes["layernorm"].get_param("G")
        self.shift: Floats = nodes["layernorm"].get_param("b")

    def of(self, rows: Floats) -> Floats:
        """Of tokens in a row, (tokens, width); the first and the last, which are padding, stay zeros."""
        found = np.zeros_like(rows)
        for start in range(1, len(rows) - 1, ROWS):
            end = min(start + ROWS, len(rows) - 1)
            here = rows[start:end]
            products = np.hstack([rows[start - 1 : end - 1], here, rows[start + 1 : end + 1]]) @ self.weights
            products += self.bias
            best: Floats = reduce(np.maximum, np.split(products, self.pieces, axis=1))
            best -= best.mean(axis=1, keepdims=True)
            best /= np.sqrt(np.square(best).mean(axis=1, keepdims=True) + EPSILON)
            found[start:end] = here + best * self.scale + self.shift
        return found


def _ranges(starts: Ints, ends: Ints) -> Ints:
    """All numbers from each start up to its end."""
    return np.concatenate([np.arange(start, end) for start, end in zip(starts, ends, strict=True)])


def _no_training(*_: Any) -> Any:
    raise NotImplementedError("a network that only predicts cannot be trained")
