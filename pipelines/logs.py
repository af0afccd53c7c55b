"""Logs: a line on stderr for every decision that a person may ask about. `pantau -v` shows them, `-vv` everything.

Each module logs under its own name; this one says where that goes and from which level on. The level is the setting
`log`, so processes that a run starts find it in their environment; forked ones have the handlers already.
"""

from __future__ import annotations

import logging
import re
import sys
from copy import copy
from typing import TextIO

from pipelines.settings.load import setting
from pipelines.wording.translate import spoken_template, translated

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
OURS = ("crawler", "nlp", "pipelines", "pantau")  # the beginnings of our loggers' names


def _told(value: object) -> object:
    """A value of a line: a sentence in the language that is spoken, everything else as it is."""
    text = str(value) if isinstance(value, str | Exception) else ""
    return translated(text) if " " in text else value


class _Stderr(logging.StreamHandler[TextIO]):
    """Writes to what is stderr at the moment: a progress bar puts its own there, so that lines do not break it."""

    def __init__(self) -> None:
        super().__init__(sys.stderr)
        self.setFormatter(_OneLine("%(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record."""
        self.stream = sys.stderr
        super().emit(record)


class _OneLine(logging.Formatter):
    """A message is one line, whatever a title or an address in it holds; a traceback keeps its own.

    Ours are in the language that is spoken, and so are the sentences in their places (why a page failed).
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record, which stays as it is for others."""
        if record.name.partition(".")[0] in OURS and isinstance(record.msg, str):
            record = copy(record)
            record.msg = spoken_template(record.msg)
            if isinstance(record.args, tuple):
                record.args = tuple(map(_told, record.args))
        return super().format(record)

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The line, without what breaks it or commands a terminal."""
        return CONTROL.sub(" ", super().formatMessage(record))


def configure() -> None:
    """Show the log of this process on stderr, as the setting `log` says. May be called again.

    Libraries are shown as Python shows them unless told (their warnings), and with `debug` altogether.
    """
    level = logging.getLevelName(str(setting("log")).upper())
    for name in OURS:
        logger = logging.getLogger(name)
        _show(logger)
        logger.setLevel(level)
    if level == logging.DEBUG:
        root = logging.getLogger()
        _show(root).addFilter(lambda record: record.name.partition(".")[0] not in OURS)
        root.setLevel(level)


def _show(logger: logging.Logger) -> logging.Handler:
    for known in logger.handlers:
        if isinstance(known, _Stderr):
            return known
    handler = _Stderr()
    logger.addHandler(handler)
    return handler
