"""The command `pantau`: parses, calls, prints. Machine-readable output on stdout, everything else on stderr."""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines.commands.desk import clip, coverage, watch
from pipelines.commands.operate import backup, check, list_sources, prune, schedule, status
from pipelines.commands.terminal import DONE, LOCKED, SOME_FAILED, WRONG_USAGE
from pipelines.commands.terminal import print_json as _print_json
from pipelines.commands.terminal import say as _say
from pipelines.commands.terminal import show_progress as _progress
from pipelines.errors import UserError
from pipelines.wording.labels import EXPORTED_TABLES, FILE_FORMATS

if TYPE_CHECKING:
    from pipelines.run.run import RunReport

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


def engine_options(command: Callable[..., int]) -> Callable[..., int]:
    """`--engine` and `--scheduler` for a command, which gets the scheduler's address or None (this machine)."""

    @click.option("--engine", type=click.Choice(["local", "dask"]), default="local", show_default=True,
                  help="dask: on the workers of an existing Dask scheduler (needs pantau[scale]).")  # fmt: skip
    @click.option("--scheduler", metavar="ADDRESS", help="The Dask scheduler, as tcp://host:8786.")
    @wraps(command)
    def with_scheduler(*args: Any, engine: str, scheduler: str | None, **options: Any) -> int:
        if (engine == "dask") != (scheduler is not None):
            raise UserError("--engine dask and --scheduler ADDRESS belong together; give both or neither")
        return command(*args, scheduler=scheduler, **options)

    return with_scheduler


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
    from pipelines.database.lock import LockHeld

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # systemd and cron stop us as Ctrl-C does
    atexit.register(gc.freeze)  # on its way out Python searches all that is left for garbage: .3 s with the model
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


@cli.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="Port of the pages.")
@click.option("--no-serve", is_flag=True, help="Stop when everything is stored.")
@click.pass_obj
def demo(db: Path, port: int, no_serve: bool) -> int:
    """Crawl the bundled sample newsroom on loopback, through the whole pipeline, then serve it."""
    from pipelines.run.demo import run_demo

    return run_demo(db, port=None if no_serve else port, say=_say, progress=_progress)


@cli.command()
@click.option("--catalogue", type=click.Path(path_type=Path), help="A TOML file, or a folder of them.")
@click.option("--source", "sources", multiple=True, metavar="ID", help="Only this source; may be repeated.")
@click.option("--limit", type=click.IntRange(min=1), help="At most N articles a source.")
@click.option("--since", type=Day(), help="Skip articles that are known to be older (YYYY-MM-DD).")
@click.option("--max-minutes", type=click.FloatRange(min=0, min_open=True), help="Stop cleanly after M minutes.")
@engine_options
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
    scheduler: str | None,
) -> int:
    """One incremental crawl of every source, then process what it fetched."""
    from pipelines.run.run import crawl_and_process

    report = crawl_and_process(
        db,
        catalogue=catalogue,
        only=sources,
        limit=limit,
        since=since,
        max_minutes=max_minutes,
        corrections=corrections,
        scheduler=scheduler,
        progress=_progress,
    )
    return 130 if report.interrupted else _finish(report)


@cli.command()
@click.option("--again", type=click.Choice(["extract", "tag"]), help="Read the archive, or only tag, again.")
@click.option("--catalogue", type=click.Path(path_type=Path), help="A TOML file, or a folder of them.")
@click.option("--archive", metavar="FOLDER", help="Where the pages are: a path, or an address of fsspec's (s3://...).")
@engine_options
@CORRECTIONS
@click.pass_obj
def process(
    db: Path,
    again: str | None,
    catalogue: Path | None,
    archive: str | None,
    corrections: Path | None,
    scheduler: str | None,
) -> int:
    """Work the queue of fetched pages; --again re-reads what was read before."""
    from pipelines.archive.location import as_location
    from pipelines.run.run import process_queue

    report = process_queue(
        db,
        again=again,
        catalogue=catalogue,
        corrections=corrections,
        archive=as_location(archive) if archive else None,
        scheduler=scheduler,
        progress=_progress,
    )
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


@cli.command()
@click.option("--url", help="The address the page came from (one file).")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def extract(url: str | None, files: tuple[Path, ...]) -> int:
    """Extract the article of saved pages; JSON Lines."""
    from pipelines.read.documents import extract_files

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
    from pipelines.read.documents import read_documents, tag_stream

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
    from pipelines.database.open import connect
    from pipelines.publish.guard.mode import Mode
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
@click.argument("table", type=click.Choice(list(EXPORTED_TABLES)))
@click.option("--format", "form", type=click.Choice(list(FILE_FORMATS)), default="csv",
              show_default=True, help="json is JSON Lines.")  # fmt: skip
@click.option("--output", type=click.Path(path_type=Path), help="The file to write; default standard output.")
@click.option("--since", type=Day(), help="From this day (WIB) on.")
@click.option("--until", type=Day(), help="Up to this day (WIB), included.")
@click.option("--source", metavar="ID", help="Only articles of this source.")
@click.option("--query", help="Only articles that this search finds, as on the search page.")
@click.option("--city", metavar="PLACE", help="Only articles that name it: Kemendagri code or name.")
@click.option("--person", metavar="NAME", help="Only articles that name this person, by any form of the name.")
@click.option("--semicolon", is_flag=True, help="csv for an Indonesian Excel: cells parted by semicolons.")
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
) -> int:
    """Write a table as CSV, XLSX, JSON Lines or Parquet."""
    from pipelines.database.open import connect
    from pipelines.desk.export import export as write
    from pipelines.search.filters import Filters

    if semicolon and form != "csv":
        raise UserError(f"--semicolon: is for csv, not {form}")
    if output is None and form in ("xlsx", "parquet") and sys.stdout.isatty():
        raise UserError(f"--format {form}: is not for a terminal; give --output FILE")
    database = connect(db, create=False)
    try:
        with _progress(f"mengekspor {table}") as advance:
            target = output if output is not None else sys.stdout.buffer
            filters = Filters(since, until, source, query, city, person)
            count = write(database.conn, table, form, filters, target, semicolon=semicolon, on_progress=advance)
    finally:
        database.close()
    _say(f"{count} baris{f' -> {output}' if output else ''}")
    return DONE


for command in (status, prune, backup, schedule):
    cli.add_command(command)
sources.add_command(list_sources)
sources.add_command(check)


for command in (clip, coverage, watch):
    cli.add_command(command)


if __name__ == "__main__":
    main()
