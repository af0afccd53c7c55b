"""Train the tagger's network on the annotated documents, on made-up ones and on the corpus as silver.py labels it.

    python -m nlp.training.student [--start FOLDER] [--output FOLDER] [--silver FILE ...] [--tokens N] [--rate R]
        [--leave-out X]

The network goes on from the weights in --start. At every token it learns how likely each move of the ner is: for
certain in annotated and made-up documents, by the votes of the corpus in its texts (silver.py). In every batch other
words stand for some, so that the words around a name tell what it is (lessons.py). Dev and dev2 are never read, and
the last weights are the ones kept.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from spacy import Language
from torch import Tensor

from nlp.fast import decode
from nlp.pipeline import MODEL, load_weights
from nlp.training.corpora import in_other_case, rename
from nlp.training.gold import GOLD, taught_docs
from nlp.training.lessons import (
    RUNS,
    Lessons,
    Taught,
    batches,
    certain,
    columns_of,
    in_a_row,
    lessons,
    load_taught,
    save,
)
from nlp.training.shallow import Moves, Shallow, cut_out, deepen, depth_of, write
from nlp.training.synthetic import synthetic_docs
from nlp.training.workers import TOGETHER, WORKERS, Meeting

TOKENS = 2_000  # a step of a worker
RATE = 1e-3  # the highest learning rate, if not told otherwise
SEED = 7
COPIES = 4  # of each annotated document: as it is, and with other names and in other case
SYNTHETIC = 7_000  # made-up documents
TAUGHT_TOKENS = 3.0  # millions, that it learns from if not told otherwise
SHOWN = 80  # steps a line


def load_plain(path: Path) -> Language:
    """A trained network, its layers as spaCy has them, with sentences before and the batch decoder behind it."""
    nlp = load_weights(path)
    nlp.add_pipe("pantau_sentences", first=True)
    decode.install(nlp)
    return nlp


def collect(nlp: Language, leave_out: str | None, synthetic: int = SYNTHETIC) -> Taught:
    """The annotated documents in COPIES forms, and made-up ones."""
    random.seed(SEED)
    columns = columns_of(nlp)
    gold = taught_docs(nlp, leave_out)
    parts = [certain(doc, columns) for doc in gold]
    for _ in range(COPIES - 1):
        parts += [certain(in_other_case(nlp, rename(nlp, doc)), columns) for doc in gold]
    return in_a_row([*parts, *(certain(doc, columns) for doc in synthetic_docs(nlp, synthetic))])


def loss_of(student: Shallow, moves: Moves, batch: Sequence[NDArray[Any]]) -> tuple[Tensor, Tensor]:
    """The cross entropies outside and inside entities, per token."""
    rows, at, places, outside, weight, inside, going = map(torch.from_numpy, batch)
    hidden = student(rows, at)[places]
    guess, goes = moves(hidden, inside)
    first = -(outside * guess).sum(1) @ weight
    second = -(going * goes[:, 0] + (1 - going) * goes[:, 1]).sum()
    return first / len(places), second / len(places)


def train(
    nlp: Language, taught: Lessons, steps: int, rate: float = RATE, depth: int | None = None
) -> tuple[Shallow, Moves]:
    """Teach the network of a pipeline, `steps` steps in each of the workers.

    rate   the highest learning rate
    depth  how many window layers the network gets; as many as it has, if not told
    """
    student, moves = cut_out(nlp, depth_of(nlp)), Moves(nlp.get_pipe("decode"))
    deepen(student, depth or 0)
    values = [*student.parameters(), *moves.parameters()]
    for value in values:
        value.data = value.data.clone().share_memory_()
    Meeting(values, steps).run(_work, student, moves, taught, rate)
    return student, moves


def _work(rank: int, meeting: Meeting, student: Shallow, moves: Moves, taught: Lessons, rate: float) -> None:
    torch.set_num_threads(1)
    shared = [*student.parameters(), *moves.parameters()]
    final = [value.data for value in shared]  # where the parent finds the weights
    for value in shared:
        value.data = value.data.clone()
    optimizer = torch.optim.Adam(shared, lr=rate, betas=(0.9, 0.99), fused=True)
    order, rng = SEED, np.random.default_rng(SEED + rank)
    step, shown, tokens = 0, np.zeros(2), 0
    while meeting.gone() < 1:
        order += 1
        for batch in batches(taught, rng, np.random.default_rng(order), TOKENS, rank, WORKERS):
            step += 1
            for group in optimizer.param_groups:
                group["lr"] = rate * meeting.share_of_peak()
            parts = loss_of(student, moves, batch)
            optimizer.zero_grad(set_to_none=True)
            (parts[0] + parts[1]).backward()
            torch.nn.utils.clip_grad_norm_(shared, 1.0)
            optimizer.step()
            shown += [part.item() for part in parts]
            tokens += len(batch[2])
            if step % TOGETHER == 0:
                meeting.meet(rank, shared)
                if meeting.gone() >= 1:
                    break
            if rank == 0 and step % SHOWN == 0:
                outside, inside = shown / SHOWN
                shown[:] = 0
                line = f"{step} steps, {tokens * WORKERS / 1e6:.2f} M tokens, {meeting.gone():.0%}:"
                print(f"{line} outside {outside:.4f}, inside {inside:.4f}", file=sys.stderr, flush=True)
    if rank == 0:
        print(f"{step} steps, {tokens * WORKERS / 1e6:.2f} M tokens", flush=True)
        for target, value in zip(final, shared, strict=True):
            target.copy_(value.data)


def main(argv: list[str] | None = None) -> int:
    """Collect the lessons, train, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--start", type=Path, default=MODEL)
    parser.add_argument("--output", type=Path, default=RUNS / "student")
    parser.add_argument("--silver", type=Path, nargs="*", default=[RUNS / "silver.npz"])
    parser.add_argument("--tokens", type=float, default=TAUGHT_TOKENS, help="to learn from, in millions")
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--depth", type=int, help="window layers; new ones are put on top of those of --start")
    parser.add_argument("--leave-out")
    arguments = parser.parse_args(argv)
    if not GOLD.is_dir():
        print(f"{GOLD}: not found; training needs the shared data beside the checkout", file=sys.stderr)
        return 2
    nlp = load_plain(arguments.start)
    kept = RUNS / f"gold{arguments.leave_out or ''}.npz"
    if not kept.exists():
        save(collect(nlp, arguments.leave_out), kept)
    taught = lessons(nlp, in_a_row([load_taught(path) for path in (kept, *arguments.silver)]))
    print(f"{len(taught.kinds)} tokens of {len(taught.ends)} documents", file=sys.stderr, flush=True)
    steps = int(arguments.tokens * 1e6 / TOKENS / WORKERS)
    write(arguments.start, *train(nlp, taught, steps, arguments.rate, arguments.depth), arguments.output)
    print(f"weights: {arguments.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
