"""What reading is given and what it gives: the rules of a source, and the result of one page or what failed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from pipelines.queue.host_titles import Heads, HostNames
from pipelines.queue.waiting import WaitingPage
from pipelines.records import Article, TaggedArticle

if TYPE_CHECKING:
    from spacy.language import Language

    from nlp.records import Tags

BATCH = 32  # pages a task: large enough for nlp.pipe, small enough to lose little when a worker dies
LANGUAGE = "id"  # the language that is tagged; others are kept and marked
KILLED = "the page killed the process that read it, or hung in it"

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class SourceRules:
    """What the catalogue says about reading one source's pages, and what is known of their hosts' titles, by host."""

    press_releases: bool = False
    overrides: Mapping[str, str] | None = None
    known: Mapping[str, HostNames] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong with a page: the stage, "extract" or "tag", and why, in words for a person.

    final    the page itself is the reason, so that reading it again is useless
    passing  it may hold an article when it is asked for again: what came is a notice, or nothing
    """

    stage: str
    why: str
    final: bool = False
    passing: bool = False


@dataclass(frozen=True, slots=True)
class PageResult:
    """One page after the workers.

    outcome   the article that it holds, or why it could not be read
    untagged  why its article, which is kept, has no tags although it should have some
    tried     by field the source's own selectors, and whether each found something
    heads     what the page shows at its head, from which its host's name is learnt; None for one that was not parsed
    """

    page: WaitingPage
    digest: str
    outcome: TaggedArticle | Failure
    untagged: Failure | None = None
    tried: Mapping[str, tuple[str, bool]] = field(default_factory=dict)
    heads: Heads | None = None

    @property
    def failure(self) -> Failure | None:
        """What went wrong, whether the article is kept or not."""
        return self.outcome if isinstance(self.outcome, Failure) else self.untagged


def killed(page: WaitingPage) -> PageResult:
    """The result of a page whose reading ends every process that tries: it breaks a library in C, or hangs in one."""
    return PageResult(page, "", Failure("extract", KILLED))


def tag_articles(model: Language, articles: Iterable[Article]) -> Iterator[Tags]:
    """The tags of each article, in order."""
    from nlp.records import Document
    from nlp.tag import tag_texts  # brings spaCy; a run imports this module before it knows that there is work

    return tag_texts(model, (Document(article.title, article.text, article.published_at) for article in articles))


Write = Callable[[Sequence[PageResult]], None]


def batches(items: Iterable[Item], size: int = BATCH) -> Iterator[list[Item]]:
    """The items in lists of `size`, the last one shorter."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
