"""The text as the tagger reads it, and the way back to the text as it came."""

from __future__ import annotations

import pytest

from nlp.reading import read
from nlp.tag import tag_documents

WRAPPED = (
    "Bupati Bogor Ratri\nSantika menandatangani nota\nkesepahaman dengan Bank Melati di\nBandung, Rabu (22/10/2025)."
)


@pytest.mark.parametrize(
    ("original", "text"),
    [
        ("Ratri\xa0Santika  dan\u2009Badra", "Ratri Santika dan Badra"),
        ("Bo\xadgor \u200bRatri San\u200btika\u2060", "Bogor Ratri Santika"),
        ("\ufeffJudul\r\nIsi", "Judul\nIsi"),
        (WRAPPED, WRAPPED.replace("\n", " ")),
        ("Ratri Santikamengatakan hal itu.", "Ratri Santika mengatakan hal itu."),
        ("Ratri Santika datang. Ratri Santikakembali pulang.", "Ratri Santika datang. Ratri Santika kembali pulang."),
        ("Wakil Ketua DPR RIRatri Santika", "Wakil Ketua DPR RI Ratri Santika"),
        ("Kepala BMKGRatri hadir", "Kepala BMKG Ratri hadir"),
        (
            "2. Ratri sebagai Komisaris3. \u2060Badra sebagai Direktur",
            "2. Ratri sebagai Komisaris\n3. Badra sebagai Direktur",
        ),
    ],
)
def test_what_is_read(original, text):
    reading = read(original)
    assert reading.text == text
    for start in range(len(text)):
        if text[start] not in " \n":
            first, last = reading.origin(start, start + 1)
            assert original[first:last] == text[start]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Ratri Santika hadir.\nBadra pulang.\n\nDamar tiba.",
        "Warga mengeluh soal jalan\nMenurut Ratri, jalan rusak.\nIa berjanji memperbaiki.\nBadra setuju.",
        "Syarat:\na. kartu keluarga\nb. surat nikah",
        "Kotabaru dan Banjarbaru di Banjar, Sumberdaya, TVOne, MoU, Pemerintahan Pemerintah, KemenPUPR",
        "Kepala Desa Karangmulya Ratri Wirakusuma, S.H.",
    ],
)
def test_what_is_read_as_it_is(text):
    reading = read(text)
    assert reading.text == text and reading.origins is None


@pytest.mark.parametrize(
    "text",
    [
        "Bupati\xa0Bogor\xa0Ratri\xa0Santika berkata, “Pasar\xa0ini milik kita semua,” di Kota\xa0Bandung.",
        "Bupati  Bogor  Ratri  Santika berkata, “Pasar  ini milik kita semua,” di Kota  Bandung.",
        "Bupati Bo\xadgor Ratri San\xadtika berkata, “Pasar ini mi\xadlik kita semua,” di Kota Ban\xaddung.",
        "Bupati Bogor Ratri\nSantika berkata, “Pasar ini milik\nkita semua,” di sebuah pasar\ndi Kota Bandung.",
    ],
)
def test_odd_spaces_change_no_fact_and_move_no_offset(tagger, text):
    (row,) = tag_documents(tagger, [{"id": 1, "title": "", "text": text}])
    assert [(o["name"], o["title"], o["organisation"]) for o in row["officials"]] == [
        ("Ratri Santika", "Bupati", "Bogor")
    ]
    assert [place["code"] for place in row["places"]] == ["32.73"]
    assert [quote["text"] for quote in row["quotes"]] == ["Pasar ini milik kita semua"]
    for found in [*row["mentions"], *row["quotes"]]:
        there = text[found["start"] : found["end"]].replace("\xad", "")
        assert there.split() == found["text"].split()
