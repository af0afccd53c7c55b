"""Coverage of generated releases among generated articles: pairs found, and an article's cost as the archive grows.

    python benchmarks/coverage.py [--releases 10000] [--articles 200000] [--days 365] [--write]

Texts are made of invented words whose frequencies follow Zipf's law, with names and numbers; one article in ten takes
up a release (copied, shortened, or one passage in a story of its own). Articles come a day at a time, as from crawls.
The full-text index is left out: coverage does not use it. `--write` puts the figures into benchmarks/coverage.json.
At each point of the curve: what an article cost since the point before, what features alone of one text cost then
(the machine may be busy), and how long a run with six new articles took.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

from pipelines.coverage.features import features
from pipelines.coverage.update import update
from pipelines.database.open import connect, transaction

HERE = Path(__file__).resolve().parent
START = datetime(2025, 1, 1, tzinfo=UTC)
WORDS, NAMES = 30_000, 20_000
SYLLABLES = [c + v for c in "bcdghjklmnprstwy" for v in "aeiou"]
OUTLETS = 60
SMALL = 6  # articles of a run after a quarter of an hour


class Writer:
    """Makes texts; the same ones for the same seed."""

    def __init__(self, seed: int = 7) -> None:
        self.random = random.Random(seed)
        self.words = [self._word() for _ in range(WORDS)]
        self.names = [self._word().title() for _ in range(NAMES)]
        self.weights = list(accumulate(1 / (rank + 3) for rank in range(WORDS)))

    def _word(self) -> str:
        return "".join(self.random.choice(SYLLABLES) for _ in range(self.random.randint(2, 4)))

    def sentence(self) -> str:
        """About 17 words, one in three sentences with a name, one in five with a number."""
        words = self.random.choices(self.words, cum_weights=self.weights, k=self.random.randint(10, 24))
        if self.random.random() < 1 / 3:
            words.insert(len(words) // 2, " ".join(self.random.sample(self.names, 2)))
        if self.random.random() < 1 / 5:
            words.insert(3, str(self.random.randint(10, 99_999)))
        return " ".join(words).capitalize() + "."

    def story(self, sentences: int) -> list[str]:
        """A text as a list of sentences."""
        return [self.sentence() for _ in range(sentences)]


def articles(writer: Writer, releases: int, news: int, days: int) -> Iterator[list[tuple[Any, ...]]]:
    """A day's rows at a time: (kind, source, text, published, release it takes up or None, how)."""
    recent: list[tuple[int, list[str]]] = []
    number = 0
    for day in range(days):
        rows: list[tuple[Any, ...]] = []
        for kind, count in (("press_release", _share(releases, days, day)), ("news", _share(news, days, day))):
            for _ in range(count):
                number += 1
                when = START + timedelta(days=day, seconds=writer.random.randrange(86_400))
                source = f"{kind}{writer.random.randrange(OUTLETS)}"
                text, taken, how = writer.story(14), None, None
                if kind == "press_release":
                    recent = [*recent[-300:], (number, text)]
                elif recent and writer.random.random() < 0.1:
                    taken, original = writer.random.choice(recent[-200:])
                    how = writer.random.choice(("copied", "shortened", "passage"))
                    text = {"copied": original, "shortened": original[:6], "passage": original[2:4] + text[:8]}[how]
                rows.append((number, kind, source, " ".join(text), when.isoformat(timespec="seconds"), taken, how))
        yield rows


def _share(total: int, days: int, day: int) -> int:
    return total * (day + 1) // days - total * day // days


def run(releases: int, news: int, days: int, folder: Path) -> dict[str, Any]:
    """Insert and update a day at a time; the figures."""
    connection = connect(folder / "liputan.db").conn
    for trigger in ("articles_ai", "articles_ad", "articles_au"):
        connection.execute(f"DROP TRIGGER {trigger}")
    writer = Writer()
    yardstick = [" ".join(Writer(1).story(14)) for _ in range(300)]
    wanted: dict[tuple[int, int], str] = {}
    curve: list[dict[str, Any]] = []
    seconds, wall, done, small = 0.0, 0.0, 0, 0.0
    for day, rows in enumerate(articles(writer, releases, news, days)):
        wanted |= {(taken, number): how for number, *_, taken, how in rows if taken}
        is_point = (day + 1) % max(1, days // 24) == 0 or day + 1 == days
        today = int((START + timedelta(days=day)).timestamp() // 86_400)
        parts = [rows[:SMALL], rows[SMALL:]] if is_point else [rows]
        for part in parts:
            _insert(connection, part)
            began, began_wall = _cpu(), time.perf_counter()
            update(connection, today=today)
            seconds += _cpu() - began
            took = time.perf_counter() - began_wall
            wall += took
            small = 1000 * took if part is not rows and part is parts[0] else small
        done += len(rows)
        if is_point:
            before = curve[-1] if curve else {"articles": 0, "cpu_seconds": 0.0, "wall_seconds": 0.0}
            new = max(1, done - before["articles"])
            cost, fixed = 1000 * (seconds - before["cpu_seconds"]) / new, _features_ms(yardstick)
            curve.append(
                {
                    "articles": done,
                    "cpu_ms_an_article": round(cost, 2),
                    "features_ms": round(fixed, 2),
                    "wall_ms_an_article": round(1000 * (wall - before["wall_seconds"]) / new, 2),
                    "small_run_ms": round(small, 1),
                    "index_rows": connection.execute("SELECT count(*) FROM coverage_index").fetchone()[0],
                    "cpu_seconds": round(seconds, 1),
                    "wall_seconds": round(wall, 1),
                }
            )
            print(json.dumps(curve[-1]), flush=True)
    found = {
        (row[0], row[1]): row[2] for row in connection.execute("SELECT release_id, article_id, label FROM coverage")
    }
    connection.close()
    return {
        "releases": releases,
        "articles": news,
        "days": days,
        "cpu_minutes": round(seconds / 60, 2),
        "wall_minutes": round(wall / 60, 2),
        "designed_pairs": len(wanted),
        "found": sum(pair in found for pair in wanted),
        "not_designed_above_mention": sum(pair not in wanted and label != "mention" for pair, label in found.items()),
        "not_designed_mentions": sum(pair not in wanted and label == "mention" for pair, label in found.items()),
        "load": [round(load, 1) for load in os.getloadavg()],
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "curve": curve,
    }


def _cpu() -> float:
    """Seconds of CPU of this process and of the workers that have ended: the machine may be shared."""
    return sum(os.times()[:4])


def _features_ms(texts: list[str]) -> float:
    """CPU of the same work at every point, to tell a busy machine from a cost that grows."""
    began = time.process_time()
    for text in texts:
        features("", text)
    return 1000 * (time.process_time() - began) / len(texts)


def _insert(connection: sqlite3.Connection, rows: list[tuple[Any, ...]]) -> None:
    with transaction(connection):
        connection.executemany(
            """INSERT INTO articles (id, url, canonical_url, source_id, kind, title, text, word_count, first_seen,
               published_at)
               VALUES (:id, 'http://' || :id, 'http://' || :id, :source, :kind, '-', :text, 0, :at, :at)""",
            [dict(zip(("id", "kind", "source", "text", "at"), row[:5], strict=True)) for row in rows],
        )


def main() -> None:
    """Print the figures, and write them when asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--releases", type=int, default=10_000)
    parser.add_argument("--articles", type=int, default=200_000)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = run(arguments.releases, arguments.articles, arguments.days, Path(folder))
    print(json.dumps(figures, indent=2))
    if arguments.write:
        (HERE / "coverage.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
