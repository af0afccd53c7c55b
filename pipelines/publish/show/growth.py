"""How a story grew: a small curve for cards, bars by hour or day for its page. Colours come from pantau.css."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from markupsafe import Markup

from pipelines.publish.show.charts import Bar, bars
from pipelines.wording.dates import day
from pipelines.wording.wib import WIB, parse_time

WIDE, HIGH = 96, 28  # SVG units of the small curve
MOST_HOURS = 72  # a longer story is drawn by day
LABELS = 6  # on the axis


def curve(moments: Sequence[str]) -> Markup:
    """The articles of a story added up over its time, as a line; "" for fewer than two moments (ISO 8601, in order)."""
    at = [parse_time(moment).timestamp() for moment in moments]
    if len(at) < 2:
        return Markup("")
    span = at[-1] - at[0] or 1
    points = " ".join(
        f"{2 + (WIDE - 4) * (moment - at[0]) / span:.1f},{HIGH - 2 - (HIGH - 4) * (number - 1) / (len(at) - 1):.1f}"
        for number, moment in enumerate(at, 1)
    )
    return Markup('<svg class="tumbuh" viewBox="0 0 {} {}" aria-hidden="true"><polyline points="{}"/></svg>').format(
        WIDE, HIGH, points
    )


def over_time(moments: Sequence[str], title: str) -> Markup:
    """Articles by hour (WIB), by day where a story lasts longer than MOST_HOURS; "" without any."""
    at = [parse_time(moment).astimezone(WIB) for moment in moments]
    if not at:
        return Markup("")
    first, last = min(at), max(at)
    by_hour = last - first <= timedelta(hours=MOST_HOURS)
    step = timedelta(hours=1) if by_hour else timedelta(days=1)
    begins = [_begin(moment, by_hour) for moment in at]
    counts, when, data = Counter(begins), min(begins), []
    total = (max(begins) - when) // step + 1
    for number in range(min(total, 366)):
        labelled = number % max(1, total // LABELS) == 0
        label = (f"{when:%H}.00" if by_hour else f"{when.day}/{when.month}") if labelled else ""
        name = f"{day(when.date().isoformat())}, {when:%H}.00" if by_hour else day(when.date().isoformat())
        data.append(Bar((counts[when],), name, label))
        when += step
    return bars(data, title)


def _begin(moment: datetime, by_hour: bool) -> datetime:
    """Of the hour or the day in which a moment lies."""
    return moment.replace(hour=moment.hour if by_hour else 0, minute=0, second=0, microsecond=0)
