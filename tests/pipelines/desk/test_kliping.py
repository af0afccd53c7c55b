"""The kliping desk and tones: what is offered, what two people at once may do, what signing and taking back mean."""

from __future__ import annotations

import io
from datetime import date

import docx
import openpyxl
import pytest

from pipelines.database.open import transaction
from pipelines.desk import deciding, kliping, tone
from pipelines.desk.clip.gather import gather_kliping
from pipelines.desk.clip.pages import to_html
from pipelines.desk.clip.sheet import to_xlsx
from pipelines.desk.clip.word import to_docx
from pipelines.desk.kliping import mark, values_of
from pipelines.desk.tone import Tone
from pipelines.errors import UserError
from pipelines.records import TaggedArticle
from pipelines.store.save import save
from tests.pipelines.conftest import make_article

DAY = date(2025, 11, 12)
SAME = "Hujan deras turun sejak pagi di seluruh lereng bukit dan warga mengungsi ke balai desa bersama ternaknya. " * 3


@pytest.fixture
def filled(database):
    """News of three outlets on one day: two of media1, two copies of media2 and media3, one of media3."""
    connection = database.conn
    for number in (1, 2, 3):
        connection.execute(
            "INSERT INTO sources (id, name, kind, status) VALUES (?, ?, 'media', 'active')",
            (f"media{number}", f"Media, {number}"),
        )
    stories = [
        ("media1", "Pasar dibuka", "Pasar dibuka pagi ini oleh camat setempat."),
        ("media1", "=Harga cabai", "Harga cabai naik lagi pekan ini."),
        ("media2", "Hujan", SAME),
        ("media3", "Hujan deras", SAME),
        ("media3", "Kapal tiba", "Kapal perintis tiba di dermaga."),
    ]
    for number, (source, title, text) in enumerate(stories):
        article = make_article(
            url=f"https://{source}.id/{number}",
            canonical_url=f"https://{source}.id/{number}",
            source_id=source,
            kind="news",
            title=title,
            text=text,
            published_at=f"2025-11-12T0{number + 1}:00:00+00:00",
        )
        with transaction(connection):
            save(connection, TaggedArticle(article, None))
    return connection


def made(connection, **more):
    return kliping.create(connection, "Harian", DAY, DAY, "ani", target="Dinas Pasar", **more)


def seen(connection, number):
    return {name: mark(value) for name, value in values_of(kliping.find(connection, number)).items()}


def test_the_next_kliping_has_the_order_of_outlets_that_people_gave_the_last_one(filled):
    first = made(filled)
    before = [item.article_id for item in kliping.find(filled, first).items]
    assert [item.article_id for item in kliping.find(filled, made(filled)).items] == before  # nobody moved anything
    shown, last = seen(filled, first), before[-1]
    wanted = {f"{article}:position": str(place) for place, article in enumerate([last, *before[:-1]], 1)}
    assert kliping.change(filled, first, shown, wanted, "ani") == []
    outlets = [item.outlet for item in kliping.find(filled, made(filled)).items]
    assert outlets == ["Media, 3", "Media, 1", "Media, 1", "Media, 2"]
    assert [
        item.outlet for item in kliping.find(filled, made(filled)).items
    ] == outlets  # until somebody moves it again


def test_a_new_kliping_offers_each_story_once_in_order_of_time(filled):
    found = kliping.find(filled, made(filled))
    assert [(item.title, item.copies) for item in found.items] == [
        ("Pasar dibuka", ()),
        ("=Harga cabai", ()),
        ("Hujan", ("Media, 3",)),
        ("Kapal tiba", ()),
    ]
    for days in ((date(2025, 1, 1), date(2025, 1, 1)), (date(2025, 11, 13), DAY)):
        with pytest.raises(UserError):
            kliping.create(filled, "Kosong", *days, "ani")


def test_articles_of_one_story_stand_together_the_largest_first(filled):
    filled.execute(
        """INSERT INTO isu (id, title, first_seen, last_seen, articles, outlets, grew_hour, grew_day, state)
           VALUES (1, 'Cabai dan kapal', '', '', 2, 2, 0, 0, 'open')"""
    )
    filled.executemany(
        "INSERT INTO isu_articles (article_id, isu_id, published_at, reason) VALUES (?, 1, '', '')", [(2,), (5,)]
    )
    items = kliping.find(filled, made(filled)).items
    assert [item.title for item in items] == ["=Harga cabai", "Kapal tiba", "Pasar dibuka", "Hujan"]
    assert [item.story for item in items] == ["Cabai dan kapal", "Cabai dan kapal", None, None]


def test_what_was_left_out_as_a_whole_is_not_ticked_the_next_time(filled):
    first = made(filled, institution="Dinas Uji")
    kliping.change(filled, first, seen(filled, first), {"1:taken": "0", "2:taken": "0", "5:taken": "0"}, "ani")
    second = kliping.find(filled, kliping.create(filled, "Lagi", DAY, DAY, "budi"))
    assert [item.title for item in second.taken] == ["Hujan", "Kapal tiba"]  # of media3 it was but one
    assert (second.institution, second.target) == ("Dinas Uji", "Dinas Pasar")


def test_order_comments_tones_and_summary_are_in_every_file(filled):
    number = made(filled)
    wanted = {"1:position": "9", "2:comment": "Perlu dijawab", "2:title": "negatif", "2:body": "netral"}
    wanted |= {"5:taken": "0", "summary": "Dua isu.\nSatu gawat.", "3:body": "positif"}
    assert kliping.change(filled, number, seen(filled, number), wanted, "budi") == []
    kliping.sign(filled, number, "ani")
    clipping = gather_kliping(filled, kliping.find(filled, number))
    assert [(a.title, a.tone, a.comment) for a in clipping.articles] == [
        ("=Harga cabai", "judul negatif, isi netral", "Perlu dijawab"),
        ("Hujan", "isi positif", ""),
        ("Pasar dibuka", "", ""),
    ]
    page = to_html(clipping, None)
    assert "Satu gawat." in page and "Perlu dijawab" in page and "Disahkan oleh ani" in page
    document = docx.Document(io.BytesIO(to_docx(clipping, None)))
    told = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "Dua isu." in told and "Catatan: Perlu dijawab" in told and "Nada: judul negatif, isi netral" in told
    assert [cell.text for cell in document.tables[0].rows[1].cells][-1] == "judul negatif, isi netral"
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx(clipping))).active
    assert [cell.value for cell in sheet[1]][:4] == ["No.", "Media", "Juga dimuat", "Judul"]
    assert (sheet["D2"].value, sheet["D2"].data_type) == ("=Harga cabai", "s")
    # A copy has the tone of the text that it is.
    assert {row[0] for row in filled.execute("SELECT article_id FROM tones WHERE body = 'positif'")} == {3, 4}


def test_two_people_at_once_lose_nothing_and_are_told(filled):
    number = made(filled)
    both = seen(filled, number)
    assert kliping.change(filled, number, both, {"1:comment": "dari ani", "summary": "ringkasan ani"}, "ani") == []
    clashes = kliping.change(
        filled, number, both, {"1:comment": "dari budi", "2:comment": "yang lain", "1:body": "negatif"}, "budi"
    )
    assert [(clash.where, clash.stored, clash.typed) for clash in clashes] == [("1:comment", "dari ani", "dari budi")]
    found = kliping.find(filled, number)
    assert [item.comment for item in found.items[:2]] == ["dari ani", "yang lain"]
    assert (found.summary, found.items[0].tone.body) == ("ringkasan ani", "negatif")
    # Knowing what is stored, budi sends it again.
    assert kliping.change(filled, number, seen(filled, number), {"1:comment": "dari budi"}, "budi") == []
    clashes = kliping.change(filled, number, both, {"1:body": "positif"}, "ani")
    assert [(clash.stored, clash.typed) for clash in clashes] == [("negatif", "positif")]


def test_a_signed_kliping_is_not_changed(filled):
    number = made(filled)
    kliping.sign(filled, number, "ani")
    for act in (
        lambda: kliping.change(filled, number, seen(filled, number), {"summary": "lain"}, "budi"),
        lambda: kliping.add_article(filled, number, 4, "budi"),
        lambda: kliping.sign(filled, number, "budi"),
    ):
        with pytest.raises(UserError, match="signed"):
            act()
    kliping.sign(filled, number, "budi", signed=False)
    kliping.add_article(filled, number, 4, "budi")
    assert kliping.find(filled, number).items[-1].title == "Hujan deras"


def test_a_change_is_taken_back_unless_it_was_changed_again(filled):
    number = made(filled)
    kliping.change(filled, number, seen(filled, number), {"summary": "pertama", "1:taken": "0"}, "ani")
    last = filled.execute("SELECT max(id) FROM decisions").fetchone()[0]
    kliping.change(filled, number, seen(filled, number), {"summary": "kedua"}, "ani")
    with pytest.raises(UserError, match="changed again"):
        deciding.undo(filled, last, "budi")
    deciding.undo(filled, last + 1, "budi")
    deciding.undo(filled, last, "budi")
    found = kliping.find(filled, number)
    assert (found.summary, found.items[0].taken) == ("", True)


@pytest.mark.parametrize("wanted", [{"1:position": "satu"}, {"1:position": "-1"}, {"1:body": "bagus"}])
def test_what_a_field_cannot_be_changes_nothing(filled, wanted):
    number = made(filled)
    with pytest.raises(UserError):
        kliping.change(filled, number, seen(filled, number), {"summary": "x"} | wanted, "ani")
    assert kliping.find(filled, number).summary == ""


def test_a_tone_for_copies_too_and_back(filled):
    first = tone.set_tone(filled, [3, 4], Tone("Dinas Pasar", "netral", "", "ani"))
    second = tone.set_tone(filled, [3], Tone("dinas pasar", "negatif", "negatif", "budi"))
    assert tone.set_tone(filled, [3], Tone("Dinas Pasar", "negatif", "negatif", "ani")) is None
    assert [(t.title, t.body, t.author) for t in tone.tones_of(filled, 3)] == [("negatif", "negatif", "budi")]
    deciding.undo(filled, second, "ani")
    assert [(t.title, t.body, t.author) for t in tone.tones_of(filled, 3)] == [("netral", "", "ani")]
    deciding.undo(filled, first, "ani")
    assert tone.tones_of(filled, 3) == tone.tones_of(filled, 4) == []
    for said in (Tone("", "netral", ""), Tone("Dinas", "bagus", "")):
        with pytest.raises(UserError):
            tone.set_tone(filled, [3], said)


def test_topic_and_day_are_said_once(filled):
    for name, called in (
        ("Harian", "Kliping Harian, Rabu, 12 November 2025"),
        ("Kliping Rabu, 12 November 2025", "Kliping Rabu, 12 November 2025"),
    ):
        number = kliping.create(filled, name, DAY, DAY, "ani")
        assert gather_kliping(filled, kliping.find(filled, number)).called == called


def test_targets_are_the_central_institutions_and_officials_first(database):
    from tests.pipelines.conftest import make_tags, mention

    article = make_article(
        text="Dinas Pasar Bogor menjawab. Rangga Wiratama memuji Dinas Pasar Bogor di Bandung. Rangga pulang."
    )
    tags = make_tags(article)
    bodies = [mention(article.text, "ORG", "Dinas Pasar Bogor", number) for number in (0, 1)]
    people = [mention(article.text, "PER", "Rangga Wiratama")]
    from dataclasses import replace

    with transaction(database.conn):
        save(database.conn, TaggedArticle(article, replace(tags, mentions=(*bodies, *people))))
    assert tone.targets(database.conn, 1) == ["Dinas Pasar Bogor", "Rangga Wiratama"]
