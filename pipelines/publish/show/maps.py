"""Maps of Indonesia as SVG, without tiles: dots drawn from the points of nlp/gazetteers/regions.csv.

On the map of the country a grid cell is land when a kecamatan lies near it, or when kecamatan lie around it on most
sides (the inside of Papua and Kalimantan, where they are far apart); it belongs to the province of the nearest one. So
the outline is ours, coarse (a third of a degree, 35 km) and free. A province's own map shows its kecamatan as they lie.
The projection is equirectangular, true enough on the equator.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from markupsafe import Markup

from nlp.gazetteers import Region, regions
from pipelines.wording.numbers import number

CELL = 1 / 3  # degrees
NEAR = 0.24  # degrees from a kecamatan: land for certain
AROUND = 0.95  # degrees: kecamatan this near in at least SIDES of eight directions make a cell inland
SIDES = 6
SHADES = 4
WIDTH = 700.0  # SVG units of every map, so that dots, circles and names keep their size
ASTRAY = 3.5  # a kecamatan this many times farther from the middle of its kabupaten than the usual one is misplaced
LETTERS, PHONE_LETTERS = 11.0, 22.0  # font size of names in SVG units, as in pantau.css
LEAST = 0.15  # degrees; the "usual" of a kabupaten of few, close kecamatan

Point = tuple[float, float]  # latitude, longitude in degrees


@dataclass(frozen=True, slots=True)
class View:
    """The part of the world that a map shows, in degrees."""

    west: float
    north: float
    east: float
    south: float

    def xy(self, lat: float, lon: float) -> tuple[float, float]:
        """A point in SVG units."""
        scale = WIDTH / (self.east - self.west)
        return (lon - self.west) * scale, (self.north - lat) * scale

    def holds(self, lat: float, lon: float) -> bool:
        """Whether the map shows that point."""
        return self.west <= lon <= self.east and self.south <= lat <= self.north


COUNTRY = View(94.4, 7.4, 141.6, -11.4)


@lru_cache(maxsize=1)
def kecamatan() -> list[tuple[str, float, float]]:
    """(code, lat, lon) of every kecamatan with a believable place; the file has a few in the wrong province."""
    by_parent: dict[str, list[Region]] = {}
    for region in regions().by_code.values():
        if region.kind == "kecamatan" and region.lat is not None and region.lon is not None:
            by_parent.setdefault(region.code[:5], []).append(region)
    kept = []
    for group in by_parent.values():
        lats, lons = np.array([r.lat for r in group]), np.array([r.lon for r in group])
        distance = np.hypot(lats - np.median(lats), lons - np.median(lons))
        limit = ASTRAY * max(float(np.median(distance)), LEAST)
        kept += [
            (r.code, float(a), float(o)) for r, a, o, d in zip(group, lats, lons, distance, strict=True) if d <= limit
        ]
    return kept


@lru_cache(maxsize=1)
def land() -> dict[str, list[Point]]:
    """Province code -> centres of its grid cells."""
    points = kecamatan()
    codes = [code[:2] for code, _, _ in points]
    lats, lons = np.array([lat for _, lat, _ in points]), np.array([lon for _, _, lon in points])
    cells: dict[str, list[Point]] = {}
    for lat in np.arange(6.4, -11.2, -CELL):
        band = np.flatnonzero(np.abs(lats - lat) <= AROUND)
        for lon in np.arange(94.8, 141.2, CELL):
            close = band[np.abs(lons[band] - lon) <= AROUND]
            if not close.size:
                continue
            dy, dx = lats[close] - lat, lons[close] - lon
            distance = np.hypot(dx, dy)
            nearest = int(np.argmin(distance))
            if distance[nearest] > NEAR:
                octants = ((np.arctan2(dy, dx) + np.pi) / (np.pi / 4)).astype(int) % 8
                if len(set(octants[distance <= AROUND].tolist())) < SIDES:
                    continue
            cells.setdefault(codes[int(close[nearest])], []).append((float(lat), float(lon)))
    return cells


def indonesia(
    counts: Mapping[str, int], cities: Sequence[Mapping[str, Any]] = (), *, labels: int = 0, title: str
) -> Markup:
    """The whole country: provinces shaded by `counts` (code -> number) and linked, cities as circles.

    cities: rows with id, name, lat, lon and n; the first `labels` of them that leave each other room are named.
    """
    bounds = _bounds([n for n in counts.values() if n])
    names = {r.code: r.name for r in regions().by_code.values() if r.kind == "provinsi"}
    shapes = []
    for code, cells in sorted(land().items()):
        count = counts.get(code, 0)
        shade = sum(count >= bound for bound in bounds) if count else 0
        shapes.append(
            Markup('<a href="/provinsi/{0}" aria-label="{1}"><title>{1}</title>{2}</a>').format(
                code, f"{names.get(code, code)}: {number(count)}", _dots(COUNTRY, cells, f"k{shade}")
            )
        )
    return _frame(COUNTRY, [*shapes, *_circles(COUNTRY, cities, labels)], title, group=True)


def around(lat: float, lon: float, name: str) -> Markup:
    """The whole country with one place marked; "" for a place abroad."""
    if not COUNTRY.holds(lat, lon):
        return Markup("")
    every = [cell for cells in land().values() for cell in cells]
    x, y = COUNTRY.xy(lat, lon)
    pin = Markup(
        '<circle class="cincin" cx="{x:.1f}" cy="{y:.1f}" r="15"/>'
        '<circle class="titik" cx="{x:.1f}" cy="{y:.1f}" r="6"/>'
    ).format(x=x, y=y)
    return _frame(COUNTRY, [_dots(COUNTRY, every, "k0"), pin], f"Letak {name} di Indonesia")


def province(code: str, cities: Sequence[Mapping[str, Any]], name: str) -> Markup:
    """A province by its kecamatan, its cities as circles, its neighbours pale; "" when its points are unknown."""
    own = [(lat, lon) for other, lat, lon in kecamatan() if other[:2] == code]
    if not own:
        return Markup("")
    lats, lons = [lat for lat, _ in own], [lon for _, lon in own]
    middle, span = (max(lats) + min(lats)) / 2, max(max(lons) - min(lons), (max(lats) - min(lats)) * 1.6, 0.8)
    centre, tall = (max(lons) + min(lons)) / 2, max(max(lats) - min(lats), span * 0.4)
    view = View(centre - span * 0.6, middle + tall * 0.62, centre + span * 0.6, middle - tall * 0.62)
    others = [(lat, lon) for other, lat, lon in kecamatan() if other[:2] != code and view.holds(lat, lon)]
    shapes = [_dots(view, others, "k0"), _dots(view, own, "k2"), *_circles(view, cities, 8)]
    return _frame(view, shapes, f"Peta {name}", group=True)


def _bounds(values: list[int]) -> list[float]:
    """Lower bounds of the shades: equal numbers of provinces in each, so that one Jakarta does not pale the rest."""
    if not values:
        return []
    ordered = sorted(values)
    return [0.0, *(float(ordered[len(ordered) * i // SHADES]) for i in range(1, SHADES))]


def _dots(view: View, points: Sequence[Point], shade: str) -> Markup:
    """Round dots as one path: a zero-length line with round caps is a dot, and a tenth of the bytes of a circle."""
    path = "".join(f"M{x:.0f} {y:.0f}h0" for x, y in (view.xy(lat, lon) for lat, lon in points))
    return Markup('<path class="darat {}" d="{}"/>').format(shade, path)


def _circles(view: View, cities: Sequence[Mapping[str, Any]], labels: int) -> list[Markup]:
    placed = [c for c in cities if c["lat"] is not None and c["lon"] is not None and view.holds(c["lat"], c["lon"])]
    most = max((c["n"] for c in placed), default=1) or 1
    shapes = []
    for c in reversed(placed):  # the most told of lie on top
        x, y = view.xy(c["lat"], c["lon"])
        shapes.append(
            Markup(
                '<a href="/kota/{0}" aria-label="{1}"><title>{1}</title>'
                '<circle class="titik" cx="{2:.1f}" cy="{3:.1f}" r="{4:.1f}"/></a>'
            ).format(c["id"], f"{c['name']}: {number(c['n'])} artikel", x, y, 2.2 + 6 * (c["n"] / most) ** 0.5)
        )
    return shapes + _names(view, placed, labels)


def _names(view: View, cities: Sequence[Mapping[str, Any]], most: int) -> list[Markup]:
    """The names of the first `most` cities that leave each other room: those that do on a phone, whose letters are
    twice as large, then those that only do on a wide screen; these are hidden on a phone."""
    height = WIDTH * (view.north - view.south) / (view.east - view.west)
    chosen: dict[int, tuple[float, float, str, str]] = {}
    for letters, hidden in ((PHONE_LETTERS, ""), (LETTERS, " lapang")):
        # What is placed already has smaller letters on a wide screen, and stays where it is.
        boxes = [_box(x, y, anchor, cities[i]["name"], letters) for i, (x, y, anchor, _) in chosen.items()]
        for i, city in enumerate(cities):
            if len(chosen) == most or _short(city["name"]) in {_short(cities[k]["name"]) for k in chosen}:
                continue  # a kota and the kabupaten of its name lie side by side
            x, y = view.xy(city["lat"], city["lon"])
            for dx, dy, anchor in ((8, -6, "start"), (-8, -6, "end"), (8, letters, "start"), (-8, letters, "end")):
                box = _box(x + dx, y + dy, anchor, city["name"], letters)
                inside = box[0] >= 0 and box[2] <= WIDTH and box[1] >= 0 and box[3] <= height
                if inside and not any(_overlap(box, other) for other in boxes):
                    chosen[i] = (x + dx, y + dy, anchor, hidden)
                    boxes.append(box)
                    break
    return [
        Markup('<text class="nama{}" x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(
            hidden, x, y, anchor, _short(cities[i]["name"])
        )
        for i, (x, y, anchor, hidden) in chosen.items()
    ]


def _short(name: str) -> str:
    return name.removeprefix("Kota ").removeprefix("Kabupaten ")


def _box(x: float, y: float, anchor: str, name: str, letters: float) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of a name in SVG units; letters of this font are about 0.64 as wide as high."""
    width = 0.64 * letters * len(_short(name))
    left = x - width if anchor == "end" else x
    return left, y - letters, left + width, y + 0.3 * letters


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _frame(view: View, shapes: Sequence[Markup], title: str, *, group: bool = False) -> Markup:
    height = WIDTH * (view.north - view.south) / (view.east - view.west)
    return Markup('<svg class="peta" viewBox="0 0 {:.0f} {:.0f}" role="{}" aria-label="{}">{}</svg>').format(
        WIDTH, height, "group" if group else "img", title, Markup("").join(shapes)
    )
