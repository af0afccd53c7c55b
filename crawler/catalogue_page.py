"""docs/sources.md, from the catalogue: `pantau sources list --markdown > docs/sources.md` (`make docs`)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from crawler.catalogue import KINDS, STATUSES, Source

TITLES = {
    "kementerian": "Ministries (kementerian)",
    "lembaga": "Agencies, parliament, courts (lembaga)",
    "pemda": "Provinces, regencies and cities (pemda)",
    "bumn": "State firms (BUMN)",
    "media": "Media",
}
HEAD = """# Sources

Written by `make docs` from `crawler/sources/*.toml`; a test fails when it is stale.

{total} sources: {counts}.

Only active ones are crawled unless `--source` names another; one that refuses is left alone even then. The active ones'
articles were seen to be found, without a browser, by what stands under "seen by", in the month beside it. Nobody has
seen that of an unproven one; `--unproven` crawls them, too, and `pantau sources check --unproven` proves those that
work, for your own database. Those that need a browser are drawn by yours where you ask for it
([crawling.md](crawling.md#pages-that-a-browser-draws)). Notes are in Indonesian.
[adding-a-source.md](adding-a-source.md) says how to add one.

## By class

Proven: active, with the way by which somebody has seen its articles found without a browser, in 2025 or 2026. Ways:
how the active ones are asked; one may have several. Before: the catalogue of 0.1 (commit ee06885), whose entries said
no evidence; of those that it called active so many are asked today in the same way, and proven.

| class | entries | proven | seen by | ways of the active | unproven | others | before: entries, active, proven |
| --- | --- | --- | --- | --- | --- | --- | --- |
{classes}
"""
CLASSES = {
    "kementerian": "ministries",
    "lembaga": "agencies",
    "provinsi": "provinces",
    "kota": "cities and regencies",
    "bumn": "state firms",
    "media": "media",
}
CITY = re.compile(r"\bPemk(?:ot|ab)\b")
# Of `git archive ee06885 crawler/sources`: entries, active ones, and those of them that have a discovery of the same
# method and address in today's entry of their id, which is active with that evidence.
BEFORE = {
    "kementerian": (52, 24, 15),
    "lembaga": (39, 25, 7),
    "provinsi": (17, 17, 1),
    "kota": (16, 16, 1),
    "bumn": (17, 4, 1),
    "media": (79, 56, 45),
}


def page(sources: Sequence[Source]) -> str:
    """The page in Markdown: a table for each kind."""
    by_status = Counter(source.status for source in sources)
    counts = ", ".join(f"{by_status[status]} {status}" for status in STATUSES)
    parts = [HEAD.format(total=len(sources), counts=counts, classes="\n".join(_classes(sources)))]
    for kind in KINDS:
        rows = [_row(source) for source in sources if source.kind == kind]
        if rows:
            head = (
                "| id | name | found by | seen by | checked | status | note |\n"
                "| --- | --- | --- | --- | --- | --- | --- |"
            )
            parts.append("\n".join([f"## {TITLES[kind]}: {len(rows)}", "", head, *rows, ""]))
    return "\n".join(parts)


def class_of(source: Source) -> str:
    """The class that a source counts in: its kind, with provinces apart from cities and regencies."""
    if source.kind != "pemda":
        return source.kind
    return "kota" if CITY.search(source.name) else "provinsi"


def _classes(sources: Sequence[Source]) -> Iterator[str]:
    """A row for each class, and one for all."""
    for key, name in {**CLASSES, "": "all"}.items():
        of_class = [source for source in sources if key in ("", class_of(source))]
        active = [source for source in of_class if source.status == "active"]
        proven = [source for source in active if source.evidence not in (None, "none")]
        status = Counter(source.status for source in of_class)
        seen = Counter(source.evidence or "" for source in proven)
        ways = Counter(method for source in active for method in {way.method for way in source.discover})
        before = BEFORE[key] if key else tuple(sum(row) for row in zip(*BEFORE.values(), strict=True))
        others = len(of_class) - len(active) - status["unproven"]
        cells = (name, len(of_class), len(proven), _counted(seen), _counted(ways), status["unproven"], others)
        yield f"| {' | '.join(map(str, cells))} | {', '.join(map(str, before))} |"


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {times}" for name, times in sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _row(source: Source) -> str:
    methods = Counter(discovery.method for discovery in source.discover)
    found = ", ".join(f"{count} {method}s" if count > 1 else method for method, count in methods.items())
    name, note = f"[{_plain(source.name)}]({source.homepage})", _plain(source.note or "")
    evidence = "" if source.evidence in (None, "none") else source.evidence
    cells = (source.id, name, found, evidence, source.checked or "", source.status, note)
    return f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    return text.replace("|", "\\|").replace("[", "(").replace("]", ")")
