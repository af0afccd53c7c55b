"""What the stories (pipelines/isu) have learnt: how common words are, and how likely two articles tell of one event.

    python -m benchmarks.stories frequencies CORPUS.jsonl.gz ... [--without DOCUMENTS.jsonl]
    python -m benchmarks.stories train DOCUMENTS.jsonl STORIES.jsonl

`train` judges with weights that have seen neither article of a pair: the stories are dealt into five folds, and the
odds of a pair come from a regression over the pairs within the other folds. The articles come in order of time, each
knowing only those before it, and are compared where the store would compare them. The scores (as BCubed, Bagga and
Baldwin 1998, defines them; "2+": of the articles of stories of two and more) stand beside the weights in weights.json.
"""

from __future__ import annotations

import gzip
import json
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from pipelines.isu import compare, frequencies
from pipelines.isu.frequencies import Frequencies
from pipelines.isu.hindsight import regrouped
from pipelines.isu.links import merge, rank
from pipelines.isu.neighbours import LEAST_SHARED, MOST_COMPARED
from pipelines.isu.vectors import Vectors, telling, vectors, words
from pipelines.wording.wib import WIB

LEAST = 3  # articles; words of fewer are not in the table
FOLDS, SEEDS = 5, (0, 1, 2)
# Of the regression, a twentieth of scikit-learn's freedom: features that tell nearly the same (five of them are of the
# leads, three of the bodies) otherwise get large weights against each other.
FREEDOM = 0.05
Odds = dict[int, dict[int, float]]
Floats = NDArray[np.float64]


class Pairs(NamedTuple):
    """The pairs of articles that are compared, as their numbers in order of time, and their features."""

    one: NDArray[np.int64]
    other: NDArray[np.int64]
    features: Floats


def count_words(corpora: Iterable[Path], without: Path | None) -> None:
    """Write frequencies.json: the articles of the corpora, but for those with a title of `without`."""
    left_out = {row["title"] for row in _rows(without)} if without else set()
    counts: Counter[str] = Counter()
    articles = 0
    for row in (row for corpus in corpora for row in _rows(corpus)):
        if row.get("title") not in left_out:
            read = words(row.get("title") or "", row.get("text") or "")
            counts.update({word for word in (*read.title, *read.text) if not word[0].isdigit()})
            articles += 1
    kept = {word: n for word, n in sorted(counts.items()) if n >= LEAST}
    table = {"articles": articles, "least": LEAST, "stems": kept}
    frequencies.FILE.write_text(json.dumps(table, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{articles} articles, {len(kept)} stems")


def train(documents: Path, gold: Path) -> None:
    """Write weights.json: learnt from all pairs, with the scores that weights reach on stories they have not seen."""
    rows = sorted(_rows(documents), key=lambda row: (row["date"], row["id"]))
    told = {row["id"]: row for row in _rows(gold)}
    story = [told[row["id"]]["story"] for row in rows]
    slices = {name: {i for i, row in enumerate(rows) if told[row["id"]].get("slice") == name} for name in ("perang",)}
    began = time.process_time()
    pairs = compared(rows)
    spent = (time.process_time() - began) / len(rows) * 1000
    scores = []
    for seed in SEEDS:
        odds = _both_ways(pairs, unseen(pairs, story, seed))
        for form, groups in (("online", in_order(len(rows), odds)), ("hindsight", regrouped(range(len(rows)), odds))):
            scores.append({"form": form, "seed": seed} | measured(story, groups, slices))
            print(json.dumps(scores[-1]))
    weights, bias = fitted(pairs, story, np.arange(len(pairs.one)))
    mean = {form: _mean([row for row in scores if row["form"] == form]) for form in ("online", "hindsight")}
    report = {
        "weights": {name: round(w, 5) for name, w in zip(compare.FEATURES, weights, strict=True)},
        "bias": round(bias, 5),
        "learnt_from": {"articles": len(rows), "pairs": len(pairs.one), "stories": len(set(story))},
        "cross_validated": mean,
        "cpu_ms_an_article": round(spent, 2),
    }
    compare.FILE.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(report, indent=1))


def compared(rows: Sequence[Mapping[str, Any]]) -> Pairs:
    """The pairs that the store would compare: those that share most of the words that tell what they are about."""
    known, found = Frequencies(frequencies.shipped()), defaultdict[int, list[int]](list)
    seen: list[Vectors] = []
    hours = [datetime.fromisoformat(row["date"]).replace(tzinfo=WIB).timestamp() / 3600 for row in rows]
    one, other, features = [], [], []
    for number, row in enumerate(rows):
        read = words(row["title"], row["text"], int((hours[number] + 7) // 24))
        known.add(read.marks)
        mine = vectors(read, known)
        shared = Counter(article for word in telling(mine) for article in found[word])
        near = sorted(shared.items(), key=lambda item: (-item[1], -item[0]))[:MOST_COMPARED]
        for article, count in near:
            if count >= LEAST_SHARED and not compare.instalments(mine, seen[article]):
                one.append(number)
                other.append(article)
                features.append(compare.features(mine, seen[article], hours[number] - hours[article]))
        for word in telling(mine):
            found[word].append(number)
        seen.append(mine)
    return Pairs(np.array(one), np.array(other), np.array(features))


def fitted(pairs: Pairs, story: Sequence[str], chosen: NDArray[np.int64]) -> tuple[Floats, float]:
    """(weights, bias) learnt from the chosen pairs. Each article of a story counts once, however many it has there."""
    names = np.array(story)
    same = names[pairs.one] == names[pairs.other]
    sizes = Counter(story)
    size = np.array([sizes[name] for name in story])[pairs.one]
    weight = np.where(same, 1 / np.maximum(1, size - 1), 1.0)[chosen]
    hits = same[chosen]
    weight[hits] *= hits.sum() / weight[hits].sum()
    scale = StandardScaler().fit(pairs.features[chosen])
    model = LogisticRegression(C=FREEDOM, max_iter=500).fit(scale.transform(pairs.features[chosen]), hits, weight)
    weights = model.coef_[0] / scale.scale_
    return weights, float(model.intercept_[0] - weights @ scale.mean_)


def unseen(pairs: Pairs, story: Sequence[str], seed: int) -> Floats:
    """The log odds of each pair, from pairs of which neither article's fold is that of one of its two."""
    names = sorted(set(story))
    random.Random(seed).shuffle(names)
    dealt = {name: number % FOLDS for number, name in enumerate(names)}
    fold = np.array([dealt[name] for name in story])
    one, other = fold[pairs.one], fold[pairs.other]
    odds = np.zeros(len(one))
    for a in range(FOLDS):
        for b in range(a, FOLDS):
            asked = ((one == a) & (other == b)) | ((one == b) & (other == a))
            free = ~(np.isin(one, (a, b)) | np.isin(other, (a, b)))
            weights, bias = fitted(pairs, story, np.flatnonzero(free))
            odds[asked] = pairs.features[asked] @ weights + bias
    return odds


def in_order(articles: int, odds: Odds) -> list[list[int]]:
    """The stories as they are built while the articles come, without hindsight."""
    story: dict[int, int] = {}
    members: dict[int, list[int]] = {}

    def nearest(group: Sequence[int]) -> tuple[float, int] | None:
        own = story.get(group[0])
        near = [(story[b], value) for a in group for b, value in odds[a].items() if b in story and story[b] != own]
        found = rank(near, {name: len(some) for name, some in members.items()}, len(group))
        return found[0] if found and merge(found[0][0], len(group), len(members[found[0][1]])) else None

    for article in range(articles):
        found = nearest([article])
        story[article] = found[1] if found else article
        members.setdefault(story[article], []).append(article)
        while found and (found := nearest(members[story[article]])):
            for moved in members[found[1]]:
                story[moved] = story[article]
            members[story[article]] += members.pop(found[1])
    return list(members.values())


def measured(story: Sequence[str], groups: Iterable[Sequence[int]], slices: Mapping[str, set[int]]) -> dict[str, float]:
    """BCubed, BCubed 2+ and pairwise F1, and BCubed 2+ of each slice."""
    group = {article: number for number, some in enumerate(groups) for article in some}
    sizes, made, both = Counter(story), Counter(group.values()), Counter((story[a], group[a]) for a in group)
    right = [both[story[a], group[a]] for a in range(len(story))]
    precision = [n / made[group[a]] for a, n in enumerate(right)]
    recall = [n / sizes[story[a]] for a, n in enumerate(right)]

    def bcubed(articles: Iterable[int]) -> float:
        chosen = list(articles)
        p, r = (sum(values[a] for a in chosen) / len(chosen) for values in (precision, recall))
        return 2 * p * r / (p + r)

    def pairs_of(counts: Mapping[Any, int]) -> int:
        return sum(n * (n - 1) // 2 for n in counts.values())

    several = {a for a in group if sizes[story[a]] > 1}
    scores = {
        "bcubed": bcubed(group),
        "bcubed_2plus": bcubed(several),
        "pairwise": 2 * pairs_of(both) / (pairs_of(sizes) + pairs_of(made)),
    } | {f"bcubed_2plus_{name}": bcubed(several & some) for name, some in slices.items() if several & some}
    return {name: round(value, 4) for name, value in scores.items()}


def _both_ways(pairs: Pairs, values: Floats) -> Odds:
    odds: Odds = defaultdict(dict)
    for one, other, value in zip(pairs.one.tolist(), pairs.other.tolist(), values.tolist(), strict=True):
        odds[one][other] = odds[other][one] = value
    return odds


def _mean(scores: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    numbers = [name for name in scores[0] if name not in ("form", "seed")]
    return {name: round(sum(row[name] for row in scores) / len(scores), 4) for name in numbers}


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    stored = path.read_bytes()
    for line in (gzip.decompress(stored) if path.suffix == ".gz" else stored).splitlines():
        yield json.loads(line)


def main(arguments: Sequence[str]) -> None:
    """Read the command line; the module's docstring says what it takes."""
    without = next((Path(b) for a, b in pairwise(arguments) if a == "--without"), None)
    files = [Path(a) for a in arguments[1:] if not a.startswith("--") and Path(a) != without]
    if arguments[:1] == ["frequencies"] and files:
        count_words(files, without)
    elif arguments[:1] == ["train"] and len(files) == 2:
        train(*files)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
