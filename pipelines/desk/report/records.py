"""What a report holds: figures, and sections of lines, each with the addresses of what they count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipelines.desk.report.period import Period


@dataclass(frozen=True, slots=True)
class Figure:
    """One number: what it counts, the number in words, the same before (or ""), and where its list is.

    counts: the number that the list says; None for a share.
    """

    label: str
    value: str
    before: str = ""
    href: str = ""
    counts: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table: its cells as they are read, and where its first cell leads. `curve`: articles day by day.

    lists: by the place of a cell that is a count (from 0) the number and the list that it counts.
    """

    cells: tuple[str, ...]
    href: str = ""
    curve: tuple[int, ...] = ()
    lists: Mapping[int, tuple[int, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Section:
    """A table under a heading; `bar` is the column (from 0) of whose numbers bars are drawn, -1 for none.

    key: what programs know it by, the same in every report.
    """

    key: str
    title: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    note: str = ""
    empty: str = "Tidak ada."
    bar: int = -1


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report."""

    title: str
    period: Period
    institution: str
    figures: tuple[Figure, ...]
    daily: tuple[int, ...]
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Ailing:
    """A source that needs a look: its id and name, how it is doing in a word, the time of its last article."""

    id: str
    name: str
    state: str
    last_article: str | None
