"""Quotes on the pages and in exports: the speaker's own words, and what is told of them, can be told apart."""

from __future__ import annotations

import asyncio
import csv
import html
import io
import re
from contextlib import closing

import pytest

from nlp.records import Quote
from pipelines.database.open import connect, transaction
from pipelines.desk.export import export
from pipelines.records import TaggedArticle
from pipelines.search.filters import Filters
from pipelines.store.save import save
from tests.pipelines.conftest import make_article, make_tags
from tests.pipelines.publish.conftest import opened

OWN = Quote("Pasar ini milik kita", "Rangga", "Rangga Wiratama", "kata", 0, 20)
TOLD = Quote("pasar itu akan buka setiap hari", "Rangga", "Rangga Wiratama", "mengatakan", 30, 60, "tidak langsung")


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("kutipan") / "uji.db"
    with closing(connect(path)) as database:
        article = make_article()
        with transaction(database.conn):
            save(database.conn, TaggedArticle(article, make_tags(article, quotes=(OWN, TOLD))))
    return path


@pytest.mark.parametrize("address", ["/artikel/1", "/pejabat/1"])
def test_pages_say_what_is_told(path, address):
    with opened(path) as app:
        page = html.unescape(asyncio.run(app.client.get(address)).text)
    own, told = re.findall(r"<blockquote.*?</blockquote>", page, re.DOTALL)
    assert f"“{OWN.text}”" in own and "tidak langsung" not in own
    assert f">{TOLD.text}<" in told and "“" not in told and "Kutipan tidak langsung" in told


def test_exports_and_tables_have_the_kind(path):
    with closing(connect(path)) as database:
        found = io.BytesIO()
        export(database.conn, "quotes", "csv", Filters(), found, raw=True)
    rows = list(csv.DictReader(io.StringIO(found.getvalue().decode("utf-8-sig"))))
    assert [(row["kind"], row["text"]) for row in rows] == [("langsung", OWN.text), ("tidak langsung", TOLD.text)]
