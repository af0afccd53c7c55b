"""What is odd about catalogue entries that are valid by themselves: the second look that `pantau sources list` takes.

The loader (crawler/catalogue.py) refuses what is wrong; this names what will most likely find nothing, ask twice, or
leave the next reader without a reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from tldextract import TLDExtract

from crawler.catalogue import Discovery, Source
from crawler.discovery_entry import VARIABLE
from crawler.patterns import ArticlePattern, PatternTooSlow
from crawler.urls import is_private, normalise

NAMESPACES = ("www.sitemaps.org", "www.google.com", "www.w3.org")  # of XML: mistaken for sitemaps' addresses
SUFFIXES = TLDExtract(suffix_list_urls=(), cache_dir=None)  # the list that comes with the library: no request
HOST_IN_PATTERN = re.compile(r"[a-z0-9-]+\.(?:[a-z]{2,3}\.)?(?:id|com|org|net|uk|co)\b")


def complaints(sources: Sequence[Source]) -> list[str]:
    """A sentence for everything odd, as "id: what, and what to do"; empty when there is nothing."""
    found = [f"{source.id}: {complaint}" for source in sources for complaint in _entry(source)]
    return found + list(_between(sources))


def _entry(source: Source) -> Iterable[str]:
    if source.status != "active" and not source.note:
        yield f"status is {source.status} without a note; say why"
    if source.evidence == "none" and source.status == "active":
        yield "is active without evidence; say unproven, or which way finds its articles"
    if source.homepage.startswith("http://") and not is_private(source.homepage):
        yield "homepage is http; give its https address"
    if source.article_url:
        yield from _pattern(source)
    for discovery in source.discover:
        yield from _discovery(source, discovery)


def _pattern(source: Source) -> Iterable[str]:
    pattern = source.article_url or ""
    plain = pattern.replace("\\", "")
    if HOST_IN_PATTERN.search(plain) and not any(_name(host) in plain for host in source.hosts):
        yield f"article_url names no host of this source ({', '.join(sorted(source.hosts))})"
    expression = ArticlePattern(pattern)
    pages = {source.homepage}  # a listing links to its own further pages
    for item in source.discover:
        if item.method == "listing":
            pages |= {item.urls()[0], replace(item, pages=item.pages + 1).urls()[-1]}
    for url in sorted(pages):
        try:
            if expression.takes(normalise(url) or url):
                yield f"article_url takes {url} for an article"
        except PatternTooSlow as error:
            yield str(error)
            return


def _discovery(source: Source, discovery: Discovery) -> Iterable[str]:
    what = f"{discovery.method} {discovery.url}"
    if urlsplit(discovery.url).hostname in NAMESPACES:
        yield f"{what} is the name of an XML vocabulary, not an address of this site"
    if urlsplit(discovery.url).fragment:
        yield f"{what} has a fragment, which no server sees"
    if discovery.pages > 1 and discovery.method != "wordpress" and not re.search(r"\{(?:page|offset)\}", discovery.url):
        yield f"{what} has {discovery.pages} pages and no {{page}} or {{offset}} in its address"
    if re.search(r"\{(?!page\}|offset\}|date:)", VARIABLE.sub("", discovery.url)):
        yield f"{what} has a placeholder other than {{page}}, {{offset}} and {{date:...}}"
    if re.search(r"\{page\}0", discovery.url):
        yield f"{what} begins at 10 and leaves out the newest; give the first page's own address"
    if discovery.method == "listing" and source.status == "active" and not (discovery.links or source.article_url):
        yield f"{what} takes every link for an article; give links or article_url"


def _between(sources: Sequence[Source]) -> Iterable[str]:
    asked: dict[str, str] = {}
    hosts: dict[str, str] = {}
    for source in sources:
        for discovery in source.discover:
            url = normalise(discovery.urls()[0]) or discovery.url
            if url in asked:
                yield f"{source.id}: {discovery.method} {discovery.url} is asked by {asked[url]} already"
            asked.setdefault(url, source.id)
        for host in source.hosts if source.status == "active" else ():
            if host in hosts:  # each source keeps its delay by itself
                yield f"{source.id}: shares the host {host} with {hosts[host]}, which would be asked twice as often"
            hosts.setdefault(host, source.id)


def _name(host: str) -> str:
    """The label that a site has registered: "dephub" of www.dephub.go.id; a number or localhost as it is."""
    return SUFFIXES(host).domain or host
