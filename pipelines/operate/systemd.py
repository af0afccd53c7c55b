"""`pantau schedule --systemd`: a service and a timer for every job, in the syntax of systemd.service(5).

By `Persistent` a job that was missed while the machine was off runs when it is on again. What a job says is in the
journal, which rotates itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from pipelines.errors import UserError
from pipelines.operate.cron import LOCALE, Job, Schedule, jobs

# Exit codes that are no failure of the unit. 1: some source failed, which `pantau status` judges. 75: another run is at
# work.
SUCCESS = {"rayap": "1 75", "panas": "1 75", "pantauan": "75"}


def units(schedule: Schedule, user: str) -> dict[str, str]:
    """The text of every unit by its file's name, for jobs that run as `user`. Raises UserError as `jobs` does."""
    found = {}
    for job in jobs(schedule):
        found[f"pantau-{job.name}.service"] = _service(job, user, {"LANG": LOCALE, **schedule.variables})
        found[f"pantau-{job.name}.timer"] = (
            f"[Unit]\nDescription=Pantau: {job.says}\n\n[Timer]\nOnCalendar={job.calendar}\nPersistent=true\n\n"
            "[Install]\nWantedBy=timers.target\n"
        )
    return found


def _service(job: Job, user: str, variables: Mapping[str, str]) -> str:
    program, *words = job.words
    lines = [
        "[Unit]",
        f"Description=Pantau: {job.says}",
        "Wants=network-online.target",
        "After=network-online.target",
        "",
        "[Service]",
        "Type=oneshot",
        f"User={user}",
        *(f"Environment={_quoted(f'{name}={value}')}" for name, value in variables.items()),
        *([f"EnvironmentFile={_path(job.secrets)}"] if job.secrets else []),
        *([f"WorkingDirectory={_path(job.folder)}"] if job.folder else []),
        f"ExecStart={' '.join([_quoted(program), *(_quoted(word).replace('$', '$$') for word in words)])}",
        *([f"SuccessExitStatus={SUCCESS[job.name]}"] if job.name in SUCCESS else []),
    ]
    return "\n".join(lines) + "\n"


def _quoted(word: str) -> str:
    """A word for ExecStart and Environment: in quotes where it must be, `%` doubled, since it begins a specifier."""
    if re.search(r"[\r\n]", word):
        raise UserError(f"{word!r}: a unit cannot hold a line break; move the file to another path")
    word = word.replace("%", "%%")
    if re.fullmatch(r"[\w@%+=:,./$-]+", word, re.ASCII):
        return word
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _path(path: Path) -> str:
    """A path as the whole rest of a line, where systemd knows no quotes."""
    if re.search(r"[\r\n]", str(path)):
        raise UserError(f"{str(path)!r}: a unit cannot hold a line break; move the file to another path")
    return str(path).replace("%", "%%")
