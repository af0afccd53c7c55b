"""`pantau sources check`: what a source's discoveries and one article of it come to, in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

from crawler.catalogue import Source
from crawler.probe import Notes, Probe, probe
from crawler.records import FetchedPage
from pipelines.extract import NotAnArticle, extract_article
from pipelines.extract.page import parse
from pipelines.extract.selectors import tried_selectors
from pipelines.health.causes import LAYOUT, cause_of_errors, cause_of_links
from pipelines.health.sentences import (
    NO_DATE,
    NO_LINKS,
    plain_error,
    say_article,
    say_few_words,
    say_missed,
    say_problem,
    say_silence,
    with_cause,
)
from pipelines.health.status import Problem

NOTHING_COUNTED: Mapping[str, int] = MappingProxyType({})
FEW_WORDS = 30  # fewer make an article suspicious: a teaser, or a text whose body was missed


@dataclass(frozen=True, slots=True)
class ArticleCheck:
    """One article as it was read. `selectors`: key of [source.extract] -> whether it found something.

    language   as pipelines.language.detect names it; None where nothing was read
    """

    url: str
    title: str | None = None
    published_at: str | None = None
    date_source: str | None = None
    words: int = 0
    selectors: dict[str, bool] | None = None
    error: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class SourceCheck:
    """One source: what was asked, and in `broken` a sentence in Indonesian for everything that does not work."""

    id: str
    name: str
    status: str
    discoveries: tuple[Probe, ...]
    article: ArticleCheck | None
    broken: tuple[str, ...]


def check_sources(sources: Sequence[Source], seconds: float) -> list[SourceCheck]:
    """Check every source at the same time, politely, for at most `seconds` each; stores nothing.

    Raises KeyboardInterrupt when somebody stopped it: half a check would call the other half broken.
    """
    notes, report = probe(sources, seconds)
    if report.outcome == "interrupted":
        raise KeyboardInterrupt
    late = seconds if report.outcome == "out of time" else None
    counts = report.sources
    return [judge_source(s, notes[s.id], counts[s.id].error, late, counts[s.id].stats) for s in sources]


def nobody_answers(checks: Sequence[SourceCheck]) -> bool:
    """Whether not one of several sites answered: then it is this machine's network, not they."""
    return len(checks) > 1 and not any(probe.status for check in checks for probe in check.discoveries)


def judge_source(
    source: Source,
    notes: Notes,
    crawl_error: str | None,
    time_limit: float | None,
    stats: Mapping[str, int] = NOTHING_COUNTED,
) -> SourceCheck:
    """What a source's answers come to.

    crawl_error  why the crawl of this source failed as a whole, as recorded
    time_limit   seconds after which the check was ended; None when it was not
    stats        what the crawl refused or skipped, by name (crawler/statistics.py)
    """
    broken = [_say_discovery(problem) for item in notes.probes if (problem := _discovery_problem(item, stats))]
    broken += [
        _say_discovery(Problem("discovery", f"{method} {url}", None, crawl_error or say_silence(time_limit)))
        for method, url in _unanswered(source, notes)
    ]
    article: ArticleCheck | None = None
    faults: list[str] = []
    if notes.page is not None:
        article, faults = read_article(source, notes.page)
    elif notes.page_url:
        recorded = notes.page_error or crawl_error or say_silence(time_limit)
        why = with_cause(plain_error(recorded), cause_of_errors([recorded]))
        article, faults = ArticleCheck(notes.page_url, error=why), [say_article(notes.page_url, why)]
    elif not broken:
        faults = [NO_LINKS]
    return SourceCheck(source.id, source.name, source.status, tuple(notes.probes), article, (*broken, *faults))


def _say_discovery(problem: Problem) -> str:
    return say_problem(problem, datetime.now(UTC))


def _unanswered(source: Source, notes: Notes) -> Iterator[tuple[str, str]]:
    """Method and first address of every discovery that was not asked, or never answered."""
    asked = {item.url for item in notes.probes}
    failed = {item.url for item in notes.probes if item.error}
    for discovery in source.discover:
        addresses = discovery.urls()
        if addresses[0] not in asked and failed.isdisjoint(addresses):
            yield discovery.method, addresses[0]


def _discovery_problem(item: Probe, stats: Mapping[str, int]) -> Problem | None:
    """What is wrong with a feed, sitemap or listing that answered, as `pantau status` would record it."""
    subject = f"{item.method} {item.url}"
    if item.error:
        why = item.error.removeprefix(subject).strip()
        return Problem("discovery", subject, None, why, cause_of_errors([why]))
    if item.links == 0:
        listing = item.method == "listing"
        return Problem("links" if listing else "empty", subject, None, "0", LAYOUT if listing else None)
    if item.links and not item.articles:
        return Problem("pattern", subject, None, str(item.links), cause_of_links(stats))
    return None


def read_article(source: Source, page: FetchedPage) -> tuple[ArticleCheck, list[str]]:
    """One article page as a run would read it, and what is wrong with it."""
    try:
        parsed = parse(page.body, page.content_type)
        article = extract_article(
            parsed,
            url=page.url,
            fetched_at=page.fetched_at,
            source_id=source.id,
            press_releases=source.press_releases,
            overrides=source.extract,
            hints=page.hints,
        )
    except NotAnArticle as error:
        why = with_cause(plain_error(str(error)), cause_of_errors([str(error)]))
        return ArticleCheck(page.url, error=why), [say_article(page.url, why)]
    words = len(article.text.split())
    found = {key: matched for key, (_, matched) in tried_selectors(parsed, source.extract).items()}
    faults = [say_missed(key, source.extract[key]) for key, matched in found.items() if not matched]
    if article.published_at is None and article.published_date is None:
        faults.append(NO_DATE)
    if words < FEW_WORDS:
        faults.append(say_few_words(words))
    check = ArticleCheck(
        page.url, article.title, article.published_at, article.date_source, words, found, language=article.language
    )
    return check, [say_article(page.url, fault) for fault in faults]
