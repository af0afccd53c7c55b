"""No page makes extraction slow: its time grows as the page does, and what hangs in C is ended."""

from __future__ import annotations

import gc
import math
import resource
import time
from contextlib import suppress

import lxml.html
import pytest

from crawler.limits import LONGEST, cut
from crawler.records import Link
from crawler.urls import normalise
from pipelines.extract import NotAnArticle, extract_article
from pipelines.read import time_limit as limits
from pipelines.read.pool import WorkerPool
from pipelines.read.text_facts import text_facts
from pipelines.read.time_limit import deadly_time_limit
from tests.crawler.hostile import HOSTILE, SENTENCE, page

SIZE = 40_000  # bytes; the larger page has twice as many, and is below the limits that refuse it
STEEPEST = 1.3  # exponent of the growth
NOTHING = 0.15  # seconds of CPU in which no growth is told from noise
TRIES = 6  # on a busy machine; what grows too fast does so every time


def seconds(body: bytes) -> float:
    """CPU that a page takes from its bytes to its bands, the system's share left out."""
    gc.collect()
    gc.disable()  # it looks at the trees of all the other tests, too
    begun = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    with suppress(NotAnArticle):
        text_facts(extract_article(body, url="https://contoh.id/a", fetched_at="2025-11-13T00:00:00+00:00"))
    gc.enable()
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime - begun


@pytest.mark.parametrize("kind", HOSTILE)
def test_time_grows_no_faster_than_the_page(kind):
    once = twice = math.inf
    for _ in range(TRIES):
        once, twice = min(once, seconds(page(kind, SIZE))), min(twice, seconds(page(kind, 2 * SIZE)))
        if twice < NOTHING or math.log2(twice / once) < STEEPEST:
            return
    pytest.fail(f"{once:.3f} s for {SIZE} bytes, {twice:.3f} s for twice as many")


def test_every_field_has_its_limit():
    """A title of half a megabyte, an author, tags, addresses and a text of that size; what fits is kept beside them."""
    words, word = "kata " * 100_000, "k" * 500_000
    html = f"""<html><head><title>{words}</title><meta property="og:title" content="{word}">
        <meta name="author" content="{word}"><meta name="keywords" content="desa, {word}, {words}">
        <link rel="canonical" href="/{word}"><meta property="og:image" content="https://contoh.id/{word}">
        </head><body><h1>{words}</h1><p class="oleh">{words}</p><p>{SENTENCE * 12}</p></body></html>"""
    article = extract_article(
        html,
        url="https://contoh.id/a",
        fetched_at="2025-11-13T00:00:00+00:00",
        overrides={"author": ".oleh"},
        hints={"title": words, "published_at": word},
    )
    assert 0 < len(article.title) <= LONGEST["title"]
    assert article.author is not None and 0 < len(article.author) <= LONGEST["author"]
    assert 0 < len(article.text) <= LONGEST["text"]
    assert article.tags == ("desa",) and article.image is None
    assert article.canonical_url == "https://contoh.id/a"
    assert Link("https://contoh.id/a", title=words).hints()["title"] == cut(words, "title")
    assert normalise("https://contoh.id/" + "é" * 500) is None
    assert cut("satu " * 200, "title").endswith("satu") and cut(word, "title") == word[: LONGEST["title"]]


def test_the_deadly_limit_ends_lxml(monkeypatch):
    """lxml itself, with what it takes many minutes for: attributes that no look has counted."""
    monkeypatch.setattr(limits, "GRACE", 0.3)
    body = "<p " + " ".join(f"a{number}" for number in range(400_000)) + ">"

    def read(items: list[int]) -> list[int]:
        for item in items:
            with deadly_time_limit(0.3):
                if item == 5:
                    lxml.html.document_fromstring(body)
        return items

    begun = time.monotonic()
    pool = WorkerPool(read, read, killed=lambda item: -item, workers=2)
    found = [result for results in pool.results([[1, 2, 3], [4, 5, 6], [7, 8, 9]]) for result in results]
    assert found == [1, 2, 3, 4, -5, 6, 7, 8, 9]
    assert time.monotonic() - begun < 60  # it takes lxml many minutes
