"""The archive is readable and survives a torn tail; the queue retries, gives up and re-reads."""

from __future__ import annotations

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.items import FetchedPage, Link
from pipelines.archive import Archive, ArchiveError
from pipelines.queue import MAX_ATTEMPTS, Queue


def page(url="http://127.0.0.1/a", body=b"<p>isi</p>", **changes):
    values = {
        "url": url, "final_url": url, "source_id": "uji", "status": 200,
        "request_headers": [("User-Agent", "Pantau/0")],
        "response_headers": [("Content-Type", "text/html"), ("Content-Encoding", "gzip"), ("Content-Length", "5")],
        "body": body, "fetched_at": "2025-11-12T02:30:00+00:00", "hints": {}, "etag": None, "last_modified": None,
        "content_type": "text/html",
    }  # fmt: skip
    return FetchedPage(**(values | changes))


def test_pages_are_read_back_and_the_file_is_warc_1_1(tmp_path):
    archive = Archive(tmp_path)
    places = [archive.write(page(body=f"<p>isi {n}</p>".encode())) for n in range(5)]
    archive.close()
    assert [Archive(tmp_path).read(*place) for place in places] == [f"<p>isi {n}</p>".encode() for n in range(5)]
    with (tmp_path / places[0][0]).open("rb") as handle:
        records = [(record.rec_type, record.rec_headers.protocol) for record in ArchiveIterator(handle)]
    assert records[:3] == [("warcinfo", "WARC/1.1"), ("response", "WARC/1.1"), ("request", "WARC/1.1")]


def test_files_rotate_by_size(tmp_path):
    archive = Archive(tmp_path, max_bytes=1_000)
    names = {archive.write(page())[0] for _ in range(12)}
    archive.close()
    assert len(names) > 1


def test_a_torn_tail_is_named_and_harms_no_other_record(tmp_path):
    archive = Archive(tmp_path)
    first, second = archive.write(page(body=b"satu")), archive.write(page(body=b"dua" * 5_000))
    archive.close()
    path = tmp_path / first[0]
    path.write_bytes(path.read_bytes()[: second[1] + 200])
    assert Archive(tmp_path).read(*first) == b"satu"
    with pytest.raises(ArchiveError, match=f"{second[0]} at {second[1]}"):
        Archive(tmp_path).read(*second)
    with pytest.raises(ArchiveError, match="tidakada"):
        Archive(tmp_path).read("tidakada.warc.gz", 0)


@pytest.fixture
def queue(database):
    return Queue(database.conn)


def states(queue):
    return dict(queue.connection.execute("SELECT url, state FROM pages").fetchall())


def test_a_page_is_ordered_once_until_it_changes(queue):
    link = Link("http://a/1", published_at="2025-11-12T00:00:00+00:00", modified_at="2025-11-12T00:00:00+00:00")
    orders, fresh = queue.plan("uji", [link])
    assert ([order.url for order in orders], fresh) == (["http://a/1"], 1)
    assert [order.url for order in queue.pending("uji")] == ["http://a/1"]  # an interrupted run goes on here
    queue.record_fetched(page("http://a/1", etag='"1"', hints=link.hints()), "x.warc.gz", 0)
    assert queue.plan("uji", [link]) == ([], 0)
    newer = Link("http://a/1", modified_at="2025-11-13T00:00:00+00:00")
    (order,), fresh = queue.plan("uji", [newer])
    assert (order.etag, fresh) == ('"1"', 0)
    queue.record_not_modified("http://a/1", order.hints)
    assert queue.plan("uji", [newer]) == ([], 0)


def test_a_page_that_cannot_be_had_is_given_up(queue):
    queue.plan("uji", [Link("http://a/1")])
    for attempt in range(MAX_ATTEMPTS):
        assert len(queue.pending("uji")) == 1, attempt
        queue.record_failed("uji", "http://a/1", 500, "answered 500")
    assert states(queue) == {"http://a/1": "quarantined"}
    assert queue.pending("uji") == []
    assert queue.plan("uji", [Link("http://a/1")]) == ([], 0)


def test_a_page_that_cannot_be_read_is_retried_unless_it_is_no_article(queue):
    for url in ("http://a/1", "http://a/2"):
        queue.plan("uji", [Link(url)])
        queue.record_fetched(page(url), "x.warc.gz", 0)
    queue.mark_failed("http://a/1", "extract", "pecah", final=False)
    queue.mark_failed("http://a/2", "extract", "bukan artikel", final=True)
    assert states(queue) == {"http://a/1": "failed", "http://a/2": "quarantined"}
    assert [row.url for row in queue.iter_fetched()] == ["http://a/1"]
    assert queue.requeue() == 2
    assert queue.count_fetched() == 2


def test_validators_of_the_last_full_answer_are_kept(queue):
    queue.record_discovery("uji", "feed", "http://a/umpan", 200, '"1"', "Wed, 12 Nov 2025 00:00:00 GMT", None)
    queue.record_discovery("uji", "feed", "http://a/umpan", 304, None, None, None)
    queue.record_discovery("uji", "feed", "http://a/umpan", 500, None, None, "answered 500")
    assert queue.validators("http://a/umpan") == ('"1"', "Wed, 12 Nov 2025 00:00:00 GMT")
    assert queue.connection.execute("SELECT stage, error FROM errors").fetchall() == [("discover", "answered 500")]
