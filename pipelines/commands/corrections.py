"""`pantau corrections`: what people decided on the pages, for other programs."""

from __future__ import annotations

from contextlib import closing
from itertools import chain
from pathlib import Path

import click

from pipelines.commands.terminal import DONE, print_json, say


@click.group()
def corrections() -> None:
    """What people corrected on the pages."""


@corrections.command("export")
@click.option("--training", is_flag=True, help="The corrected articles with their tags instead, to train a tagger on.")
@click.pass_obj
def corrections_export(db: Path, training: bool) -> int:
    """Write the ledger of decisions as JSON Lines, the oldest first."""
    from pipelines.database.open import open_connection
    from pipelines.desk.ledger_export import entries, no_articles, training_documents

    with closing(open_connection(db, create=False)) as connection:
        count = 0
        rows = chain(training_documents(connection), no_articles(connection)) if training else entries(connection)
        for row in rows:
            print_json(row)
            count += 1
    say(f"{count} artikel yang diperbaiki" if training else f"{count} keputusan")
    return DONE
