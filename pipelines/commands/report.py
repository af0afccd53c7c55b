"""`pantau report`: a week or a month in figures and tables."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from pipelines.commands.options import setting_option
from pipelines.commands.terminal import DONE, SOME_FAILED, complain, say
from pipelines.errors import UserError
from pipelines.wording.translate import translated


@click.command()
@click.option("--week", "kind", flag_value="minggu", default=True, help="A week, Monday to Sunday; the default.")
@click.option("--month", "kind", flag_value="bulan", help="A month.")
@click.option("--quarter", "kind", flag_value="triwulan", help="A quarter of a year.")
@click.option("--date", "when", metavar="DAY", help="A day of the period (WIB); default: the last whole one.")
@click.option("--format", "form", type=click.Choice(["pdf", "docx", "html", "xlsx"]), default="pdf", show_default=True)
@click.option("--output", type=click.Path(path_type=Path), help="Default laporan-FIRST-DAY.FORMAT here.")
@click.option("--to", multiple=True, metavar="RECEIVER", help="Mail it, too: a receiver's name, or an address.")
@setting_option("--address", "report.address", help="Of the pages, to which its figures lead.")
@click.pass_obj
def report(
    db: Path, kind: str, when: str | None, form: str, output: Path | None, to: tuple[str, ...], address: str
) -> int:
    """A week or a month in figures and tables."""
    from datetime import UTC, date, datetime

    from pipelines.database.open import open_connection
    from pipelines.desk.export import write_whole
    from pipelines.desk.report.files import to_file
    from pipelines.desk.report.gather import gather
    from pipelines.desk.report.period import last_whole, period_of
    from pipelines.desk.report.summary import send_summary
    from pipelines.desk.watch.deliver import addressed
    from pipelines.health.ailing import ailing
    from pipelines.wording.wib import WIB

    now = datetime.now(UTC)
    try:
        chosen = date.fromisoformat(when) if when else None
    except ValueError as error:
        raise UserError(f"--date {when}: is not a day; write it as 2025-12-31") from error
    period = period_of(kind, chosen) if chosen else last_whole(kind, now.astimezone(WIB).date())
    with closing(open_connection(db, create=False)) as connection:
        addresses = addressed(connection, to)
        made = gather(connection, period, ailing(connection, now))
        target = output or Path(f"laporan-{period.first}.{form}")
        write_whole(target, to_file(made, form, address or ""))
        say(f"{made.title} -> {target}")
        code = DONE
        for receiver, called in addresses.items():
            failed = send_summary(connection, made, receiver, target, address or "")
            if failed:
                complain(f"{called}: gagal: {translated(failed)}")
                code = SOME_FAILED
    return code
