"""The commands of a run: `pantau crawl` and `pantau process`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.commands.options import (
    BROWSER,
    CATALOGUE,
    CORRECTIONS,
    Day,
    ask_for_browser,
    engine_options,
    setting_option,
)
from pipelines.commands.terminal import DONE, INTERRUPTED, SOME_FAILED, complain, say, show_progress
from pipelines.errors import UserError
from pipelines.health.sentences import tell_failure

if TYPE_CHECKING:
    from pipelines.run.run import RunReport

FAILURES_SHOWN = 20


@click.command()
@CATALOGUE
@click.option("--source", "sources", multiple=True, metavar="ID", help="Only this source; may be repeated.")
@click.option("--unproven", is_flag=True, help="Also sources of which nobody has seen yet that they can be read.")
@BROWSER
@click.option("--hot", is_flag=True, help="Only look what is new at hot sources, and send what watches have found.")
@setting_option("--limit", "limits.pages", help="At most N articles a source.")
@click.option("--since", type=Day(), help="Skip articles that are known to be older (YYYY-MM-DD).")
@click.option("--max-minutes", type=click.FloatRange(min=0, min_open=True), help="Stop cleanly after M minutes.")
@engine_options
@CORRECTIONS
@click.pass_obj
def crawl(
    db: Path,
    catalogue: Path | None,
    sources: tuple[str, ...],
    unproven: bool,
    browser: bool,
    hot: bool,
    limit: int | None,
    since: date | None,
    max_minutes: float | None,
    corrections: Path | None,
    scheduler: str | None,
) -> int:
    """One incremental crawl of every source, then process what it fetched."""
    from pipelines.operate.ping import ping_when_well
    from pipelines.run.run import crawl_and_process

    if hot and (since or scheduler):
        raise UserError("--hot: looks here at what is new; leave out --since and --engine dask")
    ask_for_browser(browser)
    report = crawl_and_process(
        db,
        catalogue=catalogue,
        only=sources,
        unproven=unproven,
        hot=hot,
        limit=limit,
        since=since,
        max_minutes=max_minutes,
        corrections=corrections,
        scheduler=scheduler,
        progress=show_progress,
    )
    if report.interrupted:
        return INTERRUPTED
    code = _finish(report)
    if hot:
        return max(code, _send_watches() if report.processed.new else DONE)
    if not sources:
        ping_when_well(report.crawl)
    return code


def _send_watches() -> int:
    """`pantau watch run`, unless another one is at it: that sends what is new, or the next one does."""
    from pipelines.commands.watch import watch_run
    from pipelines.database.lock import LockHeld

    try:
        return int(click.get_current_context().invoke(watch_run) or DONE)
    except LockHeld:
        return DONE


@click.command()
@click.option("--again", type=click.Choice(["extract", "tag"]), help="Read the archive, or only tag, again.")
@click.option("--dry-run", is_flag=True, help="With --again extract: only say what would change, with examples.")
@CATALOGUE
@click.option("--archive", metavar="FOLDER", help="Where the pages are: a path, or an address of fsspec's (s3://...).")
@engine_options
@CORRECTIONS
@click.pass_obj
def process(
    db: Path,
    again: str | None,
    dry_run: bool,
    catalogue: Path | None,
    archive: str | None,
    corrections: Path | None,
    scheduler: str | None,
) -> int:
    """Work the queue of fetched pages; --again re-reads what was read before."""
    from pipelines.archive.location import as_location
    from pipelines.run.run import process_queue, rehearse_extract

    if dry_run:
        if again != "extract" or scheduler:
            raise UserError(
                "--dry-run: shows what --again extract would change, and reads here; give it with that alone"
            )
        place = as_location(archive) if archive else None
        for line in rehearse_extract(db, catalogue=catalogue, archive=place, progress=show_progress).summary():
            say(line)
        return DONE
    report = process_queue(
        db,
        again=again,
        catalogue=catalogue,
        corrections=corrections,
        archive=as_location(archive) if archive else None,
        scheduler=scheduler,
        progress=show_progress,
    )
    return _finish(report)


def _finish(report: RunReport) -> int:
    """Say what a run did; exit code 1 when some source or document failed."""
    for line in report.summary():
        say(line)
    for what, why in report.failures[:FAILURES_SHOWN]:
        complain(f"gagal: {what}: {tell_failure(why)}")
    if len(report.failures) > FAILURES_SHOWN:
        complain(f"... dan {len(report.failures) - FAILURES_SHOWN} kegagalan lain; lihat tabel errors")
    return SOME_FAILED if report.failures else DONE
