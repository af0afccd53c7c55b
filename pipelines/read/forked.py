"""What a forked worker begins with."""

from __future__ import annotations

import os
import signal
import threading
import time

NICENESS = 5  # fetching, with its delays, and the pages for people go first
LOOK = 0.5  # seconds between two looks at the parent


def start_worker(parent: int) -> None:
    """Leave signals to the parent (its process id), and end with it, however it ends.

    A worker that outlives a killed parent waits for ever, and holds the run's lock, which it has inherited.
    """
    for sign in (signal.SIGINT, signal.SIGHUP):  # Ctrl-C and a closed terminal are the parent's business
        signal.signal(sign, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # the pool's way to end a worker
    os.nice(NICENESS)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK)
    os._exit(1)
