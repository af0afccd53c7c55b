"""`pantau schedule`: what runs when, as crontab lines; pipelines/operate/systemd.py has the same as systemd's units.

Format: crontab(5) of Debian's cron. The lines name everything absolutely and set their own environment, since cron
starts in the home directory with almost none.
"""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.errors import UserError

HOUR, DAY = 60, 24 * 60  # minutes
SHARE = 0.8  # fetching may take this share of the time between two runs; the rest is for reading what was fetched
PATH = "/usr/local/bin:/usr/bin:/bin"
LOCALE = "C.UTF-8"  # every Debian has it
LONGEST = 998  # characters that a command may have; cron's MAX_COMMAND is 1000 with its end
# When things run whose times nobody chooses, for cron and for systemd. A snapshot copies the whole database.
HOT, HOT_MINUTES = ("*/2 * * * *", "*:0/2"), 2
SNAPSHOT = ("*/30 * * * *", "*:0/30")
BACKUP = ("10 2 * * *", "02:10")
PRUNE = ("23 3 * * *", "03:23")
CLIP = ("30 5 * * *", "05:30")
DUE = ("35 5-11 * * *", "05..11:35")  # who failed is tried again every hour of the morning
WEEKLY = ("40 5 * * 1", "Mon 05:40")
MONTHLY = ("50 5 1 * *", "*-*-01 05:50")
CHECK = ("0 7 * * *", "07:00")


@dataclass(frozen=True, slots=True)
class Schedule:
    """What to run and how often. What is None or 0 is left out of the lines.

    config     the settings file, which every command is told
    variables  settings of the environment, name -> text, which cron and systemd would not pass on
    prune      whether anything is to be removed, by these days or by the settings (0 days: kept for ever)
    """

    database: Path
    config: Path | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    every: int = 15
    catalogue: Path | None = None
    log: Path | None = None
    prune: bool = False
    archive_days: int | None = None
    records_days: int | None = None
    mail: str | None = None
    watch_every: int = 0
    secrets: Path | None = None  # a file of NAME='value' lines: the environment of the watches
    clip: Path | None = None  # a folder
    report: Path | None = None  # a folder
    report_to: str = ""  # receivers, separated by commas
    backup: Path | None = None  # a folder
    publish: Path | None = None  # a file
    hot: bool = False  # whether some source is hot


@dataclass(frozen=True, slots=True)
class Job:
    """One command and its times.

    name      of systemd's unit, after "pantau-"
    says      what it is for, in Indonesian
    cron      its times as cron's five fields
    calendar  its times as systemd's OnCalendar
    words     the command and its arguments
    folder    where it starts
    secrets   a file of NAME='value' lines: its environment
    quiet     whether it says nothing when all is well: what it says is for a person then, not for the log
    """

    name: str
    says: str
    cron: str
    calendar: str
    words: list[str]
    folder: Path | None = None
    secrets: Path | None = None
    quiet: bool = False


def jobs(schedule: Schedule) -> list[Job]:
    """Everything that runs. Raises UserError for an interval that cron cannot keep, or a folder that is not there."""
    database = schedule.database.absolute()
    for file in (database, schedule.publish):
        if file and not file.absolute().parent.is_dir():
            raise UserError(f"{file}: its folder does not exist; create it or give another path")
    if schedule.secrets and not schedule.secrets.is_file():
        raise UserError(f"{schedule.secrets}: no such file; create it (mode 600) or give another path")
    for folder in (schedule.clip, schedule.report, schedule.backup):
        if folder and not folder.is_dir():
            raise UserError(f"{folder}: this folder does not exist; create it or give another path")
    config = ["--config", str(schedule.config.absolute())] if schedule.config else []
    pantau = [*_program(), *config, "--db", str(database)]
    quiet = [*_program(), "-q", *config, "--db", str(database)]  # cron mails what they say
    crawl = [*pantau, "crawl", "--max-minutes", f"{max(1, int(schedule.every * SHARE))}"]
    if schedule.catalogue:
        crawl += ["--catalogue", str(schedule.catalogue.absolute())]
    prune = [*pantau, "prune"]
    for option, days in (("--archive-days", schedule.archive_days), ("--records-days", schedule.records_days)):
        prune += [option, str(days)] if days is not None else []
    times = _times("--every", schedule.every)
    found = [Job("rayap", "Perayapan; yang tumpang tindih berhenti sendiri (75).", *times, crawl)]
    secrets = schedule.secrets and schedule.secrets.absolute()
    if schedule.hot:
        look = [*pantau, "crawl", "--hot", "--max-minutes", str(HOT_MINUTES)]
        look += crawl[crawl.index("--catalogue") :] if schedule.catalogue else []
        says = "Sumber panas ditengok; yang baru langsung ke pantauan."
        found.append(Job("panas", says, *HOT, look, secrets=secrets))
    if schedule.watch_every:
        # What an ordinary run finds at its hot sources is sent by this line.
        times = _times("--watch-every", 1 if schedule.hot else schedule.watch_every)
        watch = [*pantau, "watch", "run"]
        found.append(Job("pantauan", "Pantauan yang tersimpan: yang baru dikirim.", *times, watch, secrets=secrets))
        due = [*pantau, "clip", "--due"]
        says = "Kliping pagi dari pantauan yang memintanya, dan meja tiap orang, ke penerimanya."
        found.append(Job("kliping-pagi", says, *DUE, due, secrets=secrets))
    if schedule.publish:
        output = str(schedule.publish.absolute())
        found.append(Job("potret", "Salinan untuk umum.", *SNAPSHOT, [*pantau, "publish", "--output", output]))
    if schedule.backup:
        backup = [*quiet, "backup", str(schedule.backup.absolute())]
        found.append(Job("cadangan", "Cadangan, satu untuk tiap hari dalam sepekan.", *BACKUP, backup, quiet=True))
    if schedule.prune:
        found.append(Job("hapus", "Yang lebih tua dari ini dihapus, sekali sehari.", *PRUNE, prune))
    if schedule.clip:
        clip = [*pantau, "clip", "--date", "yesterday"]
        found.append(Job("kliping", "Kliping kemarin.", *CLIP, clip, folder=schedule.clip.absolute()))
    if schedule.report:
        folder = schedule.report.absolute()
        to = [word for name in schedule.report_to.split(",") if name.strip() for word in ("--to", name.strip())]
        for kind, says, times in (("week", "Laporan mingguan.", WEEKLY), ("month", "Laporan bulanan.", MONTHLY)):
            made = [*pantau, "report", f"--{kind}", *to]
            found.append(Job(f"laporan-{kind}", says, *times, made, folder=folder, secrets=secrets if to else None))
    check = [*quiet, "status", "--problems"]
    found.append(Job("periksa", "Sekali sehari: sumber yang perlu dilihat.", *CHECK, check, quiet=True))
    return found


def crontab(schedule: Schedule) -> str:
    """The crontab. Raises UserError as `jobs` does, and for a path that a crontab cannot hold."""
    log = (schedule.log or schedule.database.with_suffix(".log")).absolute()
    if not log.parent.is_dir():
        raise UserError(f"{log}: its folder does not exist; create it or give another path")
    lines = [
        "# Pantau. Pasang: `pantau schedule --output pantau.cron && crontab pantau.cron` (menggantikan yang ada)",
        "# atau salin baris-baris ini dengan `crontab -e`.",
        f"# Catatan: {_plain(log)}, digilir menurut ukuran. Cron mengirim surel hanya kalau ada isinya.",
        "SHELL=/bin/sh",
        f"PATH={PATH}",
        f"LANG={LOCALE}",
        f"LC_ALL={LOCALE}",
        *(_variable(name, text) for name, text in schedule.variables.items()),
        *([_variable("MAILTO", schedule.mail)] if schedule.mail else []),
    ]
    for job in jobs(schedule):
        lines += [f"# {job.says}", f"{job.cron} {_command(job, log)}"]
    return "\n".join(lines) + "\n"


def _program() -> list[str]:
    """The command `pantau` of this installation, in words."""
    script = Path(sys.executable).with_name("pantau")
    return [str(script)] if script.exists() else [sys.executable, "-P", "-m", "pipelines.cli"]


def _times(option: str, every: int) -> tuple[str, str]:
    """ "Every so many minutes", evenly over the day: as cron's five fields, and as systemd's calendar.

    `option`: where the number comes from, for the message. Raises UserError where cron has no such interval.
    """
    if every < HOUR and HOUR % every == 0:
        return ("* * * * *", "*:*") if every == 1 else (f"*/{every} * * * *", f"*:0/{every}")
    if every % HOUR == 0 and DAY % every == 0:
        hours = every // HOUR
        special = {1: ("0 * * * *", "*:00"), 24: ("0 0 * * *", "00:00")}
        return special.get(hours, (f"0 */{hours} * * *", f"0/{hours}:00"))
    raise UserError(
        f"{option} {every}: cron cannot keep that interval; give minutes that divide an hour (5, 10, 15, 20, 30) "
        "or whole hours that divide a day (60, 120, 180, 240, 360, 480, 720, 1440)"
    )


def _command(job: Job, log: Path) -> str:
    """A job as the command of a crontab line; what it says goes through a pipe into the log, unless it is quiet."""
    line = shlex.join(job.words)
    if not job.quiet:  # -P, so that no module of the home directory is imported
        line += f" 2>&1 | {shlex.join([sys.executable, '-P', '-m', 'pipelines.logfile', str(log)])}"
    if job.folder:
        line = f"cd {shlex.quote(str(job.folder))} && {line}"
    if job.secrets:
        line = f"set -a; . {shlex.quote(str(job.secrets))}; set +a; {line}"
    line = _plain(line).replace("%", r"\%")
    if len(line) > LONGEST:
        raise UserError(
            f"a crontab line would have {len(line)} characters, and cron reads {LONGEST}; use shorter paths"
        )
    return line


def _variable(name: str, value: str) -> str:
    """An environment line: cron takes the value as it is between its quotes, and expands nothing."""
    quote = "'" if '"' in value else '"'
    return f"{name}={quote}{_plain(value)}{quote}"


def _plain(value: object) -> str:
    text = str(value)
    if re.search(r"[\r\n]", text):
        raise UserError(f"{text!r}: a crontab cannot hold a line break; move the file to another path")
    if r"\%" in text:
        raise UserError(f"{text!r}: a crontab cannot hold a backslash before a %; move the file to another path")
    return text
