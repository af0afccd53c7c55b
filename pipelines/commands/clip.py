"""`pantau clip`: the daily press clipping (kliping)."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from pipelines.commands.options import setting_option
from pipelines.commands.terminal import DONE, say
from pipelines.errors import UserError


@click.command()
@click.option("--date", "when", metavar="DAY", help="The day (WIB, YYYY-MM-DD) or yesterday; default today.")
@click.option("--watch", "name", metavar="NAME", help="Only what this watch finds; its name is the topic.")
@click.option("--made", type=click.IntRange(min=1), metavar="NUMBER", help="A kliping that was made on the pages.")
@click.option("--format", "form", type=click.Choice(["html", "pdf", "docx"]), default="pdf", show_default=True)
@click.option("--output", type=click.Path(path_type=Path), help="Default kliping-DAY.FORMAT here.")
@click.option("--lead", is_flag=True, help="The first two paragraphs of each article instead of all.")
@setting_option(
    "--templates",
    "clip.templates",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="A folder whose kop.html, kliping.html, kliping.css, kop.docx replace ours.",
)
@click.option("--write-templates", type=click.Path(path_type=Path), help="Copy our templates there, to adapt them.")
@click.pass_obj
def clip(
    db: Path,
    when: str | None,
    name: str | None,
    made: int | None,
    form: str,
    output: Path | None,
    lead: bool,
    templates: Path | None,
    write_templates: Path | None,
) -> int:
    """The daily press clipping (kliping)."""
    from datetime import date, datetime, timedelta

    from pipelines.database.open import open_connection
    from pipelines.desk.clip.gather import gather, gather_kliping
    from pipelines.desk.clip.pages import TEMPLATES, to_html, to_pdf
    from pipelines.desk.clip.word import to_docx
    from pipelines.desk.export import write_whole
    from pipelines.desk.kliping import find
    from pipelines.desk.watch.saved import find_watch
    from pipelines.search.filters import Filters
    from pipelines.wording.wib import WIB

    if write_templates:
        write_templates.mkdir(parents=True, exist_ok=True)
        for file in sorted(TEMPLATES.iterdir()):
            write_whole(write_templates / file.name, file.read_bytes())
            say(str(write_templates / file.name))
        return DONE
    try:
        today = datetime.now(WIB).date()
        chosen = today - timedelta(days=1) if when == "yesterday" else date.fromisoformat(when) if when else today
    except ValueError as error:
        raise UserError(f"--date {when}: is not a day; write it as 2025-12-31") from error
    if made and (when or name):
        raise UserError("--made NUMBER: has its own days and watch; leave --date and --watch out")
    with closing(open_connection(db, create=False)) as connection:
        if made and (kliping := find(connection, made)) is None:
            raise UserError(f"--made {made}: there is no such kliping")
        filters = find_watch(connection, name).filters if name else Filters()
        if made and kliping:
            clipping = gather_kliping(connection, kliping, lead=lead)
        else:
            clipping = gather(connection, chosen, filters, name or "semua berita", lead=lead)
    target = output or Path(f"kliping-{made or chosen}.{form}")
    if form == "html":
        data = to_html(clipping, templates).encode("utf-8", "replace")
    else:
        data = to_pdf(clipping, templates) if form == "pdf" else to_docx(clipping, templates)
    write_whole(target, data)
    say(f"{len(clipping.articles)} berita -> {target}")
    return DONE
