"""The command `pantau`: joins the commands, and turns errors that a person can mend into one line and an exit code."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from pathlib import Path

import click
from click.core import ParameterSource

from pipelines.commands.clip import clip
from pipelines.commands.config import config as show_config
from pipelines.commands.corrections import corrections
from pipelines.commands.coverage import coverage
from pipelines.commands.crawl import crawl, process
from pipelines.commands.demo import demo
from pipelines.commands.documents import extract, isu, tag
from pipelines.commands.export import export
from pipelines.commands.history import backfill, import_files
from pipelines.commands.missed import missed, recall
from pipelines.commands.operate import backup, prune, schedule, status
from pipelines.commands.options import META
from pipelines.commands.publish import publish, serve
from pipelines.commands.signals import end_on_signals
from pipelines.commands.sources import sources
from pipelines.commands.terminal import DONE, INTERRUPTED, LOCKED, WRONG_USAGE, complain
from pipelines.commands.users import users
from pipelines.commands.watch import watch
from pipelines.errors import UserError
from pipelines.settings.load import load
from pipelines.wording.translate import LANGUAGES, asked_for, choose, speak, translate_help, translated


def _speak(ctx: click.Context, parameter: click.Parameter, value: str | None) -> None:
    """Speak the language of `--lang` from here on."""
    if value:
        speak(value)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--db",
    type=click.Path(path_type=Path),
    envvar="PANTAU_DB",
    default=Path("pantau.db"),
    show_default=True,
    help="The database file (environment: PANTAU_DB).",
)
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    envvar="PANTAU_CONFIG",
    help="The settings file; default pantau.toml beside the database, if there is one (environment: PANTAU_CONFIG).",
)
@click.option("-v", "--verbose", count=True, help="Say what is decided, a line each; -vv: everything.")
@click.option("-q", "--quiet", is_flag=True, help="Say only what went wrong.")
@click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    is_eager=True,
    expose_value=False,
    callback=_speak,
    help="The language of help and messages; default id, or en where LC_ALL or LANG is English.",
)
@click.version_option(package_name="pantau", prog_name="pantau")
@click.pass_context
def cli(ctx: click.Context, db: Path, config: Path | None, verbose: int, quiet: bool) -> None:
    """Pantau: crawl Indonesian ministries and media; tag officials, cities and agreements; publish and search."""
    from pipelines import logs

    given = {"database": str(db)} if ctx.get_parameter_source("db") is ParameterSource.COMMANDLINE else {}
    if quiet and verbose:
        raise UserError("-q and -v: give one of them")
    if quiet or verbose:
        given["log"] = "error" if quiet else "info" if verbose == 1 else "debug"
    settings = load(config, db, os.environ, given)
    settings.export(os.environ)
    logs.configure()
    ctx.meta[META] = settings
    ctx.obj = Path(settings.text("database"))


for command in (demo, crawl, process, sources, extract, tag, serve, publish, export, coverage, isu, watch, clip):
    cli.add_command(command)
for command in (
    corrections,
    status,
    schedule,
    backup,
    prune,
    show_config,
    users,
    import_files,
    backfill,
    missed,
    recall,
):
    cli.add_command(command)


def main() -> None:
    """Entry point: the command's exit code, or the contract's for an error, which is said in one line."""
    from crawler.errors import CatalogueError
    from pipelines.database.lock import LockHeld

    end_on_signals()
    speak(asked_for(sys.argv[1:]) or choose(os.environ))
    translate_help(cli)
    atexit.register(gc.freeze)  # on its way out Python searches all that is left for garbage: .3 s with the model
    try:
        code = cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = WRONG_USAGE
    except click.Abort:
        complain("Dihentikan; semua yang sudah diambil tersimpan.")
        code = INTERRUPTED
    except LockHeld as error:
        complain(f"pantau: {translated(str(error))}")
        code = LOCKED
    except (UserError, CatalogueError) as error:
        complain(f"pantau: {translated(str(error))}")
        code = WRONG_USAGE
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = DONE
    except Exception as error:
        message = _fault(error)
        if message is None:
            raise
        complain(f"pantau: {translated(message)}")
        code = WRONG_USAGE
    sys.exit(code if isinstance(code, int) else DONE)


def _fault(error: Exception) -> str | None:
    """What to say of a disk that is full, or a database that is damaged or locked; None for any other error."""
    import errno

    from pipelines.database.faults import explained
    from pipelines.settings.load import setting

    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return str(UserError(f"{error.filename or 'standard output'}: the disk is full; free some space and run again"))
    found = explained(error, Path(str(setting("database"))))
    return str(found) if found else None


if __name__ == "__main__":
    main()
