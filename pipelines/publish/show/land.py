"""Where Indonesia's land is, from the points of nlp/gazetteers/regions.csv: without tiles, ours and free.

A grid cell is land when a kecamatan lies near it, or when kecamatan lie around it on most sides (the inside of Papua
and Kalimantan, where they are far apart); it belongs to the province of the nearest one. The grid is coarse: a third
of a degree, 35 km.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from nlp.gazetteers import Region, regions

CELL = 1 / 3  # degrees
NEAR = 0.24  # degrees from a kecamatan: land for certain
AROUND = 0.95  # degrees: kecamatan this near in at least SIDES of eight directions make a cell inland
SIDES = 6
NORTH, SOUTH, WEST, EAST = 6.4, -11.2, 94.8, 141.2  # of the grid, in degrees
ASTRAY = 3.5  # a kecamatan this many times farther from the middle of its kabupaten than the usual one is misplaced
LEAST = 0.15  # degrees; the "usual" of a kabupaten of few, close kecamatan

Point = tuple[float, float]  # latitude, longitude in degrees


class Kecamatan(NamedTuple):
    """A kecamatan by its Kemendagri code ("32.73.01"), and where it lies."""

    code: str
    lat: float
    lon: float


@lru_cache(maxsize=1)
def kecamatan() -> list[Kecamatan]:
    """Every kecamatan with a believable place; the file has a few in the wrong province."""
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
            Kecamatan(region.code, float(lat), float(lon))
            for region, lat, lon, away in zip(group, lats, lons, distance, strict=True)
            if away <= limit
        ]
    return kept


@lru_cache(maxsize=1)
def land() -> dict[str, list[Point]]:
    """Province code -> centres of its grid cells, from north to south."""
    points = kecamatan()
    lats, lons = np.array([point.lat for point in points]), np.array([point.lon for point in points])
    cells: dict[str, list[Point]] = {}
    for lat in np.arange(NORTH, SOUTH, -CELL):
        band = np.flatnonzero(np.abs(lats - lat) <= AROUND)
        for lon in np.arange(WEST, EAST, CELL):
            close = band[np.abs(lons[band] - lon) <= AROUND]
            if close.size and (nearest := _nearest(lats[close] - lat, lons[close] - lon)) is not None:
                cells.setdefault(points[close[nearest]].code[:2], []).append((float(lat), float(lon)))
    return cells


def _nearest(dy: np.ndarray, dx: np.ndarray) -> int | None:
    """Which of the points at these distances (degrees) from a cell is the nearest; None when the cell is no land."""
    distance = np.hypot(dx, dy)
    nearest = int(np.argmin(distance))
    if distance[nearest] > NEAR:
        octants = ((np.arctan2(dy, dx) + np.pi) / (np.pi / 4)).astype(int) % 8
        if len(set(octants[distance <= AROUND].tolist())) < SIDES:
            return None
    return nearest
