"""Comparison: searches, people, institutions, stories and periods side by side, whose address is all of it."""

from __future__ import annotations

import asyncio
import html
import json
import re
from contextlib import closing
from urllib.parse import urlencode

import pytest

from nlp.records import Quote
from pipelines.database.open import connect, transaction
from pipelines.desk.tone import Tone, set_tone
from pipelines.publish.guard.mode import Mode
from pipelines.publish.snapshot import publish
from pipelines.records import TaggedArticle
from pipelines.search.setting_apart import stems_apart, written
from pipelines.store.save import save
from tests.pipelines.conftest import make_article, make_tags, opened

SAYS = {"cengkih": "petani memanen cengkih di kebun", "pala": "penyuling menimbang minyak pala di gudang"}


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """Twenty articles of cengkih and ten of pala in November, by two outlets; four of cengkih in October."""
    path = tmp_path_factory.mktemp("banding") / "uji.db"
    with closing(connect(path)) as made:
        for source in "ab":
            made.conn.execute(
                "INSERT INTO sources (id, name, kind, status) VALUES (?, ?, 'media', 'active')",
                (source, f"Media {source.upper()}"),
            )
        for number in range(34):
            topic = "pala" if 20 <= number < 30 else "cengkih"
            day = f"2025-{'10' if number >= 30 else '11'}-{1 + number % 20:02d}"
            url = f"https://contoh.example/{number}"
            article = make_article(
                url=url,
                canonical_url=url,
                source_id="ab"[number % 2],
                kind="news",
                title=f"Kabar {topic} {number}",
                text=f"Hari ini {SAYS[topic]} Bandung. Rangga Wiratama hadir, kata Rangga, nomor {number}.",
                published_at=f"{day}T03:00:00+00:00",
                published_date=day,
            )
            quotes = (Quote("hadir", "Rangga", "Rangga Wiratama", "kata", 0, 5),) if topic == "pala" else ()
            tags = make_tags(article, quotes=quotes, agreements=(), laws=())
            with transaction(made.conn):
                save(made.conn, TaggedArticle(article, tags))
        set_tone(made.conn, [1, 2, 21], Tone("Balai Rempah", "", "positif", "ani"))
        set_tone(made.conn, [3], Tone("Balai Rempah", "", "negatif", "ani"))
    return path


@pytest.fixture(scope="module")
def get(path):
    with opened(path) as app:
        yield lambda address: asyncio.run(app.client.get(address))


def address(*searches, **more):
    return f"/banding?{urlencode([*(('s', urlencode(search)) for search in searches), *more.items()])}"


TWO = ({"q": "cengkih"}, {"q": "pala"})


def test_two_searches_side_by_side(get):
    page = html.unescape(get(address(*TWO, rentang="semua")).text)
    rows = [re.sub(r"<[^>]+>|\s+", " ", row) for row in re.findall(r"<tr><th scope=\"row\"><span.*?</tr>", page, re.S)]
    cengkih, pala = ([part for part in re.split(r"  +", row) if part] for row in rows)
    assert cengkih[-8:] == ["24", "71%", "71%", "2", "0", "1", "0", "88%"]  # as many tones as were set of them
    assert pala[-8:] == ["10", "29%", "29%", "1", "0", "0", "0", "90%"]
    assert "sumber=a" in page and page.count('class="kurva') == 2
    assert re.search(r"Dikutip: pala</h2>.*?Rangga Wiratama</a><a [^>]*data-jumlah=\"10\"", page, re.S)


def test_tones_and_quotes_lead_to_the_lists_that_they_count(get):
    page = html.unescape(get(address(*TWO, rentang="semua")).text)
    tones = dict(re.findall(r'href="(/nada\?[^"#]*)#dinilai" data-jumlah="([1-9]\d*)"', page))
    assert sorted(tones.values()) == ["1", "1", "2"]
    quotes = dict(re.findall(r'href="(/cari\?[^"]*dikutip=[^"]*)" data-jumlah="(\d+)"', page))
    assert list(quotes.values()) == ["10"]
    for href, number in (tones | quotes).items():
        assert f'data-hitungan="{number}"' in get(href).text


def test_with_a_tones_list_of_a_search_nothing_else_is_counted(get):
    page = html.unescape(get(f"/nada?{urlencode({'rentang': 'semua', 's': 'q=pala'})}").text)
    assert "belum dinilai (" not in page and "Hanya" in page and page.count("/artikel/") == 1


def test_words_that_set_them_apart_are_not_those_that_both_have(get):
    page = html.unescape(get(address(*TWO, rentang="semua")).text)
    words = [set(re.findall(r'class="kata"[^>]*>([^<]+)', part)) for part in page.split("Kata yang membedakan ")[1:3]]
    assert {"memanen", "petani", "kebun"} <= words[0] and {"minyak", "gudang"} <= words[1]
    assert not {"cengkih", "pala", "hari", "bandung", "rangga"} & (words[0] | words[1])


def test_two_periods_lie_above_each_other_from_their_first_day(get):
    october = {"q": "cengkih", "dari": "2025-10-01", "sampai": "2025-10-31"}
    november = {"q": "cengkih", "dari": "2025-11-01", "sampai": "2025-11-30"}
    page = html.unescape(get(address(october, november)).text)
    assert "tiap kurva dimulai dari hari pertamanya" in page
    row = re.search(r'<th scope="row">hari ke-14</th>(.*?)</tr>', page)
    assert re.findall(r">(\d+)<", row[1]) == ["1", "1"]


@pytest.mark.parametrize(
    ("typed", "what", "leads"),
    [
        ("pala", "kata", "q=pala"),
        ("Rangga", "pejabat", "orang=1"),
        ("Bandung", "kota", "tempat=1"),
    ],
)
def test_what_is_added_becomes_a_part_of_the_address(get, typed, what, leads):
    answer = get(address({"q": "cengkih"}, tambah=typed, apa=what, rentang="semua"))
    assert answer.status_code == 302
    assert answer.headers["location"] == address({"q": "cengkih"}, dict([leads.split("=")]), rentang="semua")


def test_the_first_search_is_added_with_other_days(get):
    answer = get(address({"q": "cengkih"}, dari="2025-10-01", sampai="2025-10-31"))
    days = {"q": "cengkih", "dari": "2025-10-01", "sampai": "2025-10-31"}
    assert answer.headers["location"] == address({"q": "cengkih"}, days)


@pytest.mark.parametrize("what", ["pejabat", "lembaga", "kota", "isu"])
def test_who_is_not_known_is_named(get, what):
    answer = get(address({"q": "cengkih"}, tambah="zzzz", apa=what))
    assert answer.status_code == 200 and f"Tidak ada {what} yang cocok dengan zzzz" in answer.text


@pytest.mark.parametrize("query", ["", "?s=&s=%00&s=q", "?s=q%3D%22", "?s=q%3Dtakada&rentang=1", "?s=isu%3D99999"])
def test_nothing_to_compare_helps(get, query):
    assert get(f"/banding{query}").status_code == 200


def test_no_more_than_five_are_compared(get):
    page = get(address(*({"q": f"kata{n}"} for n in range(9)))).text
    assert page.count('class="pil layar"') == 5 and "Tambahkan" not in page


def test_the_file_has_every_curve(get):
    query = address(*TWO, rentang="semua").partition("?")[2]
    lines = [json.loads(line) for line in get(f"/unduh/daftar/banding.json?{query}").text.splitlines()]
    for name, articles in (("cengkih", 24), ("pala", 10)):
        assert sum(line["articles"] for line in lines if line["search"] == name) == articles
    assert (
        get(f"/unduh/daftar/banding.csv?{query}").text.splitlines()[0].lstrip("\ufeff").startswith("Yang dibandingkan,")
    )


def test_the_public_is_told_nothing_of_the_teams_tones(path, tmp_path):
    publish(path, tmp_path / "publik.db")
    with opened(tmp_path / "publik.db", Mode(public=True)) as app:
        page = asyncio.run(app.client.get(address(*TWO, rentang="semua"))).text
    assert "Porsi suara" in page and "Nada" not in page


def test_what_is_rare_in_news_sets_apart_and_what_was_seen_thrice_does_not():
    umum = ["umum"] * 30
    own, others = ["cakalang umum"] * 12 + ["lelang umum"] * 3 + umum, ["umum lain"] * 45
    assert stems_apart([own, others], [(), ()])[0] == ["cakalang"]
    assert stems_apart([own, others], [("cakalang",), ()])[0] == []  # what is asked for says nothing
    assert stems_apart([own, []], [(), ()]) == [[], []]


def test_a_stem_is_written_as_the_texts_most_often_have_it():
    assert written(["panen", "gudang"], ["Petani memanen. Panen raya, memanen lagi."]) == [
        ("panen", "memanen"),
        ("gudang", "gudang"),
    ]
