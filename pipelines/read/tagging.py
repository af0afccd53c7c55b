"""Tagging in time: the tags of each item, or why it has none; and workers that tag nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, TypeVar

from pipelines.read.pool import WorkerPool
from pipelines.read.results import Failure
from pipelines.read.time_limit import SECONDS_A_PAGE, PageTimeout, deadly_time_limit

if TYPE_CHECKING:
    from nlp.records import Tags

TIME_LIMIT = f"time limit: took longer than {SECONDS_A_PAGE} s to tag"

Item = TypeVar("Item")
Tagger = Callable[[Sequence[Item]], "Iterable[Tags]"]


def tag_or_say_why(tag: Tagger[Item], items: Sequence[Item]) -> list[Tags | Failure]:
    """The tags of each item, or why it has none: it breaks the tagger, or takes longer than SECONDS_A_PAGE.

    For workers only: what hangs in C ends the process.
    """
    try:
        with deadly_time_limit(SECONDS_A_PAGE):
            return list(tag(items))
    except Exception:  # one bad text must not cost the others their tags
        return [_tag_alone(tag, item) for item in items]


def _tag_alone(tag: Tagger[Item], item: Item) -> Tags | Failure:
    try:
        with deadly_time_limit(SECONDS_A_PAGE):
            return next(iter(tag([item])))
    except PageTimeout:
        return Failure("tag", TIME_LIMIT)
    except Exception as error:  # a text that breaks the tagger must not stop the run; its error is kept
        return Failure("tag", f"{type(error).__name__}: {error}")


def tagging_pool(tag: Tagger[Item], workers: int) -> WorkerPool[Item, Tags | Failure]:
    """Workers that tag. An item that kills its worker is tagged alone, then given up."""

    def work(items: list[Item]) -> list[Tags | Failure]:
        return tag_or_say_why(tag, items)

    return WorkerPool(work, work, killed=lambda _: Failure("tag", TIME_LIMIT), workers=workers)
