"""The records that walk through the pipeline after the queue: Article -> TaggedArticle. Frozen; times ISO 8601 UTC."""

from __future__ import annotations

from dataclasses import dataclass

from nlp.records import Tags


@dataclass(frozen=True, slots=True)
class Article:
    """An article as extracted. `published_at` ISO 8601 UTC or None; `published_date` the day in WIB (UTC+7).

    kind is "press_release" or "news"; language an ISO 639-1 code or None; dateline the place as printed ("Nairobi").
    """

    url: str
    canonical_url: str
    source_id: str | None
    kind: str
    title: str
    text: str
    published_at: str | None
    published_date: str | None
    date_source: str | None
    author: str | None
    dateline: str | None
    language: str | None
    tags: tuple[str, ...] = ()
    fetched_at: str | None = None
    image: str | None = None  # address of the lead image
    date_warning: str | None = None  # who says otherwise: "feed 2026-11-20, url 2019-01-03"
    origin: str | None = None  # how its page came, where the crawl did not find it by itself (pages.origin)


@dataclass(frozen=True, slots=True)
class TextFacts:
    """What title and text alone decide. Workers compute it, so that the one writer need not.

    bands: hashes of the text's MinHash bands, 48 bits each, in order; empty for a text too short to compare.
    """

    stems: str
    fingerprint: str
    bands: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TaggedArticle:
    """An article and what `nlp.tag` found in it.

    tags   None for an article in another language, and for one that could not be tagged
    facts  None when nobody has computed them yet
    """

    article: Article
    tags: Tags | None
    facts: TextFacts | None = None
