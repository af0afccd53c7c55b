"""docs/architecture.md: what it names exists, and its first two ways are those that a page and an official take."""

from __future__ import annotations

import asyncio
import inspect
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import CodeType, FrameType
from typing import Any

import pytest

from crawler.records import FetchedPage, Link
from nlp.records import Document
from pipelines.archive.warc import archive_folder
from pipelines.coverage.update import update
from pipelines.database.open import connect, transaction
from pipelines.isu.update import update as update_stories
from pipelines.queue.crawl_storage import CrawlStorage
from pipelines.queue.waiting import WaitingPages
from pipelines.records import TaggedArticle
from pipelines.run.process import process_pages
from pipelines.run.report import ProcessReport
from pipelines.store.save import save
from tests.conftest import ROOT
from tests.pipelines.conftest import make_article, opened

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
# `read/page:Reader.read`: a module by its last folders.
NAMED = re.compile(r"`(?P<module>[a-z]\w*(?:[./]\w+)*):(?P<name>\w+(?:\.\w+)*)`")
MODULES = [
    ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for package in ("crawler", "nlp", "pipelines")
    for file in (ROOT / package).rglob("*.py")
]
# What other processes do: the crawl's child, and the forked workers' parent.
ELSEWHERE = {"crawler/spiders/fetch:Pages.parse", "read/pool:WorkerPool.results"}
TEXT = (
    "Bupati Garut Ratri Santikawati meresmikan pasar di Kota Bandung pada Rabu (12/11/2025). “Pasar ini untuk semua warga "
    "kita,” kata Ratri. Warga datang sejak pagi dan membeli sayur, beras serta ikan dari para pedagang."
)
AT = "2025-11-12T02:30:00+00:00"


def found(module: str, name: str) -> Any:
    """What the page names; of a class, what it does when it is called. Raises AssertionError where there is no such."""
    dotted = module.replace("/", ".")
    for known in MODULES:
        if known == dotted or known.endswith(f".{dotted}"):
            thing: Any = import_module(known)
            for part in name.split("."):
                thing = getattr(thing, part, None)
            if thing is not None:
                return thing.__call__ if inspect.isclass(thing) else inspect.unwrap(thing)
    raise AssertionError(f"docs/architecture.md names {module}:{name}; there is no such function")


def way(heading: str) -> list[str]:
    """The functions that a section of the page names, in its order."""
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    return [f"{match['module']}:{match['name']}" for match in NAMED.finditer(section)]


@contextmanager
def calls() -> Iterator[dict[CodeType, None]]:
    """The code of every Python function of this thread that is called meanwhile, in the order of the first calls."""
    seen: dict[CodeType, None] = {}

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            seen.setdefault(frame.f_code)

    sys.setprofile(note)
    try:
        yield seen
    finally:
        sys.setprofile(None)


def walked(listed: list[str], seen: dict[CodeType, None]) -> list[str]:
    """Those of the listed functions that were called, in the order of the calls."""
    codes = {found(*name.split(":")).__code__: name for name in listed}
    return [codes[code] for code in seen if code in codes]


@pytest.mark.parametrize("match", [pytest.param(m, id=m[0]) for m in NAMED.finditer(PAGE)])
def test_everything_that_the_page_names_exists(match):
    found(match["module"], match["name"])


@pytest.mark.parametrize(
    "heading",
    ["How a fetched page becomes a stored article", "How an official gets from the text to the page"],
)
def test_no_module_is_visited_twice(heading):
    modules = [name.split(":")[0] for name in way(heading)]
    left = [module for module, following in zip(modules, [*modules[1:], ""], strict=True) if module != following]
    assert len(left) > 10
    assert len(set(left)) == len(left)


def test_a_page_takes_the_listed_way_to_its_article(tmp_path):
    import nlp
    from pipelines.read.page import Reader

    path = tmp_path / "uji.db"
    connection, model, folder = connect(path).conn, nlp.load(), archive_folder(path)
    url, title = "http://127.0.0.1/berita/1", "Bupati Garut Resmikan Pasar"
    body = f"<html lang=id><title>{title}</title><h1>{title}</h1><p>{TEXT}</p></html>".encode()
    page = FetchedPage(url, url, "uji", 200, [], [], body, AT, {}, None, None, "text/html")

    def read_here(slices, rules, write):
        reader = Reader(folder, rules, model)
        for part in slices:
            write(reader.read(part.pages))
        return []

    with calls() as seen:
        storage = CrawlStorage(path, folder, 1)
        storage.plan("uji", [Link(url)])
        storage.record_fetched(page)
        storage.close()
        process_pages(connection, WaitingPages(connection), folder, {}, report=ProcessReport(), engine=read_here)
        update(connection)
        update_stories(connection)
    listed = [name for name in way("How a fetched page becomes a stored article") if name not in ELSEWHERE]
    assert walked(listed, seen) == listed
    assert connection.execute("SELECT title FROM articles").fetchall() == [(title,)]
    connection.close()


def test_an_official_takes_the_listed_way_to_the_page(tmp_path):
    import nlp
    from nlp.tag import tag_texts

    path = tmp_path / "uji.db"
    connection, model, article = connect(path).conn, nlp.load(), make_article(text=TEXT)
    with calls() as seen:
        (tags,) = tag_texts(model, [Document(article.title, article.text, article.published_at)])
        with transaction(connection):
            save(connection, TaggedArticle(article, tags))
        connection.close()
        with opened(path) as app:
            answer = asyncio.run(app.client.get("/pejabat/1"))
    listed = way("How an official gets from the text to the page")
    assert walked(listed, seen) == listed
    assert "Ratri Santikawati" in answer.text
