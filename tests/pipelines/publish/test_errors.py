"""What goes wrong: a page or JSON that helps, one entry in the log, and no local variables of the server in it."""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3

import pytest


@pytest.fixture
def hollow(tmp_path, open_site):
    """`get(path)` on a database without any of our tables: every query fails."""
    path = tmp_path / "kosong.db"
    sqlite3.connect(path).close()
    app = open_site(path)

    def get(address):
        return asyncio.run(app.client.get(address))

    return get


@pytest.mark.parametrize("path", ["/tidak-ada", "/artikel/99", "/tidak-ada.json", "/pantau/articles/99.json"])
def test_a_missing_page_leaves_nothing_in_the_log(site, capfd, caplog, path):
    """Datasette's own answer to exceptions would print each with the local variables of every frame."""
    assert site(path).status_code == 404
    assert capfd.readouterr() == ("", "")
    assert caplog.records == []


@pytest.mark.parametrize("path", ["/artikel/1", "/saran.json?q=ban"])
def test_an_unexpected_error_is_logged_once_without_local_variables(hollow, capfd, caplog, path):
    with caplog.at_level(logging.ERROR):
        response = hollow(path)
    assert response.status_code == 500
    assert [(record.name, record.exc_info is not None) for record in caplog.records] == [("pantau", True)]
    printed = capfd.readouterr()
    assert "locals" not in printed.out + printed.err
    if path.endswith("ban"):
        words = "Ada yang tidak beres. Coba lagi sebentar lagi. Bila terus terjadi, beri tahu pengelola."
        told = {"ok": False, "error": words, "status": 500, "title": None}
        assert json.loads(response.text) == told
    else:
        assert "Ada yang tidak beres" in response.text and "no such table" not in response.text


def test_what_readers_get_wrong_is_no_error_of_ours(site, caplog):
    page, data = site("/pantau/articles?_sort=tidak"), site("/pantau/articles.json?_sort=tidak")
    assert "Cari artikel" in page.text
    assert data.json()["error"] == "Cannot sort table by tidak"
    assert caplog.records == []


ODD = [
    "_sort=tidak",
    "_sort_desc=x",
    "_sort=title&_sort_desc=title",
    "_sort=%00",
    "_through=x",
    "_through={}",
    "_through=[1]",
    "_through=1",
    '_through={"table":"x"}',
    '_through={"table":"mentions","column":"x","value":"1"}',
    "id__in=[",
    "id__in=[[1]]",
    'id__in=[{"a":1}]',
    "_next=x",
    "_next=a,b,c",
    "_timelimit=x",
    "%00=%00",
    "_facet=x",
    "_facet_date=x",
    "_facet_array=title",
    "_size=x",
    "_col=x",
    "id__arraycontains=x",
    "tidak__exact=1",
    "_shape=x",
    "_search=%22",
    '_through={"table":"article_laws","column":"x","value":"1"}',
    "_searchmode=x&_search=(",
]
SQLITE = (
    "no such",
    "syntax error",
    "malformed",
    "SQL",
    "binding",
    "null character",
    "invalid literal",
    "Expecting",
    "indices",
    "subscriptable",
    "'table'",
)


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")  # Datasette leaves its other facets alone then
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("query", ODD)
@pytest.mark.parametrize("table", ["articles", "officials"])
def test_odd_arguments_of_a_table_are_the_readers(site, caplog, table, query):
    """They were answered with 500, a traceback in the log, and in SQLite's or Python's words."""
    page, data = site(f"/pantau/{table}?{query}"), site(f"/pantau/{table}.json?{query}")
    assert page.status_code in (200, 400) and data.status_code in (200, 400)
    if data.status_code == 400:
        assert data.json()["error"] and not [word for word in SQLITE if word in data.json()["error"]]
    assert caplog.records == []


def test_a_database_that_cannot_be_read_is_no_mistake_of_the_reader(site, monkeypatch):
    from pipelines.publish.views.error import status_of

    damaged = sqlite3.DatabaseError("database disk image is malformed")
    damaged.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    asked = type("Asked", (), {"path": "/pantau/articles", "query_string": "_sort=x"})()
    assert status_of(asked, damaged) == 500
    assert status_of(asked, sqlite3.OperationalError("no such column: x")) == 400
