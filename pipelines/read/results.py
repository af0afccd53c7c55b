"""What reading is given and what it gives: the rules of a source, and the result of one page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

from pipelines.queue.waiting import WaitingPage
from pipelines.records import Article, TaggedArticle

BATCH = 32  # pages a task: large enough for nlp.pipe, small enough to lose little when a worker dies
LANGUAGE = "id"  # the language that is tagged; others are kept and marked

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class SourceRules:
    """What the catalogue says about reading one source's pages."""

    press_releases: bool = False
    overrides: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class PageResult:
    """One page after the workers: an article with its tags, and the stage that failed and why ("" when none did).

    A page that could not be read has no article; one that could not be tagged is kept without tags.
    """

    page: WaitingPage
    digest: str
    tagged: TaggedArticle | None = None
    stage: str = ""
    error: str = ""
    final: bool = False  # the page itself is the reason: reading it again is useless
    tried: Mapping[str, tuple[str, bool]] = field(default_factory=dict)  # the source's own selectors: (selector, found)


def tag_articles(language_model: Any, articles: Iterable[Article]) -> Iterator[dict[str, Any]]:
    """Tag articles in order, as `nlp.tag.tag_documents` does."""
    from nlp.tag import tag_documents

    documents = [
        {
            "id": article.url,
            "title": article.title,
            "text": article.text,
            "published_at": article.published_at,
        }
        for article in articles
    ]
    return iter(tag_documents(language_model, documents)) if documents else iter(())


Write = Callable[[Sequence[PageResult]], None]


def batches(items: Iterable[Item], size: int = BATCH) -> Iterator[list[Item]]:
    """The items in lists of `size`, the last one shorter."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
