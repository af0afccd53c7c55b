"""The archive's folder wherever it is: on a disk that this machine sees, or at an address that fsspec knows.

`s3://bucket/folder`, `memory://folder` and the like (https://filesystem-spec.readthedocs.io); what each of them needs
beside fsspec (s3fs for S3) is the operator's to install, on every machine that reads.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any, BinaryIO

from pipelines.archive.warc import Archive, ArchiveError, read_response
from pipelines.errors import UserError

Location = Path | str  # a folder of this machine, or an address of fsspec's


class Folder:
    """Files below one location. Names are relative, with slashes.

    Raises UserError for an address that fsspec cannot reach, naming what is missing.
    """

    def __init__(self, location: Location) -> None:
        try:
            from fsspec.core import url_to_fs
        except ImportError as error:
            raise UserError(f"{location}: needs fsspec; run `pip install pantau[scale]`") from error
        try:
            self.system, self.root = url_to_fs(str(location))
        except (ImportError, ValueError) as error:
            raise UserError(f"{location}: cannot be reached ({' '.join(str(error).split())})") from error

    def path(self, name: str) -> str:
        """The file's path in the file system."""
        return f"{self.root.rstrip('/')}/{name}"

    def open(self, name: str) -> Any:
        """The file, open for reading bytes. Raises OSError."""
        return self.system.open(self.path(name), "rb")

    def exists(self, name: str) -> bool:
        """Whether there is such a file."""
        return bool(self.system.exists(self.path(name)))

    def write(self, name: str, data: bytes) -> None:
        """Put a file there, whole or not at all: readers never see a part of it."""
        folder, _, last = self.path(name).rpartition("/")
        draft = f"{folder}/.{last}.{os.urandom(8).hex()}"
        self.system.makedirs(folder, exist_ok=True)
        try:
            self.system.pipe_file(draft, data)
            self.system.mv(draft, self.path(name))
        except BaseException:
            with contextlib.suppress(OSError):
                self.system.rm_file(draft)
            raise

    def remove(self, name: str) -> None:
        """Remove a file, or a folder with all that is in it; nothing happens when it is not there."""
        with contextlib.suppress(FileNotFoundError):
            self.system.rm(self.path(name), recursive=True)


class RemoteArchive:
    """Reads an archive through fsspec. The file that was read last stays open, so that its buffer serves many pages."""

    def __init__(self, location: str) -> None:
        self.folder = Folder(location)
        self._name = ""
        self._handle: BinaryIO | None = None

    def read(self, file: str, offset: int) -> bytes:
        """The body of the response at `offset`. Raises ArchiveError when it is not there or torn."""
        try:
            if self._handle is None or self._name != file:
                self.close()
                self._handle, self._name = self.folder.open(file), file
            return read_response(self._handle, file, offset)
        except OSError as error:
            raise ArchiveError(f"{file} at {offset}: cannot be read ({error})") from error

    def close(self) -> None:
        """Close the file that is open."""
        handle, self._handle = self._handle, None
        if handle is not None:
            handle.close()


def open_archive(location: Location) -> Archive | RemoteArchive:
    """The archive at a location, for reading."""
    return Archive(location) if isinstance(location, Path) else RemoteArchive(location)


def as_location(text: str) -> Location:
    """What a person wrote: an address when it has a scheme ("s3://..."), else a path."""
    return text if "://" in text else Path(text).resolve()
