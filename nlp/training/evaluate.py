"""Score the shipped pipeline on the dev split and write the figures to nlp/training/evals/dev.json.

    python -m nlp.training.evaluate [--check]

The figures are those that ../shared/tools/score.py gives. `--check` compares instead of writing: exit code 1 if the F1
of a measure has dropped by more than ALLOWED_DROP.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nlp
from nlp.tag import tag_documents
from nlp.training.gold import GOLD, SHARED, read_split

EVALS = Path(__file__).resolve().parent / "evals" / "dev.json"
# By measure, of the micro-averaged F1. Dev names 21 agreements, so that one of them is worth almost 0.05.
ALLOWED_DROP = {
    "mentions": 0.01,
    "officials.name": 0.01,
    "officials.role": 0.01,
    "places": 0.01,
    "agreements.type": 0.05,
    "agreements.parties": 0.05,
}

Figures = dict[str, dict[str, Any]]


def score(split: str = "dev") -> Figures:
    """Precision, recall and F1 of the shipped pipeline on a split, by measure."""
    model = nlp.load()
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".jsonl") as predicted:
        for row in tag_documents(model, (document for document, _ in read_split(split))):
            predicted.write(json.dumps(row) + "\n")
        predicted.flush()
        scorer, given = SHARED / "tools" / "score.py", [GOLD / f"{split}.{kind}.jsonl" for kind in ("docs", "gold")]
        command = map(str, (sys.executable, scorer, *given, predicted.name, "--json"))
        run = subprocess.run([*command], capture_output=True, text=True, check=True)
    figures: Figures = json.loads(run.stdout)
    return figures


def dropped(before: Figures, now: Figures) -> list[str]:
    """In words, the measures whose F1 has dropped by more than ALLOWED_DROP from `before` to `now`."""
    return [
        f"{name}: F1 {now[name]['f1']} was {before[name]['f1']}"
        for name, allowed in ALLOWED_DROP.items()
        if now[name]["f1"] < before[name]["f1"] - allowed
    ]


def main(argv: list[str] | None = None) -> int:
    """Write or check the figures."""
    return write_or_check(argv, __doc__, score, EVALS, dropped)


def write_or_check(
    argv: list[str] | None,
    says: str | None,
    measure: Callable[[], Figures],
    evals: Path,
    dropped: Callable[[Figures, Figures], list[str]],
) -> int:
    """The command line of a set of figures: print them, and write them to `evals`, or with --check compare them.

    says     what the command does, for its help
    dropped  what is worse in the second figures than in the first, in words
    The exit code is 1 when a check finds anything.
    """
    parser = argparse.ArgumentParser(description=says, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args(argv)
    figures = measure()
    for name, figure in figures.items():
        print(f"{name:22}{figure['p']:7.3f}{figure['r']:7.3f}{figure['f1']:7.3f}")
    if arguments.check:
        worse = dropped(json.loads(evals.read_text(encoding="utf-8")), figures)
        for line in worse:
            print(f"dropped: {line}", file=sys.stderr)
        return 1 if worse else 0
    evals.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
