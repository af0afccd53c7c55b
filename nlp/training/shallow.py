"""A shallow copy of the tagger's network in PyTorch: cut out of the deep one, trained by student.py, written for spaCy.

It has the same layers as spaCy's own (spacy/ml/models/tok2vec.py, spacy/ml/parser_model.pyx): MultiHashEmbed,
MaxoutWindowEncoder, behind them the ner's linear layer and its lower and upper layer. Cut out at full depth it finds
the same entities as the deep network.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from spacy import Language
from spacy.util import registry
from torch import Tensor, nn
from torch.nn import functional

from nlp.pipeline import load_weights
from nlp.training.lessons import nodes

EPSILON = 1e-8  # as in thinc's LayerNorm
NEW_LAYER = 0.02  # what a new layer's normalised values are multiplied with at first

Floats = NDArray[np.float32]


class Largest(torch.autograd.Function):
    """The maximum over pieces that stand side by side, in a third of the time that PyTorch's own takes."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, pieces: int) -> Tensor:
        """(rows, pieces * outputs) -> (rows, outputs)."""
        best, *others = x.chunk(pieces, dim=1)
        for other in others:
            best = torch.maximum(best, other)
        ctx.save_for_backward(x, best)
        ctx.pieces = pieces
        return best

    @staticmethod
    def backward(ctx: Any, d_best: Tensor) -> tuple[Tensor, None]:
        """The gradient goes to the piece that was the largest."""
        x, best = ctx.saved_tensors
        chosen = x.view(len(x), ctx.pieces, -1) == best[:, None]
        return (chosen * d_best[:, None]).view_as(x), None


class Maxout(nn.Module):
    """thinc's Maxout and LayerNorm: (rows, inputs) -> (rows, outputs)."""

    def __init__(self, weight: Floats, bias: Floats, gain: Floats, shift: Floats) -> None:
        """thinc's weights: (outputs, pieces, inputs), (outputs, pieces), (outputs,), (outputs,)."""
        super().__init__()
        outputs, self.pieces, inputs = weight.shape
        self.weight = _parameter(weight.swapaxes(0, 1).reshape(-1, inputs))  # piece by piece, for Largest
        self.bias = _parameter(bias.T.reshape(-1))
        self.norm = nn.LayerNorm(outputs, EPSILON)
        self.norm.weight, self.norm.bias = _parameter(gain), _parameter(shift)

    def forward(self, x: Tensor) -> Tensor:
        """The normalised maximum over the pieces."""
        best: Tensor = self.norm(Largest.apply(functional.linear(x, self.weight, self.bias), self.pieces))
        return best

    def to_thinc(self, maxout: Any, norm: Any) -> None:
        """Write the weights into thinc's layers."""
        outputs, inputs = len(self.norm.weight), self.weight.shape[1]
        maxout.set_param("W", _array(self.weight.view(self.pieces, outputs, inputs).transpose(0, 1)))
        maxout.set_param("b", _array(self.bias.view(self.pieces, outputs).T))
        norm.set_param("G", _array(self.norm.weight))
        norm.set_param("b", _array(self.norm.bias))


class Shallow(nn.Module):
    """The embedding's tables, the layer that mixes them, the window layers, and the ner's linear layer behind them."""

    def __init__(self, starts: Sequence[Floats], layers: Sequence[Maxout], weight: Floats, bias: Floats) -> None:
        """starts: the tables, (rows, width) each; layers: mixture first; weight (hidden, width) and bias: the last."""
        super().__init__()
        self.tables = nn.ParameterList(map(_parameter, starts))
        self.mix, self.layers = layers[0], nn.ModuleList(layers[1:])
        self.weight, self.bias = _parameter(weight), _parameter(bias)

    def forward(self, rows: Tensor, at: Tensor) -> Tensor:
        """rows: (distinct, attributes, hashes); at: which distinct token stands in each place, -1 for none.

        Returns (places, hidden).
        """
        parts = [functional.embedding_bag(rows[:, n], table, mode="sum") for n, table in enumerate(self.tables)]
        mixed = functional.pad(self.mix(torch.cat(parts, dim=1)), (0, 0, 0, 1))  # the last row, -1, is nothing
        x = mixed[at]
        for layer in self.layers:
            around = functional.pad(x, (0, 0, 1, 1))
            x = x + layer(torch.cat([around[:-2], x, around[2:]], dim=1))
        return functional.linear(x, self.weight, self.bias)


class Moves(nn.Module):
    """The ner's lower and upper layer: probabilities of the moves from the tokens' hidden values."""

    def __init__(self, decoder: Any) -> None:
        """Take the weights of the ner behind a pantau_decode component."""
        super().__init__()
        lower, upper = (decoder.ner.model.get_ref(name) for name in ("lower", "upper"))
        self.pieces = lower.get_dim("nP")
        weight, bias, pad = (lower.get_param(name) for name in ("W", "b", "pad"))
        self.weight = _parameter(weight.swapaxes(1, 2).reshape(len(weight), bias.size, -1))  # piece by piece
        self.bias = _parameter(bias.T.reshape(-1))
        self.missing = _parameter(pad[0].swapaxes(1, 2).reshape(len(weight), -1))
        self.upper_weight, self.upper_bias = _parameter(upper.get_param("W")), _parameter(upper.get_param("b"))
        self.outer = decoder.outer
        self.inner = torch.tensor(decoder.inner).view(2, -1).T  # (labels, 2): going on, ending

    def forward(self, tokens: Tensor, states: Tensor) -> tuple[Tensor, Tensor]:
        """Log probabilities: (tokens, moves) outside entities, (states, 2) of going on or ending inside them."""
        own = tokens @ self.weight[0].T + self.bias
        outside = self._scores(own + self.missing[1] + self.missing[2])[:, self.outer]
        at, first, label = states.T
        features = own[at] + tokens[first] @ self.weight[1].T + tokens[at - 1] @ self.weight[2].T
        inside = self._scores(features).gather(1, self.inner[label])
        return outside.log_softmax(1), inside.log_softmax(1)

    def _scores(self, features: Tensor) -> Tensor:
        return functional.linear(Largest.apply(features, self.pieces), self.upper_weight, self.upper_bias)

    def metric(self) -> Tensor:
        """The matrix L that measures hidden values.

        |d L|^2 is the squared length that a difference d of them has in the features of the lower layer.
        """
        total = torch.einsum("fhi,fhj->ij", self.weight, self.weight)
        return torch.linalg.cholesky(total + 1e-6 * torch.eye(len(total))).detach()

    def to_thinc(self, model: Any) -> None:
        """Write the weights into an ner's model."""
        lower, upper = model.get_ref("lower"), model.get_ref("upper")
        features, pieces = len(self.weight), self.pieces
        lower.set_param("W", _array(self.weight.view(features, pieces, -1, self.weight.shape[2]).transpose(1, 2)))
        lower.set_param("b", _array(self.bias.view(pieces, -1).T))
        lower.set_param("pad", _array(self.missing.view(1, features, pieces, -1).transpose(2, 3)))
        upper.set_param("W", _array(self.upper_weight))
        upper.set_param("b", _array(self.upper_bias))


def depth_of(nlp: Language) -> int:
    """How many window layers a pipeline's tok2vec has."""
    return len(nodes(nlp, "expand_window"))


def forget_words(model: Path, labels: Iterable[str]) -> None:
    """Cut the list of all words that training met down to the labels, since the weights hash words and look none up."""
    (model / "vocab" / "strings.json").write_text(json.dumps(sorted(labels), indent=1) + "\n", encoding="utf-8")


def cut_out(deep: Language, depth: int) -> Shallow:
    """The deep network's tables, mixture and first `depth` window layers, with the ner's linear layer behind them."""
    modules = [
        Maxout(*(maxout.get_param(name) for name in "Wb"), *(norm.get_param(name) for name in "Gb"))
        for maxout, norm in zip(nodes(deep, "maxout"), nodes(deep, "layernorm"), strict=True)
    ]
    tables = [table.get_param("E") for table in nodes(deep, "hashembed")]
    project = _project(deep)
    return Shallow(tables, modules[: 1 + depth], project.get_param("W"), project.get_param("b"))


def deepen(student: Shallow, depth: int) -> None:
    """Put window layers on top until there are `depth`; each begins as next to nothing added to the one below it."""
    outputs, pieces = len(student.mix.norm.weight), student.mix.pieces
    inputs = 3 * outputs
    bound = (6 / (inputs + outputs)) ** 0.5
    for _ in range(depth - len(student.layers)):
        weight = np.random.default_rng(depth).uniform(-bound, bound, (outputs, pieces, inputs)).astype(np.float32)
        bias, shift = np.zeros((outputs, pieces), np.float32), np.zeros(outputs, np.float32)
        student.layers.append(Maxout(weight, bias, np.full(outputs, NEW_LAYER, np.float32), shift))


def write(deep: Path, student: Shallow, moves: Moves, output: Path) -> None:
    """Save a spaCy pipeline like the one in `deep` with the weights of the student and its moves."""
    nlp = load_weights(deep)
    config = nlp.config.copy()
    model = config["components"]["tok2vec"]["model"]
    model["encode"]["depth"] = len(student.layers)
    tok2vec: Any = nlp.get_pipe("tok2vec")
    tok2vec.model = registry.resolve({"model": model})["model"]
    tok2vec.model.initialize(X=[nlp.make_doc("Jakarta")])
    for table, values in zip(nodes(nlp, "hashembed"), student.tables, strict=True):
        table.set_param("E", _array(values))
    for module, *layers in zip(
        [student.mix, *student.layers], nodes(nlp, "maxout"), nodes(nlp, "layernorm"), strict=True
    ):
        module.to_thinc(*layers)
    project = _project(nlp)
    project.set_param("W", _array(student.weight))
    project.set_param("b", _array(student.bias))
    ner: Any = nlp.get_pipe("ner")
    moves.to_thinc(ner.model)
    nlp.to_disk(output)
    config.to_disk(output / "config.cfg")
    forget_words(output, ner.labels)


def _project(nlp: Language) -> Any:
    """The linear layer of the ner behind the tok2vec."""
    ner: Any = nlp.get_pipe("ner")
    return ner.model.get_ref("tok2vec").layers[-1]


def _parameter(values: NDArray[Any]) -> nn.Parameter:
    return nn.Parameter(torch.from_numpy(np.array(values, dtype=np.float32)))


def _array(values: Tensor) -> Floats:
    return np.ascontiguousarray(values.detach().numpy())
