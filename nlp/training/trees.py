"""Fitting the judges of nlp/components/agreements/learnt.py with scikit-learn, out of fold and on everything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from nlp.components.agreements.learnt import Floats, chooser_from_json, faded, judge_from_json

DEPTH = 3  # questions of a boosted tree, one after another
PENALTY = 0.005  # of the regression over vectors (scikit-learn's C); .003 to .03 differ little
PENALTY_OF_KINDS = 0.03  # of the regression over kinds; .01 to .1 differ little
DIGITS = 5


@dataclass(frozen=True)
class Model:
    """How a judge is fitted: boosted trees, the mean of several; `calibrated`: by Platt's scaling out of fold."""

    trees: int
    leaf: int
    rate: float = 0.08
    seeds: int = 1
    calibrated: bool = False


Fitted = tuple[dict[str, Any], Floats]  # a judge as learnt.judge_from_json reads it, and what it says out of fold


def fit(
    model: Model,
    rows: Sequence[Sequence[float]],
    vectors: Sequence[Floats] | None,
    right: Sequence[bool],
    folds: Sequence[int],
    counts: Sequence[bool],
) -> Fitted:
    """(the judge learnt from everything that counts, what judges say of each row who have not seen its fold)."""
    x, y, fold, counted = np.array(rows, float), np.array(right), np.array(folds), np.array(counts)
    v = np.array(vectors) if vectors is not None else None
    odds = np.zeros(len(y))
    for number in sorted(set(folds)):
        seen, held = counted & (fold != number), fold == number
        judge = judge_from_json(_judge(model, x[seen], v[seen] if v is not None else None, y[seen]))
        likely = judge.probability(x[held].tolist(), v[held] if v is not None else None)
        odds[held] = np.log(likely / (1 - likely))
    values = _judge(model, x[counted], v[counted] if v is not None else None, y[counted])
    if model.calibrated:
        platt = LogisticRegression(C=1.0).fit(odds[counted, None], y[counted])
        values["scale"], values["shift"] = float(platt.coef_[0][0]), float(platt.intercept_[0])
        odds = values["scale"] * odds + values["shift"]
    return values, 1 / (1 + np.exp(-odds))


def fit_votes(
    rows: Sequence[Sequence[float]], right: Sequence[int], folds: Sequence[int], kinds: int, distances: Sequence[int]
) -> Fitted:
    """As `fit` for a Chooser of several kinds; rows of the kind -1 teach nothing; `distances`: see Chooser.

    Three kinds at least must stand in each fold's lessons: of two scikit-learn makes one column.
    """
    x, y, fold = np.array(rows, float), np.array(right), np.array(folds)
    votes = np.zeros((len(y), kinds))
    for number in sorted(set(folds)):
        seen, held = (y >= 0) & (fold != number), fold == number
        votes[held] = chooser_from_json(_chooser(x[seen], y[seen], kinds, distances)).votes(x[held].tolist())
    return _chooser(x[y >= 0], y[y >= 0], kinds, distances), votes


def _judge(model: Model, x: Floats, v: Floats | None, y: Any) -> dict[str, Any]:
    trees, base = [], 0.0
    for seed in range(model.seeds):
        boosted = GradientBoostingClassifier(
            n_estimators=model.trees,
            max_depth=DEPTH,
            learning_rate=model.rate,
            subsample=0.7,
            min_samples_leaf=model.leaf,
            max_features=0.3,
            random_state=seed,
        ).fit(x, y)
        trees += [(tree[0].tree_, model.rate / model.seeds) for tree in boosted.estimators_]
        base += float(np.log(y.mean() / (1 - y.mean()))) / model.seeds
    values: dict[str, Any] = {"trees": {"base": base, "depth": DEPTH, **_arrays(trees)}, "scale": 1.0, "shift": 0.0}
    if v is not None:
        scaler = StandardScaler().fit(v)
        linear = LogisticRegression(C=PENALTY, max_iter=500).fit(scaler.transform(v), y)
        weights = linear.coef_[0] / scaler.scale_
        bias = float(linear.intercept_[0] - weights @ scaler.mean_)
        values["linear"] = {"weights": [round(float(w), DIGITS) for w in weights], "bias": bias}
    return values


def _chooser(x: Floats, y: Any, kinds: int, distances: Sequence[int]) -> dict[str, Any]:
    near = faded(x, distances)
    scaler = StandardScaler().fit(near)
    linear = LogisticRegression(C=PENALTY_OF_KINDS, max_iter=200).fit(scaler.transform(near), y)
    weights, bias = np.zeros((x.shape[1], kinds)), np.full(kinds, -99.0)  # a kind that nothing taught is never said
    weights[:, linear.classes_] = (linear.coef_ / scaler.scale_).T
    bias[linear.classes_] = linear.intercept_ - (linear.coef_ / scaler.scale_) @ scaler.mean_
    said = [[round(float(w), DIGITS) for w in row] for row in weights]
    return {"weights": said, "bias": [round(float(b), DIGITS) for b in bias], "distances": list(distances)}


def _arrays(trees: Sequence[tuple[Any, float]]) -> dict[str, Any]:
    """The trees as learnt.Trees holds them, all with as many nodes as the largest."""
    nodes = max(tree.node_count for tree, _ in trees)
    found: dict[str, list[Any]] = {name: [] for name in ("feature", "limit", "left", "right", "value")}
    for tree, weight in trees:
        own, missing = np.arange(tree.node_count), nodes - tree.node_count
        leaf = tree.children_left < 0
        pad = [0] * missing
        found["feature"].append([*np.where(leaf, 0, tree.feature).tolist(), *pad])
        found["limit"].append([*(round(float(t), DIGITS) for t in np.where(leaf, 0, tree.threshold)), *pad])
        found["left"].append([*np.where(leaf, own, tree.children_left).tolist(), *pad])
        found["right"].append([*np.where(leaf, own, tree.children_right).tolist(), *pad])
        found["value"].append([round(float(value) * weight, DIGITS) for value in tree.value[:, 0, 0]] + pad)
    return found
