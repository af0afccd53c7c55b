"""Languages on texts that nobody here wrote: the shared half of a public collection, beside three other detectors.

    python benchmarks/language_shared.py [--part look|judge] [--rivals FOLDER] [--write]

Needs ../shared/data/language. The words of language_marks.toml were chosen with the half "look" in sight; "judge" is
the other one. Of the mixed texts, which all stay Indonesian, there is no half: no words were chosen on them.
`--rivals`: where py3langid and lingua-language-detector are installed (pip install --target FOLDER); langdetect is here
already. `--write` puts the judged figures into benchmarks/language_shared.json. A language without a right answer of a
detector (none of the three knows Minangkabau) counts as right when it is anything but Indonesian, Malay or English.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.language import plain
from pipelines.language.detect import detect

HERE = Path(__file__).resolve().parent
TEXTS = HERE.parents[1] / "shared" / "data" / "language"
MAIN = ("id", "ms", "en")  # what an article in a language of Indonesia must not be taken for
KNOWN = ("id", "ms", "en", "jv", "su", "tl")
SHORT = ("sentence", "title")

Reader = Callable[[str], str | None]


class Text(NamedTuple):
    """One text: its row in the table, its language, and what is read."""

    row: str
    language: str
    text: str


def shared_texts(part: str) -> Iterator[Text]:
    """The texts of one half, "look" or "judge", then the mixed ones."""
    for line in (TEXTS / "texts.share.jsonl").read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        half = "judge" if int(hashlib.md5(item["id"].encode()).hexdigest(), 16) % 2 else "look"
        if half == part:
            length = item["length"] if item["length"] in SHORT else "60 words and more"
            yield Text(f"{item['lang']}, {length}", item["lang"], f"{item['title']}. {item['text']}".strip(". "))
    for line in (TEXTS / "stress.share.jsonl").read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        yield Text(f"mixed: {item['src']}", "id", f"{item['title']}. {item['text']}".strip(". "))


def detectors(rivals: Path | None) -> dict[str, Reader]:
    """By name: ours, langdetect, and those in the folder of rivals."""
    found: dict[str, Reader] = {"pantau": detect, "langdetect": plain}
    if rivals is not None:
        sys.path.append(str(rivals))
        import py3langid  # type: ignore[import-not-found]
        from lingua import LanguageDetectorBuilder  # type: ignore[import-not-found]

        lingua = LanguageDetectorBuilder.from_all_languages().with_low_accuracy_mode().build()

        def by_lingua(text: str) -> str | None:
            answer = lingua.detect_language_of(text[:500])
            return answer.iso_code_639_1.name.lower() if answer else None

        found |= {"py3langid": lambda text: str(py3langid.classify(text)[0]), "lingua": by_lingua}
    return found


def is_right(language: str, answer: str | None) -> bool:
    """Whether an answer is right: the language itself, or, for one that no detector knows, none of the main ones."""
    return answer == language if language in KNOWN else answer not in MAIN


def table(texts: list[Text], reader: Reader) -> dict[str, str]:
    """By row: right ones of all."""
    right: dict[str, int] = defaultdict(int)
    count: dict[str, int] = defaultdict(int)
    for text in texts:
        count[text.row] += 1
        right[text.row] += is_right(text.language, reader(text.text))
    return {row: f"{right[row]}/{count[row]}" for row in count}


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=("look", "judge"), default="judge")
    parser.add_argument("--rivals", type=Path)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    texts = sorted(shared_texts(arguments.part))
    figures: dict[str, dict[str, str]] = {}
    for name, reader in detectors(arguments.rivals).items():
        reader(texts[0].text)
        start = time.process_time()
        figures[name] = table(texts, reader)
        figures[name]["ms a text"] = f"{1000 * (time.process_time() - start) / len(texts):.2f}"
    print("| | " + " | ".join(figures) + " |\n|" + " --- |" * (len(figures) + 1))
    for row in figures["pantau"]:
        print(f"| {row} | " + " | ".join(rows[row] for rows in figures.values()) + " |")
    if arguments.write:
        (HERE / "language_shared.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
