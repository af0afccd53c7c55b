"""What the text of an article alone decides: its stems, its fingerprint, its MinHash bands.

Workers compute it, so that the one writer need not. Bands as in Leskovec, Rajaraman and Ullman, "Mining of Massive
Datasets", chapter 3.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import lru_cache

from pipelines.language.stems import stem_text
from pipelines.language.words import WORD
from pipelines.records import Article, TextFacts

SHINGLE = 3  # words
MIN_WORDS = 30  # shorter texts are only compared word for word
# Two texts are candidates when one of 32 bands of 4 hashes is equal: texts that share 65 % of their word triples with
# a probability of 0.998, texts that share half of them with 0.87 (s is the share: 1 - (1 - s**4)**32).
BANDS, ROWS = 32, 4


def fingerprint(text: str) -> str:
    """Hex digest of the text's words in order; case, punctuation and spacing don't count."""
    words = " ".join(words_of(text))
    return hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def text_facts(article: Article) -> TextFacts:
    """What the text alone decides: a few milliseconds that a worker may spend before the writer does."""
    return TextFacts(
        stem_text(f"{article.title}\n{article.text}"), fingerprint(article.text), minhash_bands(article.text)
    )


@lru_cache(maxsize=256)  # the same few texts are candidates of many
def words_of(text: str) -> list[str]:
    return WORD.findall(text.casefold())


def triples(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return zip(*(words[start:] for start in range(SHINGLE)), strict=False)


def shingles(words: Sequence[str]) -> set[tuple[str, ...]]:
    return set(triples(words)) if len(words) >= MIN_WORDS else set()


def minhash_bands(text: str) -> tuple[int, ...]:
    """Hash of each band of a text, in order; the same for the same words on every machine. Empty for a short text."""
    found = shingles(words_of(text))
    if not found:
        return ()
    from pipelines.read.minhash import signature  # imports NumPy: only when there is something to compare

    hashes = signature((" ".join(shingle).encode("utf-8", "surrogatepass") for shingle in found), BANDS * ROWS)
    bands = hashes.astype("<u8").reshape(BANDS, ROWS)
    return tuple(int.from_bytes(hashlib.blake2b(band.tobytes(), digest_size=6).digest(), "big") for band in bands)
