"""The queue: what is asked for and when, what waits to be read, what is retried and given up."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.records import Link, Robots
from pipelines.queue.hosts import Hosts
from pipelines.queue.orders import MAX_ATTEMPTS, PATIENT_ATTEMPTS
from pipelines.queue.waiting import SLICE, WaitingPages
from pipelines.run import process
from tests.pipelines.archive.fetched import page


@pytest.fixture
def waiting(database):
    return WaitingPages(database.conn)


def states(orders):
    return dict(orders.connection.execute("SELECT url, state FROM pages").fetchall())


def test_a_page_is_ordered_once_until_it_changes(orders):
    link = Link("http://a/1", published_at="2025-11-12T00:00:00+00:00", modified_at="2025-11-12T00:00:00+00:00")
    found, fresh = orders.plan("uji", [link])
    assert ([order.url for order in found], fresh) == (["http://a/1"], 1)
    assert [order.url for order in orders.pending("uji")] == ["http://a/1"]  # an interrupted run goes on here
    orders.record_fetched(page("http://a/1", etag='"1"', hints=link.hints()), "x.warc.gz", 0)
    assert orders.plan("uji", [link]) == ([], 0)
    newer = Link("http://a/1", modified_at="2025-11-13T00:00:00+00:00")
    (order,), fresh = orders.plan("uji", [newer])
    assert (order.etag, fresh) == ('"1"', 0)
    orders.record_not_modified("http://a/1", order.hints)
    assert orders.plan("uji", [newer]) == ([], 0)


@pytest.mark.parametrize(
    ("modified_at", "again"),
    [
        ("2025-11-12T02:29:59+00:00", False),  # before it was fetched
        ("2025-11-12T02:30:00+00:00", False),
        ("2025-11-12T02:30:01+00:00", True),
        (None, False),
    ],
)
def test_a_page_whose_first_listing_told_no_change_is_ordered_again_when_it_changed_after_its_fetch(
    orders, modified_at, again
):
    orders.plan("uji", [Link("http://a/1")])
    orders.record_fetched(page("http://a/1"), "x.warc.gz", 0)
    found, _ = orders.plan("uji", [Link("http://a/1", modified_at=modified_at)])
    assert bool(found) is again


def restless(orders, now, count=20):
    """What a sitemap whose pages have all changed `now` has asked for."""
    links = [Link(f"http://a/{n}", modified_at=now) for n in range(count)]
    found, _ = orders.plan("uji", links, "http://a/peta.xml")
    return [order.url for order in found]


def test_dates_that_are_always_now_are_not_believed_and_every_page_has_its_turn(orders):
    orders.record_discovery("uji", "sitemap", "http://a/peta.xml", 200, None, None, None)
    first = restless(orders, "2025-11-12T00:00:00+00:00")
    assert len(first) == 20  # all are new
    for url in first:
        orders.record_fetched(page(url, hints={"modified_at": "2025-11-12T00:00:00+00:00"}), "x.warc.gz", 0)
    asked = []
    for hour in range(1, 8):
        now = f"2025-11-13T{hour:02}:00:00+00:00"
        found = restless(orders, now)
        assert len(found) == 6
        for url in found:
            orders.record_not_modified(url, {"modified_at": now})
        asked += found
    assert len(set(asked)) == 20
    since = "SELECT restless_since IS NOT NULL FROM discoveries"
    assert orders.connection.execute(since).fetchone() == (1,)
    # One page that has changed among many that have not is believed, and the remark goes.
    links = [Link(f"http://a/{n}", modified_at="2025-11-12T00:00:00+00:00") for n in range(1, 20)]
    links.append(Link("http://a/0", modified_at="2025-11-20T00:00:00+00:00"))
    found, _ = orders.plan("uji", links, "http://a/peta.xml")
    assert [order.url for order in found] == ["http://a/0"]
    assert orders.connection.execute(since).fetchone() == (0,)


def test_few_pages_that_changed_at_once_are_all_asked_for(orders):
    for url in restless(orders, "2025-11-12T00:00:00+00:00", count=5):
        orders.record_fetched(page(url), "x.warc.gz", 0)
    assert len(restless(orders, "2025-11-13T00:00:00+00:00", count=5)) == 5


def test_a_new_headline_asks_again_once_though_two_discoveries_have_one_each(orders):
    published = "2025-11-12T00:00:00+00:00"
    feed, sitemap = (Link("http://a/1", title, published, published) for title in ("Judul", "Judul | Situs"))
    orders.plan("uji", [feed])
    orders.record_fetched(page("http://a/1", hints=feed.hints()), "x.warc.gz", 0)
    asked = []
    for link in (feed, sitemap, feed, sitemap, Link("http://a/1", " JUDUL ", published, published)):
        found, _ = orders.plan("uji", [link])
        asked.append(len(found))
        for order in found:
            orders.record_not_modified(order.url, order.hints)
    assert asked == [0, 1, 0, 0, 0]
    (order,), _ = orders.plan("uji", [Link("http://a/1", "RALAT: Judul", "2025-11-19T00:00:00+00:00", published)])
    assert order.hints["published_at"] == published  # the first publication stays


def test_an_answer_that_is_no_article_goes_back_to_what_was_read_and_is_asked_for_again(orders, waiting):
    orders.plan("uji", [Link("http://a/1")])
    orders.record_fetched(page("http://a/1", etag='"1"'), "x.warc.gz", 0)
    (found,) = next(iter(waiting.slices())).pages
    waiting.mark_done(found, "digest")
    state = "SELECT state, doubted, warc_file, warc_offset, etag FROM pages"
    for times in range(1, PATIENT_ATTEMPTS + 1):
        orders.record_fetched(page("http://a/1", etag='"pemeliharaan"'), "y.warc.gz", times)
        (found,) = next(iter(waiting.slices())).pages
        waiting.mark_doubted(found, "extract", "the page is a notice")
        assert list(waiting.slices()) == []  # reading it again is useless
        left = 0 if times == PATIENT_ATTEMPTS else times
        assert orders.connection.execute(state).fetchone() == ("done", left, "x.warc.gz", 0, None)
        assert [order.url for order in orders.pending("uji")] == (
            ["http://a/1"] if times == 1 else []
        )  # the first at once
    orders.plan("uji", [Link("http://a/2")])
    orders.record_fetched(page("http://a/2"), "z.warc.gz", 0)
    (found,) = next(iter(waiting.slices())).pages
    waiting.mark_doubted(found, "extract", "the page is a notice")
    assert states(orders)["http://a/2"] == "failed"
    for _ in range(MAX_ATTEMPTS):  # and gone at last
        assert [order.url for order in orders.pending("uji")] == ["http://a/2"]
        orders.record_failed("uji", "http://a/2", 404, "answered 404")
    assert states(orders)["http://a/2"] == "quarantined"
    assert orders.pending("uji") == [] and list(waiting.slices()) == []


def test_a_page_that_cannot_be_had_is_given_up(orders):
    orders.plan("uji", [Link("http://a/1")])
    for attempt in range(MAX_ATTEMPTS):
        assert len(orders.pending("uji")) == 1, attempt
        orders.record_failed("uji", "http://a/1", 404, "answered 404")
    assert states(orders) == {"http://a/1": "quarantined"}
    assert orders.pending("uji") == []
    assert orders.plan("uji", [Link("http://a/1")]) == ([], 0)


def test_a_host_in_trouble_is_no_reason_to_lose_a_page(orders):
    orders.plan("uji", [Link("http://a/1")])
    waits = []
    for _ in range(PATIENT_ATTEMPTS):
        assert states(orders) != {"http://a/1": "quarantined"}
        orders.record_failed("uji", "http://a/1", 503, "answered 503")
        until = orders.connection.execute("SELECT not_before FROM pages").fetchone()[0]
        waits.append(round((datetime.fromisoformat(until) - datetime.now(UTC)).total_seconds() / 60))
        assert orders.pending("uji") == []  # not before then,
        assert orders.plan("uji", [Link("http://a/1")]) == ([], 0)  # whoever leads to it
        orders.connection.execute("UPDATE pages SET not_before = '2025-01-01T00:00:00+00:00'")
    assert waits[:5] == [15, 60, 240, 960, 3840]
    assert states(orders) == {"http://a/1": "quarantined"}


def test_other_spellings_and_redirects_lead_to_the_same_page(orders):
    assert orders.plan("uji", [Link("https://www.a.id/1"), Link("http://a.id/1/"), Link("https://a.id/2")])[1] == 2
    orders.record_fetched(page("https://a.id/2", final_url="https://a.id/berita/2"), "x.warc.gz", 0)
    found, fresh = orders.plan(
        "uji", [Link("http://a.id/1"), Link("http://www.a.id/berita/2/"), Link("https://a.id/3")]
    )
    assert ([order.url for order in found], fresh) == (["https://a.id/3", "https://www.a.id/1"], 1)  # the new one first


def test_an_idle_plan_writes_nothing(orders):
    links = [Link(f"http://a/{n}", title="Judul") for n in range(5)]
    orders.plan("uji", links)
    for link in links:
        orders.record_fetched(page(link.url, hints=link.hints()), "x.warc.gz", 0)
    before = orders.connection.total_changes
    assert orders.plan("uji", links) == ([], 0)
    assert orders.connection.total_changes == before


def test_what_is_yet_to_be_asked_for_is_remembered(orders):
    orders.record_discovery("uji", "sitemap", "http://a/peta-1.xml", 0, None, None, None)
    orders.record_discovery("uji", "listing", "http://a/indeks?page=2", 0, None, None, None)
    assert orders.known_sitemaps("uji") == ["http://a/peta-1.xml"]
    assert orders.unfinished("uji") == ["http://a/indeks?page=2"]
    orders.record_discovery("uji", "sitemap", "http://a/peta-1.xml", 200, '"1"', None, None)
    orders.record_discovery("uji", "listing", "http://a/indeks?page=2", 404, None, None, None)
    orders.record_discovery("uji", "sitemap", "http://a/peta-1.xml", 0, None, None, None)  # found once more
    assert orders.validators("http://a/peta-1.xml") == ('"1"', None)
    assert orders.unfinished("uji") == []


def test_hosts_and_robots_are_remembered(orders):
    hosts = Hosts(orders.connection)
    assert hosts.pause("a.id") == (None, "") and hosts.robots("http://a.id") is None
    hosts.record_pause("a.id", "2999-01-01T00:00:00+00:00", "answered 429 and asks to wait")
    hosts.record_pause("b.id", "2020-01-01T00:00:00+00:00", "lama lewat")
    assert hosts.pause("a.id") == ("2999-01-01T00:00:00+00:00", "answered 429 and asks to wait")
    assert hosts.pause("b.id") == (None, "")
    robots = Robots("User-agent: *", "2025-11-12T00:00:00+00:00", '"1"')
    hosts.record_robots("http://a.id", robots)
    assert hosts.robots("http://a.id") == robots


def pages(waiting):
    return [page for part in waiting.slices() for page in part.pages]


def test_a_page_that_cannot_be_read_is_retried_unless_it_is_no_article(orders, waiting):
    for url in ("http://a/1", "http://a/2"):
        orders.plan("uji", [Link(url)])
        orders.record_fetched(page(url), "x.warc.gz", 0)
    one, two = pages(waiting)
    waiting.mark_failed(one, "extract", "pecah", final=False)
    waiting.mark_failed(two, "extract", "bukan artikel", final=True)
    assert states(orders) == {"http://a/1": "failed", "http://a/2": "quarantined"}
    assert [page.url for page in pages(waiting)] == ["http://a/1"]
    assert waiting.requeue() == 2
    assert waiting.count() == 2


def test_a_page_that_is_fetched_again_while_it_is_read_goes_on_waiting(orders, waiting):
    orders.plan("uji", [Link("http://a/1")])
    orders.record_fetched(page("http://a/1"), "x.warc.gz", 0)
    (old,) = pages(waiting)
    orders.record_fetched(page("http://a/1"), "x.warc.gz", 900)
    waiting.mark_done(old, "lama")
    waiting.mark_failed(old, "extract", "pecah", final=True)
    (new,) = pages(waiting)
    assert (new.warc_offset, new.digest, states(orders)) == (900, None, {"http://a/1": "fetched"})


def test_a_page_that_fails_is_given_out_once_a_run(orders, waiting, monkeypatch):
    monkeypatch.setattr(process, "BATCH", 1)
    orders.plan("uji", [Link("http://a/1")])
    orders.record_fetched(page("http://a/1"), "x.warc.gz", 0)
    batches = process.arriving(waiting, iter([True, True, False]).__next__)
    ((row,),) = [next(batches)]
    waiting.mark_failed(row, "extract", "pecah", final=False)
    assert waiting.count() == 1
    assert list(batches) == [[]]  # one look that found nothing new, then the end


def put(orders, *offsets, file="x.warc.gz"):
    """Pages in state `fetched` at those places of an archive file."""
    for offset in offsets:
        url = f"http://a/{file}/{offset}"
        orders.plan("uji", [Link(url)])
        orders.record_fetched(page(url), file, offset)


def test_every_page_of_the_archive_is_in_one_slice(orders, waiting):
    """Also the first and the last byte of a slice, and the slice at the end of the last file."""
    offsets = [0, 1, SLICE - 1, SLICE, SLICE + 1, 3 * SLICE - 1, 3 * SLICE]
    put(orders, *offsets)
    put(orders, 5, file="y.warc.gz")
    slices = list(waiting.slices())
    assert [page.warc_offset for part in slices for page in part.pages] == [*offsets, 5]
    assert [(part.file[0], part.number) for part in slices] == [("x", 0), ("x", 1), ("x", 2), ("x", 3), ("y", 0)]


@pytest.mark.parametrize("count", [1, process.BATCH, process.BATCH + 1, 3 * process.BATCH])
def test_every_waiting_page_is_in_one_batch(orders, waiting, count):
    put(orders, *range(count))
    batches = list(process.arriving(waiting, lambda: False))
    assert [page.warc_offset for batch in batches for page in batch] == list(range(count))
    assert [len(batch) for batch in batches[:-1]] == [process.BATCH] * (len(batches) - 1)


def test_pages_that_the_crawl_fetches_at_its_very_end_are_read_in_this_run(orders, waiting):
    """The crawl ends between two looks: what it stored last is found though nothing more may come."""

    def ends() -> bool:
        put(orders, 0, 7)
        return False

    assert [page.warc_offset for batch in process.arriving(waiting, ends) for page in batch] == [0, 7]


def test_while_more_may_come_only_whole_batches_are_read(orders, waiting, monkeypatch):
    monkeypatch.setattr(process, "PAUSE", 0)
    put(orders, *range(process.BATCH + 3))
    looks = iter([True, True, False])
    batches = list(process.arriving(waiting, looks.__next__))
    assert [len(batch) for batch in batches] == [process.BATCH, 0, 3]


def test_validators_of_the_last_full_answer_are_kept(orders):
    orders.record_discovery("uji", "feed", "http://a/umpan", 200, '"1"', "Wed, 12 Nov 2025 00:00:00 GMT", None)
    orders.record_discovery("uji", "feed", "http://a/umpan", 304, None, None, None)
    orders.record_discovery("uji", "feed", "http://a/umpan", 500, None, None, "answered 500")
    assert orders.validators("http://a/umpan") == ('"1"', "Wed, 12 Nov 2025 00:00:00 GMT")
    assert orders.connection.execute("SELECT stage, error FROM errors").fetchall() == [("discover", "answered 500")]
