"""The kinds of values that settings have: what is expected of a text, and what it becomes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

Value = str | int | bool | Path
REFERENCE = re.compile(r"\$\{(\w+)\}")  # ${NAME}: the environment variable NAME
WHOLE, PART = "whole", "part"
YES, NO = ("1", "true", "yes", "on", "ya"), ("0", "false", "no", "off", "tidak")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of value.

    expected  what to write, as the end of "...: wanted: "
    read      a text as its value; raises ValueError for one that is not as expected
    toml      the type that it has in the file
    least     the least number, for a number
    path      whether it is a path, which the file gives from its own folder on
    secret    where the file may hold only ${NAME}s of variables: WHOLE is one and nothing else, PART has one in it
    untold    whether a wrong value is not repeated: it may have a secret in it, by mistake
    """

    expected: str
    read: Callable[[str], Value]
    toml: type = str
    least: int | None = None
    path: bool = False
    secret: str = ""
    untold: bool = False


def number(expected: str, least: int) -> Kind:
    """A whole number, `least` or more."""
    return Kind(expected, lambda text: _number(text, lambda value: value >= least), int, least)


def days(expected: str, least: int) -> Kind:
    """How many days to keep something: 0 for ever, else `least` or more."""
    return Kind(expected, lambda text: _number(text, lambda value: value == 0 or value >= least), int, 0)


def choice(*names: str) -> Kind:
    """One of some words."""
    return Kind(", ".join(names[:-1]) + f" or {names[-1]}", lambda text: names[names.index(text)])


def _number(text: str, holds: Callable[[int], bool]) -> int:
    value = int(text)
    if not holds(value):
        raise ValueError
    return value


def _line(text: str) -> str:
    """A text that a line of a crontab, of a header or of a page can hold."""
    if not text.isprintable():
        raise ValueError
    return text


def _flag(text: str) -> bool:
    if text.lower() not in (*YES, *NO):
        raise ValueError
    return text.lower() in YES


def _hours(text: str) -> str:
    from crawler.errors import CatalogueError
    from crawler.hours import seconds_left

    try:
        seconds_left(datetime.now(UTC), text)
    except CatalogueError as error:
        raise ValueError from error
    return text


def _site(text: str) -> str:
    """The address of a site, without the slash at its end."""
    from urllib.parse import urlsplit  # hardly anybody sets it

    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ValueError
    if parts.path not in ("", "/"):  # the pages' own links begin at the root
        raise ValueError
    return text.rstrip("/")


def _contact(text: str) -> str:
    from crawler.contact import contact
    from crawler.errors import SettingError

    try:
        return contact(text) or ""
    except SettingError as error:
        raise ValueError from error


def _mail(text: str) -> str:
    """Apprise's address of a mail server, of which a password may only be the ${NAME} of a variable."""
    from urllib.parse import parse_qsl, urlsplit

    parts = urlsplit(_line(text))
    if parts.scheme not in ("mailto", "mailtos") or not parts.hostname:
        raise ValueError
    asked = [value for name, value in parse_qsl(parts.query) if name.lower() in ("pass", "password")]  # Apprise's
    if any(not REFERENCE.fullmatch(password) for password in (parts.password, *asked) if password):
        raise ValueError
    return text


def _call(text: str) -> str:
    """An address that may be called: https, or http on one's own machine or network; without name and password."""
    from urllib.parse import urlsplit

    from crawler.urls import is_private

    parts = urlsplit(_line(text))
    if not parts.hostname or parts.username or " " in text or not (parts.port is None or parts.port):
        raise ValueError
    if parts.scheme != "https" and not (parts.scheme == "http" and is_private(text)):
        raise ValueError
    return text


TEXT = Kind("a text on one line", _line)
CONTACT = Kind("a mail address (humas@contoh.id) or a web address (https://contoh.id/pantau)", _contact)
CALL = Kind("https:// and what to call, or http:// on your own machine or network", _call)
FILE = Kind("a path", lambda text: Path(_line(text)), path=True)
FLAG = Kind("true or false (in the variable also 1 or 0)", _flag, bool)
HOURS = Kind("two different hours of the day in WIB, such as 22-05", _hours)
SITE = Kind("https:// (or http://) and a host, without a path", _site)
SECRET = Kind("${NAME}, and the secret in the environment variable NAME", _line, secret=WHOLE)
MAIL = Kind("mailtos://NAME:${PASSWORD}@SERVER?from=ADDRESS, and the password in the environment", _mail, untold=True)
ADDRESS = Kind("an Apprise address with its secrets as ${NAME}, and these in the environment", _line, secret=PART)
