"""`pantau coverage`: which outlets took a press release up."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from pipelines.commands.terminal import DONE, complain, print_json, say, show_progress
from pipelines.errors import UserError
from pipelines.wording import columns
from pipelines.wording.labels import COVERAGE_LABELS
from pipelines.wording.lags import away
from pipelines.wording.numbers import share
from pipelines.wording.translate import language, translated


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
    from getpass import getuser

    from pipelines.coverage import report
    from pipelines.database.lock import LockHeld
    from pipelines.database.open import open_connection
    from pipelines.desk.deciding import decide_coverage

    if (confirm is None) != (said is None) or (confirm and not release):
        raise UserError("--confirm URL: goes with --release URL and --as LABEL")
    with closing(open_connection(db, create=False)) as connection:
        try:
            _compare_new(db, connection, again)
        except LockHeld as held:
            if again or confirm:
                raise
            complain(f"{translated(str(held))}; yang ditampilkan keadaan terakhir")
        release_id = report.find_article(connection, release, release=True) if release else None
        if confirm and said and release_id:
            article_id = report.find_article(connection, confirm, release=False)
            decide_coverage(connection, release_id, article_id, said, getuser())
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
        said = COVERAGE_LABELS if language() == "id" else {}
        print_table(
            ("media", "selisih", "label", "dimuat", "disalin", "judul", "alasan"),
            [
                (
                    r["outlet"],
                    away(r["lag_minutes"], r["lag_days"], language()) or "?",
                    said.get(r["label"], r["label"]) + (" *" if r["confirmed"] else ""),
                    share(r["kept"]),
                    share(r["copied"]),
                    r["title"],
                    r["reasons"],
                )
                for r in rows
            ],
        )
    elif rows:
        # The names of the columns are English, as JSON has them.
        named = {**columns.OUTLETS, **columns.RELEASES} if language() == "id" else {}
        print_table(tuple(named.get(name, name) for name in rows[0]), [tuple(row.values()) for row in rows])
    if not rows:
        say("belum ada liputan")
