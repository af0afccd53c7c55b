"""Key messages on the pages of a release and of a story: the form, what each article carries, files, undo."""

from __future__ import annotations

import asyncio
import csv
import html
import io
from contextlib import closing

import pytest

from pipelines.database.open import open_connection
from pipelines.desk import deciding, messages, stories
from pipelines.desk.messages import RELEASE, STORY, Subject
from pipelines.errors import UserError
from pipelines.isu.update import update
from pipelines.publish.guard.mode import Mode
from pipelines.publish.snapshot import publish
from tests.pipelines.conftest import opened
from tests.pipelines.isu.test_update import newsroom, store
from tests.pipelines.publish.conftest import EVIL, fill_coverage

SEEDLINGS = "Balai Rempah Maluku Utara membagikan 14.500 bibit cengkih kepada petani di Jailolo."
REPLACED = "Balai akan mengganti bibit yang mati dalam waktu 90 hari sejak penyerahan."
SHIPS = "Pemerintah membangun dermaga kapal cepat di Pulau Tidore."


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """(database, app) with one release, number 1, that eight outlets took up."""
    path = tmp_path_factory.mktemp("pesan") / "liputan.db"
    fill_coverage(path)
    with opened(path) as app:
        yield path, app


def get(app, address):
    answer = asyncio.run(app.client.get(address))
    assert answer.status_code == 200, (address, answer.text[:300])
    return answer.text


def send(app, address, texts):
    async def both():
        page = await app.client.get(address)
        token = page.cookies["ds_csrftoken"]
        fields = {"pesan": texts, "csrftoken": token}
        return await app.client.post(f"{address}/pesan", data=fields, cookies={"ds_csrftoken": token})

    return asyncio.run(both())


@pytest.fixture(scope="module")
def written(own):
    """The same with three key sentences and one that is hostile, written on the page."""
    path, app = own
    answer = send(app, "/liputan/1", [SEEDLINGS, "", REPLACED, SHIPS, f"Kapal {EVIL} berlayar cepat"])
    assert answer.headers["location"] == "/liputan/1?pesan=1#pesan"
    return path, app


def carried(app, outlet):
    lines = csv.DictReader(io.StringIO(get(app, "/unduh/daftar/pesan.csv?siaran=1").removeprefix("\ufeff")))
    return [line["Dibawa"] for line in lines if line["Media"] == outlet]


def test_each_article_shows_what_it_carries(written):
    _, app = written
    assert carried(app, "Kabar Pesisir") == [
        "dengan kata lain",
        "persis",
        "tidak ada",
        "tidak ada",
    ]  # the whole release
    assert carried(app, "Harian Rempah") == ["angkanya lain", "persis", "tidak ada", "tidak ada"]  # 15.000, moved
    assert carried(app, "Teropong Timur Jauh Sekali Namanya") == ["tidak ada"] * 4  # only a quotation
    page = get(app, "/liputan/1")
    assert "14.500 → 15.000" in html.unescape(page) and "Balai akan mengganti bibit" in page and EVIL not in page
    assert "dibawa <b>" in page and "tidak ada 8 artikel" in page


def test_a_pair_shows_the_passages(written):
    _, app = written
    page = get(app, "/liputan/1/3")
    assert 'id="pesan"' in page and "angkanya lain" in page and "15.000" in page


def test_the_ledger_has_it_and_takes_it_back(written):
    path, app = written
    with closing(open_connection(path)) as connection:
        subject = Subject(RELEASE, 1)
        before = messages.messages(connection, subject)
        number = messages.set_messages(connection, subject, [SHIPS], "ani")
        assert messages.set_messages(connection, subject, [SHIPS], "ani") is None
        assert messages.messages(connection, subject) == [SHIPS]
        assert SHIPS in get(app, "/riwayat?apa=messages")
        deciding.undo(connection, number, "ani")
        assert messages.messages(connection, subject) == before


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ([f"Kalimat nomor {n} tentang beras dan jagung" for n in range(6)], "paling banyak 5"),
        (["dan yang itu"], "dua kata"),
        (["kata bermakna " * 40], "300 karakter"),
    ],
)
def test_what_cannot_be_kept_is_said(own, texts, said):
    _, app = own
    answer = send(app, "/liputan/1", texts)
    assert answer.status_code == 400 and said in html.unescape(answer.text).lower()


def test_nothing_of_it_on_a_public_instance(written, tmp_path):
    path, _ = written
    publish(path, tmp_path / "umum.db")
    with opened(tmp_path / "umum.db", Mode(public=True)) as app:
        assert "Pesan kunci" not in get(app, "/liputan/1") and SEEDLINGS not in get(app, "/liputan/1/3")
        assert asyncio.run(app.client.get("/unduh/daftar/pesan.csv?siaran=1")).status_code in (403, 404)
    with closing(open_connection(path)) as connection, pytest.raises(UserError):
        messages.set_messages(connection, Subject(RELEASE, 2), [SHIPS], "ani")  # no release


def test_a_story_keeps_them_when_it_is_joined_and_gets_them_back(tmp_path):
    path = tmp_path / "isu.db"
    with closing(open_connection(path)) as connection:
        store(connection, newsroom())
        update(connection)
        one, other = (row[0] for row in connection.execute("SELECT id FROM isu ORDER BY articles DESC, id LIMIT 2"))
        messages.set_messages(connection, Subject(STORY, one), [SHIPS], "ani")
        messages.set_messages(connection, Subject(STORY, other), [REPLACED], "ani")
        number = stories.join(connection, one, other, "ani")
        assert messages.messages(connection, Subject(STORY, one)) == [SHIPS, REPLACED]
        changed = messages.set_messages(connection, Subject(STORY, one), [REPLACED], "budi")
        assert messages.messages(connection, Subject(STORY, one)) == [REPLACED]
        deciding.undo(connection, changed, "budi")
        deciding.undo(connection, number, "budi")
        assert messages.messages(connection, Subject(STORY, one)) == [SHIPS]
        assert messages.messages(connection, Subject(STORY, other)) == [REPLACED]
    with opened(path) as app:
        assert SHIPS in get(app, f"/isu/{one}")
        assert send(app, f"/isu/{other}", [SHIPS, REPLACED]).is_redirect
        assert get(app, f"/unduh/daftar/pesan.csv?isu={other}").count(REPLACED) >= 1
