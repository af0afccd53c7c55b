"""The commands of those who keep Pantau running: sources check, status, prune, backup, schedule; cli.py joins them."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from pipelines.commands.terminal import DONE, SOME_FAILED, print_json, say
from pipelines.errors import UserError


@click.command("list")
@click.option("--catalogue", type=click.Path(path_type=Path), help="A TOML file, or a folder of them.")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines.")
@click.option("--markdown", is_flag=True, help="The page docs/sources.md.")
def list_sources(catalogue: Path | None, as_json: bool, markdown: bool) -> int:
    """List the sources of the catalogue; what is odd about an entry is said on stderr."""
    from crawler.catalogue import load_catalogue
    from crawler.catalogue_checks import complaints
    from crawler.catalogue_page import page

    if as_json and markdown:
        raise UserError("--json and --markdown: give one of them")
    entries = load_catalogue(catalogue)
    if markdown:
        click.echo(page(entries), nl=False)
    elif as_json:
        for entry in entries:
            print_json(asdict(entry))
    else:
        from pipelines.commands.tables import print_table

        rows = [
            (e.id, e.name, e.kind, e.status, ", ".join(dict.fromkeys(d.method for d in e.discover)), e.homepage)
            for e in entries
        ]
        print_table(("id", "nama", "jenis", "status", "penemuan", "beranda"), rows)
    odd = complaints(entries)
    for complaint in odd:
        say(f"aneh: {complaint}")
    return SOME_FAILED if odd else DONE


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--catalogue", type=click.Path(path_type=Path), help="A TOML file, or a folder of them.")
@click.option("--seconds", type=click.FloatRange(min=1), default=60, show_default=True,
              help="Time for each source; all are asked at the same time.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, one source a line.")
def check(ids: tuple[str, ...], catalogue: Path | None, seconds: float, as_json: bool) -> int:
    """Ask each source's discoveries and one article, and say what broke; stores nothing."""
    from crawler.catalogue import choose, load_catalogue
    from pipelines.health.check import check_sources, nobody_answers

    chosen = choose(load_catalogue(catalogue), ids)
    if not chosen:
        raise UserError("the catalogue has no active source; name one")
    say(f"memeriksa {len(chosen)} sumber, paling lama {seconds:g} detik dan permintaan yang sedang berjalan ...")
    checks = check_sources(chosen, seconds)
    if as_json:
        for entry in checks:
            print_json(asdict(entry))
    else:
        from pipelines.commands.tables import print_checks

        print_checks(checks)
    broken = [entry for entry in checks if entry.broken]
    for entry in broken:
        for sentence in entry.broken:
            say(f"rusak: {entry.id}: {sentence}")
    if nobody_answers(checks):
        say("tidak satu pun situs menjawab: periksa dulu jaringan mesin ini")
    say(f"{len(checks)} sumber diperiksa: {len(checks) - len(broken)} baik, {len(broken)} rusak")
    return SOME_FAILED if broken else DONE


@click.command()
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, one source a line.")
@click.option("--problems", is_flag=True, help="Only sources that need a look; prints nothing when all is well.")
@click.option("-v", "--verbose", is_flag=True, help="Also what the crawls of the last day refused or skipped, and why.")
@click.pass_obj
def status(db: Path, as_json: bool, problems: bool, verbose: bool) -> int:
    """How each source is doing; exit code 1 when one is stale."""
    from pipelines.database.open import open_connection
    from pipelines.health.refused import refused, say_refused
    from pipelines.health.sentences import say_status
    from pipelines.health.status import source_statuses

    now = datetime.now(UTC)
    with closing(open_connection(db, create=False)) as connection:
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
        for sentence in say_status(entry, now):
            say(f"perlu dilihat: {entry.id}: {sentence}")
        for sentence in say_refused(stats.get(entry.id, {})) if verbose else ():
            say(f"sehari ini: {entry.id}: {sentence}")
    return SOME_FAILED if any(entry.is_stale for entry in statuses) else DONE


@click.command()
@click.option("--archive-days", type=click.IntRange(min=1), help="Remove archive files older than N days, if read.")
@click.option(
    "--records-days", type=click.IntRange(min=60), help="Remove errors and runs older than N days (60 or more)."
)
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
@click.pass_obj
def prune(db: Path, archive_days: int | None, records_days: int | None, dry_run: bool) -> int:
    """Remove what is older than you want to keep; never an article."""
    from pipelines.archive.warc import archive_folder
    from pipelines.database.open import connect
    from pipelines.operate.retention import prune_archive, prune_records

    if archive_days is None and records_days is None:
        raise UserError("nothing to remove; give --archive-days or --records-days")
    would = "akan " if dry_run else ""
    database = connect(db, create=False)
    try:
        if archive_days is not None:
            done = prune_archive(database.conn, archive_folder(db), archive_days, dry_run=dry_run)
            say(f"{done.files} berkas arsip {would}dihapus ({done.bytes / 1e6:.1f} MB, {done.pages} halaman); "
                 f"{done.kept} yang tua disimpan karena ada halamannya yang belum dibaca")  # fmt: skip
        if records_days is not None:
            done = prune_records(database.conn, records_days, dry_run=dry_run)
            say(f"{done.errors} galat dan {done.runs} catatan perayapan {would}dihapus")
    finally:
        database.close()
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
@click.option("--every", type=click.IntRange(min=1), default=15, show_default=True, metavar="MIN",
              help="Minutes between two crawls.")  # fmt: skip
@click.option("--catalogue", type=click.Path(path_type=Path), help="A TOML file, or a folder of them.")
@click.option("--log", type=click.Path(path_type=Path), help="The log file; default beside the database.")
@click.option("--archive-days", type=click.IntRange(min=0), default=0,
              help="Keep the archive N days; default for ever.")  # fmt: skip
@click.option("--records-days", type=click.IntRange(min=0), default=0, help="Keep errors and runs N days (60 or more); "
              "default for ever.")  # fmt: skip
@click.option("--watch-every", type=click.IntRange(min=0), default=5, show_default=True, metavar="MIN",
              help="Minutes between two looks at the watches; 0 leaves them out.")  # fmt: skip
@click.option("--secrets", type=click.Path(path_type=Path), help="A file of NAME='value' lines for the watches.")
@click.option("--clip", type=click.Path(path_type=Path), metavar="FOLDER", help="Yesterday's kliping, daily, as PDF.")
@click.option("--backup", type=click.Path(path_type=Path), metavar="FOLDER", help="A backup, daily.")
@click.option("--publish", type=click.Path(path_type=Path), metavar="FILE", help="A public snapshot, half-hourly.")
@click.option("--mail", metavar="ADDRESS", help="Who gets cron's mail: sources that need a look, a failed backup.")
@click.option("--systemd", type=click.Path(path_type=Path), metavar="FOLDER",
              help="Write systemd's services and timers there instead of printing a crontab.")  # fmt: skip
@click.option("--user", metavar="NAME", help="Whom systemd runs them as; default you.")
@click.pass_obj
def schedule(db: Path, systemd: Path | None, user: str | None, **options: Any) -> int:
    """Print the crontab: crawls, watches, kliping, snapshot, backup, retention, a mail when a source needs a look."""
    from crawler.catalogue import load_catalogue
    from pipelines.operate.cron import Schedule, crontab
    from pipelines.operate.retention import MIN_RECORDS_DAYS

    if options["catalogue"]:
        load_catalogue(options["catalogue"])
    if 0 < options["records_days"] < MIN_RECORDS_DAYS:
        raise UserError(
            f"--records-days {options['records_days']}: `pantau status` needs {MIN_RECORDS_DAYS} days at least"
        )
    if systemd is None:
        if user:
            raise UserError("--user is systemd's; cron runs the lines as the crontab's owner")
        click.echo(crontab(Schedule(db, **options)), nl=False)
        return DONE
    if options["mail"] or options["log"]:
        raise UserError("--mail and --log are cron's; systemd writes to the journal")
    from getpass import getuser

    from pipelines.desk.export import write_whole
    from pipelines.operate.systemd import units

    if not systemd.is_dir():
        raise UserError(f"{systemd}: this folder does not exist; create it or give another one")
    for name, text in units(Schedule(db, **options), user or getuser()).items():
        write_whole(systemd / name, text.encode("utf-8"))
        click.echo(systemd / name)
    return DONE
