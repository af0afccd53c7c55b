"""The archive read on two real Dask workers on loopback: what is stored is what one machine stores."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet
import pytest

from crawler.demo.articles import load_articles
from crawler.records import FetchedPage, Link
from pipelines.archive.location import Folder, RemoteArchive
from pipelines.archive.warc import Archive, archive_folder
from pipelines.database.open import open_connection
from pipelines.queue.orders import Orders
from pipelines.queue.waiting import WaitingPages
from pipelines.read.results import KILLED, Failure, PageResult, SourceRules
from pipelines.records import TaggedArticle, TextFacts
from pipelines.scale import read_slice, result_files
from pipelines.scale.result_files import code_digest, file_of, page_key, read_results, reading_code, write_results
from tests.conftest import ROOT
from tests.pipelines.conftest import make_article, make_tags
from tests.pipelines.scale.dask_cluster import PATIENCE, Cluster, kill_tree, wait_for

FILES, PAGES = 4, 10  # WARC files, and pages in each
TIMES = {"compared_at", "processed_at", "attempts"}  # and how often it took: a run that died has tried, too
DEADLY = """
import os
from pipelines.read.page import Reader
from pipelines.scale.read_slice import main

extract = Reader._extract
Reader._extract = lambda self, archive, page: os.abort() if page.url.endswith("/5") else extract(self, archive, page)
main()
"""
# The weights of an article's words are those of the day it was put into its story: a run that died had fewer articles
# before it. The stories are the same, which `isu_articles` holds.
LEFT_OUT = {"errors", "runs", "run_sources", "sqlite_sequence", "isu_vectors"}


def fill(database: Path) -> list[str]:
    """A database with fetched pages of invented newsrooms, FILES x PAGES of them; the names of the WARC files."""
    connection = open_connection(database)
    orders, files = Orders(connection), []
    stories = [article for article in load_articles(1) if article.language == "id"]
    for number in range(FILES):
        archive = Archive(archive_folder(database))
        for n in range(number * PAGES, (number + 1) * PAGES):
            story, url = stories[n % len(stories)], f"http://127.0.0.1/berita/{n}"
            body = "".join(f"<p>{paragraph}</p>" for paragraph in story.text.split("\n\n"))
            html = f"<title>{story.title}</title><h1>{story.title}</h1><p>{n % 28 + 1} November 2025</p>{body}"
            page = FetchedPage(
                url,
                url,
                "uji",
                200,
                [],
                [],
                html.encode(),
                f"2025-11-28T03:{n % 60:02}:00+00:00",
                {},
                None,
                None,
                "text/html; charset=utf-8",
            )
            orders.plan("uji", [Link(url)])
            place = archive.write(page)
            orders.record_fetched(page, *place)
        archive.close()
        files.append(place[0])
    connection.close()
    return files


def content(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table but those of the runs, without TIMES."""
    connection = sqlite3.connect(database)
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'")
    found = {}
    for (table,) in tables.fetchall():
        if table not in LEFT_OUT and not table.startswith("articles_fts"):
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})") if row[1] not in TIMES]
            found[table] = sorted(connection.execute(f"SELECT {', '.join(columns)} FROM {table}"), key=repr)
    connection.execute("INSERT INTO articles_fts(articles_fts) VALUES ('integrity-check')")
    connection.close()
    return found


def begin(database: Path, *arguments: str | Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "pipelines.cli", "--db", str(database), "process", *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def process(database: Path, *arguments: str | Path) -> tuple[int, str]:
    run = begin(database, *arguments)
    _, errors = run.communicate(timeout=PATIENCE)
    return run.returncode, errors


def copy(database: Path, name: str) -> Path:
    """The database and its archive under another name."""
    other = database.with_name(f"{name}.db")
    shutil.copy(database, other)
    shutil.copytree(archive_folder(database), archive_folder(other))
    return other


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    running = Cluster(tmp_path_factory.mktemp("dask"))
    try:
        yield running
    finally:
        running.close()


@pytest.mark.timing
@pytest.mark.slow
def test_a_dead_worker_a_dead_run_and_a_broken_file_leave_what_one_machine_stores(tmp_path, cluster):
    files = fill(tmp_path / "asal.db")
    broken = archive_folder(tmp_path / "asal.db") / files[1]
    broken.write_bytes(broken.read_bytes()[: broken.stat().st_size // 2])
    local, one, two = (copy(tmp_path / "asal.db", name) for name in ("lokal", "satu", "dua"))
    workers = {name: cluster.worker(name) for name in ("satu", "dua")}
    assert process(local)[0] == 1
    cluster.wait_for_workers(2)
    dask = ("--engine", "dask", "--scheduler", cluster.address())

    # The run itself dies: the next one takes what is there and reads the rest. The broken file is named.
    readings = archive_folder(two) / "readings"
    run = begin(two, *dask)
    wait_for(lambda: list(readings.glob("*.parquet")))
    os.killpg(run.pid, signal.SIGKILL)
    run.communicate()
    code, errors = process(two, *dask)
    assert code == 1
    assert f"ArchiveError: {files[1]} at" in errors
    assert content(two) == content(local)

    # A worker dies in the middle, with all that it started.
    readings = archive_folder(one) / "readings"
    run = begin(one, *dask)
    wait_for(lambda: list(readings.glob("*.parquet")))
    kill_tree(workers["satu"])
    _, errors = run.communicate(timeout=PATIENCE)
    assert run.returncode == 1, errors
    assert content(one) == content(local)
    assert not readings.exists()

    # Everything again, through fsspec.
    assert process(local, "--again", "extract")[0] == 1
    assert process(one, *dask, "--again", "extract", "--archive", f"file://{archive_folder(one)}")[0] == 1
    assert content(one) == content(local)
    assert content(one)["articles"] == content(two)["articles"]


@pytest.mark.timing
@pytest.mark.slow
def test_what_cannot_be_read_at_all_is_named_and_stays_in_the_queue(tmp_path, cluster):
    files = fill(tmp_path / "asal.db")
    (archive_folder(tmp_path / "asal.db") / files[1]).unlink()
    if len(cluster.processes) == 1:
        cluster.worker("satu")
    cluster.wait_for_workers(1)
    code, errors = process(tmp_path / "asal.db", "--engine", "dask", "--scheduler", cluster.address())
    assert code == 1
    assert f"gagal: {files[1]}: ReadingFailed: worker" in errors and "FileNotFoundError" in errors
    assert f"{(FILES - 1) * PAGES} halaman dibaca" in errors
    connection = sqlite3.connect(tmp_path / "asal.db")
    states = connection.execute("SELECT warc_file, state, attempts, count(*) FROM pages GROUP BY 1, 2, 3").fetchall()
    assert states == [(file, "fetched" if file == files[1] else "done", 0, PAGES) for file in files]
    assert connection.execute("SELECT count(*) FROM errors WHERE url = ?", (files[1],)).fetchone() == (1,)
    connection.close()


@pytest.mark.timing
@pytest.mark.slow
def test_a_page_that_kills_its_reader_is_named_and_the_others_of_its_slice_are_read(database, tmp_path, monkeypatch):
    fill(tmp_path / "uji.db")
    monkeypatch.setattr(read_slice, "COMMAND", (sys.executable, "-c", DEADLY))
    archive, part = archive_folder(tmp_path / "uji.db"), next(WaitingPages(database.conn).slices())
    read_slice.read_slice(read_slice.ReadingTask(archive, part, {}, reading_code()))
    read_slice._processes.reading.close()
    keys = [page_key(page, {}, reading_code()) for page in part.pages]
    results = read_results(Folder(archive), file_of(part), part.pages, keys)
    assert [(result.page.url, result.failure) for result in results if result.failure] == [
        ("http://127.0.0.1/berita/5", Failure("extract", KILLED))
    ]
    assert all(result.outcome.tags.mentions for result in results if not result.failure)


def test_an_archive_is_read_through_fsspec(database, tmp_path):
    fill(tmp_path / "uji.db")
    folder = Folder("memory://arsip")
    for file in archive_folder(tmp_path / "uji.db").glob("*.warc.gz"):
        folder.write(file.name, file.read_bytes())
    archive = RemoteArchive("memory://arsip")
    for part in WaitingPages(database.conn).slices():
        assert all(b"<h1>" in archive.read(page.warc_file, page.warc_offset) for page in part.pages)
    folder.remove("")


def test_an_archive_that_is_not_there_costs_no_page_an_attempt(tmp_path, english):
    fill(tmp_path / "uji.db")
    for arguments, complaint in (
        (("--archive", "tidak-ada"), "tidak-ada: no such folder"),
        (("--archive", "s3://ember/arsip"), "s3://ember/arsip: cannot be reached"),
        (("--again", "tag", "--archive", "s3://ember/arsip"), "--again tag: reads the database"),
        (("--engine", "dask"), "belong together"),
    ):
        run = english("process", *arguments)
        (line,) = run.stderr.splitlines()
        assert (run.returncode, complaint in line) == (2, True), line
    connection = sqlite3.connect(tmp_path / "uji.db")
    assert connection.execute("SELECT DISTINCT state, attempts FROM pages").fetchall() == [("fetched", 0)]
    connection.close()


def test_results_count_only_for_what_would_be_read_now(database, tmp_path):
    fill(tmp_path / "uji.db")
    folder, rules = Folder(tmp_path), {"uji": SourceRules()}
    part = next(WaitingPages(database.conn).slices())
    keys = [page_key(page, rules, "kode") for page in part.pages]
    article = make_article()
    outcomes = [
        TaggedArticle(article, make_tags(article), TextFacts("akar", "sidik", (7, 2**48 - 1))),
        TaggedArticle(make_article(language="en"), None),
        Failure("extract", "bukan artikel", final=True),
    ]
    results = [PageResult(page, f"{n}", outcomes[n % 3]) for n, page in enumerate(part.pages)]
    results[1] = replace(results[1], untagged=Failure("tag", "ValueError: x"), tried={"body": ("div.isi", True)})
    write_results(folder, file_of(part), keys, results)
    assert read_results(folder, file_of(part), part.pages, keys) == results
    assert read_results(folder, file_of(part), part.pages[5:9], keys[5:9]) == results[5:9]  # half was stored already
    for other in (
        page_key(part.pages[0], rules, "kode baru"),
        page_key(part.pages[0], {"uji": SourceRules(press_releases=True)}, "kode"),
    ):
        assert read_results(folder, file_of(part), part.pages[:1], [other]) is None
    file = tmp_path / file_of(part)
    assert pyarrow.parquet.read_metadata(file).num_rows == PAGES
    file.write_bytes(file.read_bytes()[:-100])
    assert read_results(folder, file_of(part), part.pages, keys) is None


def test_stored_readings_are_not_used_once_anything_that_decides_them_has_changed(tmp_path):
    """Ours wherever it lies, and the libraries: a moved or edited module, a newer lxml."""
    package = tmp_path / "paket"
    (package / "dalam").mkdir(parents=True)
    (package / "dalam" / "aturan.py").write_text("BATAS = 1\n")
    before = code_digest([package], ["lxml==5"])
    assert code_digest([package], ["lxml==5"]) == before
    assert code_digest([package], ["lxml==6"]) != before
    (package / "dalam" / "aturan.pyc").write_bytes(b"terjemahan")
    assert code_digest([package], ["lxml==5"]) == before
    (package / "dalam" / "aturan.py").rename(package / "aturan.py")
    assert code_digest([package], ["lxml==5"]) != before


def test_the_code_that_decides_a_reading_is_all_of_ours_and_every_library_it_needs(monkeypatch):
    read: dict[str, list[str]] = {}
    monkeypatch.setattr(
        result_files, "code_digest", lambda folders, versions: read.update(folders=folders, versions=versions)
    )
    result_files.reading_code.__wrapped__()
    assert {folder.name for folder in read["folders"]} == {"crawler", "nlp", "pipelines"}
    names = {version.partition("==")[0] for version in read["versions"]}
    assert {"python", "pantau", "lxml", "trafilatura", "htmldate", "spacy", "thinc", "langdetect"} <= names
    assert not names & {"pytest", "mypy", "playwright"}  # a worker without the test tools reads the same
