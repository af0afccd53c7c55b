"""`pantau watch`: saved searches, and their digests."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import click

from pipelines.commands.terminal import DONE, SOME_FAILED, complain, print_json, say


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
@click.option("--spike", is_flag=True, help="Also say when a day has far more than its normal.")
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


@watch.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines.")
@click.pass_obj
def watch_list(db: Path, as_json: bool) -> int:
    """The watches, their receivers and how these are doing."""
    from pipelines.commands.tables import print_table
    from pipelines.database.open import connect

    with connect(db, create=False) as database:
        rows = list(
            database.query(
                """SELECT w.name, w.filters, w.every_minutes, w.quiet, r.address, r.last_sent, r.failures, r.error
                   FROM watches w JOIN watch_receivers r ON r.watch_id = w.id ORDER BY w.name, r.id"""
            )
        )
    if as_json:
        for row in rows:
            print_json(row | {"filters": json.loads(row["filters"])})
    else:
        names = ("nama", "saringan", "tiap menit", "senyap", "penerima", "terkirim", "gagal", "galat")
        print_table(names, [tuple(row.values()) for row in rows])
    return DONE


@watch.command("remove")
@click.argument("name")
@click.pass_obj
def watch_remove(db: Path, name: str) -> int:
    """Forget a watch."""
    from pipelines.database.open import open_connection
    from pipelines.desk.watch.saved import remove_watch

    with closing(open_connection(db, create=False)) as connection:
        remove_watch(connection, name)
    return DONE


@watch.command("run")
@click.option("--name", help="Only this watch, due or not.")
@click.pass_obj
def watch_run(db: Path, name: str | None) -> int:
    """Send what is new of every watch that is due; exit code 1 when a receiver failed."""
    from pipelines.database.lock import run_lock
    from pipelines.database.open import open_connection
    from pipelines.desk.watch.send import run_watches

    code = DONE
    # Its own lock: a digest need not wait for a crawl, and two runs must not send the same.
    with closing(open_connection(db, create=False)) as connection, run_lock(db.with_name(f"{db.name}.watch")):
        for done in run_watches(connection, only=name):
            if done.error:
                complain(f"{done.watch}: {done.receiver}: gagal: {done.error}")
                code = SOME_FAILED
            else:
                say(f"{done.watch}: {done.receiver}: {'lonjakan' if done.spike else f'{done.stories} berita'}")
    return code
