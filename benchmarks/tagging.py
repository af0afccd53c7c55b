"""Words a second of the whole tagging pipeline on one core, and of the ner (tok2vec and decoder) alone, in one run.

    python benchmarks/tagging.py

Reads the dev documents of ../shared; words are what str.split() gives.
"""

from __future__ import annotations

import os
import statistics
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # one core; set before numpy is loaded

import nlp  # noqa: E402
from nlp.tag import BATCH_SIZE, tag_documents  # noqa: E402
from nlp.training.gold import GOLD, read_split  # noqa: E402

ROUNDS = 5


def main() -> int:
    """Print both rates and their ratio."""
    if not GOLD.is_dir():
        print(f"{GOLD}: not found; this benchmark needs the shared data beside the checkout", file=sys.stderr)
        return 2
    documents = [document for document, _ in read_split("dev")]
    words = sum(len(f"{d['title']} {d['text']}".split()) for d in documents)
    model = nlp.load()
    whole, statistical = [], []
    for _ in range(ROUNDS):
        begun = time.process_time()
        list(tag_documents(model, documents))
        whole.append(time.process_time() - begun)
        with model.select_pipes(enable=["tok2vec", "decode"]):
            begun = time.process_time()
            list(model.pipe((f"{d['title']}\n\n{d['text']}" for d in documents), batch_size=BATCH_SIZE))
            statistical.append(time.process_time() - begun)
    a, b = statistics.median(whole), statistics.median(statistical)
    print(
        f"{len(documents)} documents, {words} words, batches of {BATCH_SIZE}, {ROUNDS} rounds, one core (CPU seconds)"
    )
    print(f"whole pipeline {words / a:10.0f} words/s")
    print(f"ner alone      {words / b:10.0f} words/s   whole/ner time {a / b:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
