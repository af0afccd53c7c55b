"""Files that are being written: private, whole or not there, and swept when their process was killed."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from pipelines.database.open import connect
from pipelines.database.unfinished import finish, sweep, unfinished
from pipelines.desk.export import write_whole
from pipelines.errors import UserError
from pipelines.operate.backup import back_up
from pipelines.publish.snapshot import is_snapshot, publish
from tests.conftest import ROOT

PASSWORD = b"sandi-surel-rahasia"


@pytest.fixture
def database(tmp_path):
    """A database whose team has a receiver with a password, and whose crawl met an error."""
    path = tmp_path / "data" / "pantau.db"
    path.parent.mkdir()
    made = connect(path)
    made.conn.execute("INSERT INTO errors (stage, error, seen_at) VALUES ('fetch', ?, 'x')", (PASSWORD.decode(),))
    made.close()
    return path


@pytest.fixture
def shown(tmp_path):
    folder = tmp_path / "umum"
    folder.mkdir()
    return folder


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def killed(code: str, *arguments: Path) -> None:
    """Run `code`, which prints when it has come to where it is to be killed, and kill it there."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        text=True,
    )
    assert process.stdout.readline() == "di sini\n"
    process.kill()
    assert process.wait(10) == -signal.SIGKILL
    process.stdout.close()


# Where publish is killed: the function before which, or after which, it stops.
STOP = """
import sys, time
from pathlib import Path
from pipelines.publish import snapshot
from pipelines.database import copy, unfinished
def stop(*_, **__):
    print("di sini", flush=True)
    time.sleep(60)
{}
snapshot.publish(Path(sys.argv[1]), Path(sys.argv[2]))
"""
MOMENTS = {
    "copied": "snapshot._strip = stop",
    "half stripped": "snapshot.INTERNAL = (*snapshot.INTERNAL[:1], type('T', (str,), {'__format__': stop})('errors'))",
    "stripped": "copy.finish = stop",
    "copied to another disk": "unfinished.os.strerror = lambda _: 'x'; unfinished.shutil.copyfile = stop",
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_publish_leaves_nothing_of_the_team_where_everybody_looks(database, shown, moment):
    output = shown / "publik.db"
    if "disk" in moment:
        other = Path("/dev/shm")
        if not other.is_dir() or other.stat().st_dev == database.stat().st_dev:
            pytest.skip("no other file system to write to")
        output = other / f"pantau-uji-{os.getpid()}.db"
    killed(STOP.format(MOMENTS[moment]), database, output)
    seen = list(output.parent.glob(f".{output.name}*")) if "disk" in moment else list(shown.iterdir())
    try:
        assert not any(PASSWORD in file.read_bytes() for file in seen)
        assert [mode(file) for file in seen] == ([0o600] if "disk" in moment else [])
        left = [file for file in database.parent.iterdir() if file.name.endswith(".part")]
        assert [mode(file) for file in left] == [0o600]
        publish(database, output)
        assert is_snapshot(output) and PASSWORD not in output.read_bytes()
        assert not [
            file
            for file in (*database.parent.iterdir(), *output.parent.glob(f".{output.name}*"))
            if ".part" in file.name
        ]
    finally:
        for file in (output, *output.parent.glob(f".{output.name}*")):
            file.unlink(missing_ok=True)


def test_what_older_versions_left_in_the_public_folder_goes(database, shown):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    old = shown / f".publik.db.{gone.pid}.part"
    for file in (old, old.with_name(old.name + "-journal")):
        file.write_bytes(PASSWORD)
    others = [shown / ".publik.db.part", shown / f".lain.db.{gone.pid}.part", shown / f".publik.db.{os.getpid()}.part"]
    for file in others:
        file.write_bytes(b"")
    publish(database, shown / "publik.db")
    assert sorted(shown.iterdir()) == sorted([*others, shown / "publik.db"])


def test_everybody_may_read_a_snapshot_and_the_owner_alone_a_backup(database, shown):
    before = os.umask(0o022)
    try:
        publish(database, shown / "publik.db")
        assert mode(shown / "publik.db") == 0o644
        (shown / "publik.db").chmod(0o640)
        publish(database, shown / "publik.db")
        assert mode(shown / "publik.db") == 0o640
        backup = shown / "pantau-1.db"
        backup.touch(0o644)
        assert back_up(database, shown, date(2025, 11, 10)) == backup
        assert mode(backup) == 0o600
        write_whole(shown / "ekspor.csv", b"x")
        assert mode(shown / "ekspor.csv") == 0o644
    finally:
        os.umask(before)
    with closing(sqlite3.connect(backup)) as copy:
        assert copy.execute("SELECT error FROM errors").fetchone() == (PASSWORD.decode(),)


EXPORT = """
import sys, time
from pathlib import Path
from pipelines.desk.export import _whole
with _whole(Path(sys.argv[1])) as part:
    part.write_bytes(b"separuh")
    print("di sini", flush=True)
    time.sleep(60)
"""


def test_a_killed_export_leaves_a_private_file_that_the_next_removes(shown):
    target = shown / "ekspor.csv"
    killed(EXPORT, target)
    [left] = shown.iterdir()
    assert mode(left) == 0o600
    write_whole(target, b"utuh")
    assert {file.name: file.read_bytes() for file in shown.iterdir()} == {"ekspor.csv": b"utuh"}


def test_a_file_is_never_seen_half_written_nor_readable_by_others(shown):
    target = shown / "ekspor.csv"
    with pytest.raises(RuntimeError), unfinished(shown, "ekspor.csv") as part:
        part.write_bytes(b"separuh")
        assert mode(part) == 0o600 and not target.exists()
        raise RuntimeError
    assert list(shown.iterdir()) == []
    with unfinished(shown, "ekspor.csv") as part:
        part.write_bytes(b"utuh")
        sweep(shown)  # another one's start: this process lives
        finish(part, target)
    assert target.read_bytes() == b"utuh"
    with pytest.raises(UserError, match="cannot be written"):
        write_whole(shown / "tidak-ada" / "x.csv", b"x")
