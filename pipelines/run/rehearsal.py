"""Rehearsal: what reading the archive again would change; nothing is changed. `process --again extract --dry-run`.

Exports, links and reports hang on what is stored. So a team sees first how many titles, dates and texts would be
others, with examples.
"""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field

from pipelines.archive.location import Location
from pipelines.queue.waiting import ARCHIVED, WaitingPage, WaitingPages
from pipelines.read.pool import WorkerPool
from pipelines.read.results import Failure, PageResult, SourceRules, batches, killed
from pipelines.store.known import Known, find
from pipelines.wording.dates import moment

EXAMPLES = 10
SHOWN = 90  # characters of a value in an example
FIELDS = {"title": "judul", "published_at": "tanggal", "text": "isi"}


@dataclass
class Rehearsal:
    """What would change.

    read      pages that were read
    changed   of the stored articles how many by field: title, published_at, text
    articles  stored articles of which anything would change
    new       pages that would be a new article; gone: pages of stored articles that would be none
    examples  sentences, at most EXAMPLES, of each kind some
    """

    read: int = 0
    changed: Counter[str] = field(default_factory=Counter)
    articles: int = 0
    new: int = 0
    gone: int = 0
    examples: list[str] = field(default_factory=list)

    def summary(self) -> list[str]:
        """What would change, as sentences."""
        counts = ", ".join(f"{self.changed[name]} {word}" for name, word in FIELDS.items())
        lines = [
            f"uji coba, tidak ada yang diubah: {self.read} halaman dibaca, "
            f"{self.articles} artikel akan berubah ({counts})",
            f"{self.new} artikel akan bertambah; {self.gone} halaman artikel tersimpan tidak lagi dibaca sebagai "
            "artikel (artikelnya tetap tersimpan)",
        ]
        return lines + [f"contoh: {example}" for example in self.examples]


def rehearse(
    connection: sqlite3.Connection,
    archive: Location,
    rules: Mapping[str, SourceRules],
    *,
    on_progress: Callable[[int], None] | None = None,
) -> Rehearsal:
    """Read every archived page and compare it with what is stored; nothing is written."""
    from pipelines.read.page import Reader

    waiting, found = WaitingPages(connection), Rehearsal()
    samples: dict[str, list[str]] = {}
    read = Reader(archive, rules, None).read_untagged
    pool = WorkerPool(read, read, killed=killed, workers=os.cpu_count() or 1)
    with closing(pool.results(_archived(waiting))) as results:
        for some in results:
            for result in some:
                _compare(connection, result, found, samples)
            if on_progress:
                on_progress(len(some))
    found.examples = _mixed(samples)
    return found


def _archived(waiting: WaitingPages) -> Iterator[list[WaitingPage]]:
    for part in waiting.slices(ARCHIVED):
        yield from batches(part.pages)


def _compare(
    connection: sqlite3.Connection, result: PageResult, found: Rehearsal, samples: dict[str, list[str]]
) -> None:
    """Count what the reading of one page would change."""
    found.read += 1
    url = result.page.url
    if isinstance(result.outcome, Failure):
        if result.page.digest:
            found.gone += 1
            _keep(samples, "gone", f"{url}: bukan artikel lagi: {result.outcome.why}")
        return
    article = result.outcome.article
    known, _ = find(connection, article)
    if known is None:
        found.new += 1
        _keep(samples, "new", f"{url}: artikel baru: {_short(article.title)}")
        return
    if known.url != article.url:
        return  # another address of a stored article, whose reading is not used
    differing = [name for name in FIELDS if _differs(known, name, getattr(article, name))]
    found.articles += bool(differing)
    for name in differing:
        found.changed[name] += 1
        before, after = _told(name, getattr(known, name), getattr(article, name))
        _keep(samples, name, f"{url}: {FIELDS[name]}: {before} menjadi {after}")


def _differs(known: Known, name: str, value: str | None) -> bool:
    """Whether a field would change; a page that lost its date keeps the one it had (pipelines/store/save.py)."""
    return value != getattr(known, name) and not (name == "published_at" and value is None)


def _told(name: str, before: str | None, after: str | None) -> tuple[str, str]:
    """Both values in words; of two texts the first lines that differ."""
    if name == "published_at":
        return moment(before) or "tanpa tanggal", moment(after) or "tanpa tanggal"
    if name == "text":
        old, new = (before or "").split("\n\n"), (after or "").split("\n\n")
        place = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
        before, after = ("\n\n".join(lines[place : place + 1]) or "(habis)" for lines in (old, new))
        return (
            f"{_short(before)} ({len(' '.join(old).split())} kata)",
            f"{_short(after)} ({len(' '.join(new).split())} kata)",
        )
    return _short(before or ""), _short(after or "")


def _short(text: str) -> str:
    text = " ".join(text.split())
    return f"\u201c{text if len(text) <= SHOWN else text[:SHOWN].rstrip() + '…'}\u201d"


def _keep(samples: dict[str, list[str]], kind: str, example: str) -> None:
    kept = samples.setdefault(kind, [])
    if len(kept) < EXAMPLES:
        kept.append(example)


def _mixed(samples: dict[str, list[str]]) -> list[str]:
    """The examples of all kinds in turn, EXAMPLES of them."""
    longest = max(map(len, samples.values()), default=0)
    return [kept[i] for i in range(longest) for kept in samples.values() if i < len(kept)][:EXAMPLES]
