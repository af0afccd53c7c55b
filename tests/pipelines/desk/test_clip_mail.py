"""The kliping by mail: both texts, the file, the logo; every morning once for each receiver, again where it failed."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime

import docx
import pytest
from PIL import Image
from pypdf import PdfReader

from pipelines.desk.clip import letterheads
from pipelines.desk.clip.gather import gather, with_letterhead
from pipelines.desk.clip.mail import as_message, send_clipping, send_due, to_file
from pipelines.desk.watch import receivers
from pipelines.desk.watch.saved import add_watch, change_watch
from pipelines.errors import UserError
from pipelines.search.filters import Filters
from tests.pipelines.desk.test_watch import NOON, mailbox, put, subject  # noqa: F401  (mailbox is a fixture)

MORNING = datetime(2025, 11, 13, 0, tzinfo=UTC)  # 07.00 WIB of the day after NOON


def picture(form="PNG", size=(400, 120), **options):
    buffer = io.BytesIO()
    Image.new("RGB", size, (20, 80, 122)).save(buffer, form, **options)
    return buffer.getvalue()


def clipping(database, logo=b""):
    put(database, 1, title="Harga <b>jengkol</b> & petai naik")
    number = letterheads.add(database.conn, "Resmi", "Dinas Kebun Uji", "Jalan Rempah 1", logo, "ani")
    found = gather(database.conn, NOON.date(), Filters(), "harga")
    first = replace(found.articles[0], tone="negatif", comment="Perlu <jawaban>")
    return with_letterhead(
        database.conn, replace(found, articles=(first, *found.articles[1:]), summary="Ramai."), number
    )


def parts(message):
    return {
        part.get_content_type(): part.get_payload(decode=True) for part in message.walk() if not part.is_multipart()
    }


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_a_mail_has_both_texts_and_the_file_with_letterhead_and_logo(database, mailbox, form):  # noqa: F811
    made = clipping(database, picture())
    assert list(send_clipping(database.conn, made, form, [mailbox.address], None)) == [(mailbox.address, None)]
    (message,) = mailbox.messages
    assert subject(message) == "[Pantau] Kliping harga, Rabu, 12 November 2025"
    found = parts(message)
    plain, html = found["text/plain"].decode(), found["text/html"].decode()
    for text in ("Dinas Kebun Uji", "1 berita dari 1 media", "Ramai.", "negatif", "https://media1.id/berita"):
        assert text in plain and text in html
    assert "Harga &lt;b&gt;jengkol&lt;/b&gt; &amp; petai naik" in html and "Perlu &lt;jawaban&gt;" in html
    data = next(part for part in message.walk() if (part.get_filename() or "").endswith(form)).get_payload(decode=True)
    if form == "docx":
        header = docx.Document(io.BytesIO(data)).sections[0].header
        assert header.tables[0].rows[0].cells[-1].text.splitlines() == ["Dinas Kebun Uji", "Jalan Rempah 1"]
        assert any(name.endswith(".png") for name in zipfile.ZipFile(io.BytesIO(data)).namelist() if "media" in name)
    else:
        first = PdfReader(io.BytesIO(data)).pages[0]
        assert "Dinas Kebun Uji" in first.extract_text() and len(first.images) == 1
    page = to_file(made, "html", None).decode()
    assert 'src="data:image/png;base64,' in page and "Jalan Rempah 1" in page


def test_without_a_logo_nothing_is_drawn(database):
    made = clipping(database)
    assert "<img" not in to_file(made, "html", None).decode()
    _, message = as_message(replace(made, articles=(), by_outlet=()))
    assert "Tidak ada berita pada hari ini." in message and "<table" not in message.html


@pytest.mark.parametrize(
    "file",
    [
        b"bukan gambar",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        picture("GIF"),
        picture("PNG")[:60],
        b"\x89PNG" + b"x" * letterheads.MOST_BYTES,
        picture("PNG", (5000, 5000)),
    ],
    ids=["text", "svg", "gif", "cut", "large", "pixels"],
)
def test_what_is_no_logo_is_refused(database, file):
    with pytest.raises(UserError, match="logo"):
        letterheads.add(database.conn, "Resmi", "", "", file, "ani")
    assert letterheads.letterheads(database.conn) == []


def test_a_logo_is_drawn_anew_and_keeps_nothing_else():
    hidden = picture("JPEG", comment=b"rahasia-di-gambar") + b"rahasia-di-belakang"
    kept = letterheads.redrawn(hidden)
    assert kept.startswith(b"\x89PNG") and b"rahasia" not in kept
    assert Image.open(io.BytesIO(letterheads.redrawn(picture(size=(3000, 300))))).size == (900, 90)


def test_every_morning_each_receiver_gets_it_once_and_who_failed_again(database):
    put(database, 1)
    one = receivers.add(database.conn, "Humas", "mail", "humas@contoh.go.id", "", "ani")
    add_watch(database.conn, "jengkol", {"query": "jengkol"}, ["json://satu", "json://dua", one.reference], clip="docx")
    add_watch(database.conn, "tanpa", {"query": "jengkol"}, ["json://satu"])
    sent, broken = [], {"json://dua"}

    def send(address, title, body, files):
        if address in broken:
            raise OSError("tidak dijawab")
        sent.append((address, title, [file.name for file in files]))

    first = [(one.receiver, one.error) for one in send_due(database.conn, MORNING, None, send)]
    assert first == [("json://satu", None), ("json://dua", "OSError: tidak dijawab")]
    assert sent == [
        ("json://satu", "[Pantau] Kliping jengkol, Rabu, 12 November 2025", ["kliping-2025-11-12.docx"]),
    ]
    broken.clear()
    assert [one.receiver for one in send_due(database.conn, MORNING, None, send)] == ["json://dua"]
    assert list(send_due(database.conn, MORNING, None, send)) == []
    change_watch(database.conn, "jengkol", {"clip": ""})
    assert list(send_due(database.conn, datetime(2025, 11, 14, tzinfo=UTC), None, send)) == []
