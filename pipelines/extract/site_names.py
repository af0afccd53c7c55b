"""Site names: what a site calls itself, by what a page says of it and by what its pages' titles share.

No list of sites is needed: of several pages of one host the part that most of their titles share is the site's name,
and a title that several of them have is nobody's headline.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from pipelines.extract.page import ParsedPage
from pipelines.language.words import word_key

# What stands between the parts of a title: a sign between blanks, or a bar with or without them.
SEPARATOR = re.compile(r"\s+[-–—|•·~»«/:]+\s+|\s*\|+\s*|\s*::\s*|\s*[»«]\s*|\s+[-–—](?=\w)|(?<=\w)[-–—]\s+")
MOST_PARTS = 7  # a title with more is taken as it is; those of real sites have up to four
MOST_PAGES = 20  # of a host that are looked at together
SHARE = 0.6  # of a host's titles that have its name; the rest are sections with a title of their own
MOST_NAME_WORDS = 14  # "Situs Resmi Dinas Perumahan Rakyat dan Kawasan Permukiman Provinsi Kalimantan Barat" has eleven
MOST_LINES = 12  # of the page's foot, in which sites print their names
FIRST_LABELS = frozenset(("www", "m", "amp", "mobile", "web", "portal", "berita", "news"))


@dataclass(frozen=True, slots=True)
class Heads:
    """What a page shows at its head: the text of <title> and of its first <h1>; "" for what it has not."""

    title: str
    heading: str = ""


@dataclass(frozen=True, slots=True)
class HostNames:
    """What is known of a host's titles, as word keys (`word_key`).

    names   parts that most titles share: the site's name, its slogan
    common  whole titles and headings that several pages have, which are no headlines
    """

    names: frozenset[str] = field(default_factory=frozenset)
    common: frozenset[str] = field(default_factory=frozenset)


def learn(pages: Sequence[Heads]) -> HostNames:
    """What the titles of a host's pages share; nothing from fewer than two pages.

    Of two pages a part must stand in both, of more in most (SHARE).
    """
    pages = pages[:MOST_PAGES]
    if len(pages) < 2:
        return HostNames()
    enough = max(2, SHARE * len(pages))
    titles, headings = (
        Counter(filter(None, map(word_key, texts)))
        for texts in ([page.title for page in pages], [page.heading for page in pages])
    )
    ends: Counter[str] = Counter()
    for page in {page.title for page in pages}:  # one title at several addresses shows nothing of its parts
        ends.update({word_key(part) for part in title_ends(page)} - {""})
    different = len(titles)
    names = {end for end, count in ends.items() if count >= 2 and count >= SHARE * different}
    repeated = {key for found in (titles, headings) for key, count in found.items() if count >= enough}
    return HostNames(frozenset(names), frozenset(repeated))


def title_ends(title: str) -> list[str]:
    """The parts of a title in which a site's name may stand: its first one, its last one, its last two."""
    signs = list(SEPARATOR.finditer(title))
    if not signs or len(signs) >= MOST_PARTS:
        return []
    ends = [title[: signs[0].start()], title[signs[-1].end() :]]
    if len(signs) > 1:
        ends += [title[signs[-2].end() :], title[: signs[1].start()]]
    return [end for end in ends if len(end.split()) <= MOST_NAME_WORDS]


def stated_names(page: ParsedPage, address: str) -> set[str]:
    """The names of its site that a page states: metadata, publisher, links to the home page, host; as keys."""
    names = {page.meta.get(name, "") for name in ("og:site_name", "application-name", "twitter:site")}
    publisher = page.json_ld.get("publisher")
    if isinstance(publisher, dict) and isinstance(publisher.get("name"), str):
        names.add(publisher["name"])
    names |= set(_home_links(page, address))
    keys = set(map(word_key, names))
    host = host_of(address)
    if host and not host.replace(".", "").isdigit():
        keys |= {word_key(host), word_key(label(host)), word_key(".".join(host.split(".")[-2:]))}
    return {key for key in keys if len(key) > 2}


def _home_links(page: ParsedPage, address: str) -> Iterable[str]:
    """The texts and pictures' names of the links to the site's own home page."""
    host = host_of(address)
    homes = {"/", "./", f"http://{host}", f"https://{host}", f"http://www.{host}", f"https://www.{host}"}
    for link in page.tagged.get("a", ())[:60]:
        if ((link.get("href") or "").strip().rstrip("/") or "/") not in homes:
            continue
        yield link.get("title") or ""
        yield " ".join(link.itertext())
        yield from (image.get("alt") or "" for image in link.iter("img"))


def host_of(address: str) -> str:
    """The host of an address without "www."; "" where it has none."""
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def label(host: str) -> str:
    """The part of a host that names the site: "kpk" of kpk.go.id, "perkim" of perkim.kalbarprov.go.id."""
    labels = [part for part in host.split(".") if part]
    while len(labels) > 2 and labels[0] in FIRST_LABELS:
        labels = labels[1:]
    return labels[0] if labels else ""


def spells(host: str, key: str) -> bool:
    """Whether a host's label is made of a name's words: "kpk" of "Komisi Pemberantasan Korupsi", "kemenkeu".

    Each word gives its first letters or none, in their order, at least two words give some, and the first one does.
    """
    letters, words = re.sub(r"\W", "", label(host)), key.split()
    if not 2 <= len(letters) <= 20 or not 2 <= len(words) <= MOST_NAME_WORDS or letters[0] != words[0][0]:
        return False
    reached = {(0, 0)}  # (letters read, words that gave some)
    for word in words:
        more = set()
        for read, used in reached:
            length = 0
            while length < len(word) and read + length < len(letters) and word[length] == letters[read + length]:
                length += 1
                more.add((read + length, used + 1))
        reached |= more
    return any(read == len(letters) and used >= 2 and 2 * used >= min(len(words), 6) for read, used in reached)


def slug_words(address: str) -> tuple[str, ...]:
    """The words of an address that spell the headline ("/berita/pasar-ikan-dibuka-lagi/"); () when there are none."""
    try:
        path = urlsplit(address).path
    except ValueError:
        return ()
    best: tuple[str, ...] = ()
    for segment in unquote(path).split("/"):
        words = tuple(word for word in re.split(r"[\W_]+", segment.casefold()) if word and not word.isdigit())
        if words and words[-1] in ("html", "htm", "php", "aspx", "jsp"):
            words = words[:-1]
        if len(words) >= max(3, len(best)):
            best = words
    return best
