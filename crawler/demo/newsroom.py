"""The sample newsroom: real HTTP sites on loopback, each on its own port, with an edition that corrects the first."""

from __future__ import annotations

import gzip
import hashlib
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawler.demo.articles import FOLDER, SampleArticle, load_articles
from crawler.demo.render import Resource, render_site
from crawler.demo.sites import SITES, Site

HOST = "127.0.0.1"
BASE_PORT = 8800
DELAY = 0.02  # seconds between requests: the sites are ours, and a demo should not take minutes


class PortTaken(OSError):
    """A port of the newsroom is in use; the message names it."""

    def __init__(self, port: int, why: str | None) -> None:
        super().__init__(f"port {port} of the sample newsroom is in use ({why})")
        self.port = port


@dataclass(frozen=True, slots=True)
class Visit:
    """One request as a site saw it. `at` in seconds of time.monotonic()."""

    site: str
    path: str
    status: int
    at: float
    conditional: bool
    user_agent: str


@dataclass(frozen=True, slots=True)
class Expected:
    """The newsroom's contents, to compare a crawl with.

    articles   how many, by site id
    corrected  addresses of the articles that this edition corrects
    languages  how many articles, by language code
    coverage   (address of the press release, address of the article, verbatim | edited | partial | mention)
    """

    articles: dict[str, int]
    corrected: frozenset[str]
    languages: dict[str, int]
    coverage: frozenset[tuple[str, str, str]]


class Newsroom:
    """Context manager that serves every site until it is left; `edition` can be switched while it runs.

    base_port  site n of sites.py listens on base_port + n; 0 lets the system choose every port
    ports      a site's port by its id; it goes before base_port
    edition    1, or 2: with corrections and late articles
    articles   the folder of article files
    day        the day on which the newsroom stands; None: as its articles are written (moved.LAST_DAY)
    log        every request so far, oldest first

    Entering it raises PortTaken, and articles.ArticleError for an article file that is wrong.
    """

    def __init__(
        self,
        base_port: int = BASE_PORT,
        edition: int = 1,
        articles: Path = FOLDER,
        ports: Mapping[str, int] | None = None,
        day: date | None = None,
    ) -> None:
        self.ports = {site.id: base_port + site.port if base_port else 0 for site in SITES} | dict(ports or {})
        self.folder = articles
        self.day = day
        self.log: list[Visit] = []
        self.servers: dict[str, ThreadingHTTPServer] = {}
        self.now = datetime.now(UTC)
        self._edition = edition
        self._sites: dict[str, dict[str, Resource]] = {}

    @property
    def edition(self) -> int:
        """1, or 2: with corrections and late articles."""
        return self._edition

    @edition.setter
    def edition(self, value: int) -> None:
        self._edition = value
        if self.servers:
            self._render()

    def __enter__(self) -> Newsroom:
        try:
            for site in SITES:
                self.servers[site.id] = self._open(site)
            self._render()
        except BaseException:
            self._close()
            raise
        for server in self.servers.values():
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for server in self.servers.values():
            server.shutdown()
        self._close()

    def _close(self) -> None:
        for server in self.servers.values():
            server.server_close()
        self.servers.clear()

    def _open(self, site: Site) -> ThreadingHTTPServer:
        port = self.ports[site.id]
        newsroom = self

        class Handler(_Handler):
            room, site_id = newsroom, site.id

        try:
            return _Server((HOST, port), Handler)
        except OSError as error:
            raise PortTaken(port, error.strerror) from error

    def address(self, site_id: str) -> str:
        """The site's address without a closing slash."""
        return f"http://{HOST}:{self.servers[site_id].server_address[1]}"

    def _render(self) -> None:
        articles = load_articles(self._edition, self.folder, self.now, self.day)
        for site in SITES:
            mine = [article for article in articles if article.site == site.id]
            self._sites[site.id] = render_site(site, mine, self.address(site.id))

    def resource(self, site_id: str, path: str) -> Resource | None:
        """What a site has at a path with its query; campaign parameters (utm_...) change nothing, as on real sites."""
        parts = urlsplit(path)
        query = "&".join(part for part in parts.query.split("&") if not part.startswith("utm_"))
        return self._sites[site_id].get(f"{parts.path}?{query}" if query else parts.path)

    def articles(self) -> list[SampleArticle]:
        """The articles of the present edition."""
        return load_articles(self._edition, self.folder, self.now, self.day)

    def url(self, article: SampleArticle) -> str:
        """The article's address."""
        return self.address(article.site) + article.path

    def expected(self) -> Expected:
        """What a crawl of the present edition must come to. Only while the newsroom is served."""
        articles = self.articles()
        by_name = {f"{article.site}/{article.slug}": article for article in articles}
        return Expected(
            articles={site.id: sum(a.site == site.id for a in articles) for site in SITES},
            corrected=frozenset(self.url(a) for a in articles if a.corrected_at),
            languages=dict(Counter(a.language for a in articles)),
            coverage=frozenset(
                (self.url(by_name[a.release]), self.url(a), a.coverage) for a in articles if a.release and a.coverage
            ),
        )

    def catalogue(self) -> str:
        """The catalogue (TOML) of the sites as they are served now."""
        return "\n".join(_entry(site, self.address(site.id)) for site in SITES)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A crawler that hangs up early is no news."""


class _Handler(BaseHTTPRequestHandler):
    room: Newsroom
    site_id: str
    protocol_version = "HTTP/1.1"
    server_version = "Ruang-Redaksi/1.0"
    sys_version = ""
    timeout = 30
    disable_nagle_algorithm = True  # head and body are two writes; the second would wait for the first's receipt

    def do_GET(self) -> None:
        """Serve a resource, or 304 when the visitor has it."""
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        """The same without its body."""
        self._answer(with_body=False)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on stderr; visits are kept in the newsroom's log."""

    def _answer(self, *, with_body: bool) -> None:
        found = self.room.resource(self.site_id, self.path)
        status = 200
        if found is None:
            found = self.room.resource(self.site_id, "/404")
            status = 404
        assert found is not None
        etag = f'W/"{hashlib.sha256(found.body).hexdigest()[:20]}"'  # weak: the same with and without gzip
        conditional = bool(self.headers.get("If-None-Match") or self.headers.get("If-Modified-Since"))
        if status == 200 and self._has_it(etag, found):
            status = 304
        visit = Visit(
            self.site_id, self.path, status, time.monotonic(), conditional, self.headers.get("User-Agent", "")
        )
        self.room.log.append(visit)
        self.send_response(status)
        if status != 404:
            self.send_header("ETag", etag)
            self.send_header("Last-Modified", format_datetime(found.modified, usegmt=True))
        self.send_header("Vary", "Accept-Encoding")
        if status == 304:  # has no body, and so no length of one
            self.end_headers()
            return
        body = found.body
        if "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, 6, mtime=0)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", found.content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def _has_it(self, etag: str, found: Resource) -> bool:
        """Whether the visitor's validators are those of the resource (If-None-Match counts before the date)."""
        known = self.headers.get("If-None-Match")
        if known:
            return "*" in known or etag in known
        since = self.headers.get("If-Modified-Since")
        try:
            return since is not None and found.modified <= parsedate_to_datetime(since)
        except (TypeError, ValueError):
            return False


def _entry(site: Site, address: str) -> str:
    ways = {
        "feed": f'{{ method = "feed", url = "{address}/feed" }}',
        "atom": f'{{ method = "feed", url = "{address}/atom.xml" }}',
        "sitemap": f'{{ method = "sitemap", url = "{address}/sitemap.xml" }}',
        "news-sitemap": f'{{ method = "sitemap", url = "{address}/news-sitemap.xml" }}',
        "listing": f'{{ method = "listing", url = "{address}/indeks?page={{page}}", pages = 9, links = "h2.judul a" }}',
    }
    discover = ",\n  ".join(ways[way] for way in site.discover)
    prefix = site.path.split("{", 1)[0]
    releases = "press_releases = true\n" if site.press_releases else ""
    return (
        f'[[source]]\nid = "{site.id}"\nname = "{site.name}"\nkind = "{site.kind}"\nhomepage = "{address}/"\n'
        f"discover = [\n  {discover},\n]\narticle_url = '^{address}{prefix}.*[a-z]'\n{releases}delay = {DELAY}\n"
        f'note = "Situs contoh yang disertakan; isinya karangan."\n'
    )
