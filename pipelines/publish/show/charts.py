"""Bar charts as SVG, drawn on the server: by month, by day, small bars in lists. Colours come from pantau.css."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from pipelines.wording.dates import day, month_name, short_month_name
from pipelines.wording.numbers import number

# In SVG units. FOOT holds the labels of the axis, HEAD the greatest value.
WIDTH, HEIGHT, FOOT, HEAD = 640, 158, 20, 24
BASE = HEIGHT - FOOT
LETTER = 12.0  # of a label on a phone, where letters are larger
MOST_MONTHS = 36
LEAST_MONTHS = 12  # one lone bar says little
FEW_MONTHS = 16  # so many have room for a label each; more are labelled by their years
DAY_LABELS = 6  # on the axis of a chart by day

CHART = Markup(
    '<figure class="grafik"><svg viewBox="0 0 {width} {height}" role="group" aria-label="{title}">'
    '<line class="sumbu" x1="0" y1="{base}" x2="{width}" y2="{base}"/>'
    '<text class="puncak" x="0" y="16">{most}</text>{drawn}</svg>'
    '<details class="angka-grafik"><summary>Angka</summary>{table}</details></figure>'
)
TABLE = Markup(
    '<div class="gulir" tabindex="0" role="region" aria-label="{title}, angka"><table><caption>{title}</caption>'
    '<thead><tr><th scope="col">Waktu</th>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
)
HEAD_CELL = Markup('<th scope="col" class="angka">{}</th>')
CELL = Markup('<td class="angka">{}</td>')


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its parts from the bottom up, what it is called, its label on the axis ("" for none), where it leads."""

    parts: tuple[float, ...]
    name: str
    label: str = ""
    href: str | None = None

    @property
    def total(self) -> float:
        """The height of the whole bar."""
        return sum(self.parts)


def _say(value: float) -> str:
    return number(int(value))


def bars(data: Sequence[Bar], title: str, say: Callable[[float], str] = _say, table: Markup | None = None) -> Markup:
    """A bar chart with a table of the same figures below it, folded; "" when there is nothing to show.

    say    how a height is written
    table  another table than that of the heights
    """
    if not any(bar.total for bar in data):
        return Markup("")
    most = max(bar.total for bar in data)
    step = WIDTH / len(data)
    gap = 1.0 if step < 9 else step * 0.18
    drawn: list[Markup] = []
    free = 0.0  # where the next label has room on a phone
    for index, bar in enumerate(data):
        left = index * step + gap / 2
        drawn.append(_bar(bar, left, max(step - gap, 0.5), most, say))
        if bar.label:
            label, free = axis_label(bar.label, left, free)
            drawn.append(label)
    return CHART.format(
        width=WIDTH,
        height=HEIGHT,
        base=BASE,
        title=title,
        most=f"paling banyak {say(most)}",
        drawn=Markup("").join(drawn),
        table=figures(title, ("Artikel",), [(bar.name, (_told(bar, say),)) for bar in data if bar.total])
        if table is None
        else table,
    )


def figures(title: str, heads: Sequence[str], lines: Iterable[tuple[str, Sequence[str]]]) -> Markup:
    """The table below a chart: a line for each time, its figures under `heads`."""
    row = Markup('<tr><th scope="row">{}</th>{}</tr>')
    return TABLE.format(
        title=title,
        heads=Markup("").join(HEAD_CELL.format(head) for head in heads),
        rows=Markup("").join(row.format(name, Markup("").join(map(CELL.format, cells))) for name, cells in lines),
    )


def _told(bar: Bar, say: Callable[[float], str]) -> str:
    """A bar's figure, which leads where the bar leads."""
    if not bar.href:
        return say(bar.total)
    return Markup('<a href="{}" data-jumlah="{:.0f}">{}</a>').format(bar.href, bar.total, say(bar.total))


def _bar(bar: Bar, left: float, width: float, most: float, say: Callable[[float], str]) -> Markup:
    """A bar with its name for those who point at it, linked where it leads somewhere and is not empty."""
    rect = Markup('<rect class="b{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>')
    bottom, shapes = float(BASE), []
    for part, value in enumerate(bar.parts):
        height = (BASE - HEAD) * value / most
        bottom -= height
        if value:
            shapes.append(rect.format(part, left, bottom, width, height))
    shape = Markup("<title>{}</title>{}").format(f"{bar.name}: {say(bar.total)}", Markup("").join(shapes))
    if bar.href and bar.total:
        return Markup('<a href="{}">{}</a>').format(bar.href, shape)
    return Markup("<g>{}</g>").format(shape)


def axis_label(text: str, left: float, free: float) -> tuple[Markup, float]:
    """A label below the bar at `left`, and where the next has room; without room before `free` a phone hides it."""
    width = LETTER * len(text)
    at = max(0.0, min(left, WIDTH - width))
    hidden = Markup(' class="lapang"') if at < free else ""
    shape = Markup('<text{} x="{:.1f}" y="{}">{}</text>').format(hidden, at, HEIGHT - 5, text)
    return shape, free if hidden else at + width + LETTER


def by_month(
    counts: Mapping[str, int], title: str, link: str | Callable[[str], str] | None = None, what: str = "Artikel"
) -> Markup:
    """Bars of the last MOST_MONTHS months ("2025-11" -> articles) up to the last one with any; empty months stay.

    `link` is the start of a search address, to which each bar adds its month, or makes an address of a month.
    `what`: what is counted, over the figures.
    """
    known = sorted(month for month, count in counts.items() if count and len(month) == 7)
    if not known:
        return Markup("")
    first, last = _index(known[0]), _index(known[-1])
    first = max(min(first, last - LEAST_MONTHS + 1), last - MOST_MONTHS + 1)
    few = last - first < FEW_MONTHS
    data = []
    for index in range(first, last + 1):
        year, month = divmod(index, 12)
        key = f"{year:04d}-{month + 1:02d}"
        href = f"{link}&dari={key}-01&sampai={_last_day(year, month + 1)}" if isinstance(link, str) else None
        href = link(key) if callable(link) else href
        name = f"{month_name(month + 1)} {year}"
        data.append(Bar((counts.get(key, 0),), name, _month_label(year, month, index == first, few), href))
    table = figures(title, (what,), [(bar.name, (_told(bar, _say),)) for bar in data if bar.total])
    return bars(data, title, table=table)


def _month_label(year: int, month: int, first: bool, few: bool) -> str:
    """Below a bar (month 0 to 11): the year below January, the month where there are few, both below the first bar."""
    short = short_month_name(month + 1)
    if month == 0:
        return str(year)
    if few:
        return short
    return f"{short} {year}" if first and month < 9 else ""  # from October on the next year's label has no room


def by_day(counts: Mapping[str, tuple[int, int]], since: date, until: date, title: str) -> Markup:
    """Bars by day: ("2025-11-12" -> press releases, news), the press releases below the news."""
    data, total = [], (until - since).days + 1
    for offset in range(total):
        when = since + timedelta(days=offset)
        key = when.isoformat()
        labelled = offset % max(1, total // DAY_LABELS) == 0
        label = f"{when.day} {short_month_name(when.month)}" if labelled else ""
        data.append(Bar(counts.get(key, (0, 0)), day(key), label, f"/cari?dari={key}&sampai={key}"))
    return bars(data, title)


def small_bar(value: int, most: int) -> Markup:
    """A bar as long as its share of the greatest value, for a row of a list."""
    return Markup(
        '<svg class="bilah" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="b0" width="{:.1f}" height="6" rx="1"/></svg>'
    ).format(100 * value / most if most else 0)


def _index(month: str) -> int:
    """The months since the year 0 of "2025-11"."""
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def _last_day(year: int, month: int) -> str:
    """The last day of a month (1 to 12)."""
    return (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).isoformat()
