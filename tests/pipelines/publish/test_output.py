"""Feeds and files: valid with anything in them, and nothing in them that runs."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import sqlite3
import xml.etree.ElementTree as ET
from contextlib import closing
from urllib.parse import quote

import openpyxl
import pytest

from tests.pipelines.publish.conftest import EVIL, FORMULA

ATOM = "{http://www.w3.org/2005/Atom}"


def feed(response):
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("application/atom+xml")
    root = ET.fromstring(response.content)
    for name in ("id", "title", "updated"):  # what RFC 4287 asks of every feed and entry
        assert root.findtext(ATOM + name)
    for entry in root.iter(ATOM + "entry"):
        assert entry.findtext(ATOM + "id") and entry.findtext(ATOM + "title") and entry.findtext(ATOM + "updated")
    return root


@pytest.mark.parametrize(
    ("query", "entries"),
    [
        ("", 4),
        ("q=pasar", 1),
        ("q=kucing", 0),
        ("q=%22", 0),
        ("orang=1", 4),
        ("tempat=1", 4),
        ("perjanjian=MoU", 4),
        ("perjanjian=PKS", 0),
        (f"q={quote(EVIL)}", 1),
        ("dari=2030-01-01&q=pasar", 0),
    ],
)
def test_a_feed_of_any_search_is_valid(site, query, entries):
    assert len(feed(site(f"/umpan.xml?{query}")).findall(ATOM + "entry")) == entries


def test_a_feed_links_only_web_addresses_and_keeps_text_as_text(site):
    root = feed(site("/umpan.xml"))
    links = [link.get("href") for link in root.iter(ATOM + "link")]
    assert links and all(link.startswith(("http://", "https://")) for link in links)
    titles = {entry.findtext(ATOM + "title") for entry in root.iter(ATOM + "entry")}
    assert f"Judul {EVIL}" in titles
    assert root.findtext(ATOM + "title") == "Pantau: artikel terbaru"
    assert "Rangga Wiratama" in feed(site("/umpan.xml?orang=1")).findtext(ATOM + "title")


def test_formulas_stay_text_in_every_spreadsheet_format(site):
    table = list(csv.DictReader(io.StringIO(site("/unduh/articles.csv").content.decode("utf-8-sig"))))
    assert "'" + FORMULA in {row["Judul"] for row in table} and len(table) == 4
    sheet = openpyxl.load_workbook(io.BytesIO(site("/unduh/articles.xlsx").content)).active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert any(FORMULA in str(cell.value) for cell in cells)
    assert not [cell for cell in cells if cell.data_type == "f"]
    lines = [json.loads(line) for line in site("/unduh/articles.json").text.splitlines()]
    assert FORMULA in {row["title"] for row in lines}  # JSON is no spreadsheet: as it was


def test_a_file_holds_what_the_search_found(site):
    def titles(query):
        text = site(f"/unduh/articles.csv?{query}").content.decode("utf-8-sig")
        return [row["Judul"] for row in csv.DictReader(io.StringIO(text))]

    assert titles("q=penandatanganan") == ["Penandatanganan MoU"]
    assert titles("q=%22") == [] == titles("jenis=news")
    assert len(titles("kota=Bandung&pejabat=rangga")) == 4
    assert len(titles("dari=2025-11-12&sampai=2025-11-12")) == 4  # both days are included
    assert titles("dari=2025-11-13") == [] == titles("sampai=2025-11-11")
    response = site("/unduh/officials.parquet?q=pasar")
    assert response.headers["content-disposition"] == 'attachment; filename="pantau-officials.parquet"'
    assert response.content[:4] == b"PAR1"


@pytest.mark.parametrize(
    ("name", "query", "rows", "first"),
    [
        ("pejabat", "", 1, "Rangga Wiratama"),
        ("pejabat", "cari=tidak", 0, None),
        ("pejabat", "status=mantan", 0, None),
        ("lembaga", "", 0, None),
        ("kota", "cari=bandung", 1, "32.73"),
        ("kota", "provinsi=11", 0, None),
        ("perjanjian", "jenis=MoU&status=ditandatangani", None, None),
        ("perjanjian", "cari=%25", 0, None),
    ],
)
def test_a_list_as_a_file_holds_all_that_its_page_lists(site, name, query, rows, first):
    page = site(f"/{name}?{query}").text
    address = f"/unduh/daftar/{name}.csv" + (f"?{query}" if query else "")
    assert address.replace("&", "&amp;") in page
    response = site(address)
    assert response.headers["content-disposition"] == f'attachment; filename="pantau-{name}.csv"'
    table = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))[1:]
    listed = page.count("<tbody>") and page.split("<tbody>")[1].count("<tr>") - page.count("Tidak ada yang cocok")
    assert len(table) == (rows if rows is not None else listed or page.count('<article class="kartu">'))
    assert first is None or table[0][0] == first


def test_files_of_a_search_with_operators(site):
    def titles(query):
        text = site(f"/unduh/articles.csv?{query}&pemisah=titik-koma").content.decode("utf-8-sig")
        return {row["Judul"] for row in csv.DictReader(io.StringIO(text), delimiter=";")}

    assert titles("q=pasar+OR+gembira&operator=1") == {"Bupati Bogor Resmikan Pasar", "Penandatanganan MoU"}
    assert titles("q=rangga+NOT+gembira&operator=1&kota=Bandung") >= {"'" + FORMULA}
    raw = site("/unduh/articles.csv?q=pasar&mentah=1").content.decode("utf-8-sig")
    assert raw.startswith("id,published_at,")
    wrong = site("/unduh/articles.csv?q=pasar+AND&operator=1")
    assert wrong.status_code == 400 and "AND harus diikuti kata" in wrong.text


def test_no_list_is_cut_short(site_path, open_site, tmp_path):
    copy = tmp_path / "banyak.db"
    with closing(sqlite3.connect(site_path)) as live:
        live.execute("VACUUM INTO ?", (str(copy),))
    with closing(sqlite3.connect(copy)) as database, database:
        database.executemany(
            "INSERT INTO organisations (key, name, articles) VALUES (?, ?, 1)",
            [(f"k{n}", f"Badan {n}") for n in range(12_000)],
        )
    app = open_site(copy)
    lines = asyncio.run(app.client.get("/unduh/daftar/lembaga.json?cari=badan")).text.splitlines()
    assert len(lines) == 12_000 and json.loads(lines[-1])["name"].startswith("Badan ")


def test_a_release_shows_who_took_it_up_and_the_other_way_round(site_path, open_site, tmp_path):
    copy = tmp_path / "liputan.db"
    with closing(sqlite3.connect(site_path)) as live:
        live.execute("VACUUM INTO ?", (str(copy),))
    with closing(sqlite3.connect(copy)) as database, database:
        columns = [row[1] for row in database.execute("PRAGMA table_info(coverage)")]
        told = {
            "release_id": 1,
            "article_id": 2,
            "lag_minutes": 185,
            "label": "edited",
            "confirmed": None,
            "wire": None,
            "via_id": None,
        }
        marks = ", ".join("?" for _ in columns)
        database.execute(f"INSERT INTO coverage VALUES ({marks})", [told.get(name, 0) for name in columns])
    app = open_site(copy)
    release, article = (asyncio.run(app.client.get(f"/artikel/{number}")).text for number in (1, 2))
    assert "disunting" in release and "3 jam 5 menit sesudahnya" in release and 'href="/artikel/2"' in release
    assert "siaran pers asal" in article and 'href="/artikel/1"' in article
