"""How the trained layers are computed when they only predict: the same entities in less time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial, reduce
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
REMEMBERED = 16_384  # words of which what the first layer needs is kept, 84 MB
PAIRS = 256  # of tokens, taken at once: what a layer makes of them stays in the processor's cache

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

    Equal tokens of a batch are embedded and multiplied by the first layer's weights once: of 3,000 words a third is
    left, and most of these are known from earlier batches. The other layers take the tokens in pairs (_Layer), so even
    and odd rows are kept apart. No arrays are made that only training needs.
    """

    def __init__(self, tok2vec: Model) -> None:
        embed, encode = tok2vec.layers
        self.gather: Model = chain(*embed.layers[:2])  # the attributes of the tokens
        self.padding: int = encode.attrs["pad"]  # rows of zeros around each document
        self.layers = [_Layer(residual) for residual in encode.layers[0].layers]
        self.words = _Words(chain(*embed.layers[2:4]), self.layers[0])

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
        distinct, first, back = np.unique(keys, return_index=True, return_inverse=True)
        table = self.words.of(distinct.tolist(), attributes[first])
        ends = np.cumsum(np.asarray(tokens.lengths) + self.padding) + 2
        starts = ends - tokens.lengths
        size = self.padding + (int(ends[-1]) if len(ends) else 2)
        row = np.zeros(size + 2 + size % 2, dtype=np.int64)  # with a pair of zeros before all and one after
        row[_ranges(starts, ends)] = back + 1
        rows = np.ascontiguousarray(row.reshape(-1, 2).T)
        first_layer, *others = self.layers
        vectors = first_layer.of_table(table, rows)  # (2, pairs, width)
        for layer in others:
            vectors = layer.of(vectors)
        found = vectors.transpose(1, 0, 2).reshape(-1, vectors.shape[2])
        return [found[start:end] for start, end in zip(starts, ends, strict=True)], _no_training


class _Words:
    """What the first layer needs of words, by the keys of their attributes: `_Layer.products` of their vectors.

    Those met before, most of a batch, are not made again.
    """

    def __init__(self, embed: Model, layer: _Layer) -> None:
        self.embed = embed
        self.layer = layer
        self.rows: dict[int, int] = {}
        self.padding = layer.products(np.zeros((1, layer.width), dtype=np.float32))
        self.table: Floats = np.empty((REMEMBERED, self.padding.shape[1]), dtype=np.float32)

    def of(self, keys: Sequence[int], attributes: Any) -> Floats:
        """A row for padding, then a row a word; `keys` are distinct, `attributes` has a row for each."""
        if len(keys) > REMEMBERED:
            return np.vstack([self.padding, self._made(attributes)])
        new = [i for i, key in enumerate(keys) if key not in self.rows]
        if len(self.rows) + len(new) > REMEMBERED:
            self.rows.clear()
            new = list(range(len(keys)))
        if new:
            self.table[len(self.rows) : len(self.rows) + len(new)] = self._made(attributes[new])
            self.rows.update((keys[i], row) for row, i in enumerate(new, len(self.rows)))
        found = np.empty((1 + len(keys), self.table.shape[1]), dtype=np.float32)
        found[0] = self.padding
        self.table.take([self.rows[key] for key in keys], axis=0, out=found[1:], mode="clip")
        return found

    def _made(self, attributes: Any) -> Floats:
        count: Any = np.array([len(attributes)], dtype=np.int32)
        return self.layer.products(self.embed.predict(Ragged(attributes, count)).dataXd)


class _Layer:
    """One residual layer: the token's window, times the weights, its best pieces, normalised, added to the token.

    The products of a window of three are those of a convolution; of two tokens beside each other Winograd's F(2, 3)
    (Lavin & Gray, "Fast Algorithms for Convolutional Neural Networks", 2016) makes them with four products of matrices
    instead of six. Arrays of tokens are (2, pairs, width), the first and the last pair zeros that stay.
    """

    def __init__(self, residual: Model) -> None:
        nodes: dict[str, Any] = {node.name: node for node in residual.walk()}
        weights: Floats = nodes["maxout"].get_param("W")  # (outputs, pieces, inputs)
        self.width, self.pieces, inputs = weights.shape
        before, here, after = np.split(weights.transpose(1, 0, 2).reshape(-1, inputs).T, 3)  # piece after piece
        self.window = np.hstack([before, here, after])
        self.winograd = np.stack([before, (before + here + after) / 2, (before - here + after) / 2, after])
        self.bias: Floats = nodes["maxout"].get_param("b").T.reshape(-1)
        self.scale: Floats = nodes["layernorm"].get_param("G")
        self.shift: Floats = nodes["layernorm"].get_param("b")
        self.mean = np.full(self.width, 1 / self.width, dtype=np.float32)

    def of(self, vectors: Floats) -> Floats:
        """Of the vectors of tokens in a row."""
        even, odd = vectors
        found = np.zeros_like(vectors)
        all_inputs = np.empty((4, PAIRS, self.width), dtype=np.float32)
        all_products = np.empty((4, PAIRS, self.bias.size), dtype=np.float32)
        for part, before, after in _parts(vectors.shape[1]):
            inputs, products = (array[:, : part.stop - part.start] for array in (all_inputs, all_products))
            np.subtract(odd[before], odd[part], out=inputs[0])
            np.add(even[part], odd[part], out=inputs[1])
            np.subtract(odd[part], even[part], out=inputs[2])
            np.subtract(even[part], even[after], out=inputs[3])
            first, second, third, fourth = np.matmul(inputs, self.winograd, out=products)
            second += self.bias
            first += second
            first += third
            second -= third
            second -= fourth
            np.add(vectors[:, part], self._best(products[:2]), out=found[:, part])
        return found

    def products(self, vectors: Floats) -> Floats:
        """Vectors, and behind each what it adds to the token after it, to its own and to the token before it."""
        found: Floats = np.hstack([vectors, vectors @ self.window])
        found[:, self.width + self.bias.size : -self.bias.size] += self.bias
        return found

    def of_table(self, table: Floats, rows: Ints) -> Floats:
        """The same where the tokens' `products` are `table[rows]`."""
        even, odd = rows
        vectors, left, middle, right = np.split(table, self.width + np.arange(3) * self.bias.size, axis=1)
        found = np.zeros((*rows.shape, self.width), dtype=np.float32)
        for part, before, after in _parts(rows.shape[1]):
            products = middle[rows[:, part]]
            products += left[[odd[before], even[part]]]
            products += right[[odd[part], even[after]]]
            np.add(vectors[rows[:, part]], self._best(products), out=found[:, part])
        return found

    def _best(self, products: Floats) -> Floats:
        pieces = (products[..., n * self.width : (n + 1) * self.width] for n in range(self.pieces))
        found: Floats = reduce(np.maximum, pieces)
        found -= (found @ self.mean)[..., None]
        spread = np.einsum("...j,...j->...", found, found) / np.float32(self.width) + np.float32(1e-8)
        found /= np.sqrt(spread)[..., None]
        found *= self.scale
        found += self.shift
        return found


def _parts(pairs: int) -> Iterator[tuple[slice, slice, slice]]:
    """Some pairs at a time, without the first and the last of all; and as many that begin one before and one after."""
    for start in range(1, pairs - 1, PAIRS):
        end = min(start + PAIRS, pairs - 1)
        yield slice(start, end), slice(start - 1, end - 1), slice(start + 1, end + 1)


def _ranges(starts: Ints, ends: Ints) -> Ints:
    """All numbers from each start up to its end."""
    return np.concatenate([np.arange(start, end) for start, end in zip(starts, ends, strict=True)] or [starts])


def _no_training(*_: Any) -> Any:
    raise NotImplementedError("a network that only predicts cannot be trained")
