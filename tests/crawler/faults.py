"""A web server that misbehaves: each fault is a site of its own on a port of its own, listed as a source of its own.

Raw sockets, because http.server cannot break the protocol. `FAULTS` is the list; benchmarks/faults.py prints what a
crawl makes of it.
"""

from __future__ import annotations

import asyncio
import gzip
import socket
import struct
import threading
import time
import zlib
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

from tests.crawler.server import LOREM

Answer = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]
HUNG = 20.0  # seconds that a hanging answer hangs; clients give up before
MEGABYTES_200 = 200_000_000


@dataclass
class Site:
    """A running faulty site: what its paths answer, and every request as (time, path, header lines)."""

    address: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    otherwise: Callable[[str], Answer] | None = None
    log: list[tuple[float, str, str]] = field(default_factory=list)

    def asked(self, part: str) -> int:
        """How many requests had `part` in their path."""
        return sum(part in path for _, path, _ in self.log)


@dataclass(frozen=True)
class Fault:
    """One fault: how a site is made faulty, what the catalogue says of it, and what should come of it.

    stored  paths of the pages that must be in the archive, and no others
    error   a regular expression for the source's or a page's error; None when there should be none
    """

    name: str
    build: Callable[[Site], None]
    stored: tuple[str, ...] = ("/baik",)
    error: str | None = None
    discover: str = '{ method = "feed", url = "SITE/umpan" }'
    extra: str = ""


def http(body: bytes | str, status: str = "200 OK", **headers: str) -> bytes:
    """A whole HTTP answer; header names with _ for -. Content-Length is right unless it is given."""
    data = body.encode() if isinstance(body, str) else body
    lines = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(data)), "Connection": "close"}
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + data


def page(title: str = "Dermaga desa selesai diperbaiki", text: str = LOREM) -> str:
    """A good article."""
    return (
        f'<html lang="id"><head><title>{title}</title></head><body><h1>{title}</h1><p>Rabu, 12 November 2025</p>'
        f"<p>{text}</p></body></html>"
    )


def feed(site: Site, *paths: str) -> bytes:
    """An RSS feed of paths or whole addresses."""
    urls = [path if "://" in path else site.address + path for path in paths]
    items = "".join(f"<item><title>Judul</title><link>{url.replace('&', '&amp;')}</link></item>" for url in urls)
    return http(f"<rss><channel>{items}</channel></rss>", Content_Type="application/xml")


def bad(answer: Answer, path: str = "/buruk") -> Callable[[Site], None]:
    """A site with one good page, and one at `path` that answers like this."""

    def build(site: Site) -> None:
        site.answers |= {"/umpan": feed(site, "/baik", path), "/baik": http(page()), path: answer}

    return build


async def hang(writer: asyncio.StreamWriter) -> None:
    """Say nothing."""
    await asyncio.sleep(HUNG)


async def drip(writer: asyncio.StreamWriter) -> None:
    """A byte now and then, for ever."""
    writer.write(http("", Content_Length="100000"))
    for _ in range(int(HUNG / 0.3)):
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.3)


async def reset(writer: asyncio.StreamWriter) -> None:
    """A RST instead of an answer."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def endless(writer: asyncio.StreamWriter) -> None:
    """200 MB in chunks, without a length."""
    writer.write(http("", Content_Length="", Transfer_Encoding="chunked"))
    for _ in range(MEGABYTES_200 // 1_000_000):
        writer.write(b"F4240\r\n" + b" " * 1_000_000 + b"\r\n")
        await writer.drain()


def redirect(to: str) -> bytes:
    """302 to an address or path."""
    return http("", "302 Found", Location=to)


def bomb() -> bytes:
    """200 MB of spaces in 200 KB."""
    packer = zlib.compressobj(1, wbits=31)
    return b"".join(packer.compress(b" " * 1_000_000) for _ in range(200)) + packer.flush()


def _only(*answers: tuple[str, Answer]) -> Callable[[Site], None]:
    """A site that answers these paths; the good page is one of them."""

    def build(site: Site) -> None:
        site.answers |= {"/baik": http(page())} | dict(answers)

    return build


def _xml(body: str, **headers: str) -> bytes:
    return http(body, Content_Type="application/xml", **headers)


def _storm(site: Site) -> None:
    site.answers["/umpan"] = feed(site, *[f"/b/{n}" for n in range(60)])
    site.answers |= {f"/b/{n}": http("galat", "500 Internal Server Error") for n in range(60)}


def _hanging(site: Site) -> None:
    site.answers["/robots.txt"] = hang


def _calendar(site: Site) -> None:
    def answer(path: str) -> Answer:
        month = int(path.rpartition("=")[2] or 0) if "bulan=" in path else 0
        links = f"<a href='/kalender?bulan={month + 1}'>berikut</a><a href='/{'agenda/' * 5}x'>putar</a>"
        return http(f"<html><body>{links}<a href='/baik'>Berita</a></body></html>")

    site.answers["/baik"] = http(page())
    site.otherwise = answer


def _pagination(site: Site) -> None:
    def answer(path: str) -> Answer:
        number = path.rpartition("=")[2]
        if path.startswith("/indeks"):
            return http(f"<html><body><a href='/berita/{number}'>Berita {number}</a></body></html>")
        return http(page(f"Berita nomor {path.rpartition('/')[2]} dari desa"))

    site.otherwise = answer


def _sessions(site: Site) -> None:
    def answer(path: str) -> Answer:
        token = str(len(site.log))
        if path.startswith("/indeks"):
            sids = [f"{n}f3a{token:0>12}c0de" for n in range(9)]  # "sid=7" would be an article's number
            links = "".join(f"<a href='/baik;jsessionid={token}{s}?PHPSESSID={token}&sid={s}'>B</a>" for s in sids)
            return http(f"<html><body>{links}</body></html>", Set_Cookie=f"sesi={token}")
        return http(page(), Set_Cookie=f"sesi={token}")

    site.otherwise = answer


def _million(site: Site) -> None:
    count = 200_000
    rows = "".join(f"<url><loc>/b/{n}</loc><lastmod>2020-01-01</lastmod></url>" for n in range(count))
    newest = f"<url><loc>{site.address}/baik</loc><lastmod>{date.today()}</lastmod></url>"
    body = gzip.compress(f"<urlset>{rows}{newest}</urlset>".encode(), 1)
    site.answers |= {"/peta.xml.gz": http(body, Content_Type="application/gzip"), "/baik": http(page())}


def _loop(site: Site) -> None:
    def index(*paths: str) -> bytes:
        return _xml(f"<sitemapindex>{''.join(f'<sitemap><loc>{p}</loc></sitemap>' for p in paths)}</sitemapindex>")

    site.answers |= {
        "/peta.xml": index("/peta.xml", "/peta-2.xml"),
        "/peta-2.xml": index("/peta.xml", "/peta-3.xml"),
        "/peta-3.xml": _xml("<urlset><url><loc>/baik</loc></url></urlset>"),
        "/baik": http(page()),
    }


def _leading_out(site: Site) -> None:
    site.answers |= {
        "/umpan": feed(site, "/baik", "http://127.0.0.1:9/rahasia", "http://10.0.0.1/rahasia", "/keluar"),
        "/baik": http(page()),
        "/keluar": redirect("http://169.254.169.254/latest/meta-data/"),
    }


CP1252 = page("Presidén menerima “tamu”", LOREM + " Kata “damai” dipakai dua kali.").encode("cp1252")
HTML = page().encode()
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n80\r\n" + HTML[:128] + b"\r\n"
)
LOGIN = "<html><head><title>Masuk - Portal</title></head><form><input type='password'></form></html>"
CHALLENGE = "<html><head><title>Just a moment...</title></head><script>window._cf_chl_opt={}</script></html>"
LISTING = '{ method = "listing", url = "SITE/indeks?page={page}", pages = 5, links = "a" }'
SITEMAP = '{ method = "sitemap", url = "SITE/peta.xml" }'
LAUGHS = (
    "<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>]>"
    "<rss><channel><item><link>&c;</link></item></channel></rss>"
)

FAULTS = (
    Fault(
        "DNS failure",
        lambda site: None,
        (),
        r"robots\.txt cannot be read \(CannotResolveHost",
        '{ method = "feed", url = "http://tidak-ada.invalid/umpan" }',
    ),
    Fault(
        "a public name that means a private address",
        lambda site: None,
        (),
        "means the private address 127",
        '{ method = "feed", url = "http://umum.example:PORT/umpan" }',
    ),
    Fault(
        "connection refused",
        lambda site: None,
        (),
        r"cannot be read \(DownloadConnectionRefused",
        '{ method = "feed", url = "http://127.0.0.1:9/umpan" }',
    ),
    Fault(
        "TLS error (plain HTTP on the port)",
        bad(http(page())),
        (),
        r"https://\S+ cannot be read",
        '{ method = "feed", url = "https://127.0.0.1:PORT/umpan" }',
    ),
    Fault("connection reset", bad(reset), error="DownloadFailed|ConnectionLost|ConnectionDone"),
    Fault("no answer (timeout)", bad(hang), error="DownloadTimeout"),
    Fault("a byte now and then", bad(drip), error="DownloadTimeout"),
    Fault("the whole host hangs", _hanging, (), r"robots\.txt cannot be read \(DownloadTimeout"),
    Fault("not HTTP at all", bad(b"SSH-2.0-OpenSSH_9.2\r\n"), error="DownloadFailed"),
    Fault("body shorter than Content-Length", bad(http(HTML, Content_Length="90000")), error="ResponseDataLoss"),
    Fault(
        "body longer than Content-Length",
        bad(http(HTML + b"lebih" * 99, Content_Length=str(len(HTML)))),
        ("/baik", "/buruk"),
    ),
    Fault("chunked body cut off", bad(CHUNKED), error="ResponseDataLoss"),
    Fault("gzip body cut off", bad(http(gzip.compress(HTML)[:-40], Content_Encoding="gzip")), error="ResponseDataLoss"),
    Fault("no length, closed early", bad(http(HTML[:300], Content_Length="")), error="ResponseDataLoss"),
    Fault("windows-1252 labelled utf-8", bad(http(CP1252)), ("/baik", "/buruk")),
    Fault("windows-1252 without a charset", bad(http(CP1252, Content_Type="text/html")), ("/baik", "/buruk")),
    Fault("redirect loop", bad(redirect("/buruk")), error="(?i)max redirections"),
    Fault("links and redirects to private addresses", _leading_out, error="not on a host of source"),
    Fault("5xx storm (60 pages)", _storm, (), "failures in a row, the last: answered 500"),
    Fault("429 with Retry-After: 3600", bad(http("", "429 Too Many Requests", Retry_After="3600")), error="left alone"),
    Fault("404", bad(http("", "404 Not Found")), error="answered 404"),
    Fault("soft 404", bad(http(page("Halaman tidak ditemukan - Portal"))), error="does not exist"),
    Fault(
        "redirect to the home page",
        _only(("/umpan", b""), ("/", http(page("Beranda"))), ("/buruk", redirect("/"))),
        error="leads to the home page",
    ),
    Fault(
        "redirect to a login page",
        _only(("/umpan", b""), ("/login?next=/buruk", http(LOGIN)), ("/buruk", redirect("/login?next=/buruk"))),
        error="leads to a login",
    ),
    Fault("login page with status 200", bad(http(LOGIN)), error="is a login page"),
    Fault("challenge with status 403", bad(http(CHALLENGE, "403 Forbidden")), error="403 with a challenge page"),
    Fault("challenge with status 200", bad(http(CHALLENGE)), error="200 with a challenge page"),
    Fault("a PDF that says it is HTML", bad(http(b"%PDF-1.7 ...")), error="is a PDF file"),
    Fault("empty page", bad(http("")), error="is empty"),
    Fault("200 MB with a length", bad(http("", Content_Length=str(MEGABYTES_200))), error="larger than|too large"),
    Fault("200 MB without a length", bad(endless), error="larger than|too large"),
    Fault("gzip bomb (200 MB in 200 KB)", bad(http(bomb(), Content_Encoding="gzip")), error="DOWNLOAD_MAXSIZE"),
    Fault("XML bomb in a feed", _only(("/umpan", _xml(LAUGHS))), (), "uses entities"),
    Fault("XML bomb in a sitemap", _only(("/peta.xml", _xml(LAUGHS))), (), "uses entities", SITEMAP),
    Fault("gzip bomb as a sitemap", _only(("/peta.xml", http(bomb()))), (), "is not XML", SITEMAP),
    Fault("broken feed", _only(("/umpan", _xml("<rss><channel><item><link>/baik</link></item><item><li")))),
    Fault(
        "broken sitemap", _only(("/peta.xml", _xml("<urlset><url><loc>/baik</loc></url><url>&&<lo"))), discover=SITEMAP
    ),
    Fault("HTML instead of a feed", _only(("/umpan", http(page()))), (), "is no feed"),
    Fault(
        "sitemap with 200,000 addresses",
        _million,
        ("/baik",),
        None,
        '{ method = "sitemap", url = "SITE/peta.xml.gz" }',
        "article_url = '/baik$'",
    ),
    Fault("sitemap index that leads to itself", _loop, discover=SITEMAP),
    Fault("endless calendar", _calendar, discover='{ method = "listing", url = "SITE/indeks" }'),
    Fault("endless pagination", _pagination, tuple(f"/berita/{n}" for n in range(1, 6)), discover=LISTING),
    Fault("cookies and sessions in addresses", _sessions, discover=LISTING),
    Fault("robots.txt answers 500", _only(("/robots.txt", http("", "500 Error"))), (), r"robots\.txt cannot be read"),
    Fault(
        "robots.txt forbids",
        _only(
            ("/robots.txt", http("User-agent: pantau\nDisallow: /buruk", Content_Type="text/plain")),
            ("/umpan", b""),
            ("/buruk", http(page())),
        ),
        error="Forbidden by robots",
    ),
)


@contextmanager
def serve_faults(faults: tuple[Fault, ...] = FAULTS) -> Iterator[dict[str, Site]]:
    """Every fault's site, running on loopback; by the fault's name."""
    loop = asyncio.new_event_loop()
    sites: dict[str, Site] = {}
    servers = []
    for fault in faults:
        site = sites[fault.name] = Site()
        server = loop.run_until_complete(asyncio.start_server(_answering(site), "127.0.0.1", 0))
        servers.append(server)
        site.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        fault.build(site)
        if site.answers.get("/umpan") == b"":
            site.answers["/umpan"] = feed(site, "/baik", "/buruk")
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield sites
    finally:
        asyncio.run_coroutine_threadsafe(_close(servers), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _close(servers: list[asyncio.Server]) -> None:
    for server in servers:
        server.close()
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _answering(site: Site) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            path = head.split(" ", 2)[1]
            site.log.append((time.monotonic(), path, head))
            found = site.answers.get(path)
            if found is None and site.otherwise and path != "/robots.txt":
                found = site.otherwise(path)
            if found is None:
                found = http("", "404 Not Found")
            if isinstance(found, bytes):
                writer.write(found)
                await writer.drain()
            else:
                await found(writer)
        except (OSError, EOFError, ValueError, IndexError, asyncio.CancelledError, asyncio.LimitOverrunError):
            return
        finally:
            writer.close()

    return answer


def catalogue(sites: dict[str, Site], faults: tuple[Fault, ...] = FAULTS, delay: float = 0.01) -> str:
    """The catalogue of every fault's site; a source's id is "f" and the fault's number."""
    entries = []
    for number, fault in enumerate(faults):
        site = sites[fault.name]
        discover = fault.discover.replace("SITE", site.address).replace("PORT", site.address.rpartition(":")[2])
        host = discover.split('url = "')[1].split("/")[2]
        scheme = "https" if "https://" in discover else "http"
        entries.append(
            f'[[source]]\nid = "f{number}"\nname = "{fault.name}"\nkind = "media"\n'
            f'homepage = "{scheme}://{host}/"\ndiscover = [{discover}]\ndelay = {delay}\n{fault.extra}\n'
        )
    return "\n".join(entries)
