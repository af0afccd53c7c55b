"""`pantau clip`: the daily press clipping (kliping)."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.commands.options import setting_option
from pipelines.commands.terminal import DONE, SOME_FAILED, complain, say
from pipelines.errors import UserError
from pipelines.wording.translate import translated

if TYPE_CHECKING:
    from sqlite3 import Connection

    from pipelines.desk.clip.gather import Clipping


@click.command()
@click.option("--date", "when", metavar="DAY", help="The day (WIB, YYYY-MM-DD) or yesterday; default today.")
@click.option("--watch", "name", metavar="NAME", help="Only what this watch finds; its name is the topic.")
@click.option("--made", type=click.IntRange(min=1), metavar="NUMBER", help="A kliping that was made on the pages.")
@click.option("--format", "form", type=click.Choice(["html", "pdf", "docx"]), default="pdf", show_default=True)
@click.option("--output", type=click.Path(path_type=Path), help="Default kliping-DAY.FORMAT here.")
@click.option("--to", "to", multiple=True, metavar="RECEIVER", help="Mail it: a receiver's name, or an address.")
@click.option("--letterhead", metavar="NAME", help="One of the team's letterheads, with its logo.")
@click.option(
    "--due",
    is_flag=True,
    help="Send what watches and people ask for every morning.",
)
@click.option("--lead", is_flag=True, help="The first two paragraphs of each article instead of all.")
@setting_option(
    "--templates",
    "clip.templates",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="A folder whose kop.html, kliping.html, kliping.css, kop.docx replace ours.",
)
@click.option("--write-templates", type=click.Path(path_type=Path), help="Copy our templates there, to adapt them.")
@click.pass_obj
def clip(
    db: Path,
    when: str | None,
    name: str | None,
    made: int | None,
    form: str,
    output: Path | None,
    to: tuple[str, ...],
    letterhead: str | None,
    due: bool,
    lead: bool,
    templates: Path | None,
    write_templates: Path | None,
) -> int:
    """The daily press clipping (kliping)."""
    from datetime import date, datetime, timedelta

    from pipelines.database.open import open_connection
    from pipelines.desk.clip import letterheads
    from pipelines.desk.clip.gather import gather, gather_kliping, with_letterhead
    from pipelines.desk.clip.mail import to_file
    from pipelines.desk.export import write_whole
    from pipelines.desk.kliping import find
    from pipelines.desk.watch.saved import find_watch
    from pipelines.search.filters import Filters
    from pipelines.wording.wib import WIB

    if write_templates:
        return _write_templates(write_templates)
    if due:
        if when or name or made or output or to or letterhead:
            raise UserError("--due: watches and people say what is sent to whom; leave the other options out")
        return _send_due(db, templates)
    try:
        today = datetime.now(WIB).date()
        chosen = today - timedelta(days=1) if when == "yesterday" else date.fromisoformat(when) if when else today
    except ValueError as error:
        raise UserError(f"--date {when}: is not a day; write it as 2025-12-31") from error
    if made and (when or name):
        raise UserError("--made NUMBER: has its own days and watch; leave --date and --watch out")
    with closing(open_connection(db, create=False)) as connection:
        if made and (kliping := find(connection, made)) is None:
            raise UserError(f"--made {made}: there is no such kliping")
        filters = find_watch(connection, name).filters if name else Filters()
        if made and kliping:
            clipping = gather_kliping(connection, kliping, lead=lead)
        else:
            clipping = gather(connection, chosen, filters, name or "semua berita", lead=lead)
        if letterhead:
            clipping = with_letterhead(connection, clipping, letterheads.by_name(connection, letterhead).id)
        if to:
            return _send(connection, clipping, form, to, templates)
    target = output or Path(f"kliping-{made or chosen}.{form}")
    write_whole(target, to_file(clipping, form, templates))
    say(f"{len(clipping.articles)} berita -> {target}")
    return DONE


def _write_templates(folder: Path) -> int:
    from pipelines.desk.clip.pages import TEMPLATES
    from pipelines.desk.export import write_whole

    folder.mkdir(parents=True, exist_ok=True)
    for file in sorted(TEMPLATES.iterdir()):
        write_whole(folder / file.name, file.read_bytes())
        say(str(folder / file.name))
    return DONE


def _send(connection: Connection, clipping: Clipping, form: str, to: tuple[str, ...], templates: Path | None) -> int:
    """Send a clipping to receivers by their names, or to addresses as `watch add --to` takes them."""
    from pipelines.desk.clip.mail import send_clipping
    from pipelines.desk.watch.deliver import addressed

    addresses = addressed(connection, to)
    code = DONE
    for address, error in send_clipping(connection, clipping, form, list(addresses), templates):
        if error:
            complain(f"{addresses[address]}: gagal: {translated(error)}")
            code = SOME_FAILED
        else:
            say(f"{addresses[address]}: {len(clipping.articles)} berita")
    return code


def _send_due(db: Path, templates: Path | None) -> int:
    """Send what watches and people ask for every morning; nothing is said where nothing is due."""
    from datetime import UTC, datetime

    from pipelines.database.lock import run_lock
    from pipelines.database.open import open_connection
    from pipelines.desk import desk_mail
    from pipelines.desk.clip.mail import send_due
    from pipelines.desk.watch.deliver import called

    code = DONE
    with closing(open_connection(db, create=False)) as connection, run_lock(db.with_name(f"{db.name}.clip")):
        for sent in send_due(connection, datetime.now(UTC), templates):
            receiver = called(connection, sent.receiver)
            if sent.error:
                complain(f"{sent.watch}: {receiver}: gagal: {translated(sent.error)}")
                code = SOME_FAILED
            else:
                say(f"{sent.watch}: {receiver}: kliping, {sent.articles} berita")
        for desk in desk_mail.send_due(connection, datetime.now(UTC)):
            receiver = called(connection, desk.receiver)
            if desk.error:
                complain(f"Meja {desk.author}: {receiver}: gagal: {translated(desk.error)}")
                code = SOME_FAILED
            else:
                say(f"Meja {desk.author}: {receiver}: {desk.tasks} tugas")
    return code
