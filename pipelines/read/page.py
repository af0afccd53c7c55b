"""The reader: what a worker does with fetched pages, extract -> language -> tag.

A module of its own because a run imports it, and trafilatura with it, while its crawl starts.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from crawler.urls import normalise
from pipelines.archive.location import Location, RemoteArchive, open_archive
from pipelines.archive.warc import Archive
from pipelines.extract import NotAnArticle, extract_article
from pipelines.extract.page import parse
from pipelines.extract.selectors import tried_selectors
from pipelines.extract.site_names import heads_of
from pipelines.language.stems import stem_text
from pipelines.queue.host_titles import host_of
from pipelines.queue.waiting import WaitingPage
from pipelines.read.pool import WorkerPool
from pipelines.read.results import LANGUAGE, Failure, PageResult, SourceRules, killed, tag_articles
from pipelines.read.tagging import TIME_LIMIT, tag_or_say_why
from pipelines.read.text_facts import minhash_bands, text_facts
from pipelines.read.time_limit import SECONDS_A_PAGE, TOO_LONG, PageTimeout, deadly_time_limit
from pipelines.records import Article, TaggedArticle

if TYPE_CHECKING:
    from spacy.language import Language

LOG = logging.getLogger(__name__)
# Read before the fork: it loads the stemmer's roots and NumPy once for all workers.
WARM_UP = "Pemerintah membaca " * 20


class Reader:
    """What a worker does with a batch of pages; built before the fork, so that the model is loaded once.

    Without a model it only extracts (`read_untagged`).
    """

    def __init__(self, archive: Location, rules: Mapping[str, SourceRules], model: Language | None) -> None:
        self.archive = archive
        self._opened: Archive | RemoteArchive | None = None
        self.rules = rules
        self.model = model
        stem_text(WARM_UP)
        minhash_bands(WARM_UP)

    def read(self, pages: Sequence[WaitingPage]) -> list[PageResult]:
        """Extract and tag a batch; every page has a result, in order."""
        assert self.model is not None
        archive = self._opened = self._opened or open_archive(self.archive)  # in the worker: after the fork
        results = [self._extract(archive, page) for page in pages]
        wanted = [
            (i, result.outcome)
            for i, result in enumerate(results)
            if isinstance(result.outcome, TaggedArticle) and _is_tagged(result)
        ]
        found = tag_or_say_why(partial(tag_articles, self.model), [untagged.article for _, untagged in wanted])
        for (i, untagged), tags in zip(wanted, found, strict=True):
            if isinstance(tags, Failure):
                results[i] = replace(results[i], untagged=tags)
            else:
                results[i] = replace(results[i], outcome=replace(untagged, tags=tags))
        return results

    def read_untagged(self, pages: Sequence[WaitingPage]) -> list[PageResult]:
        """Only extract; an article that should have tags says that they took too long. For what kills the tagger."""
        archive = self._opened = self._opened or open_archive(self.archive)
        results = [self._extract(archive, page) for page in pages]
        return [replace(r, untagged=Failure("tag", TIME_LIMIT)) if _is_tagged(r) else r for r in results]

    def _extract(self, archive: Archive | RemoteArchive, waiting: WaitingPage) -> PageResult:
        digest = ""
        try:
            with deadly_time_limit(SECONDS_A_PAGE):
                body = archive.read(waiting.warc_file, waiting.warc_offset)
                digest = hashlib.sha256(body).hexdigest()
                rule = self.rules.get(waiting.source_id, SourceRules())
                page = parse(body, waiting.content_type or "")
                article = extract_article(
                    page,
                    url=waiting.url,
                    fetched_at=waiting.fetched_at,
                    content_type=waiting.content_type or "",
                    source_id=waiting.source_id,
                    press_releases=rule.press_releases,
                    overrides=rule.overrides,
                    hints=waiting.hints,
                    known=rule.known.get(host_of(waiting.url)),
                )
                article = replace(_at_its_address(article, waiting.final_url), origin=waiting.origin)
                if article.language != LANGUAGE:
                    LOG.info("%s: bahasa %s, tidak ditandai", waiting.url, article.language or "tidak dikenal")
                tried = tried_selectors(page, rule.overrides or {})
            tagged = TaggedArticle(article, None, text_facts(article))
            return PageResult(waiting, digest, tagged, tried=tried, heads=heads_of(page))
        except NotAnArticle as error:
            return PageResult(waiting, digest, Failure("extract", str(error), final=True, passing=error.passing))
        except PageTimeout:
            return PageResult(waiting, digest, Failure("extract", TOO_LONG))
        except Exception as error:  # a page that breaks a parser must not stop the run; its error is kept
            return PageResult(waiting, digest, Failure("extract", f"{type(error).__name__}: {error}"))


def reader_pool(reader: Reader, workers: int) -> WorkerPool[WaitingPage, PageResult]:
    """Workers that read pages. One that kills its worker is read alone, then without its tags, then given up."""
    return WorkerPool(reader.read, reader.read, reader.read_untagged, killed=killed, workers=workers)


def _at_its_address(article: Article, final_url: str | None) -> Article:
    """The article with the address that redirects led to as its canonical one, where the page names no other.

    A counter of clicks gives each link another token; they all lead to this.
    """
    where = normalise(final_url) if final_url else None
    named = article.canonical_url not in (article.url, normalise(article.url))
    return article if named or where is None else replace(article, canonical_url=where)


def _is_tagged(result: PageResult) -> bool:
    """Whether this is an article in the language that is tagged."""
    return isinstance(result.outcome, TaggedArticle) and result.outcome.article.language == LANGUAGE
