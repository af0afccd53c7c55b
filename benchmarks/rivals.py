"""Other tools reading the reference site's pages, in a Python of their own that Pantau is not installed in.

    RIVALS/bin/python benchmarks/rivals.py TOOL URLS.json

TOOL: news-please, news-please-1, newspaper4k, trafilatura or goose3. Prints the number of pages with text. See
benchmarks/pipeline.py.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path


def news_please(urls: list[str]) -> int:
    """From URLs, in its own pool of processes; without a timeout it gives nothing back (1.6.16)."""
    from newsplease import NewsPlease

    found = NewsPlease.from_urls(urls, request_args={"timeout": 30})
    return sum(bool(getattr(article, "maintext", None)) for article in found.values())


def news_please_one_by_one(urls: list[str]) -> int:
    """One by one, on one core, as the other tools here."""
    from newsplease import NewsPlease

    articles = (NewsPlease.from_url(url, request_args={"timeout": 30}) for url in urls)
    return sum(bool(getattr(article, "maintext", None)) for article in articles)


def newspaper4k(urls: list[str]) -> int:
    """One by one."""
    from newspaper import Article

    count = 0
    for url in urls:
        article = Article(url, language="id")
        article.download()
        article.parse()
        count += bool(article.text)
    return count


def trafilatura(urls: list[str]) -> int:
    """One by one, with metadata."""
    from trafilatura import bare_extraction, fetch_url

    return sum(bool(bare_extraction(fetch_url(url), url=url, with_metadata=True)) for url in urls)


def goose3(urls: list[str]) -> int:
    """One by one."""
    from goose3 import Goose

    goose = Goose({"enable_image_fetching": False, "use_meta_language": False, "target_language": "id"})
    return sum(bool(goose.extract(url=url).cleaned_text) for url in urls)


TOOLS: dict[str, Callable[[list[str]], int]] = {
    "news-please": news_please,
    "news-please-1": news_please_one_by_one,
    "newspaper4k": newspaper4k,
    "trafilatura": trafilatura,
    "goose3": goose3,
}

if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    print(TOOLS[sys.argv[1]](json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))))
