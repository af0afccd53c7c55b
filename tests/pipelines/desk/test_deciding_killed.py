"""A decision whose process dies in the middle of it is whole or not there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from pipelines.database.open import connect
from pipelines.desk import deciding
from tests.conftest import ROOT
from tests.pipelines.desk.test_deciding import dump, store

KILLED = """
import os, signal, sys
from pathlib import Path
from pipelines.database.open import connect
from pipelines.desk import deciding
from pipelines.store.decisions import Decision
connection = connect(Path(sys.argv[1])).conn
steps = 0
def step():
    global steps
    steps += 1
    if steps > int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
connection.set_progress_handler(step, 100)
after = {"name": "Rangga Wiratama", "title": "Lurah", "organisation": "Kota Uji", "status": "menjabat"}
before = {"name": "Rangga Wiratama", "title": "Bupati", "organisation": "Bogor", "status": "menjabat"}
deciding.decide(connection, Decision(0, "", "ani", "official", 1, "rangga wiratama", True, before, after))
connection.set_progress_handler(None, 0)
print(steps)
"""


@pytest.mark.slow
def test_a_decision_is_whole_or_not_there_when_its_process_is_killed(database, tmp_path):
    """SIGKILL at moments all through one decision about three articles; what is left over the next run carries out."""
    connection = database.conn
    for number in range(1, 4):
        store(connection, number=number, title=f"Bupati Bogor Resmikan Pasar {number}")
    before = dump(connection)
    path, command = tmp_path / "uji.db", [sys.executable, "-c", KILLED, str(tmp_path / "uji.db")]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    pristine = tmp_path / "awal.db"
    connection.execute(f"VACUUM INTO '{pristine}'")
    whole = tmp_path / "utuh.db"
    shutil.copy(pristine, whole)
    steps = int(subprocess.run([*command[:3], str(whole), "1000000"], env=environment, stdout=-1, check=True).stdout)
    with connect(whole) as other:
        after = dump(other.conn)
    outcomes = set()
    for kill_at in (1, steps // 3, steps * 2 // 3, steps - 1):
        shutil.copy(pristine, path.with_name("mati.db"))
        died = subprocess.run([*command[:3], str(path.with_name("mati.db")), str(kill_at)], env=environment, stdout=-1)
        assert died.returncode == -9
        with connect(path.with_name("mati.db")) as other:
            told = other.conn.execute("SELECT count(*) FROM decisions").fetchone()[0]
            deciding.carry_out(other.conn)
            assert dump(other.conn) == (after if told else before), kill_at
            outcomes.add(told)
        for file in tmp_path.glob("mati.db*"):
            file.unlink()
    assert outcomes == {0, 1}
