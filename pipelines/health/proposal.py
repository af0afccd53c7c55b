"""`pantau sources add`: an entry for a site that no catalogue has, or in plain words why there is none.

crawler/prospect.py has looked which ways lead to its articles. Here the best are chosen, the entry that they make is
asked once more as `pantau sources check` would, and some of its articles are read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawler.catalogue import Written, as_source
from crawler.new_entry import guess_kind, make_id
from crawler.probe import probe
from crawler.prospect import Prospect, Way, delay, prospect
from crawler.urls import is_private, origin
from crawler.zone import WIB
from pipelines.health.check import ArticleCheck, SourceCheck, judge_source, read_article
from pipelines.health.sentences import plain_error
from pipelines.wording.labels import DISCOVERY_METHODS

ARTICLES = 3  # that are read of the proposed entry
WAYS = 2  # that an entry gets at most: the second stands in when the first breaks
ENOUGH = 0.5  # of a way's articles with a time: then it gives dates
EVIDENCE = {"wordpress": "api"}
WRITTEN = "usulan"  # in the place of a file's name while there is none


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a site came to.

    entry     of a catalogue, key by key; None where there is none
    articles  those of it that were read
    said      what was tried, a sentence each
    why_not   why there is no entry
    """

    entry: dict[str, Any] | None
    articles: tuple[ArticleCheck, ...]
    said: tuple[str, ...]
    why_not: str | None = None


def propose(url: str, seconds: float, given: dict[str, str]) -> Proposal:
    """Look at a site, each look for at most `seconds`, and propose an entry.

    given   keys that somebody has said: id, name, kind

    Raises SettingError for a real site without a contact, CatalogueError for a key that cannot be.
    """
    found = prospect(url, seconds)
    said = tuple(_say_ways(found))
    if found.home is None:
        return Proposal(None, (), said, _say_home(url, found.error or ""))
    if found.home.is_login:
        return Proposal(None, (), said, "situs ini meminta masuk dulu; yang di balik kata sandi tidak dirayapi")
    ways = choose_ways(found.ways)
    if not ways:
        return Proposal(None, (), said, SHELL if found.home.is_shell else NOTHING)
    entry = _entry(found, ways, given)
    source = as_source(Written(Path(WRITTEN), 1, entry))
    notes, report = probe([source], seconds, ARTICLES)
    if report.outcome == "interrupted":
        raise KeyboardInterrupt
    check = judge_source(source, notes[source.id], report.sources[source.id].error, None)
    pages = [notes[source.id].page, *notes[source.id].more]
    articles = tuple(read_article(source, page)[0] for page in pages if page is not None)
    why_not = _why_not(articles, check, shell=found.home.is_shell)
    return Proposal(None if why_not else entry, articles, said, why_not)


NOTHING = "tidak ada jalan ke artikel: tidak ada umpan, peta situs, atau daftar berita yang tautannya seragam"
SHELL = (
    "halamannya kosong tanpa JavaScript dan tidak ada umpan atau peta situs; "
    'bila memang perlu, tulis entrinya sendiri dengan status = "needs-browser" (docs/crawling.md)'
)


def choose_ways(ways: Sequence[Way]) -> list[Way]:
    """The best ways: those that give dates first, then those that lead to most articles; each of another method.

    A way without dates is only taken when none has them; a second one must fit the first one's `article_url`.
    """
    ranked = sorted(ways, key=lambda way: (_gives_dates(way), way.dated, len(way.links)), reverse=True)
    chosen: list[Way] = []
    for way in ranked:
        if chosen and (not _gives_dates(way) or way.discovery.method in {one.discovery.method for one in chosen}):
            continue
        if all(_fit(way, one) and _fit(one, way) for one in chosen):
            chosen.append(way)
    return chosen[:WAYS]


def _gives_dates(way: Way) -> bool:
    return way.dated >= ENOUGH * len(way.links)


def _fit(way: Way, other: Way) -> bool:
    """Whether the other's article_url takes a way's articles."""
    return other.pattern is None or all(re.search(other.pattern, link.url) for link in way.links)


def _entry(found: Prospect, ways: Sequence[Way], given: dict[str, str]) -> dict[str, Any]:
    assert found.home is not None
    homepage = found.url if urlsplit(found.url).path else f"{origin(found.url)}/"
    kind = given.get("kind") or guess_kind(found.url, found.home.name)
    pattern = next((way.pattern for way in ways if way.pattern), None)
    entry: dict[str, Any] = {
        "id": given.get("id") or make_id(found.url),
        "name": given.get("name") or found.home.name or urlsplit(found.url).netloc,
        "kind": kind,
        "homepage": homepage,
        "discover": [_discovery(way) for way in ways],
    }
    if pattern:
        entry["article_url"] = pattern
    if kind != "media":
        entry["press_releases"] = True
    if is_private(found.url):
        entry["delay"] = delay(found.url)
    method = ways[0].discovery.method
    return entry | {"checked": f"{datetime.now(WIB):%Y-%m}", "evidence": EVIDENCE.get(method, method)}


def _discovery(way: Way) -> dict[str, Any]:
    """A way as it stands in an entry; what is as usual is left out."""
    found = way.discovery
    said: dict[str, Any] = {"method": found.method, "url": found.url}
    if found.method == "listing":
        said |= {"pages": found.pages} if found.pages > 1 else {}
        said |= {"step": found.step} if "{offset}" in found.url else {}
        said |= {"links": found.links} if found.links else {}
    return said


def _say_ways(found: Prospect) -> list[str]:
    """What each way that was asked has answered."""
    said = []
    for way in found.ways:
        name = f"{DISCOVERY_METHODS[way.discovery.method]} {way.discovery.url}"
        said.append(f"{name}: {len(way.links)} artikel, {way.dated} bertanggal")
    for item in found.failed:
        name = f"{DISCOVERY_METHODS[item.method]} {item.url}"
        why = (item.error or "").removeprefix(f"{item.method} {item.url}").strip()
        said.append(f"{name}: {plain_error(why, item.method)}" if why else f"{name}: tanpa artikel")
    return said


def _say_home(url: str, error: str) -> str:
    """Why a homepage could not be had, and what to do."""
    moved = re.search(r"(\S+) is not on a host of source", error)
    if moved and moved[1] != url:
        return f"{url} mengalihkan ke {moved[1]}; bila itu situsnya, berikan alamat itu"
    why = plain_error(error)
    if re.search(r"answered (?:401|403|429|451)|challenge", error):
        return f"{url} {why}; situs yang menolak dibiarkan: minta izin pengelolanya (docs/panduan/izin.md)"
    return f"{url} {why}"


def _why_not(articles: Sequence[ArticleCheck], check: SourceCheck, *, shell: bool) -> str | None:
    """Why the articles of a proposed entry are none that can be used; None where one is."""
    read = [article for article in articles if not article.error]
    if any(article.language == "id" for article in read):
        return None
    if read:
        languages = ", ".join(sorted({article.language or "?" for article in read}))
        return f"artikelnya bukan berbahasa Indonesia ({languages})"
    faults = [article.error for article in articles if article.error]
    if check.article and check.article.error:
        faults.append(check.article.error)
    why = faults[0] if faults else "; ".join(check.broken)
    return f"artikelnya tidak dapat dibaca: {why}. {SHELL}" if shell else f"artikelnya tidak dapat dibaca: {why}"
