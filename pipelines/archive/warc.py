"""Archive: every fetched page as WARC 1.1 on disk, before anything reads it.

The content encoding (gzip, brotli) is undone by the downloader, so records hold the decoded body and leave out the
headers that described the encoding. Format: ISO 28500:2017 (WARC 1.1), written and read by warcio.
"""

from __future__ import annotations

import contextlib
import fcntl
import io
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from isal import isal_zlib
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.limits import DOWNLOAD_MAXSIZE, MOST_PAGES
from crawler.records import FetchedPage

MAX_BYTES = 1_000_000_000  # the size at which a new file is begun; the WARC guidelines advise 1 GB
MARK = ".open"
GZIP_LEVEL = 2  # of ISA-L's 0 to 3
GZIP = 16 | 15  # as zlib has it: gzip's header, the largest window
GzipError: type[Exception] = isal_zlib.error  # type: ignore[assignment]  # its stub says that it is an instance
CHUNK = 65_536  # bytes read at a time; a packed page is some 30,000
PIECE = 1_000_000  # bytes unpacked at a time
# Bytes of a record, unpacked: the most pages that an article is followed over, each as large as the crawl takes it,
# and their headers.
MAX_RECORD = MOST_PAGES * DOWNLOAD_MAXSIZE + 1_000_000
ENCODING_HEADERS = frozenset({"content-encoding", "transfer-encoding", "content-length"})


class ArchiveError(Exception):
    """A record that cannot be read back; names file and offset."""


class _MemberWriter:
    """warcio's writer with a gzip member a record by ISA-L: a twentieth of the time of its own, up to 14 % larger."""

    def __init__(self, out: BinaryIO) -> None:
        self.out = out
        self.whole = io.BytesIO()
        self.records = WARCWriter(self.whole, gzip=False, warc_version="1.1")

    def write(self, record: ArcWarcRecord) -> None:
        """Append a record that `records` has made."""
        self.whole.seek(0)
        self.whole.truncate()
        self.records.write_record(record)
        self.out.write(isal_zlib.compress(self.whole.getvalue(), GZIP_LEVEL, GZIP))


class Archive:
    """A folder of WARC files. Each writer begins a file of its own, so a torn tail never meets new records.

    While a file is being written there is a mark beside it (`<name>.open`, which its writer holds locked): what a
    killed writer left behind is found by it, and mended by `mend`.
    """

    def __init__(self, folder: Path, *, max_bytes: int = MAX_BYTES) -> None:
        self.folder = folder
        self.max_bytes = max_bytes
        self._file: BinaryIO | None = None
        self._writer: _MemberWriter | None = None
        self._mark: BinaryIO | None = None
        self._name = ""

    def write(self, page: FetchedPage) -> tuple[str, int]:
        """Append request and response; (file name, offset of the response).

        When it returns the system has the record, so a killed process loses nothing; `close` puts it safely on disk.
        """
        if self._file is None or self._writer is None or self._file.tell() >= self.max_bytes:
            self._begin()
        assert self._file is not None and self._writer is not None
        offset = self._file.tell()
        response = self._response(self._writer.records, page)
        self._writer.write(response)
        self._writer.write(self._request(self._writer.records, page, response))
        self._file.flush()
        return self._name, offset

    def _response(self, records: WARCWriter, page: FetchedPage) -> ArcWarcRecord:
        headers = [(k, v) for k, v in page.response_headers if k.lower() not in ENCODING_HEADERS]
        headers.append(("Content-Length", str(len(page.body))))
        return records.create_warc_record(
            page.final_url,
            "response",
            http_headers=StatusAndHeaders(f"{page.status} OK", headers, protocol="HTTP/1.1"),
            payload=io.BytesIO(page.body),
            length=len(page.body),  # untold, warcio copies and digests the body another time to find out
            warc_headers_dict={"WARC-Date": _warc_date(page.fetched_at)},
        )

    def _request(self, records: WARCWriter, page: FetchedPage, response: ArcWarcRecord) -> ArcWarcRecord:
        return records.create_warc_record(
            page.final_url,
            "request",
            http_headers=StatusAndHeaders(
                f"GET {page.final_url} HTTP/1.1", list(page.request_headers), is_http_request=True
            ),
            payload=io.BytesIO(b""),
            length=0,
            warc_headers_dict={
                "WARC-Date": _warc_date(page.fetched_at),
                "WARC-Concurrent-To": response.rec_headers.get_header("WARC-Record-ID"),
            },
        )

    def _begin(self) -> None:
        self.close()
        self.folder.mkdir(parents=True, exist_ok=True)
        stamp = datetime.now(UTC).strftime("%Y%m%d%H%M%S")
        for number in range(100_000):
            self._name = f"pantau-{stamp}-{number:05}.warc.gz"
            mark = _locked(self.folder / f"{self._name}{MARK}")
            if mark is None:
                continue
            self._mark = mark
            try:
                self._file = (self.folder / self._name).open("xb")
            except FileExistsError:
                mark.close()  # its mark stays: a file that needs no mending costs a look, no more
                continue
            break
        assert self._file is not None
        self._writer = _MemberWriter(self._file)
        about = {"software": "pantau", "format": "WARC File Format 1.1"}
        self._writer.write(self._writer.records.create_warcinfo_record(self._name, about))

    def read(self, file: str, offset: int) -> bytes:
        """The body of the response at `offset`. Raises ArchiveError when it is not there or torn."""
        try:
            with (self.folder / file).open("rb") as handle:
                return read_response(handle, file, offset)
        except OSError as error:
            raise ArchiveError(f"{file} at {offset}: cannot be read ({error})") from error

    def close(self) -> None:
        """Finish the current file and put it safely on disk."""
        file, self._file, self._writer = self._file, None, None
        if file is not None:
            try:
                file.flush()
                os.fsync(file.fileno())
                self._unmark()
            finally:
                with contextlib.suppress(OSError):  # what a full disk refused above, it refuses again
                    file.close()
                if self._mark is not None:  # kept, so that the next run mends the file
                    self._mark.close()
                    self._mark = None

    def _unmark(self) -> None:
        if self._mark is not None:
            (self.folder / f"{self._name}{MARK}").unlink(missing_ok=True)
            self._mark.close()
            self._mark = None


def read_response(handle: BinaryIO, file: str, offset: int) -> bytes:
    """The body of the response at `offset` of an open WARC file. Raises ArchiveError when it is not there or torn."""
    try:
        handle.seek(offset)
        for record in ArchiveIterator(io.BytesIO(_unpacked(handle))):
            if record.rec_type == "response":
                length = int(record.http_headers.get_header("Content-Length") or -1)
                body: bytes = record.content_stream().read()
                if length >= 0 and len(body) != length:
                    raise ArchiveError(f"the record is torn ({len(body)} of {length} bytes)")
                return body
            break
    except ArchiveError as error:
        raise ArchiveError(f"{file} at {offset}: {error}") from error
    except (OSError, ArchiveLoadFailed, EOFError, ValueError, GzipError) as error:
        raise ArchiveError(f"{file} at {offset}: cannot be read ({error})") from error
    raise ArchiveError(f"{file} at {offset}: holds no response record")


def _unpacked(handle: BinaryIO) -> bytes:
    """The gzip member that begins here, as far as it goes; warcio's own reader takes half as long again for a page.

    Raises ArchiveError for one that is larger than any of ours: 3 MB may unpack to 3 GB.
    """
    stream = isal_zlib.decompressobj(GZIP)
    parts: list[bytes] = []
    size = 0
    while not stream.eof and (data := handle.read(CHUNK)):
        piece = data
        while not stream.eof and (data or len(piece) == PIECE):
            piece = stream.decompress(data, PIECE)
            data = stream.unconsumed_tail
            parts.append(piece)
            size += len(piece)
            if size > MAX_RECORD:
                raise ArchiveError(f"the record unpacks to more than {MAX_RECORD} bytes; no page is so large")
    return b"".join(parts)


def mend(folder: Path) -> list[tuple[str, int]]:
    """Cut the torn last record off the files of killed writers; (file name, whole bytes) of each file looked at.

    Files that a living writer holds are left alone. A file of which nothing is whole is removed.
    """
    mended = []
    for path in sorted(folder.glob(f"*.warc.gz{MARK}")):
        mark = _locked(path)
        if mark is None:
            continue
        with mark:
            file = path.with_name(path.name.removesuffix(MARK))
            size = 0
            if file.exists():
                size = _whole(file)
                if size:
                    with file.open("r+b") as handle:
                        handle.truncate(size)
                        os.fsync(handle.fileno())
                else:
                    file.unlink()
            mended.append((file.name, size))
            path.unlink(missing_ok=True)
    return mended


def _whole(file: Path) -> int:
    """Bytes up to the end of the last whole gzip member; a record is one member (WARC 1.1, annex D)."""
    whole = position = 0
    stream = isal_zlib.decompressobj(GZIP)
    with file.open("rb") as handle:
        while data := handle.read(CHUNK):
            while data:
                try:
                    rest: bytes = data
                    while rest and not stream.eof:
                        stream.decompress(rest, CHUNK)
                        rest = stream.unconsumed_tail
                except GzipError:
                    return whole
                if not stream.eof:
                    position += len(data)
                    break
                position += len(data) - len(stream.unused_data)
                data = stream.unused_data
                whole = position
                stream = isal_zlib.decompressobj(GZIP)
    return whole


def _locked(path: Path) -> BinaryIO | None:
    """The file at `path`, created when missing and locked until it is closed; None while another process holds it."""
    handle = path.open("ab")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        return None
    return handle


def archive_folder(database: Path) -> Path:
    """The folder of a database's archive: beside it, named after it."""
    return database.with_name(f"{database.stem}-archive")


def _warc_date(timestamp: str) -> str:
    return datetime.fromisoformat(timestamp).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
