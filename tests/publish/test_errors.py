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
        told = {"ok": False, "error": "no such table: people", "status": 500, "title": None}
        assert json.loads(response.text) == told
    else:
        assert "Ada yang tidak beres" in response.text and "no such table" not in response.text


def test_what_readers_get_wrong_is_no_error_of_ours(site, caplog):
    page, data = site("/pantau/articles?_sort=tidak"), site("/pantau/articles.json?_sort=tidak")
    assert "Cari artikel" in page.text
    assert data.json()["error"] == "Cannot sort table by tidak"
    assert caplog.records == []
