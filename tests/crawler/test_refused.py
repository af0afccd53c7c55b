"""What a crawl refuses, skips or tries again: counted by name, told in words, and logged for whoever listens."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.records import CrawlReport, SourceCounts
from crawler.statistics import NAMED
from pipelines.database.open import connect
from pipelines.health.refused import WORDS, refused, say_refused
from tests.conftest import ROOT
from tests.crawler.crawling import query, run_crawl
from tests.crawler.faults import Fault, Site, catalogue, feed, http, page, redirect, reset, serve_faults

PDF = http(b"%PDF-1.7", Content_Type="application/pdf")


def _mixed(site: Site) -> None:
    """A site with a page of every kind that is refused."""
    site.answers |= {
        "/robots.txt": http("User-agent: *\nDisallow: /rahasia/\n", Content_Type="text/plain"),
        "/baik": http(page()),
        "/rahasia/1": http(page()),
        "/keluar": redirect("http://127.0.0.2:9/"),
        "/berkas": PDF,
        "/putus": reset,
        "/umpan": feed(
            site,
            "/baik",
            "/rahasia/1",
            "/rahasia/2",
            "/keluar",
            "/berkas",
            "/hilang",
            "/dua",
            "/putus",
            "http://lain.example/berita",
            "mailto:humas@contoh.id",
        ),
        "/dua": http(page(text="Awal cerita yang panjang. " * 20 + "<a href='?page=2'>2</a>")),
    }


def _storm(site: Site) -> None:
    """A host that answers every page with an error: it is left alone after six."""
    site.answers["/umpan"] = feed(site, *[f"/b/{n}" for n in range(20)])
    site.answers |= {f"/b/{n}": http("galat", "500 Internal Server Error") for n in range(20)}


def _busy(site: Site) -> None:
    """A host that wants to be left alone for an hour."""
    site.answers |= {"/umpan": feed(site, "/a", "/b"), "/a": http("", "429 Too Many Requests", Retry_After="3600")}


FAULTS = (Fault("mixed", _mixed), Fault("storm", _storm), Fault("busy", _busy), Fault("calm", lambda site: None))


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, CrawlReport, list[str]]]:
    """(folder, report, what was logged from INFO on) of one crawl."""
    folder, said = tmp_path_factory.mktemp("ditolak"), []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(f"{record.levelname} {record.name}: {record.getMessage()}")

    logger, listener = logging.getLogger("crawler"), Listener()
    logger.addHandler(listener)
    logger.setLevel(logging.INFO)
    try:
        with serve_faults(FAULTS) as sites:
            sites["calm"].answers["/umpan"] = feed(sites["calm"])
            yield folder, run_crawl(folder, catalogue(sites, FAULTS)), said
    finally:
        logger.removeHandler(listener)
        logger.setLevel(logging.NOTSET)


def test_every_refusal_is_counted_by_its_name(ran):
    _, report, _ = ran
    assert report.sources["f0"].stats == {
        "robots/forbidden": 2,
        "host_guard/refused": 1,
        "links/foreign": 1,
        "links/malformed": 1,
        "refused/type": 1,
        "refused/status": 1,
        "pages/incomplete": 1,
        "pages/failed": 1,
        "retry/count": 1,
        "retry/max_reached": 1,
    }
    storm = report.sources["f1"].stats
    assert storm["gate/closed"] >= 10 and storm["retry/count"] >= 1
    assert report.sources["f2"].stats["gate/closed"] >= 1
    assert report.sources["f3"].stats == {}


def test_every_refusal_is_logged_with_its_reason(ran):
    _, _, said = ran
    text = "\n".join(said)
    for line in (
        r"INFO crawler\.spiders\.fetch: f0: \S+/rahasia/1 failed: IgnoreRequest: Forbidden by robots\.txt",
        r"INFO crawler\.spiders\.fetch: f0: \S+/keluar failed: IgnoreRequest: \S+ is not on a host of source f0",
        r"INFO crawler\.spiders\.fetch: f0: \S+/berkas is application/pdf, not a page",
        r"INFO crawler\.spiders\.fetch: f0: \S+/hilang answered 404",
        r"INFO crawler\.spiders\.fetch: f0: \S+/dua is kept without \S+/dua\?page=2, which answered 404",
        r"INFO crawler\.gate: 127\.0\.0\.1:\d+ is left alone in this run: 6 failures in a row, the last: answered 500",
        r"INFO crawler\.gate: 127\.0\.0\.1:\d+ is left alone until \d{4}-\d\d-\d\d \d\d:\d\d UTC: answered 429",
        r"INFO crawler\.middlewares\.retry: Gave up retrying <GET \S+/putus>",
    ):
        assert re.search(line, text), (line, text)
    assert len([line for line in said if "is left alone" in line]) == 2  # once a host, not once a page
    assert not [line for line in said if "f3" in line or line.startswith("DEBUG")]


def test_statistics_are_stored_with_the_run_and_told_in_words(ran, pantau, tmp_path):
    folder, report, _ = ran
    database = connect(folder / "uji.db")
    try:
        from pipelines.queue.runs import Runs

        Runs(database.conn).end(1, report, {})
        assert refused(database.conn)["f0"] == report.sources["f0"].stats
    finally:
        database.close()
    assert dict(query(folder, "SELECT source_id, stats FROM run_sources"))["f3"] == "{}"
    plain = pantau("--db", folder / "uji.db", "status")
    assert "sehari ini" not in plain.stderr
    told = pantau("--db", folder / "uji.db", "status", "-v").stderr
    assert "sehari ini: f0: 2 alamat dilarang oleh robots.txt" in told
    assert "sehari ini: f0: 1 tautan ke host lain" in told
    assert re.search(r"sehari ini: f2: \d+ permintaan ditunda karena hostnya sedang dibiarkan", told)
    assert "sehari ini: f3" not in told
    rows = [json.loads(line) for line in pantau("--db", folder / "uji.db", "status", "--json").stdout.splitlines()]
    assert {row["id"]: row["refused"] for row in rows}["f0"] == report.sources["f0"].stats


def test_of_several_runs_the_last_day_is_summed(tmp_path):
    database = connect(tmp_path / "uji.db")
    try:
        database.conn.executescript(
            """INSERT INTO runs (id, started) VALUES (1, '2025-11-10T02:00:00+00:00'), (2, '2025-11-12T02:00:00+00:00'),
                 (3, '2025-11-12T03:00:00+00:00');
               INSERT INTO run_sources (run_id, source_id, stats) VALUES (1, 'a', '{"links/other": 9}'),
                 (2, 'a', '{"links/other": 2}'), (3, 'a', '{"links/other": 3, "baru/entah": 1}'), (3, 'b', '{}');"""
        )
        from datetime import UTC, datetime

        found = refused(database.conn, datetime(2025, 11, 12, 4, tzinfo=UTC))
    finally:
        database.close()
    assert found == {"a": {"links/other": 5, "baru/entah": 1}}
    assert say_refused(found["a"]) == ["5 tautan tidak cocok dengan `article_url`", "1 baru/entah"]


def test_every_statistic_has_words_and_its_line_in_the_docs():
    assert set(WORDS) == set(NAMED)
    text = (ROOT / "docs" / "crawling.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `([\w/]+)` \|", text, re.MULTILINE) == list(NAMED)


def test_a_crawl_is_silent_unless_somebody_listens(pantau, tmp_path):
    with serve_faults(FAULTS[:1]) as sites:
        (tmp_path / "k.toml").write_text(catalogue(sites, FAULTS[:1]), encoding="utf-8")
        run = pantau("crawl", "--catalogue", tmp_path / "k.toml")
    assert run.returncode == 1
    assert not re.search(r"Forbidden by|is not on a host|crawler\.", run.stderr), run.stderr
    assert dict(query(tmp_path, "SELECT source_id, stats ->> 'robots/forbidden' FROM run_sources")) == {"f0": 2}


def test_two_attempts_at_a_source_are_added_up():
    first = SourceCounts(found=3, fetched=1, error="lost", stats={"robots/forbidden": 2, "retry/count": 1})
    second = SourceCounts(fetched=2, failed=1, stats={"robots/forbidden": 1, "gate/closed": 4})
    both = first.plus(second)
    assert both.stats == {"robots/forbidden": 3, "retry/count": 1, "gate/closed": 4}
    assert (both.found, both.fetched, both.failed, both.error) == (3, 3, 1, None)
