"""The commands of the desk: coverage, watch, clip; cli.py joins them."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from pipelines.commands.terminal import DONE, print_json, say, show_progress
from pipelines.errors import UserError
from pipelines.wording.labels import COVERAGE_LABELS
from pipelines.wording.lags import lag
from pipelines.wording.numbers import share


@click.command()
@click.option("--release", metavar="URL", help="The press release whose coverage is shown; default the releases.")
@click.option("--outlets", is_flag=True, help="The outlets instead of the releases.")
@click.option("--limit", type=click.IntRange(min=1), default=30, show_default=True, help="Rows of the two lists.")
@click.option("--confirm", metavar="URL", help="With --release and --as: the article that a person judged.")
@click.option("--as", "said", type=click.Choice(list(COVERAGE_LABELS)), help="What it is; no later run changes it.")
@click.option("--again", is_flag=True, help="Compare everything anew; what people confirmed stays.")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines.")
@click.pass_obj
def coverage(
    db: Path,
    release: str | None,
    outlets: bool,
    limit: int,
    confirm: str | None,
    said: str | None,
    again: bool,
    as_json: bool,
) -> int:
    """Which outlets took a press release up, when, and how faithfully."""
    from pipelines.coverage import report
    from pipelines.database.lock import LockHeld
    from pipelines.database.open import connect, transaction

    if (confirm is None) != (said is None) or (confirm and not release):
        raise UserError("--confirm URL: goes with --release URL and --as LABEL")
    with closing(connect(db, create=False).conn) as connection:
        try:
            _compare_new(db, connection, again)
        except LockHeld as held:
            if again or confirm:
                raise
            say(f"{held}; yang ditampilkan keadaan terakhir")
        release_id = report.find_article(connection, release, release=True) if release else None
        if confirm and said and release_id:
            article_id = report.find_article(connection, confirm, release=False)
            with transaction(connection):
                report.confirm(connection, release_id, article_id, said)
        if release_id:
            rows = report.of_release(connection, release_id)
        else:
            rows = (report.outlets if outlets else report.releases)(connection, limit)
    if as_json:
        for row in rows:
            print_json({name: _decoded(name, value) for name, value in row.items()})
    else:
        _print_coverage(rows, release_id is not None)
    return DONE


def _compare_new(db: Path, connection: Any, again: bool) -> None:
    from pipelines.coverage.update import update
    from pipelines.database.lock import run_lock

    todo = connection.execute("SELECT count(*) FROM coverage_todo").fetchone()[0]
    if not todo and not again:
        return
    if again:
        todo = connection.execute("SELECT count(*) FROM articles").fetchone()[0]
    with run_lock(db), show_progress("mencocokkan", todo) as advance:
        done = update(connection, again=again, on_progress=advance)
    say(f"{done.articles} artikel dicocokkan, {done.compared} pasangan dibandingkan, {done.pairs} liputan")


def _decoded(name: str, value: Any) -> Any:
    return json.loads(value) if name in ("numbers_changed", "other_voices") else value


def _print_coverage(rows: list[dict[str, Any]], one_release: bool) -> None:
    from pipelines.commands.tables import print_table

    if one_release:
        header = ("media", "selisih", "label", "dimuat", "disalin", "judul", "alasan")
        print_table(
            header,
            [
                (
                    row["outlet"],
                    lag(row["lag_minutes"]) or "?",
                    row["label"] + (" *" if row["confirmed"] else ""),
                    share(row["kept"]),
                    share(row["copied"]),
                    row["title"],
                    row["reasons"],
                )
                for row in rows
            ],
        )
    elif rows:
        print_table(tuple(rows[0]), [tuple(row.values()) for row in rows])
    if not rows:
        say("belum ada liputan")


@click.group()
def watch() -> None:
    """Saved searches, sent as digests of what is new."""


@watch.command("add")
@click.argument("name")
@click.option("--query", help="As on the search page.")
@click.option("--source", metavar="ID", help="Only articles of this source.")
@click.option("--city", metavar="PLACE", help="Kemendagri code or name.")
@click.option("--person", metavar="NAME", help="Anybody's full name.")
@click.option("--to", "receivers", multiple=True, required=True, metavar="ADDRESS",
              help="Apprise address; secrets as ${NAME} of an environment variable; may be repeated.")  # fmt: skip
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
    db: Path, name: str, receivers: tuple[str, ...], every: int, floor: int, ceiling: int, quiet: str | None,
    spike: bool, cooldown: int, **filters: str | None,
) -> int:  # fmt: skip
    """Save a search; what is in the database by now is not sent."""
    from pipelines.database.open import connect
    from pipelines.desk.watch.saved import add_watch

    chosen = {key: value for key, value in filters.items() if value}
    with closing(connect(db, create=False).conn) as connection:
        add_watch(
            connection, name, chosen, receivers, every_minutes=every, floor=floor, ceiling=ceiling, quiet=quiet,
            spike=spike, cooldown_hours=cooldown,
        )  # fmt: skip
    say(f"{name}: tersimpan; `pantau watch run` mengirim yang baru mulai sekarang")
    return DONE


@watch.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines.")
@click.pass_obj
def watch_list(db: Path, as_json: bool) -> int:
    """The watches, their receivers and how these are doing."""
    from pipelines.commands.tables import print_table
    from pipelines.database.open import connect

    with closing(connect(db, create=False).conn) as connection:
        cursor = connection.execute(
            """SELECT w.name, w.filters, w.every_minutes, w.quiet, r.address, r.last_sent, r.failures, r.error
               FROM watches w JOIN watch_receivers r ON r.watch_id = w.id ORDER BY w.name, r.id"""
        )
        names = [column[0] for column in cursor.description]
        rows = cursor.fetchall()
    if as_json:
        for row in rows:
            print_json(dict(zip(names, row, strict=True)) | {"filters": json.loads(row[1])})
    else:
        print_table(("nama", "saringan", "tiap menit", "senyap", "penerima", "terkirim", "gagal", "galat"), rows)
    return DONE


@watch.command("remove")
@click.argument("name")
@click.pass_obj
def watch_remove(db: Path, name: str) -> int:
    """Forget a watch."""
    from pipelines.database.open import connect
    from pipelines.desk.watch.saved import remove_watch

    with closing(connect(db, create=False).conn) as connection:
        remove_watch(connection, name)
    return DONE


@watch.command("run")
@click.option("--name", help="Only this watch, due or not.")
@click.pass_obj
def watch_run(db: Path, name: str | None) -> int:
    """Send what is new of every watch that is due; exit code 1 when a receiver failed."""
    from pipelines.commands.terminal import SOME_FAILED
    from pipelines.database.lock import run_lock
    from pipelines.database.open import connect
    from pipelines.desk.watch.send import run_watches

    code = DONE
    # Its own lock: a digest need not wait for a crawl, and two runs must not send the same.
    with closing(connect(db, create=False).conn) as connection, run_lock(db.with_name(f"{db.name}.watch")):
        for done in run_watches(connection, only=name):
            what = "lonjakan" if done.spike else f"{done.stories} berita"
            say(f"{done.watch}: {done.receiver}: {f'gagal: {done.error}' if done.error else what}")
            code = SOME_FAILED if done.error else code
    return code


@click.command()
@click.option("--date", "when", metavar="DAY", help="The day (WIB, YYYY-MM-DD) or yesterday; default today.")
@click.option("--watch", "name", metavar="NAME", help="Only what this watch finds; its name is the topic.")
@click.option("--format", "form", type=click.Choice(["html", "pdf", "docx"]), default="pdf", show_default=True)
@click.option("--output", type=click.Path(path_type=Path), help="Default kliping-DAY.FORMAT here.")
@click.option("--lead", is_flag=True, help="The first two paragraphs of each article instead of all.")
@click.option("--templates", type=click.Path(path_type=Path, file_okay=False, exists=True),
              help="A folder whose kop.html, kliping.html, kliping.css, kop.docx replace ours.")  # fmt: skip
@click.option("--write-templates", type=click.Path(path_type=Path), help="Copy our templates there, to adapt them.")
@click.pass_obj
def clip(
    db: Path, when: str | None, name: str | None, form: str, output: Path | None, lead: bool, templates: Path | None,
    write_templates: Path | None,
) -> int:  # fmt: skip
    """The daily press clipping (kliping)."""
    from datetime import date, datetime, timedelta

    from pipelines.database.open import connect
    from pipelines.desk.clip.gather import gather
    from pipelines.desk.clip.pages import TEMPLATES, to_html, to_pdf
    from pipelines.desk.clip.word import to_docx
    from pipelines.desk.export import write_whole
    from pipelines.desk.watch.saved import find_watch
    from pipelines.search.filters import Filters
    from pipelines.wording.wib import WIB

    if write_templates:
        write_templates.mkdir(parents=True, exist_ok=True)
        for file in sorted(TEMPLATES.iterdir()):
            write_whole(write_templates / file.name, file.read_bytes())
            say(str(write_templates / file.name))
        return DONE
    try:
        today = datetime.now(WIB).date()
        chosen = today - timedelta(days=1) if when == "yesterday" else date.fromisoformat(when) if when else today
    except ValueError as error:
        raise UserError(f"--date {when}: is not a day; write it as 2025-12-31") from error
    with closing(connect(db, create=False).conn) as connection:
        filters = find_watch(connection, name).filters if name else Filters()
        clipping = gather(connection, chosen, filters, name or "semua berita", lead=lead)
    target = output or Path(f"kliping-{chosen}.{form}")
    if form == "html":
        data = to_html(clipping, templates).encode("utf-8", "replace")
    else:
        data = to_pdf(clipping, templates) if form == "pdf" else to_docx(clipping, templates)
    write_whole(target, data)
    say(f"{len(clipping.articles)} berita -> {target}")
    return DONE
