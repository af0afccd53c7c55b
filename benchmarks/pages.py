"""Made-up archived pages for the benchmarks: 20 to 60 KB of HTML around sentences of the sample newsroom.

The sentences are those of crawler/demo/articles, shuffled; between them stand sentences with made-up officials, real
regions and numbers of each page's own, so that no two pages are near-duplicates. The same number gives the same page.
"""

from __future__ import annotations

import random
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawler.demo.articles import load_articles
from crawler.records import FetchedPage, Link
from nlp.gazetteers import regions
from pipelines.archive.warc import Archive
from pipelines.queue.orders import Orders

SENTENCE = re.compile(r"(?<=[.!?]) +(?=[A-Z])")
SYLLABLES = "ba bi bu da di du ka ki ku la li lu ma mi mu na ni nu pa pi pu ra ri ru sa si su ta ti tu wa ya ja".split()
POSTS = ("Bupati", "Wakil Bupati", "Kepala Dinas Pertanian", "Kepala Dinas Kesehatan", "Sekretaris Daerah")
FIRST = datetime(2025, 1, 1, tzinfo=UTC)
SOURCES = 50


class Pages:
    """Pages by number, of SOURCES sources, published from `first` on, `every` so long.

    `people`, `places`: names for them, the first ones more often than the others; default: made-up ones and kabupaten.
    """

    def __init__(
        self,
        every: timedelta = timedelta(minutes=2),
        first: datetime = FIRST,
        people: Sequence[str] = (),
        places: Sequence[str] = (),
    ) -> None:
        self.every, self.first = every, first
        stories = [article.text for article in load_articles(1) if article.language == "id"]
        self.sentences = [s for text in stories for part in text.split("\n\n") for s in SENTENCE.split(part)]
        self.places = places or [r.name for r in regions().by_code.values() if r.kind == "kabupaten"]
        words = random.Random(5)
        self.names = people or [f"{self._word(words)} {self._word(words)}" for _ in range(20_000)]

    @staticmethod
    def _word(random_: random.Random) -> str:
        return "".join(random_.choices(SYLLABLES, k=random_.randint(2, 4))).title()

    @staticmethod
    def _often(random_: random.Random, names: Sequence[str]) -> str:
        return names[int(len(names) * random_.random() ** 3)]

    def page(self, number: int, address: str = "http://127.0.0.1") -> FetchedPage:
        """Page `number` as the crawl hands it over."""
        random_ = random.Random(number)
        at = self.first + number * self.every
        url = f"{address}/berita/{number}"
        return FetchedPage(
            url,
            url,
            f"s{number % SOURCES}",
            200,
            [("User-Agent", "Pantau/0")],
            [("Content-Type", "text/html")],
            self._html(number, random_, at).encode(),
            (at + timedelta(minutes=10)).isoformat(timespec="seconds"),
            {},
            None,
            None,
            "text/html; charset=utf-8",
        )

    def _html(self, number: int, random_: random.Random, at: datetime) -> str:
        name, place, post = self._often(random_, self.names), self._often(random_, self.places), random_.choice(POSTS)
        figure = random_.randint(100, 99_999)
        title = f"{post} {place} {name} Tinjau {figure} Rumah Warga"
        own = [
            f"{post} {place} {name} meninjau {figure} rumah warga di {place}.",
            f'"Sebanyak {random_.randint(2, 90)} persen sudah selesai," kata {name.split()[0]}.',
            f"Ia didampingi {random_.choice(POSTS)} {place} {self._often(random_, self.names)}.",
        ]
        picked = random_.sample(self.sentences, random_.randint(10, 22))
        sentences = [own[0], *picked[:4], own[1], *picked[4:8], own[2], *picked[8:]]
        body = "".join(f"<p>{' '.join(sentences[n : n + 3])}</p>\n" for n in range(0, len(sentences), 3))
        links = "".join(
            f'<li class="nav-item"><a href="/kanal/{self._word(random_).casefold()}/{n}">{self._word(random_)} '
            f'{self._word(random_)}</a><img src="/gambar/{n}.jpg" alt=""></li>\n'
            for n in range(random_.randint(60, 220))
        )
        script = "".join(f"var u{n}='{random_.getrandbits(256):x}';" for n in range(random_.randint(40, 160)))
        return (
            f'<!doctype html><html lang="id"><head><meta charset="utf-8"><title>{title} - Kabar Uji</title>'
            f'<meta property="og:title" content="{title}">'
            f'<meta property="article:published_time" content="{at.isoformat()}"><script>{script}</script></head>'
            f"<body><nav><ul>{links}</ul></nav><main><article><h1>{title}</h1>"
            f'<p class="waktu">{at:%d/%m/%Y, %H:%M} WIB</p>\n{body}</article></main>'
            f"<aside><ul>{links}</ul></aside><footer>Hak cipta Kabar Uji {number}</footer></body></html>"
        )


def archived(
    connection: sqlite3.Connection,
    folder: Path,
    count: int,
    per_file: int,
    made_of: Callable[[int, int], list[FetchedPage]] | None = None,
) -> Iterator[int]:
    """Put pages into an archive and its queue as fetched, so many a WARC file; yields how many are there.

    made_of  gives the pages from one number up to another; without it they are made up
    """
    orders, pages = Orders(connection), Pages()
    for start in range(0, count, per_file):
        archive = Archive(folder)
        end = min(start + per_file, count)
        made = made_of(start, end) if made_of else [pages.page(number) for number in range(start, end)]
        for page in made:
            orders.plan(page.source_id, [Link(page.url)])
            orders.record_fetched(page, *archive.write(page))
        archive.close()
        yield end
