"""`pantau corrections`: what people decided on the pages, for other programs and databases."""

from __future__ import annotations

from contextlib import closing
from itertools import chain
from pathlib import Path

import click

from pipelines.commands.terminal import DONE, SOME_FAILED, complain, print_json, say
from pipelines.errors import UserError


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


@corrections.command("import")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.pass_obj
def corrections_import(db: Path, file: Path) -> int:
    """Bring in corrections that `export` wrote (- for standard input): tags, titles, days and kinds of articles."""
    from pipelines.database.open import open_connection
    from pipelines.desk.ledger_import import bring_in, entries_of

    try:
        with click.open_file(str(file), encoding="utf-8") as lines:
            entries = list(entries_of(lines, str(file)))  # all is looked at before anything is written
    except OSError as error:
        raise UserError(f"{file}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{file}: is not UTF-8 text") from error
    with closing(open_connection(db, create=False)) as connection:
        found = bring_in(connection, entries)
    say(f"{found.made} koreksi masuk, {found.held} sudah berlaku, {found.passed} bukan koreksi atau dibatalkan")
    if found.unknown:
        complain(f"{found.unknown} koreksi: artikelnya tidak ada di basis data ini")
    return SOME_FAILED if found.unknown else DONE
