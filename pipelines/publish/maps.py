"""Maps of Indonesia as SVG, without tiles: a grid of dots drawn from the points of nlp/gazetteers/regions.csv.

A grid cell is land when a kecamatan lies near it, or when kecamatan lie around it on most sides (the inside of Papua
and Kalimantan, where they are far apart); it belongs to the province of the nearest one. So the outline is ours,
coarse (a third of a degree, 35 km) and free. The projection is equirectangular, true enough on the equator.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from markupsafe import Markup

from nlp.gazetteers import regions
from pipelines.publish.render import number

WEST, EAST, NORTH, SOUTH = 94.8, 141.2, 6.4, -11.2  # degrees
CELL = 1 / 3  # degrees
SCALE = 15.0  # SVG units a degree
NEAR = 0.24  # degrees from a kecamatan: land for certain
AROUND = 0.95  # degrees: kecamatan this near in at least SIDES of eight directions make a cell inland
SIDES = 6
SHADES = 5


@lru_cache(maxsize=1)
def land() -> dict[str, list[tuple[float, float]]]:
    """Province code -> centres (lat, lon) of its grid cells."""
    points = [(r.code[:2], r.lat, r.lon) for r in regions().by_code.values()
              if r.kind == "kecamatan" and r.lat is not None and r.lon is not None]  # fmt: skip
    codes = [code for code, _, _ in points]
    lats = np.array([lat for _, lat, _ in points])
    lons = np.array([lon for _, _, lon in points])
    cells: dict[str, list[tuple[float, float]]] = {}
    for lat in np.arange(NORTH, SOUTH, -CELL):
        band = np.flatnonzero(np.abs(lats - lat) <= AROUND)
        for lon in np.arange(WEST, EAST, CELL):
            dy, dx = lats[band] - lat, lons[band] - lon
            distance = np.hypot(dx, dy)
            if not distance.size:
                continue
            nearest = int(np.argmin(distance))
            if distance[nearest] > NEAR:
                close = distance <= AROUND
                octants = np.unique(np.floor((np.arctan2(dy[close], dx[close]) + np.pi) / (np.pi / 4)).astype(int) % 8)
                if len(octants) < SIDES:
                    continue
            cells.setdefault(codes[int(band[nearest])], []).append((float(lat), float(lon)))
    return cells


def indonesia(
    counts: Mapping[str, int], cities: Sequence[Mapping[str, Any]] = (), *, labels: int = 0, title: str
) -> Markup:
    """The whole country: provinces shaded by `counts` (code -> number) and linked, cities as circles.

    cities: rows with id, name, lat, lon and n; the first `labels` of them are named on the map.
    """
    thresholds = _thresholds([n for n in counts.values() if n])
    names = {r.code: r.name for r in regions().by_code.values() if r.kind == "provinsi"}
    shapes = []
    for code, cells in sorted(land().items()):
        count = counts.get(code, 0)
        shade = sum(count >= t for t in thresholds) if count else 0
        shapes.append(
            Markup('<a href="/provinsi/{0}" aria-label="{1}"><title>{1}</title>{2}</a>').format(
                code, f"{names.get(code, code)}: {number(count)}", _dots(cells, f"k{shade}")
            )
        )
    shapes += _circles(cities, labels)
    return _frame(Markup("").join(shapes), (WEST, NORTH, EAST, SOUTH), title, group=True)


def around(lat: float, lon: float, name: str) -> Markup:
    """The whole country with one place marked."""
    every = [cell for cells in land().values() for cell in cells]
    x, y = _xy(lat, lon)
    inside = WEST - 1 <= lon <= EAST + 1 and SOUTH - 1 <= lat <= NORTH + 1
    if not inside:
        return Markup("")
    pin = Markup(
        '<circle class="cincin" cx="{x:.1f}" cy="{y:.1f}" r="15"/>'
        '<circle class="titik" cx="{x:.1f}" cy="{y:.1f}" r="6"/>'
    )
    return _frame(_dots(every, "k0") + pin.format(x=x, y=y), (WEST, NORTH, EAST, SOUTH), f"Letak {name} di Indonesia")


def province(code: str, cities: Sequence[Mapping[str, Any]], name: str) -> Markup:
    """A province with its cities as circles, its neighbours pale; "" when its points are unknown."""
    own = land().get(code)
    if not own:
        return Markup("")
    west, east = min(lon for _, lon in own) - 1.2, max(lon for _, lon in own) + 1.2
    south, north = min(lat for lat, _ in own) - 0.9, max(lat for lat, _ in own) + 0.9
    others = [
        (lat, lon)
        for other, cells in land().items()
        for lat, lon in cells
        if other != code and west <= lon <= east and south <= lat <= north
    ]
    shapes = [_dots(others, "k0"), _dots(own, "k2"), *_circles(cities, 6)]
    return _frame(Markup("").join(shapes), (west, north, east, south), f"Peta {name}", group=True)


def _thresholds(values: list[int]) -> list[float]:
    """Lower bounds of the shades: equal numbers of provinces in each, so that one Jakarta does not pale the rest."""
    if not values:
        return []
    ordered = sorted(values)
    return [0.0, *(float(ordered[len(ordered) * i // (SHADES - 1)]) for i in range(1, SHADES - 1))]


def _xy(lat: float, lon: float) -> tuple[float, float]:
    return lon * SCALE, -lat * SCALE


def _dots(cells: Sequence[tuple[float, float]], shade: str) -> Markup:
    """Round dots as one path: a zero-length line with round caps is a dot, and a tenth of the bytes of a circle."""
    path = "".join(f"M{x:.0f} {y:.0f}h0" for x, y in (_xy(lat, lon) for lat, lon in cells))
    return Markup('<path class="darat {}" d="{}"/>').format(shade, path)


def _circles(cities: Sequence[Mapping[str, Any]], labels: int) -> list[Markup]:
    placed = [c for c in cities if c["lat"] is not None and c["lon"] is not None]
    most = max((c["n"] for c in placed), default=1) or 1
    shapes = [
        Markup(
            '<a href="/kota/{0}" aria-label="{1}"><title>{1}</title>'
            '<circle class="titik" cx="{2:.1f}" cy="{3:.1f}" r="{4:.1f}"/></a>'
        ).format(
            c["id"], f"{c['name']}: {number(c['n'])} artikel",
            *_xy(c["lat"], c["lon"]), 2.2 + 6 * (c["n"] / most) ** 0.5,
        )
        for c in reversed(placed)
    ]  # fmt: skip
    taken: list[tuple[float, float]] = []
    for c in placed:
        x, y = _xy(c["lat"], c["lon"])
        if len(taken) == labels:
            break
        if all(abs(x - a) > 75 or abs(y - b) > 13 for a, b in taken):
            taken.append((x, y))
            name = c["name"].removeprefix("Kota ").removeprefix("Kabupaten ")
            left = c["lon"] > EAST - 6  # no room to the right
            shapes.append(
                Markup('<text class="nama" x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(
                    x - 8 if left else x + 8, y - 6, "end" if left else "start", name
                )
            )
    return shapes


def _frame(shapes: Markup, box: tuple[float, float, float, float], title: str, *, group: bool = False) -> Markup:
    west, north, east, south = box[0] - 0.4, box[1] + 1.0, box[2] + 0.4, box[3] - 0.2
    return Markup('<svg class="peta" viewBox="{:.0f} {:.0f} {:.0f} {:.0f}" role="{}" aria-label="{}">{}</svg>').format(
        west * SCALE,
        -north * SCALE,
        (east - west) * SCALE,
        (north - south) * SCALE,
        "group" if group else "img",
        title,
        shapes,
    )
