"""Signals: Ctrl-C, SIGTERM (systemd, cron) and SIGHUP (a closed terminal) all end a command the same way, and soon."""

from __future__ import annotations

import os
import signal
import threading
from multiprocessing import active_children

from pipelines.commands.terminal import INTERRUPTED

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# A command has so long to put things in order. A crawl takes three seconds of them for the answers on the wire.
SECONDS = 4.0
# On Dask's workers the crawls are stopped over the network, and what they fetched is merged here.
SECONDS_FOR_OTHER_MACHINES = 30.0
_allowed = [SECONDS]


def end_on_signals() -> None:
    """Raise KeyboardInterrupt in the main thread on each of SIGNALS; SECONDS later end this process and its children.

    Python calls a handler only between two of its own instructions. A statement of SQLite or a name server that does
    not answer may hold it back for minutes, so that the end is a thread's affair, which hears of signals through a
    pipe (signal.set_wakeup_fd). What is stored stays: SQLite undoes what was not committed, files are moved when whole.
    """
    for sign in SIGNALS:
        if signal.getsignal(sign) != signal.SIG_IGN:  # nohup
            signal.signal(sign, signal.default_int_handler)
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    threading.Thread(target=_end, args=(reading,), daemon=True, name="pantau-signals").start()


def wait_for_other_machines() -> None:
    """Let this command have SECONDS_FOR_OTHER_MACHINES after a signal."""
    _allowed[0] = SECONDS_FOR_OTHER_MACHINES


def _end(reading: int) -> None:
    heard = b""
    while not set(heard) & set(SIGNALS):  # SIGALRM and others arrive as well
        heard = os.read(reading, 64)
    threading.Event().wait(_allowed[0])
    for child in active_children():
        child.kill()
    os._exit(INTERRUPTED)
