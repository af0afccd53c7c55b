"""Snippets: the piece of a text that holds most of what was asked for."""

from __future__ import annotations

import time

from pipelines.search.snippets import SNIPPET, highlighted, snippet

OTHER = "kata lain yang panjang saja " * 30


def test_the_piece_with_most_of_the_words_is_shown():
    text = f"Gudang pabrik. {OTHER}Di sana gudang beras dan pelabuhan ditata, kata camat. {OTHER}Beras."
    shown = snippet(text, ["gudang", "beras", "pelabuhan"])
    assert "<b>gudang</b> <b>beras</b> dan <b>pelabuhan</b> ditata" in shown
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert len(shown) < SNIPPET + 3 * len("<b></b>") + 3


def test_of_equal_pieces_the_first_is_shown():
    assert snippet(f"Beras naik. {OTHER}Beras turun. {OTHER}", ["beras"]).startswith("<b>Beras</b> naik.")


def test_a_name_is_not_marked_for_a_common_word():
    assert highlighted("Warga Bekasi membeli barang bekas", ["bekas"]) == "Warga Bekasi membeli barang <b>bekas</b>"
    assert highlighted("Barang bekas di Bekasi", ["bekasi"]) == "Barang bekas di <b>Bekasi</b>"


def test_what_is_parted_and_numbers_are_marked():
    assert highlighted("Jum’at, covid-19", ["jumat", "covid", "19"]) == "<b>Jum’at</b>, <b>covid</b>-<b>19</b>"


def test_nothing_asked_for_shows_the_beginning():
    assert snippet("Pendek <b>", []) == "Pendek &lt;b&gt;"
    assert snippet("", ["beras"]) == ""
    assert snippet(OTHER, ["beras"]).startswith("kata lain")


def test_a_long_text_takes_no_longer_than_its_length():
    begin = time.process_time()
    assert "<b>beras</b>" in snippet("beras " * 200_000, ["beras"])
    assert snippet("x" * 2_000_000, ["beras"])
    assert time.process_time() - begin < 10
