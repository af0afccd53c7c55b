"""When media took a press release up, as a chart in SVG: one row an article, its dot on a line of time."""

from __future__ import annotations

from collections.abc import Iterable
from math import log1p
from typing import NamedTuple

from markupsafe import Markup

from pipelines.publish.show.charts import LETTER, WIDTH
from pipelines.wording.labels import COVERAGE_LABELS
from pipelines.wording.lags import lag

ROW, TOP, EDGE = 30, 30, 12  # SVG units: a row, the axis above the rows, the margin of dots
FINEST = 10  # minutes; below them the scale is linear, above logarithmic: most media follow within hours, some in days
SHORTEST_LINE = 60  # minutes that the line of time shows at least
MOST_ROWS, LONGEST_NAME = 40, 26
TICKS = {  # minutes after the release
    -1440: "1 hari sebelumnya",
    -60: "1 jam sebelumnya",
    0: "terbit",
    15: "15 menit",
    60: "1 jam",
    360: "6 jam",
    1440: "1 hari",
    4320: "3 hari",
    10080: "1 minggu",
}
DOT = Markup(
    '<a href="/liputan/{release}/{article}"><title>{title}</title>'
    '<circle class="l-{code}" cx="{x:.1f}" cy="{y:.1f}" r="7"/>'
    '<text x="{at:.1f}" y="{base:.1f}" text-anchor="{anchor}">{name}, {label}'
    '<tspan class="lapang"> ({when})</tspan></text></a>'
)


class Taken(NamedTuple):
    """An article that took a release up: both ids, the outlet's name, the label of coverage, minutes after it."""

    release_id: int
    article_id: int
    outlet: str
    label: str
    minutes: int


class _Line:
    """The line of time from the first article, or the release, to the last."""

    def __init__(self, first: int, last: int) -> None:
        self.first = first
        self.low, self.high = _bent(min(0, first)), _bent(max(SHORTEST_LINE, last))

    def across(self, minutes: int) -> float:
        """Where a time lies, in SVG units from the left."""
        return EDGE + (WIDTH - 2 * EDGE) * (_bent(minutes) - self.low) / (self.high - self.low)


def _bent(minutes: float) -> float:
    return log1p(abs(minutes) / FINEST) * (-1 if minutes < 0 else 1)


def pick_up(articles: Iterable[Taken], title: str) -> Markup:
    """When each article appeared: a row an article in order of time, its dot coloured and named by its label.

    Of more than MOST_ROWS only the first are drawn; "" when there is none.
    """
    timed = sorted(articles, key=lambda taken: taken.minutes)[:MOST_ROWS]
    if not timed:
        return Markup("")
    line = _Line(timed[0].minutes, timed[-1].minutes)
    height = TOP + ROW * len(timed)
    drawn = _ticks(line, height)
    for row, taken in enumerate(timed):
        drawn.append(_dot(taken, line.across(taken.minutes), TOP + ROW * (row + 0.5)))
    return Markup(
        '<figure class="grafik naik"><svg viewBox="0 0 {} {}" role="group" aria-label="{}">{}</svg></figure>'
    ).format(WIDTH, height, title, Markup("").join(drawn))


def _dot(taken: Taken, x: float, y: float) -> Markup:
    """An article's dot, with its words on the side where there is room."""
    name = taken.outlet if len(taken.outlet) <= LONGEST_NAME else taken.outlet[: LONGEST_NAME - 1] + "…"
    label, when = COVERAGE_LABELS.get(taken.label, taken.label), lag(taken.minutes)
    left = x > WIDTH / 2
    return DOT.format(
        release=taken.release_id,
        article=taken.article_id,
        title=f"{taken.outlet}: {label}, {when}",
        code=taken.label,
        x=x,
        y=y,
        at=x - 12 if left else x + 12,
        base=y + 5,
        anchor="end" if left else "start",
        name=name,
        label=label,
        when=when,
    )


def _ticks(line: _Line, height: int) -> list[Markup]:
    """Lines across the rows for the TICKS that lie on the line, and their labels where these leave each other room."""
    upright = Markup('<line class="{}" x1="{x:.1f}" y1="{}" x2="{x:.1f}" y2="{}"/>')
    words = Markup('<text class="jam" x="{:.1f}" y="18" text-anchor="middle">{}</text>')
    drawn, free = [], 0.0
    for minutes, label in TICKS.items():
        x = line.across(minutes)
        if not EDGE <= x <= WIDTH - EDGE or (minutes < 0 and minutes < line.first):
            continue
        half = LETTER * len(label) / 2
        centre = min(max(x, half), WIDTH - half)
        drawn.append(upright.format("terbit" if minutes == 0 else "sumbu", TOP - 6, height, x=x))
        if centre - half >= free or minutes == 0:
            free = centre + half + LETTER
            drawn.append(words.format(centre, label))
    return drawn
