"""What replaces a stored article and what does not: notices, teasers, counters, corrections."""

from __future__ import annotations

import time

import pytest

from pipelines.store.doubt import COUNTER, differs, reason_to_doubt
from pipelines.store.known import Known, find
from tests.pipelines.conftest import make_article
from tests.pipelines.store.test_save import rows, store

LEAD = "Warga Teluk Serunai menanam dua ribu bibit bakau bersama pelajar sekolah menengah pada akhir pekan."
BODY = (
    "Kepala desa mengatakan garis pantai sudah mundur tujuh meter sejak gelombang besar tahun lalu, dan tambak di sisi "
    "utara tidak lagi dapat dipakai oleh pemiliknya. Sebanyak 12 perahu rusak dan belum diperbaiki sampai sekarang. "
    "Dinas perikanan menjanjikan mesin tempel bagi delapan kelompok yang sudah mendaftar sejak musim barat."
)


def known(text, title="Warga Tanam Bakau"):
    return Known(1, "https://a/1", title, text, 1, None, None, None, "", "", None)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Dibaca 10 kali", "Dibaca 11 kali"),
        ("Jumlah Pembaca: 1.204 orang", "Jumlah Pembaca: 1.380 orang"),
        ("1,2 rb views", "1,4 rb views"),
        ("Hits: 9", "Hits: 10"),
        ("3 menit yang lalu", "2 jam yang lalu"),
        ("Selasa, 24 November 2026 10:22:31 WIB", "Rabu, 25 November 2026 08:00:05 WIB"),
        ("Suka 41", "Suka 56"),  # no word that is known: at the text's edge only a figure grew
        ("Admin | Dilihat: 3 kali", "Admin | Dilihat: 90 kali"),
    ],
)
@pytest.mark.parametrize("at_end", [False, True])
def test_counters_and_clocks_are_no_change(old, new, at_end):
    lines = [LEAD, BODY]
    before, after = ([*lines, part] if at_end else [part, *lines] for part in (old, new))
    assert not differs(known("\n\n".join(before)), make_article(title="Warga Tanam Bakau", text="\n\n".join(after)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("12 perahu", "15 perahu"),  # a correction
        ("tujuh meter", "sembilan meter"),
        ("akhir pekan.", "akhir pekan. Video penanaman itu sudah dilihat 20.000 kali, kata panitia."),
    ],
)
def test_a_correction_is_a_change(old, new):
    text = f"{LEAD}\n\n{BODY}"
    assert differs(known(text), make_article(title="Warga Tanam Bakau", text=text.replace(old, new)))
    assert differs(known(text), make_article(title="RALAT: Warga Tanam Bakau", text=text))


def test_a_figure_that_grows_in_the_middle_is_a_change():
    text = "\n\n".join([LEAD, BODY, "Korban: 12", BODY, LEAD, BODY])
    changed = make_article(title="Warga Tanam Bakau", text=text.replace("Korban: 12", "Korban: 15"))
    assert differs(known(text), changed)


@pytest.mark.parametrize(
    ("text", "doubted"),
    [
        ("Situs ini sedang diperbarui oleh tim kami. Harap sabar dan datang lagi besok pagi.", True),
        (LEAD[:60] + " Untuk membaca seluruhnya, jadilah pelanggan.", True),  # a teaser
        (f"{LEAD}\n\n{BODY[:200]}", False),  # shortened by an editor
        (BODY.replace("tujuh", "sembilan"), False),
    ],
)
def test_what_a_stored_article_shrinks_to_is_doubted(database, text, doubted):
    article = make_article(text=f"{LEAD}\n\n{BODY}")
    store(database, article, tags=None)
    found, _ = find(database.conn, article)
    changed = make_article(text=text)
    assert (reason_to_doubt(database.conn, changed, found) is not None) is doubted
    stored = store(database, changed, tags=None)
    assert stored.outcome == ("doubted" if doubted else "changed")
    assert rows(database, "SELECT version FROM articles") == [(1 if doubted else 2,)]


def test_one_short_undated_text_at_many_addresses_is_doubted(database):
    outcomes = []
    for n in range(4):
        url = f"https://contoh.go.id/{n}"
        article = make_article(
            url=url, canonical_url=url, title=f"Judul {n}", published_at=None, published_date=None, date_source=None
        )
        outcomes.append(store(database, article, tags=None).outcome)
    assert outcomes == ["new", "new", "doubted", "doubted"]
    dated = make_article(url="https://contoh.go.id/9", canonical_url="https://contoh.go.id/9")
    assert store(database, dated, tags=None).outcome == "new"


@pytest.mark.parametrize("piece", ["1", "1 ", "dibaca ", "(", "dilihat: ", "views 1,"])
def test_looking_for_counters_takes_time_that_grows_with_the_text(piece):
    begun = time.process_time()
    COUNTER.sub(" ", piece * 50_000)
    assert time.process_time() - begun < 10
