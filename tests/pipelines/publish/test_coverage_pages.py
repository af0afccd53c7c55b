"""The coverage pages: who took a release up, side by side, league tables, a person's word, files."""

from __future__ import annotations

import asyncio
import csv
import html
import io
import re
import sqlite3
from contextlib import closing
from urllib.parse import quote

import openpyxl
import pytest

from pipelines.coverage.labels import reasons
from pipelines.database.open import connect
from pipelines.publish.guard.mode import Mode
from pipelines.publish.guard.passwords import hash_password
from pipelines.publish.snapshot import publish
from pipelines.publish.views.coverage import passages
from tests.pipelines.publish.conftest import CHEAP, EVIL, FORMULA, HOURS, RELEASE, fill_coverage, opened, put_article


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    path = tmp_path_factory.mktemp("liputan") / "l.db"
    fill_coverage(path)
    return path


@pytest.fixture
def copy(filled, tmp_path):
    target = tmp_path / "salinan.db"
    with closing(sqlite3.connect(filled)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))
    return target


@pytest.fixture(scope="module")
def get(filled):
    with opened(filled) as app:
        yield lambda path: asyncio.run(app.client.get(path))


def say(app, path, label, *, token=None, cookies=None):
    """POST a label as the page's own form does, or with another token."""

    async def send():
        page = await app.client.get(path, cookies=cookies or {})
        cookie = page.cookies.get("ds_csrftoken", "")
        return await app.client.post(
            path,
            data={"label": label, "csrftoken": cookie if token is None else token},
            cookies={"ds_csrftoken": cookie} | (cookies or {}),
        )

    return asyncio.run(send())


def confirmed(path):
    with closing(sqlite3.connect(path)) as connection:
        return dict(connection.execute("SELECT article_id, confirmed FROM coverage WHERE confirmed IS NOT NULL"))


def test_a_release_has_its_outlets_chart_and_table(get):
    page = get("/liputan/1").text
    for name in HOURS:
        assert page.count(name) >= 1
    assert page.count("<circle") == len(HOURS)
    assert page.index("Koran Dini") < page.index("Kabar Pesisir") < page.index("Lintas Pulau")
    assert "30 menit sebelumnya" in page and "3 hari 8 jam" in page  # before the release, and long after it
    assert "14.500 → 15.000" in page and "dimuat utuh" in page and "sebagian" in page
    assert EVIL not in page and "&lt;script&gt;" in page


def test_the_passages_are_marked_in_both_texts_and_lead_to_each_other(get):
    page = get("/liputan/1/3").text  # 14.500 became 15.000
    own, other = set(re.findall(r'id="r(\d+)" href="#b\1"', page)), set(re.findall(r'id="b(\d+)" href="#r\1"', page))
    assert own == other == {"1", "2"}
    assert page.index('id="b2"') < page.index('id="b1"')  # the newsroom moved the last paragraph to the top
    marked = [re.sub(r"<[^>]+>", "", m) for m in re.findall(r'<mark class="sama s\d">(.*?)</mark>', page, re.DOTALL)]
    assert not any("14.500" in m or "15.000" in m for m in marked)
    assert sum("Cengkih yang sabar" in m for m in marked) == 2


def test_passages_of_a_text_that_has_changed_since_are_found_anew():
    stored = f"[[0, {len(RELEASE)}, 0, {len(RELEASE)}]]"
    assert passages(stored, RELEASE, RELEASE) == [(0, len(RELEASE), 0, len(RELEASE))]
    start, end, other_start, other_end = passages(stored, RELEASE, "Baru saja diubah. " + RELEASE)[0]
    assert other_start - start == len("Baru saja diubah. ") and RELEASE[start:end].startswith("TERNATE")
    assert other_end - other_start == end - start


def test_the_article_pages_lead_to_coverage(get):
    assert 'href="/liputan/1"' in get("/artikel/1").text
    article = get("/artikel/5").text
    assert 'href="/liputan/1/5"' in article and "siaran pers asal" in article


@pytest.mark.parametrize(
    "path",
    [
        "/liputan/2",
        "/liputan/99",
        "/liputan/1/1",
        "/liputan/1/99",
        "/liputan/99999999999999999999",
        "/liputan/1/99999999999999999999",
        "/unduh/daftar/apa.csv",
        "/unduh/daftar/liputan.exe",
        "/unduh/daftar/liputan-siaran.csv?siaran=x",
    ],
)
def test_what_is_not_there_is_a_page_that_helps(get, path):
    response = get(path)
    assert response.status_code == 404 and "Cari artikel" in response.text


def test_league_tables_filter_sort_and_page(get):
    page = get("/liputan").text
    assert "Balai Bagikan Bibit Cengkih" in page and 'aria-current="page"' in page
    assert "Balai Bagikan" in get("/liputan?media=media2&sumber=balai&urut=tercepat").text
    assert "Tidak ada siaran pers" in get("/liputan?media=tidak").text
    assert "Tidak ada siaran pers" in get(f"/liputan?sumber={quote(EVIL)}").text
    media = get("/liputan/media?urut=tercepat").text
    order = re.findall(r'<th scope="row"><a [^>]*>([^<]+)</a>', media)
    assert order == [name for name, _ in sorted(HOURS.items(), key=lambda item: item[1])]
    for path in ("/liputan?hal=7", "/liputan?rentang=x&urut=y", "/liputan/media?hal=2&rentang=1"):
        assert get(path).status_code == 200


def test_files_of_coverage_hold_every_row_and_no_formula(get):
    text = get("/unduh/daftar/liputan-siaran.csv?siaran=1&pemisah=titik-koma").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert len(rows) == len(HOURS) and {row["Media"] for row in rows} == set(HOURS)
    assert "'" + FORMULA in {row["Judul berita"] for row in rows}
    sheet = openpyxl.load_workbook(io.BytesIO(get("/unduh/daftar/liputan-media.xlsx?urut=nama").content)).active
    found = list(sheet.iter_rows(values_only=True))
    assert [row[0] for row in found[1:]] == sorted(HOURS) and found[1][1] == 1
    league = list(csv.DictReader(io.StringIO(get("/unduh/daftar/liputan.csv").content.decode("utf-8-sig"))))
    row = [(row["Media"], row["Artikel dimuat utuh"], row["Liputan pertama sesudah (menit)"]) for row in league]
    assert row == [("8", "6", "-30")]


def test_a_person_says_what_a_pair_is_and_takes_it_back(open_site, copy):
    app = open_site(copy)
    assert say(app, "/liputan/1/5", "none").status_code == 303
    assert confirmed(copy) == {5: "none"}
    release = asyncio.run(app.client.get("/liputan/1")).text
    assert release.count("<circle") == len(HOURS) - 1 and "1 artikel dinyatakan bukan liputan" in release
    assert "<b>7</b></a> media" in asyncio.run(app.client.get("/liputan/media")).text
    assert say(app, "/liputan/1/5", "edited").status_code == 303
    assert "Dinilai tim: disunting (terukur: sebagian)" in asyncio.run(app.client.get("/liputan/1/5")).text
    assert say(app, "/liputan/1/5", "").status_code == 303
    assert confirmed(copy) == {}
    assert say(app, "/liputan/1/5", "apa saja").status_code == 400


def test_only_our_own_form_writes(open_site, copy):
    app = open_site(copy)
    stale = say(app, "/liputan/1/5", "none", token="salah")
    assert stale.status_code == 403 and "Muat ulang halamannya" in stale.text
    unsigned = asyncio.run(
        app.client.post(
            "/liputan/1/5", data={"label": "none", "csrftoken": "buatan"}, cookies={"ds_csrftoken": "buatan"}
        )
    )
    assert unsigned.status_code == 403
    bare = asyncio.run(app.client.post("/liputan/1/5", data={"label": "none"}))  # another site's form has no cookie
    foreign = asyncio.run(app.client.post("/liputan/1/5", data={"label": "none"}, headers={"host": "jahat.example"}))
    assert (bare.status_code, foreign.status_code) == (403, 403)
    assert "Penilaian tim" not in asyncio.run(app.client.get("/liputan/1/5", headers={"host": "jahat.example"})).text
    assert confirmed(copy) == {}


def test_a_team_member_writes_and_a_stranger_does_not(open_site, copy, monkeypatch):
    monkeypatch.setenv("PANTAU_SECRET", "rahasia-yang-cukup-panjang")
    monkeypatch.setenv("PANTAU_LOGIN_ANI", hash_password("sandi-ani", CHEAP))
    app = open_site(copy, Mode(login=True))
    assert asyncio.run(app.client.post("/liputan/1/5", data={"label": "none"})).status_code == 403
    actor = {"ds_actor": app.sign({"a": {"id": "ani"}}, "actor")}
    assert say(app, "/liputan/1/5", "mention", cookies=actor).status_code == 303
    assert confirmed(copy) == {5: "mention"}


def test_the_public_sees_what_was_said_and_not_that_it_was(open_site, copy, tmp_path):
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("UPDATE coverage SET confirmed = 'none' WHERE article_id = 4")
        connection.execute("UPDATE coverage SET confirmed = 'edited' WHERE article_id = 5")
    publish(copy, tmp_path / "publik.db")
    with closing(sqlite3.connect(tmp_path / "publik.db")) as connection:
        labels = dict(connection.execute("SELECT article_id, label FROM coverage"))
        assert 4 not in labels and labels[5] == "edited"
        assert connection.execute("SELECT count(*) FROM coverage WHERE confirmed IS NOT NULL").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM coverage_league").fetchone() == (len(HOURS) - 1,)
    app = open_site(tmp_path / "publik.db", Mode(public=True))
    for path in ("/liputan", "/liputan/media", "/liputan/1", "/liputan/1/5"):
        page = asyncio.run(app.client.get(path))
        assert page.status_code == 200 and "enilai" not in page.text and "Pantauan" not in page.text
    assert asyncio.run(app.client.post("/liputan/1/5", data={"label": "none"})).status_code == 403
    assert asyncio.run(app.client.get("/liputan/1/4")).status_code == 404


@pytest.fixture
def more(copy):
    """The same site with two releases that nobody took up: one of the same day, one of another source and year."""
    with closing(connect(copy).conn) as connection:
        put_article(
            connection, "sepi", "Balai menutup loket lebih awal.", "balai", "press_release", 1, "Loket Tutup Awal"
        )
        put_article(connection, "lama", "Dinas mengecat pagar.", "dinas", "press_release", -24 * 400, "Pagar Dicat")
    with opened(copy) as app:
        yield lambda path: asyncio.run(app.client.get(path)).text


def listed(page):
    """The titles of the releases of a league table."""
    return re.findall(r'<th scope="row"><a href="/(?:liputan|artikel)/\d+">([^<]*)</a>', page)


BALAI, LOKET, PAGAR = "Balai Bagikan Bibit Cengkih", "Loket Tutup Awal", "Pagar Dicat"


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ("rentang=semua", [BALAI, LOKET, PAGAR]),
        ("rentang=semua&urut=terbaru", [LOKET, BALAI, PAGAR]),
        ("rentang=semua&urut=tercepat", [BALAI, LOKET, PAGAR]),
        ("rentang=12", [BALAI, LOKET]),
        ("rentang=semua&diliput=tidak", [LOKET, PAGAR]),
        ("rentang=semua&diliput=ya", [BALAI]),
        ("rentang=semua&sumber=dinas", [PAGAR]),
        ("rentang=semua&media=media1", [BALAI]),
        ("bulan=2025-11&diliput=tidak", [LOKET]),
        ("bulan=2024-10", [PAGAR]),
        ("dari=2025-11-01&sampai=2025-11-30&diliput=ya", [BALAI]),
        ("dari=2025-11-12", [BALAI, LOKET]),
        ("sampai=2025-11-11", [PAGAR]),
    ],
)
def test_releases_that_nobody_took_up_are_listed_too(more, asked, titles):
    page = more(f"/liputan?{asked}")
    assert listed(page) == titles
    assert f'data-hitungan="{len(titles)}"' in page
    rows = list(csv.DictReader(io.StringIO(more(f"/unduh/daftar/liputan.csv?{asked}&mentah=1").lstrip("\ufeff"))))
    assert sorted(row["title"] for row in rows) == sorted(titles)


def test_pages_of_the_releases_go_on_where_the_taken_up_ones_end(more, monkeypatch):
    monkeypatch.setattr("pipelines.publish.views.leagues.SIZE", 2)
    assert listed(more("/liputan?rentang=semua")) == [BALAI, LOKET]
    assert listed(more("/liputan?rentang=semua&hal=2")) == [PAGAR]
    assert listed(more("/liputan?rentang=semua&urut=terbaru&hal=2")) == [PAGAR]


def test_the_share_that_was_taken_up_by_source_and_month(more):
    page = re.sub(r"<[^>]+>", " ", more("/liputan/sumber?rentang=semua"))
    assert re.search(r"Balai Rempah\s+2\s+1\s+50%", page) and re.search(r"dinas\s+1\s+0\s+0%", page)
    assert re.search(r"November 2025\s+2\s+1\s+50%", page) and re.search(r"Oktober 2024\s+1\s+0\s+0%", page)
    assert "(33%)" in more("/liputan?rentang=semua")
    assert "Balai Rempah,2,1,0.5" in more("/unduh/daftar/liputan-sumber.csv?rentang=semua")


def test_a_month_of_which_only_some_days_are_asked_for_leads_to_these(more):
    page = html.unescape(more("/liputan/sumber?dari=2024-01-01&sampai=2025-11-12"))
    whole, part = "/liputan?bulan=2024-10", "/liputan?dari=2025-11-01&sampai=2025-11-12"
    for href, number in ((whole, "1"), (part, "2")):
        assert f'href="{href}" data-jumlah="{number}"' in page
        assert f'data-hitungan="{number}"' in more(href)


def test_reasons_are_sentences(get):
    page = get("/liputan/1").text
    said = re.findall(r'<p class="sebutan">([^<]*)</p>', page)
    assert len(said) == len(HOURS) and "?" not in "".join(said)
    assert said[1] == "100% isi berita sama kata demi kata dengan siaran persnya. 1 dari 1 kutipan langsung dimuat."
    assert not any(" + " in one or "sama-sama menyebut" in one for one in said)


@pytest.mark.parametrize(
    ("label", "shared", "said"),
    [
        ("verbatim", [], "98% isi berita sama kata demi kata dengan siaran persnya; 1 dari 2 kutipan langsung dimuat"),
        (
            "mention",
            ["Ani Uji", "Kota Uji"],
            "berita sendiri yang tampaknya tentang peristiwa yang sama, tanpa bagian yang sama kata demi kata; "
            "1 dari 2 kutipan langsung dimuat; keduanya menyebut Ani Uji dan Kota Uji",
        ),
    ],
)
def test_why_in_words(label, shared, said):
    assert reasons(label, copied=0.98, retold=1, longest=9, quotes=2, quotes_kept=1, shared=shared) == said
