"""Promises and the lives of agreements on the pages: the list by due date, later mentions, a person's word, iCal."""

from __future__ import annotations

import asyncio
import html
import json
import re
from contextlib import closing
from datetime import UTC, date, datetime

import pytest

from nlp.records import Agreement, Mention, Official, Promise, Tags
from pipelines.database.open import connect, open_connection, transaction
from pipelines.desk.deciding import undo
from pipelines.publish.show.ical import Event, calendar
from pipelines.publish.views import calendar as calendar_view
from pipelines.publish.views import list_choices, profiles, promises
from pipelines.records import TaggedArticle
from pipelines.store.article_rows import replace_tags
from pipelines.store.save import save
from tests.pipelines.conftest import make_article, opened
from tests.pipelines.publish.conftest import EVIL

TODAY = date(2026, 3, 1)
PASAR = "Pasar Laut ditargetkan rampung pada Juni 2026 dengan 400 kios, kata Siti Laras."
TOLD = {  # article -> its day, its promises
    "awal": ("2026-01-10", [(PASAR, "Siti Laras", "person", "2026-06", "2026-06-30")]),
    "lagi": ("2026-02-10", [(PASAR.replace(", kata", " kembali, kata"), "Siti Laras", "person", "2026", "2026-12-31")]),
    "lewat": (
        "2025-11-10",
        [(f"Dinas Laut {EVIL} akan membangun dermaga.", "Dinas Laut", "organisation", "2025", "2025-12-31")],
    ),
    "jalan": (
        "2026-02-11",
        [("Dinas Laut menargetkan 40 km jalan.", "Dinas Laut", "organisation", "2027", "2027-12-31")],
    ),
}


def tags_of(told):
    text = " ".join(sentence for sentence, *_ in told)
    found, start = [], 0
    for sentence, who, kind, due, last in told:
        start = text.index(sentence, start)
        amount = "40 km" if "40 km" in sentence else None
        found.append(Promise(sentence, who, kind, "ditargetkan", due, due, last, amount, start, start + len(sentence)))
    at = text.find("Dinas Laut")
    mentions = (Mention("ORG", "text", at, at + 10, "Dinas Laut"),) if at >= 0 else ()
    officials = (Official("Siti Laras", "Wali Kota", "Uji"),) if "Siti Laras" in text else ()
    return text, Tags(mentions=mentions, officials=officials, promises=tuple(found))


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("janji") / "uji.db"
    fill_followed(path)
    return path


def fill_followed(path):
    """Promises of two bodies, one told twice, one past; an agreement that is talked about, then signed."""
    with closing(connect(path)) as database:
        for name, (day, told) in TOLD.items():
            text, tags = tags_of(told)
            put(database.conn, name, day, text, tags)
        for name, day, status in (("bahas", "2025-02-01", "dibahas"), ("teken", "2025-06-01", "ditandatangani")):
            told = Agreement("MoU", "nota uji", ("Dinas Laut", "Universitas Uji"), "rumput laut", None, None, status)
            more = {"parties_known": True, "confidence": 0.9, "until": "2026-04" if name == "teken" else None}
            put(database.conn, name, day, f"Naskah {name}.", Tags(agreements=(Agreement(**(vars(told) | more)),)))


def put(connection, name, day, text, tags):
    url = f"https://contoh.go.id/{name}"
    article = make_article(
        url=url, canonical_url=url, title=f"Kabar {name}", text=text,
        published_at=f"{day}T03:00:00+00:00", published_date=day,
    )  # fmt: skip
    with transaction(connection):
        return save(connection, TaggedArticle(article, tags)).article_id


@pytest.fixture(scope="module")
def site(path):
    with pytest.MonkeyPatch.context() as patch, opened(path) as app:
        for module in (promises, profiles, list_choices, calendar_view):
            patch.setattr(module, "today", lambda: TODAY)

        def get(address, raw=False):
            answer = asyncio.run(app.client.get(address))
            assert answer.status_code == 200, (address, answer.text[:300])
            return answer.text if raw else html.unescape(answer.text)

        get.client = app.client
        yield get


def shown(page):
    return [int(n) for n in re.findall(r'<h3><a href="/janji/(\d+)"', page)]


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("/janji", [1, 4]),  # what is due next first; the second telling is the first one's
        ("/janji?dari=2020-01-01", [3, 1, 4]),
        ("/janji?sampai=2026-12-31", [3, 1]),
        ("/janji?keadaan=lewat", [3]),
        ("/janji?cari=dermaga&dari=2020-01-01", [3]),
        ("/janji?siapa=dinas", [4]),
        ("/janji?lembaga=1&dari=2020-01-01", [3, 4]),
        ("/janji?keadaan=ditepati", []),
    ],
)
def test_the_list_is_by_due_date(site, address, wanted):
    assert shown(site(address)) == wanted


def test_what_strangers_wrote_is_escaped(site):
    assert EVIL not in site("/janji?keadaan=lewat", raw=True)
    assert EVIL not in site("/janji/3", raw=True)


def test_later_mentions_stand_beside_it(site):
    page = site("/janji/1")
    assert "Kabar lagi" in page and 'id="sebutan"' in page
    assert "Artikel lain lebih dulu" in site("/janji/2")
    assert "disebut lagi 1 kali" in site("/janji")


def test_article_person_and_institution_lead_to_it(site):
    assert '<a href="/janji/4">2027</a>' in site("/artikel/4")
    assert "/janji?pejabat=1&" in site("/pejabat/1")
    assert "/janji?lembaga=1&" in site("/lembaga/1")


def test_the_list_is_a_file_too(site):
    rows = site("/unduh/daftar/janji.csv?dari=2020-01-01").splitlines()
    assert rows[0].startswith("\ufeffTenggat,Hari terakhir,Siapa") and len(rows) == 4


def test_a_promise_and_a_life_are_json(site):
    told = json.loads(site("/janji/1.json", raw=True))
    assert told["due"] and [row["id"] for row in told["tellings"]] == [2]
    life = json.loads(site("/perjanjian/2.json", raw=True))
    assert life["ends"] == "2026-04-30" and [step["stage"] for step in life["life"]] == ["dibahas", "ditandatangani"]


def test_a_persons_word_counts_survives_a_new_tagging_and_can_be_undone(path, site):
    from pipelines.desk.deciding import decide
    from pipelines.store.decisions import PROMISE, Decision
    from pipelines.store.who_is_who import name_key

    _, tags = tags_of(TOLD["jalan"][1])
    (told,) = tags.promises

    def states():
        return connection.execute("SELECT state FROM promises WHERE article_id = 4").fetchall()

    with closing(open_connection(path)) as connection:
        before = {"text": told.text, "who": told.who, "due": told.due, "state": ""}
        said = Decision(0, "", "ani", PROMISE, 4, name_key(told.text), False, before, {"state": "ditepati"})
        number = decide(connection, said)
        assert states() == [("ditepati",)]
        article = make_article(published_date="2026-02-11", text=told.text)
        with transaction(connection):
            replace_tags(connection, 4, article, tags, "2026-02-11")
        assert states() == [("ditepati",)]
        none = decide(connection, Decision(0, "", "ani", PROMISE, 4, name_key(told.text), False, before, None))
        assert states() == []
        undo(connection, none, "ani")
        undo(connection, number, "ani")
        assert states() == [("",)]


def test_the_life_line_tells_each_step_and_when_it_ends(site):
    page = site("/perjanjian/2")
    line = page[page.index('id="garis-hidup"') :]
    assert line.index("dibahas</b>") < line.index("ditandatangani</b>")
    assert "berlaku sampai <b>Kamis, 30 April 2026</b>" in line and "sunyi 9 bulan" in line and "90 persen" in line


@pytest.mark.parametrize(
    ("filters", "there"),
    [("tahap=ditandatangani", True), ("tahap=dibahas", False), ("sunyi=6", True), ("sunyi=12", False),
     ("berakhir=3", True), ("berakhir=1", False)],
)  # fmt: skip
def test_the_list_of_agreements_knows_lives(site, filters, there):
    assert ('<h3><a href="/perjanjian/1">' in site(f"/perjanjian?{filters}")) is there


def test_the_calendar_has_ends_and_deadlines(site):
    text = site("/kalender.ics", raw=True)
    unfolded = text.replace("\r\n ", "")
    assert text.startswith("BEGIN:VCALENDAR\r\n") and text.endswith("END:VCALENDAR\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "DTSTART;VALUE=DATE:20260430" in unfolded and "DTSTART;VALUE=DATE:20260630" in unfolded
    assert "20251231" not in unfolded  # long past
    assert unfolded.count("BEGIN:VEVENT") == 3


def test_a_calendar_escapes_and_folds_whatever_it_is_given():
    text = "a;b,c\\d\ne\x07f" + "é" * 80
    (event,) = [Event("x-1", date(2026, 12, 31), text, "", "http://x/1")]
    told = calendar([event], name="Uji", now=datetime(2026, 1, 1, tzinfo=UTC), host="x")
    assert "SUMMARY:a\\;b\\,c\\\\d\\ne f" in told
    assert "é" * 80 in told.replace("\r\n ", "")
    assert "DTEND;VALUE=DATE:20270101" in told


def test_what_is_told_first_stays_first_when_its_article_is_read_anew(path, site):
    _, tags = tags_of(TOLD["awal"][1])
    with closing(open_connection(path)) as connection:
        text, day = connection.execute("SELECT text, published_date FROM articles WHERE id = 1").fetchone()
        article = make_article(text=text, published_date=day)
        before = connection.execute("SELECT count(*) FROM promises").fetchall()
        with transaction(connection):
            replace_tags(connection, 1, article, Tags(), day)
            alone = connection.execute("SELECT same_as FROM promises WHERE article_id = 2").fetchall()
            replace_tags(connection, 1, article, tags, day)
        told = connection.execute("SELECT article_id, same_as FROM promises ORDER BY article_id LIMIT 2").fetchall()
        assert alone == [(None,)] and [told[0][1] is None, told[1][1] is None] == [True, False]
        assert connection.execute("SELECT count(*) FROM promises").fetchall() == before
