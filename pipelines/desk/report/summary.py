"""Summary: the figures of a report and the head of each table, as a message."""

from __future__ import annotations

from pipelines.desk.report.gather import Report
from pipelines.desk.watch.address import with_secrets
from pipelines.desk.watch.send import Send, send_through_apprise

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


def send_summary(report: Report, receiver: str, address: str, send: Send = send_through_apprise) -> str | None:
    """Send it to an Apprise address, in which ${NAMES} are of the environment; why it did not go, None when it did."""
    try:
        send(with_secrets(receiver), f"[Pantau] {report.title}", as_text(report, address))
    except Exception as error:  # whatever a receiver does must not stop the others
        return f"{type(error).__name__}: {error}"
    return None
