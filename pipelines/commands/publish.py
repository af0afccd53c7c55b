"""The commands that show the database to people: `pantau serve` and `pantau publish`."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from pipelines.commands.options import settings_of
from pipelines.commands.terminal import DONE, say
from pipelines.errors import UserError


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True)
@click.option("--public", is_flag=True, help="For everybody: a snapshot of `pantau publish`, nothing internal.")
@click.option("--login", is_flag=True, help="For the team: asks for a name and password (pantau users).")
@click.pass_context
def serve(ctx: click.Context, host: str, port: int, public: bool, login: bool) -> int:
    """Publish the database: search, browse, export."""
    from pipelines.database.open import open_connection
    from pipelines.publish.guard.mode import Mode
    from pipelines.publish.serve import serve as serve_pages
    from pipelines.store import agreement_lives, agreement_places

    if public and login:
        raise UserError("--public --login: a public instance has no login; give one of them")
    if login:
        settings_of(ctx).demand("secret", "users")
    db: Path = ctx.obj
    if not public:
        with closing(open_connection(db, create=False)) as connection:
            # Of a database that an older Pantau wrote, before anybody looks at it.
            agreement_places.link_those_without(connection)
            agreement_lives.link_those_without(connection)
    serve_pages(db, host=host, port=port, mode=Mode(public=public, login=login))
    return DONE


@click.command()
@click.option("--output", type=click.Path(path_type=Path), required=True, help="The snapshot to write.")
@click.pass_obj
def publish(db: Path, output: Path) -> int:
    """Make a public snapshot of the database, without the team's tables, for `serve --public`."""
    from pipelines.publish.snapshot import publish as write

    size = write(db, output)
    say(f"{output}: {size / 1e6:.1f} MB")
    return DONE
