"""Letterheads (kop) of the team's klipings: two lines and a logo, kept in the database and chosen on the page.

A logo is a PNG or JPEG of a few hundred kilobytes. It is drawn anew as a PNG before it is kept, so that nothing but the
picture is: no place where it was taken, no comment, nothing behind its end.
"""

from __future__ import annotations

import io
import sqlite3
from dataclasses import dataclass

from pipelines.errors import UserError
from pipelines.wording.wib import stamp_now

MOST_BYTES = 200 * 1024
MOST_PIXELS = 16_000_000  # unpacked, at four bytes each: what one logo may take of the memory
LARGEST = (900, 360)  # pixels of the logo that is kept; it is shown 15 mm high at most
FORMATS = ("PNG", "JPEG")
LONGEST = {"name": 80, "institution": 200, "address": 300}
MOST = 50
COLUMNS = "id, name, institution, address, logo, made_at, made_by, removed_at"


@dataclass(frozen=True, slots=True)
class Letterhead:
    """A letterhead; `logo`: a PNG, b"" for none."""

    id: int
    name: str
    institution: str
    address: str
    logo: bytes
    made_at: str
    made_by: str
    removed_at: str | None


def letterheads(connection: sqlite3.Connection) -> list[Letterhead]:
    """All of them, by name; those that were removed come last."""
    rows = connection.execute(f"SELECT {COLUMNS} FROM letterheads ORDER BY removed_at IS NOT NULL, name, id")
    return [Letterhead(*row) for row in rows]


def find(connection: sqlite3.Connection, number: int) -> Letterhead | None:
    """One of them, also one that was removed: what was signed with it keeps it."""
    row = connection.execute(f"SELECT {COLUMNS} FROM letterheads WHERE id = ?", (number,)).fetchone()
    return Letterhead(*row) if row else None


def by_name(connection: sqlite3.Connection, name: str) -> Letterhead:
    """The letterhead of a name. Raises UserError where there is none."""
    for one in letterheads(connection):
        if one.name.casefold() == name.casefold() and not one.removed_at:
            return one
    raise UserError(f"{name}: there is no letterhead of this name; see the page /kliping/kop")


def add(connection: sqlite3.Connection, name: str, institution: str, address: str, logo: bytes, by: str) -> int:
    """Keep a letterhead; its number. `logo`: the file as it was sent, b"" for none.

    Raises UserError for a name that is taken or none, and for a file that is no logo.
    """
    given = {"name": name, "institution": institution, "address": address}
    given = {key: " ".join(value.split())[: LONGEST[key]] for key, value in given.items()}
    if not given["name"]:
        raise UserError("a letterhead needs a name")
    if any(one.name.casefold() == given["name"].casefold() and not one.removed_at for one in letterheads(connection)):
        raise UserError(f"{given['name']}: there is a letterhead of this name")
    if connection.execute("SELECT count(*) FROM letterheads").fetchone()[0] >= MOST:
        raise UserError(f"there are {MOST} letterheads, which is the most")
    cursor = connection.execute(
        """INSERT INTO letterheads (name, institution, address, logo, made_at, made_by)
           VALUES (:name, :institution, :address, :logo, :made_at, :made_by)""",
        given | {"logo": redrawn(logo) if logo else b"", "made_at": stamp_now(), "made_by": by},
    )
    return int(cursor.lastrowid or 0)


def set_removed(connection: sqlite3.Connection, number: int, *, removed: bool) -> None:
    """Take a letterhead out of those to choose from, or bring it back."""
    connection.execute("UPDATE letterheads SET removed_at = ? WHERE id = ?", (stamp_now() if removed else None, number))


def redrawn(logo: bytes) -> bytes:
    """A logo as the PNG that is kept. Raises UserError for what is no PNG or JPEG, or is too large."""
    import warnings

    from PIL import Image

    if len(logo) > MOST_BYTES:
        raise UserError(f"the logo has more than {MOST_BYTES // 1024} KB; save it smaller")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(logo), formats=FORMATS) as image:
                image.verify()  # WeasyPrint has Pillow take a file that ends too early for a whole one
            with Image.open(io.BytesIO(logo), formats=FORMATS) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise UserError(f"the logo has {image.width} x {image.height} pixels; save it smaller")
                drawn = image.convert("RGBA")
    except UserError:
        raise
    except Exception as error:  # a broken picture raises whatever its decoder does
        raise UserError("the logo is no PNG or JPEG that can be read") from error
    drawn.thumbnail(LARGEST)
    buffer = io.BytesIO()
    drawn.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
