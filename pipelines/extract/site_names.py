"""Site names: what a page says that its site is called, and what its address tells of name and headline."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from crawler.limits import cut
from pipelines.extract.page import ParsedPage
from pipelines.language.words import word_key
from pipelines.queue.host_titles import MOST_NAME_WORDS, Heads, host_of

MOST_LINES = 12  # of the page's foot, in which sites print their names
MOST_BYTES = 300_000  # of a page, in which its head and its first heading stand
TITLE_TAG = re.compile(rb"<title[^>]{0,200}>([^<]{1,600})", re.IGNORECASE)
H1_TAG = re.compile(rb"<h1\b[^>]{0,500}>(.{0,1000}?)</h1>", re.IGNORECASE | re.DOTALL)
ADDRESS_TAG = re.compile(rb"<(?:link|meta)\b[^>]{0,600}>", re.IGNORECASE)
ADDRESS = re.compile(rb"""(?:href|content)\s{0,9}=\s{0,9}["']?(https?://[^\s"'>]{1,400})""", re.IGNORECASE)
FIRST_LABELS = frozenset(("www", "m", "amp", "mobile", "web", "portal", "berita", "news"))


def heads_of(page: ParsedPage) -> Heads:
    """What a parsed page shows at its head."""
    return Heads(cut(page.text_of("title"), "title"), cut(page.text_of("h1"), "title"))


def heads_in(body: bytes) -> tuple[str, Heads]:
    """(host that the page states or "", its heads) of a page's bytes, without parsing it; for learning beforehand."""
    begin = body[:MOST_BYTES]
    address = ""
    for tag in ADDRESS_TAG.finditer(begin):
        kind = tag[0].lower()
        stated = ADDRESS.search(tag[0]) if b"canonical" in kind or b"og:url" in kind else None
        if stated:
            address = stated[1].decode("utf-8", "replace")
            break
    title, heading = TITLE_TAG.search(begin), H1_TAG.search(begin)
    return host_of(address), Heads(_text(title[1]) if title else "", _text(heading[1]) if heading else "")


def _text(markup: bytes) -> str:
    plain = html.unescape(re.sub(rb"<[^>]*+>", b" ", markup).decode("utf-8", "replace"))
    return cut(" ".join(plain.split()), "title")


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
