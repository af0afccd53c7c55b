"""The words of key messages: which of them say something, how much, what says the same and what the contrary."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path

from pipelines.language.stems import commonness, stem_word

RAREST = 13.0  # what a word weighs that is in no list of common ones; the commonest weigh 1
WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:-[^\W\d_]+)*")
PLAIN = re.compile(r"[^\W_]+")
VERBAL = re.compile(r"(?:me(?:m|n|ng|ny|l|r|w)|di|ter|ber|pe(?:m|n|ng|ny)\w+an\Z)\w")
NEGATORS = frozenset("tidak tak bukan belum jangan batal gagal".split())
NEGATION = re.compile(rf"\b(?:{'|'.join(sorted(NEGATORS))})\b((?:\W+\w+){{1,4}})", re.IGNORECASE)
# Words that say nothing by themselves. spaCy's list has "naik", "tetap" and "awal", too, which do here.
FUNCTION = frozenset(
    "yang di ke dari dan atau untuk pada dengan dalam oleh ini itu adalah ialah merupakan sebagai bagi para akan telah "
    "sudah juga pun lagi masih serta agar supaya karena sehingga bahwa kepada tersebut yakni yaitu ia dia mereka kami "
    "kita nya secara sebanyak sebesar ada hal dapat bisa menjadi terhadap antara tentang atas per hanya saja lalu "
    "tahun pihak kata ujar tutur jelas ungkap sebut kalau jika bila sebuah suatu sang si maupun namun tetapi sedangkan "
    "sementara ketika saat melalui lewat demi sesuai seperti yaitu ber se nanti bakal hendak sedang".split()
)
# Stems that tell what is said of a topic, and have no verb's prefix.
TELLING = frozenset(
    "gratis larang wajib bebas tetap selesai rampung tuntas mulai siap resmi layak lunas habis penuh normal cukup "
    "kosong pulih nihil lengkap sah batal ramai sepi merata setara nyata kunci".split()
)
# Stems of verbs that only lead to a number or a noun.
LIGHT = frozenset("capai jangkau laku dapat jadi rupa miliki alami beri buat punya guna berkat".split())
PLACE_HEADS = frozenset(
    "pulau kota kabupaten provinsi kecamatan kelurahan desa teluk selat gunung sungai danau kawasan pemda pemerintah "
    "kementerian pihak".split()
)
# Words of numbers and units: amounts are compared by themselves.
COUNTING = frozenset(
    "satu dua tiga empat lima enam tujuh delapan sembilan puluh belas ratus ribu juta miliar triliun persen rupiah "
    "rp setengah separuh koma sepuluh sebelas seratus seribu ton kg kilogram kuintal hektare hektar ha km kilometer mw "
    "megawatt menit jam hari pekan minggu bulan orang unit buah ekor jiwa sehari sepekan sebulan setahun".split()
)
# What is said in several words, by the one that says it.
NOT = r"\b(?:tidak|tak)\s+"
PHRASES = tuple(
    (re.compile(pattern, re.IGNORECASE), word)
    for pattern, word in (
        (NOT + r"(?:di(?:pungut|kenai|kenakan)|perlu\s+(?:lagi\s+)?(?:mem)?bayar)(?:\s+biaya)?\b", "gratis"),
        (r"\btanpa\s+(?:dipungut\s+)?(?:biaya|bayar(?:an)?|pungutan)\b|\bcuma-cuma\b", "gratis"),
        (NOT + r"(?:lagi\s+)?(?:boleh|diperbolehkan|diizinkan|dibolehkan)(?:\s+lagi)?\b", "dilarang"),
        (NOT + r"(?:akan\s+)?(?:naik|dinaikkan|berubah|diubah)\b", "tetap"),
        (r"\bkerja\s+sama\b", "kerjasama"),
        (r"\bluar\s+negeri\b", "mancanegara"),
        (r"\bdalam\s+negeri\b", "domestik"),
        (r"\bpemerintah\s+(?:kabupaten|kota|provinsi|daerah)\b|\bpem(?:kab|kot|prov|da)\b", "pemda"),
    )
)


def phrased(text: str) -> str:
    """A text with each of PHRASES in one word."""
    for pattern, word in PHRASES:
        text = pattern.sub(word, text)
    return text


def content_words(text: str) -> list[tuple[str, str]]:
    """The words of a text that say something, each with its stem; numbers and how they are counted are left out."""
    found = []
    for word in WORD.findall(text):
        folded = word.casefold()
        if word[0].isdigit() or folded in COUNTING or folded in NEGATORS:
            continue
        if len(word) > 1 and folded not in FUNCTION:
            found.append((word, stem_word(folded)))
    return found


def weight_of(stem: str) -> float:
    """How much a stem tells: the rarer in the news, the more."""
    return (RAREST + 1 - min(RAREST, commonness(stem))) ** 0.5


@lru_cache(maxsize=20_000)
def near_words(stem: str) -> frozenset[str]:
    """The stems that say about the same."""
    return frozenset().union(*(group for group in _groups() if stem in group)) - {stem}


@lru_cache(maxsize=1)
def _tables() -> dict[str, list[str]]:
    read: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("synonyms.toml").read_text(encoding="ascii"))
    return read


@lru_cache(maxsize=1)
def _groups() -> tuple[frozenset[str], ...]:
    return tuple(frozenset(line.split()) for line in _tables()["groups"])


@lru_cache(maxsize=1)
def contraries_of() -> dict[str, frozenset[str]]:
    """Each stem that has contraries, with them."""
    found: dict[str, set[str]] = {}
    for line in _tables()["contrary"]:
        one, other = line.split()
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return {stem: frozenset(others) for stem, others in found.items()}
