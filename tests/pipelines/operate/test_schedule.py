"""`pantau schedule`: lines that Debian's cron really runs, and what they write to the log."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import contextmanager
from ctypes.util import find_library
from pathlib import Path

import pytest

from pipelines.database.open import connect, transaction
from pipelines.desk.watch.saved import add_watch
from pipelines.operate.cron import Schedule, crontab
from pipelines.operate.systemd import units
from pipelines.records import TaggedArticle
from pipelines.store.save import save
from tests.conftest import ROOT
from tests.crawler.server import Answer, catalogue, feed, serve
from tests.pipelines.conftest import make_article

AWKWARD = """warga's 100% "uji" a\\b"""  # a folder's name with everything that sh and cron treat specially


@pytest.fixture
def pantau(pantau, tmp_path):
    """The command line where the database, uji.db, is there."""
    connect(tmp_path / "uji.db").close()
    return pantau


def fields(text):
    return [line for line in text.splitlines() if re.match(r"[*\d]", line)]


def test_the_lines_are_absolute_and_say_what_they_keep(pantau, tmp_path):
    connect(tmp_path / "data.db").close()
    run = pantau(
        "--db", "data.db", "schedule", "--archive-days", "90", "--records-days", "120", "--mail", "humas@contoh.id"
    )
    assert run.returncode == 0, run.stderr
    crawl, watch, klipings, prune, status = fields(run.stdout)
    assert klipings.startswith("35 5-11 * * * /") and " clip --due 2>&1 | " in klipings
    assert watch.startswith("*/5 * * * * /") and " watch run 2>&1 | " in watch
    assert crawl.startswith("*/15 * * * * /")
    assert f"--db {tmp_path / 'data.db'} crawl --max-minutes 12 2>&1 | " in crawl
    assert crawl.endswith(f"pipelines.logfile {tmp_path / 'data.log'}")
    assert "prune --archive-days 90 --records-days 120" in prune
    assert status.endswith("status --problems")
    assert 'MAILTO="humas@contoh.id"' in run.stdout.splitlines()
    assert "LC_ALL=C.UTF-8" in run.stdout.splitlines()


def test_what_the_operator_does_not_ask_for_has_no_line(pantau):
    crawl, status = fields(pantau("schedule", "--watch-every", "0").stdout)
    assert " crawl " in crawl and " status " in status


@pytest.mark.parametrize(
    ("every", "times"),
    [("1", "* * * * *"), ("20", "*/20 * * * *"), ("60", "0 * * * *"), ("360", "0 */6 * * *"), ("1440", "0 0 * * *")],
)
def test_intervals(pantau, every, times):
    assert fields(pantau("schedule", "--every", every).stdout)[0].startswith(times + " /")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--every", "7"), "--every 7: cron cannot keep that interval"),
        (("--watch-every", "7"), "--watch-every 7: cron cannot keep that interval"),
        (("--backup", "tidak/ada"), "tidak/ada: this folder does not exist"),
        (("--clip", "tidak/ada"), "tidak/ada: this folder does not exist"),
        (("--publish", "tidak/ada.db"), "tidak/ada.db: its folder does not exist"),
        (("--systemd", "tidak/ada"), "tidak/ada: this folder does not exist"),
        (("--secrets", "rahasia"), "rahasia: no such file"),
        (("--systemd", ".", "--output", "x"), "--output is cron's"),
        (("--systemd", ".", "--mail", "a@contoh.id"), "--mail and --log are cron's"),
        (("--user", "pantau"), "--user is systemd's"),
        (("--records-days", "5"), "--records-days 5"),
        (("--log", "x" * 900 + ".log"), "cron reads 998"),
        (("--log", "tidak/ada.log"), "tidak/ada.log: its folder does not exist"),
        (("--catalogue", "tidakada.toml"), "tidakada.toml: no such catalogue"),
    ],
)
def test_what_cron_cannot_do_is_refused(english, arguments, complaint):
    run = english("schedule", *arguments)
    assert (run.returncode, run.stdout) == (2, "")
    assert complaint in run.stderr


@pytest.mark.parametrize("arguments", [("--backup", "tidak/ada"), ("--every", "7"), ("--catalogue", "tidakada.toml")])
def test_what_is_refused_leaves_the_file_of_before_as_it_was(pantau, tmp_path, arguments):
    file = tmp_path / "pantau.cron"
    run = pantau("schedule", "--output", file)
    assert (run.returncode, run.stdout) == (0, "")
    before = file.read_text(encoding="utf-8")
    assert before == pantau("schedule").stdout
    assert pantau("schedule", "--output", file, *arguments).returncode == 2
    assert file.read_text(encoding="utf-8") == before
    assert pantau("schedule", "--output", tmp_path / "tidak" / "ada.cron").returncode == 2


@pytest.mark.parametrize("arguments", [(), ("--output", "pantau.cron"), ("--systemd", "unit")])
def test_no_lines_for_a_database_that_is_not_there_or_not_ours(english, tmp_path, arguments):
    (tmp_path / "unit").mkdir()
    (tmp_path / "lain.db").write_text("bukan basis data " * 100, encoding="utf-8")
    for name, complaint in (("tidakada.db", "no such database"), ("lain.db", "file is not a database")):
        run = english("--db", name, "schedule", *arguments)
        assert (run.returncode, run.stdout) == (2, "") and complaint in run.stderr
    assert not (tmp_path / "pantau.cron").exists() and not list((tmp_path / "unit").iterdir())


def test_the_log_has_times_and_is_rotated(tmp_path):
    file = tmp_path / "a.log"
    command = [sys.executable, "-m", "pipelines.logfile", str(file), "--max-bytes", "2000", "--keep", "2"]
    text = "".join(f"baris {number} \xff\n" for number in range(200)).encode("latin-1")
    subprocess.run(command, input=text, check=True, env=os.environ | {"PYTHONPATH": str(ROOT)})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.log", "a.log.1", "a.log.2"]
    lines = file.read_text(encoding="utf-8").splitlines()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4} baris 199 \ufffd", lines[-1])
    assert all(path.stat().st_size <= 2000 for path in tmp_path.iterdir())


def everything(folder):
    """The options for every line; their files and folders are made in `folder`."""
    for name in ("kliping", "cadangan"):
        (folder / name).mkdir(parents=True)
    (folder / "rahasia").write_text("UJI_JALUR='rahasia-dari-berkas'\n", encoding="utf-8")
    connect(folder / "uji.db").close()
    return [
        "--archive-days",
        "90",
        "--records-days",
        "90",
        "--secrets",
        str(folder / "rahasia"),
        "--clip",
        str(folder / "kliping"),
        "--backup",
        str(folder / "cadangan"),
        "--publish",
        str(folder / "publik.db"),
    ]


def test_every_line_runs_in_the_shell_that_cron_starts(pantau, tmp_path):
    """As cron hands it to sh: in another folder, with the environment of the crontab's own lines and no other."""
    folder = tmp_path / AWKWARD
    (tmp_path / "uji.db").unlink(missing_ok=True)
    run = pantau("--db", folder / "uji.db", "schedule", *everything(folder))
    settings = dict(line.split("=", 1) for line in run.stdout.splitlines() if re.match(r"[A-Z_]+=", line))
    commands = [line.split(None, 5)[5].replace(r"\%", "%") for line in fields(run.stdout)]
    assert [re.search(r"uji.db' (\w+)", command)[1] for command in commands] == [
        "crawl",
        "watch",
        "clip",
        "publish",
        "backup",
        "prune",
        "clip",
        "status",
    ]
    for command in commands[1:]:
        if " clip " in command and find_library("pangoft2-1.0") is None:
            continue
        done = subprocess.run(["/bin/sh", "-c", command], env=settings, cwd="/", capture_output=True, text=True)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), command
    assert "0 berkas arsip dihapus" in (folder / "uji.log").read_text(encoding="utf-8")
    assert (folder / "publik.db").exists() and len(list((folder / "cadangan").glob("uji-[1-7].db"))) == 1


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_takes_the_units(pantau, tmp_path):
    """`systemd-analyze verify` reads every unit without a complaint, and every calendar means what cron's fields do."""
    folder = tmp_path / AWKWARD
    options = everything(folder)
    (folder / "unit").mkdir()
    run = pantau("--db", folder / "uji.db", "schedule", *options, "--systemd", folder / "unit", "--user", "pantau")
    assert run.returncode == 0, run.stderr
    files = run.stdout.splitlines()
    assert len(files) == 16 and all(Path(file).is_file() for file in files)
    verified = subprocess.run(["systemd-analyze", "verify", *files], capture_output=True, text=True)
    assert (verified.returncode, verified.stderr) == (0, "")
    calendars = {}
    for every in ("1", "15", "60", "360", "1440"):
        pantau("--db", folder / "uji.db", "schedule", "--every", every, "--systemd", folder / "unit")
        timer = (folder / "unit" / "pantau-rayap.timer").read_text(encoding="utf-8")
        calendar = re.search(r"^OnCalendar=(.*)$", timer, re.MULTILINE)[1]
        said = subprocess.run(["systemd-analyze", "calendar", calendar], capture_output=True, text=True, check=True)
        calendars[every] = re.search(r"Normalized form: (.*)", said.stdout)[1]
    assert calendars == {
        "1": "*-*-* *:*:00",
        "15": "*-*-* *:00/15:00",
        "60": "*-*-* *:00:00",
        "360": "*-*-* 00/6:00:00",
        "1440": "*-*-* 00:00:00",
    }


def cron_missing() -> str | None:
    """Why the test with a real cron cannot run here; None when it can."""
    if not os.environ.get("PANTAU_TEST_CRON"):
        return "PANTAU_TEST_CRON is not set (.ci/run sets it when it has installed cron)"
    if os.geteuid() != 0:
        return "starting cron needs root"
    return next((f"{name} is not installed" for name in ("cron", "crontab") if not shutil.which(name)), None)


@contextmanager
def running_cron(text: str, folder: Path):
    """Debian's cron with `text` as our crontab; the crontab that was there before comes back afterwards."""
    before = subprocess.run(["crontab", "-l"], capture_output=True, text=True, check=False)
    (folder / "crontab").write_text(text, encoding="utf-8")
    subprocess.run(["crontab", str(folder / "crontab")], check=True)
    daemon = subprocess.Popen(["cron", "-f"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)
    try:
        time.sleep(0.2)
        if daemon.poll() is not None:
            complaint = daemon.stderr.read().decode().strip()
            if "can't lock" not in complaint:  # else the system's own cron is running, and reads our crontab too
                pytest.skip(f"cron does not start: {complaint}")
        yield
    finally:
        if before.returncode == 0:
            subprocess.run(["crontab", "-"], input=before.stdout, text=True, check=True)
        else:
            subprocess.run(["crontab", "-r"], check=True)
        if daemon.poll() is None:
            daemon.send_signal(signal.SIGTERM)
        daemon.communicate(timeout=10)


@pytest.mark.timing
@pytest.mark.slow
@pytest.mark.skipif(cron_missing() is not None, reason=cron_missing() or "")
def test_debians_cron_runs_the_lines(tmp_path, webhook):
    """Installed as printed, but every minute: cron crawls, sends, clips, copies, and obeys awkward paths."""
    folder = tmp_path / AWKWARD
    options = everything(folder)
    database = connect(folder / "uji.db")
    add_watch(database.conn, "uji", {"query": "jengkol"}, [webhook.address + "/${UJI_JALUR}"])
    with transaction(database.conn):
        save(database.conn, TaggedArticle(make_article(text="Harga jengkol naik lagi."), None))
    database.close()
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PANTAU_CONTACT": "humas'uji%100@contoh.id"}
    with serve() as site:
        site.article("/berita/1", "Berita yang diambil oleh cron")
        site.answers["/umpan"] = Answer(feed(site, "/berita/1"), content_type="application/xml", etag='"1"')
        discover = f'{{ method = "feed", url = "{site.address}/umpan" }}'
        (folder / "katalog.toml").write_text(catalogue(site, discover), encoding="utf-8")
        command = [
            sys.executable,
            "-m",
            "pipelines.cli",
            "--db",
            str(folder / "uji.db"),
            "schedule",
            *options,
            "--catalogue",
            str(folder / "katalog.toml"),
        ]
        printed = subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout
        printed = re.sub(r"^[*\d]\S*( \S+){4}", "* * * * *", printed, flags=re.MULTILINE)
        log = folder / "uji.log"
        wanted = ["1 artikel baru", "uji: json:", "berkas arsip dihapus"]
        files = ["publik.db", "cadangan/uji-[1-7].db"]
        if find_library("pangoft2-1.0"):
            files.append("kliping/kliping-*.pdf")

        def missing():
            text = log.read_text(encoding="utf-8") if log.exists() else ""
            return [word for word in wanted if word not in text] + [f for f in files if not list(folder.glob(f))]

        deadline = time.monotonic() + 120
        with running_cron(printed, tmp_path):
            while time.monotonic() < deadline and missing():
                time.sleep(0.5)
        agents = {headers["User-Agent"] for *_, headers in site.log}
    text = log.read_text(encoding="utf-8") if log.exists() else ""
    assert missing() == [], (text, sorted(path.name for path in folder.iterdir()))
    assert re.search(r"^\d{4}-\d\d-\d\dT\S+ 1 halaman dibaca: 1 artikel baru", text, re.MULTILINE), text
    connection = sqlite3.connect(folder / "uji.db")
    titles = connection.execute("SELECT title FROM articles ORDER BY id").fetchall()
    connection.close()
    assert titles[1:] == [("Berita yang diambil oleh cron",)]
    assert {agent.partition("; +")[2] for agent in agents} == {"humas'uji%100@contoh.id)"}
    assert [path for path, _ in webhook.received] == ["/kait/rahasia-dari-berkas"]  # one message, however many runs


def test_hot_sources_have_a_line_of_their_own_and_watches_every_minute(tmp_path):
    """For cron and for systemd: the look at hot sources knows the watches' secrets, since it sends what they found."""
    secrets = tmp_path / "rahasia"
    secrets.write_text("A='b'\n")
    plan = Schedule(tmp_path / "uji.db", hot=True, watch_every=5, secrets=secrets)
    _, hot, watch, *_ = fields(crontab(plan))
    assert hot.startswith("*/2 * * * * set -a; . ") and " crawl --hot --max-minutes 2 2>&1 | " in hot
    assert watch.startswith("* * * * * set -a; ")
    found = units(plan, "pantau")
    assert "OnCalendar=*:0/2\n" in found["pantau-panas.timer"]
    service = found["pantau-panas.service"]
    assert "crawl --hot --max-minutes 2\n" in service and "SuccessExitStatus=1 75" in service
    assert f"EnvironmentFile={secrets}" in service
    cold = crontab(Schedule(tmp_path / "uji.db", watch_every=5))
    assert "--hot" not in cold and "*/5 * * * *" in cold
