"""`pantau sources check`: what a source's discoveries and one article of it come to, in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crawler.catalogue import Source
from crawler.probe import Notes, Probe, probe
from crawler.records import FetchedPage
from pipelines.extract import NotAnArticle, extract_article
from pipelines.extract.page import parse
from pipelines.extract.selectors import tried_selectors
from pipelines.health.sentences import METHODS, SELECTORS, plain_error

FEW_WORDS = 30  # fewer make an article suspicious: a teaser, or a body that was missed; captions have about twenty


@dataclass(frozen=True, slots=True)
class ArticleCheck:
    """One article as it was read. `selectors`: key of [source.extract] -> whether it found something."""

    url: str
    title: str | None = None
    published_at: str | None = None
    date_source: str | None = None
    words: int = 0
    selectors: dict[str, bool] | None = None
    error: str | None = None


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
    late = report.outcome == "out of time"
    return [judge(source, notes[source.id], report.sources[source.id].error, seconds if late else None)
            for source in sources]  # fmt: skip


def nobody_answers(checks: Sequence[SourceCheck]) -> bool:
    """Whether not one of several sites answered: then it is this machine's network, not they."""
    return len(checks) > 1 and not any(probe.status for check in checks for probe in check.discoveries)


def judge(source: Source, notes: Notes, crawl_error: str | None, time_limit: float | None) -> SourceCheck:
    """What a source's answers come to. `time_limit`: seconds after which the check was ended, None when it was not."""
    broken = [sentence for item in notes.probes if (sentence := _discovery_fault(item))]
    asked = {item.url for item in notes.probes}
    for discovery in source.discover:
        if discovery.urls()[0] not in asked and not any(d.error and d.url in discovery.urls() for d in notes.probes):
            why = crawl_error or (f"tidak menjawab dalam {time_limit:g} detik" if time_limit else "tidak menjawab")
            broken.append(f"{METHODS[discovery.method]} {discovery.urls()[0]}: {plain_error(why, discovery.method)}")
    article: ArticleCheck | None = None
    faults: list[str] = []
    if notes.page is not None:
        article, faults = _article(source, notes.page)
    elif notes.page_url:
        unanswered = f"tidak menjawab dalam {time_limit:g} detik" if time_limit else "tidak menjawab"
        why = plain_error(notes.page_error or crawl_error or unanswered)
        article = ArticleCheck(notes.page_url, error=why)
        faults = [f"artikel {notes.page_url}: {why}"]
    elif not broken:
        faults = ["tidak ada tautan artikel di mana pun"]
    return SourceCheck(source.id, source.name, source.status, tuple(notes.probes), article, (*broken, *faults))


def _discovery_fault(item: Probe) -> str | None:
    what = f"{METHODS.get(item.method, item.method)} {item.url}"
    if item.error:
        return f"{what}: {plain_error(item.error, item.method)}"
    if item.links == 0:
        return f"{what}: " + ("pemilih `links` tidak menemukan tautan" if item.method == "listing" else "kosong")
    if item.links and not item.articles:
        return f"{what}: tidak satu pun dari {item.links} tautannya cocok dengan `article_url` dan host sumber ini"
    return None


def _article(source: Source, page: FetchedPage) -> tuple[ArticleCheck, list[str]]:
    what = f"artikel {page.url}"
    try:
        parsed = parse(page.body, page.content_type)
        article = extract_article(
            parsed, url=page.url, fetched_at=page.fetched_at, source_id=source.id,
            press_releases=source.press_releases, overrides=source.extract, hints=page.hints,
        )  # fmt: skip
    except NotAnArticle as error:
        why = plain_error(str(error))
        return ArticleCheck(page.url, error=why), [f"{what}: {why}"]
    words = len(article.text.split())
    found = {key: matched for key, (_, matched) in tried_selectors(parsed, source.extract).items()}
    faults = [
        f"{what}: pemilih {SELECTORS[key]} ({source.extract[key]}) tidak menemukan apa pun"
        for key, matched in found.items()
        if not matched
    ]
    if article.published_at is None and article.published_date is None:
        faults.append(f"{what}: tanggalnya tidak ditemukan")
    if words < FEW_WORDS:
        faults.append(f"{what}: teksnya hanya {words} kata")
    return ArticleCheck(page.url, article.title, article.published_at, article.date_source, words, found), faults
