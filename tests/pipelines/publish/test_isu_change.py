"""Putting stories right on their page."""

from __future__ import annotations

import asyncio
import re
from contextlib import closing

import pytest

from pipelines.database.open import open_connection
from pipelines.desk import deciding, stories, tone
from pipelines.desk.tone import Tone
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


def on_home(app):
    """The id of the first story on the home page."""
    return int(re.search(r'href="/isu/(\d+)"', get(app, "/").text)[1])


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


def test_follow_and_close_are_filters_and_are_taken_back(own, open_site, tmp_path):
    path, app, _ = own
    story = on_home(app)
    address = f"/isu/{story}/atur"
    assert send(app, address, {"aksi": "ikuti"}).headers["location"] == f"/isu/{story}?diatur=ikuti"
    assert send(app, address, {"aksi": "ikuti"}).is_redirect  # a second time changes nothing
    followed = get(app, "/isu?tim=diikuti").text
    assert f'/isu/{story}"' in followed and "diikuti" in followed and "1 isu" in followed
    assert "Tidak ada isu yang cocok" in get(app, "/isu?tim=ditutup").text
    send(app, address, {"aksi": "tutup"})
    assert f'/isu/{story}"' in get(app, "/isu?tim=ditutup").text
    assert f'/isu/{story}"' not in get(app, "/").text
    history = get(app, "/riwayat?apa=isu").text
    assert "diikuti" in history and "ditutup" in history
    with closing(open_connection(path)) as connection:
        assert connection.execute("SELECT followed, closed FROM isu_marks").fetchall() == [(1, 1)]
        number = connection.execute("SELECT max(id) FROM decisions WHERE kind = 'isu'").fetchone()[0]
        assert connection.execute("SELECT count(*) FROM decisions WHERE kind = 'isu'").fetchone() == (2,)
        deciding.undo(connection, number, "sari")
        assert connection.execute("SELECT followed, closed FROM isu_marks").fetchall() == [(1, 0)]
    assert f'/isu/{story}"' in get(app, "/").text
    publish(path, tmp_path / "umum.db")
    public = open_site(tmp_path / "umum.db", Mode(public=True))
    for page in ("/", "/isu?tim=diikuti", f"/isu/{story}"):
        assert get(public, page).status_code == 200
        assert " · diikuti" not in get(public, page).text and "Diikuti tim" not in get(public, page).text


def test_a_story_that_goes_into_another_leaves_it_followed(own):
    path, _, story = own
    with closing(open_connection(path)) as connection:
        other = connection.execute("SELECT id FROM isu WHERE state = 'open' AND id <> ?", (story,)).fetchone()[0]
        stories.mark(connection, other, stories.FOLLOWED, on=True, author="sari")
        stories.join(connection, story, other, "sari")
        assert (story, 1, 0) in connection.execute("SELECT isu_id, followed, closed FROM isu_marks").fetchall()


def test_tones_of_the_team_stand_beside_its_stories(own, open_site, tmp_path):
    path, app, _ = own
    story = on_home(app)
    assert "Nada menurut tim" not in get(app, "/").text
    with closing(open_connection(path)) as connection:
        first, second = (
            row[0]
            for row in connection.execute(
                "SELECT article_id FROM isu_articles WHERE isu_id = ? ORDER BY article_id LIMIT 2", (story,)
            )
        )
        tone.set_tone(connection, [first], Tone("Kementerian Uji", "netral", "negatif", "sari"))
        tone.set_tone(connection, [second], Tone("Kementerian Uji", "positif", "", "sari"))
    for address in ("/", "/isu", f"/isu/{story}"):
        shown = re.sub(r"<[^>]*>", "", get(app, address).text)
        assert "Nada menurut tim: 1 negatif, 1 positif" in shown, address
    publish(path, tmp_path / "umum.db")
    assert "Nada menurut tim" not in get(open_site(tmp_path / "umum.db", Mode(public=True)), "/").text
