"""The commands that read files: `pantau extract`, `pantau tag`, and `pantau isu`, which also tells today's stories."""

from __future__ import annotations

import os
from pathlib import Path

import click

from pipelines.commands.terminal import DONE, SOME_FAILED, complain, print_json, show_progress
from pipelines.errors import UserError
from pipelines.health.sentences import tell_failure


@click.command()
@click.option("--url", help="The address the page came from (one file).")
@click.option("-v", "--verbose", is_flag=True, help="Also by whom title, date, author and body are (witnesses).")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def extract(url: str | None, verbose: bool, files: tuple[Path, ...]) -> int:
    """Extract the article of saved pages; JSON Lines."""
    from pipelines.read.documents import extract_files

    if url and len(files) > 1:
        raise UserError(f"--url {url}: belongs to one page, but {len(files)} files were given; give one")
    code = DONE
    for row, error in extract_files(files, url, told=verbose):
        print_json(row)
        if error:
            complain(f"gagal: {row['file']}: {tell_failure(error)}")
            code = SOME_FAILED
    return code


@click.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
def tag(file: Path) -> int:
    """Tag the documents of a JSON Lines file (- for standard input); JSON Lines."""
    from pipelines.read.documents import read_documents, tag_stream

    # What comes through a pipe may come slowly: its rows do not wait for a second batch.
    workers = 1 if str(file) == "-" else os.cpu_count() or 1
    code = DONE
    with show_progress("menandai") as advance:
        for row, error in tag_stream(read_documents(file), workers):
            print_json(row)
            advance(1)
            if error:
                complain(f"gagal: {row['id']}: {tell_failure(error)}")
                code = SOME_FAILED
    return code


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--limit", type=click.IntRange(min=1), default=30, show_default=True, help="Rows without FILE.")
@click.pass_obj
def isu(db: Path, file: Path | None, limit: int) -> int:
    """The stories among the documents of a JSON Lines file (- for standard input), or today's; JSON Lines."""
    if file is None:
        from contextlib import closing

        from pipelines.database.open import open_connection
        from pipelines.isu.today import latest_day

        with closing(open_connection(db, create=False)) as connection:
            for row in latest_day(connection, limit):
                print_json(row)
        return DONE
    from pipelines.isu.documents import group
    from pipelines.read.documents import read_documents

    with show_progress("mengelompokkan") as advance:
        for row in group(read_documents(file), str(file), advance):
            print_json(row)
    return DONE
