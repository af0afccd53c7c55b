"""`pantau export`: a table as a file."""

from __future__ import annotations

import sys
from contextlib import closing
from datetime import date
from pathlib import Path

import click

from pipelines.commands.options import Day
from pipelines.commands.terminal import DONE, say, show_progress
from pipelines.errors import UserError
from pipelines.wording.labels import EXPORTED_TABLES, FILE_FORMATS


@click.command()
@click.argument("table", type=click.Choice(list(EXPORTED_TABLES)))
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FILE_FORMATS)),
    default="csv",
    show_default=True,
    help="json is JSON Lines.",
)
@click.option("--output", type=click.Path(path_type=Path), help="The file to write; default standard output.")
@click.option("--since", type=Day(), help="From this day (WIB) on.")
@click.option("--until", type=Day(), help="Up to this day (WIB), included.")
@click.option("--source", metavar="ID", help="Only articles of this source.")
@click.option("--query", help="Only articles that this search finds, as on the search page.")
@click.option("--city", metavar="PLACE", help="Only articles that name it: Kemendagri code or name.")
@click.option("--person", metavar="NAME", help="Only articles that name this person, by any form of the name.")
@click.option("--semicolon", is_flag=True, help="csv for an Indonesian Excel: cells parted by semicolons.")
@click.option("--raw", is_flag=True, help="csv or xlsx as a machine reads them: names of columns, codes, ids, UTC.")
@click.pass_obj
def export(
    db: Path,
    table: str,
    form: str,
    output: Path | None,
    since: date | None,
    until: date | None,
    source: str | None,
    query: str | None,
    city: str | None,
    person: str | None,
    semicolon: bool,
    raw: bool,
) -> int:
    """Write a table as CSV, XLSX, JSON Lines or Parquet."""
    from pipelines.database.open import open_connection
    from pipelines.desk.export import export as write
    from pipelines.search.filters import Filters
    from pipelines.search.understood import check

    if semicolon and form != "csv":
        raise UserError(f"--semicolon: is for csv, not {form}")
    if output is None and form in ("xlsx", "parquet") and sys.stdout.isatty():
        raise UserError(f"--format {form}: is not for a terminal; give --output FILE")
    with closing(open_connection(db, create=False)) as connection, show_progress(f"mengekspor {table}") as advance:
        check(connection, Filters(since, until, source, query, city, person))
        target = output if output is not None else sys.stdout.buffer
        filters = Filters(since, until, source, query, city, person)
        count = write(connection, table, form, filters, target, semicolon=semicolon, raw=raw, on_progress=advance)
    say(f"{count} baris{f' -> {output}' if output else ''}")
    return DONE
