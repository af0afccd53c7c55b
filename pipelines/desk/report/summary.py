"""Summary: the figures of a report and the head of each table, as a message."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from pipelines.desk.report.files import page_of
from pipelines.desk.report.records import Report
from pipelines.desk.watch.deliver import Send, deliver
from pipelines.wording.numbers import number

LINES = 3  # of each table


def as_text(report: Report, address: str) -> str:
    """The report in lines; `address`: of the pages, "" where there are none."""
    lines = [f"{f.value} {f.label}" + (f" ({f.before})" if f.before else "") for f in report.figures]
    for section in report.sections:
        if section.lines:
            lines += ["", f"{section.title}:"]
            lines += [_told(section.columns, line.cells) for line in section.lines[:LINES]]
            if len(section.lines) > LINES:
                lines.append(f"  dan {number(len(section.lines) - LINES)} lagi")
    if address:
        lines += ["", page_of(report, address)]
    return "\n".join(lines)


def _told(columns: Sequence[str], cells: Sequence[str]) -> str:
    """A row in one line: its first cell, then the others after the names of their columns."""
    told = [f"{name[:1].lower()}{name[1:]} {cell}" for name, cell in zip(columns[1:], cells[1:], strict=True) if cell]
    return f"- {cells[0]}" + (f": {', '.join(told)}" if told else "")


def send_summary(
    connection: sqlite3.Connection, report: Report, receiver: str, file: Path, address: str, send: Send | None = None
) -> str | None:
    """Send it with its file; why it did not go, None when it did.

    receiver  as `deliver` takes it: "penerima:ID", or an Apprise address, in which ${NAMES} are of the environment
    """
    return deliver(connection, receiver, f"[Pantau] {report.title}", as_text(report, address), [file], send)
