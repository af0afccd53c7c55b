"""Charts as SVG, drawn on the server: bars by month or day, small bars in lists. Colours come from pantau.css."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from pipelines.publish.render import MONTHS, day, number

WIDTH, HEIGHT, FOOT, HEAD = 640, 158, 20, 24  # SVG units; FOOT holds the labels of the axis, HEAD the greatest value
MOST_MONTHS = 36


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
            drawn.append(
                Markup('<text x="{:.1f}" y="{}">{}</text>').format(index * step + gap / 2, HEIGHT - 5, bar.label)
            )
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
        label = str(year) if month == 0 else MONTHS[month][:3] if few else ""
        if index == first and not label:
            label = f"{MONTHS[month][:3]} {year}" if month < 9 else ""
        data.append(Bar((counts.get(key, 0),), f"{MONTHS[month]} {year}", label, href))
    return bars(data, title)


def by_day(counts: Mapping[str, tuple[int, int]], since: date, until: date, title: str) -> Markup:
    """Bars by day, press releases below news."""
    data, total = [], (until - since).days + 1
    for offset in range(total):
        when = since + timedelta(days=offset)
        key = when.isoformat()
        label = f"{when.day} {MONTHS[when.month - 1][:3]}" if offset % max(1, total // 6) == 0 else ""
        data.append(Bar(counts.get(key, (0, 0)), day(key), label, f"/cari?dari={key}&sampai={key}"))
    return bars(data, title)


def small_bar(value: int, most: int) -> Markup:
    """A bar as long as its share of the greatest value, for a row of a list."""
    return Markup(
        '<svg class="bilah" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="b0" width="{:.1f}" height="6" rx="1"/></svg>'
    ).format(100 * value / most if most else 0)


def _index(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def _last_day(year: int, month: int) -> str:
    return (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).isoformat()
