"""Serves the reference site from memory: eight hosts on loopback, kept-alive connections, no work at a request.

    python -m benchmarks.site.server [--pages 2000]

Prints one line of JSON when it listens ({"sites": [{"address": ..., "articles": [...]}]}) and serves until it is
stopped. Each host has /sitemap.xml with its articles, and robots.txt.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from multiprocessing import get_context

from benchmarks.site.page import page
from benchmarks.site.text import story

HOSTS = 8


def main() -> int:
    """Make the pages, listen, serve."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=2_000)
    asyncio.run(_serve(parser.parse_args().pages))
    return 0


async def _serve(pages: int) -> None:
    loop, answers = asyncio.get_running_loop(), {}
    sites = []
    for host in range(HOSTS):
        served: dict[bytes, bytes] = {}
        server = await loop.create_server(lambda served=served: Answers(served), f"127.0.0.{host + 1}", 0)
        name, port = server.sockets[0].getsockname()
        address, paths = f"http://{name}:{port}", []
        answers[address] = served
        sites.append({"address": address, "articles": paths})
        for number in range(host, pages, HOSTS):
            paths.append(f"/{story(number).slug}")
    jobs = []
    for host, site in enumerate(sites):
        paths = site["articles"]
        for place, path in enumerate(paths):
            others = [paths[(place + k) % len(paths)] for k in range(1, 37)]
            jobs.append((host + place * HOSTS, site["address"], others, path))
    with get_context("fork").Pool() as pool:
        for (_, address, _, path), body in zip(jobs, pool.imap(_page, jobs, chunksize=32), strict=True):
            answers[address][path.encode()] = answer(body, "text/html; charset=utf-8")
    for site in sites:
        served, urls = answers[site["address"]], [site["address"] + path for path in site["articles"]]
        served[b"/sitemap.xml"] = answer(sitemap(urls), "application/xml")
        served[b"/robots.txt"] = answer(b"User-agent: *\nAllow: /\n", "text/plain")
        site["articles"] = urls
    print(json.dumps({"sites": sites}), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)  # until whoever started it goes away


def _page(job: tuple[int, str, list[str], str]) -> bytes:
    number, address, others, _ = job
    return page(number, address, others).encode()


def sitemap(urls: list[str]) -> bytes:
    """A sitemap of these addresses."""
    entries = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    return (
        f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'.encode()
    )


def answer(body: bytes, content_type: str, status: str = "200 OK") -> bytes:
    """All bytes of an answer of HTTP."""
    return f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


NOT_FOUND = answer(b"<h1>Tidak ada</h1>", "text/html", "404 Not Found")


class Answers(asyncio.Protocol):
    """One connection: answers each request for a path with the bytes made for it."""

    def __init__(self, served: dict[bytes, bytes]) -> None:
        self.served = served
        self.waiting = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.waiting += data
        while b"\r\n\r\n" in self.waiting:
            request, _, self.waiting = self.waiting.partition(b"\r\n\r\n")
            path = request.split(b" ", 2)[1]
            self.transport.write(self.served.get(path, NOT_FOUND))  # type: ignore[attr-defined]


if __name__ == "__main__":
    sys.exit(main())
