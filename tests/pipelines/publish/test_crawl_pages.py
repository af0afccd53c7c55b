"""The crawls of a source: each number leads to the pages that it counts, as a list and as a file."""

from __future__ import annotations

import asyncio
import html
import re
from contextlib import closing

import pytest

from pipelines.database.open import connect, transaction
from pipelines.publish.guard.mode import Mode
from pipelines.publish.snapshot import publish
from tests.pipelines.conftest import opened


def put_crawl(connection, source, number, pages, *, found, fetched, stored):
    """A crawl of a source at `number` o'clock, with its pages: (name, fetched, state, error)."""
    hour = f"2025-11-12T{number:02d}"
    with transaction(connection):
        connection.execute(
            "INSERT INTO runs (id, started, finished, outcome) VALUES (?, ?, ?, 'done')",
            (number, f"{hour}:00:00+00:00", f"{hour}:50:00+00:00"),
        )
        connection.execute(
            "INSERT INTO run_sources (run_id, source_id, found, fetched, stored, error) VALUES (?, ?, ?, ?, ?, ?)",
            (number, source, found, fetched, stored, "feed https://balai.example/umpan answered 503"),
        )
        connection.executemany(
            """INSERT INTO pages (url, source_id, state, found_at, fetched_at, error) VALUES (?, ?, ?, ?, ?, ?)
               ON CONFLICT DO UPDATE SET fetched_at = excluded.fetched_at, state = excluded.state""",
            [
                (f"https://balai.example/{name}", source, state, f"{hour}:10:00+00:00",
                 f"{hour}:20:00+00:00" if fetched else None, error)
                for name, fetched, state, error in pages
            ],
        )  # fmt: skip


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """Two crawls; the second fetches again one of the three pages of the first."""
    path = tmp_path_factory.mktemp("jelajah") / "uji.db"
    with closing(connect(path)) as made:
        made.conn.execute("INSERT INTO sources (id, name, kind, status) VALUES ('balai', 'Balai', 'lembaga', 'active')")
        first = (("a", 1, "done", None), ("b", 1, "done", None), ("c", 0, "failed", "answered 404"))
        put_crawl(made.conn, "balai", 3, first, found=3, fetched=2, stored=2)
        put_crawl(made.conn, "balai", 5, (("b", 1, "done", None), ("d", 1, "failed", "KeyError: x")), found=1, fetched=2, stored=1)  # fmt: skip
    return path


@pytest.fixture(scope="module")
def get(path):
    with opened(path) as app:
        yield lambda address: html.unescape(asyncio.run(app.client.get(address)).text)


def test_numbers_of_a_crawl_lead_to_its_pages(get):
    page = get("/sumber/balai")
    links = dict(re.findall(r'href="(/sumber/balai/penjelajahan/[^"]*)" data-jumlah="(\d+)"', page))
    assert links == {
        "/sumber/balai/penjelajahan/5?apa=baru": "1",
        "/sumber/balai/penjelajahan/5?apa=diambil": "2",
        "/sumber/balai/penjelajahan/5?apa=tersimpan": "1",
        "/sumber/balai/penjelajahan/3?apa=baru": "3",
    }  # what the first fetched has no list any more: one of it was fetched again
    for href, number in links.items():
        listed = get(href)
        assert f'data-hitungan="{number}"' in listed and listed.count("https://balai.example/") == 2 * int(number)
        file = re.search(r'href="(/unduh/daftar/halaman\.json[^"]*)"', listed)[1]
        assert get(file).count("\n") == int(number)


def test_what_failed_is_said_in_words(get):
    assert "gagal, akan dicoba lagi: menjawab 404 (" in get("/sumber/balai/penjelajahan/3?apa=baru")
    listed = get("/sumber/balai/penjelajahan/5?apa=diambil")
    assert "galat yang belum dikenal (x)" in listed and "KeyError" not in listed
    assert "umpan https://balai.example/umpan: menjawab 503" in get("/sumber/balai")


@pytest.mark.parametrize("address", ["/sumber/balai/penjelajahan/4", "/sumber/lain/penjelajahan/3"])
def test_no_such_crawl(get, address):
    assert "Penjelajahan itu tidak ada" in get(address)


def test_the_public_sees_nothing_of_the_crawls(path, tmp_path):
    publish(path, tmp_path / "publik.db")
    with opened(tmp_path / "publik.db", Mode(public=True)) as app:
        for address in ("/sumber/balai/penjelajahan/3", "/unduh/daftar/halaman.csv?sumber=balai&jelajah=3"):
            assert asyncio.run(app.client.get(address)).status_code == 404
