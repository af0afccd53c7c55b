"""The bytes of somebody else's WARC file, unpacked as a stream that knows where in the file it is.

gzip members of any number (one for each record, or one for the whole file), a plain file, and a mixture: what is
between members and is no gzip is stepped over. Format: RFC 1952; WARC 1.1, annex D.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import IO, Any, NamedTuple

from isal import isal_zlib

GZIP = 16 | 15  # as zlib has it: gzip's header, the largest window
MAGIC = b"\x1f\x8b\x08"
CHUNK = 65_536  # bytes read at a time
PIECE = 262_144  # bytes unpacked at a time
TRIES = 16  # beginnings of a member that are tried in one chunk of a damaged file; real chunks have two or three
GzipError: type[Exception] = isal_zlib.error  # type: ignore[assignment]  # its stub says that it is an instance


class Position(NamedTuple):
    """A place in a file: the first byte of a gzip member (of a plain file: any byte), and how many of what it unpacks
    to lie before."""

    member: int = 0
    inside: int = 0


BEGINNING = Position()


class Damaged(Exception):
    """The stream cannot be unpacked from here on; `resume` goes on behind the damage, where another record begins."""


class Unpacked:
    """The unpacked bytes of an open file from a position on. Only a piece of them is ever in memory.

    garbage   bytes of the file that were stepped over because they are neither gzip nor a plain WARC
    is_cut    whether the file ended in the middle of a gzip member
    is_over   whether the last `read` or `skip` found the end of the file before what it was asked for
    """

    def __init__(self, file: IO[bytes], start: Position = BEGINNING) -> None:
        self.file = file
        self.garbage = 0
        self.is_cut = self.is_over = False
        self._raw = b""  # read from the file, and not yet unpacked
        self._raw_at = start.member  # where in the file _raw begins
        self._stream: Any = None  # isal's decompressor of the member that is open
        self._plain = False
        self._begun = False
        self._tries, self._tried_in = 0, 0  # beginnings of members that were none, in which chunk of the file
        self._buffer = b""
        self._read_at = 0  # how many bytes of the buffer are consumed
        self._at = 0  # unpacked bytes before the buffer, counted from the start
        self._members: deque[tuple[int, int]] = (
            deque()
        )  # (unpacked bytes before it, its place) of what is in the buffer
        file.seek(start.member)
        if start.inside:
            self.skip(start.inside)
            self.garbage = 0

    @property
    def compressed(self) -> int:
        """How far into the file has been read, in bytes."""
        return self._raw_at

    def position(self) -> Position:
        """Where the next unpacked byte is."""
        here = self._at + self._read_at
        self._forget(here)
        if not self._members or self._members[0][0] > here:
            return Position(self._raw_at)
        begun, place = self._members[0]
        return Position(place + here - begun) if self._plain else Position(place, here - begun)

    def _forget(self, here: int) -> None:
        """Drop the members that end before an unpacked byte."""
        while len(self._members) > 1 and self._members[1][0] <= here:
            self._members.popleft()

    def line(self, most: int) -> bytes:
        """The next line with its end, or its first `most` bytes; b"" at the end of the file. Raises Damaged."""
        while (end := self._buffer.find(b"\n", self._read_at)) < 0:
            if len(self._buffer) - self._read_at >= most or not self._fill():
                end = len(self._buffer) - 1
                break
        line = self._buffer[self._read_at : min(end + 1, self._read_at + most)]
        self._read_at += len(line)
        return line

    def read(self, size: int) -> bytes:
        """The next `size` bytes, fewer at the end of the member or of the file. Raises Damaged."""
        return b"".join(self._parts(size))

    def skip(self, size: int) -> int:
        """Step over `size` bytes, fewer at the end of member or file; how many there were. Raises Damaged."""
        return sum(map(len, self._parts(size)))

    def _parts(self, size: int) -> Iterator[bytes]:
        """The next `size` bytes in pieces. A record ends with the member that it begins in, whatever it claims."""
        self.is_over = False
        if size and not self._members and not self._fill():
            self.is_over = True
            return
        here = self._at + self._read_at
        own = max((begun for begun, _ in self._members if begun <= here), default=0)
        while size:
            end = next((begun for begun, _ in self._members if begun > own), None)
            room = len(self._buffer) if end is None else end - self._at
            part = self._buffer[self._read_at : min(self._read_at + size, room)]
            self._read_at += len(part)
            size -= len(part)
            yield part
            if size and end is not None:
                return
            if size and not self._fill():
                self.is_over = True
                return

    def resume(self) -> None:
        """Go on at the next member behind the damage; what is left of the damaged one is dropped."""
        self._at += len(self._buffer)
        self._buffer, self._read_at = b"", 0
        self._stream = None

    def _fill(self) -> bool:
        """More unpacked bytes into the buffer; False at the end of the file."""
        piece = self._piece()
        if not piece:
            return False
        self._at += self._read_at
        self._forget(self._at)
        self._buffer = self._buffer[self._read_at :] + piece
        self._read_at = 0
        return True

    def _piece(self) -> bytes:
        while True:
            if self._plain:
                return self._take_plain()
            if self._stream is None:
                if not self._begin():
                    return b""
                continue
            if piece := self._unpack():
                return piece
            if self._stream is not None and not self._raw and not self._more():
                self.is_cut = True
                self._stream = None
                return b""

    def _begin(self) -> bool:
        """Find the next member and open it; False at the end of the file."""
        while True:
            while len(self._raw) < len(MAGIC) and self._more():
                pass
            if not self._raw:
                return False
            first, self._begun = not self._begun, True
            if first and self._raw.lstrip(b"\r\n").startswith(b"WARC/"):
                self._plain = True
                self._note()
                return True
            found = self._raw.find(MAGIC)
            if found >= 0:
                self._drop(found)
                self._note()
                self._stream = isal_zlib.decompressobj(GZIP)
                return True
            keep = len(MAGIC) - 1  # which may be the beginning of one
            if len(self._raw) <= keep and not self._more():
                self._drop(len(self._raw))
                return False
            self._drop(max(0, len(self._raw) - keep))

    def _note(self) -> None:
        """What follows in the buffer begins here in the file."""
        here = self._at + len(self._buffer)
        if self._members and self._members[-1][0] == here:  # the member before was empty
            self._members.pop()
        self._members.append((here, self._raw_at))

    def _unpack(self) -> bytes:
        """A piece of the open member; b"" when it needs more, or has ended."""
        try:
            piece: bytes = self._stream.decompress(self._raw, PIECE)
        except GzipError as error:
            self._step_over()
            raise Damaged(str(error)) from error
        rest = self._stream.unused_data if self._stream.eof else self._stream.unconsumed_tail
        self._raw_at += len(self._raw) - len(rest)
        self._raw = rest
        if self._stream.eof:
            self._stream = None
        return piece

    def _step_over(self) -> None:
        """Behind the beginning of a damaged member; to the next chunk when too many were tried in this one.

        A file of nothing but beginnings would otherwise be unpacked once for each of them.
        """
        self._stream = None
        chunk = self._raw_at // CHUNK
        self._tries = self._tries + 1 if chunk == self._tried_in else 1
        self._tried_in = chunk
        self._drop(len(self._raw) if self._tries >= TRIES else min(1, len(self._raw)))

    def _take_plain(self) -> bytes:
        if not self._raw and not self._more():
            return b""
        piece, self._raw = self._raw, b""
        self._raw_at += len(piece)
        return piece

    def _more(self) -> bool:
        data = self.file.read(CHUNK)
        self._raw += data
        return bool(data)

    def _drop(self, count: int) -> None:
        self.garbage += count
        self._raw = self._raw[count:]
        self._raw_at += count
