"""Stems of Indonesian words for search: what is left of a word without its affixes, a root of PySastrawi's dictionary.

Sastrawi's own stemmer cuts the longest suffix first and stops at the first root that appears, whatever was cut: it
makes "kerusakan" a deer (rusa), "berikan" a fish (ikan), "relawan" dangerous (rawan). Here all ways to read a word are
tried that Indonesian word formation knows (J. N. Sneddon, Indonesian: A Comprehensive Grammar, chapter 1). The one wins
that keeps most of its letters, unless the root of another one is far more common in the news (common_roots.toml).
Names of regions, countries and bodies have no affixes: they stay as they are.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import lru_cache
from math import log2
from pathlib import Path

from pipelines.language.names import is_name
from pipelines.language.words import PARTED, SPOKEN_WORD, joined

REMEMBERED = 200_000  # words whose stems are kept; an Indonesian news archive has about that many different ones
LONGEST = 40  # letters; what is longer is no word with affixes
# Compounds that become one word under prefix and suffix ("penandatanganan"); Sastrawi's roots have only their parts.
COMPOUNDS = (
    "tandatangan tanggungjawab kerjasama beritahu sebarluas salahguna salahpaham ambilalih tindaklanjut garisbawah "
    "dayaguna ujicoba alihdaya alihfungsi lipatganda serahterima tumbuhkembang kesampingkan nomorsatu satupadu"
).split()
MORE_ROOTS = ("meriah", "pasukan", "setuju")
# Roots of Sastrawi that hardly anybody writes, and that take the place of common ones: "be-rada", "pe-rubah-an".
NO_ROOTS = frozenset("ecek kecek keliar mada merang rada raksi ralat rapung rimbas rubah".split())
VOWELS = "aiueo"
LETTER = 1.5  # a root that is 2.8 times as common (2 ** 1.5) is worth a letter
ODD = 4.5  # what a rare form costs
# How me- and pe- are written: behind the first letter, before which letters, and the letter of the root they swallow.
NASALS = (
    ("e", "lmnrwy", ""),
    ("em", "bfvp", ""),
    ("en", "cdjtzs", ""),
    ("eng", VOWELS + "ghklq", ""),
    ("enge", "bcdfghjklmnprstv", ""),  # before roots of one syllable: mengecat, pengeboman
    ("em", VOWELS + "r", "p"),  # memproduksi keeps its p, memrakarsa does not
    ("en", VOWELS + "r", "t"),
    ("eng", VOWELS + "r", "k"),
    ("eny", VOWELS, "s"),
)
# Which prefixes may stand before a root or another prefix, by the prefix before them ("": none).
INNER = {
    "": ("di", "me", "pe", "per", "ber", "ter", "ke", "se"),
    "di": ("per", "ber", "ter", "ke", "se"),
    "me": ("per", "ber", "ter", "ke", "se"),
    "pe": ("per", "ber", "ter", "ke", "se"),
    "per": ("ber", "se"),
    "ber": ("pe", "per", "ke", "se"),
    "ter": ("per", "se"),
    "ke": ("pe", "per", "ber", "ter", "se"),
    "se": ("pe", "per", "ke"),
}
NUMERALS = frozenset("satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas".split())
ENDINGS = ("", "nya", "lah", "kah", "pun", "nyalah", "nyakah", "nyapun")
SUFFIXES = ("", "an", "kan", "i")


@lru_cache(maxsize=1)
def roots() -> frozenset[str]:
    """Sastrawi's roots, without those of them that have a suffix ("adakan"), and ours."""
    from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

    sastrawi = {*StemmerFactory().get_words()} - NO_ROOTS
    suffixed = {root for root in sastrawi if root.endswith("kan") and len(root) > 5 and root[:-3] in sastrawi}
    return frozenset((sastrawi - suffixed) | {*COMPOUNDS, *MORE_ROOTS})


@lru_cache(maxsize=1)
def _common() -> dict[str, float]:
    """How common a root is in the news: 13 for the commonest, one less where it is half as frequent (Zipf's law)."""
    ranked = tomllib.loads(Path(__file__).with_name("common_roots.toml").read_text(encoding="ascii"))["roots"].split()
    return {root: log2(2 * len(ranked) / rank) for rank, root in enumerate(ranked, 1)}


@lru_cache(maxsize=REMEMBERED)
def is_everyday(word: str, roots_of_news: int) -> bool:
    """Whether a word, lower case, is of one of the so many commonest roots of the news."""
    root = stem_word(word)
    return root in _common() and _common()[root] > log2(2 * len(_common()) / (roots_of_news + 1))


def commonness(stem: str) -> float:
    """How common a stem is in the news: 13 or so for the commonest root, 0 for one that is in no list."""
    return _common().get(stem, 0.0)


@lru_cache(maxsize=REMEMBERED)
def stem_word(word: str) -> str:
    """The stem of one word, lower case: "penandatanganan" and "menandatangani" both give "tandatangan"."""
    folded = word.casefold()
    if not 3 < len(folded) <= LONGEST or not folded.isascii():
        return folded
    first, hyphen, second = folded.partition("-")
    if hyphen:  # "anak-anak", "berlari-lari", "warga-warganya"; "kupu-kupu" and "sayur-mayur" are words of their own
        stem = stem_word(first)
        return stem if first and "-" not in second and stem == stem_word(second) else folded
    if folded in roots() or is_name(folded):
        return folded
    readings = [*_readings(folded)]
    return min(readings)[1] if readings else folded


def _readings(word: str) -> Iterator[tuple[float, str]]:
    """Every root that the word may hold, with how far-fetched it is: letters cut, against how common the root is."""
    for ending in ENDINGS:
        if not word.endswith(ending):
            continue
        without = word.removesuffix(ending)
        for suffix in SUFFIXES:
            if without.endswith(suffix):
                base = without.removesuffix(suffix)
                for root, prefixes, put_back in _unprefixed(base, "", suffix):
                    if _fits(root, prefixes, suffix):
                        cut = len(word) - len(root) + put_back
                        odd = (suffix == "i" and not prefixes) or _half(base, prefixes, suffix)
                        yield cut * LETTER + odd * ODD - _common().get(root, 0.0), root


def _unprefixed(base: str, outer: str, suffix: str, depth: int = 0) -> Iterator[tuple[str, tuple[str, ...], int]]:
    """(root, its prefixes from the outermost, letters put back) of what may be a root under up to three prefixes."""
    if base in roots():
        yield base, (), 0
    if depth == 3 or len(base) < 5:
        return
    for prefix in INNER[outer]:
        for rest, swallowed in _cut(base, prefix):
            for root, more, also in _unprefixed(rest, prefix, suffix, depth + 1):
                yield root, (prefix, *more), swallowed + also


def _cut(base: str, prefix: str) -> Iterator[tuple[str, int]]:
    """What stands behind a prefix, by each way to write it, and whether a letter was put back before it."""
    if prefix in ("me", "pe"):
        if base[0] == prefix[0]:
            for written, before, swallowed in NASALS:
                rest = base[1 + len(written) :]
                if base.startswith(written, 1) and rest[:1] and rest[0] in before:
                    yield swallowed + rest, len(swallowed)
            if prefix == "pe" and base.startswith("pe"):  # pejabat, petani, pekerja
                yield base[2:], 0
    elif base.startswith(prefix):
        yield base[len(prefix) :], 0
    if prefix in ("ber", "ter", "per") and base.startswith(prefix[:2]):
        rest = base[2:]
        if rest[:1] == "r" or rest[1:3] == "er":  # berencana, terasa, perasaan; bekerja, pekerja
            yield rest, 0
        if rest.startswith("lajar"):  # belajar, pelajar
            yield "ajar", 0


def _fits(root: str, prefixes: tuple[str, ...], suffix: str) -> bool:
    """Whether prefixes and suffix go together on that root."""
    outermost = prefixes[0] if prefixes else ""
    if not prefixes:  # "sepakati", "acuan", but not "bali" from "bal", "dadan" from "dad"
        return suffix in ("", "kan") or len(root) > 3 or (root[0] in VOWELS and suffix == "an")
    if outermost == "ke":  # kebijakan; kedua
        return suffix == "an" or (not suffix and root in NUMERALS)
    if prefixes[-1] == "ke" and outermost in ("di", "me"):  # diketahui, mengesampingkan
        return suffix in ("i", "kan")
    if len(root) < 3 or (len(root) == 3 and outermost == "se" and suffix):
        return False
    if outermost == "pe":
        return suffix in ("", "an")
    return outermost not in ("di", "me") or suffix != "an"


def _half(base: str, prefixes: tuple[str, ...], suffix: str) -> bool:
    """Whether one half of ke-...-an or pe-...-an is taken for a part of the root.

    Pengawasan is from awas, not pe- and "kawasan"; kedudukan from duduk, not "keduduk" and -an.
    """
    if prefixes:
        return prefixes[0] in ("pe", "per", "ke") and not suffix and base.endswith("an")
    return suffix == "an" and base[:2] in ("ke", "pe")


def stem_text(text: str) -> str:
    """The stems of the words of `text`, in order, apart by spaces; behind them what is also written in one word.

    Who types "Jumat", "Maruf" or "ektp" finds "Jum'at", "Ma'ruf" and "e-KTP".
    """
    stems = list(map(stem_word, SPOKEN_WORD.findall(text)))
    return " ".join([*stems, *(joined(match.group()) for match in PARTED.finditer(text))])
