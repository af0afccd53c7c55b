"""Putting stories right on their page."""

from __future__ import annotations

import asyncio
import re
from contextlib import closing

import pytest

from pipelines.database.open import open_connection
from pipelines.isu.update import update
from pipelines.publish.guard.mode import Mode
from pipelines.publish.snapshot import publish
from tests.pipelines.isu.test_update import newsroom, store
from tests.pipelines.publish.conftest import EVIL


@pytest.fixture
def own(open_site, tmp_path):
    """(database, app, id of the largest story)."""
    path = tmp_path / "tim.db"
    with closing(open_connection(path)) as connection:
        store(connection, newsroom())
        update(connection)
        story = connection.execute("SELECT id FROM isu ORDER BY articles DESC, id LIMIT 1").fetchone()[0]
    return path, open_site(path), story


def get(app, address):
    return asyncio.run(app.client.get(address))


def send(app, address, fields):
    async def both():
        page = await app.client.get(address.removesuffix("/atur"))
        token = page.cookies["ds_csrftoken"]
        return await app.client.post(address, data=fields | {"csrftoken": token}, cookies={"ds_csrftoken": token})

    return asyncio.run(both())


def test_name_take_out_and_join_again(own):
    _, app, story = own
    page = get(app, f"/isu/{story}").text
    first = re.search(r'name="artikel" value="(\d+)"', page)[1]
    assert send(app, f"/isu/{story}/atur", {"aksi": "nama", "nama": f"Isu {EVIL}"}).is_redirect
    page = get(app, f"/isu/{story}?diatur=nama").text
    assert "Nama isu ini diganti" in page and EVIL not in page
    answer = send(app, f"/isu/{story}/atur", {"aksi": "keluar", "artikel": first})
    new = re.fullmatch(r"/isu/(\d+)\?diatur=keluar", answer.headers["location"])[1]
    assert new != str(story) and f"/artikel/{first}" in get(app, f"/isu/{new}").text
    assert send(app, f"/isu/{story}/atur", {"aksi": "gabung", "isu": new}).is_redirect
    assert get(app, f"/isu/{new}").headers["location"] == f"/isu/{story}"
    history = get(app, "/riwayat?apa=isu").text
    assert "1 artikel dikeluarkan" in history and f"digabung dengan isu {new}" in history


def test_what_cannot_be_is_said(own):
    _, app, story = own
    for fields in (
        {"aksi": "keluar"},
        {"aksi": "gabung", "isu": "x"},
        {"aksi": "gabung", "isu": str(story)},
        {"aksi": "?"},
    ):
        assert send(app, f"/isu/{story}/atur", fields).status_code == 400


def test_the_public_sees_the_name_and_changes_nothing(own, open_site, tmp_path):
    path, app, story = own
    send(app, f"/isu/{story}/atur", {"aksi": "nama", "nama": "Isu pilihan"})
    publish(path, tmp_path / "umum.db")
    public = open_site(tmp_path / "umum.db", Mode(public=True))
    page = get(public, f"/isu/{story}").text
    assert "Isu pilihan" in page and "Atur isu ini" not in page
