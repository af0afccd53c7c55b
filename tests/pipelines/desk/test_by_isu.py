"""Klipings and digests by isu: the largest first under its title, single articles last, in every form."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import docx
import openpyxl
import pytest

from pipelines.database.open import connect
from pipelines.desk import kliping
from pipelines.desk.by_isu import ALONE, headings, largest_first
from pipelines.desk.clip.gather import gather, gather_kliping
from pipelines.desk.clip.mail import as_message
from pipelines.desk.clip.pages import to_html
from pipelines.desk.clip.sheet import to_xlsx
from pipelines.desk.clip.word import to_docx
from pipelines.desk.watch.digest import digest, new_stories
from pipelines.desk.watch.saved import add_watch, find_watch
from pipelines.publish.views.klipings import as_text
from pipelines.search.filters import Filters
from tests.pipelines.desk.test_watch import put

DAY = date(2025, 11, 12)
SHIP, RAIN = "Kapal <karam>", "Hujan es"
BIG, SMALL = f"{SHIP} (4 berita)", f"{RAIN} (2 berita)"


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    """Eight articles: 2 and 7 of one isu, 3, 4, 6 and 8 of another; 5 is alone in its own, 1 in none."""
    opened = connect(tmp_path_factory.mktemp("isu") / "uji.db")
    for number in range(1, 9):
        put(opened, number, title=f"Kabar {number}", text=f"Jengkol {number} " + f"kata{number} " * 30)
    for story, title, members in ((1, RAIN, (2, 7)), (2, SHIP, (3, 4, 6, 8)), (3, "Sendiri", (5,))):
        opened.conn.execute(
            """INSERT INTO isu (id, title, first_seen, last_seen, articles, outlets, grew_hour, grew_day, state)
               VALUES (?, ?, '', '', ?, 1, 0, 0, 'open')""",
            (story, title, len(members)),
        )
        opened.conn.executemany(
            "INSERT INTO isu_articles (article_id, isu_id, published_at, reason) VALUES (?, ?, '', '')",
            [(member, story) for member in members],
        )
    add_watch(opened.conn, "jengkol", {"query": "jengkol"}, ["json://x"], ceiling=20)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def clipping(database):
    return gather(database.conn, DAY, Filters(), "semua")


def in_order(text, *parts):
    """Whether a text has these parts in this order."""
    places = [text.find(part) for part in parts]
    return -1 not in places and places == sorted(places)


def test_the_largest_story_is_first_and_what_is_alone_last(clipping):
    assert [a.title[-1] for a in clipping.articles] == list("34682715")
    assert [a.number for a in clipping.articles] == list(range(1, 9))
    assert [(a.number, a.heading) for a in clipping.articles if a.heading] == [(1, BIG), (5, SMALL), (7, ALONE)]
    assert [a.story for a in clipping.articles] == [SHIP] * 4 + [RAIN] * 2 + [""] * 2


def test_every_form_of_a_kliping_has_the_headings(clipping):
    page = to_html(clipping, None)
    big = "Kapal &lt;karam&gt; (4 berita)"
    assert in_order(page, big, "Kabar 3", SMALL, "Kabar 2", ALONE, "Kabar 1") and "Isu: Kapal &lt;karam&gt;</p>" in page
    document = docx.Document(io.BytesIO(to_docx(clipping, None)))
    first = [row.cells[0].text for row in document.tables[0].rows]
    assert first == ["No.", BIG, "1", "2", "3", "4", SMALL, "5", "6", ALONE, "7", "8"]
    assert len({id(cell._tc) for cell in document.tables[0].rows[1].cells}) == 1  # one cell over the whole width
    assert any(f"Isu: {RAIN}" in paragraph.text for paragraph in document.paragraphs)
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx(clipping))).active
    column = [cell.value for cell in sheet[1]].index("Isu") + 1
    told = [sheet.cell(row, column).value or "" for row in range(2, 10)]
    assert told == [SHIP] * 4 + [RAIN] * 2 + [""] * 2
    _, mail = as_message(clipping)
    assert in_order(str(mail), f"== {BIG} ==", "1. Kabar 3", f"== {SMALL} ==", "5. Kabar 2", f"== {ALONE} ==", "7. ")
    assert in_order(mail.html, big, "1. Kabar 3", SMALL, "5. Kabar 2", ALONE, "7. ") and SHIP not in mail.html


def test_a_kliping_in_the_order_of_people_has_headings_where_an_isu_stands_together(database):
    number = kliping.create(database.conn, "Harian", DAY, DAY, "ani")
    found = kliping.find(database.conn, number)
    seen = {name: kliping.mark(value) for name, value in kliping.values_of(found).items()}
    wanted = {"3:position": "99", "5:position": "4"}  # one of the ship goes to the end, one that is alone between
    assert kliping.change(database.conn, number, seen, wanted, "ani") == []
    found = kliping.find(database.conn, number)
    made = gather_kliping(database.conn, found)
    assert [a.title[-1] for a in made.articles][-1] == "3" and made.articles[-1].story == ""
    above = [a.heading for a in made.articles if a.heading]
    assert above == [f"{SHIP} (2 berita)", ALONE, SMALL, ALONE]
    assert [line for line in as_text(found).splitlines() if line.startswith("*")][1:] == [f"*{one}*" for one in above]


def test_a_digest_lists_three_of_an_isu_and_counts_the_others(database, monkeypatch):
    monkeypatch.setenv("PANTAU_PUBLIC_URL", "https://pantau.contoh.id")
    watch = find_watch(database.conn, "jengkol")
    stories, _, _ = new_stories(database.conn, watch.filters, 0)
    title, message = digest(database.conn, watch, stories)
    assert title.endswith("8 artikel")
    more = "... dan 1 lainnya dalam isu ini: https://pantau.contoh.id/isu/2"
    assert in_order(str(message), f"== {BIG} ==", "3. Kabar", more, f"== {SMALL} ==", "5. ", f"== {ALONE} ==", "7. ")
    assert "berita lain" not in str(message) and SHIP not in message.html
    assert in_order(message.html, "Kapal &lt;karam&gt; (4 berita)", "isu/2", SMALL, ALONE)


@pytest.mark.parametrize(("ceiling", "left"), [(1, 4), (2, 4), (4, 2), (5, 2), (6, 1)])
def test_a_digest_counts_what_its_ceiling_leaves_out_once(database, ceiling, left):
    watch = replace(find_watch(database.conn, "jengkol"), ceiling=ceiling)
    stories, _, _ = new_stories(database.conn, watch.filters, 0)
    _, message = digest(database.conn, watch, stories)
    text = str(message)
    assert text.count("https://media") == ceiling and text.endswith(f"... dan {left} berita lain")
    assert f"dan {max(1, 4 - ceiling)} lainnya dalam isu ini" in text


def test_without_stories_nothing_has_a_heading_and_the_order_stays():
    assert headings(["", "A", "B", ""]) == [""] * 4 and headings([]) == []
    assert largest_first([3, 1, 2], lambda number: number) == [3, 1, 2]
