"""The pipeline that one writes first: a Scrapy spider that does everything to a page when it comes. A baseline.

    python -m benchmarks.naive SITES.json DATABASE [--numpy]

One process; LinkExtractor on every page, trafilatura with its metadata, langdetect on the whole text, the same trained
ner as Pantau's a document at a time as spaCy loads it, an INSERT and a commit an item into a table with FTS5. It has no
WARC archive, no rules for officials, places and agreements, and no duplicates. `--numpy`: the ner's products by
numpy's BLAS, as Pantau's; spaCy's own BLIS is quick or slow by the kind of processor, which a gate on ratios must not
depend on.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, ClassVar

import langdetect
import scrapy
import spacy
import trafilatura
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response, TextResponse
from scrapy.linkextractors import LinkExtractor
from thinc.api import use_ops

from nlp import language

MODEL = Path(__file__).resolve().parents[1] / "nlp" / "model"


class NaiveSpider(scrapy.Spider):
    """Follows a site's sitemap and the links of its pages."""

    name = "naive"
    custom_settings: ClassVar[dict[str, Any]] = {
        "LOG_LEVEL": "ERROR",
        "ROBOTSTXT_OBEY": True,
        "TELNETCONSOLE_ENABLED": False,
    }

    def __init__(self, sites: list[dict[str, Any]], database: str, numpy: bool, **kw: Any) -> None:
        super().__init__(**kw)
        self.sites = sites
        self.links = LinkExtractor(allow=r"-\d+$")
        language.register()
        with use_ops("numpy", use_blis=not numpy):
            self.nlp = spacy.load(MODEL)
        self.db = sqlite3.connect(database)
        self.db.execute("CREATE TABLE articles (url PRIMARY KEY, title, text, date, language)")
        self.db.execute("CREATE TABLE entities (url, label, text)")
        self.db.execute("CREATE VIRTUAL TABLE search USING fts5 (title, text)")

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """The sitemaps."""
        for site in self.sites:
            yield scrapy.Request(f"{site['address']}/sitemap.xml", callback=self.parse_sitemap)

    def parse_sitemap(self, response: Response) -> Iterator[scrapy.Request]:
        """A request for every address of the sitemap."""
        assert isinstance(response, TextResponse)
        response.selector.remove_namespaces()
        for url in response.xpath("//loc/text()").getall():
            yield scrapy.Request(url, callback=self.parse_article)

    def parse_article(self, response: Response) -> Iterator[scrapy.Request]:
        """Read, tag and store an article; follow its links (Scrapy drops those it has seen)."""
        assert isinstance(response, TextResponse)
        for link in self.links.extract_links(response):
            yield scrapy.Request(link.url, callback=self.parse_article)
        found: Any = trafilatura.bare_extraction(response.text, url=response.url, with_metadata=True)
        if found is None or not found.text:
            return
        code = langdetect.detect(found.text)
        doc = self.nlp(f"{found.title}\n\n{found.text}")
        self.db.execute(
            "INSERT INTO articles VALUES (?, ?, ?, ?, ?)", (response.url, found.title, found.text, found.date, code)
        )
        self.db.execute("INSERT INTO search VALUES (?, ?)", (found.title, found.text))
        self.db.executemany(
            "INSERT INTO entities VALUES (?, ?, ?)", [(response.url, e.label_, e.text) for e in doc.ents]
        )
        self.db.commit()

    def closed(self, reason: str) -> None:
        """Called by Scrapy at the end."""
        self.db.close()


def main() -> int:
    """Crawl the sites of the file; print the number of articles."""
    sites, database = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), sys.argv[2]
    process = CrawlerProcess()
    process.crawl(NaiveSpider, sites=sites, database=database, numpy="--numpy" in sys.argv)
    process.start()
    with closing(sqlite3.connect(database)) as connection:
        print(connection.execute("SELECT count(*) FROM articles").fetchone()[0])
    return 0


if __name__ == "__main__":
    sys.exit(main())
