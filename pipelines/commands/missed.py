"""`pantau missed` and `pantau recall`: why an article is not here, and what share of what was named is."""

from __future__ import annotations

import sys
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from pipelines.commands.options import CATALOGUE
from pipelines.commands.terminal import DONE, print_json, say
from pipelines.errors import UserError
from pipelines.wording.numbers import number, share
from pipelines.wording.translate import spoken


@click.command()
@click.argument("urls", nargs=-1, required=True, metavar="URL...")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, one address a line.")
@CATALOGUE
@click.pass_obj
def missed(db: Path, urls: tuple[str, ...], as_json: bool, catalogue: Path | None) -> int:
    """Say why articles are not here: source unknown, never named, refused, waiting, judged no article, a copy, ...

    It is told by what the catalogue and the crawls have recorded; no site is asked. "-" reads addresses from stdin.
    """
    from pipelines.database.open import open_connection
    from pipelines.health.catalogue import load_sources
    from pipelines.health.missed import why_missed

    wanted = [url for given in urls for url in (_lines() if given == "-" else [given])]
    if not wanted:
        raise UserError("no address; give one, or - and a line for each on standard input")
    sources = load_sources(db, catalogue)
    with closing(open_connection(db, create=False)) as connection:
        found = why_missed(connection, sources, wanted, datetime.now(UTC))
    for one in found:
        if as_json:
            print_json(asdict(one))
        else:
            click.echo(f"{one.url}: {spoken(one.said)}")
    if len(found) > 1:
        say(f"{number(len(found))} alamat: {number(sum(one.is_here for one in found))} ada di sini")
    return DONE


def _lines() -> list[str]:
    return [line.strip() for line in sys.stdin if line.strip()]


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option(
    "--days", type=click.IntRange(1, 90), default=3, show_default=True, help="Of the addresses of the last N days."
)
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, one source a line.")
@click.pass_obj
def recall(db: Path, ids: tuple[str, ...], days: int, as_json: bool) -> int:
    """Of the addresses that each source's own feeds, sitemaps and listings named lately, the share that is stored.

    By what the runs saw and queued; no site is asked.
    """
    from pipelines.database.open import open_connection
    from pipelines.health.recall import NOTHING, recall, together

    with closing(open_connection(db, create=False)) as connection:
        found = recall(connection, datetime.now(UTC), days)
        known = {row[0] for row in connection.execute("SELECT id FROM sources")}
    for source_id in ids:
        if source_id not in known:
            raise UserError(f"{source_id}: no source of this database; `pantau status` shows the ids")
    chosen = {one: found.get(one, NOTHING) for one in ids} if ids else found
    ranked = sorted(chosen.items(), key=lambda item: (item[1].share is None, item[1].share, item[0]))
    if as_json:
        for source_id, one in ranked:
            print_json({"id": source_id, "days": days, "share": one.share} | asdict(one))
        return DONE
    from pipelines.commands.tables import print_recall

    print_recall(ranked)
    everything = together(one for _, one in ranked)
    say(
        f"{days} hari: {number(everything.stored)} dari {number(everything.named)} alamat tersimpan "
        f"({share(everything.share)})"
    )
    return DONE
