"""A small real web server for the tests: paths to answers, and a log of what was asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LOREM = (
    "Warga kampung nelayan bergotong royong memperbaiki dermaga kayu yang lapuk. Kepala desa mengatakan pekerjaan itu "
    "akan selesai sebelum musim angin barat tiba. Pemerintah kabupaten menyumbang bahan, sementara warga menyumbang "
    "tenaga dan makanan. Dermaga tersebut dipakai setiap hari oleh puluhan perahu dari tiga desa."
)


@dataclass
class Answer:
    """What a path answers. `etag` makes it conditional."""

    body: bytes | str = b""
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    etag: str | None = None


@dataclass
class TestSite:
    """The running server: `answers` can be changed at any time; `log` has (method, path, status, headers)."""

    address: str
    answers: dict[str, Answer | Callable[[], Answer]]
    log: list[tuple[str, str, int, dict[str, str]]] = field(default_factory=list)
    fallback: Callable[[str], Answer] = lambda _: Answer("<h1>Tidak ada</h1>", 404)  # for other paths

    def article(self, path: str, title: str, text: str = LOREM, **more: Any) -> None:
        """Put an article page at a path."""
        html = (
            f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>Rabu, 12 November 2025</p>"
            f"<p>{text}</p></body></html>"
        )
        self.answers[path] = Answer(html, etag=f'"{abs(hash((title, text)))}"', **more)

    def asked(self, path: str) -> int:
        """How often a path was asked for."""
        return sum(entry[1] == path for entry in self.log)


@contextmanager
def serve() -> Iterator[TestSite]:
    """Run a server on a free loopback port."""
    site = TestSite("", {})

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            found = site.fallback(self.path) if self.path not in site.answers else site.answers[self.path]
            answer = found() if callable(found) else found
            status = answer.status
            if answer.etag and self.headers.get("If-None-Match") == answer.etag:
                status = 304
            site.log.append((self.command, self.path, status, dict(self.headers)))
            body = b"" if status == 304 else answer.body.encode() if isinstance(answer.body, str) else answer.body
            self.send_response(status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(body)))
            if answer.etag:
                self.send_header("ETag", answer.etag)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, format: str, *args: Any) -> None:
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def feed(site: TestSite, *paths: str, updated: dict[str, str] | None = None) -> str:
    """An Atom feed of paths."""
    entries = "".join(
        f"<entry><title>{path}</title><link href='{site.address}{path}'/><published>2025-11-12T02:00:00Z</published>"
        f"<updated>{(updated or {}).get(path, '2025-11-12T02:00:00Z')}</updated></entry>"
        for path in paths
    )
    return f"<feed xmlns='http://www.w3.org/2005/Atom'>{entries}</feed>"


def catalogue(site: TestSite, discover: str, extra: str = "") -> str:
    """A catalogue with one source, "uji", on a test site."""
    return (
        f'[[source]]\nid = "uji"\nname = "Situs uji"\nkind = "media"\nhomepage = "{site.address}/"\n'
        f"discover = [{discover}]\ndelay = 0\n{extra}\n"
    )
