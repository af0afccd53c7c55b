"""The lists of words that tell names from other words: `python -m nlp.training.words` writes both.

gazetteers/common_words.txt: words of common speech, counted in the unlabelled texts of ../shared/data/corpus. A word is
common if it stands in small letters in DOCUMENTS texts or more, oftener than with a capital inside a sentence, and if
no annotated name of the train splits has it. To these come the bare verbs of headlines ("Gugat", "Copot") whose
prefixed form is common ("menggugat", "mencopot").

gazetteers/name_words.txt: words of people's names. In the same texts the ner gives them to people MOSTLY and in NAMES
names of two words or more; with them the words of all annotated names of the train splits that have two words or more.
"""

from __future__ import annotations

import gzip
import json
import re
import textwrap
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

from spacy.tokens import Doc

from nlp.components.names import LEADING, RANK_WORDS
from nlp.gazetteers import COMMON_WORDS, NAME_WORDS
from nlp.pipeline import load
from nlp.training.gold import SHARED, read_split

SPLITS = ("train", "train3", "train4")  # whose names no common word may belong to
WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
SENTENCE_BEGINS = re.compile(r"(?:\A|[.!?:\"“”]\s?)\Z")
DOCUMENTS, OCCURRENCES = 8, 10
LEAST_CAPITALS = 1.5  # times as often in small letters as with a capital in mid-sentence
HEADLINES = 3  # headlines that hold a bare verb
PREFIXES = (
    ("meny", ("s",)),
    ("meng", ("", "k")),
    ("mem", ("", "p")),
    ("men", ("", "t")),
    ("me", ("",)),
    ("ber", ("",)),
)
NAMES = 2  # different names in which a word must stand
MOSTLY = 0.6  # of a word's occurrences with a capital that must be in names
NAME_WORD = re.compile(r"[A-Z][a-z]{2,}")
LONGEST = 6_000  # characters of a text that are tagged
COMMON_HEADER = """\
# Words of common speech that are parts of no name: written by nlp/training/words.py, which says how they are counted.
# Read by nlp/gazetteers.
"""
NAMES_HEADER = """\
# Words of people's names: written by nlp/training/words.py, which says how they are counted. Read by nlp/gazetteers.
"""


def common_words(documents: Iterable[tuple[str, str]], named: frozenset[str]) -> list[str]:
    """The common words of documents (title, text), sorted; none of `named`, the words of people's names."""
    small: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    texts: Counter[str] = Counter()
    headlines: Counter[str] = Counter()
    for title, text in documents:
        seen = set()
        headlines.update(word.casefold() for word in WORD.findall(title))
        for word, begins in _words(text):
            if word[0].islower():
                small[word.casefold()] += 1
                seen.add(word.casefold())
            elif not begins and not word[1:].isupper():
                capital[word.casefold()] += 1
        texts.update(seen)
    free = {word for word in small if len(word) > 2 and word.isalpha() and word not in named}
    common = {
        word
        for word in free
        if texts[word] >= DOCUMENTS and small[word] >= OCCURRENCES and small[word] >= LEAST_CAPITALS * capital[word]
    }
    bare = {stem for word in common for stem in _stems(word) if stem in free and headlines[stem] >= HEADLINES}
    return sorted(common | {stem for stem in bare if 2 * small[stem] >= capital[stem] - headlines[stem]})


def _words(text: str) -> Iterator[tuple[str, bool]]:
    """The words of a text, each with whether it begins a sentence."""
    for line in text.splitlines():
        for match in WORD.finditer(line):
            before = line[max(0, match.start() - 2) : match.start()]
            yield match.group(), match.start() == 0 or bool(before and SENTENCE_BEGINS.search(before))


def _stems(word: str) -> Iterator[str]:
    """The bare forms that a verb with a prefix may have: "gugat" of "menggugat"."""
    prefix, letters = next((pair for pair in PREFIXES if word.startswith(pair[0])), ("", ()))
    yield from (letter + word[len(prefix) :] for letter in letters if len(letter + word[len(prefix) :]) > 3)


def _corpus(folder: Path) -> Iterator[tuple[str, str]]:
    for file in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                yield row.get("title") or "", row["text"]


def name_words(docs: Iterable[Doc], common: Collection[str], annotated: Iterable[str]) -> list[str]:
    """The words of names, sorted.

    docs       texts with their PER entities
    common     words, case folded, that are none
    annotated  names that people have marked
    """
    capital: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    names: dict[str, set[str]] = {}
    for doc in docs:
        for token in doc:
            if NAME_WORD.fullmatch(token.text):
                capital[token.text] += 1
                inside[token.text] += token.ent_type_ == "PER"
        for entity in doc.ents:
            if entity.label_ == "PER" and len(entity) > 1:
                for token in entity:
                    names.setdefault(token.text, set()).add(entity.text)
    found = {word for word in inside if len(names.get(word, ())) >= NAMES and inside[word] >= MOSTLY * capital[word]}
    found |= {word for name in annotated for word in name.split() if " " in name and NAME_WORD.fullmatch(word)}
    return sorted(found - RANK_WORDS - {w for w in found if w.casefold() in common or LEADING.match(f"{w} ")})


def _write(file: Path, header: str, words: Sequence[str]) -> None:
    lines = textwrap.wrap(" ".join(words), 119, break_on_hyphens=False)
    file.write_text(header + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"{file.name}: {len(words)} kata")


def main() -> None:
    """Write the lists."""
    marked = [
        name
        for split in SPLITS
        for _, annotation in read_split(split)
        for name in annotation["mentions"].get("PER", ())
    ]
    corpus = SHARED / "data" / "corpus"
    named = frozenset(word.casefold().strip(".,") for name in marked for word in name.split())
    plain = common_words(_corpus(corpus), frozenset())
    _write(COMMON_WORDS, COMMON_HEADER, [word for word in plain if word not in named])
    nlp = load()
    with nlp.select_pipes(enable=["sentences", "tok2vec", "decode", "ner"]):
        docs = nlp.pipe((text[:LONGEST] for _, text in _corpus(corpus)), batch_size=8)
        _write(NAME_WORDS, NAMES_HEADER, name_words(docs, frozenset(plain), marked))


if __name__ == "__main__":
    main()
