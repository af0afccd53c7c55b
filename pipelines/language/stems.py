"""Stems of Indonesian words for search: PySastrawi, an algorithm of the Nazief-Adriani family. They are remembered."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from pipelines.language.fast import quickened
from pipelines.language.words import SPOKEN_WORD

REMEMBERED = 200_000  # words whose stems are kept; an Indonesian news archive has about that many different ones
# Compounds that become one word under prefix and suffix ("penandatanganan"); Sastrawi's roots have only their parts.
COMPOUNDS = (
    "tandatangan tanggungjawab kerjasama beritahu sebarluas salahguna salahpaham ambilalih tindaklanjut garisbawah "
    "dayaguna ujicoba alihdaya alihfungsi lipatganda serahterima tumbuhkembang kesampingkan nomorsatu satupadu"
).split()


@lru_cache(maxsize=1)
def _stemmer() -> Callable[[str], str]:
    from Sastrawi.Dictionary.ArrayDictionary import ArrayDictionary
    from Sastrawi.Stemmer.Stemmer import Stemmer
    from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

    return quickened(Stemmer(ArrayDictionary([*StemmerFactory().get_words(), *COMPOUNDS])))


@lru_cache(maxsize=REMEMBERED)
def stem_word(word: str) -> str:
    """The stem of one word, lower case: "penandatanganan" and "menandatangani" both give "tandatangan"."""
    folded = word.casefold()
    return _stemmer()(folded) if len(folded) > 3 and folded.replace("-", "").isascii() else folded


def stem_text(text: str) -> str:
    """The stems of the words of `text`, in order, apart by spaces."""
    return " ".join(map(stem_word, SPOKEN_WORD.findall(text)))
