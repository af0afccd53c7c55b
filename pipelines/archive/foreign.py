"""Reading WARC files that others have made (CC-NEWS, Browsertrix, wget), a record at a time and in constant memory.

warcio's own iterator stops at the first record that it does not understand, and takes no file that is one gzip member.
Format: ISO 28500:2017 (WARC 1.1), and 1.0 and 0.18, which older tools write.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, Any, NamedTuple

import brotli
from warcio.statusandheaders import StatusAndHeadersParser, StatusAndHeadersParserException

from crawler.limits import DOWNLOAD_MAXSIZE
from crawler.times import read_time
from pipelines.archive.members import BEGINNING, Damaged, Position, Unpacked

END = 65_536  # bytes at either end of a file that tell it from others
LINES_BEFORE = 4  # the first record: a blank line or two may be there
MAX_HEADERS = 65_536  # bytes of a record's own headers, and of those of its answer
MAX_LINE = 16_384
MAX_RECORD = DOWNLOAD_MAXSIZE + MAX_HEADERS  # bytes that are read of a record; larger ones are stepped over
VERSION = re.compile(rb"WARC/\d\.\d{1,2}\s*\Z")
HTML = re.compile(r"\s*(?:text/html|application/xhtml\+xml)\b", re.IGNORECASE)
WARC_HEADERS = StatusAndHeadersParser([], verify=False)
HTTP_HEADERS = StatusAndHeadersParser(["HTTP/"], verify=False)


class Answer(NamedTuple):
    """A page as somebody else has fetched it, its transfer and content encoding undone. captured_at: ISO 8601 UTC."""

    url: str
    captured_at: str
    status: int
    headers: list[tuple[str, str]]
    content_type: str
    body: bytes

    def header(self, name: str) -> str | None:
        """The first header of this name."""
        return next((value for key, value in self.headers if key.lower() == name), None)


@dataclass(frozen=True, slots=True)
class Heading:
    """What the headers of a record say before its body is read; size -1 where they do not say it."""

    kind: str
    url: str
    date: str
    size: int
    content_type: str


def archive_key(file: IO[bytes]) -> tuple[str, int]:
    """(what tells a file from others by any name: the digest of its size, beginning and end; its size in bytes)."""
    size = file.seek(0, os.SEEK_END)
    digest = hashlib.sha256(str(size).encode())
    for place in (0, max(0, size - END)):
        file.seek(place)
        digest.update(file.read(END))
    return digest.hexdigest()[:32], size


def is_warc(file: IO[bytes]) -> bool:
    """Whether a record is at the beginning of an open file."""
    try:
        stream = Unpacked(file)
        return any(VERSION.match(stream.line(MAX_LINE)) for _ in range(LINES_BEFORE))
    except Damaged:
        return False


class Records:
    """The answers in one open file that somebody may want, in the order of the file.

    wanted    says by address, before a body is read, whether anybody wants it
    counts    records: all of them; and why some are no pages of ours: revisit, other (requests, metadata), elsewhere
              (not wanted), status, type, large, undated, broken (cannot be read), damaged (lost in a damaged part)
    position  up to where everything has been given out
    is_cut    whether the file ends within a record, which is then not given out
    """

    def __init__(
        self, file: IO[bytes], start: Position = BEGINNING, wanted: Callable[[str], bool] = lambda url: True
    ) -> None:
        self.stream = Unpacked(file, start)
        self.position = start
        self.wanted = wanted
        self.counts: Counter[str] = Counter()
        self.is_cut = False

    def __iter__(self) -> Iterator[Answer | None]:
        """For each record its answer, where it is an HTML page with status 200 that is wanted, else None."""
        while True:
            try:
                heading = self._heading()
                if heading is None:
                    return
                answer = self._read(heading)
            except Damaged:
                self.counts["damaged"] += 1
                self.stream.resume()
                continue
            self.counts["records"] += 1
            if isinstance(answer, str):
                self.counts[answer] += 1
            if self.stream.is_over:
                self.is_cut = True
                return
            self.position = self.stream.position()
            yield None if isinstance(answer, str) else answer

    def _read(self, heading: Heading) -> Answer | str:
        """The answer that a record holds, or which count it belongs to."""
        if why := self._unwanted(heading):
            self.stream.skip(max(0, heading.size))
            return why
        body = self.stream.read(heading.size)
        return _answer(heading, body) if len(body) == heading.size else "broken"

    def _unwanted(self, heading: Heading) -> str:
        """Why a record's body is not even read; "" when it is."""
        if heading.kind == "revisit":
            return "revisit"
        if heading.kind not in ("response", "resource"):
            return "other"
        if heading.size < 0:
            return "broken"
        if not self.wanted(heading.url):
            return "elsewhere"
        return "large" if heading.size > MAX_RECORD else ""

    def _heading(self) -> Heading | None:
        """The headers of the next record; None at the end of the file. What is no record is stepped over."""
        while True:
            line = self.stream.line(MAX_LINE)
            if not line:
                self.is_cut = self.stream.is_cut
                return None
            if not VERSION.match(line):
                continue
            block = _block(self.stream)
            if block is None:
                self.is_cut = True
                return None
            try:
                headers = WARC_HEADERS.parse(io.BytesIO(line + block), line.decode("latin-1"))
            except (StatusAndHeadersParserException, EOFError, ValueError):
                self.counts["broken"] += 1
                continue
            return Heading(
                (headers.get_header("WARC-Type") or "").strip().lower(),
                (headers.get_header("WARC-Target-URI") or "").strip().strip("<>"),  # old Wget puts brackets around it
                (headers.get_header("WARC-Date") or "").strip(),
                _size(headers.get_header("Content-Length")),
                headers.get_header("Content-Type") or "",
            )


def _block(stream: Unpacked) -> bytes | None:
    """Headers up to their blank line; None when the file ends before it."""
    lines, size = [], 0
    while size < MAX_HEADERS:
        line = stream.line(MAX_LINE)
        if not line:
            return None
        lines.append(line)
        size += len(line)
        if not line.strip(b"\r\n"):
            break
    return b"".join(lines)


def _size(text: str | None) -> int:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else -1


def _answer(heading: Heading, body: bytes) -> Answer | str:
    """What a record holds, or which count it belongs to."""
    when = read_time(heading.date)
    if when is None or when > datetime.now(UTC):
        return "undated"
    if heading.kind == "resource":  # the body alone, as some tools keep what a browser made of a page
        status, headers, payload = 200, [("Content-Type", heading.content_type)], body
    else:
        stream = io.BytesIO(body[:MAX_HEADERS])
        try:
            parsed = HTTP_HEADERS.parse(stream)
        except (StatusAndHeadersParserException, EOFError, ValueError):
            return "broken"
        if stream.tell() == MAX_HEADERS:
            return "broken"
        status, headers = _size(parsed.get_statuscode()), list(parsed.headers)
        payload = body[stream.tell() :]
    answer = Answer(heading.url, when.astimezone(UTC).isoformat(timespec="seconds"), status, headers, "", b"")
    content_type = answer.header("content-type") or ""
    if status != 200:
        return "status"
    if content_type and not HTML.match(content_type):
        return "type"
    try:
        page = _decoded(answer, payload)
    except (ValueError, zlib.error, brotli.error):
        return "broken"
    return answer._replace(content_type=content_type, body=page) if page is not None else "large"


def _decoded(answer: Answer, payload: bytes) -> bytes | None:
    """The body without chunks and compression; None when it is larger than any page. Raises for what cannot be undone.

    Some archives undo an encoding and keep the header that tells of it; then the body is what it is.
    """
    if "chunked" in (answer.header("transfer-encoding") or "").lower():
        payload = _unchunked(payload)
    for encoding in reversed((answer.header("content-encoding") or "").lower().split(",")):
        found = _unpacked(encoding.strip(), payload)
        if found is None:
            return None
        payload = found
    return payload


def _unchunked(payload: bytes) -> bytes:
    """RFC 9112, 7.1. A body without the chunks that its header promises stays as it is; one cut off ends there."""
    parts: list[bytes] = []
    at = 0
    while at < len(payload):
        end = payload.find(b"\r\n", at, at + 1_000)
        size = payload[at:end].split(b";")[0].strip() if end >= 0 else b""
        if not re.fullmatch(rb"[0-9a-fA-F]{1,8}", size):
            return payload if not parts else b"".join(parts)
        length = int(size, 16)
        if not length:
            break
        parts.append(payload[end + 2 : end + 2 + length])
        at = end + 4 + length
    return b"".join(parts)


def _unpacked(encoding: str, payload: bytes) -> bytes | None:
    """One encoding undone; None when it comes to more than any page has. Raises for what is no such encoding."""
    if encoding in ("", "identity", "none", "utf-8", "8bit", "binary") or not payload:
        return payload
    if encoding in ("gzip", "x-gzip", "deflate"):
        if encoding != "deflate" and not payload.startswith(b"\x1f\x8b"):
            return payload
        raw = encoding == "deflate" and (payload[0] & 0x0F != 8 or int.from_bytes(payload[:2], "big") % 31)
        return _within(zlib.decompressobj(-15 if raw else 47), payload)
    if encoding == "br":
        if payload.lstrip()[:1] == b"<":
            return payload
        found: bytes = brotli.Decompressor().process(payload, output_buffer_limit=DOWNLOAD_MAXSIZE + 1)
        return found if len(found) <= DOWNLOAD_MAXSIZE else None
    raise ValueError(encoding)


def _within(decompressor: Any, payload: bytes) -> bytes | None:
    found: bytes = decompressor.decompress(payload, DOWNLOAD_MAXSIZE + 1)
    return found if len(found) <= DOWNLOAD_MAXSIZE else None
