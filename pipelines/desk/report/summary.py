"""Summary: the figures of a report and the head of each table, as a message."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from pipelines.desk.report.records import Report
from pipelines.desk.watch.deliver import Send, deliver

LINES = 3  # of each table


def as_text(report: Report, address: str) -> str:
    """The report in lines; `address`: of the pages, "" where there are none."""
    lines = [f"{f.value} {f.label}" + (f" ({f.before})" if f.before else "") for f in report.figures]
    for section in report.sections:
        if section.lines:
            lines += ["", f"{section.title}:"]
            lines += [f"- {', '.join(cell for cell in line.cells if cell)}" for line in section.lines[:LINES]]
    if address:
        since = report.period.first.isoformat()
        lines += ["", f"{address.rstrip('/')}/laporan?kurun={report.period.kind}&hari={since}"]
    return "\n".join(lines)


def send_summary(
    connection: sqlite3.Connection, report: Report, receiver: str, file: Path, address: str, send: Send | None = None
) -> str | None:
    """Send it with its file; why it did not go, None when it did.

    receiver  as `deliver` takes it: "penerima:ID", or an Apprise address, in which ${NAMES} are of the environment
    """
    return deliver(connection, receiver, f"[Pantau] {report.title}", as_text(report, address), [file], send)
