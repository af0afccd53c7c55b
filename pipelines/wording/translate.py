"""What people read on the command line, in the language that they want: Indonesian unless they say otherwise.

Errors and help are written in English in the code, sentences on what is done in Indonesian. `translated` makes of a
finished message that of the other language: it knows the message by its text with the values in it, as
benchmarks/messages.py finds them. So exceptions, records and JSON stay the same in every language.
"""

from __future__ import annotations

import gettext
import os
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import click

DOMAIN = "pantau"
LOCALE = Path(__file__).with_name("locale")
LANGUAGES = ("id", "en")
VARIABLE = "LANGUAGE"  # gettext's own: click's words follow it, and so do processes that a run starts
FIELD = re.compile(r"\{\{|\}\}|\{(\w+)\}")
DEEPEST = 4  # a value of a message may be a message itself, and so on
# The names that help gives to values, in Indonesian; what is not here is the same in both ("URL", "FOLDER").
METAVARS = {
    "INTEGER RANGE": "BILANGAN",
    "INTEGER": "BILANGAN",
    "FLOAT RANGE": "BILANGAN",
    "FLOAT": "BILANGAN",
    "TEXT": "TEKS",
    "PATH": "BERKAS",
    "FILES": "BERKAS",
    "FILE": "BERKAS",
    "DIRECTORY": "FOLDER",
    "DATE": "TANGGAL",
    "DAY": "HARI",
    "ADDRESS": "ALAMAT",
    "PLACE": "TEMPAT",
    "NAME": "NAMA",
    "NEW": "BARU",
    "NUMBER": "NOMOR",
    "MIN": "MENIT",
    "SOURCE": "SUMBER",
}
METAVAR = re.compile(r"\b(?:" + "|".join(METAVARS) + r")\b")  # the longer of two that begin alike come first
LONGEST = 2_000  # characters of a message that is looked up; longer ones are some library's
DAY = re.compile(
    r"(?P<weekday>Senin|Selasa|Rabu|Kamis|Jumat|Sabtu|Minggu)(?:, (?P<day>\d+) (?P<month>\w+)(?P<year> \d+)?)?"
)


def choose(environment: Mapping[str, str]) -> str:
    """The language that the locale asks for: English where LC_ALL or else LANG is English, Indonesian for all others.

    C and an empty locale ask for nothing: they are what cron and most servers have.
    """
    said = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG") or ""
    return "en" if re.match(r"en([_.@]|$)", said) else "id"


def asked_for(arguments: Sequence[str]) -> str | None:
    """The language of `--lang` on a command line, before click reads it: help is written before that."""
    for position, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name == "--lang":
            value = value or "".join(arguments[position + 1 : position + 2])
            return value if value in LANGUAGES else None
    return None


def speak(language: str) -> None:
    """Speak this language from now on, click's own words included."""
    os.environ[VARIABLE] = language
    gettext.bindtextdomain(DOMAIN, str(LOCALE))
    gettext.textdomain(DOMAIN)


def language() -> str:
    """The language that is spoken."""
    said = os.environ.get(VARIABLE, "").split(":")[0]
    return said if said in LANGUAGES else "id"


def translated(message: str, into: str | None = None) -> str:
    """A message in the language that is spoken, or `into` another; one that the catalogue does not know stays."""
    return _translated(message, into or language(), 0)


def spoken(message: str) -> str:
    """A sentence that is written in Indonesian, in the language that is spoken; no catalogue is read for Indonesian."""
    return translated(message) if language() == "en" else message


def _translated(message: str, spoken: str, depth: int) -> str:
    exact, patterns = _catalogue(spoken)
    if message in exact:
        return exact[message]
    for texts, pattern, told in patterns if depth < DEEPEST and len(message) <= LONGEST else ():
        if all(text in message for text in texts) and (found := pattern.fullmatch(message)):
            values = {name: _translated(value, spoken, depth + 1) for name, value in found.groupdict().items()}
            return told.format(**values)
    if spoken == "en" and (day := DAY.fullmatch(message)):
        return _english_day(day)
    where, colon, what = message.partition(": ")
    if colon and depth < DEEPEST:  # "FILE: what is wrong", where each part may be a message
        return f"{_translated(where, spoken, depth + 1)}: {_translated(what, spoken, depth + 1)}"
    return message


def spoken_template(template: str) -> str:
    """The template of a line of the log (with %s and such) in the language that is spoken, whichever it is written in.

    Our spider's lines are English, as it knows nothing of catalogues; all others are Indonesian.
    """
    return _catalogue(language())[0].get(template, template)


def word(message: str) -> str:
    """A word of a table in the language that is spoken; only what the catalogue has as it is."""
    return _catalogue("en")[0].get(message, message) if language() == "en" else message


@cache
def _catalogue(spoken: str) -> tuple[dict[str, str], list[tuple[list[str], re.Pattern[str], str]]]:
    """Whole messages, and those with values in them as (texts of its own, pattern, translation), longest texts first.

    The texts are looked for before the pattern is tried, which could take long on a message that is none of these.
    """
    from babel.messages.mofile import read_mo

    with (LOCALE / spoken / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as file:
        entries = [(m.id, m.string) for m in read_mo(file) if isinstance(m.id, str) and m.id and m.string]
    exact = {_plain(said): _plain(str(told)) for said, told in entries if not _names(said)}
    with_values = sorted((e for e in entries if _names(e[0])), key=lambda e: len(FIELD.sub("", e[0])), reverse=True)
    return exact, [(_own_texts(said), _pattern(said), str(told)) for said, told in with_values]


def _own_texts(message: str) -> list[str]:
    """The parts of a message between its values."""
    marked = FIELD.sub(lambda found: "\0" if found[1] else found[0][0], message)
    return [text for text in marked.split("\0") if text]


def _names(message: str) -> list[str]:
    return [name for name in FIELD.findall(message) if name]


def _plain(message: str) -> str:
    return message.replace("{{", "{").replace("}}", "}")


def _pattern(message: str) -> re.Pattern[str]:
    """What a message looks like with values in it; a name that comes again is the same value."""
    parts, position, seen = [], 0, set[str]()
    for match in FIELD.finditer(message):
        parts.append(re.escape(message[position : match.start()]))
        position = match.end()
        name = match[1]
        if name is None:
            parts.append(re.escape(match[0][0]))
        elif name in seen:
            parts.append(f"(?P={name})")
        else:
            seen.add(name)
            parts.append(f"(?P<{name}>.*?)")
    return re.compile("".join([*parts, re.escape(message[position:])]), re.DOTALL)


def _english_day(found: re.Match[str]) -> str:
    from babel.dates import get_day_names, get_month_names

    days, months = get_day_names(locale="id"), get_month_names(locale="id")
    weekday = {name: get_day_names(locale="en")[number] for number, name in days.items()}[found["weekday"]]
    if not found["day"]:
        return weekday
    month = {name: get_month_names(locale="en")[number] for number, name in months.items()}.get(found["month"])
    return found[0] if month is None else f"{weekday}, {found['day']} {month}{found['year'] or ''}"


def paragraphs(text: str) -> str:
    """A help text as click shows it: without the indentation of its docstring."""
    import inspect

    return inspect.cleandoc(text)


def translate_help(command: click.Command) -> None:
    """Put the help of a command and of those below it into the language that is spoken."""
    from gettext import gettext as _

    for name in ("help", "short_help", "epilog"):
        if text := getattr(command, name):
            setattr(command, name, _(paragraphs(text)))
    if language() == "id":
        command.options_metavar = "[OPSI]"
    for parameter in command.params:
        _name_value(command, parameter)
        if isinstance(parameter, click.Option) and parameter.help:
            parameter.help = _(paragraphs(parameter.help))
    if isinstance(command, click.Group):
        if language() == "id":
            command.subcommand_metavar = "PERINTAH [ARGUMEN]..."
        for inner in command.commands.values():
            translate_help(inner)


def _name_value(command: click.Command, parameter: click.Parameter) -> None:
    """Give the value of a parameter its name in the language that is spoken; choices and flags have none."""
    if language() == "id" and not getattr(parameter, "is_flag", False) and not getattr(parameter, "count", False):
        named = parameter.make_metavar(click.Context(command))
        if told := METAVAR.sub(lambda found: METAVARS[found[0]], named):
            parameter.metavar = told if told != named else parameter.metavar
