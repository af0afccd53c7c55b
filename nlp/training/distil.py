"""Distil the trained tagger into a shallower one, which has fewer layers to compute for every token.

    python -m nlp.training.distil [--deep FOLDER] [--output FOLDER] [--depth N] [--steps N] [--texts N] [--synthetic N]

The shallow network is cut out of the deep one (shallow.py) and learns to give the ner at every token what the deep one
gives it (lessons.py). Its loss is the squared difference in the three features of the ner's lower layer, and the
Kullback-Leibler divergence of the probabilities of the ner's moves (Hinton, Vinyals and Dean, "Distilling the Knowledge
in a Neural Network", 2015). Dev is never read, and the last weights are the ones kept.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from spacy import Language
from torch import Tensor
from torch.nn import functional

from nlp.pipeline import MODEL
from nlp.training import lessons
from nlp.training.gold import GOLD
from nlp.training.lessons import Ints, Lessons
from nlp.training.shallow import Moves, Shallow, cut_out, write
from nlp.training.train import DEEP

PAD = 4  # rows of nothing between documents: spaCy's MaxoutWindowEncoder has as many as it is deep
LEAN = 10.0  # weight of the divergences in the loss, where the squares weigh 1
TOKENS = 3_000  # a step
RATE = 2e-3  # the highest learning rate
WARM_UP = 200  # steps in which the learning rate rises
SHOWN = 100  # steps a line


def batches(taught: Lessons, random: np.random.Generator) -> Iterator[tuple[Tensor, Tensor, Tensor, Ints, Tensor]]:
    """(rows, at, places, tokens, states) of whole documents, about TOKENS tokens at a time, in random order.

    rows, at  what Shallow.forward takes
    places    which rows of its result are tokens; the others are padding
    tokens    which tokens of the lessons these are
    states    the lessons' `inside`, counted from the batch's first token
    """
    begins = np.concatenate([[0], taught.ends[:-1]])
    lengths = taught.ends - begins
    borders = np.searchsorted(taught.inside[:, 0], [*begins, taught.ends[-1]])
    order = random.permutation(np.flatnonzero(lengths))
    parts = np.cumsum(lengths[order]) // TOKENS
    for docs in np.split(order, np.flatnonzero(np.diff(parts)) + 1):
        tokens = np.concatenate([np.arange(begins[doc], taught.ends[doc]) for doc in docs])
        places = np.arange(len(tokens)) + PAD * np.repeat(np.arange(1, len(docs) + 1), lengths[docs])
        kinds, back = np.unique(taught.kinds[tokens], return_inverse=True)
        at = np.full(len(tokens) + PAD * (len(docs) + 1), -1)
        at[places] = back
        shifts = np.cumsum([0, *lengths[docs][:-1]]) - begins[docs]
        states = [
            taught.inside[borders[doc] : borders[doc + 1]] + np.array([shift, shift, 0])
            for doc, shift in zip(docs, shifts, strict=True)
        ]
        rows, at, places, inside = map(torch.from_numpy, (taught.rows[kinds], at, places, np.concatenate(states)))
        yield rows, at, places, tokens, inside


def train(deep: Language, taught: Lessons, student: Shallow, steps: int) -> tuple[Moves, list[float]]:
    """Teach the student and a copy of the ner's layers. Gives that copy, and the mean loss of each SHOWN steps."""
    judge, moves = (Moves(deep.get_pipe("decode")) for _ in range(2))
    metric = judge.metric()
    sample = torch.from_numpy(taught.wanted[:100_000].astype(np.float32))
    spread = ((sample - sample.mean(dim=0)) @ metric).square().sum(dim=1).mean()
    optimizer = torch.optim.Adam([*student.parameters(), *moves.parameters()], lr=RATE, fused=True)
    random, began = np.random.default_rng(1), time.time()
    step, shown, losses = 0, np.zeros(3), []
    while step < steps:
        for rows, at, places, tokens, states in batches(taught, random):
            if step == steps:
                break
            step += 1
            for group in optimizer.param_groups:
                group["lr"] = RATE * min(1.0, step / WARM_UP, (1 - (step - 1) / steps) * 1.25)
            wanted = torch.from_numpy(taught.wanted[tokens].astype(np.float32))
            found = student(rows, at)[places]
            with torch.no_grad():
                expected = judge(wanted, states)
            parts = [((found - wanted) @ metric).square().sum() / spread] + [
                functional.kl_div(guess, right, reduction="sum", log_target=True)
                for guess, right in zip(moves(found, states), expected, strict=True)
            ]
            loss = (parts[0] + LEAN * (parts[1] + parts[2])) / len(tokens)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            shown += [part.item() / len(tokens) for part in parts]
            if step % SHOWN == 0:
                squares, outside, inside = shown / SHOWN
                losses.append(squares + LEAN * (outside + inside))
                shown[:] = 0
                print(
                    f"{step}/{steps} squares {squares:.4f}, divergence outside {outside:.5f}, inside {inside:.5f}"
                    f" a token; {time.time() - began:.0f} s",
                    file=sys.stderr,
                    flush=True,
                )
    return moves, losses


def main(argv: list[str] | None = None) -> int:
    """Collect the lessons, train, write the shallow network's weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--deep", type=Path, default=DEEP)
    parser.add_argument("--output", type=Path, default=MODEL)
    parser.add_argument("--depth", type=int, default=2)
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--texts", type=int, help="of the corpus; default: all")
    parser.add_argument("--synthetic", type=int, default=12_000)
    arguments = parser.parse_args(argv)
    if not GOLD.is_dir():
        print(f"{GOLD}: not found; training needs the shared data beside the checkout", file=sys.stderr)
        return 2
    deep = lessons.load_plain(arguments.deep)
    taught = lessons.make(deep, arguments.texts, arguments.synthetic)
    print(f"{len(taught.kinds)} tokens of {len(taught.ends)} documents", file=sys.stderr, flush=True)
    student = cut_out(deep, arguments.depth)
    moves, _ = train(deep, taught, student, arguments.steps)
    write(arguments.deep, student, moves, arguments.output)
    print(f"weights: {arguments.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
