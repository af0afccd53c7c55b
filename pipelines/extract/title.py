"""Title: what headline, og:title, h1 and <title> agree on once site names are cut off."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from urllib.parse import urlsplit

import lxml.html

from crawler.limits import cut
from pipelines.extract.page import ParsedPage
from pipelines.language.words import word_key

SEPARATOR = re.compile(r"\s+(?:-|–|—|\||::|:|»|•|·|~)\s+|\s*\|\s*|\s*::\s*")
SITE_WORDS = re.compile(
    r"\b(?:[\w-]+\.(?:com|co|id|net|org|go\.id|co\.id)|news|berita|kementerian|kemen\w+|badan|dinas|pemerintah|pemprov|"
    r"pemkab|pemkot|portal|website|situs|resmi|republik indonesia|halaman \w+|page \d+)\b",
    re.IGNORECASE,
)
PAGE_PART = re.compile(r"\s*[-–|]?\s*\b(?:halaman|page)\s+(?:\d+|all)\b", re.IGNORECASE)
# How much each place of a title says; equal titles add up. "heading" is for pages that have no h1.
WEIGHTS = {"headline": 3.0, "og": 3.0, "h1": 2.5, "title": 2.0, "twitter": 1.5, "heading": 0.5}
# The name of a body or a section, which many ministries' sites have as the title of every page.
GENERIC = re.compile(
    r"(?:(?:detail|baca|isi|halaman)\s+)?(?:berita|artikel|siaran pers|beranda|home|news|informasi publik)"
    r"(?:\s+terkini)?"
    r"|(?:selamat datang\b|portal|situs|website|laman|kementerian|badan|dinas|pemerintah (?:kota|kabupaten|provinsi)"
    r"|pemkab|pemkot|pemprov|sekretariat)\s.*",
    re.IGNORECASE,
)
MAX_GENERIC_WORDS = 8  # a longer title is none of those
MAX_HEADING = 250  # characters; the longest real titles are shorter
HEADING_NAME = re.compile(r"judul|(?<![a-z])(?:title|headline)(?![a-z])", re.IGNORECASE)
MAX_SITE_WORDS = 8  # a longer part of a title is no site's name


def find_title(page: ParsedPage, url: str | None = None) -> str:
    """The article's title, or "" when the page shows none."""
    candidates = _candidates(page)
    site = _site_names(page, url)
    votes: dict[str, float] = defaultdict(float)
    forms: dict[str, str] = {}
    everything = [word_key(text) for _, text in candidates]
    for name, text in candidates:
        cut = cut_site_name(text, site, everything)
        key = word_key(cut)
        if not key or key in site:
            continue
        weight = WEIGHTS[name]
        if name == "h1" and not any(key in other for n, t in candidates if n != "h1" for other in [word_key(t)]):
            weight = 0.5  # a heading that nothing else on the page confirms: a section name, a slogan
        if name != "h1" and len(key.split()) <= MAX_GENERIC_WORDS and GENERIC.fullmatch(cut) and not _shown(page, key):
            weight *= 0.05
        votes[key] += weight
        if len(cut) > len(forms.get(key, "")):
            forms[key] = cut
    if not votes:
        return ""
    best = max(votes, key=lambda key: (votes[key], len(key)))
    return forms[best]


def cut_site_name(text: str, site: set[str], others: list[str]) -> str:
    """`text` without a trailing or leading site name ("... - ANTARA News", "KapanLagi.com: ...", "Halaman all")."""
    text = PAGE_PART.sub("", text).strip()
    while True:
        parts = list(SEPARATOR.finditer(text))
        if parts:
            head, tail = text[: parts[-1].start()], text[parts[-1].end() :]
            if _is_site(tail, site) or word_key(head) in others:
                text = head.strip()
                continue
            head, tail = text[: parts[0].start()], text[parts[0].end() :]
            if _is_site(head, site) and word_key(tail) and not _is_site(tail, site):
                text = tail.strip()
                continue
        prefix = re.match(r"([\w.]+\.(?:com|co\.id|id|net)|[^:]{2,40}):\s+", text)
        if prefix and (word_key(prefix.group(1)) in site or ".com" in prefix.group(1).lower()):
            text = text[prefix.end() :]
            continue
        return text


def _is_site(part: str, site: set[str]) -> bool:
    """Whether a part of a title is a site's name. `site`: what this page says that its site is called."""
    key = word_key(part)
    words = key.split()
    if not words or len(words) > MAX_SITE_WORDS:
        return not words
    if key in site or any(name and (key.startswith(name + " ") or key.endswith(" " + name)) for name in site):
        return True
    return bool(SITE_WORDS.search(part)) and (
        len(words) <= 3 or bool(re.search(r"\.(?:com|co|id|net)\b", part.lower()))
    )


def _candidates(page: ParsedPage) -> list[tuple[str, str]]:
    """The titles that a page shows, each with its place (a key of WEIGHTS)."""
    found = [("headline", page.ld_text("headline", "name")), ("og", page.meta.get("og:title"))]
    found += [("h1", element.text_content()) for element in page.tagged.get("h1", ())][:6]
    found += [("title", element.text_content()) for element in page.tagged.get("title", ())][:1]
    found.append(("twitter", page.meta.get("twitter:title")))
    if not any(text for name, text in found if name == "h1"):
        found += [("heading", text) for text in _headings(page)]
    cleaned = ((name, cut(_clean(text), "title")) for name, text in found if text)
    return [(name, text) for name, text in cleaned if text]


def _headings(page: ParsedPage) -> list[str]:
    """The first h2 to h4, or element named as the title, that is no link; old sites have no h1."""
    for element in page.tree.iter("h2", "h3", "h4", "div", "span", "p", "td", "b", "strong", "font"):
        named = HEADING_NAME.search(f"{element.get('class') or ''} {element.get('id') or ''}")
        if not named and element.tag not in ("h2", "h3", "h4"):
            continue
        text = _short_text(element)
        linked = sum(len(link.text_content()) for link in element.iter("a")) if text else 0
        if 15 <= len(text) <= MAX_HEADING and len(text.split()) >= 3 and 2 * linked < len(text):
            return [text]
    return []


def _shown(page: ParsedPage, key: str) -> bool:
    """Whether a text stands on the page as a line of its own, outside links, page heads and letterheads."""
    for line, element in page.lines():
        if (
            word_key(line) == key
            and not line.isupper()
            and not any(
                ancestor.tag in ("a", "header", "nav", "footer") or "header" in (ancestor.get("id") or "")
                for ancestor in (element, *element.iterancestors())
            )
        ):
            return True
    return False


def _short_text(element: lxml.html.HtmlElement) -> str:
    """An element's text, or "" when it is too long for a title (told without reading all of it)."""
    parts, length = [], 0
    for part in element.itertext():
        parts.append(part)
        length += len(part)
        if length > 4 * MAX_HEADING:
            return ""
    return " ".join("".join(parts).split())


def _site_names(page: ParsedPage, url: str | None) -> set[str]:
    """The names of the page's site, by what it says of itself and by its host, as keys."""
    names = {word_key(page.meta.get(key, "")) for key in ("og:site_name", "application-name", "twitter:site")}
    publisher = page.json_ld.get("publisher")
    if isinstance(publisher, dict) and isinstance(publisher.get("name"), str):
        names.add(word_key(publisher["name"]))
    for address in (url, page.meta.get("og:url"), _canonical(page)):
        try:
            host = (urlsplit(address or "").hostname or "").removeprefix("www.")
        except ValueError:
            continue
        if host and not host.replace(".", "").isdigit():
            names |= {word_key(host), word_key(host.split(".")[0]), word_key(".".join(host.split(".")[-2:]))}
    title = word_key(next((element.text_content() for element in page.tagged.get("title", ())), ""))
    return {name for name in names if len(name) > 2 and name != title}


def _canonical(page: ParsedPage) -> str | None:
    for link in page.tagged.get("link", ()):
        if (link.get("rel") or "").lower() == "canonical":
            return str(link.get("href") or "")
    return None


def _clean(text: str) -> str:
    return " ".join(html.unescape(text).split())
