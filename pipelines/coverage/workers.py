"""Workers: features and comparisons need no database, so forked processes work on them when there are many."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from math import inf
from multiprocessing import active_children, get_context
from typing import NamedTuple, TypeVar

from pipelines.coverage.compare import Comparison, Words, compare, new_passages, passages, read_words
from pipelines.coverage.features import Packed, features
from pipelines.coverage.labels import has_passages, label
from pipelines.read.forked import start_worker

MANY = 200  # articles for each process; a fork does not pay for fewer
BATCH = 16  # jobs that are sent to a process at a time
REMEMBERED = 500  # texts whose words are kept, 20 MB: a release is compared with many articles

Given = TypeVar("Given")
Result = TypeVar("Result")


class Pair(NamedTuple):
    """Two texts to compare.

    title                      of the release
    evidence, names, articles  as `pipelines.coverage.labels.label` takes them
    new                        as `pipelines.coverage.compare.new_passages` takes it; None for a pair that is looked at
                               again without the index, of which only the passages are judged
    """

    title: str
    release: str
    article: str
    evidence: float
    names: int
    articles: int
    new: frozenset[int] | None


class Workers:
    """Maps functions over jobs: in as many processes as there are cores when `jobs` are many, otherwise in this one."""

    def __init__(self, jobs: int) -> None:
        self._executor = None
        self._others = set(active_children())  # processes of this one that are not ours
        count = min(os.cpu_count() or 1, jobs // MANY + 1)
        if count > 1:
            features("", "")  # loads the stop words before the fork
            gc.freeze()  # so that no process searches the tagger's model for garbage, which would copy its memory
            self._executor = ProcessPoolExecutor(
                count, mp_context=get_context("fork"), initializer=start_worker, initargs=(os.getpid(),)
            )

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        if self._executor:
            if error:  # nobody waits for what they are at: a comparison may take long, and Ctrl-C shall end all of them
                for worker in set(active_children()) - self._others:
                    worker.kill()
            self._executor.shutdown(wait=True, cancel_futures=True)
            gc.unfreeze()

    def map(self, function: Callable[[Given], Result], jobs: Sequence[Given]) -> Iterator[Result]:
        """The results in the order of the jobs; forked workers begin at once."""
        if self._executor:
            return self._executor.map(function, jobs, chunksize=BATCH)
        return map(function, jobs)


def packed_features(title_and_text: tuple[str, str]) -> dict[int, Packed]:
    """The features of an article, for `Workers.map`."""
    return features(*title_and_text)


def judge_pair(pair: Pair) -> tuple[str, Comparison] | None:
    """Label and comparison of a pair; None when nothing shows that the article knows the release."""
    release, article = _words(pair.release), _words(pair.article)
    tiles = passages(release, article)
    if pair.new is None:
        comparison = compare(release, article, tiles, pair.title)
        found = label(comparison, inf, 0, 0)
        return (found, comparison) if found else None
    new = new_passages(release, tiles, pair.new)
    comparison = compare(release, article, new, pair.title)
    found = label(comparison, pair.evidence, pair.names, pair.articles)
    if len(new) < len(tiles) and has_passages(comparison, pair.evidence, pair.articles):
        # It took up the release, so whatever else both have is shown and measured, too.
        comparison = compare(release, article, tiles, pair.title)
        found = label(comparison, pair.evidence, pair.names, pair.articles)
    return (found, comparison) if found else None


@lru_cache(maxsize=REMEMBERED)
def _words(text: str) -> Words:
    return read_words(text)
