"""Maps of Indonesia as SVG: the country in dots of land, a province by its kecamatan, cities as circles.

The projection is equirectangular, true enough on the equator. Colours come from pantau.css.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from nlp.gazetteers import regions
from pipelines.publish.show.land import Point, kecamatan, land
from pipelines.publish.show.map_names import place_names
from pipelines.wording.numbers import number

SHADES = 4
WIDTH = 700.0  # SVG units of every map, so that dots, circles and names keep their size
SMALLEST, GROWN = 2.2, 6.0  # radius of a circle in SVG units: for none, and what the most told city adds to it
PROVINCE_NAMES = 8  # cities that are named on the map of a province
PIN = Markup(
    '<circle class="cincin" cx="{x:.1f}" cy="{y:.1f}" r="15"/><circle class="titik" cx="{x:.1f}" cy="{y:.1f}" r="6"/>'
)


@dataclass(frozen=True, slots=True)
class Extent:
    """The part of the world that a map shows, in degrees."""

    west: float
    north: float
    east: float
    south: float

    @property
    def height(self) -> float:
        """Of the map in SVG units."""
        return WIDTH * (self.north - self.south) / (self.east - self.west)

    def xy(self, lat: float, lon: float) -> tuple[float, float]:
        """A point in SVG units."""
        scale = WIDTH / (self.east - self.west)
        return (lon - self.west) * scale, (self.north - lat) * scale

    def holds(self, lat: float, lon: float) -> bool:
        """Whether the map shows that point."""
        return self.west <= lon <= self.east and self.south <= lat <= self.north


COUNTRY = Extent(94.4, 7.4, 141.6, -11.4)


@dataclass(frozen=True, slots=True)
class City:
    """A city on a map: its id, where it lies (degrees, None if unknown), in how many articles."""

    id: int
    name: str
    lat: float | None
    lon: float | None
    articles: int


def indonesia(counts: Mapping[str, int], cities: Sequence[City] = (), *, labels: int = 0, title: str) -> Markup:
    """The whole country: provinces shaded by `counts` (code -> number) and linked, cities as circles.

    The first `labels` cities that leave each other room are named.
    """
    bounds = _bounds([n for n in counts.values() if n])
    names = {r.code: r.name for r in regions().by_code.values() if r.kind == "provinsi"}
    link = Markup('<a href="/provinsi/{0}" aria-label="{1}"><title>{1}</title>{2}</a>')
    shapes = []
    for code, cells in sorted(land().items()):
        count = counts.get(code, 0)
        shade = sum(count >= bound for bound in bounds) if count else 0
        name = f"{names.get(code, code)}: {number(count)}"
        shapes.append(link.format(code, name, _dots(COUNTRY, cells, f"k{shade}")))
    return _svg(COUNTRY, [*shapes, *_circles(COUNTRY, cities, labels)], title, group=True)


def around(lat: float, lon: float, name: str) -> Markup:
    """The whole country with one place marked; "" for a place abroad."""
    if not COUNTRY.holds(lat, lon):
        return Markup("")
    every = [cell for cells in land().values() for cell in cells]
    x, y = COUNTRY.xy(lat, lon)
    return _svg(COUNTRY, [_dots(COUNTRY, every, "k0"), PIN.format(x=x, y=y)], f"Letak {name} di Indonesia")


def province(code: str, cities: Sequence[City], name: str) -> Markup:
    """A province by its kecamatan, its cities as circles, its neighbours pale; "" when its points are unknown."""
    own = [(point.lat, point.lon) for point in kecamatan() if point.code[:2] == code]
    if not own:
        return Markup("")
    extent = _around_points(own)
    others = [
        (point.lat, point.lon) for point in kecamatan() if point.code[:2] != code and extent.holds(point.lat, point.lon)
    ]
    land_shapes = [_dots(extent, others, "k0"), _dots(extent, own, "k2")]
    return _svg(extent, [*land_shapes, *_circles(extent, cities, PROVINCE_NAMES)], f"Peta {name}", group=True)


def _around_points(points: Sequence[Point]) -> Extent:
    """The extent of a province's points with a margin, neither very narrow nor very flat."""
    lats, lons = [lat for lat, _ in points], [lon for _, lon in points]
    middle, centre = (max(lats) + min(lats)) / 2, (max(lons) + min(lons)) / 2
    wide = max(max(lons) - min(lons), (max(lats) - min(lats)) * 1.6, 0.8)
    tall = max(max(lats) - min(lats), wide * 0.4)
    return Extent(centre - wide * 0.6, middle + tall * 0.62, centre + wide * 0.6, middle - tall * 0.62)


def _bounds(values: Iterable[int]) -> list[float]:
    """Lower bounds of the shades: equal numbers of provinces in each, so that one Jakarta does not pale the rest."""
    ordered = sorted(values)
    if not ordered:
        return []
    return [0.0, *(float(ordered[len(ordered) * i // SHADES]) for i in range(1, SHADES))]


def _dots(extent: Extent, points: Iterable[Point], shade: str) -> Markup:
    """Round dots as one path: a zero-length line with round caps is a dot, and a tenth of the bytes of a circle."""
    path = "".join(f"M{x:.0f} {y:.0f}h0" for x, y in (extent.xy(lat, lon) for lat, lon in points))
    return Markup('<path class="darat {}" d="{}"/>').format(shade, path)


def _circles(extent: Extent, cities: Iterable[City], labels: int) -> list[Markup]:
    """The cities that lie on the map as linked circles, the most told of on top, and the first `labels` of their names.

    The area of a circle, less the smallest one, grows with the articles.
    """
    circle = Markup(
        '<a href="/kota/{0}" aria-label="{1}"><title>{1}</title>'
        '<circle class="titik" cx="{2:.1f}" cy="{3:.1f}" r="{4:.1f}"/></a>'
    )
    placed = [
        (city, extent.xy(city.lat, city.lon))
        for city in cities
        if city.lat is not None and city.lon is not None and extent.holds(city.lat, city.lon)
    ]
    most = max((city.articles for city, _ in placed), default=1) or 1
    shapes = []
    for city, (x, y) in reversed(placed):
        radius = SMALLEST + GROWN * (city.articles / most) ** 0.5
        shapes.append(circle.format(city.id, f"{city.name}: {number(city.articles)} artikel", x, y, radius))
    return shapes + place_names([(city.name, x, y) for city, (x, y) in placed], labels, WIDTH, extent.height)


def _svg(extent: Extent, shapes: Iterable[Markup], title: str, *, group: bool = False) -> Markup:
    """The map; a `group` holds links, other maps are one image to those who hear the page."""
    return Markup('<svg class="peta" viewBox="0 0 {:.0f} {:.0f}" role="{}" aria-label="{}">{}</svg>').format(
        WIDTH, extent.height, "group" if group else "img", title, Markup("").join(shapes)
    )
