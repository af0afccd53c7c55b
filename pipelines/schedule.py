"""`pantau schedule`: the crontab lines that crawl, keep the house clean, and write a mail when something is wrong.

Format: crontab(5) of Debian's cron. The lines name everything absolutely and set their own environment, since cron
starts in the home directory with almost none.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import UserError

HOUR, DAY = 60, 24 * 60  # minutes
SHARE = 0.8  # of the time between two runs that fetching may take; the rest is for reading what was fetched
CARRIED = ("PANTAU_CONTACT", "PANTAU_CORRECTIONS")  # settings of the environment that the lines must know
PATH = "/usr/local/bin:/usr/bin:/bin"
LOCALE = "C.UTF-8"  # is on every Debian
LONGEST = 998  # characters of a command; cron's MAX_COMMAND is 1000 with its end


@dataclass(frozen=True, slots=True)
class Schedule:
    """What to run and how often. Days are how long to keep; 0 keeps for ever."""

    database: Path
    every: int = 15
    catalogue: Path | None = None
    log: Path | None = None
    archive_days: int = 0
    records_days: int = 0
    mail: str | None = None


def crontab(schedule: Schedule) -> str:
    """The crontab. Raises UserError for an interval that cron cannot keep, or a path that a crontab cannot hold."""
    database = schedule.database.absolute()
    log = (schedule.log or database.with_suffix(".log")).absolute()
    for file in (database, log):
        if not file.parent.is_dir():
            raise UserError(f"{file}: its folder does not exist; create it or give another path")
    pantau = [*_program(), "--db", str(database)]
    crawl = [*pantau, "crawl", "--max-minutes", f"{max(1, int(schedule.every * SHARE))}"]
    if schedule.catalogue:
        crawl += ["--catalogue", str(schedule.catalogue.absolute())]
    keep = [sys.executable, "-P", "-m", "pipelines.logfile", str(log)]  # -P: no module of the home directory
    lines = [
        "# Pantau. Pasang: `pantau schedule > pantau.cron`, lalu `crontab pantau.cron` (menggantikan crontab yang ada)",
        "# atau salin baris-baris ini dengan `crontab -e`.",
        "SHELL=/bin/sh",
        f"PATH={PATH}",
        f"LANG={LOCALE}",
        f"LC_ALL={LOCALE}",
        *(_variable(name, os.environ[name]) for name in CARRIED if os.environ.get(name)),
        *([_variable("MAILTO", schedule.mail)] if schedule.mail else []),
        f"# Perayapan; yang tumpang tindih berhenti sendiri (75). Catatannya di {_plain(log)}, digilir menurut ukuran.",
        f"{_times(schedule.every)} {_command(crawl, keep)}",
    ]
    prune = [*pantau, "prune"]
    if schedule.archive_days:
        prune += ["--archive-days", str(schedule.archive_days)]
    if schedule.records_days:
        prune += ["--records-days", str(schedule.records_days)]
    if len(prune) > len(pantau) + 1:
        lines += ["# Yang lebih tua dari ini dihapus, sekali sehari.", f"23 3 * * * {_command(prune, keep)}"]
    lines += [
        "# Sekali sehari: sumber yang perlu dilihat. Cron mengirim surel hanya kalau ada isinya.",
        f"0 7 * * * {_command([*pantau, 'status', '--problems'])}",
    ]
    return "\n".join(lines) + "\n"


def _program() -> list[str]:
    """The command `pantau` of this installation."""
    script = Path(sys.executable).with_name("pantau")
    return [str(script)] if script.exists() else [sys.executable, "-P", "-m", "pipelines.cli"]


def _times(every: int) -> str:
    """The five time fields of "every so many minutes", evenly over the day."""
    if every < HOUR and HOUR % every == 0:
        return "* * * * *" if every == 1 else f"*/{every} * * * *"
    if every % HOUR == 0 and DAY % every == 0:
        hours = every // HOUR
        return {1: "0 * * * *", 24: "0 0 * * *"}.get(hours, f"0 */{hours} * * *")
    raise UserError(
        f"--every {every}: cron cannot keep that interval; give minutes that divide an hour (5, 10, 15, 20, 30) "
        "or whole hours that divide a day (60, 120, 180, 240, 360, 480, 720, 1440)"
    )


def _command(*commands: list[str]) -> str:
    """Commands as one pipe of a crontab line; what all but the last say on stderr goes through the pipe too."""
    quoted = [shlex.join(command) for command in commands]
    line = " 2>&1 | ".join(_plain(command) for command in quoted).replace("%", r"\%")
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
