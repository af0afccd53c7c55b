"""`pantau watch`: saved searches, and their digests."""

from __future__ import annotations

import json
import shlex
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from pipelines.commands.terminal import DONE, SOME_FAILED, complain, print_json, say
from pipelines.errors import UserError
from pipelines.wording.translate import spoken, translated


@click.group()
def watch() -> None:
    """Saved searches, sent as digests of what is new."""


@watch.command("add")
@click.argument("name")
@click.option("--query", help="As on the search page.")
@click.option("--source", metavar="ID", help="Only articles of this source.")
@click.option("--city", metavar="PLACE", help="Kemendagri code or name.")
@click.option("--person", metavar="NAME", help="Anybody's full name.")
@click.option(
    "--to",
    "receivers",
    multiple=True,
    required=True,
    metavar="ADDRESS",
    help="Apprise address; secrets as ${NAME} of an environment variable; may be repeated.",
)
@click.option("--every", type=click.IntRange(min=1), default=15, show_default=True, help="Minutes between two digests.")
@click.option(
    "--floor", type=click.IntRange(min=1), default=1, show_default=True, help="Fewer stories wait, a day at most."
)
@click.option("--ceiling", type=click.IntRange(min=1), default=20, show_default=True, help="Stories that are listed.")
@click.option("--quiet", metavar="22:00-06:00", help="Hours (WIB) in which nothing is sent.")
@click.option("--spike", is_flag=True, help="Also say when a day has far more than its normal, and of each isu once.")
@click.option(
    "--cooldown", type=click.IntRange(min=1), default=24, show_default=True, help="Hours between such alerts."
)
@click.pass_obj
def watch_add(
    db: Path,
    name: str,
    receivers: tuple[str, ...],
    every: int,
    floor: int,
    ceiling: int,
    quiet: str | None,
    spike: bool,
    cooldown: int,
    **filters: str | None,
) -> int:
    """Save a search; what is in the database by now is not sent."""
    from pipelines.database.open import open_connection
    from pipelines.desk.watch.saved import add_watch
    from pipelines.search.filters import Filters
    from pipelines.search.understood import check, not_yet

    chosen = {key: value for key, value in filters.items() if value}
    with closing(open_connection(db, create=False)) as connection:
        check(connection, Filters(source=filters["source"], city=filters["city"]))
        for unknown in not_yet(connection, Filters(person=filters["person"])):
            say(unknown)
        add_watch(
            connection,
            name,
            chosen,
            receivers,
            every_minutes=every,
            floor=floor,
            ceiling=ceiling,
            quiet=quiet,
            spike=spike,
            cooldown_hours=cooldown,
        )
    say(f"{name}: tersimpan; `pantau watch run` mengirim yang baru mulai sekarang")
    return DONE


@watch.command("edit")
@click.argument("name")
@click.option("--name", "new_name", metavar="NEW", help="Its new name.")
@click.option("--query", help="As on the search page; '' for any words.")
@click.option("--source", metavar="ID", help="Only articles of this source; '' for any.")
@click.option("--city", metavar="PLACE", help="Kemendagri code or name; '' for any.")
@click.option("--person", metavar="NAME", help="Anybody's full name; '' for anybody.")
@click.option("--to", "receivers", multiple=True, metavar="ADDRESS", help="All who shall get it from now on.")
@click.option("--every", "every_minutes", type=click.IntRange(min=1), help="Minutes between two digests.")
@click.option("--floor", type=click.IntRange(min=1), help="Fewer stories wait, a day at most.")
@click.option("--ceiling", type=click.IntRange(min=1), help="Stories that are listed.")
@click.option("--quiet", metavar="22:00-06:00", help="Hours (WIB) in which nothing is sent; '' for none.")
@click.option(
    "--spike/--no-spike",
    default=None,
    help="Also say when a day has far more than its normal, and of each isu; or no more.",
)
@click.option("--cooldown", "cooldown_hours", type=click.IntRange(min=1), help="Hours between such alerts.")
@click.pass_obj
def watch_edit(db: Path, name: str, new_name: str | None, receivers: tuple[str, ...], **options: Any) -> int:
    """Change what is given of a watch; all else stays."""
    from pipelines.database.open import open_connection
    from pipelines.desk.watch.saved import change_watch, changed_filters, find_watch

    given = {key: value for key, value in options.items() if value is not None}
    filters: dict[str, str] = {key: given.pop(key) for key in ("query", "source", "city", "person") if key in given}
    if "quiet" in given:
        given["quiet"] = given["quiet"] or None
    if new_name is not None:
        given["name"] = new_name
    if not (given or filters or receivers):
        raise UserError("nothing to change; give at least one option, see `pantau watch edit --help`")
    with closing(open_connection(db, create=False)) as connection:
        if filters:
            given["filters"] = changed_filters(find_watch(connection, name), filters)
        change_watch(connection, name, given, receivers or None)
    say(f"{given.get('name', name)}: diubah")
    return DONE


@watch.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines.")
@click.pass_obj
def watch_list(db: Path, as_json: bool) -> int:
    """The watches, their receivers and how these are doing."""
    from pipelines.database.open import connect

    with connect(db, create=False) as database:
        rows = list(
            database.query(
                """SELECT w.name, w.filters, w.every_minutes, w.quiet, coalesce(v.name, r.address) AS address,
                          r.last_sent, r.failures, r.error
                   FROM watches w LEFT JOIN watch_receivers r ON r.watch_id = w.id
                   LEFT JOIN receivers v ON r.address = 'penerima:' || v.id ORDER BY w.name, r.id"""
            )
        )
        if as_json:
            for row in rows:
                print_json(row | {"filters": json.loads(row["filters"])})
        else:
            _print_watches(database.conn, rows)
    return DONE


def _print_watches(connection: sqlite3.Connection, rows: list[dict[str, Any]]) -> None:
    """A line for each receiver: the watch in words, how often, and what became of the last message."""
    from pipelines.commands.tables import print_table
    from pipelines.desk.watch.saved import read_filters
    from pipelines.desk.watch.told import every, searched_parts
    from pipelines.wording.dates import short_moment

    def told(row: dict[str, Any]) -> tuple[str, ...]:
        quiet = spoken(f", senyap {row['quiet']} WIB") if row["quiet"] else ""
        sent = spoken(f"terkirim {short_moment(row['last_sent'])}" if row["last_sent"] else "belum ada yang dikirim")
        failed = spoken(f"; gagal {row['failures']} kali: {row['error']}") if row["failures"] else ""
        looks_for = ", ".join(map(spoken, searched_parts(connection, read_filters(json.loads(row["filters"])))))
        return row["name"], looks_for, spoken(every(row["every_minutes"])) + quiet, row["address"] or "", sent + failed

    print_table(("nama", "mencari", "jadwal", "penerima", "keadaan"), map(told, rows))
    if not rows:
        say("belum ada pantauan; buat dengan `pantau watch add`, atau di halaman pencarian")


@watch.command("remove")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def watch_remove(db: Path, name: str, yes: bool) -> int:
    """Take a watch away; asks on a terminal, and `watch restore` brings it back."""
    from pipelines.database.open import open_connection
    from pipelines.desk.watch.saved import find_watch, remove_watch
    from pipelines.desk.watch.told import searched

    with closing(open_connection(db, create=False)) as connection:
        watch = find_watch(connection, name)
        if not yes and sys.stdin.isatty():
            click.confirm(
                spoken(f"Hapus pantauan {name} ({searched(connection, watch.filters)})?"), abort=True, err=True
            )
        remove_watch(connection, name)
    say(f"{name}: dihapus; `pantau watch restore {shlex.quote(name)}` mengembalikannya")
    return DONE


@watch.command("restore")
@click.argument("name")
@click.pass_obj
def watch_restore(db: Path, name: str) -> int:
    """Bring a removed watch back."""
    from pipelines.database.open import open_connection
    from pipelines.desk.watch.saved import restore_watch

    with closing(open_connection(db, create=False)) as connection:
        restore_watch(connection, name)
    say(f"{name}: dikembalikan")
    return DONE


@watch.command("run")
@click.option("--name", help="Only this watch, due or not.")
@click.pass_obj
def watch_run(db: Path, name: str | None) -> int:
    """Send what is new of every watch that is due; exit code 1 when a receiver failed."""
    from pipelines.database.lock import run_lock
    from pipelines.database.open import open_connection
    from pipelines.desk.watch.deliver import called
    from pipelines.desk.watch.send import run_watches

    code = DONE
    # Its own lock: a digest need not wait for a crawl, and two runs must not send the same.
    with closing(open_connection(db, create=False)) as connection, run_lock(db.with_name(f"{db.name}.watch")):
        for done in run_watches(connection, only=name):
            receiver = called(connection, done.receiver) if done.receiver.startswith("penerima:") else done.receiver
            if done.error:
                complain(f"{done.watch}: {receiver}: gagal: {translated(done.error)}")
                code = SOME_FAILED
            else:
                told = spoken(f"{done.isu} isu") if done.isu else spoken(f"{done.stories} berita")
                what = spoken("lonjakan") if done.spike else told
                say(f"{done.watch}: {receiver}: {what}")
    return code
