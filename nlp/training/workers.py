"""Training in several processes of one thread each, which take the mean of their weights every few steps.

So none waits for another at every product of matrices, as the threads of one process do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from multiprocessing import get_context
from typing import Any

import torch
from torch import Tensor

WORKERS = 2
TOGETHER = 8  # steps after which the workers take the mean of their weights
LAST_SHARE = 0.02  # of the learning rate's peak, at the end


class Meeting:
    """What the workers share: their weights, and how many steps each of them has made."""

    def __init__(self, values: Sequence[Tensor], steps: int, made: int = 0) -> None:
        """values: the tensors that are trained, of each worker the same ones; steps: of each worker, in all.

        made: how many of them an earlier run has made.
        """
        self.steps = steps
        self.shared = torch.zeros(WORKERS, sum(value.numel() for value in values)).share_memory_()
        self.made = torch.full((1,), float(made)).share_memory_()
        self.wait = get_context("fork").Barrier(WORKERS).wait

    def run(self, work: Callable[..., None], *given: Any) -> None:
        """Run work(rank, meeting, *given) in every process. Raises RuntimeError when one ends with an error."""
        context = get_context("fork")
        processes = [context.Process(target=work, args=(rank, self, *given)) for rank in range(WORKERS)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        if any(process.exitcode for process in processes):
            raise RuntimeError(f"workers ended with {[process.exitcode for process in processes]}")

    def meet(self, rank: int, values: Sequence[Tensor]) -> None:
        """Take the mean of all workers' weights; TOGETHER steps more are made."""
        with torch.no_grad():
            self.shared[rank] = torch.cat([value.detach().flatten() for value in values])
            self.wait()
            mean, at = self.shared.mean(0), 0
            for value in values:
                value.copy_(mean[at : at + value.numel()].view_as(value))
                at += value.numel()
        if rank == 0:
            self.made += TOGETHER
        self.wait()

    def share_of_peak(self) -> float:
        """What share of its peak the learning rate has: it rises over the first 8 % of the steps, then falls."""
        gone = self.gone()
        return max(LAST_SHARE, min(1.0, (gone + 0.002) / 0.08, 1 + LAST_SHARE - gone))

    def gone(self) -> float:
        """The share of the steps that are made; the same for all workers."""
        return float(self.made[0]) / self.steps
