"""Several curves over time as SVG, each with a colour, a dash and a mark of its own; the figures stand in a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from pipelines.publish.show.charts import BASE, CHART, HEAD, HEIGHT, WIDTH, axis_label, figures
from pipelines.publish.show.spans import Span

EDGE = 6  # SVG units left and right of the curves
MARKS = 40  # points up to which each has a mark that can be pointed at
LINKED = Markup('<a href="{}">{}</a>')
POINT = Markup('<g><title>{}</title><circle class="c{}" cx="{:.1f}" cy="{:.1f}" r="{}"/></g>')


@dataclass(frozen=True, slots=True)
class Curve:
    """One curve: its name, a value for each step, and where each leads ("" for nowhere)."""

    name: str
    values: Sequence[float]
    hrefs: Sequence[str] = ()


def curves(
    data: Sequence[Curve],
    steps: Sequence[Span],
    title: str,
    say: Callable[[float], str],
    labels: Sequence[str] | None = None,
) -> Markup:
    """The curves with a table of all figures below, folded; "" when there is nothing to show.

    labels: what each step is called in the table, in the place of its name
    """
    most = max((value for curve in data for value in curve.values), default=0)
    if not most:
        return Markup("")
    across = (WIDTH - 2 * EDGE) / max(1, len(steps) - 1)
    drawn: list[Markup] = []
    free = 0.0
    for index, step in enumerate(steps):
        if step.label:
            label, free = axis_label(step.label, EDGE + index * across, free)
            drawn.append(label)
    for number, curve in enumerate(data):
        drawn += _curve(number, curve, steps, across, most, say)
    names = labels or [step.name for step in steps]
    lines = [
        (name, [say(curve.values[index]) for curve in data])
        for index, name in enumerate(names)
        if any(curve.values[index] for curve in data)
    ]
    return CHART.format(
        width=WIDTH,
        height=HEIGHT,
        base=BASE,
        title=title,
        most=f"paling banyak {say(most)}",
        drawn=Markup("").join(drawn),
        table=figures(title, [curve.name for curve in data], lines),
    )


def _curve(
    number: int, curve: Curve, steps: Sequence[Span], across: float, most: float, say: Callable[[float], str]
) -> list[Markup]:
    """The line of a curve, and its marks: all of a short one, of a long one those that stand alone."""
    at = [(EDGE + n * across, BASE - (BASE - HEAD) * value / most) for n, value in enumerate(curve.values)]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
    drawn = [Markup('<polyline class="kurva c{}" points="{}"/>').format(number, points)]
    if len(at) > MARKS:
        return drawn
    for n, (x, y) in enumerate(at):
        if not curve.values[n]:
            continue
        point = POINT.format(f"{curve.name}, {steps[n].name}: {say(curve.values[n])}", number, x, y, 3.5)
        href = curve.hrefs[n] if n < len(curve.hrefs) else ""
        drawn.append(LINKED.format(href, point) if href else point)
    return drawn
