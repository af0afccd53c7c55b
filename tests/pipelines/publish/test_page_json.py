"""The JSON of single pages: what is served is held against docs/json.md, and says what the page says."""

from __future__ import annotations

import asyncio
import re
from contextlib import closing

import pytest

from pipelines.database.open import connect, transaction
from pipelines.publish.guard.mode import Mode
from pipelines.publish.snapshot import publish
from pipelines.publish.views import page_json
from tests.pipelines.publish.conftest import HOURS, fill_coverage, opened
from tests.pipelines.publish.test_as_json import CONTRACT, ENVELOPE, PROMISED

SAID = "Cengkih yang sabar menunggu hujan biasanya lebih wangi daripada yang dipaksa"
NOVEMBER = "?kurun=bulan&hari=2025-11-12"


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """A release, the eight outlets that took it up, a crawl of one, and quotes of one person with a post."""
    path = tmp_path_factory.mktemp("halaman") / "uji.db"
    fill_coverage(path)
    with closing(connect(path)) as made, transaction(made.conn):
        run = made.conn.execute
        run("INSERT INTO people (id, key, name) VALUES (1, 'nirmala', 'Nirmala Sangaji'), (2, 'bagas', 'Bagas Alam')")
        run("INSERT INTO organisations (id, key, name) VALUES (1, 'balai rempah', 'Balai Rempah')")
        run("INSERT INTO roles (person_id, title, organisation, articles) VALUES (1, 'Kepala', 'Balai Rempah', 9)")
        for article, text in run("SELECT id, text FROM articles").fetchall():
            if (start := text.find(SAID)) >= 0:
                run(
                    """INSERT INTO quotes (article_id, speaker, person_id, text, verb, start, "end", kind)
                       VALUES (?, 'x', 1, ?, 'kata', ?, ?, 'langsung')""",
                    (article, SAID, start, start + len(SAID)),
                )
                run(
                    "INSERT INTO article_officials VALUES (?, 1, 1, 'x', 'Kepala', 'Balai Rempah', '', '[]')",
                    (article,),
                )
        run("INSERT INTO runs (id, started, finished) VALUES (1, '2025-11-12T05:00:00', '2025-11-12T05:10:00')")
        run("INSERT INTO run_sources (run_id, source_id, found, error) VALUES (1, 'media0', 4, 'no answer')")
        run("UPDATE coverage SET confirmed = 'none' WHERE article_id = 9")
    return path


@pytest.fixture(scope="module")
def get(path):
    with opened(path) as app:
        yield lambda address: asyncio.run(app.client.get(address))


def test_a_source_says_how_it_does_and_what_it_wrote(get):
    told = get("/sumber/media0.json").json()
    assert list(told) == PROMISED["/sumber/NAME.json"] and told["version"] == 1
    assert (told["id"], told["name"], told["articles"]) == ("media0", "Kabar Pesisir", 1)
    assert told["months"] == [{"month": "2025-11", "articles": 1}] and told["state"] == "stale"
    (crawl,) = told["crawls"]
    assert crawl["found"] == 4 and crawl["error"] and set(told["recall"]) >= {"named", "stored"}
    assert get(told["articles_at"].removeprefix("http://localhost")).json()["total"] == 1
    missing = get("/sumber/tidak-ada.json")
    assert missing.status_code == 404 and missing.json()["ok"] is False


def test_a_release_has_who_took_it_up_without_what_the_team_refused(get):
    told = get("/liputan/1.json").json()
    assert list(told) == PROMISED["/liputan/N.json"] and told["version"] == 1 and told["id"] == 1
    assert all(tuple(pair) == page_json.PAIR for pair in told["coverage"])
    articles = [pair["article_id"] for pair in told["coverage"]]
    assert len(articles) == told["outlets"] == len(HOURS) - 1 == sum(told["labels"].values()) and 9 not in articles
    assert told["cut"] is False and [quote["text"] for quote in told["taken"]] == [SAID]
    assert set(told["taken"][0]["articles"]) == set(articles) and told["taken"][0]["outlets"] == told["outlets"]
    assert get("/liputan/2.json").status_code == get("/liputan/999.json").status_code == 404  # news; nothing


@pytest.mark.parametrize("kind", ["pejabat", "lembaga"])
def test_quotes_are_a_list_with_the_arguments_of_the_page(get, kind, monkeypatch):
    told = get(f"/{kind}/1/kutipan.json").json()
    assert set(told) == ENVELOPE | {"total", "cut"} and told["columns"] == PROMISED[f"/{kind}/N/kutipan.json"]
    assert told["total"] == len(told["rows"]) > 3 and told["cut"] is False and told["next"] is None
    assert all(list(row) == told["columns"] and row["text"] == SAID for row in told["rows"])
    page = get(f"/{kind}/1/kutipan?media=media0").text
    one = get(f"/{kind}/1/kutipan.json?media=media0").json()
    assert f'data-hitungan="{one["total"]}"' in page and one["rows"][0]["outlet"] == "Kabar Pesisir"
    monkeypatch.setattr(page_json, "ROWS", 2)
    at, rows = f"/{kind}/1/kutipan.json?jenis=langsung", []
    while at:
        cut = get(at.removeprefix("http://localhost")).json()
        rows, at = rows + cut["rows"], cut["next"]
    assert rows == told["rows"]
    assert get(f"/{kind}/99/kutipan.json").status_code == 404


def test_the_dashboard_counts_what_its_page_counts(get):
    told = get("/dasbor.json?rentang=12").json()
    assert list(told) == PROMISED["/dasbor.json"] and told["version"] == 1
    assert (told["period"], told["releases"], told["articles"]) == ("12", 1, len(HOURS) + 1)
    assert sum(day["releases"] + day["news"] for day in told["days"]) == told["articles"]
    assert {source["id"] for source in told["sources"]} >= {"balai", "media0"}
    page = get("/dasbor?rentang=12").text
    numbers = re.findall(r'data-jumlah="(\d+)"', page)
    assert numbers[:3] == [str(told[name]) for name in ("articles", "releases", "agreements")]
    assert {"id": "media0", "name": "Kabar Pesisir", "state": "stale"} in told["sources_to_look_at"]
    everything = get("/dasbor.json?rentang=semua").json()
    assert everything["first"] is everything["last"] is None


def test_the_report_is_the_teams_with_its_figures_and_their_lists(get):
    told = get(f"/laporan.json{NOVEMBER}").json()
    assert list(told) == PROMISED["/laporan.json"] and told["version"] == 1
    assert (told["period"], told["first"], told["last"]) == ("bulan", "2025-11-01", "2025-11-30")
    assert len(told["days"]) == 30 and sum(day["articles"] for day in told["days"]) == len(HOURS) + 1
    articles = told["figures"][0]
    assert articles["count"] == len(HOURS) + 1
    assert get(articles["at"].removeprefix("http://localhost").replace("/cari", "/cari.json")).json()["total"] == 9
    sections = {section["key"]: section for section in told["sections"]}
    assert len(sections) == len(told["sections"]) and all(sections)
    ((line,), columns) = sections["liputan"]["lines"], sections["liputan"]["columns"]
    assert len(line["cells"]) == len(columns) and line["at"].endswith("/liputan/1")
    assert 'href="/laporan.json?kurun=bulan&amp;hari=2025-11-01"' in get(f"/laporan{NOVEMBER}").text


def test_a_snapshot_keeps_the_report_closed_and_knows_nothing_of_crawls(path, tmp_path, open_site):
    publish(path, tmp_path / "publik.db")
    public = open_site(tmp_path / "publik.db", Mode(public=True)).client
    refused = asyncio.run(public.get(f"/laporan.json{NOVEMBER}"))
    assert refused.status_code == 403 and refused.json()["ok"] is False
    source = asyncio.run(public.get("/sumber/media0.json")).json()
    assert list(source) == PROMISED["/sumber/NAME.json"] and source["articles"] == 1
    assert source["state"] is source["recall"] is None and source["crawls"] == []
    assert asyncio.run(public.get("/dasbor.json")).json()["sources_to_look_at"] == []
    assert asyncio.run(public.get("/liputan/1.json")).json()["outlets"] == len(HOURS) - 1


def test_every_field_of_the_parts_is_documented(get):
    parts = [
        *get("/sumber/media0.json").json()["crawls"],
        get("/sumber/media0.json").json()["recall"],
        *get("/liputan/1.json").json()["coverage"],
        *get("/liputan/1.json").json()["taken"],
        *get("/dasbor.json").json()["days"],
        *get("/dasbor.json").json()["sources_to_look_at"],
        *(report := get(f"/laporan.json{NOVEMBER}").json())["figures"],
        *report["sections"],
        *(line for section in report["sections"] for line in section["lines"]),
    ]
    fields = {field for part in parts for field in part} | {section["key"] for section in report["sections"]}
    fields |= {*page_json.AGREEMENT, *page_json.DAY}
    assert [field for field in sorted(fields) if f"`{field}`" not in CONTRACT] == []
