"""What a shard's crawl refused comes into the run's book."""

from __future__ import annotations

import json

from crawler.records import CrawlReport
from pipelines.queue.runs import Runs
from pipelines.scale.attempt import attempt
from pipelines.scale.lease import Lease
from pipelines.scale.merge import merge_shard
from pipelines.scale.shards import Attempt, Work, shards_folder, write_attempt, write_shard
from tests.crawler.server import Answer, feed, serve
from tests.pipelines.scale.test_scale import counts, source


def test_what_a_shards_crawl_refused_is_stored_with_the_run(tmp_path, database):
    with serve() as site:
        site.article("/berita/1", "Berita yang boleh diambil")
        site.answers["/robots.txt"] = Answer("User-agent: *\nDisallow: /rahasia", content_type="text/plain")
        site.answers["/umpan"] = Answer(feed(site, "/berita/1", "/rahasia/1", "/rahasia/2"))
        runs = Runs(database.conn)
        work = Work(runs.begin(), (source("uji", f"{site.address}/umpan"),), tmp_path / "arsip", None, None)
        folder = shards_folder(work.archive) / "1" / "0"
        write_shard(database.conn, folder, work)
        lost = counts(stats={"robots/forbidden": 3, "retry/count": 1})
        write_attempt(folder, 1, Attempt("w1", None, {"uji": lost}))  # its worker died
        with Lease(folder.parent / "lease", None):
            attempt(folder, "w2")
    merged = merge_shard(database.conn, folder)
    assert merged.sources["uji"].stats == {"robots/forbidden": 5, "retry/count": 1}
    runs.end(work.run_id, CrawlReport("failures", merged.sources), {})
    ((stats,),) = database.execute("SELECT stats FROM run_sources").fetchall()
    assert json.loads(stats) == merged.sources["uji"].stats
