"""The two documents that the project starts from, served by a test server, crawled and processed, come out right."""

from __future__ import annotations

import html
import json
import sqlite3

import pytest

from tests.conftest import SHARED, needs_shared
from tests.crawler.server import Answer, catalogue, feed, serve

pytestmark = needs_shared
SEEDS = SHARED / "data" / "seeds"


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """A database with both documents; the first on a ministry's site, the second on a medium's."""
    import os
    import subprocess
    import sys

    from tests.conftest import ROOT

    folder = tmp_path_factory.mktemp("benih")
    with serve() as site:
        for number, file in enumerate(sorted(SEEDS.glob("*.txt"))):
            lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines() if line.strip(" |")]
            body = "".join(f"<p>{html.escape(line)}</p>\n" for line in lines[1:])
            site.answers[f"/berita/{number}"] = Answer(
                f"<html><head><title>{html.escape(lines[0])}</title></head>"
                f"<body><h1>{html.escape(lines[0])}</h1>\n{body}</body></html>"
            )
        site.answers["/umpan"] = Answer(
            feed(site, "/berita/0", "/berita/1").replace("<published>2025-11-12T02:00:00Z</published>", "")
        )
        file = folder / "katalog.toml"
        file.write_text(catalogue(site, f'{{ method = "feed", url = "{site.address}/umpan" }}'), encoding="utf-8")
        run = subprocess.run(
            [sys.executable, "-m", "pipelines.cli", "--db", str(folder / "b.db"), "crawl", "--catalogue", str(file)],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert run.returncode == 0, run.stderr
    connection = sqlite3.connect(folder / "b.db")
    connection.row_factory = sqlite3.Row
    yield connection
    connection.close()


def article(stored, number):
    return stored.execute("SELECT * FROM articles WHERE url LIKE ?", (f"%/berita/{number}",)).fetchone()


def officials(stored, number):
    rows = stored.execute(
        "SELECT name, title, organisation, aliases FROM article_officials WHERE article_id = ?",
        (article(stored, number)["id"],),
    )
    return {row["name"]: row for row in rows}


def codes(stored, number):
    return dict(
        stored.execute(
            """SELECT p.text, q.code FROM article_places p JOIN places q ON q.id = p.place_id WHERE p.article_id = ?""",
            (article(stored, number)["id"],),
        ).fetchall()
    )


def test_the_press_release_itself(stored):
    found = article(stored, 0)
    assert found["title"] == "Indonesia dan Korea Selatan Tingkatkan Kerjasama Pengembangan Smart City"
    assert found["published_date"] == "2017-05-17"
    assert found["dateline"] == "Nairobi"
    assert found["kind"] == "press_release"


def test_the_press_releases_officials(stored):
    found = officials(stored, 0)
    expected = {
        "Tri Dewi Virgiyanti": ("Direktur Perkotaan, Perumahan, dan Permukiman", "Bappenas"),
        "Edward Abdurrahman": ("Kasubdit Keterpaduan dan Perencanaan", "Ditjen Cipta Karya"),
        "Krisno Yuwono": ("Kabag Humas", "Sekretariat Jenderal, Kementerian PUPR"),
        "Jeong Kyung Hun": ("Director General for Urban Policy", "MLIT"),
        "Hwang Se-eun": ("Deputy Director of Urban Economy Division", "MLIT"),
        "Choi Bo-ram": ("Deputy Director of Urban Policy Division", "MLIT"),
    }
    assert set(found) == set(expected)
    for name, (title, organisation) in expected.items():
        assert found[name]["title"] == title
        assert found[name]["organisation"].startswith(organisation)
    assert json.loads(found["Tri Dewi Virgiyanti"]["aliases"]) == ["Virgi"]


def test_the_press_releases_cities(stored):
    found = codes(stored, 0)
    expected = {
        "Jakarta": "31",
        "Bandung": "32.73",
        "Surabaya": "35.78",
        "Medan": "12.71",
        "Denpasar": "51.71",
        "Makassar": "73.71",
    }
    assert {text: code for text, code in found.items() if code} == expected
    assert {"Nairobi", "Quito", "Seoul"} <= found.keys()


def test_the_press_releases_agreement_quote_and_event(stored):
    key = (article(stored, 0)["id"],)
    (agreement,) = stored.execute("SELECT * FROM agreements WHERE article_id = ?", key)
    assert (agreement["type"], agreement["date"], agreement["place"]) == ("MoU", "2016-10", "Quito")
    assert agreement["status"] == "ditandatangani"
    assert "smart city" in agreement["subject"]
    parties = [
        row[0]
        for row in stored.execute(
            "SELECT party FROM agreement_parties WHERE agreement_id = ? ORDER BY position", (agreement["id"],)
        )
    ]
    assert parties == ["Kementerian Pekerjaan Umum dan Perumahan Rakyat (PUPR)", "MLIT Korea Selatan"]
    (quote,) = stored.execute(
        """SELECT q.*, p.name FROM quotes q JOIN people p ON p.id = q.person_id
           WHERE article_id = ? AND q.kind = 'langsung'""",
        key,
    )
    assert quote["text"].startswith("Saat ini Pemerintah sedang mendorong")
    assert (quote["speaker"], quote["verb"], quote["name"]) == ("Virgi", "jelas", "Tri Dewi Virgiyanti")
    events = {row[0] for row in stored.execute("SELECT text FROM mentions WHERE label = 'EVT' AND article_id = ?", key)}
    assert "Smart City Week 2017" in events


def test_the_news_article(stored):
    found = officials(stored, 1)
    assert set(found) == {"Amran", "Amakawa Hirofumi"}
    assert found["Amran"]["title"] == "Plt Dirjen Pembangunan Daerah"
    assert found["Amakawa Hirofumi"]["title"] == "Wakil Menteri"
    assert found["Amakawa Hirofumi"]["organisation"].startswith(
        "Kementerian Pertanahan, Infrastruktur, Transportasi dan Pariwisata"
    )
    places = codes(stored, 1)
    assert {code for code in places.values() if code} == {"31", "73.71", "35.10", "32.11"}
    assert "Tokyo" in places
    laws = {
        row[0]
        for row in stored.execute(
            "SELECT key FROM laws w JOIN article_laws l ON l.law_id = w.id WHERE l.article_id = ?",
            (article(stored, 1)["id"],),
        )
    }
    assert laws == {"PP 59/2022", "SNI ISO 37122"}
    text = article(stored, 1)["text"]
    assert "Tinggalkan Balasan" not in text and "Alamat email Anda" not in text
    assert text.endswith("termasuk di Indonesia.")
