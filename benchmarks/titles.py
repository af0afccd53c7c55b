"""Titles of the shared pages when their heads and headings tell less: what the mechanism does where nobody tuned on it.

    python benchmarks/titles.py [--write]

Needs ../shared. Each page is changed by machine: headings become plain <div>, og:, twitter: and JSON-LD go, <title> is
a slogan that all pages share, classes and ids go. The last table leaves one site out: of 40 random sets of weights the
one that is best on all other sites' changed pages is tried on that site's; `shipped` are our own weights there. So it
shows what fitting to the other sites would give on a site that was never seen, and that ours are not fitted to it.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from pipelines.extract import title
from pipelines.extract.page import ParsedPage, parse
from pipelines.language.words import word_key

HERE = Path(__file__).resolve().parent
DATA = HERE.parents[1] / "shared" / "data"
WEIGHTS = ("NAMED", "BARE", "NEAREST", "NEAR", "PART", "PART_BEFORE_SHORT", "UNSEEN", "ELSEWHERE", "WHOLE_WITH_NAME")
TRIALS = 40
Change = Callable[[bytes], bytes]


def without(pattern: bytes, instead: bytes = b"") -> Change:
    """A change that replaces what a pattern finds."""
    compiled = re.compile(pattern, re.IGNORECASE | re.DOTALL)
    return lambda body: compiled.sub(instead, body)


def both(*changes: Change) -> Change:
    """The changes one after the other."""

    def change(body: bytes) -> bytes:
        for one in changes:
            body = one(body)
        return body

    return change


NO_META = both(without(rb"<meta[^>]*(?:og:|twitter:)[^>]*>"), without(rb"<script[^>]*ld\+json.*?</script>"))
NO_HEADINGS = both(without(rb"<h[1-6]\b", b"<div"), without(rb"</h[1-6]>", b"</div>"))
SLOGAN = without(rb"<title[^>]*>.*?</title>", b"<title>Bersama Membangun Negeri</title>")
BARE = without(rb"""\s(?:class|id)=("[^"]*"|'[^']*'|[^\s>"']+)""")
CHANGES: dict[str, Change] = {
    "as they are": both(),
    "no headings": NO_HEADINGS,
    "no og, twitter, JSON-LD": NO_META,
    "neither": both(NO_META, NO_HEADINGS),
    "<title> a slogan": SLOGAN,
    "slogan, no og etc.": both(SLOGAN, NO_META),
    "slogan, neither": both(SLOGAN, NO_META, NO_HEADINGS),
    "neither, no class or id": both(NO_META, NO_HEADINGS, BARE),
    "slogan, neither, no class or id": both(SLOGAN, NO_META, NO_HEADINGS, BARE),
}


def load() -> list[tuple[str, str, list[ParsedPage]]]:
    """(site, gold title, the page in every change) of all pages with a gold title."""
    found = []
    for folder in ("pages", "pages2"):
        for path in sorted((DATA / folder / "gold").glob("*.json")):
            gold = json.loads(path.read_text(encoding="utf-8")).get("title")
            name = path.name.removesuffix(".json")
            site = name.split("_")[1].split("-")[0] if name.startswith(("anpandu", "slasherrb")) else name.split("_")[0]
            if gold:
                body = (DATA / folder / name).read_bytes()
                found.append((site, word_key(gold), [parse(change(body)) for change in CHANGES.values()]))
    return found


def right(pages: list[tuple[str, str, list[ParsedPage]]]) -> list[tuple[str, list[bool]]]:
    """(site, whether the title of each changed page is right) under the weights of the moment."""
    return [(site, [word_key(title.find_title(p).text) == gold for p in changed]) for site, gold, changed in pages]


def by_site(rows: list[tuple[str, list[bool]]]) -> dict[str, float]:
    """Site -> share of its pages, changed or not, whose title is right."""
    sums: dict[str, list[bool]] = defaultdict(list)
    for site, row in rows:
        sums[site] += row
    return {site: sum(values) / len(values) for site, values in sums.items()}


def leave_one_out(pages: list[tuple[str, str, list[ParsedPage]]]) -> dict[str, dict[str, float]]:
    """Site -> share right with our weights, and with those chosen on all other sites."""
    dice = random.Random(20)
    shipped = {name: getattr(title, name) for name in WEIGHTS}
    ours = by_site(right(pages))
    trials = []
    try:
        for _ in range(TRIALS):
            for name, value in shipped.items():
                setattr(title, name, value * dice.uniform(0.6, 1.6))
            trials.append(by_site(right(pages)))
    finally:
        for name, value in shipped.items():
            setattr(title, name, value)
    table = {}
    for site in ours:
        best = max(trials, key=lambda trial: sum(share for other, share in trial.items() if other != site))
        table[site] = {"shipped": round(ours[site], 3), "left out": round(best[site], 3)}
    mean = {key: round(sum(row[key] for row in table.values()) / len(table), 3) for key in ("shipped", "left out")}
    return table | {"mean of sites": mean}


def main() -> int:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    if not DATA.is_dir():
        print(f"{DATA}: not found; this benchmark needs the shared data beside the checkout", file=sys.stderr)
        return 2
    pages = load()
    rows = right(pages)
    changed = {name: f"{sum(row[i] for _, row in rows)}/{len(rows)}" for i, name in enumerate(CHANGES)}
    for name, share in changed.items():
        print(f"{name:34}{share:>8}")
    sites = leave_one_out(pages)
    for site, figures in sites.items():
        print(f"{site:34}{figures['shipped']:8.3f}{figures['left out']:10.3f}")
    if arguments.write:
        text = json.dumps({"changed": changed, "sites": sites}, indent=1)
        (HERE / "titles.json").write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
