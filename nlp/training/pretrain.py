"""Pre-train the tagger's tok2vec on the unlabelled corpus of ../shared (language modelling of characters).

    python -m nlp.training.pretrain [--epochs N]

Writes nlp/training/work/pretrain/model<N>.bin, for `train --set paths.init_tok2vec=FILE`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from spacy.training.pretrain import pretrain
from spacy.util import load_config, load_model_from_config
from thinc.api import NumpyOps, set_current_ops

from nlp import language  # noqa: F401  (registers the language)
from nlp.document import join
from nlp.training.gold import SHARED, read_split
from nlp.training.train import CONFIG, WORK

PRETRAINING = {
    "max_epochs": 8,
    "dropout": 0.2,
    "n_save_every": None,
    "n_save_epoch": None,
    "component": "tok2vec",
    "layer": "",
    "corpus": "corpora.pretrain",
    "batcher": {
        "@batchers": "spacy.batch_by_words.v1",
        "size": 3000,
        "discard_oversize": False,
        "tolerance": 0.2,
        "get_length": None,
    },
    "objective": {"@architectures": "spacy.PretrainCharacters.v1", "maxout_pieces": 3, "hidden_size": 300, "n_characters": 4},
    "optimizer": {
        "@optimizers": "Adam.v1",
        "beta1": 0.9,
        "beta2": 0.999,
        "L2_is_weight_decay": True,
        "L2": 0.01,
        "grad_clip": 1.0,
        "use_averages": True,
        "eps": 1e-8,
        "learn_rate": 0.001,
    },
}  # fmt: skip


def corpus_texts() -> Iterator[str]:
    """The unlabelled articles of ../shared/data/corpus, and the texts of the train split (never dev)."""
    for file in sorted((SHARED / "data" / "corpus").glob("*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                yield join(row.get("title") or "", row["text"])
    for document, _ in read_split("train"):
        yield join(document["title"], document["text"])


def main(argv: list[str] | None = None) -> int:
    """Write the corpus as spaCy wants it, then pre-train."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=PRETRAINING["max_epochs"])
    parser.add_argument("--output", type=Path, default=WORK / "pretrain")
    arguments = parser.parse_args(argv)
    arguments.output.mkdir(parents=True, exist_ok=True)
    texts = WORK / "corpus.jsonl"
    with texts.open("w", encoding="utf-8") as file:
        for text in corpus_texts():
            file.write(json.dumps({"text": text}, ensure_ascii=False) + "\n")
    set_current_ops(NumpyOps(use_blis=False))
    config = load_config(CONFIG, interpolate=False)
    config["pretraining"] = PRETRAINING | {"max_epochs": arguments.epochs}
    config["corpora"]["pretrain"] = {
        "@readers": "spacy.JsonlCorpus.v1", "path": str(texts), "min_length": 5, "max_length": 2000, "limit": 0,
    }  # fmt: skip
    filled = load_model_from_config(config, auto_fill=True).config
    pretrain(filled.interpolate(), arguments.output, use_gpu=-1, silent=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
