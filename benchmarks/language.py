"""Languages told apart, against langdetect alone, on our own texts in tests/pipelines/language/languages.

    python benchmarks/language.py [--write]

`--write` puts our figures into benchmarks/language.json, which the tests hold us to. With ../shared beside the checkout
the share of its Indonesian articles that are called Indonesian is counted as well.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from langdetect import DetectorFactory
from langdetect import detect as langdetect
from langdetect.lang_detect_exception import LangDetectException

from pipelines.language.detect import detect

HERE = Path(__file__).resolve().parent
TEXTS = HERE.parent / "tests" / "pipelines" / "language" / "languages"
CORPUS = HERE.parents[1] / "shared" / "data" / "corpus"
LANGUAGES = ("id", "ms", "jv", "su", "en")


def plain(text: str) -> str | None:
    """langdetect's own answer."""
    try:
        return str(langdetect(text[:500]))
    except LangDetectException:
        return None


def texts(language: str) -> list[tuple[str, str]]:
    """(kind, text) of a language's set: whole sentences, short headlines, texts mixed with another language, and
    texts that were written after the words had been chosen."""
    lines = (TEXTS / f"{language}.tsv").read_text(encoding="utf-8").splitlines()
    return [(kind, text) for kind, text in (line.split("\t") for line in lines)]


def table(reader: Callable[[str], str | None]) -> dict[str, dict[str, Any]]:
    """By language: texts, right ones, what the others were called; right ones by kind."""
    rows: dict[str, dict[str, Any]] = {}
    for language in LANGUAGES:
        answers = [(kind, reader(text)) for kind, text in texts(language)]
        kinds = Counter(kind for kind, _ in answers)
        right = Counter(kind for kind, answer in answers if answer == language)
        wrong = Counter(str(answer) for _, answer in answers if answer != language)
        rows[language] = {
            "texts": len(answers),
            "right": right.total(),
            "called": dict(wrong),
            "kinds": {kind: f"{right[kind]}/{count}" for kind, count in kinds.items()},
        }
    return rows


def indonesian_articles() -> dict[str, int]:
    """What the shared articles, all Indonesian, are called."""
    answers: Counter[str] = Counter()
    for file in sorted(CORPUS.glob("*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            answers.update(str(detect(row["text"], row.get("title") or "")) for row in map(json.loads, lines))
    return dict(answers)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    DetectorFactory.seed = 0
    figures: dict[str, Any] = {"pantau": table(detect), "langdetect": table(plain)}
    for name, rows in figures.items():
        for language, row in rows.items():
            print(f"{name:12}{language:4}{row['right']:4}/{row['texts']:<4}{row['kinds']} {row['called'] or ''}")
    if CORPUS.is_dir():
        figures["indonesian_articles"] = indonesian_articles()
        print(figures["indonesian_articles"])
    if arguments.write:
        (HERE / "language.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
