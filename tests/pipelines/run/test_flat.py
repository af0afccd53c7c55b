"""An ordinary run costs what is new, however large the archive is: counted in instructions of SQLite's machine."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.records import CrawlReport, Link, SourceCounts
from pipelines.coverage.update import update
from pipelines.database.open import open_connection, transaction
from pipelines.health.status import source_statuses
from pipelines.isu.update import update as update_stories
from pipelines.queue.orders import Orders
from pipelines.queue.runs import Runs
from pipelines.queue.waiting import WaitingPages
from pipelines.records import TaggedArticle
from pipelines.store.save import save
from tests.pipelines.conftest import make_article, make_tags

SMALL, LARGE = 500, 5_000
ALLOWED = 1.2
NOW = datetime(2025, 11, 12, 4, tzinfo=UTC)

# An archive in which everything tells of the same: the person, body, place, law and agreement of make_tags, of one source
# that gives all its pages one canonical address. {n} articles, the last {small} of two months, the others older.
FILL = """
INSERT INTO sources (id, name, kind, status) VALUES ('contoh', 'Contoh', 'media', 'active');
CREATE TEMP TABLE number AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {n}) SELECT n FROM c;
CREATE TEMP TABLE made AS
  SELECT n, date('2025-09-10', iif(n <= {n} - {small}, '-', '+') || (n % 60) || ' days') AS day FROM number;
INSERT INTO people (id, key, name, articles) VALUES (1, 'rangga wiratama', 'Rangga Wiratama', {n});
INSERT INTO organisations (id, key, name, articles) VALUES (1, 'pt sinar uji', 'PT Sinar Uji', {n});
INSERT INTO places (id, key, code, name, kind, articles) VALUES (1, '32.73', '32.73', 'Kota Bandung', 'kota', {n});
INSERT INTO laws (id, key, type, name, articles) VALUES (1, 'PP 1/2020', 'PP', 'PP', {n});
INSERT INTO name_forms VALUES ('person', 'rangga wiratama', 1), ('organisation', 'pt sinar uji', 1);
INSERT INTO articles (id, url, canonical_url, source_id, kind, title, text, published_at, published_date, language,
    word_count, first_seen, fingerprint)
  SELECT n, 'https://contoh.go.id/lama/' || n, 'https://contoh.go.id/', 'contoh', 'news', 'Judul ' || n, 'Isi ' || n,
    day || 'T03:00:00+00:00', day, 'id', 2, day || 'T03:10:00+00:00', hex(randomblob(16)) FROM made;
INSERT INTO mentions (article_id, label, field, start, "end", text, entity_id)
  SELECT n, label, 'text', 0, 3, 'Isi', 1 FROM made, (SELECT 'PER' AS label UNION SELECT 'ORG' UNION SELECT 'GPE' UNION SELECT 'LAW');
INSERT INTO article_officials (article_id, person_id, position, name, title, organisation)
  SELECT n, 1, 0, 'Rangga Wiratama', 'Bupati', 'Bogor' FROM made;
INSERT INTO roles (person_id, title, organisation, first_seen, last_seen, articles)
  VALUES (1, 'Bupati', 'Bogor', '2025-09-10', '2025-11-08', {n});
INSERT INTO article_places SELECT n, 1, 'Bandung', 1 FROM made;
INSERT INTO article_laws SELECT n, 1, 'PP' FROM made;
INSERT INTO agreements (id, article_id, type, title, status) SELECT n, n, 'MoU', 'nota', 'berlaku' FROM made;
INSERT INTO agreement_parties SELECT n, k, 'x', 1, iif(k, 'pt sinar uji', 'pemkab bogor')
  FROM made, (SELECT 0 AS k UNION SELECT 1);
INSERT INTO appearances SELECT DISTINCT label, 1, day, n FROM mentions JOIN made ON n = article_id;
INSERT INTO entity_months SELECT label, substr(day, 1, 7), 1, count(*) FROM appearances GROUP BY 1, 2;
INSERT INTO minhash_bands SELECT unixepoch(day) / 86400 / 14, b, random() & 281474976710655, n
  FROM made, (SELECT n - 1 AS b FROM number WHERE n <= 32);
INSERT INTO pages (url, source_id, state, found_at, fetched_at, warc_file, warc_offset)
  SELECT 'https://contoh.go.id/lama/' || n, 'contoh', iif(n > 20, 'done', 'quarantined'), day, day, 'a-' || (n / 100), n
  FROM made ORDER BY day;
INSERT INTO runs (id, started, finished) SELECT n, day, day FROM made;
INSERT INTO run_sources (run_id, source_id) SELECT n, 'contoh' FROM made;
INSERT INTO errors (run_id, source_id, stage, error, seen_at) SELECT n, iif(n % 9, 'lain', 'contoh'), 'fetch', 'x', day FROM made;
DELETE FROM coverage_todo;
INSERT INTO isu (id, title, first_seen, last_seen, articles, outlets, grew_hour, grew_day, state)
  SELECT n, 'Judul', day, day, 1, 1, 1, 1, 'open' FROM made WHERE n <= {n} - {small};
INSERT INTO isu_articles (article_id, isu_id, published_at, source_id, reason)
  SELECT n, n, day, 'contoh', 'x' FROM made WHERE n <= {n} - {small};
DELETE FROM isu_todo WHERE article_id <= {n} - {small};
"""


class Counted:
    """A database of so many articles, and how many instructions each step of a run took."""

    def __init__(self, path: Path, articles: int) -> None:
        self.connection = open_connection(path)
        self.connection.executescript(FILL.format(n=articles, small=SMALL))
        update_stories(self.connection)
        self.orders, self.runs = Orders(self.connection), Runs(self.connection)
        self.waiting = WaitingPages(self.connection)
        self.instructions = 0
        self.connection.set_progress_handler(self._count, 10)
        self.steps: dict[str, int] = {}

    def _count(self) -> None:
        self.instructions += 10

    def step(self, name: str) -> None:
        """What was done since the last step was this one."""
        self.steps[name] = self.instructions
        self.instructions = 0

    def run(self) -> dict[str, int]:
        """What a quarter-hourly run does, step by step."""
        run_id = self.runs.begin()
        known = [Link(f"https://contoh.go.id/lama/{n}") for n in range(1, 101)]
        self.orders.plan("contoh", [*known, Link("https://contoh.go.id/baru")])
        self.orders.pending("contoh")
        self.step("links of a feed")
        self.connection.execute(
            "UPDATE pages SET state = 'fetched', warc_file = 'b', warc_offset = 5, fetched_at = '2025-11-12' "
            "WHERE url = 'https://contoh.go.id/baru'"
        )
        assert self.waiting.count() == 1
        assert [page.url for part in self.waiting.slices() for page in part.pages] == ["https://contoh.go.id/baru"]
        self.step("what waits")
        article = make_article(url="https://contoh.go.id/baru", canonical_url="https://contoh.go.id/")
        tags = make_tags(article)
        with transaction(self.connection):
            save(self.connection, TaggedArticle(article, tags))
        self.step("new article")
        changed = replace(article, text=article.text + " Warga datang.", published_date="2025-11-11")
        with transaction(self.connection):
            save(self.connection, TaggedArticle(changed, make_tags(changed, officials=())))
        self.step("changed article")
        update(self.connection)
        self.step("coverage")
        assert update_stories(self.connection).articles == 1
        self.step("isu")
        self.runs.end(run_id, CrawlReport("done", {"contoh": SourceCounts(found=1)}), {"contoh": (1, 0)})
        self.step("end")
        (status,) = source_statuses(self.connection, NOW)
        self.step("status")
        assert status.articles > SMALL
        assert self.connection.execute("SELECT articles - (SELECT count(*) FROM articles) FROM people").fetchone() == (
            0,
        )
        self.connection.close()
        return self.steps


def test_no_step_of_a_run_grows_with_the_archive(tmp_path):
    small, large = (Counted(tmp_path / f"{n}.db", n).run() for n in (SMALL, LARGE))
    print({step: (small[step], large[step]) for step in small})
    grown = {step: (small[step], large[step]) for step in small if large[step] > ALLOWED * small[step] + 100}
    assert not grown


def test_a_backlog_is_not_sorted_to_ask_for_its_newest_pages(database):
    statements: list[str] = []
    database.conn.set_trace_callback(statements.append)
    Orders(database.conn).pending("contoh")
    database.conn.set_trace_callback(None)
    plan = database.conn.execute(f"EXPLAIN QUERY PLAN {statements[0]}").fetchall()
    assert [row[3] for row in plan] == ["SEARCH pages USING INDEX pages_pending (source_id=?)"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE pages SET state = 'found' WHERE warc_file = 'a' AND warc_offset >= 9",
        "SELECT count(*) FROM pages WHERE warc_file = 'a'",
    ],
)
def test_the_pages_of_an_archive_file_are_found_by_its_name(database, statement):
    ((*_, plan),) = database.conn.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
    assert "pages_archive" in plan
