"""The weighted mean of several networks' weights, each of which went on from the one before.

    python -m nlp.training.mean [--output FOLDER] FOLDER=SHARE ...

The mean keeps what the earlier weights knew of other texts and is less hasty than the last ones (Wortsman et al.,
"Robust fine-tuning of zero-shot models", 2022). The shares must add up to 1.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

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


def main(argv: list[str] | None = None) -> int:
    """Write the mean."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=MODEL)
    parser.add_argument("networks", nargs="+", metavar="FOLDER=SHARE")
    arguments = parser.parse_args(argv)
    pairs = (network.rpartition("=") for network in arguments.networks)
    shares = {Path(folder): float(share) for folder, _, share in pairs}
    write(next(iter(shares)), *mean(shares), arguments.output)
    print(f"weights: {arguments.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
