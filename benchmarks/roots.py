"""How common the roots of Indonesian words are: makes pipelines/language/common_roots.toml of news texts.

    python -m benchmarks.roots DOCS.jsonl[.gz]... > pipelines/language/common_roots.toml

Only words in small letters are counted, since names are none. A word that several roots may make is shared out among
them by how likely each is, which is counted anew in each of ROUNDS. A root by itself counts no more than under affixes:
words like "dia" and "maka" are everywhere, and make no other words.
"""

from __future__ import annotations

import argparse
from collections import Counter
from math import log2
from pathlib import Path
from unittest import mock

from benchmarks.search import documents
from pipelines.language import stems
from pipelines.language.words import SPOKEN_WORD

ROUNDS, LEAST, LINE = 4, 3, 14
HEAD = """\
# Roots by how often the news use them, the commonest first, as benchmarks/roots.py counted them on 9,311 articles and
# press releases of 2024 to 2026. For pipelines/language/stems.py.
roots = \"\"\"
"""


def counted(files: list[Path]) -> Counter[str]:
    """Words in small letters, and how often they come; at the beginning of a sentence all count as such."""
    found: Counter[str] = Counter()
    for document in documents(files):
        text = document["text"]
        for match in SPOKEN_WORD.finditer(text):
            begins = match.start() < 2 or text[match.start() - 2 : match.start()] in (". ", '" ', "? ")
            if begins or not match.group()[0].isupper():
                found[match.group().casefold()] += 1
    return found


def ranked(words: Counter[str]) -> list[str]:
    """The roots, the commonest first."""
    plain = {word: n for word, n in words.items() if word.isascii() and word.isalpha() and len(word) > 2}
    bare = {word: n for word, n in plain.items() if word in stems.roots()}
    affixed = {word: n for word, n in plain.items() if len(word) > 3 and word not in bare and not _only_ending(word)}
    common: dict[str, float] = {}
    order: list[str] = []
    for _ in range(ROUNDS):
        shares: Counter[str] = Counter()
        with mock.patch.object(stems, "_common", lambda common=common: common):
            for word, n in affixed.items():
                _share(word, n, shares)
        total = {root: shares[root] + min(bare.get(root, 0), shares[root] + LEAST) for root in {*shares, *bare}}
        order = sorted((root for root in total if total[root] >= LEAST), key=lambda root: (-total[root], root))
        common = {root: log2(2 * len(order) / rank) for rank, root in enumerate(order, 1)}
    return order


def _only_ending(word: str) -> bool:
    return any(word.removesuffix(ending) in stems.roots() for ending in stems.ENDINGS if ending)


def _share(word: str, times: int, shares: Counter[str]) -> None:
    """Give each root that a word may hold its share of how often the word comes."""
    costs: dict[str, float] = {}
    for cost, root in stems._readings(word):
        costs[root] = min(cost, costs.get(root, cost))
    least = min(costs.values(), default=0.0)
    weights = {root: 2 ** (least - cost) for root, cost in costs.items()}
    for root, weight in weights.items():
        shares[root] += times * weight / sum(weights.values())


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("documents", type=Path, nargs="+", metavar="DOCS.jsonl")
    order = ranked(counted(parser.parse_args().documents))
    print(HEAD + "\n".join(" ".join(order[n : n + LINE]) for n in range(0, len(order), LINE)) + '\n"""')


if __name__ == "__main__":
    main()
