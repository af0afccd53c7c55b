"""Errbacks that fail, too: what they raise is no answer's, so that no middleware hears of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Protocol, TypeVar

from twisted.python.failure import Failure

from crawler.errors import StorageError
from crawler.spiders.task import SourceTask


class HasTask(Protocol):
    """Whatever belongs to one source's crawl."""

    task: SourceTask


Owner = TypeVar("Owner", bound=HasTask)


def errback(call: Callable[[Owner, Failure], None]) -> Callable[[Owner, Failure], None]:
    """`call`, whose own exceptions become the source's error; a StorageError ends its crawl, as in a callback."""

    @wraps(call)
    def guarded(owner: Owner, failure: Failure) -> None:
        try:
            call(owner, failure)
        except StorageError as error:
            raise owner.task.storage_failed(error) from error
        except Exception as error:
            why = owner.task.broke("the failure of a request", error)
            owner.task.counts.error = owner.task.counts.error or why

    return guarded
