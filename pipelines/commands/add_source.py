"""`pantau sources add`: an entry for a new site, tried before it is written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.commands.options import CATALOGUE
from pipelines.commands.terminal import DONE, SOME_FAILED, complain, say
from pipelines.errors import UserError
from pipelines.wording.translate import spoken

if TYPE_CHECKING:
    from crawler.catalogue import Source

KINDS = ("kementerian", "lembaga", "pemda", "bumn", "media")


@click.command("add")
@click.argument("url")
@click.option("--id", "source_id", metavar="ID", help="Its id; default from the domain.")
@click.option("--name", help="Its name; default what the site calls itself.")
@click.option("--kind", type=click.Choice(KINDS), help="Its kind; default from domain and name.")
@click.option("--dry-run", is_flag=True, help="Only show the entry.")
@click.option("--replace", is_flag=True, help="Take the place of an entry with this id.")
@click.option(
    "--seconds", type=click.FloatRange(min=1), default=120, show_default=True, help="Time for each of three looks."
)
@CATALOGUE
@click.pass_obj
def add(
    db: Path,
    url: str,
    source_id: str | None,
    name: str | None,
    kind: str | None,
    dry_run: bool,
    replace: bool,
    seconds: float,
    catalogue: Path | None,
) -> int:
    """Look at a site's homepage, find the ways to its articles, try them, and write the entry of your own sources.

    It asks the site for at most 30 pages, with robots.txt, delay and user agent of a crawl. The entry goes to stdout.
    """
    from crawler.new_entry import as_toml, make_id
    from crawler.own_sources import instead_of_ours
    from pipelines.health.catalogue import load_sources, own_folder
    from pipelines.health.proposal import propose

    address = _address(url)
    wanted = source_id or make_id(address)
    file = own_folder(db) / f"{wanted}.toml"
    _demand_free(address, wanted, load_sources(db, catalogue), own_folder(db), replace=replace)
    given = {"id": wanted, "name": name or "", "kind": kind or ""}
    say(f"melihat {address}: paling banyak 30 permintaan ...")
    found = propose(address, seconds, {key: value for key, value in given.items() if value})
    for sentence in found.said:
        say(sentence)
    for article in found.articles:
        if article.error:
            say(f"artikel {article.url}: {article.error}")
        else:
            when = article.published_at if article.published_at else spoken("tanpa tanggal")
            say(f"artikel {article.url}: {article.title} ({when}; {article.words} kata)")
    if found.entry is None:
        complain(f"tidak ditambahkan: {found.why_not}")
        return SOME_FAILED
    text = as_toml(instead_of_ours(found.entry, catalogue))
    click.echo(text, nl=False)
    if dry_run:
        say("hanya ditunjukkan; tanpa --dry-run entri ini ditulis")
        return DONE
    _write(file, text)
    say(f"{file}: tertulis; `pantau crawl --source {wanted}` merayapinya")
    return DONE


def _address(url: str) -> str:
    """The homepage's address, https where no scheme is given. Raises UserError for what is none."""
    from urllib.parse import urlsplit

    from crawler.urls import normalise

    address = normalise(url if "://" in url else f"https://{url}")
    if address is None or "." not in (urlsplit(address).hostname or "").strip("."):
        raise UserError(f"{url}: is no address of a site; give it as https://contoh.go.id/")
    return address


def _demand_free(address: str, wanted: str, known: list[Source], folder: Path, *, replace: bool) -> None:
    """Raise UserError where the site or the id has an entry, unless it is to be replaced and stands in a file alone."""
    from urllib.parse import urlsplit

    from crawler.catalogue import ID
    from crawler.own_sources import read_own

    if not ID.fullmatch(wanted):
        raise UserError(f"--id {wanted}: use lower-case letters, digits, - and _")
    file = folder / f"{wanted}.toml"
    own = read_own(folder) if folder.exists() else []
    for entry in own:
        if entry.data.get("id") == wanted and entry.file != file:
            raise UserError(f"{entry.file}: has the entry {wanted!r}; change it there, or give another --id")
    if sum(entry.file == file for entry in own) > 1:
        raise UserError(f"{file}: holds further entries; change it by hand")
    host = urlsplit(address).netloc.removeprefix("www.")
    for source in known:
        same = host in {name.removeprefix("www.") for name in source.hosts}
        if source.id == wanted and not replace:
            raise UserError(f"--id {wanted}: is in the catalogue already; give another --id, or --replace")
        if same and source.id != wanted:
            raise UserError(
                f"{address}: is in the catalogue as {source.id!r} ({source.status}); change its keys in your own "
                f"sources, or give --id {source.id} --replace"
            )


def _write(file: Path, text: str) -> None:
    from pipelines.desk.export import write_whole

    try:
        file.parent.mkdir(exist_ok=True)
    except OSError as error:
        raise UserError(f"{file.parent}: cannot be made ({error.strerror})") from error
    write_whole(file, text.encode("utf-8"))
