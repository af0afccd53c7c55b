"""Real pages many times over: the markup as it is, other names, numbers and dates in the text; served on loopback.

    python -m benchmarks.site.real [--pages 2000]

The pages are those of ../shared/data/pages and pages2 (nothing of them is in the project). A copy's names are made of
syllables, each name by the same one wherever the page writes it: text, <title>, meta, JSON-LD. Numbers of a text keep
their length. A date keeps its month and year and gets another day, in print as in the markup. Addresses inside the
markup stay. The same number gives the same copy.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import random
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.site.server import Answers, answer, sitemap

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
SETS = ("pages", "pages2")
HOSTS = 20
SYLLABLES = "ba bi da di du ka ki la li ma mi na ni ra ri sa si su ta ti wa ya".split()
# What of a page holds words: what stands between tags, <title> as well; meta's content; JSON-LD. Not other scripts.
PIECE = re.compile(
    r"<script[^>]*ld\+json[^>]*>.*?</script>|<(script|style)\b.*?</\1\s*>|<!--.*?-->|<meta\b[^>]*>|<[^>]*>|[^<]+",
    re.IGNORECASE | re.DOTALL,
)
# A name: a word with a capital behind a word without one; its other places are found by the name itself.
NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,14}\b")
NUMBER = re.compile(r"(?<![\w./:#-])\d{2,9}(?![\w/:-])(?![.,]\d)")
MONTHS = "jan feb peb mar apr mei may jun jul agu agt aug sep okt oct nov nop des dec".split()
PRINTED = re.compile(rf"(?<!\d)\d{{1,2}}(?=[ -](?:{'|'.join(MONTHS)})[a-z]*[ -]\d{{4}})", re.IGNORECASE)
STATED = re.compile(r"(?<=\b20\d\d-[01]\d-)\d\d(?!\d)|(?<!\d)[0-3]\d(?=/[01]\d/20\d\d)")
WORD = re.compile(r"[A-Za-z]+")
KEPT = frozenset("Senin Selasa Rabu Kamis Jumat Sabtu Minggu Januari Februari Maret April Juni Juli Agustus".split())
KEPT |= frozenset("September Oktober November Desember Siaran Pers Nomor Penulis Editor Oleh Baca Juga".split())


@dataclass(frozen=True, slots=True)
class RealPage:
    """A page of ../shared: its set and file, the site that it is from, its address ("" for none), its bytes."""

    folder: str
    name: str
    site: str
    url: str
    body: bytes


def there() -> bool:
    """Whether the shared pages are beside the checkout."""
    return all((DATA / folder / "INDEX.tsv").is_file() for folder in SETS)


def load() -> list[RealPage]:
    """All pages of both sets, those that are no articles as well."""
    found = []
    for folder in SETS:
        with (DATA / folder / "INDEX.tsv").open(encoding="utf-8", newline="") as index:
            addresses = {row["file"]: row["url"] or "" for row in csv.DictReader(index, delimiter="\t")}
        for path in sorted((DATA / folder).glob("*.html")):
            name = path.name
            site = re.split(r"[-_.]", name.split("_", 1)[1] if name.startswith(("anpandu", "slasherrb")) else name)[0]
            found.append(RealPage(folder, name, site, addresses.get(name, ""), path.read_bytes()))
    return found


def copy_of(body: bytes, number: int) -> bytes:
    """Copy `number` of a page. Its bytes are taken one by one, so the encoding is the page's own."""
    page = body.decode("latin-1")
    texts = [m[0] for m in PIECE.finditer(page) if not m[0].startswith("<")]
    names = {name for text in texts for name in NAME.findall(text)} - KEPT
    dice = random.Random(number)
    others = {name: "".join(dice.choices(SYLLABLES, k=dice.randint(2, 4))).title() for name in sorted(names)}
    later = dice.randrange(28)

    def word(match: re.Match[str]) -> str:
        return others.get(match[0], match[0])

    def day(match: re.Match[str]) -> str:
        return f"{1 + (int(match[0]) + later) % 28:0{len(match[0])}}" if 1 <= int(match[0]) <= 31 else match[0]

    def dated(text: str) -> str:
        return STATED.sub(day, PRINTED.sub(day, text))

    def digits(match: re.Match[str]) -> str:
        year = len(match[0]) == 4 and match[0][:2] in ("19", "20")
        near = match.string[match.end() : match.end() + 4].strip(" -").casefold()
        if year or (near and near[:3] in MONTHS):
            return match[0]
        return str(dice.randint(10 ** (len(match[0]) - 1), 10 ** len(match[0]) - 1))

    def piece(match: re.Match[str]) -> str:
        text = match[0]
        if not text.startswith("<"):
            return WORD.sub(word, dated(NUMBER.sub(digits, text)))
        if text[:5].lower() == "<meta" or "ld+json" in text[:120]:
            return _values(text, lambda value: WORD.sub(word, dated(value)))
        return dated(text) if text[:5].lower() == "<time" else text

    return PIECE.sub(piece, page).encode("latin-1")


def _values(markup: str, change: Callable[[str], str]) -> str:
    """The markup with what stands in quotes changed, but for addresses."""
    return re.sub(r'"[^"]*"', lambda value: value[0] if "/" in value[0] else change(value[0]), markup)


def copies(count: int, first: int = 0) -> list[tuple[int, str, bytes]]:
    """(host, path, page) of the copies from `first` up to `count`: each site's pages on one host, all pages in turn."""
    pages = load()
    host_of = {site: number % HOSTS for number, site in enumerate(sorted({page.site for page in pages}))}
    found = []
    for number in range(first, count):
        page = pages[number % len(pages)]
        slug = re.sub(r"[^a-z0-9]+", "-", (page.url or page.name).split("?")[0].rstrip("/").rsplit("/", 1)[-1].lower())
        copied = copy_of(page.body, number) if number >= len(pages) else page.body
        found.append((host_of[page.site], f"/berita/{slug.strip('-')}-{number}", copied))
    return found


def main() -> int:
    """Make the copies, listen, serve."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=2_000)
    asyncio.run(_serve(parser.parse_args().pages))
    return 0


async def _serve(count: int) -> None:
    loop, sites, answers = asyncio.get_running_loop(), [], []
    for host in range(HOSTS):
        served: dict[bytes, bytes] = {}
        server = await loop.create_server(lambda served=served: Answers(served), f"127.0.1.{host + 1}", 0)
        name, port = server.sockets[0].getsockname()
        sites.append({"address": f"http://{name}:{port}", "articles": []})
        answers.append(served)
    for host, path, body in copies(count):
        answers[host][path.encode()] = answer(body, "text/html")
        sites[host]["articles"].append(sites[host]["address"] + path)
    for site, served in zip(sites, answers, strict=True):
        served[b"/sitemap.xml"] = answer(sitemap(site["articles"]), "application/xml")
        served[b"/robots.txt"] = answer(b"User-agent: *\nAllow: /\n", "text/plain")
    print(json.dumps({"sites": [site for site in sites if site["articles"]]}), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)  # until whoever started it goes away


if __name__ == "__main__":
    sys.exit(main())
