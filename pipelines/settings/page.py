"""Page: docs/settings.md, written from the table. `make docs` writes it; a test compares."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from pipelines.settings.setting import Setting
from pipelines.settings.table import TABLE

WIDTH = 118  # characters of a line of the docs
HEAD = """\
# Settings

What an operator decides once is in `pantau.toml` beside the database, or in the file that `--config FILE`
(`PANTAU_CONFIG`) names. None of it is needed: every setting has a default or can do without.

```toml
contact = "https://contoh.go.id/pantau"
polite_hours = "22-05"
public_url = "https://pantau.contoh.go.id"
secret = "${RAHASIA_PANTAU}"

[retention]
archive_days = 365

[clip]
institution = "Dinas Kominfo Kabupaten Contoh"
address = "Jalan Merdeka 1, Contoh"

[schedule]
mail = "humas@contoh.go.id"
backup = "cadangan"                 # a path goes from the folder of this file on
secrets = "/srv/pantau/rahasia"

[users]
ani = "${SANDI_ANI}"                # the output of `pantau users hash-password` is in the variable SANDI_ANI

[receivers]
humas = "mailtos://pantau:${SANDI_SUREL}@mail.contoh.go.id?to=humas@contoh.go.id"
```

- **Who wins.** An option of a command, then the environment's variable, then the file, then the default. A variable
  that is set and empty means the default. [`pantau config`](commands/config.md) prints what holds and who said it.
- **Mistakes** end every command at once (exit code 2), with file or variable, key, value and what is wanted. An unknown
  key is one, too; the message says what is allowed, and what is spelt nearly the same.
- **Secrets** never stand in the file: it names their variable as `${NAME}`, and what it names is read when it is
  needed. The variables come from where the service manager or cron gets them
  ([operations](operations.md), [publishing](publishing.md)).
- **Where it reaches.** The command line reads the file once and puts what it says into the environment of its own
  process, where the crawl's child, the reading workers and the server find it. `crawl --engine dask` hands the settings
  that are marked *also on workers* to the machines that crawl; a variable that is set there wins.
- **On a schedule.** [`pantau schedule`](commands/schedule.md) writes `--config` with the file's whole path into every
  line, and the variables that were set when it ran, but no secrets. What the file says, the commands read when they
  run: after a change of `[schedule]` alone the crontab must be printed again.
"""


def page() -> str:
    """The whole page."""
    return HEAD + "".join(_section(name) for name in dict.fromkeys(setting.section for setting in TABLE))


def _section(name: str) -> str:
    title = f"`[{name}]`" if name else "Without a table"
    return f"\n## {title}\n" + "".join("\n" + _entry(s) for s in TABLE if s.section == name)


def _entry(setting: Setting) -> str:
    name = setting.key.rpartition(".")[2]
    lines = wrap(setting.doc, WIDTH) + wrap(" ".join(_facts(setting)), WIDTH)
    return f"### `{name}`\n\n" + "\n".join(lines) + "\n"


def _facts(setting: Setting) -> Iterator[str]:
    yield f"Wanted: {setting.kind.expected}."
    if setting.default:
        yield f"Default: `{setting.default}`."
    yield f"Variable: `{setting.variable}`."
    if setting.remote:
        yield "Also on workers."
