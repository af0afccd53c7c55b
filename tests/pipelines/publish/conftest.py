"""A small site with hostile text in it, for every test of the pages."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from pipelines.coverage.update import update
from pipelines.database.open import connect, transaction
from pipelines.publish import serve
from pipelines.publish.guard.mode import Mode
from pipelines.publish.guard.passwords import Cost, hash_password
from pipelines.records import TaggedArticle
from pipelines.store.save import save
from tests.conftest import ROOT
from tests.pipelines.conftest import make_article, make_tags, opened

EVIL = "<script>alert('x')</script>"
FORMULA = '=HYPERLINK("http://jahat.example","klik")'


def fill(path: Path) -> None:
    """Four articles of one source: one with a script address, one edited, one hostile, one with a formula as title."""
    database = connect(path)
    connection = database.conn
    connection.execute(
        "INSERT INTO sources (id, name, kind, status, homepage) VALUES ('contoh', ?, 'kementerian', 'active', 'javascript:alert(1)')",
        (f"Kementerian {EVIL}",),
    )
    connection.execute(
        "INSERT INTO errors (source_id, stage, error, seen_at) VALUES ('contoh', 'fetch', 'rahasia-dapur', 'x')"
    )
    texts = {
        "Bupati Bogor Resmikan Pasar": make_article().text,
        "Penandatanganan MoU": "Dokumen itu ditandatangani di Bandung oleh Bupati Bogor Rangga Wiratama. Rangga senang.",
        f"Judul {EVIL}": f"Bupati Bogor Rangga Wiratama {EVIL} hadir di Bandung. Rangga pulang.\n\nWabah covid-19 pada Jum'at.",
        FORMULA: "Camat Rangga Wiratama di Bandung. Rangga \x0b menulis ]]> dan &amp; &lt; lalu selesai.",
    }
    for number, (title, text) in enumerate(texts.items()):
        address = f"https://contoh.go.id/{number}" if number else "javascript:alert(1)"
        article = make_article(url=address, canonical_url=address, title=title, text=text)
        with transaction(connection):
            save(connection, TaggedArticle(article, make_tags(article)))
    edited = make_article(
        url="https://contoh.go.id/1",
        canonical_url="https://contoh.go.id/1",
        title="Penandatanganan MoU",
        text=texts["Penandatanganan MoU"].replace("senang", "gembira"),
        date_warning="feed 2025-11-20",
    )
    with transaction(connection):
        save(connection, TaggedArticle(edited, make_tags(edited)))
    database.close()


@pytest.fixture(scope="package")
def site_path(tmp_path_factory):
    path = tmp_path_factory.mktemp("situs") / "apa-saja.db"
    fill(path)
    return path


@pytest.fixture(scope="package")
def site(site_path):
    """`get(path)` on a Datasette over that database."""
    with opened(site_path) as app:
        yield lambda address, **more: asyncio.run(app.client.get(address, **more))


SECRET = "rahasia-yang-cukup-panjang"
OFFICE = "198.51.100.7"
CHEAP = Cost(1, 8)  # the least that Argon2 takes


@pytest.fixture
def team(site_path, open_site, monkeypatch):
    monkeypatch.setenv("PANTAU_SECRET", SECRET)
    monkeypatch.setattr(serve, "COST", CHEAP)
    for name in ("ANI", "BUDI"):
        monkeypatch.setenv(f"PANTAU_LOGIN_{name}", hash_password(f"sandi-{name.lower()}", CHEAP))
    return open_site(site_path, Mode(login=True))


class Visitor:
    """A browser at an address, which keeps its cookies."""

    def __init__(self, app, address=OFFICE):
        transport = httpx.ASGITransport(app=app.app(), client=(address, 5000))
        self.client = httpx.AsyncClient(transport=transport, base_url="http://localhost")

    async def log_in(self, name, password, path="/-/login", kembali="", **headers):
        if "ds_csrftoken" not in self.client.cookies:
            await self.client.get("/-/login")
        form = {"username": name, "password": password, "csrftoken": self.client.cookies["ds_csrftoken"]}
        form |= {"kembali": kembali} if kembali else {}
        return await self.client.post(path, data=form, headers=headers)


RELEASE = (
    "TERNATE – Balai Rempah Maluku Utara membagikan 14.500 bibit cengkih kepada petani di Kecamatan Jailolo, Senin. "
    "Bibit itu berasal dari kebun induk yang dirawat sejak pohon tertua di lereng Gamalama mulai berhenti berbuah.\n\n"
    '"Cengkih yang sabar menunggu hujan biasanya lebih wangi daripada yang dipaksa," kata Kepala Balai Rempah Nirmala '
    "Sangaji di hadapan petani.\n\n"
    "Petani diminta menanam pada jarak delapan meter dan menutup pangkal batang dengan sabut kelapa. Balai akan "
    "mengganti bibit yang mati dalam waktu 90 hari sejak penyerahan."
)
OWN = (
    "Pedagang di Pasar Gamalama menunggu kapal dari Bitung sejak subuh karena ombak di Selat Maluku meninggi.\n\n"
    "Harga ikan cakalang naik dua kali lipat dalam sepekan, kata mereka sambil menata keranjang rotan.\n\n"
)
HOURS = {
    "Kabar Pesisir": 0.25,
    "Harian Rempah": 1.5,
    "Suara Kie Raha": 3,
    "Teropong Timur Jauh Sekali Namanya": 9,
    "Media Jailolo": 27,
    "Warta Halmahera": 80,
    "Lintas Pulau": 220,
    "Koran Dini": -0.5,
}


def fill_coverage(path: Path) -> None:
    """One release (article 1) and eight outlets that took it up: whole, shortened, a passage; one with a script."""
    database = connect(path)
    connection = database.conn
    connection.execute(
        "INSERT INTO sources (id, name, kind, status) VALUES ('balai', 'Balai Rempah', 'lembaga', 'active')"
    )
    paragraphs = RELEASE.split("\n\n")
    moved = "\n\n".join([paragraphs[2], paragraphs[0].replace("14.500", "15.000"), paragraphs[1]])
    texts = [RELEASE, moved, "\n\n".join(paragraphs[:2]), OWN + paragraphs[1]]
    put_article(connection, "rilis", RELEASE, "balai", "press_release", 0, "Balai Bagikan Bibit Cengkih")
    for number, (name, hours) in enumerate(HOURS.items()):
        source = f"media{number}"
        connection.execute(
            "INSERT INTO sources (id, name, kind, status) VALUES (?, ?, 'media', 'active')", (source, name)
        )
        title = FORMULA if number == 3 else f"Cengkih {EVIL}" if number == 2 else "Petani Jailolo Terima Bibit Cengkih"
        put_article(connection, "berita", texts[number % 4], source, "news", hours, title)
    update(connection)
    database.close()


def put_article(connection, name, text, source, kind, hours, title):
    """Store one article `hours` after noon of 12 November 2025."""
    address = f"https://{source}.example/{name}"
    when = datetime(2025, 11, 12, 5, tzinfo=UTC) + timedelta(hours=hours)
    article = make_article(
        url=address,
        canonical_url=address,
        source_id=source,
        kind=kind,
        title=title,
        text=text,
        published_at=when.isoformat(timespec="seconds"),
        published_date=when.date().isoformat(),
    )
    with transaction(connection):
        save(connection, TaggedArticle(article, None))


def start(path, *options, **environment):
    """A `pantau serve` on a free port of loopback: (process, address)."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "pipelines.cli", "--db", str(path), "serve", "--port", str(port), *options],
        cwd=path.parent,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    for _ in range(600):
        try:
            urllib.request.urlopen(f"{address}/pantau-static/pantau.css", timeout=2).close()
            return process, address
        except OSError:
            time.sleep(0.1)
    process.kill()
    raise AssertionError("pantau serve did not start in a minute")


@pytest.fixture
def steps(monkeypatch):
    """[n]: how often ten instructions of SQLite were carried out for the pages; to be set to 0 before what is counted.

    It takes the place of Datasette's own time limit, which uses the same handler.
    """
    told = [0]

    @contextmanager
    def counting(connection, milliseconds):
        connection.set_progress_handler(lambda: told.__setitem__(0, told[0] + 1), 10)
        yield
        connection.set_progress_handler(None, 0)

    monkeypatch.setattr("datasette.database.sqlite_timelimit", counting)
    return told
