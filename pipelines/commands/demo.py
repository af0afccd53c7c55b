"""`pantau demo`: the bundled sample newsroom, from crawl to pages."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from pipelines.commands.options import Day
from pipelines.commands.terminal import complain, show_progress


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="Port of the pages.")
@click.option("--no-serve", is_flag=True, help="Stop when everything is stored.")
@click.option("--day", type=Day(), help="The day on which the newsroom stands; default that of the first demo.")
@click.pass_obj
def demo(db: Path, port: int, no_serve: bool, day: date | None) -> int:
    """Crawl the bundled sample newsroom on loopback, through the whole pipeline, then serve it."""
    from pipelines.run.demo import run_demo

    return run_demo(db, port=None if no_serve else port, say=complain, progress=show_progress, day=day)
