"""Settings: who wins, what is refused and how, where they reach, and that the table, the code and the docs agree."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from crawler.catalogue import Discovery, Source
from crawler.hours import VARIABLE as POLITE_HOURS
from crawler.records import CrawlReport, SourceCounts
from pipelines.database.open import connect
from pipelines.desk.watch.address import with_secrets
from pipelines.errors import UserError
from pipelines.operate.cron import Schedule, crontab
from pipelines.operate.systemd import units
from pipelines.scale.attempt import attempt
from pipelines.scale.shards import Work, shards_folder, write_shard
from pipelines.settings.load import load, remote
from pipelines.settings.table import SETTINGS, TABLE
from tests.conftest import ROOT
from tests.crawler.server import Answer, catalogue, feed, serve

NOWHERE = Path("/tidak/ada/pantau.db")
# A value of every setting that a crontab carries, as its variable may have it.
SAMPLES = {
    "contact": "https://contoh.go.id/pantau%20uji",
    "polite_hours": "22-05",
    "first_days": "14",
    "browser": "1",
    "chromium": "peramban/chromium",
    "isu.days": "5",
    "isu.alert_articles": "8",
    "catalogue": "katalog.toml",
    "mail": "mailtos://pantau:${SANDI}@surel.contoh.id?from=pantau@contoh.id",
    "webhook_hosts": "obrolan.contoh.lan",
    "sso.header": "X-Pengguna",
    "sso.proxies": "10.0.0.2",
    "sources": "sumber kami",
    "corrections": "koreksi.toml",
    "public_url": "https://pantau.contoh.go.id",
    "log": "info",
    "plain": "1",
    "ping": "https://detak.contoh.id/uuid%20uji",
    "limits.pages": "7",
    "retention.archive_days": "90",
    "retention.records_days": "120",
    "clip.institution": 'Dinas "Uji" 100%',
    "clip.address": "Jalan Uji 1",
    "clip.templates": "kop",
    "report.institutions": "Dinas Uji; Badan Uji",
    "report.address": "https://pantau.example",
    "schedule.report": "laporan",
}
SECRETS = {
    "PANTAU_SECRET": "tanda-tangan-rahasia",
    "PANTAU_LOGIN_ANI": "hash-rahasia",
    "PANTAU_RECEIVER_HUMAS": "json://rahasia",
}


def write(folder, text, name="pantau.toml"):
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def texts(settings):
    return {held.key: (held.text, held.origin) for held in settings.held}


def environment(folder, **more):
    """What a command finds that is started in `folder` with the database uji.db there, and no setting but these."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("PANTAU_")}
    return kept | {"PYTHONPATH": str(ROOT), "PANTAU_DB": str(folder / "uji.db")} | more


def pantau(folder, *words, **more):
    return subprocess.run(
        [sys.executable, "-m", "pipelines.cli", *map(str, words)],
        cwd=folder,
        capture_output=True,
        text=True,
        env=environment(folder, **more),
        timeout=60,
    )


def test_an_option_wins_over_a_variable_over_the_file_over_the_default(tmp_path):
    crawl = re.compile(r"^(\S+) \* \* \* \* .* crawl ", re.MULTILINE)
    connect(tmp_path / "uji.db").close()
    assert crawl.search(pantau(tmp_path, "schedule").stdout)[1] == "*/15"
    write(tmp_path, "[schedule]\nevery = 20\n")
    assert crawl.search(pantau(tmp_path, "schedule").stdout)[1] == "*/20"
    assert crawl.search(pantau(tmp_path, "schedule", PANTAU_SCHEDULE_EVERY="30").stdout)[1] == "*/30"
    assert crawl.search(pantau(tmp_path, "schedule", "--every", "10", PANTAU_SCHEDULE_EVERY="30").stdout)[1] == "*/10"
    assert (
        crawl.search(pantau(tmp_path, "schedule", PANTAU_SCHEDULE_EVERY="").stdout)[1] == "*/15"
    )  # empty: the default


def test_the_file_is_the_one_named_or_the_one_beside_the_database(tmp_path):
    (tmp_path / "lain").mkdir()
    write(tmp_path, 'contact = "a@beside.id"\n')
    other = write(tmp_path / "lain", 'contact = "a@named.id"\ndatabase = "data.db"\ncorrections = "../k.toml"\n')
    held = texts(load(None, tmp_path / "uji.db", {}))
    assert held["contact"] == ("a@beside.id", "file") and held["database"] == ("pantau.db", "default")
    held = texts(load(other, tmp_path / "uji.db", {}))
    assert held["contact"] == ("a@named.id", "file")
    assert held["database"] == (str(tmp_path / "lain" / "data.db"), "file")  # from the file's folder on
    assert Path(held["corrections"][0]).resolve() == tmp_path / "k.toml"
    connect(tmp_path / "lain" / "data.db").close()
    bare = environment(tmp_path) | {"PANTAU_CONFIG": str(other)}
    del bare["PANTAU_DB"]
    run = subprocess.run([sys.executable, "-m", "pipelines.cli", "status"], cwd="/", env=bare, capture_output=True)
    assert run.returncode == 0, run.stderr
    assert load(None, NOWHERE, {}).file is None
    with pytest.raises(UserError, match="no such settings file"):
        load(NOWHERE, NOWHERE, {})


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("contact = 5", r"contact = 5: wanted: a mail address"),
        ('contact = ""', r"contact = '': wanted: a mail address"),
        ('mail = "mailtos://a:rahasia@b.id"', r"mail: wanted: mailtos://NAME:\$"),
        ('mail = "mailtos://a@b.id?pass=rahasia"', r"mail: wanted: mailtos://NAME:\$"),
        ('contact = "humas"', r"contact = 'humas': wanted: a mail address"),
        ('[clip]\naddress = "a\\nb"', r"clip.address = 'a\\nb': wanted: a text on one line"),
        ('polite_hours = "25-3"', r"polite_hours = '25-3': wanted: two different hours .* 22-05"),
        ('public_url = "pantau.go.id"', r"public_url = 'pantau.go.id': wanted: https://"),
        ('public_url = "https://x.id/pantau"', r"public_url = .*: wanted: https://.*without a path"),
        ('log = "loud"', r"log = 'loud': wanted: error, warning, info or debug"),
        ('plain = "ya"', r"plain = 'ya': wanted: true or false"),
        ("[limits]\npages = 0", r"limits.pages = 0: wanted: a whole number, 1 or more"),
        ("[limits]\npages = true", r"limits.pages = True: wanted: a whole number"),
        ('[limits]\npages = "5"', r"limits.pages = '5': wanted: a whole number"),
        ("[retention]\nrecords_days = 5", r"retention.records_days = 5: wanted: .*60 or more"),
        ("retention = 5", r"retention: wanted: a table, \[retention\]"),
        ("contact = {a = 1}", r"contact = .*: wanted: a mail"),
        (
            'contcat = "x"',
            r"unknown key 'contcat' \(did you mean contact\?\); allowed there: .*polite_hours.*\[retention\]",
        ),
        ("archive_days = 5", r"unknown key 'archive_days' \(did you mean retention.archive_days\?\)"),
        ("[retensi]\nx = 1", r"unknown key 'retensi' \(did you mean retention\?\); allowed there: "),
        (
            "[retention]\narchive = 5",
            r"unknown key 'retention.archive' .*; allowed in \[retention\]: archive_days, records_days",
        ),
        ("[users]\nANI = '${A}'", r"key 'users.ANI': wanted: a name of small letters"),
        ("bukan toml", r"cannot be read as TOML: .*line 1"),
    ],
)
def test_what_is_wrong_is_named_with_file_key_and_what_is_wanted(tmp_path, text, complaint):
    file = write(tmp_path, text)
    with pytest.raises(UserError, match=re.escape(f"{file}: ") + ".*" + complaint):
        load(None, tmp_path / "uji.db", {})


def test_a_mistake_ends_every_command_with_one_line(tmp_path):
    write(tmp_path, "[retention]\narchive_day = 5\n")
    run = pantau(tmp_path, "sources", "list")
    assert (run.returncode, run.stdout) == (2, "")
    assert len(run.stderr.splitlines()) == 1 and "mungkin maksudnya retention.archive_days?" in run.stderr
    run = pantau(tmp_path.parent, "sources", "list", PANTAU_POLITE_HOURS="malam")
    assert run.returncode == 2 and "PANTAU_POLITE_HOURS='malam': seharusnya dua jam yang berbeda" in run.stderr
    assert pantau(tmp_path, "--help").returncode == pantau(tmp_path, "--version").returncode == 0


@pytest.mark.parametrize(
    "text",
    ['secret = "X"', '[users]\nani = "X"', '[users]\nani = "a${B}X"', '[receivers]\nh = "tgram://X/-1"', 'users = "X"'],
)
def test_a_secret_that_is_written_out_is_refused_and_not_repeated(tmp_path, text):
    write(tmp_path, text.replace("X", "kata-sandi"))
    run = pantau(tmp_path, "config")
    assert run.returncode == 2 and "seharusnya " in run.stderr
    assert "kata-sandi" not in run.stdout + run.stderr


def test_secrets_come_from_the_variables_that_the_file_names(tmp_path):
    write(
        tmp_path,
        'secret = "${TANDA}"\n[users]\nani = "${SANDI_ANI}"\n[receivers]\nhumas = "json://u:${SUREL}@x/"\n',
    )
    found = {"TANDA": "t" * 24, "SUREL": "s"}
    settings = load(None, tmp_path / "uji.db", found)
    made = dict(found)
    settings.export(made)
    assert made["PANTAU_SECRET"] == "t" * 24
    assert made["PANTAU_RECEIVER_HUMAS"] == "json://u:${SUREL}@x/"  # its secret is read when something is sent
    assert "PANTAU_LOGIN_ANI" not in made
    settings.demand("secret", "receivers.nobody")
    with pytest.raises(UserError, match=r"users\.ani: the environment variable SANDI_ANI is not set"):
        settings.demand("secret", "users")
    connect(tmp_path / "uji.db").close()
    run = pantau(tmp_path, "serve", "--login", "--port", "0", TANDA="t" * 24)
    assert run.returncode == 2 and "users.ani: variabel lingkungan SANDI_ANI belum diisi" in run.stderr


def test_a_receiver_of_the_file_gets_its_secret_when_something_is_sent(monkeypatch):
    monkeypatch.setenv("PANTAU_RECEIVER_HUMAS", "json://u:${SUREL}@x/")
    with pytest.raises(UserError, match="SUREL is not set"):
        with_secrets("${PANTAU_RECEIVER_HUMAS}")
    monkeypatch.setenv("SUREL", "pa${PANTAU_RECEIVER_HUMAS}ss")  # what a secret holds is taken as it is
    assert with_secrets("${PANTAU_RECEIVER_HUMAS}") == "json://u:pa${PANTAU_RECEIVER_HUMAS}ss@x/"


def test_config_says_what_holds_and_who_said_it(tmp_path):
    write(
        tmp_path,
        'contact = "humas@contoh.go.id"\npolite_hours = "22-05"\n[users]\nani = "${SANDI_ANI}"\nbudi = "${TIDAK_ADA}"\n',
    )
    run = pantau(tmp_path, "config", "--json", SANDI_ANI="hash-rahasia", PANTAU_POLITE_HOURS="20-04", **SECRETS)
    assert run.returncode == 0, run.stderr
    rows = {row["key"]: row for row in map(json.loads, run.stdout.splitlines())}
    said = {key: (row["value"], row["from"]) for key, row in rows.items()}
    assert said["contact"] == ("humas@contoh.go.id", "pantau.toml: contact")
    assert said["polite_hours"] == ("20-04", "variabel PANTAU_POLITE_HOURS")
    assert said["schedule.every"] == ("15", "bawaan")
    assert said["database"] == (str(tmp_path / "uji.db"), "variabel PANTAU_DB")
    assert said["users.budi"][0] == "(tidak ada: variabel TIDAK_ADA belum diisi)"
    assert said["users.ani"][1] == "variabel PANTAU_LOGIN_ANI"
    table = pantau(tmp_path, "--db", "lain.db", "config", SANDI_ANI="hash-rahasia", PANTAU_CONTCAT="x", **SECRETS)
    assert "opsi --db" in table.stdout and "berkas: " in table.stderr
    assert "variabel PANTAU_CONTCAT bukan pengaturan Pantau" in table.stderr
    for output in (run.stdout, run.stderr, table.stdout, table.stderr):
        assert "rahasia" not in output.replace("Rahasia", "").replace("rahasia bagi pantauan", "")


def scheduled(folder, *words, **more):
    """(environment lines, commands) of the crontab, and what the units say."""
    (folder / "unit").mkdir(exist_ok=True)
    connect(folder / "uji.db").close()
    run = pantau(folder, "schedule", "--publish", "publik.db", *words, **more)
    assert run.returncode == 0, run.stderr
    units = pantau(folder, "schedule", "--publish", "publik.db", *words, "--systemd", "unit", **more)
    assert units.returncode == 0, units.stderr
    lines = run.stdout.splitlines()
    settings = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))
    services = [
        Path(folder / file).read_text(encoding="utf-8") for file in units.stdout.split() if file.endswith("service")
    ]
    return settings, [line.split(None, 5)[5] for line in lines if re.match(r"[*\d]", line)], services


@pytest.mark.parametrize("key", [s.key for s in TABLE if s.carried])
def test_schedule_carries_every_variable_that_is_set(tmp_path, monkeypatch, key):
    """Every one but secrets, the database (--db) and the schedule's own: a new setting without a sample fails here."""
    monkeypatch.chdir(tmp_path)
    setting, text = SETTINGS[key], SAMPLES[key]
    carried = load(None, tmp_path / "uji.db", {setting.variable: text, **SECRETS}).carried()
    plan = Schedule(tmp_path / "uji.db", variables=carried)
    lines = dict(line.split("=", 1) for line in crontab(plan).splitlines() if re.match(r"[A-Z_]+=", line))
    services = [unit for name, unit in units(plan, "pantau").items() if name.endswith(".service")]
    wanted = str(tmp_path / text) if setting.kind.path else text
    assert lines[setting.variable][1:-1] == wanted
    assert services and all(
        f"{setting.variable}={wanted}".replace("%", "%%").replace('"', '\\"') in s for s in services
    )
    assert "rahasia" not in "".join([*lines.values(), *services])


def test_schedule_tells_every_command_the_file_and_leaves_what_it_says_to_it(tmp_path):
    file = write(
        tmp_path,
        'contact = "humas@contoh.id"\n[retention]\narchive_days = 90\n[schedule]\nmail = "a@contoh.id"\nwatch_every = 0\n',
    )
    settings, commands, services = scheduled(tmp_path)
    assert settings["MAILTO"] == '"a@contoh.id"' and "PANTAU_CONTACT" not in settings
    assert [shlex.split(c)[shlex.split(c).index("--db") + 2] for c in commands] == [
        "crawl",
        "publish",
        "prune",
        "status",
    ]
    assert all(f"--config {file} --db {tmp_path / 'uji.db'}" in text for text in [*commands, *services])
    assert "prune 2>&1" in commands[2]  # what to keep is read when it runs
    assert "prune --archive-days 0 2>&1" not in "".join(commands)
    _, commands, _ = scheduled(tmp_path, "--records-days", "80")
    assert "prune --records-days 80 2>&1" in commands[2]
    _, commands, _ = scheduled(tmp_path, "--archive-days", "0")
    assert not [command for command in commands if " prune" in command]


def elsewhere(hours=timezone(timedelta(hours=7))):
    """Polite hours that are not now: two hours that begin in two."""
    hour = datetime.now(UTC).astimezone(hours).hour
    return f"{(hour + 2) % 24}-{(hour + 4) % 24}"


@pytest.mark.parametrize("said_by", ["variable", "file"])
def test_the_crawl_that_cron_starts_keeps_the_polite_hours(tmp_path, said_by):
    """The crawl's line in the shell that cron starts, with the crontab's environment and no other."""
    more = {POLITE_HOURS: elsewhere()} if said_by == "variable" else {}
    if said_by == "file":
        write(tmp_path, f'polite_hours = "{elsewhere()}"\n')
    with serve() as site:
        site.answers["/umpan"] = Answer(feed(site))
        write(tmp_path, catalogue(site, f'{{ method = "feed", url = "{site.address}/umpan" }}'), "katalog.toml")
        settings, commands, _ = scheduled(tmp_path, "--catalogue", "katalog.toml", **more)
        bare = {name: text[1:-1] if text[0] in "\"'" else text for name, text in settings.items()}
        subprocess.run(["/bin/sh", "-c", commands[0]], env=bare | {"PYTHONPATH": str(ROOT)}, cwd="/", timeout=60)
        assert site.log == []
    assert "di luar jam pengambilan" in (tmp_path / "uji.log").read_text(encoding="utf-8")


def test_the_crawls_child_sees_what_the_file_says(tmp_path):
    with serve() as site:
        for number in range(3):
            site.article(f"/berita/{number}", f"Berita nomor {number} dari pasar")
        site.answers["/umpan"] = Answer(feed(site, *[f"/berita/{n}" for n in range(3)]))
        write(tmp_path, catalogue(site, f'{{ method = "feed", url = "{site.address}/umpan" }}'), "k.toml")
        write(tmp_path, 'contact = "humas@contoh.go.id"\ncatalogue = "k.toml"\n[limits]\npages = 2\n')
        run = pantau(tmp_path, "crawl")
        assert run.returncode == 0, run.stderr
        assert {headers["User-Agent"].partition("+")[2].rstrip(")") for *_, headers in site.log} == {
            "humas@contoh.go.id"
        }
        assert sum("/berita/" in path for _, path, *_ in site.log) == 2  # limits.pages


def test_feeds_link_to_the_address_that_readers_use(tmp_path, monkeypatch, open_site):
    connect(tmp_path / "uji.db").close()

    def linked():
        app = open_site(tmp_path / "uji.db")
        return re.findall(r'href="([^"]*)"', asyncio.run(app.client.get("/umpan.xml")).text)

    monkeypatch.setenv("PANTAU_PUBLIC_URL", "")
    assert linked() and all(link.startswith("http://localhost") for link in linked())  # as the request has it
    monkeypatch.setenv("PANTAU_PUBLIC_URL", "https://pantau.contoh.go.id/")
    assert linked() and all(re.match(r"https://pantau\.contoh\.go\.id/\w", link) for link in linked())


def test_a_crawl_on_another_machine_has_the_settings_of_the_run_unless_it_has_its_own(tmp_path, monkeypatch):
    wanted = {"PANTAU_CONTACT": "humas@contoh.id", "PANTAU_POLITE_HOURS": "0-24"}
    assert remote(wanted | SECRETS | {"PANTAU_CORRECTIONS": "koreksi.toml"}) == wanted
    source = Source("uji", "Uji", "media", "https://uji.example/", (Discovery("feed", "https://uji.example/umpan"),))
    folder = shards_folder(tmp_path / "arsip") / "1" / "0"
    with closing(connect(tmp_path / "uji.db").conn) as connection:
        write_shard(connection, folder, Work(1, (source,), tmp_path / "arsip", None, None, wanted))
    seen = {}

    def crawl(*_, **__):
        seen.update({name: os.environ[name] for name in wanted})
        return CrawlReport("done", {"uji": SourceCounts()})

    monkeypatch.setattr("pipelines.scale.attempt.crawl", crawl)
    monkeypatch.setenv("PANTAU_CONTACT", "x")
    monkeypatch.delenv("PANTAU_CONTACT")
    monkeypatch.setenv("PANTAU_POLITE_HOURS", "1-23")
    attempt(folder, "w1")
    assert seen == {"PANTAU_CONTACT": "humas@contoh.id", "PANTAU_POLITE_HOURS": "1-23"}


def test_the_letterhead_of_the_kliping(tmp_path):
    connect(tmp_path / "uji.db").close()
    write(tmp_path, '[clip]\ninstitution = "Dinas Uji <Coba>"\naddress = "Jalan Uji 1"\n')
    assert pantau(tmp_path, "clip", "--format", "html", "--output", "k.html").returncode == 0
    html = (tmp_path / "k.html").read_text(encoding="utf-8")
    assert '<p class="lembaga">Dinas Uji &lt;Coba&gt;</p>' in html and '<p class="alamat">Jalan Uji 1</p>' in html
    run = pantau(tmp_path, "clip", "--format", "html", PANTAU_CLIP_TEMPLATES=str(tmp_path / "hilang"))
    assert run.returncode == 2 and "hilang" in run.stderr
    (tmp_path / "milik").mkdir()
    write(tmp_path / "milik", "kop kami sendiri", "kop.html")
    write(tmp_path, '[clip]\ntemplates = "milik"\n')
    assert pantau(tmp_path, "clip", "--format", "html", "--output", "k.html").returncode == 0
    assert "kop kami sendiri" in (tmp_path / "k.html").read_text(encoding="utf-8")


def test_prune_reads_how_long_to_keep(tmp_path):
    connect(tmp_path / "uji.db").close()
    assert pantau(tmp_path, "prune").returncode == 2
    write(tmp_path, "[retention]\narchive_days = 90\n")
    run = pantau(tmp_path, "prune")
    assert run.returncode == 0 and "berkas arsip dihapus" in run.stderr and "catatan perayapan" not in run.stderr
    assert pantau(tmp_path, "prune", "--archive-days", "0").returncode == 2  # 0: for ever
    run = pantau(tmp_path, "prune", "--records-days", "5")
    assert run.returncode == 2 and "--records-days 5: seharusnya " in run.stderr
