"""What the address of a page asks for; whatever cannot be understood asks for nothing."""

from __future__ import annotations

from collections.abc import Container
from datetime import date

from datasette.utils.asgi import NotFound, Request

from pipelines.language.words import as_seen

LONGEST_WORD = 100  # characters of an argument
LAST_PAGE = 10_000
LONGEST_ID = 15  # digits; SQLite's integers have 18, and no table has so many rows


def word(request: Request, name: str, most: int = LONGEST_WORD) -> str:
    """A trimmed argument of the address, "" when it is missing."""
    return as_seen(request.args.get(name) or "").replace("\x00", "").strip()[:most]


def one_of(request: Request, name: str, allowed: Container[str], usual: str = "") -> str:
    """An argument of the address that is one of `allowed`; `usual` for anything else."""
    value = word(request, name)
    return value if value in allowed else usual


def digits(request: Request, name: str, most: int) -> str:
    """An argument of the address that is a number of up to `most` digits; "" for anything else."""
    value = word(request, name, most)
    return value if value.isascii() and value.isdigit() else ""


def a_day(request: Request, name: str) -> str:
    """An argument of the address that is a day (YYYY-MM-DD); "" for anything else."""
    value = word(request, name)
    try:
        return value if date.fromisoformat(value).isoformat() == value else ""
    except ValueError:
        return ""


def page_number(request: Request) -> int:
    """The page of a list that the address asks for, from 1."""
    value = request.args.get("hal") or "1"
    return min(max(int(value), 1), LAST_PAGE) if value.isascii() and value.isdigit() and len(value) < 6 else 1


def entity_id(request: Request, name: str = "id", missing: str = "Tidak ditemukan") -> int:
    """The id in the path. Raises NotFound (`missing`, in Indonesian) for one that no row can have."""
    value = request.url_vars[name]
    if len(value) > LONGEST_ID:
        raise NotFound(missing)
    return int(value)
