"""Reading a batch of pages: what cannot be read, and what cannot be tagged, costs no other page anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.records import FetchedPage, Link
from pipelines.archive.warc import Archive
from pipelines.queue.orders import Orders
from pipelines.queue.waiting import WaitingPage, WaitingPages
from pipelines.read.page import Reader
from pipelines.read.results import Failure, PageResult
from pipelines.records import TaggedArticle
from pipelines.run.process import ProcessReport, process_pages
from tests.pipelines.conftest import make_article

TEXT = "Bupati Bogor Rangga Wiratama meresmikan pasar di Kota Bandung dan membuka jalan untuk warga. "
AT = "2025-11-12T02:30:00+00:00"


@pytest.fixture
def read(tmp_path):
    """read(text, ..., longest=N): the results of pages with these texts, by a tagger that takes N characters."""
    import nlp

    def of(*texts: str, longest: int):
        archive = Archive(tmp_path)
        pages = []
        for n, text in enumerate(texts):
            body = f"<html lang=id><title>Kabar {n}</title><h1>Kabar {n}</h1><p>{text}</p></html>" if text else ""
            url = f"http://127.0.0.1/berita/{n}"
            page = FetchedPage(url, url, "uji", 200, [], [], body.encode(), AT, {}, None, None, "text/html")
            pages.append(WaitingPage(url, "uji", *archive.write(page), AT, "text/html", None, {}))
        archive.close()
        model = nlp.load()
        model.max_length = longest
        return Reader(tmp_path, {}, model).read(pages)

    return of


def test_a_text_that_breaks_the_tagger_is_kept_without_tags_and_the_others_keep_theirs(read):
    first, long, last = read(TEXT * 3, TEXT * 30, TEXT * 4, longest=1_000)
    for result in (first, last):
        assert result.failure is None
        assert [official.name for official in result.outcome.tags.officials] == ["Rangga Wiratama"]
    assert isinstance(long.outcome, TaggedArticle)
    assert long.outcome.article.text.startswith("Bupati Bogor")
    assert long.outcome.tags is None
    assert (long.failure, long.untagged.stage, long.untagged.final) == (long.untagged, "tag", False)
    assert "ValueError: [E088]" in long.untagged.why


def test_a_page_without_an_article_is_a_failure_that_names_its_stage(read):
    empty, good = read("", TEXT * 3, longest=1_000)
    assert isinstance(empty.outcome, Failure)
    assert (empty.outcome.stage, empty.untagged) == ("extract", None)
    assert empty.failure is empty.outcome
    assert good.outcome.tags.places[0].code == "32.73"


def test_an_article_that_could_not_be_tagged_is_stored_and_its_error_is_told(database):
    orders, waiting, article = Orders(database.conn), WaitingPages(database.conn), make_article()
    orders.plan("uji", [Link(article.url)])
    page = FetchedPage(article.url, article.url, "uji", 200, [], [], b"", AT, {}, None, None, "text/html")
    orders.record_fetched(page, "a.warc.gz", 0)
    (part,) = waiting.slices()
    failure = Failure("tag", "ValueError: rusak")
    result = PageResult(part.pages[0], "sidik", TaggedArticle(article, None), untagged=failure)
    report = ProcessReport()
    process_pages(
        database.conn, waiting, Path(), {}, report=report, engine=lambda slices, rules, write: write([result]) or []
    )
    assert (report.new, report.failed, report.by_source) == (1, [(article.url, failure.why)], {"uji": (1, 0)})
    assert database.conn.execute("SELECT state FROM pages").fetchall() == [("done",)]
    assert database.conn.execute("SELECT url, stage, error FROM errors").fetchall() == [
        (article.url, "tag", "ValueError: rusak")
    ]
