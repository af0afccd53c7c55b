"""No text makes the tagger slow: time grows as the text does, whatever is repeated in it."""

from __future__ import annotations

import math
import resource

import pytest

from nlp.document import LONGEST_WORD, make_doc
from nlp.tag import LONGEST_TEXT, tag_documents

# Each is repeated until the text has the wanted length.
HOSTILE = {
    "instruments without a full stop": "Nota Kesepahaman ",
    "agreements in sentences": "Bupati Bogor menandatangani MoU dengan PT Maju. ",
    "an endless list of parties": "PT Maju Jaya, ",
    "bodies joined by dan": "Kementerian Uji dan Dinas Uji dan ",
    "dated signings": "Rabu (22/10/2025) ditandatangani MoU ",
    "short forms": "Border Crossing Agreement (BCA) dan Joint Uji Agreement (JUA) ",
    "posts and names": "Menteri Uji X Y mengatakan. ",
    "an endless list of names": "Budi Santoso, ",
    "names in capitals": "BUPATI BOGOR ADE YASIN ",
    "degrees": "Dr. H. ",
    "laws with subjects": "Undang-Undang Nomor 1 Tahun 2024 tentang ",
    "articles of laws": "Pasal 1 ayat (2) huruf a ",
    "places": "Kota Bandung, ",
    "quotes": '"Kami siap," kata Bupati Bogor. ',
    "quotes that never end": "“kata ",
    "equal signs": "=",
    "hyphens": "-",
    "quotation marks": '"',
    "underscores and stars": "_*",
    "brackets": "(",
    "numbers": "1.000,00 ",
    "one long word": "anu",
    "an address": "https://contoh.id/a?b=c&d=",
    "abbreviations": "PT. CV. No. Jl. ",
    "line breaks": "a\n",
    "broken lines": "Bupati Bogor\ndan warga\n",
    "odd spaces": "Ratri\xa0\xa0Santika\u200b ",
    "words run together": "Santosomengatakan Santosokembali Santoso RIBudi ",
    "names and initials": "Ratri F LP Wira ",
    "capitalised words": "Kata Lain Yang Besar ",
    "teasers": "Baca juga: Bupati Ratri Copot Lurah ",
    "kecamatan": "Kecamatan Depok, Sleman ",
    "transfers": "AKP Ratri Wira, jabatan lama Kapolsek Melati, kini menjabat sebagai Kapolsek Kenanga ",
}
SIZE = 6_000  # characters; the larger text has twice as many
STEEPEST = 1.3  # exponent of the growth
NOTHING = 0.15  # seconds of CPU in which no growth is told from noise
TRIES = 4  # on a busy machine; what grows too fast does so every time


def seconds(model, text: str) -> float:
    """CPU that tagging takes, the system's share left out."""
    begun = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    list(tag_documents(model, [{"id": 1, "title": "Judul", "text": text}]))
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime - begun


@pytest.mark.parametrize("kind", HOSTILE)
def test_time_grows_no_faster_than_the_text(tagger, kind):
    once = twice = math.inf
    for _ in range(TRIES):
        short, long = (HOSTILE[kind] * (size // len(HOSTILE[kind])) for size in (SIZE, 2 * SIZE))
        once, twice = min(once, seconds(tagger, short)), min(twice, seconds(tagger, long))
        if twice < NOTHING or math.log2(twice / once) < STEEPEST:
            return
    pytest.fail(f"{once:.2f} s, then {twice:.2f} s for twice the text")


def test_a_word_without_an_end_is_cut_and_its_text_stays_as_it_is(tagger):
    text = "Bupati Bogor datang. " + "x=" * LONGEST_WORD + " Ia pulang ke Bandung."
    doc = make_doc(tagger, "Judul", text)
    assert doc.text == f"Judul\n\n{text}"
    found = next(tag_documents(tagger, [{"id": 1, "title": "Judul", "text": text}]))
    assert [place["code"] for place in found["places"]] == ["32.73"]


def test_what_lies_behind_the_longest_text_is_not_tagged(tagger, monkeypatch):
    monkeypatch.setattr("nlp.tag.LONGEST_TEXT", 40)
    text = "Gubernur datang ke Kota Bandung kemarin. Ia lalu ke Kota Surabaya."
    found = next(tag_documents(tagger, [{"id": 1, "title": "", "text": text}]))
    assert max(mention["end"] for mention in found["mentions"]) <= 40
    assert LONGEST_TEXT >= 100_000
