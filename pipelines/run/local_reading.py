"""Reading on this machine in several goes, with a model that is loaded once for all of them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import closing
from itertools import chain, islice
from typing import TYPE_CHECKING

from pipelines.archive.location import Location
from pipelines.queue.waiting import ArchiveSlice
from pipelines.read.results import BATCH, SourceRules, Write, batches

if TYPE_CHECKING:
    from spacy.language import Language


class LocalReading:
    """A pipelines.run.engines.ReadingEngine whose workers are forked anew each time; `process_pages` does the rest."""

    def __init__(self, archive: Location) -> None:
        self.archive = archive
        self._model: Language | None = None

    def __call__(
        self, slices: Iterable[ArchiveSlice], rules: Mapping[str, SourceRules], write: Write
    ) -> list[tuple[str, str]]:
        waiting = (batch for part in slices for batch in batches(part.pages))
        first = list(islice(waiting, 2))
        if not first:
            return []
        import nlp
        from pipelines.read.page import Reader, reader_pool

        self._model = self._model or nlp.load()
        # A second worker is worth its fork from two full batches on (pipelines/run/process.py).
        workers = (os.cpu_count() or 1) if len(first[-1]) == BATCH and len(first) > 1 else 1
        pool = reader_pool(Reader(self.archive, rules, self._model), workers)
        with closing(pool.results(chain(first, waiting))) as read:
            for results in read:
                write(results)
        return []
