"""What was learnt of agreements: small models that say how likely something is, run with numpy alone.

`python -m nlp.training.agreements` writes nlp/model/agreements.json. A model is two that were trained apart: shallow
boosted trees over stated features, and a logistic regression over the tagger's vectors. The mean of their log odds is
better than either alone (nlp/training/README.md). A text without vectors, as tests have it, is judged by the trees. The status, of several kinds, is chosen by a regression over stated features alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc

MODEL = Path(__file__).resolve().parents[2] / "model"
WEIGHTS = MODEL / "agreements.json"
DISTANCE = 50  # characters over which nearness falls to a third
BESIDE = 4  # tokens on either side of a span whose vectors are looked at, too

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Trees:
    """Boosted trees: for each tree and node the feature that is looked at and the limit up to which it goes left.

    A node without children has itself for both. All arrays: (trees, nodes); `value`: what a tree says at a node.
    """

    base: float
    feature: Ints
    limit: Floats
    left: Ints
    right: Ints
    value: Floats
    depth: int

    def odds(self, rows: Floats) -> Floats:
        """The log odds of each row of features."""
        odds: Floats = self.base + self.outputs(rows).sum(axis=1)
        return odds

    def outputs(self, rows: Floats) -> Floats:
        """What each tree says of each row, (rows, trees)."""
        trees, nodes = self.feature.shape
        feature, limit, children = self._flat
        values, begins = np.ascontiguousarray(rows).reshape(-1), (np.arange(len(rows)) * rows.shape[1])[:, None]
        at = np.repeat(np.arange(0, 2 * trees * nodes, 2 * nodes)[None], len(rows), axis=0)
        for level in range(self.depth):
            goes_left = values.take(feature.take(at) + begins) <= limit.take(at)
            before, at = at, children.take(at + goes_left)
            if level % 4 == 3 and np.array_equal(before, at):
                break  # every row has reached the last node of every tree
        said: Floats = self.value.reshape(-1).take(at // 2)
        return said

    @cached_property
    def _flat(self) -> tuple[Ints, Floats, Ints]:
        """Of all nodes of all trees in a row, each twice: the feature, the limit, and the child to the right and left.

        A child is given by its own place in these arrays.
        """
        trees, nodes = self.feature.shape
        begins = (np.arange(trees) * nodes)[:, None]
        children = 2 * np.stack([self.right + begins, self.left + begins], axis=-1)
        return np.repeat(self.feature.reshape(-1), 2), np.repeat(self.limit.reshape(-1), 2), children.reshape(-1)


@dataclass(frozen=True, slots=True)
class Linear:
    """A logistic regression over vectors."""

    weights: Floats
    bias: float

    def odds(self, vectors: Floats) -> Floats:
        """The log odds of each row of vectors."""
        odds: Floats = vectors @ self.weights + self.bias
        return odds


@dataclass(frozen=True, slots=True)
class Judge:
    """Trees and, where the training found them to help, a regression over vectors; `scale` and `shift` calibrate."""

    trees: Trees
    linear: Linear | None
    scale: float = 1.0
    shift: float = 0.0

    def probability(self, rows: Sequence[Sequence[float]], vectors: Floats | None = None) -> Floats:
        """How likely each row is a yes, 0 to 1. Raises ValueError for rows of another length than was learnt."""
        if not len(rows):
            return np.zeros(0)
        odds = self.trees.odds(np.asarray(rows, dtype=np.float64))
        if self.linear is not None and vectors is not None:
            odds = (odds + self.linear.odds(vectors)) / 2
        return 1 / (1 + np.exp(-(self.scale * odds + self.shift)))


@dataclass(frozen=True, slots=True)
class Chooser:
    """A regression over stated features that says which of several kinds a row is of.

    weights, bias  (features, kinds) and (kinds); distances: the features that are characters and fade with DISTANCE
    """

    weights: Floats
    bias: Floats
    distances: Ints

    def votes(self, rows: Sequence[Sequence[float]]) -> Floats:
        """How likely each kind is of each row, (rows, kinds)."""
        odds = faded(np.asarray(rows, dtype=np.float64), self.distances) @ self.weights + self.bias
        raised = np.exp(odds - odds.max(axis=1, keepdims=True))
        said: Floats = raised / raised.sum(axis=1, keepdims=True)
        return said


def faded(rows: Floats, distances: Sequence[int] | Ints) -> Floats:
    """The rows with nearness, 1 to 0, in place of distances in characters."""
    near = rows.copy()
    near[:, distances] = np.exp(-near[:, distances] / DISTANCE)
    return near


def vectors_of(doc: Doc, spans: Sequence[tuple[int, int]]) -> Floats | None:
    """For each span of tokens the mean vector of it, of those before and of those behind it, side by side."""
    tensor = doc.tensor
    if not len(tensor) or not spans:
        return None
    nothing = np.zeros(tensor.shape[1])
    pieces = (
        (tensor[start:end], tensor[max(0, start - BESIDE) : start], tensor[end : end + BESIDE]) for start, end in spans
    )
    return np.array([np.concatenate([p.mean(axis=0) if len(p) else nothing for p in three]) for three in pieces])


def judge_from_json(values: Mapping[str, Any]) -> Judge:
    """A model as training wrote it."""
    trees = values["trees"]
    arrays = {name: np.array(trees[name]) for name in ("feature", "limit", "left", "right", "value")}
    linear = values.get("linear")
    return Judge(
        Trees(trees["base"], **arrays, depth=trees["depth"]),
        Linear(np.array(linear["weights"]), linear["bias"]) if linear else None,
        values["scale"],
        values["shift"],
    )


def chooser_from_json(values: Mapping[str, Any]) -> Chooser:
    """A model of several kinds as training wrote it."""
    return Chooser(np.array(values["weights"]), np.array(values["bias"]), np.array(values["distances"], dtype=np.int64))


@lru_cache(maxsize=1)
def judges() -> dict[str, Judge]:
    """The models by what they judge. Raises FileNotFoundError naming the file when there are no weights."""
    return {name: judge_from_json(values) for name, values in _models().items() if name != "status"}


@lru_cache(maxsize=1)
def status_chooser() -> Chooser:
    """The model that says where an agreement stands. Raises as `judges` does."""
    return chooser_from_json(_models()["status"])


@lru_cache(maxsize=1)
def _models() -> dict[str, Any]:
    if not WEIGHTS.is_file():
        raise FileNotFoundError(f"{WEIGHTS}: is not there; `python -m nlp.training.agreements` makes it")
    models: dict[str, Any] = json.loads(WEIGHTS.read_text(encoding="utf-8"))["models"]
    return models


def network_digest() -> str:
    """What the network whose vectors the judges were learnt with is known by; weights for another one judge at random."""
    return hashlib.sha256((MODEL / "tok2vec" / "model").read_bytes()).hexdigest()[:16]
