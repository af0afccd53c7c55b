"""WARC files in the shapes that others write: CC-NEWS (StormCrawler), Wget, Browsertrix. Made byte by byte, not by warcio.

A body is told with the headers that a server sent, so that it may be chunked, packed, or say what it is not.
"""

from __future__ import annotations

import gzip
import uuid
import zlib
from collections.abc import Iterable

import brotli

LOREM = (
    "Warga kampung nelayan bergotong royong memperbaiki dermaga kayu yang lapuk. Kepala desa mengatakan pekerjaan itu "
    "akan selesai sebelum musim angin barat tiba. Pemerintah kabupaten menyumbang bahan, sementara warga menyumbang "
    "tenaga dan makanan. Dermaga tersebut dipakai setiap hari oleh puluhan perahu dari tiga desa."
)


def html(title: str, text: str = LOREM, day: str = "2025-11-12") -> bytes:
    """An article page."""
    return (
        f'<html lang="id"><head><title>{title}</title><meta property="article:published_time" content="{day}T09:00:00+07:00">'
        f"</head><body><article><h1>{title}</h1><p>{text}</p></article></body></html>"
    ).encode()


def record(kind: str, url: str, block: bytes, *, date: str = "2025-11-12T04:00:00Z", **headers: str) -> bytes:
    """One record; `headers` replace or add (WARC_Target_URI for WARC-Target-URI), and go where they are empty."""
    named = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:uuid:{uuid.uuid4()}>",
        "WARC-Target-URI": url,
        "WARC-Date": date,
        "Content-Type": "application/http; msgtype=response" if kind == "response" else "application/warc-fields",
        "Content-Length": str(len(block)),
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in named.items() if value)
    return f"WARC/1.0\r\n{lines}\r\n".encode() + block + b"\r\n\r\n"


def response(
    url: str,
    body: bytes,
    *,
    status: str = "200 OK",
    content_type: str = "text/html; charset=utf-8",
    encoding: str = "",
    chunked: bool = False,
    date: str = "2025-11-12T04:00:00Z",
    **headers: str,
) -> bytes:
    """A response record; `encoding` (gzip, deflate, raw deflate, br) and `chunked` are done to the body, and said."""
    packed = {
        "": lambda: body,
        "gzip": lambda: gzip.compress(body),
        "deflate": lambda: zlib.compress(body),
        "raw deflate": lambda: zlib.compress(body)[2:-4],
        "br": lambda: brotli.compress(body),
    }[encoding]()
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {content_type}", 'ETag: "orang-lain"']
    lines += [f"Content-Encoding: {encoding.removeprefix('raw ')}"] if encoding else []
    if chunked:
        half = len(packed) // 2
        pieces = [part for part in (packed[:half], packed[half:]) if part]
        packed = b"".join(b"%x;uji=1\r\n%s\r\n" % (len(part), part) for part in pieces) + b"0\r\n\r\n"
        lines.append("Transfer-Encoding: chunked")
    else:
        lines.append(f"Content-Length: {len(packed)}")
    return record("response", url, "\r\n".join(lines).encode() + b"\r\n\r\n" + packed, date=date, **headers)


def others(url: str) -> list[bytes]:
    """The records around a response that are none: warcinfo, request, metadata, revisit."""
    return [
        record("warcinfo", "", b"software: StormCrawler 2.4\r\nformat: WARC File Format 1.0\r\n"),
        record("request", url, b"GET / HTTP/1.1\r\nHost: contoh\r\n\r\n"),
        record("metadata", url, b"fetchTimeMs: 212\r\n"),
        record(
            "revisit",
            url,
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
            WARC_Profile="http://netpreserve.org/warc/1.0/revisit/identical-payload-digest",
        ),
    ]


def members(records: Iterable[bytes]) -> bytes:
    """A gzip member a record, as the standard wants it."""
    return b"".join(gzip.compress(one, 6) for one in records)


def one_member(records: Iterable[bytes]) -> bytes:
    """The whole file in one gzip member, as `gzip` on the command line makes it."""
    return gzip.compress(b"".join(records), 6)
