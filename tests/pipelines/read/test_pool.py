"""The pool: order, deaths, hangs in C, and the end at any moment."""

from __future__ import annotations

import itertools
import os
import re
import signal
import subprocess
import sys
import time
from collections import deque
from contextlib import closing

import pytest

from pipelines.read import time_limit as limits
from pipelines.read.pool import WorkerPool, WorkFailed
from pipelines.read.time_limit import PageTimeout, deadly_time_limit, time_limit
from tests.conftest import ROOT


def hang_in_c() -> None:
    """Loop in C for five minutes with the lock of Python held and no look at signals, as a parser that hangs does."""
    deque(itertools.repeat(0, 2 * 10**11), maxlen=0)


def double(items: list[int]) -> list[int]:
    """Twice each; 13 kills the process, 14 does so in company only."""
    if 13 in items or (14 in items and len(items) > 1):
        os._exit(9)
    return [2 * item for item in items]


def batches(count: int, size: int = 4) -> list[list[int]]:
    return [list(range(start, min(start + size, count))) for start in range(0, count, size)]


def test_results_come_in_order_whatever_the_workers_do():
    def slow_first(items: list[int]) -> list[int]:
        time.sleep(0.2 if 0 in items else 0)
        return items

    pool = WorkerPool(slow_first, killed=lambda item: -1, workers=2)
    assert list(pool.results(batches(30))) == batches(30)


def test_only_what_kills_its_worker_is_lost():
    pool = WorkerPool(double, double, killed=lambda item: -item, workers=2)
    found = [result for results in pool.results(batches(40)) for result in results]
    assert found == [-13 if item == 13 else 2 * item for item in range(40)]


def test_what_kills_its_worker_is_tried_another_way():
    pool = WorkerPool(double, double, lambda items: [7] * len(items), killed=lambda item: -item, workers=2)
    found = [result for results in pool.results(batches(40)) for result in results]
    assert found == [7 if item == 13 else 2 * item for item in range(40)]


@pytest.mark.timing
def test_a_hang_in_c_ends_its_worker_and_holds_back_nobody(monkeypatch):
    monkeypatch.setattr(limits, "GRACE", 0.3)

    def read(items: list[int]) -> list[int]:
        for item in items:
            with deadly_time_limit(0.3):
                if item == 5:
                    hang_in_c()
        return items

    begun = time.monotonic()
    pool = WorkerPool(read, read, killed=lambda item: -item, workers=2)
    assert [result for results in pool.results(batches(20)) for result in results] == [
        -item if item == 5 else item for item in range(20)
    ]
    assert time.monotonic() - begun < 60


def test_while_nothing_is_to_be_done_what_is_done_is_given_out():
    given = []

    def coming():
        yield [1]
        while not given:
            yield []
        yield [2]

    pool = WorkerPool(double, killed=lambda item: -1, workers=1)
    for results in pool.results(coming()):
        given += results
    assert given == [2, 4]


def test_what_a_worker_raises_stops_the_run():
    pool = WorkerPool(lambda items: [1 // 0], killed=lambda item: -1, workers=1)
    with pytest.raises(WorkFailed, match="ZeroDivisionError"):
        list(pool.results([[1]]))


@pytest.mark.timing
def test_the_end_of_the_iteration_ends_workers_that_hang():
    def hang(items: list[int]) -> list[int]:
        if 0 not in items:
            hang_in_c()
        return [os.getpid()] * len(items)

    begun = time.monotonic()
    with closing(WorkerPool(hang, killed=lambda item: -1, workers=2).results(batches(12))) as results:
        (pid, *_) = next(results)
    assert time.monotonic() - begun < 60
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.timing
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_ends_a_run_within_five_seconds_though_its_workers_hang(name):
    """As the command line has it: all three are taken as Ctrl-C."""
    code = """
import itertools, os, sys
from collections import deque
from pipelines.read.pool import WorkerPool
from pipelines.commands.signals import end_on_signals
end_on_signals()
def hang(items):
    os.write(1, b"mulai" + bytes([10]))
    deque(itertools.repeat(0, 2 * 10**10), maxlen=0)
    return items
try:
    list(WorkerPool(hang, killed=int, workers=2).results([[1], [2], [3]]))
except KeyboardInterrupt:
    sys.exit(130)
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}
    ) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == run.stdout.readline() == b"mulai\n"
        run.send_signal(getattr(signal, name))
        begun = time.monotonic()
        assert run.wait(timeout=30) == 130
        assert time.monotonic() - begun < 5
        assert run.stdout.read() == b""  # ends only when no worker holds it any more


def test_the_time_limit_rings_again_where_a_library_swallows_it(monkeypatch):
    monkeypatch.setattr(limits, "AGAIN", 0.05)
    swallowed = 0
    with pytest.raises(PageTimeout), time_limit(0.05):
        while True:
            try:
                time.sleep(5)
            except Exception:
                swallowed += 1
                if swallowed == 3:
                    raise


def test_the_time_limit_interrupts_a_pattern_that_backtracks():
    begun = time.monotonic()
    with pytest.raises(PageTimeout), time_limit(0.2):
        re.fullmatch(r"(a|a)*b", "a" * 60)
    assert time.monotonic() - begun < 30
