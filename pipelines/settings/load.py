"""Load: what holds, from options, variables, `pantau.toml` and the defaults, in that order; and who said it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.errors import UserError
from pipelines.settings.kinds import REFERENCE, WHOLE, Kind, Value
from pipelines.settings.setting import NAME, Setting
from pipelines.settings.table import SETTINGS, TABLE

FILE_NAME = "pantau.toml"
DEFAULT, FILE, VARIABLE, OPTION = "default", "file", "variable", "option"
WORD = re.compile(r"[a-z][a-z0-9_]*")  # a name in [users] and [receivers], which becomes the end of a variable


@dataclass(frozen=True, slots=True)
class Held:
    """A setting as it holds. text: its value as its variable has it; "" for none.

    origin  default, file, variable or option
    lacks   the variable that a secret of the file names and that is not set
    """

    setting: Setting
    key: str
    variable: str
    text: str
    origin: str = DEFAULT
    lacks: str | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for one command. file: the file that was read, if any; held: in the order of the table."""

    file: Path | None
    held: tuple[Held, ...]

    def export(self, environment: MutableMapping[str, str]) -> None:
        """Put what file and options say into the environment, for this process and those that it starts."""
        for held in self.held:
            if held.origin not in (FILE, OPTION):
                continue
            if held.setting.kind.secret != WHOLE:  # an address keeps its ${NAME}s until something is sent to it
                environment[held.variable] = held.text
            elif held.lacks is None:
                environment[held.variable] = environment[held.text[2:-1]]

    def text(self, key: str) -> str:
        """The value of a setting as a text; "" for none."""
        return next(held.text for held in self.held if held.key == key)

    def carried(self) -> dict[str, str]:
        """The variables that somebody set and that a scheduled command needs, paths from the root on.

        What the file says is not among them: the command is told the file.
        """
        return {
            held.variable: str(Path(held.text).absolute()) if held.setting.kind.path and held.text else held.text
            for held in self.held
            if held.origin == VARIABLE and held.setting.carried
        }

    def demand(self, *sections: str) -> None:
        """Raise UserError when a secret of these keys or tables names a variable that is not set."""
        for held in self.held:
            if held.lacks and (held.key in sections or held.setting.section in sections):
                raise UserError(f"{self.file}: {held.key}: the environment variable {held.lacks} is not set")


def setting(key: str) -> Value | None:
    """What a setting is in this process, once the command line has loaded the settings; None for nothing."""
    known = SETTINGS[key]
    text = os.environ.get(known.variable) or known.default
    return known.kind.read(text) if text else None


def remote(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that are set and that a crawl on another machine needs, too."""
    return {s.variable: environment[s.variable] for s in TABLE if s.remote and environment.get(s.variable)}


def load(
    config: Path | None,
    database: Path,
    environment: Mapping[str, str],
    options: Mapping[str, str] | None = None,
) -> Settings:
    """What holds. `config`: the file, which must be there; None: `pantau.toml` beside the database, if there is one.

    options: what the command line says, key -> text. A variable that is set and empty means the default.
    Raises UserError that names file (or variable), key, value and what is expected, for anything that is not.
    """
    file = config or database.parent / FILE_NAME
    if config is None and not file.is_file():
        return Settings(None, tuple(_hold({}, environment, options or {}, None)))
    file = file.absolute()
    return Settings(file, tuple(_hold(_read(file), environment, options or {}, file)))


def _hold(
    said: Mapping[str, str], environment: Mapping[str, str], options: Mapping[str, str], file: Path | None
) -> Iterator[Held]:
    for setting in TABLE:
        for key, variable in _each(setting, said, environment):
            if key in options:
                yield Held(setting, key, variable, options[key], OPTION)
            elif variable in environment:
                text = environment[variable]
                hidden = setting.kind.secret or setting.kind.untold
                _check(setting.kind, text, f"{variable}={'...' if hidden else repr(text)}")
                yield Held(setting, key, variable, text or setting.default, VARIABLE)
            elif key in said:
                yield Held(setting, key, variable, said[key], FILE, _lacking(setting.kind, said[key], environment))
            else:
                yield Held(setting, key, variable, setting.default)


def _each(setting: Setting, said: Iterable[str], environment: Iterable[str]) -> list[tuple[str, str]]:
    """(key, variable) of a setting: one, or one for every name that file or environment have."""
    if not setting.named:
        return [(setting.key, setting.variable)]
    start, prefix = f"{setting.section}.", setting.prefix
    found = {f"{start}{v.removeprefix(prefix).lower()}": v for v in environment if re.fullmatch(prefix + r"\w+", v)}
    for key in said:
        if key.startswith(start):
            found.setdefault(key, prefix + key.removeprefix(start).upper())
    return sorted(found.items())


def _read(file: Path) -> dict[str, str]:
    """The file as key -> text, every key known and every value as expected."""
    import tomllib

    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"{file}: no such settings file; write it, or leave --config (PANTAU_CONFIG) out") from None
    except (OSError, ValueError) as error:
        raise UserError(f"{file}: cannot be read as TOML: {error}") from error
    said: dict[str, str] = {}
    for key, raw in _flat(content, file):
        kind = _known(key, file).kind
        text = _text(kind, raw, file)
        where = f"{file}: {key}" if kind.secret or kind.untold else f"{file}: {key} = {raw!r}"
        if text is None:
            raise UserError(f"{where}: wanted: {kind.expected}")
        _check(kind, text, where)
        said[key] = text
    return said


def _flat(content: Mapping[str, Any], file: Path) -> Iterator[tuple[str, Any]]:
    """(key, value) of everything in the file, tables written out as "table.name"."""
    sections = {setting.section for setting in TABLE} - {""}
    for name, raw in content.items():
        if isinstance(raw, dict) and name in sections:
            yield from ((f"{name}.{inner}", value) for inner, value in raw.items())
        elif name in sections:
            raise UserError(f"{file}: {name}: wanted: a table, [{name}]")  # its value may be a secret
        else:
            yield name, raw


def _known(key: str, file: Path) -> Setting:
    """The setting of a key. Raises UserError that names what is allowed there for one that there is not."""
    section, _, name = key.rpartition(".")
    every = SETTINGS.get(f"{section}.{NAME}")
    if every is not None and WORD.fullmatch(name):
        return every
    if key in SETTINGS and every is None:
        return SETTINGS[key]
    if every is not None:
        raise UserError(f"{file}: key {key!r}: wanted: a name of small letters, digits and _ in [{section}]")
    from difflib import get_close_matches

    tables = {f"[{s.section}]": s.section for s in TABLE if s.section}
    near = get_close_matches(key, [*SETTINGS, *tables.values()], n=1) or [k for k in SETTINGS if k.endswith(f".{key}")]
    allowed = [s.key.removeprefix(f"{section}.") for s in TABLE if s.section == section]
    place = f"in [{section}]" if section else "there"
    names = ", ".join(allowed + ([] if section else [*tables]))
    raise UserError(
        f"{file}: unknown key {key!r} (did you mean {near[0]}?); allowed {place}: {names}"
        if near
        else f"{file}: unknown key {key!r}; allowed {place}: {names}"
    )


def _text(kind: Kind, raw: object, file: Path) -> str | None:
    """A value of the file as its variable has it; None for one of another type, or a secret that is written out."""
    if type(raw) is not kind.toml or raw == "":
        return None
    text = ("1" if raw else "") if kind.toml is bool else str(raw)
    if kind.secret and not (REFERENCE.fullmatch(text) if kind.secret == WHOLE else REFERENCE.search(text)):
        return None
    return str(file.parent / text) if kind.path else text


def _check(kind: Kind, text: str, where: str) -> None:
    try:
        if text:
            kind.read(text)
    except ValueError:
        raise UserError(f"{where}: wanted: {kind.expected}") from None


def _lacking(kind: Kind, text: str, environment: Mapping[str, str]) -> str | None:
    """The variable that a secret of the file names and that is not set, if there is one."""
    return next((name for name in REFERENCE.findall(text) if kind.secret and name not in environment), None)
