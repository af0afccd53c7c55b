"""docs/sources.md, from the catalogue: `pantau sources list --markdown > docs/sources.md` (`make docs`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

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
work, for your own database. Notes are in Indonesian.
[adding-a-source.md](adding-a-source.md) says how to add one.
"""


def page(sources: Sequence[Source]) -> str:
    """The page in Markdown: a table for each kind."""
    by_status = Counter(source.status for source in sources)
    counts = ", ".join(f"{by_status[status]} {status}" for status in STATUSES)
    parts = [HEAD.format(total=len(sources), counts=counts)]
    for kind in KINDS:
        rows = [_row(source) for source in sources if source.kind == kind]
        if rows:
            head = (
                "| id | name | found by | seen by | checked | status | note |\n"
                "| --- | --- | --- | --- | --- | --- | --- |"
            )
            parts.append("\n".join([f"## {TITLES[kind]}: {len(rows)}", "", head, *rows, ""]))
    return "\n".join(parts)


def _row(source: Source) -> str:
    methods = Counter(discovery.method for discovery in source.discover)
    found = ", ".join(f"{count} {method}s" if count > 1 else method for method, count in methods.items())
    name, note = f"[{_plain(source.name)}]({source.homepage})", _plain(source.note or "")
    evidence = "" if source.evidence in (None, "none") else source.evidence
    cells = (source.id, name, found, evidence, source.checked or "", source.status, note)
    return f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    return text.replace("|", "\\|").replace("[", "(").replace("]", ")")
