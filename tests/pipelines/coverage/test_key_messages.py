"""Key messages against passages of our own writing: reworded, on the same topic only, and with other numbers."""

from __future__ import annotations

import time
import tomllib
from pathlib import Path

import pytest

from pipelines.coverage.key_messages import MISSING, NUMBERS, REWORDED, VERBATIM, Message, Told, find, find_all
from pipelines.language.amounts import amounts

SETS = sorted(Path(__file__).with_name("messages").glob("*.toml"))
RECALL, PRECISION = 0.80, 0.85
MESSAGE = "Pemerintah Kota Sagara membagikan 1.200 sepeda kepada guru di Pulau Tanjung."


def pairs():
    return [pair for file in SETS for pair in tomllib.loads(file.read_text(encoding="utf-8"))["pair"]]


def test_reworded_sentences_are_found_and_others_are_not():
    found = others = numbers = asked = false_numbers = 0
    for pair in pairs():
        message, other = Message(pair["message"]), pair["other"]
        carried = find(message, Told("", f"{other}\n\n{pair['reworded']}"))
        found += carried.verdict == REWORDED and carried.end > len(other) + 2
        others += find(message, Told("", other)).verdict in (REWORDED, NUMBERS)
        for wrong in pair["contradicted"]:
            verdict = find(message, Told("", f"{other}\n\n{wrong}")).verdict
            asked, numbers, false_numbers = asked + 1, numbers + (verdict == NUMBERS), others + (verdict == REWORDED)
    total = len(pairs())
    assert total >= 80 and asked >= 80
    assert found / total >= RECALL and found / (found + others) >= PRECISION, (found, others, total)
    assert numbers / asked >= RECALL and not false_numbers > others, (numbers, asked)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        (f"Kabar baik. {MESSAGE} Begitu katanya.", VERBATIM),
        (MESSAGE.upper(), VERBATIM),
        (MESSAGE.replace("1.200", "900"), NUMBERS),
        (MESSAGE.replace("membagikan", "tidak membagikan"), MISSING),
        ("Guru di Pulau Tanjung berangkat mengajar dengan perahu.", MISSING),
        ("Sepeda sebanyak seribu dua ratus dibagi Pemkot Sagara. Guru di Pulau Tanjung yang menerimanya.", REWORDED),
        ("", MISSING),
    ],
)
def test_verdicts(text, verdict):
    assert find(Message(MESSAGE), Told("", text)).verdict == verdict


def test_the_passage_and_the_numbers_are_told():
    text = "Pembukaan berjalan lancar.\n\nPemkot Sagara memberi 900 sepeda bagi guru di Pulau Tanjung. Lalu pulang."
    (found,) = find_all([MESSAGE], "Sepeda Tiba", text)
    assert text[found.start : found.end].startswith("Pemkot Sagara") and found.said == (("1.200", "900"),)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Rp1,2 triliun", "Rp 1.200 miliar"),
        ("dua belas persen", "12%"),
        ("12,5 ribu ton", "12.500 ton"),
        ("setengah tahun", "enam bulan"),
        ("satu setengah juta orang", "1,5 juta orang"),
        ("delapan puluh lima persen", "85 persen"),
        ("lima juta rupiah", "Rp5.000.000"),
        ("separuh", "50 persen"),
        ("hampir 49 persen", "48,7 persen"),
        ("sehari", "satu hari"),
    ],
)
def test_equal_amounts(one, other):
    (first,), (second,) = amounts(one), amounts(other)
    assert first.is_same(second)


@pytest.mark.parametrize(
    ("one", "other"), [("2026", "2027"), ("12 persen", "12 ton"), ("Rp1,2 triliun", "Rp1,3 triliun")]
)
def test_amounts_that_differ(one, other):
    (first,), (second,) = amounts(one), amounts(other)
    assert not first.is_same(second)


@pytest.mark.parametrize("text", ["satu " * 20_000, "9" * 100_000, "1.000 " * 20_000, "Rp" * 50_000, "tidak " * 20_000])
def test_odd_texts_take_no_time_that_grows_faster_than_they(text):
    begin = time.process_time()
    find_all([MESSAGE] * 5, text[:1_000], text)
    assert time.process_time() - begin < 10
