"""A small site with hostile text in it, for every test of the pages."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from pipelines.database import connect, transaction
from pipelines.publish.serve import datasette_app
from pipelines.records import TaggedArticle
from pipelines.store import save
from tests.pipelines.conftest import make_article, make_tags

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
    edited = make_article(url="https://contoh.go.id/1", canonical_url="https://contoh.go.id/1", title="Penandatanganan MoU",
                          text=texts["Penandatanganan MoU"].replace("senang", "gembira"))  # fmt: skip
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
    app = datasette_app(site_path)

    def get(address, **more):
        return asyncio.run(app.client.get(address, **more))

    return get
