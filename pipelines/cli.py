"""The command `pantau`: parses, calls, prints. Machine-readable output on stdout, everything else on stderr."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines.errors import UserError

if TYPE_CHECKING:
    from pipelines.run import RunReport

DONE, SOME_FAILED, WRONG_USAGE, LOCKED = 0, 1, 2, 75
FAILURES_SHOWN = 20


class Day(click.ParamType):
    """A calendar day, YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day; fails with a usage error for anything else."""
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(value, "%Y-%m-%d").date()
        except ValueError:
            self.fail(f"{value!r} is not a day; write it as 2025-12-31", param, ctx)


CORRECTIONS = click.option(
    "--corrections",
    type=click.Path(path_type=Path),
    envvar="PANTAU_CORRECTIONS",
    help="Who is who, as people have put it right; default corrections.toml beside the database, if there is one.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--db",
    type=click.Path(path_type=Path),
    envvar="PANTAU_DB",
    default=Path("pantau.db"),
    show_default=True,
    help="The database file (environment: PANTAU_DB).",
)
@click.version_option(package_name="pantau", prog_name="pantau")
@click.pass_context
def cli(ctx: click.Context, db: Path) -> None:
    """Pantau: crawl Indonesian ministries and media; tag officials, cities and agreements; publish and search."""
    ctx.obj = db


def main() -> None:
    """Entry point: turns errors that a person can mend into one line and the contract's exit codes."""
    from crawler.errors import CatalogueError
    from pipelines.lock import LockHeld

    try:
        code = cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = WRONG_USAGE
    except click.Abort:
        _say("Dihentikan; semua yang sudah diambil tersimpan. (Stopped; everything fetched so far is stored.)")
        code = 130
    except LockHeld as error:
        _say(f"pantau: {error}")
        code = LOCKED
    except (UserError, CatalogueError) as error:
        _say(f"pantau: {error}")
        code = WRONG_USAGE
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = DONE
    except Exception as error:
        message = _no_space(error)
        if message is None:
            raise
        _say(f"pantau: {message}")
        code = WRONG_USAGE
    sys.exit(code if isinstance(code, int) else DONE)


def _no_space(error: Exception) -> str | None:
    import errno
    import sqlite3

    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    full = full or (isinstance(error, sqlite3.OperationalError) and "disk is full" in str(error))
    if not full:
        return None
    name = getattr(error, "filename", None) or "standard output"
    return f"{name}: the disk is full; free some space and run again"


def _say(message: str) -> None:
    click.echo(message, err=True)


def _print_json(row: dict[str, Any]) -> None:
    # A text that is not valid Unicode (lone surrogates) must not stop the output: it is written as JSON escapes.
    line = json.dumps(row, ensure_ascii=False)
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:
        line = json.dumps(row)
    click.echo(line)


@contextmanager
def _progress(description: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """A progress bar on stderr, only on a terminal; yields `advance(n)`."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task(description, total=total)
        yield lambda count: progress.advance(task, count)


@cli.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="Port of the pages.")
@click.option("--no-serve", is_flag=True, help="Stop when everything is stored.")
@click.pass_obj
def demo(db: Path, port: int, no_serve: bool) -> int:
    """Crawl the bundled sample newsroom on loopback, through the whole pipeline, then serve it."""
    from pipelines.demo import run_demo

    return run_demo(db, port=None if no_serve else port, say=_say, progress=_progress)


@cli.command()
@click.option("--catalogue", type=click.Path(path_type=Path), help="A TOML file, or a folder of them.")
@click.option("--source", "sources", multiple=True, metavar="ID", help="Only this source; may be repeated.")
@click.option("--limit", type=click.IntRange(min=1), help="At most N articles a source.")
@click.option("--since", type=Day(), help="Skip articles that are known to be older (YYYY-MM-DD).")
@click.option("--max-minutes", type=click.FloatRange(min=0, min_open=True), help="Stop cleanly after M minutes.")
@CORRECTIONS
@click.pass_obj
def crawl(
    db: Path,
    catalogue: Path | None,
    sources: tuple[str, ...],
    limit: int | None,
    since: date | None,
    max_minutes: float | None,
    corrections: Path | None,
) -> int:
    """One incremental crawl of every source, then process what it fetched."""
    from pipelines.run import crawl_and_process

    report = crawl_and_process(
        db,
        catalogue=catalogue,
        only=sources,
        limit=limit,
        since=since,
        max_minutes=max_minutes,
        corrections=corrections,
        progress=_progress,
    )
    return 130 if report.interrupted else _finish(report)


@cli.command()
@click.option("--again", type=click.Choice(["extract", "tag"]), help="Read the archive, or only tag, again.")
@click.option("--catalogue", type=click.Path(path_type=Path), help="A TOML file, or a folder of them.")
@CORRECTIONS
@click.pass_obj
def process(db: Path, again: str | None, catalogue: Path | None, corrections: Path | None) -> int:
    """Work the queue of fetched pages; --again re-reads what was read before."""
    from pipelines.run import process_queue

    report = process_queue(db, again=again, catalogue=catalogue, corrections=corrections, progress=_progress)
    return _finish(report)


def _finish(report: RunReport) -> int:
    """Say what a run did; exit code 1 when some source or document failed."""
    for line in report.summary():
        _say(line)
    for what, why in report.failures[:FAILURES_SHOWN]:
        _say(f"gagal: {what}: {why}")
    if len(report.failures) > FAILURES_SHOWN:
        _say(f"... dan {len(report.failures) - FAILURES_SHOWN} kegagalan lain; lihat tabel errors")
    return SOME_FAILED if report.failures else DONE


@cli.group()
def sources() -> None:
    """The catalogue of sources."""


@sources.command("list")
@click.option("--catalogue", type=click.Path(path_type=Path), help="A TOML file, or a folder of them.")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines.")
def sources_list(catalogue: Path | None, as_json: bool) -> int:
    """List the sources of the catalogue."""
    from crawler.catalogue import load_catalogue

    entries = load_catalogue(catalogue)
    if as_json:
        for entry in entries:
            _print_json(asdict(entry))
        return DONE
    from pipelines.tables import print_table

    rows = [
        (e.id, e.name, e.kind, e.status, ", ".join(dict.fromkeys(d.method for d in e.discover)), e.homepage)
        for e in entries
    ]
    print_table(("id", "nama", "jenis", "status", "penemuan", "beranda"), rows)
    return DONE


@cli.command()
@click.option("--url", help="The address the page came from (one file).")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def extract(url: str | None, files: tuple[Path, ...]) -> int:
    """Extract the article of saved pages; JSON Lines."""
    from pipelines.documents import extract_files

    if url and len(files) > 1:
        raise UserError(f"--url {url}: belongs to one page, but {len(files)} files were given; give one")
    code = DONE
    for row, error in extract_files(files, url):
        _print_json(row)
        if error:
            _say(f"gagal: {row['file']}: {error}")
            code = SOME_FAILED
    return code


@cli.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
def tag(file: Path) -> int:
    """Tag the documents of a JSON Lines file (- for standard input); JSON Lines."""
    from pipelines.documents import read_documents, tag_stream

    with _progress("menandai") as advance:
        for row in tag_stream(read_documents(file)):
            _print_json(row)
            advance(1)
    return DONE


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True)
@click.option("--public", is_flag=True, help="For everybody: a snapshot of `pantau publish`, nothing internal.")
@click.option("--login", is_flag=True, help="For the team: asks for a name and password (PANTAU_LOGIN_NAME).")
@click.pass_obj
def serve(db: Path, host: str, port: int, public: bool, login: bool) -> int:
    """Publish the database: search, browse, export."""
    from pipelines.database import connect
    from pipelines.publish.safety import Mode
    from pipelines.publish.serve import serve as serve_pages

    if public and login:
        raise UserError("--public --login: a public instance has no login; give one of them")
    if not public:
        connect(db, create=False).close()
    serve_pages(db, host=host, port=port, mode=Mode(public=public, login=login))
    return DONE


@cli.command()
@click.option("--output", type=click.Path(path_type=Path), required=True, help="The snapshot to write.")
@click.pass_obj
def publish(db: Path, output: Path) -> int:
    """Make a public snapshot of the database, without the team's tables, for `serve --public`."""
    from pipelines.publish.snapshot import publish as write

    size = write(db, output)
    _say(f"{output}: {size / 1e6:.1f} MB")
    return DONE


@cli.command()
@click.argument("table", type=click.Choice(["officials", "cities", "agreements", "mentions", "articles"]))
@click.option("--format", "form", type=click.Choice(["csv", "xlsx", "json", "parquet"]), default="csv",
              show_default=True, help="json is JSON Lines.")  # fmt: skip
@click.option("--output", type=click.Path(path_type=Path), help="The file to write; default standard output.")
@click.option("--since", type=Day(), help="From this day (WIB) on.")
@click.option("--until", type=Day(), help="Up to this day (WIB), included.")
@click.option("--source", metavar="ID", help="Only articles of this source.")
@click.option("--query", help="Only articles that this search finds, as on the search page.")
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
) -> int:
    """Write a table as CSV, XLSX, JSON Lines or Parquet."""
    from pipelines.database import connect
    from pipelines.export import Filters
    from pipelines.export import export as write

    if output is None and form in ("xlsx", "parquet") and sys.stdout.isatty():
        raise UserError(f"--format {form}: is not for a terminal; give --output FILE")
    database = connect(db, create=False)
    try:
        with _progress(f"mengekspor {table}") as advance:
            target = output if output is not None else sys.stdout.buffer
            count = write(database.conn, table, form, Filters(since, until, source, query), target, on_progress=advance)
    finally:
        database.close()
    _say(f"{count} baris{f' -> {output}' if output else ''}")
    return DONE


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, one source a line.")
@click.pass_obj
def status(db: Path, as_json: bool) -> int:
    """How each source is doing; exit code 1 when one is stale."""
    from pipelines.database import connect
    from pipelines.status import source_statuses

    database = connect(db, create=False)
    try:
        statuses = source_statuses(database.conn)
    finally:
        database.close()
    if as_json:
        for entry in statuses:
            _print_json(asdict(entry))
    else:
        from pipelines.tables import print_status

        print_status(statuses)
    for entry in statuses:
        if entry.is_stale:
            _say(f"perlu dilihat: {entry.id}: {entry.state}, sukses terakhir {entry.last_success or 'belum pernah'}")
    return SOME_FAILED if any(entry.is_stale for entry in statuses) else DONE


if __name__ == "__main__":
    main()
