"""Names of people for training, from the lists of people.toml, in the forms in which names are written."""

from __future__ import annotations

import random
import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
WORD = re.compile(r'"(?P<together>[^"]+)"|\S+')


@lru_cache(maxsize=1)
def _groups() -> list[dict[str, Any]]:
    """The groups of people.toml, their words split."""
    read = tomllib.loads((HERE / "people.toml").read_text(encoding="utf-8"))
    return [
        {**group, **{kind: _words(group[kind]) for kind in ("given", "family")}, "name": name}
        for name, group in read.items()
    ]


def _words(text: str) -> list[str]:
    """The words of a list, those in quotes together."""
    return [match["together"] or match.group() for match in WORD.finditer(text)]


@lru_cache(maxsize=1)
def _weights() -> list[int]:
    return [group["weight"] for group in _groups()]


def group_of_people() -> dict[str, Any]:
    """A group of people.toml, by its weight."""
    return random.choices(_groups(), _weights())[0]


def full_name(group: dict[str, Any] | None = None) -> str:
    """A person's name of one to four words, some of which may be initials ("R.G. Hutagalung", "Bonny F Sagala")."""
    group = group or group_of_people()
    form = random.choice(group["forms"])
    return " ".join(_part(part, group) for part in form.split())


def word_of_name(group: dict[str, Any], last: bool) -> str:
    """A word of a name; the last one is a family's."""
    return str(random.choice(group["family" if last else "given"]))


def initial(count: int = 1) -> str:
    """An initial as it is written: "A", "A.", or two, "R.G.", "RG"."""
    letters = random.choices("ABCDEFGHIJKLMNPRSTWYZ", k=count)
    return random.choice(("", ".")).join(letters) + random.choice(("", "."))


def _part(part: str, group: dict[str, Any]) -> str:
    if part == "G":
        return word_of_name(group, last=False)
    if part == "F":
        return word_of_name(group, last=True)
    if part in ("I", "II"):
        return initial(len(part))
    return part


def is_plain(word: str) -> bool:
    """Whether a word of a name is one that another may stand for: no initial, no small word such as "bin"."""
    return bool(re.fullmatch(r"[A-Z][\w'’.-]*[a-z]\w*|[A-Z]{3,}", word))


def all_words() -> list[str]:
    """The words of all names, as often as their groups' weights say."""
    return [
        word
        for group in _groups()
        for _ in range(group["weight"])
        for part in (*group["given"], *group["family"])
        for word in part.split()
    ]
