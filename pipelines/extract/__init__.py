"""Extract: a fetched page becomes an article with title, text, date, author, dateline, kind and language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

from crawler.limits import MOST_TAGS, cut, fits
from crawler.urls import normalise
from pipelines.extract.body import extract_body
from pipelines.extract.boilerplate import PARAGRAPH_BREAK
from pipelines.extract.dateline import find_dateline
from pipelines.extract.dates import PRINTED, find_published
from pipelines.extract.page import NotAnArticle, ParsedPage, parse
from pipelines.extract.selectors import selected, selected_date
from pipelines.extract.title import find_title
from pipelines.language.detect import detect
from pipelines.records import Article

__all__ = ["NotAnArticle", "extract_article"]

MIN_WORDS = 15  # a page with less text is no article; the shortest real ones, photo captions, have about twenty words
CHALLENGE = re.compile(
    r"just a moment|attention required|checking your browser|verify you are (?:a )?human|access denied"
    r"|enable javascript|ddos protection|are you a robot|captcha",
    re.IGNORECASE,
)
# A short line that makes a page a press release: its letterhead, or the office that signs it.
PRESS_RELEASE = re.compile(
    r"(?:(?:siaran|keterangan) pers|press release|rilis pers)(?P<numbered>\W+(?:nomor|no)\b.*)?"
    r"|(?P<office>biro (?:komunikasi|hubungan masyarakat|humas)\b.{0,60})",
    re.IGNORECASE,
)
BYLINE = re.compile(r"^(?:oleh|penulis|reporter|editor|by)\s*:?\s*", re.IGNORECASE)
PRINTED_AUTHOR = re.compile(
    r"(?:penulis|reporter|pewarta|rep|oleh|laporan(?: wartawan)?|jurnalis|kontributor|by)\s*:\s*"
    r"(?P<name>[A-Z][\w.'’ -]{2,50})",
    re.IGNORECASE,
)
AUTHOR_CLASS = re.compile(r"(?<![^ \t\r\n])(?:author|penulis|reporter)(?![^ \t\r\n])")
NOBODY = re.compile(r"admin|super ?user|webmaster|redaksi|tim redaksi|operator|root|humas\Z", re.IGNORECASE)
NUMBER = re.compile(r"(?:nomor|no)\b\W*\w*\d", re.IGNORECASE)


def extract_article(
    body: bytes | str | ParsedPage,
    *,
    url: str | None,
    fetched_at: str,
    content_type: str = "",
    source_id: str | None = None,
    press_releases: bool = False,
    overrides: Mapping[str, str] | None = None,
    hints: Mapping[str, str] | None = None,
) -> Article:
    """The article of one page, which may be parsed already.

    url             its address, if known; without one no address or site name can be told
    fetched_at      ISO 8601; relative dates count from it, and no later date is believed
    press_releases  whether the catalogue says that this source publishes press releases
    overrides       the source's own CSS selectors: title, body, date, author, remove
    hints           what the feed or listing knew: title, published_at

    Raises NotAnArticle for an empty, binary, login, challenge or text-less page.
    """
    page = body if isinstance(body, ParsedPage) else parse(body, content_type)
    rules, known = overrides or {}, hints or {}
    title = cut(selected(page, rules.get("title")) or find_title(page, url) or known.get("title", ""), "title")
    text = extract_body(page, title, rules.get("body"), rules.get("remove"))
    for other in page.further:
        text = _joined(text, extract_body(other, title, rules.get("body"), rules.get("remove")))
    if CHALLENGE.search(title) and len(text.split()) < 100:
        raise NotAnArticle(f"the page is a challenge or a refusal ({title!r})")
    if len(title.split()) < 2:
        title, text = _title_from_text(title, text)
    if len(text.split()) < MIN_WORDS:
        raise NotAnArticle(page.unread or f"the page has no article text ({len(text.split())} words)")
    address = _canonical(page, url) or url or ""
    hint, printed = known.get("published_at"), selected_date(page, rules.get("date"))
    published = find_published(page, url=address, fetched_at=fetched_at, title=title, hint=hint, printed=printed)
    text = cut(_without_date_line(text), "text")
    author, dateline = selected(page, rules.get("author")) or _author(page), find_dateline(text)
    return Article(
        url=url or "",
        canonical_url=address,
        source_id=source_id,
        kind=_kind(page, url, press_releases),
        title=title,
        text=text,
        published_at=published.at if published else None,
        published_date=published.day if published else None,
        date_source=published.source if published else None,
        author=cut(author, "author") if author else None,
        dateline=cut(dateline, "dateline") if dateline else None,
        language=detect(text, title),
        tags=_tags(page),
        fetched_at=fetched_at,
        image=_image(page, url),
        date_warning=published.warning if published else None,
    )


def _joined(text: str, further: str) -> str:
    """The text with the paragraphs of a further page, but for those that it repeats."""
    known = set(text.split(PARAGRAPH_BREAK))
    return PARAGRAPH_BREAK.join([text, *(part for part in further.split(PARAGRAPH_BREAK) if part not in known)])


def _title_from_text(title: str, text: str) -> tuple[str, str]:
    """(title, text) of a page without a title of its own: the first short line of its text becomes the title."""
    first, _, rest = text.partition("\n\n")
    if rest and len(first) <= 200 and not first.endswith("."):
        return first, rest
    return cut(title or " ".join(text.split()[:12]), "title"), text


def _without_date_line(text: str) -> str:
    """The text without lines at its head that hold only the date, which is in `published_at`."""
    head, separator, rest = text.partition("\n\n")
    while separator and len(head) <= 80 and PRINTED.search(head) and len(PRINTED.sub("", head).split()) <= 4:
        text = rest
        head, separator, rest = text.partition("\n\n")
    return text


def _canonical(page: ParsedPage, url: str | None) -> str | None:
    """The page's own canonical address where it can be one: http(s), of the same site, and not its home page."""
    for link in page.tagged.get("link", ()):
        if (link.get("rel") or "").strip().lower() != "canonical" or not link.get("href"):
            continue
        try:
            address = normalise(urljoin(url or "", link.get("href").strip()))
        except ValueError:
            continue
        if address is None:
            continue
        if url is None:
            return address
        here, there = urlsplit(url), urlsplit(address)
        same_site = _site(here.hostname) == _site(there.hostname) and here.port == there.port
        if same_site and (there.path.strip("/") or not here.path.strip("/")):
            return address
    return normalise(url) if url else None


def _site(host: str | None) -> str:
    return re.sub(r"^(?:www|m|amp|mobile)\.", "", (host or "").lower())


def _kind(page: ParsedPage, url: str | None, press_releases: bool) -> str:
    """ "press_release" or "news". A source of press releases publishes them; elsewhere a letterhead or an office tells.

    The bare words "Siaran Pers" may stand in a menu. So they count on government hosts, and elsewhere with a number.
    """
    host = urlsplit(url or page.meta.get("og:url", "")).hostname or ""
    if press_releases or "/siaran-pers" in (url or ""):
        return "press_release"
    letterhead = False  # whether the line before was one; its number may stand on a line of its own
    for line, _ in (line for part in (page, *page.further) for line in part.lines()):
        mark = PRESS_RELEASE.fullmatch(line) if len(line) < 200 else None
        numbered = mark["numbered"] if mark else letterhead and NUMBER.match(line)
        if numbered or (mark and (mark["office"] or host.endswith(".go.id"))):
            return "press_release"
        letterhead = mark is not None
    return "news"


def _author(page: ParsedPage) -> str | None:
    """Who wrote the article: by JSON-LD, meta, an element named after it, or a printed line; None when nobody says."""
    stated = page.json_ld.get("author")
    for item in stated if isinstance(stated, list) else [stated]:
        name = item.get("name") if isinstance(item, dict) else item
        if isinstance(name, str) and (found := _person(name)):
            return found
    for key in ("author", "article:author", "dc.creator", "content_author"):
        if found := _person(page.meta.get(key, "")):
            return found
    for element in page.elements:  # walked here, since an XPath with conditions on classes takes several times as long
        named = element.get("rel") == "author" or element.get("itemprop") == "author"
        if (named or AUTHOR_CLASS.search(element.get("class") or "")) and (found := _person(element.text_content())):
            return found
    for line, _ in page.lines():
        printed = PRINTED_AUTHOR.match(line) if len(line) < 160 else None
        if printed and (found := _person(printed["name"])):
            return found
    return None


def _person(text: str) -> str | None:
    """A person's name, without "Oleh:" and the site behind it ("Ratna Wulandari - detikNews"); None when it is none."""
    name = re.split(r"\s+[-|]\s+|\s*[|/]\s*", BYLINE.sub("", " ".join(text.split())))[0].strip(" ,.:;")
    sane = 2 < len(name) <= 60 and "://" not in name and re.search(r"[A-Za-z]", name)
    return name if sane and not NOBODY.match(name) else None


def _image(page: ParsedPage, url: str | None) -> str | None:
    """The address of the lead image, by og:image, JSON-LD or twitter:image; http(s) only."""
    stated = page.json_ld.get("image")
    while isinstance(stated, (list, dict)):
        stated = (stated[0] if stated else None) if isinstance(stated, list) else stated.get("url")
    for value in (page.meta.get("og:image"), stated, page.meta.get("twitter:image")):
        if isinstance(value, str) and value.strip():
            try:
                address = urljoin(url or "", value.strip())
            except ValueError:
                continue
            if address.startswith(("http://", "https://")) and fits(address, "address"):
                return address
    return None


def _tags(page: ParsedPage) -> tuple[str, ...]:
    """The site's own keywords for the article, by JSON-LD or meta."""
    stated = page.json_ld.get("keywords")
    if isinstance(stated, str):
        stated = stated.split(",")
    if not isinstance(stated, list):
        tagged = [m.get("content") or "" for m in page.tagged.get("meta", ()) if m.get("property") == "article:tag"]
        stated = tagged or re.split(r"[,;]", page.meta.get("news_keywords") or page.meta.get("keywords") or "")
    words = (" ".join(tag.split()) for tag in stated if isinstance(tag, str))
    return tuple(dict.fromkeys(word for word in words if len(word) > 1 and fits(word, "tag")))[:MOST_TAGS]
