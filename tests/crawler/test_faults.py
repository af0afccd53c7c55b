"""Every fault at once, each a source of its own in one crawl: what happened is named, what is good is stored."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from crawler.records import CrawlReport
from pipelines.archive.warc import Archive, archive_folder
from pipelines.extract.page import decode
from tests.crawler.crawling import query, run_crawl
from tests.crawler.faults import FAULTS, Fault, Site, catalogue, serve_faults

pytestmark = pytest.mark.timing  # a hanging site may hang for four seconds


@dataclass
class Ran:
    """The crawl of all faults."""

    folder: Path
    sites: dict[str, Site]
    report: CrawlReport
    seconds: float

    def of(self, name: str) -> str:
        """A fault's source id."""
        return f"f{[fault.name for fault in FAULTS].index(name)}"


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    folder = tmp_path_factory.mktemp("faults")
    with serve_faults() as sites:
        begun = time.monotonic()
        report = run_crawl(folder, catalogue(sites))
        yield Ran(folder, sites, report, time.monotonic() - begun)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_fault(ran: Ran, fault: Fault) -> None:
    source = ran.of(fault.name)
    rows = query(ran.folder, "SELECT url FROM pages WHERE source_id = ? AND warc_file IS NOT NULL", source)
    assert sorted(url.partition("://")[2].partition("/")[2] for (url,) in rows) == sorted(
        path.lstrip("/") for path in fault.stored
    )
    errors = [error for (error,) in query(ran.folder, "SELECT error FROM pages WHERE source_id = ?", source) if error]
    errors += [ran.report.sources[source].error or ""]
    if fault.error:
        assert any(re.search(fault.error, error) for error in errors), errors
    else:
        assert not any(errors), errors


def test_no_fault_holds_the_others_up(ran: Ran) -> None:
    assert ran.seconds < 180  # two timeouts of four seconds; one after the other the faults take hundreds
    assert ran.report.outcome == "failures"


def test_a_storm_is_left_alone_and_its_pages_are_kept_for_the_next_run(ran: Ran) -> None:
    assert ran.sites["5xx storm (60 pages)"].asked("/b/") <= 8
    states = query(
        ran.folder,
        "SELECT state, count(*) FROM pages WHERE source_id = ? GROUP BY state",
        ran.of("5xx storm (60 pages)"),
    )
    assert dict(states)["found"] >= 50


def test_charsets_are_read_right(ran: Ran) -> None:
    archive = Archive(archive_folder(ran.folder / "uji.db"))
    for name in ("windows-1252 labelled utf-8", "windows-1252 without a charset"):
        ((file, offset, kind),) = query(
            ran.folder,
            "SELECT warc_file, warc_offset, content_type FROM pages WHERE source_id = ? AND url LIKE '%buruk'",
            ran.of(name),
        )
        assert "Presidén menerima “tamu”" in decode(archive.read(file, offset), kind)


def test_endless_things_end(ran: Ran) -> None:
    assert len(ran.sites["endless calendar"].log) <= 3  # robots.txt, the listing, the article
    assert ran.sites["endless pagination"].asked("/indeks") == 5
    assert [path for _, path, _ in ran.sites["sitemap index that leads to itself"].log].count("/peta.xml") == 1


def test_no_cookie_is_sent_back_and_compression_is_asked_for(ran: Ran) -> None:
    heads = [head for _, _, head in ran.sites["cookies and sessions in addresses"].log]
    assert heads and not any("\r\ncookie:" in head.lower() for head in heads)
    assert all("gzip" in head and "br" in head for head in heads)


def test_a_host_that_is_left_alone_is_named_and_a_long_retry_after_is_remembered(ran: Ran) -> None:
    site = ran.sites["429 with Retry-After: 3600"]
    before = len(site.log)
    fault = next(fault for fault in FAULTS if fault.name == "429 with Retry-After: 3600")
    named = query(ran.folder, "SELECT error FROM discoveries WHERE source_id = ?", ran.of("robots.txt answers 500"))
    assert "cannot be read" in named[0][0]
    run = run_crawl(ran.folder, catalogue({fault.name: site}, (fault,)).replace('"f0"', '"lagi"'))
    assert len(site.log) == before  # not even its feed or robots.txt
    assert "asks to wait" in (run.sources["lagi"].error or "")
