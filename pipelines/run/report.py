"""What a run tells the person who started it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from crawler.records import CrawlReport, SourceCounts


@dataclass
class ProcessReport:
    """Counts of one working of the queue, and the pages that failed with their errors."""

    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    covered: int = 0  # pairs of a press release and an article that took it up
    failed: list[tuple[str, str]] = field(default_factory=list)
    by_source: dict[str, tuple[int, int]] = field(default_factory=dict)  # source id -> (stored, failed)


@dataclass
class RunReport:
    """What a run did, for the person who started it."""

    crawl: CrawlReport | None = None
    processed: ProcessReport = field(default_factory=ProcessReport)
    gone: int = 0  # pages that --again could not read because their part of the archive was removed
    corrected: int = 0  # articles whose people or organisations the corrections file changed
    notes: list[str] = field(default_factory=list)  # further lines for the summary

    @property
    def failures(self) -> list[tuple[str, str]]:
        """(source or page, reason) of everything that failed."""
        found = [(s, c.error) for s, c in self.crawl.sources.items() if c.error] if self.crawl else []
        if self.crawl:
            found += [(s, f"{c.failed} halaman gagal diambil") for s, c in self.crawl.sources.items() if c.failed]
        return found + self.processed.failed

    @property
    def interrupted(self) -> bool:
        """Whether somebody stopped the crawl."""
        return self.crawl is not None and self.crawl.outcome == "interrupted"

    def summary(self) -> list[str]:
        """A line on the crawl and one on the processing, in Indonesian."""
        lines = [_crawled(self.crawl)] if self.crawl else []
        lines += self.notes
        p = self.processed
        lines.append(
            f"{p.read} halaman dibaca: {p.new} artikel baru, {p.changed} versi baru, {p.unchanged} tetap, "
            f"{len(p.failed)} gagal"
        )
        if self.gone:
            lines.append(f"{self.gone} halaman tidak dibaca ulang: arsipnya sudah dihapus (pantau prune)")
        if p.covered:
            lines.append(f"{p.covered} liputan siaran pers dicocokkan")
        if self.corrected:
            lines.append(f"{self.corrected} artikel diselaraskan dengan berkas koreksi")
        return lines


def _crawled(crawl: CrawlReport) -> str:
    if crawl.outcome == "outside hours":
        hours = os.environ.get("PANTAU_POLITE_HOURS")
        return f"di luar jam pengambilan (PANTAU_POLITE_HOURS={hours} WIB): tidak ada yang diminta"
    total = SourceCounts()
    for counts in crawl.sources.values():
        total.found += counts.found
        total.fetched += counts.fetched
        total.not_modified += counts.not_modified
        total.failed += counts.failed
    return (
        f"{len(crawl.sources)} sumber: {total.found} tautan baru, {total.fetched} halaman diambil, "
        f"{total.not_modified} tidak berubah (304), {total.failed} gagal"
    )
