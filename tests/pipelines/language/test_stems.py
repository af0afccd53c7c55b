"""Stems: forms of one word meet, and words that only look like forms of another do not."""

from __future__ import annotations

import json
import random
import time
import tomllib
from pathlib import Path

import pytest

from nlp.gazetteers import regions
from pipelines.language.names import is_name
from pipelines.language.stems import INNER, NASALS, roots, stem_text, stem_word

SUFFIXES = "i kan an nya lah pun annya kannya".split()
# Words that mean one thing, by their stem.
SAME = {
    "tandatangan": "penandatanganan menandatangani ditandatangani penandatangan",
    "kurang": "dikurangi pengurangan berkurang mengurangi kekurangan kurangnya",
    "rusak": "kerusakan merusak dirusak perusakan rusaknya",
    "beri": "berikan memberikan pemberian diberi",
    "gerak": "gerakan bergerak pergerakan menggerakkan penggerak",
    "bersih": "bersihkan pembersihan membersihkan kebersihan",
    "pesan": "memesan dipesan pemesanan pesanan",
    "sedia": "menyediakan tersedia penyediaan persediaan ketersediaan",
    "awas": "pengawasan mengawasi diawasi pengawas",
    "ubah": "perubahan mengubah diubah berubah",
    "setuju": "menyetujui disetujui persetujuan",
    "tahu": "mengetahui diketahui pengetahuan sepengetahuan",
    "kerjasama": "kerjasama bekerjasama",
    "tangis": "menangis tangisan ditangisi",
    "ajar": "belajar pelajaran mengajar pelajar pengajaran",
    "api": "apinya",
    "cat": "pengecatan mengecat dicat",
    "baru": "memperbarui diperbarui pembaruan terbaru terbarukan",
    "anak": "anak-anak anaknya anak-anaknya",
}
# Pairs of which the second is what Sastrawi makes, or would make, of the first.
OTHERS = (
    "bekasi bekas, kediri diri, temanggung tanggung, pemalang malang, maluku malu, bali bal, tarakan tara, berau rau, "
    "relawan rawan, menangis menang, kementrian tri, dikurangi rang, berikan ikan, kerusakan rusa, kementan tan, "
    "kejagung jagung, oman om, berlin lin, dadan dad, sekayu kayu, tabanan taban"
)


@pytest.mark.parametrize("stem", SAME)
def test_forms_of_a_word_have_one_stem(stem):
    assert {word: stem_word(word) for word in SAME[stem].split()} == dict.fromkeys(SAME[stem].split(), stem)


@pytest.mark.parametrize("pair", OTHERS.split(", "))
def test_other_words_have_other_stems(pair):
    one, other = pair.split()
    assert stem_word(one) != stem_word(other)


def test_no_province_regency_or_city_has_the_stem_of_a_common_word():
    names = [region.name.casefold() for region in regions().by_code.values() if region.kind != "kecamatan"]
    assert not {name: stem_word(name) for name in names if name.isalpha() and stem_word(name) != name}
    assert not is_name("kepulauan")
    assert stem_word("pegunungan") == "gunung"


def test_what_is_parted_is_found_as_one_word():
    assert stem_text("Jum’at Berkah, kata Ma'ruf; e-KTP, anak-anak.") == (
        "jum at berkah kata ma ruf e-ktp anak jumat maruf ektp"
    )
    assert stem_text("'beras' dan gula") == "beras dan gula"


def test_any_word_has_a_stem_and_quickly():
    """Roots under affixes that fit or do not, and letters without sense: never an error, never another root's text."""
    chance = random.Random(5)
    known = sorted(roots())
    prefixes = [*INNER, *("m" + written for written, _, _ in NASALS), "kau", "ku", "memper", "keber", "se"]
    words = ["".join(chance.choices("abdegiklmnoprstu-", k=chance.randint(1, 60))) for _ in range(2_000)]
    words += [chance.choice(prefixes) + chance.choice(known) + chance.choice(["", *SUFFIXES]) for _ in range(4_000)]
    words += ["ber" * 200, "a" * 5_000, "kan" * 13, "ke" * 19 + "an"]
    begin = time.process_time()
    stems = {word: stem_word(word) for word in words}
    assert time.process_time() - begin < 20
    changed = {word: stem for word, stem in stems.items() if stem != word and "-" not in word}
    assert len(changed) > 1_000
    assert all(stem in roots() or is_name(stem) for stem in changed.values())
    assert all(stem_word(stem) == stem for stem in changed.values())


def test_the_common_roots_are_roots():
    path = Path(__file__).parents[3] / "pipelines" / "language" / "common_roots.toml"
    listed = tomllib.loads(path.read_text(encoding="ascii"))["roots"].split()
    assert len(listed) == len(set(listed)) > 5_000
    assert set(listed) <= roots(), json.dumps(sorted(set(listed) - roots())[:10])
