"""How the trained layers are computed when they only predict: the same entities in less time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import Model, NumpyOps, Ops, chain
from thinc.types import Ragged

PROBE = (
    "Wali Kota Surabaya menandatangani nota kesepahaman dengan Kementerian Perhubungan di Jakarta, Rabu (3/12/2025)."
)
MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93], dtype=np.uint64)

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


def compute_quickly(nlp: Language) -> None:
    """Change the layers of a loaded pipeline. Guarded by a probe: where its entities change, all stays as it was."""
    before = _entities(nlp)
    undo = use_numpy(nlp)
    tok2vec: Any = nlp.get_pipe("tok2vec")
    if Network.computes(tok2vec.model):
        undo.append(partial(setattr, tok2vec.model, "_layers", tok2vec.model.layers))
        tok2vec.model._layers = [Model("network", Network(tok2vec.model))]
    if _entities(nlp) != before:
        for step in reversed(undo):
            step()


def _entities(nlp: Language) -> list[tuple[int, int, str]]:
    return [(e.start, e.end, e.label_) for e in nlp(PROBE).ents]


def use_numpy(nlp: Language) -> list[Callable[[], None]]:
    """Let numpy's BLAS do the products: on processors that BLIS's wheel has no kernel for it is far faster."""
    undo: list[Callable[[], None]] = []

    def replace(node: Model, ops: Ops) -> None:
        undo.append(partial(setattr, node, "ops", node.ops))
        node.ops = ops

    for _, component in nlp.pipeline:
        model = getattr(component, "model", None)
        for node in model.walk() if isinstance(model, Model) else ():
            replace(node, NumpyOps(use_blis=False))
    return undo


class Network:
    """What a spacy.Tok2Vec.v2 of MultiHashEmbed.v2 and MaxoutWindowEncoder.v2 (window 1) predicts, to rounding.

    Equal tokens of a batch are embedded, and multiplied by the first layer's weights, once: of 3,000 words a third is
    left. The layers make no arrays that only training needs.
    """

    def __init__(self, tok2vec: Model) -> None:
        embed, encode = tok2vec.layers
        self.gather: Model = chain(*embed.layers[:2])  # the attributes of the tokens
        self.embed: Model = chain(*embed.layers[2:4])
        self.padding: int = encode.attrs["pad"]  # rows of zeros around each document
        self.layers = [_Layer(residual) for residual in encode.layers[0].layers]

    @staticmethod
    def computes(tok2vec: Model) -> bool:
        """Whether the model is such a network."""
        embed, *encode = tok2vec.layers
        names = [layer.name for layer in embed.layers]
        windows = [node.attrs["window_size"] for node in tok2vec.walk() if node.name == "expand_window"]
        return (
            len(names) == 5
            and names[:2] == ["extract_features", "list2ragged"]
            and [layer.name.partition("(")[0] for layer in encode] == ["with_array"]
            and set(windows) == {1}
        )

    def __call__(self, model: Model, docs: Sequence[Doc], is_train: bool) -> tuple[list[Floats], Callable[..., Any]]:
        """A row a token for each document; a forward function of thinc's that cannot be trained."""
        tokens: Ragged = self.gather.predict(docs)
        attributes: Any = tokens.dataXd  # a row a token, of 64-bit hashes
        keys: Any = (attributes * MIX[: attributes.shape[1]]).sum(axis=1, dtype=np.uint64)
        _, first, back = np.unique(keys, return_index=True, return_inverse=True)
        count: Any = np.array([len(first)], dtype=np.int32)
        words: Any = self.embed.predict(Ragged(attributes[first], count)).dataXd
        table = np.vstack([np.zeros_like(words[:1]), words])  # row 0: padding
        ends = np.cumsum(np.asarray(tokens.lengths) + self.padding)
        starts = ends - tokens.lengths
        rows = np.zeros(self.padding + (int(ends[-1]) if len(ends) else 0), dtype=np.int64)
        rows[_ranges(starts, ends)] = back + 1
        vectors = table[rows]
        for number, layer in enumerate(self.layers):
            vectors += layer.of_table(table, rows) if number == 0 else layer.of(vectors)
        return [vectors[start:end] for start, end in zip(starts, ends, strict=True)], _no_training


class _Layer:
    """One residual layer: the token's window, times the weights, its best pieces, normalised."""

    def __init__(self, residual: Model) -> None:
        nodes: dict[str, Any] = {node.name: node for node in residual.walk()}
        weights: Floats = nodes["maxout"].get_param("W")  # (outputs, pieces, inputs)
        self.width, self.pieces, inputs = weights.shape
        self.weights = np.ascontiguousarray(weights.transpose(1, 0, 2).reshape(-1, inputs).T)  # piece after piece
        self.bias: Floats = nodes["maxout"].get_param("b").T.reshape(-1)
        self.scale: Floats = nodes["layernorm"].get_param("G")
        self.shift: Floats = nodes["layernorm"].get_param("b")
        self.mean = np.full(self.width, 1 / self.width, dtype=np.float32)

    def of(self, vectors: Floats) -> Floats:
        """Of the vectors in a row, (tokens, width)."""
        before, here, after = (slice(n * self.width, (n + 1) * self.width) for n in range(3))
        windows = np.zeros((len(vectors), 3 * self.width), dtype=np.float32)
        windows[1:, before] = vectors[:-1]
        windows[:, here] = vectors
        windows[:-1, after] = vectors[1:]
        return self._best(windows @ self.weights)

    def of_table(self, table: Floats, rows: Ints) -> Floats:
        """The same where the vectors are `table[rows]`."""
        before, here, after = (table @ part for part in np.split(self.weights, 3))
        products: Floats = here[rows]
        products[1:] += before[rows[:-1]]
        products[:-1] += after[rows[1:]]
        return self._best(products)

    def _best(self, products: Floats) -> Floats:
        products += self.bias
        first, *others = (products[:, n * self.width : (n + 1) * self.width] for n in range(self.pieces))
        for piece in others:
            np.maximum(first, piece, out=first)
        found = first - (first @ self.mean)[:, None]
        spread = np.einsum("ij,ij->i", found, found) / np.float32(self.width) + np.float32(1e-8)
        found /= np.sqrt(spread)[:, None]
        found *= self.scale
        found += self.shift
        return found


def _ranges(starts: Ints, ends: Ints) -> Ints:
    """All numbers from each start up to its end."""
    return np.concatenate([np.arange(start, end) for start, end in zip(starts, ends, strict=True)] or [starts])


def _no_training(*_: Any) -> Any:
    raise NotImplementedError("a network that only predicts cannot be trained")
