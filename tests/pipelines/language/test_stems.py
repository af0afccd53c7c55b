"""Stems: the quick stemmer finds what Sastrawi's own finds, and is left out where Sastrawi is another."""

from __future__ import annotations

import random

from Sastrawi.Dictionary.ArrayDictionary import ArrayDictionary
from Sastrawi.Stemmer.Stemmer import Stemmer
from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

from pipelines.language.stems import COMPOUNDS, stem_text

PREFIXES = (
    "di ke se ber ter per pe me mem men meng meny menge pem pen peng peny memper diper keber kau ku ber- bel".split()
)
INFIXES = ("el", "er", "em", "in")
SUFFIXES = "i kan an nya ku mu lah kah tah pun annya kannya isasi isme is -nya -lah".split()


def made_words(roots: list[str], number: int) -> list[str]:
    """Roots under affixes that fit or do not, doubled words, and words that are none."""
    chance = random.Random(5)
    words = []
    for _ in range(number):
        word = chance.choice(roots)
        if chance.random() < 0.15:
            word = word[:1] + chance.choice(INFIXES) + word[1:]
        word = chance.choice(["", *PREFIXES]) + word + chance.choice(["", *SUFFIXES])
        if chance.random() < 0.1:
            word += "-" + chance.choice([word, chance.choice(roots) + chance.choice(SUFFIXES)])
        if chance.random() < 0.1:
            word = "".join(chance.choices("abdegiklmnoprstu", k=chance.randint(4, 9)))
        words.append(word)
    return words


def test_the_stems_are_those_of_sastrawi():
    roots = StemmerFactory().get_words()
    sastrawi = Stemmer(ArrayDictionary([*roots, *COMPOUNDS]))
    words = [word for word in made_words(roots, 3_000) if len(word) > 3]
    found = {word: stem_text(word) for word in words}
    assert found == {word: sastrawi.stem(word) for word in words}
    assert sum(word != stem for word, stem in found.items()) > 1_000
