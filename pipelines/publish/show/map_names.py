"""The names of cities on a map, so placed that none covers another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

LETTERS, PHONE_LETTERS = 11.0, 22.0  # font size of names in SVG units, as in pantau.css
BROAD = 0.64  # the width of a letter of this font, as a share of its height
BELOW = 0.3  # how far a letter goes below its line, as a share of its height
AWAY, ABOVE = 8, 6  # SVG units between a city and its name: to the side, and up to the line of the letters
WIDE_ONLY = " lapang"  # the class of what a phone hides


class Box(NamedTuple):
    """What a name covers, in SVG units."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        """Whether both cover the same point."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def inside(self, width: float, height: float) -> bool:
        """Whether it lies within a map of that size."""
        return self.left >= 0 and self.right <= width and self.top >= 0 and self.bottom <= height


class Spot(NamedTuple):
    """Where a name begins, or ends where `anchor` is "end"."""

    x: float
    y: float
    anchor: str

    def box(self, name: str, letters: float) -> Box:
        """What a name in letters of that size covers here."""
        width = BROAD * letters * len(name)
        left = self.x - width if self.anchor == "end" else self.x
        return Box(left, self.y - letters, left + width, self.y + BELOW * letters)


def place_names(cities: Sequence[tuple[str, float, float]], most: int, width: float, height: float) -> list[Markup]:
    """The names of the first `most` cities (name, x, y) that leave each other room on a map of that size.

    First those that do on a phone, whose letters are twice as large, then those that only do on a wide screen; these
    are hidden on a phone. A kota and the kabupaten of its name lie side by side: one of them is named.
    """
    chosen: dict[str, tuple[Spot, str]] = {}
    for letters, hidden in ((PHONE_LETTERS, ""), (LETTERS, WIDE_ONLY)):
        # What is placed already has smaller letters on a wide screen, and stays where it is.
        taken = [spot.box(name, letters) for name, (spot, _) in chosen.items()]
        for full_name, x, y in cities:
            name = _short(full_name)
            if len(chosen) == most or name in chosen:
                continue
            for spot in _spots(x, y, letters):
                box = spot.box(name, letters)
                if box.inside(width, height) and not any(box.overlaps(other) for other in taken):
                    chosen[name] = (spot, hidden)
                    taken.append(box)
                    break
    text = Markup('<text class="nama{}" x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>')
    return [text.format(hidden, *spot, name) for name, (spot, hidden) in chosen.items()]


def _spots(x: float, y: float, letters: float) -> list[Spot]:
    """The four places for the name of a city at (x, y), the best first: right and left above, right and left below."""
    right, left, above, below = x + AWAY, x - AWAY, y - ABOVE, y + letters
    return [
        Spot(right, above, "start"),
        Spot(left, above, "end"),
        Spot(right, below, "start"),
        Spot(left, below, "end"),
    ]


def _short(name: str) -> str:
    return name.removeprefix("Kota ").removeprefix("Kabupaten ")
