"""Train the statistical tagger from ../shared/data/gold: the deep network, from which distil.py makes nlp/model.

    python -m nlp.training.train [--config FILE] [--output FOLDER] [--set KEY=VALUE ...]

`--set` overrides a value of the configuration ("components.ner.model.tok2vec.encode.depth=2").
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from spacy.training.initialize import init_nlp
from spacy.training.loop import train as train_loop
from spacy.util import load_config
from thinc.api import NumpyOps, set_current_ops

from nlp import language
from nlp.training import corpora  # noqa: F401  (registers the readers)
from nlp.training.gold import GOLD

HERE = Path(__file__).resolve().parent
CONFIG = HERE.parent / "config" / "train.cfg"
RUNS = HERE / "runs"
DEEP = RUNS / "deep"


def main(argv: list[str] | None = None) -> int:
    """Train, then copy the best weights to the output folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", type=Path, default=CONFIG)
    parser.add_argument("--output", type=Path, default=DEEP)
    parser.add_argument("--work", type=Path, default=RUNS / "run")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    arguments = parser.parse_args(argv)
    if not GOLD.is_dir():
        print(f"{GOLD}: not found; training needs the shared data beside the checkout", file=sys.stderr)
        return 2
    set_current_ops(NumpyOps(use_blis=False))  # numpy's BLAS is faster than BLIS's wheel on many processors
    overrides = {key: _value(value) for key, value in (pair.split("=", 1) for pair in arguments.set)}
    config = load_config(arguments.config, overrides=overrides, interpolate=True)
    language.register()
    nlp = init_nlp(config)
    arguments.work.mkdir(parents=True, exist_ok=True)
    train_loop(nlp, arguments.work, stdout=sys.stdout, stderr=sys.stderr)
    best = arguments.work / "model-best"
    shutil.rmtree(arguments.output, ignore_errors=True)
    shutil.copytree(best, arguments.output)
    forget_words(arguments.output, nlp.pipe_labels["ner"])
    print(f"weights: {arguments.output}")
    return 0


def forget_words(model: Path, labels: Iterable[str]) -> None:
    """Cut the list of all words that training met down to the labels, since the weights hash words and look none up."""
    (model / "vocab" / "strings.json").write_text(json.dumps(sorted(labels), indent=1) + "\n", encoding="utf-8")


def _value(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


if __name__ == "__main__":
    sys.exit(main())
