"""The weighted mean of several networks' weights, each of which went on from the one before.

    python -m nlp.training.mean [--output FOLDER] [--lean LABEL=NUMBER ...] FOLDER=SHARE ...

The mean keeps what the earlier weights knew of other texts and is less hasty than the last ones (Wortsman et al.,
"Robust fine-tuning of zero-shot models", 2022). The shares must add up to 1.

A network that learnt from unsure labels finds fewer names than there are, since it must hold them likelier than none:
--lean adds a number to the scores with which entities of a label begin, so that it finds more of them and is right of
fewer. Which number is best was asked of dev.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from nlp.pipeline import MODEL
from nlp.training.shallow import Moves, Shallow, cut_out, deepen, depth_of, write
from nlp.training.student import load_plain


def mean(shares: Mapping[Path, float]) -> tuple[Shallow, Moves]:
    """The mean network. Raises ValueError when the shares do not add up to 1."""
    if abs(sum(shares.values()) - 1) > 1e-6:
        raise ValueError(f"the shares add up to {sum(shares.values())}, not to 1")
    networks = []
    for nlp in map(load_plain, shares):
        networks.append((cut_out(nlp, depth_of(nlp)), Moves(nlp.get_pipe("decode"))))
    deepest = max(len(network.layers) for network, _ in networks)
    for network, _ in networks:
        deepen(network, deepest)  # as the deeper ones began
    with torch.no_grad():
        for modules in zip(*networks, strict=True):
            for values in zip(*(module.parameters() for module in modules), strict=True):
                values[0].copy_(sum(share * value for share, value in zip(shares.values(), values, strict=True)))
    return networks[0]


def lean(moves: Moves, labels: Sequence[str], more: Mapping[str, float]) -> None:
    """Let entities begin the more readily.

    labels  of the ner, in the order of its decoder
    more    what is added to the scores (natural logarithms of likelihoods) of a label's first tokens

    Raises ValueError for a label that the ner does not have.
    """
    if unknown := sorted(set(more) - set(labels)):
        raise ValueError(f"no label of the ner: {', '.join(unknown)}; it has {', '.join(labels)}")
    with torch.no_grad():
        for label, number in more.items():
            at = labels.index(label)
            for move in (moves.outer[at], moves.outer[len(labels) + at]):  # the first of several tokens, the only one
                moves.upper_bias[move] += number


def main(argv: list[str] | None = None) -> int:
    """Write the mean."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=MODEL)
    parser.add_argument("--lean", action="append", default=[], metavar="LABEL=NUMBER")
    parser.add_argument("networks", nargs="+", metavar="FOLDER=SHARE")
    arguments = parser.parse_args(argv)
    shares = {Path(folder): share for folder, share in _numbers(arguments.networks).items()}
    first = next(iter(shares))
    network, moves = mean(shares)
    nlp = load_plain(first)
    decoder: Any = nlp.get_pipe("decode")
    lean(moves, [nlp.vocab.strings[label] for label in decoder.labels], _numbers(arguments.lean))
    write(first, network, moves, arguments.output)
    print(f"weights: {arguments.output}")
    return 0


def _numbers(pairs: Sequence[str]) -> dict[str, float]:
    """NAME=NUMBER pairs."""
    parts = (pair.rpartition("=") for pair in pairs)
    return {name: float(number) for name, _, number in parts}


if __name__ == "__main__":
    sys.exit(main())
