"""Files that are being written: their owner alone may read them, and what a killed process leaves of them goes.

They are called `.NAME.PID-RANDOM.part`, after the file that they become and the process that writes them.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PART = re.compile(r"\.(?P<name>.+)\.(?P<pid>[1-9]\d{0,9})(-[0-9a-f]{8})?\.part(-journal|-wal|-shm)?")
PRIVATE = 0o600
READABLE = 0o666  # less the umask, as of any new file


@contextmanager
def unfinished(folder: Path, name: str) -> Iterator[Path]:
    """An empty file of mode 600 in `folder`, for what is to become `name`; at the end it is removed, if it is there.

    What dead processes left of the same name goes first. Raises OSError when it cannot be made.
    """
    sweep(folder, name)
    part = folder / f".{name}.{os.getpid()}-{secrets.token_hex(4)}.part"
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE))
    try:
        yield part
    finally:
        for leftover in (part, *(part.with_name(part.name + end) for end in ("-journal", "-wal", "-shm"))):
            leftover.unlink(missing_ok=True)


def finish(part: Path, target: Path, mode: int = READABLE) -> None:
    """Give a whole file its name in one step, and its mode: `mode` less the umask, or that of the file it replaces.

    Where `target` is on another file system the file is copied there first, under such a name again.
    A PRIVATE file stays so, whatever it replaces. Raises OSError.
    """
    with part.open("rb") as file:
        os.fsync(file.fileno())
    try:
        if part.stat().st_dev != target.parent.stat().st_dev:
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        part.chmod(_mode(target, mode))
        part.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        with unfinished(target.parent, target.name) as beside:
            shutil.copyfile(part, beside)
            finish(beside, target, mode)


def sweep(folder: Path, name: str | None = None) -> None:
    """Remove what dead processes of this user left unfinished of `name`, or of any name."""
    with suppress(OSError):
        for file in list(folder.iterdir()):
            found = PART.fullmatch(file.name)
            if found and name in (None, found["name"]) and not _lives(int(found["pid"])):
                with suppress(OSError):
                    if file.lstat().st_uid == os.geteuid():
                        file.unlink()


def _lives(pid: int) -> bool:
    """Whether a process of this number is there, whoever owns it."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _mode(target: Path, mode: int) -> int:
    """The mode of the finished file."""
    if mode == PRIVATE:
        return mode
    with suppress(OSError):
        return target.stat().st_mode & 0o777
    umask = os.umask(0o077)  # there is no way to read it; files made meanwhile by other threads are private
    os.umask(umask)
    return mode & ~umask
