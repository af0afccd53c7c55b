"""What a backfill writes to: the archive and the queue of every crawl, and the book of its own way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from crawler.catalogue import Source
from crawler.history import Days, Step
from crawler.records import FetchedPage, Link, Order
from pipelines.queue.backfill import ORIGIN, Backfill, Stretch
from pipelines.queue.crawl_storage import CrawlStorage, kept

SURVEYED = 3  # answers of each way that are asked for before the estimate


class HistoryStorage(CrawlStorage):
    """crawler.history.History over a backfill; opened in the crawl's own process for one stretch of it."""

    def __init__(
        self, database: Path, folder: Path, source: Source, backfill_id: int, days: Days, stretch: Stretch
    ) -> None:
        super().__init__(database, folder, None)
        self.days = days
        self.stretch = stretch
        self.backfill = Backfill(self.connection, source, backfill_id, days)
        self.asked: set[int] = set()
        self.surveyed: Counter[str] = Counter()
        self.put_off: set[int] = set()
        self._failed_in_queue = self.record_failed
        self.pending = kept(self._pending)
        self.record_failed = kept(self._record_failed)
        self.steps = kept(self._steps)
        self.plan_step = kept(self._plan_step)
        self.end_step = kept(self._end_step)
        self.fail_step = kept(self.backfill.fail_step)

    def _steps(self) -> list[Step]:
        self.backfill.settle()
        steps = self.backfill.steps(self.stretch)
        self.asked = {step.key for step in steps}
        return steps

    def _plan_step(self, step: Step, links: Sequence[Link], children: Sequence[Link]) -> list[Order]:
        if self.stretch.survey and any(link.body for link in links):
            self.put_off.add(step.key)  # a survey stores no articles: this is asked for once more
            return []
        return self.backfill.plan_step(step, links, children)

    def _end_step(self, step: Step, *, most: int | None = None, total: int | None = None) -> list[Step]:
        if step.key in self.put_off:
            self.backfill.note_total(step, total)
            return []
        following = self.backfill.end_step(step, most=most, total=total)
        if self.stretch.survey:
            return self._survey_on(step)
        if following is None or len(self.asked) >= self.stretch.steps or self.backfill.enough(self.stretch, step):
            return []
        self.asked.add(following.key)
        return [following]

    def _survey_on(self, step: Step) -> list[Step]:
        """The next step of a way that is surveyed, until so many were asked."""
        way = step.discovery.url
        self.surveyed[way] += 1
        if self.surveyed[way] >= SURVEYED:
            return []
        further = [s for s in self.backfill.steps(self.stretch) if s.discovery.url == way and s.key not in self.asked]
        self.asked |= {following.key for following in further}
        return further

    def _pending(self, source_id: str) -> list[Order]:
        return self.backfill.pages(self.stretch)

    def _record_fetched(self, page: FetchedPage) -> None:
        self.backfill.put_page(page.url)
        self._record_in_queue(page, *self.archive.write(page), ORIGIN)
        self.backfill.end_page(page.url, "done")

    def _record_failed(self, source_id: str, url: str, status: int | None, error: str) -> None:
        self.backfill.put_page(url)
        self._failed_in_queue(source_id, url, status, error)
        self.backfill.end_page(url, "failed")
