"""The commands of those who keep Pantau running: status, prune, backup, schedule."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from pipelines.commands.options import CATALOGUE, setting_option, settings_of
from pipelines.commands.terminal import DONE, SOME_FAILED, complain, print_json, say
from pipelines.errors import UserError

# What the scheduled commands read from the settings when they run: only an option of `schedule` fixes it in the lines.
READ_LATER = ("catalogue", "archive_days", "records_days")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, one source a line.")
@click.option("--problems", is_flag=True, help="Only sources that need a look; prints nothing when all is well.")
@click.option("-v", "--verbose", is_flag=True, help="Also what the crawls of the last day refused or skipped, and why.")
@click.pass_obj
def status(db: Path, as_json: bool, problems: bool, verbose: bool) -> int:
    """How each source is doing; exit code 1 when one is stale, or when the database is damaged."""
    from pipelines.database.open import open_connection
    from pipelines.health.integrity import damage
    from pipelines.health.refused import refused, say_refused
    from pipelines.health.sentences import say_status, tell
    from pipelines.health.status import source_statuses

    now = datetime.now(UTC)
    with closing(open_connection(db, create=False)) as connection:
        damaged = damage(connection, db, now)
        if damaged:
            complain(f"perlu dilihat: {db}: berkas basis data ini rusak ({damaged})")
            complain("saran: hentikan perayapan, lalu pulihkan dari cadangan (docs/operations.md)")
        statuses = source_statuses(connection, now)
        stats = refused(connection, now) if verbose or as_json else {}
    shown = [entry for entry in statuses if entry.needs_look or not problems]
    if as_json:
        for entry in shown:
            print_json(asdict(entry) | {"said": say_status(entry, now), "refused": stats.get(entry.id, {})})
    elif shown or not problems:
        from pipelines.commands.tables import print_status

        print_status(shown, now)
    for entry in shown:
        told = tell(entry, now)
        for sentence in told.sentences:
            if entry.state == "tried":
                say(f"dicoba: {entry.id}: {sentence}")
            else:
                complain(f"perlu dilihat: {entry.id}: {sentence}")
        if entry.needs_look:
            complain(f"saran: {entry.id}: {told.advice}")
        for sentence in say_refused(stats.get(entry.id, {})) if verbose else ():
            say(f"sehari ini: {entry.id}: {sentence}")
    return SOME_FAILED if damaged or any(entry.is_stale for entry in statuses) else DONE


@click.command()
@setting_option("--archive-days", "retention.archive_days", help="Remove archive files older than N days, if read.")
@setting_option(
    "--records-days", "retention.records_days", help="Remove errors and runs older than N days (60 or more)."
)
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
@click.pass_obj
def prune(db: Path, archive_days: int, records_days: int, dry_run: bool) -> int:
    """Remove what is older than you want to keep; never an article."""
    from pipelines.archive.warc import archive_folder
    from pipelines.database.open import open_connection
    from pipelines.operate.retention import prune_archive, prune_records

    if not archive_days and not records_days:
        raise UserError("nothing to remove; give --archive-days or --records-days, or set [retention] in pantau.toml")
    would = "akan " if dry_run else ""
    with closing(open_connection(db, create=False)) as connection:
        if archive_days:
            done = prune_archive(connection, archive_folder(db), archive_days, dry_run=dry_run)
            say(
                f"{done.files} berkas arsip {would}dihapus ({done.bytes / 1e6:.1f} MB, {done.pages} halaman); "
                f"{done.kept} yang tua disimpan karena ada halamannya yang belum dibaca"
            )
        if records_days:
            done = prune_records(connection, records_days, dry_run=dry_run)
            say(f"{done.errors} galat dan {done.runs} catatan perayapan {would}dihapus")
    return DONE


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.pass_obj
def backup(db: Path, folder: Path) -> int:
    """Copy the database into a folder, a file for every day of the week; says nothing when all is well."""
    from datetime import date

    from pipelines.operate.backup import back_up

    back_up(db, folder, date.today())
    return DONE


@click.command()
@setting_option("--every", "schedule.every", show_default=True, metavar="MIN", help="Minutes between two crawls.")
@CATALOGUE
@setting_option("--log", "schedule.log", help="The log file; default beside the database.")
@setting_option("--archive-days", "retention.archive_days", help="Keep the archive N days; default for ever.")
@setting_option(
    "--records-days", "retention.records_days", help="Keep errors and runs N days (60 or more); default for ever."
)
@setting_option(
    "--watch-every",
    "schedule.watch_every",
    show_default=True,
    metavar="MIN",
    help="Minutes between two looks at the watches; 0 leaves them out.",
)
@setting_option("--secrets", "schedule.secrets", help="A file of NAME='value' lines for the watches.")
@setting_option("--clip", "schedule.clip", metavar="FOLDER", help="Yesterday's kliping, daily, as PDF.")
@setting_option("--report", "schedule.report", metavar="FOLDER", help="The report of every week and month, as PDF.")
@setting_option("--report-to", "schedule.report_to", metavar="RECEIVERS", help="Whom it is mailed to.")
@setting_option("--backup", "schedule.backup", metavar="FOLDER", help="A backup, daily.")
@setting_option("--publish", "schedule.publish", metavar="FILE", help="A public snapshot, half-hourly.")
@setting_option(
    "--mail",
    "schedule.mail",
    metavar="ADDRESS",
    help="Who gets cron's mail: sources that need a look, a failed backup.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the crontab there, whole or not at all, instead of printing it.",
)
@click.option(
    "--systemd",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Write systemd's services and timers there instead of printing a crontab.",
)
@click.option("--user", metavar="NAME", help="Whom systemd runs them as; default you.")
@click.pass_context
def schedule(ctx: click.Context, output: Path | None, systemd: Path | None, user: str | None, **options: Any) -> int:
    """Print the crontab: crawls, watches, kliping, snapshot, backup, retention, a mail when a source needs a look."""
    from pipelines.desk.export import write_whole
    from pipelines.health.catalogue import load_sources
    from pipelines.operate.cron import Schedule, crontab

    sources = load_sources(ctx.obj, options["catalogue"])  # complains of what the scheduled crawl would stumble over
    settings = settings_of(ctx)
    said = {name for name in options if ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE}
    plan = Schedule(
        ctx.obj,
        config=settings.file,
        variables=settings.carried(),
        prune=bool(options["archive_days"] or options["records_days"]),
        hot=any(source.hot and source.status in ("active", "unproven") for source in sources),
        **{name: value for name, value in options.items() if name in said or name not in READ_LATER},
    )
    if systemd is None:
        if user:
            raise UserError("--user is systemd's; cron runs the lines as the crontab's owner")
        text = crontab(plan)
        _demand_database(ctx.obj)
        if output is None:
            click.echo(text, nl=False)
        else:
            write_whole(output, text.encode("utf-8"))
            say(f"{output}: tertulis; pasang dengan `crontab {output}`, yang menggantikan crontab yang ada")
        return DONE
    if output:
        raise UserError("--output is cron's; systemd's units go into the folder of --systemd")
    if said & {"mail", "log"}:
        raise UserError("--mail and --log are cron's; systemd writes to the journal")
    from getpass import getuser

    from pipelines.operate.systemd import units

    if not systemd.is_dir():
        raise UserError(f"{systemd}: this folder does not exist; create it or give another one")
    found = units(plan, user or getuser())
    _demand_database(ctx.obj)
    for name, text in found.items():
        write_whole(systemd / name, text.encode("utf-8"))
        click.echo(systemd / name)
    return DONE


def _demand_database(db: Path) -> None:
    """Refuse lines for a database that is not there: they would fail every few minutes, into a log nobody reads."""
    from pipelines.database.open import open_connection

    open_connection(db, create=False).close()
