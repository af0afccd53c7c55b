"""Turning articles into a site: pages, listings, feeds, sitemaps and robots.txt, as bytes ready to be served."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from jinja2 import Environment, FileSystemLoader, select_autoescape

from crawler.demo.articles import MARKER, SampleArticle
from crawler.demo.dates import printed
from crawler.demo.sites import Site
from crawler.zone import WIB

HTML, XML, TEXT = "text/html; charset=utf-8", "application/xml; charset=utf-8", "text/plain; charset=utf-8"
NEWS_DAYS = 60  # articles of the last days of the site that its Google-News sitemap lists (Google asks for two)
OPENED = datetime(2025, 10, 1, tzinfo=UTC)
ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=select_autoescape(),
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Resource:
    """What a site serves at a path."""

    body: bytes
    content_type: str
    modified: datetime


def render_site(site: Site, articles: Sequence[SampleArticle], address: str) -> dict[str, Resource]:
    """Every resource of a site by path, "/404" included."""
    newest = _newest(articles)
    by_slug = {article.slug: article for article in articles}
    served: dict[str, Resource] = {}

    def add(path: str, body: str, content_type: str = HTML, modified: datetime = newest) -> None:
        served[path] = Resource(body.encode("utf-8"), content_type, modified.astimezone(UTC).replace(microsecond=0))

    for article in articles:
        page = _article_page(site, article, articles, by_slug, address)
        stripped = article.path.rstrip("/")
        for path in (article.path, f"{stripped}?page=all"):
            add(path, page, modified=article.modified)
        if site.amp:
            add(f"{stripped}/amp", _lean_page("amp", site, article, by_slug, address), modified=article.modified)
        cetak = _lean_page("cetak", site, article, by_slug, address)
        add(f"/cetak/{article.slug}", cetak, modified=article.modified)
    for number in range(1, -(-len(articles) // site.page_size) + 1):
        page = _listing_page(site, articles, number, address)
        add(f"/indeks?page={number}", page)
        if number == 1:
            add("/", page)
            add("/indeks", page)
    for name, content_type in (("gaya.css", "text/css; charset=utf-8"), ("foto.svg", "image/svg+xml")):
        add(f"/{name}", ENVIRONMENT.get_template(name).render(site=site), content_type)
    add("/404", ENVIRONMENT.get_template("404.html").render(site=site))
    add("/robots.txt", _robots(site, address), TEXT)
    add("/feed", _rss(site, articles, address), "application/rss+xml; charset=utf-8")
    add("/atom.xml", _atom(site, articles, address), "application/atom+xml; charset=utf-8")
    add("/sitemap.xml", _sitemap_index(address, newest), XML)
    add("/sitemap-artikel.xml", _sitemap(articles, address), XML)
    add("/news-sitemap.xml", _news_sitemap(site, articles, address), XML)
    return served


def _newest(articles: Sequence[SampleArticle]) -> datetime:
    """The last change on a site; the day the newsroom opened for one without articles."""
    return max((a.modified for a in articles), default=OPENED)


def _article_page(
    site: Site,
    article: SampleArticle,
    articles: Sequence[SampleArticle],
    by_slug: dict[str, SampleArticle],
    address: str,
) -> str:
    others = [a for a in articles if a.slug != article.slug]
    return ENVIRONMENT.get_template(f"{site.template}.html").render(
        site=site,
        article=article,
        address=address,
        url=address + article.path,
        others=others[:5],
        popular=sorted(others, key=lambda a: a.slug)[:4],
        blocks=_blocks(article, by_slug),
        date=printed(article.published, site.date_style, article.hours_ago),
        machine=_machine_dates(article),
        short=lambda a: printed(a.published.astimezone(WIB), "wib"),
        number=article.number,
        updated=printed(article.corrected_at, site.date_style) if article.corrected_at else None,
        json_ld=_json_ld(site, article, address) if "json-ld" in site.metadata else None,
    )


def _lean_page(
    template: str, site: Site, article: SampleArticle, by_slug: dict[str, SampleArticle], address: str
) -> str:
    """The AMP page, or the one for printing, which robots.txt keeps crawlers from."""
    return ENVIRONMENT.get_template(f"{template}.html").render(
        site=site,
        article=article,
        url=address + article.path,
        blocks=_blocks(article, by_slug),
        date=printed(article.published, site.date_style, article.hours_ago),
        machine=_machine_dates(article),
    )


def _blocks(article: SampleArticle, by_slug: dict[str, SampleArticle]) -> list[dict[str, Any]]:
    """The text's parts in order: paragraphs, subheads, photos, advertisements, links to other articles."""
    blocks: list[dict[str, Any]] = []
    for paragraph in article.paragraphs():
        marker = MARKER.fullmatch(paragraph)
        if marker is None:
            kind = "subhead" if paragraph.startswith("## ") else "paragraph"
            blocks.append({"kind": kind, "text": paragraph.removeprefix("## ")})
        elif marker["kind"] == "baca-juga":
            blocks.append({"kind": "baca-juga", "article": by_slug[marker["value"].strip()]})
        else:
            blocks.append({"kind": marker["kind"], "text": (marker["value"] or "").strip()})
    return blocks


def _machine_dates(article: SampleArticle) -> dict[str, str]:
    """What the head states: local time with its zone for meta and <time>."""
    return {
        "iso": article.published.isoformat(timespec="seconds"),
        "modified": article.modified.isoformat(timespec="seconds"),
    }


def _json_ld(site: Site, article: SampleArticle, address: str) -> str:
    """NewsArticle in UTC, beside the local time in print; "</" escaped, as it stands inside <script>."""
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "datePublished": article.published.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "dateModified": article.modified.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "mainEntityOfPage": address + article.path,
        "author": {"@type": "Person", "name": article.author or site.name},
        "publisher": {"@type": "Organization", "name": site.name},
        "keywords": ", ".join(article.tags),
    }
    return json.dumps(data, ensure_ascii=False).replace("</", "<\\/")


def _listing_page(site: Site, articles: Sequence[SampleArticle], number: int, address: str) -> str:
    size = site.page_size
    return ENVIRONMENT.get_template("indeks.html").render(
        site=site,
        address=address,
        shown=articles[size * (number - 1) : size * number],
        number=number,
        last=-(-len(articles) // size),
        short=lambda a: printed(a.published, site.date_style, a.hours_ago),
    )


def _robots(site: Site, address: str) -> str:
    delay = f"Crawl-delay: {site.crawl_delay}\n" if site.crawl_delay else ""
    return f"User-agent: *\nDisallow: /admin/\nDisallow: /cetak/\n{delay}\nSitemap: {address}/sitemap.xml\n"


def _rss(site: Site, articles: Sequence[SampleArticle], address: str) -> str:
    built = _newest(articles)
    items = "".join(
        f"<item><title>{escape(a.title)}</title><link>{escape(address + a.path)}?utm_source=rss&amp;utm_medium=feed</link>"
        f'<guid isPermaLink="true">{escape(address + a.path)}</guid>'
        f"<pubDate>{format_datetime(a.published.astimezone(WIB))}</pubDate>"
        f"<atom:updated>{a.modified.isoformat(timespec='seconds')}</atom:updated>"
        f"<description>{escape(a.paragraphs()[0][:160])}</description></item>\n"
        for a in articles
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
        f"<title>{escape(site.name)}</title><link>{address}/</link><description>{escape(site.slogan)}</description>"
        f"<language>id</language><lastBuildDate>{format_datetime(built.astimezone(WIB))}</lastBuildDate>\n{items}</channel></rss>\n"
    )


def _atom(site: Site, articles: Sequence[SampleArticle], address: str) -> str:
    updated = _newest(articles)
    entries = "".join(
        f'<entry><title>{escape(a.title)}</title><link rel="alternate" href="{escape(address + a.path)}"/>'
        f"<id>{escape(address + a.path)}</id><published>{a.published.isoformat(timespec='seconds')}</published>"
        f"<updated>{a.modified.isoformat(timespec='seconds')}</updated></entry>\n"
        for a in articles
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><title>{escape(site.name)}</title>'
        f'<link rel="self" href="{address}/atom.xml"/><id>{address}/</id><author><name>{escape(site.name)}</name></author>'
        f"<updated>{updated.isoformat(timespec='seconds')}</updated>\n{entries}</feed>\n"
    )


def _sitemap_index(address: str, newest: datetime) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        f"<sitemap><loc>{address}/sitemap-artikel.xml</loc><lastmod>{newest.isoformat(timespec='seconds')}</lastmod></sitemap>"
        "</sitemapindex>\n"
    )


def _sitemap(articles: Sequence[SampleArticle], address: str) -> str:
    urls = "".join(
        f"<url><loc>{escape(address + a.path)}</loc><lastmod>{a.modified.isoformat(timespec='seconds')}</lastmod></url>\n"
        for a in articles
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>\n'


def _news_sitemap(site: Site, articles: Sequence[SampleArticle], address: str) -> str:
    newest = max((a.published for a in articles), default=None)
    recent = [a for a in articles if newest and (newest - a.published).days <= NEWS_DAYS]
    urls = "".join(
        f"<url><loc>{escape(address + a.path)}</loc><lastmod>{a.modified.isoformat(timespec='seconds')}</lastmod><news:news>"
        f"<news:publication><news:name>{escape(site.name)}</news:name><news:language>{a.language}</news:language></news:publication>"
        f"<news:publication_date>{a.published.isoformat(timespec='seconds')}</news:publication_date>"
        f"<news:title>{escape(a.title)}</news:title></news:news></url>\n"
        for a in recent
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{urls}</urlset>\n'
    )
