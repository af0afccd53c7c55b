"""Extract: a fetched page becomes an article with title, text, date, author, dateline, kind and language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from crawler.limits import MOST_TAGS, cut, fits
from crawler.urls import normalise
from pipelines.extract.authors import find_author
from pipelines.extract.blocks import key
from pipelines.extract.body import extract_body
from pipelines.extract.boilerplate import PARAGRAPH_BREAK
from pipelines.extract.characters import mended
from pipelines.extract.dateline import find_dateline
from pipelines.extract.dates import PRINTED, find_published
from pipelines.extract.judgement import MIN_WORDS, require_article
from pipelines.extract.kind import find_kind
from pipelines.extract.page import NotAnArticle, ParsedPage, parse
from pipelines.extract.selectors import selected, selected_date
from pipelines.extract.title import Title, find_title
from pipelines.language.detect import detect
from pipelines.queue.host_titles import HostNames
from pipelines.records import Article

__all__ = ["NotAnArticle", "extract_article"]

CHALLENGE = re.compile(
    r"just a moment|attention required|checking your browser|verify you are (?:a )?human|access denied"
    r"|enable javascript|ddos protection|are you a robot|captcha",
    re.IGNORECASE,
)


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
    known: HostNames | None = None,
    witnesses: dict[str, str] | None = None,
) -> Article:
    """The article of one page, which may be parsed already.

    url             its address, if known; without one no address or site name can be told
    fetched_at      ISO 8601; relative dates count from it, and no later date is believed
    press_releases  whether the catalogue says that this source publishes press releases
    overrides       the source's own CSS selectors: title, body, date, author, remove
    hints           what the feed or listing knew: title, published_at
    known           what the titles of its host's other pages share
    witnesses       is told by whom title, date, author and body are (`pantau extract -v`)

    Raises NotAnArticle for an empty, binary or text-less page, and for what judgement.py tells from an article.
    """
    page = body if isinstance(body, ParsedPage) else parse(body, content_type)
    rules, told = overrides or {}, hints or {}
    found = _title(page, url, rules, told, known)
    text, reading = _whole_text(page, found.text, rules)
    title, text = _headed(found.text, text, surely="h1" in found.witnesses)
    address = _canonical(page, url) or url or ""
    hint, printed = told.get("published_at"), selected_date(page, rules.get("date"))
    published = find_published(page, url=address, fetched_at=fetched_at, title=title, hint=hint, printed=printed)
    text = cut(_without_date_line(text), "text")
    if page.unread and len(text.split()) < MIN_WORDS:
        raise NotAnArticle(page.unread)
    require_article(page, url, title, text, published.source if published else None)
    author, by_whom = _author(page, rules)
    if witnesses is not None:
        date = published.source if published else ""
        witnesses |= {"title": ", ".join(found.witnesses), "date": date, "author": by_whom, "body": reading}
    return Article(
        url=url or "",
        canonical_url=address,
        source_id=source_id,
        kind=find_kind(page, url, key(title), press_releases),
        title=title,
        text=text,
        published_at=published.at if published else None,
        published_date=published.day if published else None,
        date_source=published.source if published else None,
        author=_cut(author, "author"),
        dateline=_cut(find_dateline(text), "dateline"),
        language=detect(text, title),
        tags=_tags(page),
        fetched_at=fetched_at,
        image=_image(page, url),
        date_warning=published.warning if published else None,
    )


def _headed(title: str, text: str, surely: bool) -> tuple[str, str]:
    """(title, text); a title of one word is made longer unless a heading is `surely` it. Raises NotAnArticle."""
    if CHALLENGE.search(title) and len(text.split()) < 100:
        raise NotAnArticle(f"the page is a challenge or a refusal ({title!r})", passing=True)
    if len(title.split()) < 2 and not surely:
        return _title_from_text(title, text)
    return title, text


def _cut(text: str | None, name: str) -> str | None:
    return cut(text, name) if text else None


def _title(
    page: ParsedPage, url: str | None, rules: Mapping[str, str], told: Mapping[str, str], known: HostNames | None
) -> Title:
    """The title by the source's own selector, or by the page's witnesses."""
    own = selected(page, rules.get("title"))
    found = Title(own, ("selector",)) if own else find_title(page, url, told.get("title", ""), known)
    return replace(found, text=cut(mended(found.text), "title"))


def _author(page: ParsedPage, rules: Mapping[str, str]) -> tuple[str | None, str]:
    """(author or None, who says so) by the source's own selector, or by the page."""
    own = selected(page, rules.get("author"))
    name, witness = (own, "selector") if own else find_author(page) or (None, "")
    return (mended(name) if name else None), witness


def _whole_text(page: ParsedPage, title: str, rules: Mapping[str, str]) -> tuple[str, str]:
    """(the article's paragraphs, those of its further pages as well; which reading gave those of the first)."""
    text, reading = extract_body(page, title, rules.get("body"), rules.get("remove"))
    for other in page.further:
        text = _joined(text, extract_body(other, title, rules.get("body"), rules.get("remove"))[0])
    return mended(text), reading


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
