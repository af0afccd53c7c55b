"""Pre-train the tagger's tok2vec on the unlabelled corpus of ../shared (language modelling of characters).

    python -m nlp.training.pretrain [--output FOLDER]

Writes model0.bin ... to nlp/training/runs/pretrain, for `train --set paths.init_tok2vec=FILE`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from spacy.training.pretrain import pretrain
from spacy.util import load_config, load_model_from_config
from thinc.api import NumpyOps, set_current_ops

from nlp.training import corpora  # noqa: F401  (registers the readers)
from nlp.training.train import CONFIG, RUNS


def main(argv: list[str] | None = None) -> int:
    """Pre-train as the configuration says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=RUNS / "pretrain")
    arguments = parser.parse_args(argv)
    arguments.output.mkdir(parents=True, exist_ok=True)
    set_current_ops(NumpyOps(use_blis=False))
    filled = load_model_from_config(load_config(CONFIG, interpolate=False), auto_fill=True).config
    pretrain(filled.interpolate(), arguments.output, use_gpu=-1, silent=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
