"""The commands that reach back: `pantau import`, others' archives, and `pantau backfill`, a source's own past."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.commands.crawl import FAILURES_SHOWN
from pipelines.commands.options import CATALOGUE, Day
from pipelines.commands.terminal import DONE, INTERRUPTED, SOME_FAILED, complain, say, show_progress
from pipelines.errors import UserError
from pipelines.health.sentences import tell_failure
from pipelines.wording.translate import spoken

LONG = 90  # minutes; from there on hours are said

if TYPE_CHECKING:
    from crawler.history import Days
    from pipelines.queue.backfill_estimate import Estimate
    from pipelines.run.backfill import BackfillReport
    from pipelines.run.import_archives import FileReport
    from pipelines.run.report import ProcessReport


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@CATALOGUE
@click.option("--source", "sources", multiple=True, metavar="ID", help="Only this source; may be repeated.")
@click.pass_obj
def import_files(db: Path, files: tuple[Path, ...], catalogue: Path | None, sources: tuple[str, ...]) -> int:
    """Take the articles of the catalogue's sources out of others' WARC files (CC-NEWS, Browsertrix, Wget)."""
    from pipelines.run.import_archives import import_archives

    report = import_archives(db, files, catalogue=catalogue, only=sources, progress=show_progress)
    for file in report.files:
        _tell_file(file)
    tell_processed(report.processed)
    for file in report.files:
        _tell_damage(file)
    broken = any(file.is_damaged for file in report.files)
    return SOME_FAILED if broken or report.processed.failed else DONE


@click.command()
@click.argument("source", metavar="SOURCE")
@click.option("--since", type=Day(), required=True, help="The first day (YYYY-MM-DD).")
@click.option("--until", type=Day(), help="The last day; default today.")
@click.option("--yes", is_flag=True, help="Begin without asking.")
@click.option("--max-minutes", type=click.FloatRange(min=0, min_open=True), help="Stop cleanly after M minutes.")
@CATALOGUE
@click.pass_obj
def backfill(
    db: Path,
    source: str,
    since: date,
    until: date | None,
    yes: bool,
    max_minutes: float | None,
    catalogue: Path | None,
) -> int:
    """Fetch what a source has published before; stops for every other run, and goes on where it was."""
    from pipelines.run.backfill import backfill as run_backfill

    if not yes and not sys.stdin.isatty():
        raise UserError("backfill: nobody is there to be asked whether to begin; give --yes")
    report = run_backfill(
        db,
        source,
        since,
        until,
        catalogue=catalogue,
        agree=lambda days, ahead: _agreed(source, days, ahead, yes=yes),
        max_minutes=max_minutes,
        progress=show_progress,
    )
    if report.outcome == "stopped":
        return DONE
    say(f"{source}: {report.fetched} halaman diambil, {report.failed} gagal diambil")
    tell_processed(report.processed)
    return _tell_end(source, report)


def _agreed(source: str, days: Days, ahead: Estimate, *, yes: bool) -> bool:
    """Say what is ahead, and ask whether it is to begin."""
    pages, requests, minutes = ahead.pages + ahead.texts, ahead.pages + ahead.steps, max(1, round(ahead.seconds / 60))
    first, last, hours = days.first, days.last, f"{minutes / 60:.1f}"
    if minutes < LONG:
        say(f"{source}, {first} sampai {last}: sekitar {pages} artikel, {requests} permintaan, {minutes} menit")
    else:
        say(f"{source}, {first} sampai {last}: sekitar {pages} artikel, {requests} permintaan, {hours} jam")
    if ahead.is_open:
        say("sejauh mana daftarnya masih menyimpan artikel belum diketahui; bisa lebih banyak")
    if yes or not (pages or ahead.steps):
        return True
    return click.confirm(spoken("Mulai?"), err=True)


def _tell_end(source: str, report: BackfillReport) -> int:
    """Say how it ended; the exit code."""
    for url, why in report.broken:
        complain(f"gagal: {url}: {tell_failure(why)}")
    if report.outcome == "interrupted":
        return INTERRUPTED
    if report.outcome == "outside hours":
        say("di luar jam pengambilan: jalankan lagi perintah yang sama untuk melanjutkan")
    elif report.outcome == "out of time":
        say("waktunya habis: jalankan lagi perintah yang sama untuk melanjutkan")
    elif report.outcome == "stalled":
        complain(f"{source}: situsnya tidak memberi apa-apa lagi: {tell_failure(report.error or '?')}")
        complain("jalankan lagi perintah yang sama untuk melanjutkan")
        return SOME_FAILED
    else:
        say(f"{source}: selesai")
    return SOME_FAILED if report.failed or report.broken or report.processed.failed else DONE


def _tell_file(file: FileReport) -> None:
    if file.before:
        say(f"{file.name}: sudah diimpor; tidak ada yang baru")
        return
    c = file.counts
    say(
        f"{file.name}: {c['records']} rekaman, {c['taken']} halaman diambil, {c['elsewhere']} bukan dari sumber katalog"
    )
    known, others = c["older"] + c["same"] + c["again"], c["other"] + c["revisit"]
    if known:
        say(f"{file.name}: {known} sudah tersimpan, sama atau lebih baru")
    if others:
        say(f"{file.name}: {others} rekaman bukan halaman (permintaan, catatan, rujukan ulang)")
    left = sum(c[name] for name in ("status", "type", "large", "undated", "broken", "refused"))
    if left:
        say(
            f"{file.name}: {left} halaman dilewati: {c['status']} berstatus selain 200, {c['type']} bukan HTML, "
            f"{c['large']} terlalu besar, {c['broken'] + c['undated']} rusak, {c['refused']} bukan artikel"
        )


def _tell_damage(file: FileReport) -> None:
    if file.is_cut:
        complain(f"{file.name}: berkas terpotong di tengah rekaman; semua yang utuh sudah diambil")
    if damaged := file.counts["damaged"]:
        complain(f"{file.name}: {damaged} bagian rusak dilewati; selebihnya sudah diambil")
    if not file.counts["records"] and not file.before:
        complain(f"{file.name}: tidak berisi rekaman WARC")


def tell_processed(processed: ProcessReport) -> None:
    """Say what became of the pages that were read, and name those that could not be."""
    from pipelines.run.report import RunReport

    for line in RunReport(processed=processed).summary():
        say(line)
    for what, why in processed.failed[:FAILURES_SHOWN]:
        complain(f"gagal: {what}: {tell_failure(why)}")
    if len(processed.failed) > FAILURES_SHOWN:
        complain(f"... dan {len(processed.failed) - FAILURES_SHOWN} kegagalan lain; lihat tabel errors")
