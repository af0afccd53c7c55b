"""Charts as SVG, drawn on the server: bars by month or day, small bars in lists. Colours come from pantau.css."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import log1p
from typing import Any

from markupsafe import Markup

from pipelines.wording.dates import day, month_name, short_month_name
from pipelines.wording.labels import COVERAGE_LABELS
from pipelines.wording.lags import lag
from pipelines.wording.numbers import number

WIDTH, HEIGHT, FOOT, HEAD = 640, 158, 20, 24  # SVG units; FOOT holds the labels of the axis, HEAD the greatest value
MOST_MONTHS = 36
LETTER = 12.0  # SVG units of a letter on a phone


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its parts from the bottom up, what it is called, its label on the axis ("" for none), where it leads."""

    parts: tuple[int, ...]
    name: str
    label: str = ""
    href: str | None = None

    @property
    def total(self) -> int:
        """The height of the whole bar."""
        return sum(self.parts)


def bars(data: Sequence[Bar], title: str) -> Markup:
    """A bar chart with a table of the same figures below it, folded; "" when there is nothing to show."""
    if not data or not any(bar.total for bar in data):
        return Markup("")
    most = max(bar.total for bar in data)
    step = WIDTH / len(data)
    gap = 1.0 if step < 9 else step * 0.18
    drawn: list[Markup] = []
    free = 0.0  # where the next label has room on a phone, whose letters are larger
    for index, bar in enumerate(data):
        bottom, shapes = float(HEIGHT - FOOT), []
        for part, value in enumerate(bar.parts):
            height = (HEIGHT - FOOT - HEAD) * value / most
            bottom -= height
            if value:
                shapes.append(
                    Markup('<rect class="b{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>').format(
                        part, index * step + gap / 2, bottom, max(step - gap, 0.5), height
                    )
                )
        shape = Markup("<title>{}</title>{}").format(f"{bar.name}: {number(bar.total)}", Markup("").join(shapes))
        drawn.append(
            Markup('<a href="{}">{}</a>').format(bar.href, shape)
            if bar.href and bar.total
            else Markup("<g>{}</g>").format(shape)
        )
        if bar.label:
            width = LETTER * len(bar.label)
            at = max(0.0, min(index * step + gap / 2, WIDTH - width))
            drawn.append(
                Markup('<text{} x="{:.1f}" y="{}">{}</text>').format(
                    Markup(' class="lapang"') if at < free else "", at, HEIGHT - 5, bar.label
                )
            )
            free = at + width + LETTER if at >= free else free
    rows = Markup("").join(
        Markup('<tr><td>{}</td><td class="angka">{}</td></tr>').format(bar.name, number(bar.total))
        for bar in data
        if bar.total
    )
    return Markup(
        '<figure class="grafik"><svg viewBox="0 0 {w} {h}" role="group" aria-label="{title}">'
        '<line class="sumbu" x1="0" y1="{base}" x2="{w}" y2="{base}"/>'
        '<text class="puncak" x="0" y="16">{most}</text>{drawn}</svg>'
        '<details><summary>Angka</summary><div class="gulir"><table><caption>{title}</caption>'
        '<thead><tr><th scope="col">Waktu</th><th scope="col" class="angka">Artikel</th></tr></thead>'
        "<tbody>{rows}</tbody></table></div></details></figure>"
    ).format(
        w=WIDTH, h=HEIGHT, base=HEIGHT - FOOT, title=title, most=f"paling banyak {number(most)}",
        drawn=Markup("").join(drawn), rows=rows,
    )  # fmt: skip


def by_month(counts: Mapping[str, int], title: str, link: str | None = None) -> Markup:
    """Bars of the last MOST_MONTHS months ("2025-11" -> articles) up to the last one with any; empty months stay.

    `link` is the start of a search address; each bar adds its month to it.
    """
    known = sorted(month for month, count in counts.items() if count and len(month) == 7)
    if not known:
        return Markup("")
    first, last = _index(known[0]), _index(known[-1])
    first = max(min(first, last - 11), last - MOST_MONTHS + 1)  # a year at least: one lone bar says little
    data = []
    for index in range(first, last + 1):
        year, month = divmod(index, 12)
        key = f"{year:04d}-{month + 1:02d}"
        href = f"{link}&dari={key}-01&sampai={_last_day(year, month + 1)}" if link else None
        few = last - first < 16
        label = str(year) if month == 0 else short_month_name(month + 1) if few else ""
        if index == first and not label:
            label = f"{short_month_name(month + 1)} {year}" if month < 9 else ""
        data.append(Bar((counts.get(key, 0),), f"{month_name(month + 1)} {year}", label, href))
    return bars(data, title)


def by_day(counts: Mapping[str, tuple[int, int]], since: date, until: date, title: str) -> Markup:
    """Bars by day, press releases below news."""
    data, total = [], (until - since).days + 1
    for offset in range(total):
        when = since + timedelta(days=offset)
        key = when.isoformat()
        label = f"{when.day} {short_month_name(when.month)}" if offset % max(1, total // 6) == 0 else ""
        data.append(Bar(counts.get(key, (0, 0)), day(key), label, f"/cari?dari={key}&sampai={key}"))
    return bars(data, title)


def small_bar(value: int, most: int) -> Markup:
    """A bar as long as its share of the greatest value, for a row of a list."""
    return Markup(
        '<svg class="bilah" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="b0" width="{:.1f}" height="6" rx="1"/></svg>'
    ).format(100 * value / most if most else 0)


ROW, TOP, EDGE = 30, 30, 12  # SVG units of the chart of a pick-up: a row, the axis above them, the margin of dots
FINEST = 10  # minutes; below them its scale is linear, above logarithmic: most media follow within hours, some in days
MOST_ROWS, LONGEST_NAME = 40, 26
TICKS = ((-1440, "1 hari sebelumnya"), (-60, "1 jam sebelumnya"), (0, "terbit"), (15, "15 menit"), (60, "1 jam"),
         (360, "6 jam"), (1440, "1 hari"), (4320, "3 hari"), (10080, "1 minggu"))  # fmt: skip


def pick_up(pairs: Sequence[Mapping[str, Any]], title: str) -> Markup:
    """When each article on a release appeared: a row an article in order of time, its dot coloured and named by label.

    pairs: rows with release_id, article_id, outlet, label and lag_minutes; those without an hour are left out, and
    what is more than MOST_ROWS. "" when there is none.
    """
    timed = sorted((p for p in pairs if p["lag_minutes"] is not None), key=lambda p: p["lag_minutes"])[:MOST_ROWS]
    if not timed:
        return Markup("")
    low, high = _bent(min(0, timed[0]["lag_minutes"])), _bent(max(60, timed[-1]["lag_minutes"]))

    def across(minutes: int) -> float:
        return EDGE + (WIDTH - 2 * EDGE) * (_bent(minutes) - low) / (high - low)

    height = TOP + ROW * len(timed)
    drawn = _ticks(across, timed[0]["lag_minutes"], height)
    for index, pair in enumerate(timed):
        x, y = across(pair["lag_minutes"]), TOP + ROW * (index + 0.5)
        name = pair["outlet"] if len(pair["outlet"]) <= LONGEST_NAME else pair["outlet"][: LONGEST_NAME - 1] + "…"
        label, when = COVERAGE_LABELS.get(pair["label"], pair["label"]), lag(pair["lag_minutes"])
        left = x > WIDTH / 2
        drawn.append(
            Markup(
                '<a href="/liputan/{}/{}"><title>{}</title><circle class="l-{}" cx="{:.1f}" cy="{:.1f}" r="7"/>'
                '<text x="{:.1f}" y="{:.1f}" text-anchor="{}">{}, {}<tspan class="lapang"> ({})</tspan></text></a>'
            ).format(
                pair["release_id"], pair["article_id"], f"{pair['outlet']}: {label}, {when}", pair["label"], x, y,
                x - 12 if left else x + 12, y + 5, "end" if left else "start", name, label, when,
            )
        )  # fmt: skip
    return Markup(
        '<figure class="grafik naik"><svg viewBox="0 0 {} {}" role="group" aria-label="{}">{}</svg></figure>'
    ).format(WIDTH, height, title, Markup("").join(drawn))


def _bent(minutes: float) -> float:
    return log1p(abs(minutes) / FINEST) * (-1 if minutes < 0 else 1)


def _ticks(across: Callable[[int], float], first: int, height: int) -> list[Markup]:
    drawn, free = [], 0.0
    for minutes, label in TICKS:
        x = across(minutes)
        if not EDGE <= x <= WIDTH - EDGE or (minutes < 0 and minutes < first):
            continue
        half = LETTER * len(label) / 2
        centre = min(max(x, half), WIDTH - half)
        drawn.append(Markup('<line class="{}" x1="{x:.1f}" y1="{}" x2="{x:.1f}" y2="{}"/>').format(
            "terbit" if minutes == 0 else "sumbu", TOP - 6, height, x=x))  # fmt: skip
        if centre - half >= free or minutes == 0:
            free = centre + half + LETTER
            drawn.append(
                Markup('<text class="jam" x="{:.1f}" y="18" text-anchor="middle">{}</text>').format(centre, label)
            )
    return drawn


def _index(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def _last_day(year: int, month: int) -> str:
    return (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).isoformat()
