"""`pantau sources`: the catalogue, and whether its sources answer."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.commands.add_source import add
from pipelines.commands.options import BROWSER, CATALOGUE, ask_for_browser
from pipelines.commands.terminal import DONE, SOME_FAILED, complain, print_json, say
from pipelines.errors import UserError
from pipelines.wording.translate import translated

if TYPE_CHECKING:
    from crawler.catalogue import Source


@click.group()
def sources() -> None:
    """The catalogue of sources."""


sources.add_command(add)


@sources.command("list")
@CATALOGUE
@click.option("--json", "as_json", is_flag=True, help="JSON Lines.")
@click.option("--markdown", is_flag=True, help="The page docs/sources.md.")
@click.pass_obj
def list_sources(db: Path, catalogue: Path | None, as_json: bool, markdown: bool) -> int:
    """List the sources of the catalogue and of your own; what is odd about an entry is said on stderr."""
    from crawler.catalogue import load_catalogue
    from crawler.catalogue_checks import complaints
    from crawler.catalogue_page import page
    from pipelines.health.catalogue import load_sources

    if as_json and markdown:
        raise UserError("--json and --markdown: give one of them")
    # The page is of the catalogue alone: a team's own sources have no place in the project's documents.
    entries = load_catalogue(catalogue) if markdown else load_sources(db, catalogue)
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
        complain(f"aneh: {translated(complaint)}")
    return SOME_FAILED if odd else DONE


@sources.command("check")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@CATALOGUE
@click.option(
    "--seconds",
    type=click.FloatRange(min=1),
    default=60,
    show_default=True,
    help="Time for each source; all are asked at the same time.",
)
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, one source a line.")
@click.option("--unproven", is_flag=True, help="Also sources of which nobody has seen yet that they can be read.")
@BROWSER
@click.pass_obj
def check(
    db: Path,
    ids: tuple[str, ...],
    catalogue: Path | None,
    seconds: float,
    as_json: bool,
    unproven: bool,
    browser: bool,
) -> int:
    """Ask each source's discoveries and one article, and say what broke.

    An unproven source that gives an article is crawled from then on, if there is a database.
    """
    from crawler.browser import is_asked_for
    from crawler.catalogue import choose
    from pipelines.health.catalogue import load_sources
    from pipelines.health.check import check_sources, nobody_answers

    ask_for_browser(browser)
    everything = load_sources(db, catalogue)
    chosen = choose(everything, ids, unproven=unproven, browser=is_asked_for())
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
            complain(f"rusak: {entry.id}: {sentence}")
    if nobody_answers(checks):
        complain("tidak satu pun situs menjawab: periksa dulu jaringan mesin ini")
    proven = [entry.id for entry in checks if entry.status == "unproven" and not entry.broken]
    if proven and db.exists():
        _prove(db, everything, proven)
        say(f"terbukti, ikut dirayapi mulai sekarang: {', '.join(proven)}")
    say(f"{len(checks)} sumber diperiksa: {len(checks) - len(broken)} baik, {len(broken)} rusak")
    return SOME_FAILED if broken else DONE


def _prove(database: Path, everything: list[Source], ids: list[str]) -> None:
    """Remember in a team's own database that these sources give articles."""
    from contextlib import closing

    from pipelines.database.open import naming_faults, open_connection
    from pipelines.queue.runs import Runs

    with naming_faults(database), closing(open_connection(database)) as connection:
        runs = Runs(connection)
        runs.upsert_sources(everything)
        runs.prove_sources(ids)
