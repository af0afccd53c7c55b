"""The commands that reach back: `pantau import`, others' archives, and `pantau backfill`, a source's own past."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.commands.crawl import FAILURES_SHOWN
from pipelines.commands.options import CATALOGUE
from pipelines.commands.terminal import DONE, SOME_FAILED, complain, say, show_progress
from pipelines.health.sentences import tell_failure

if TYPE_CHECKING:
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
