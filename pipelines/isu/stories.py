"""Stories: the rows of `isu` and `isu_articles`.

A story keeps its id when it grows; one that is joined to another leads there.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta

from pipelines.isu.lead import Told, shared_sentence
from pipelines.isu.links import FAR
from pipelines.wording.wib import parse_time, stamp

DAY_HOURS = 24
WIB_HOURS = 7
MOST_READ = 12  # articles of a story whose leads are compared for its summary, the most central ones


class Stories:
    """The stories on a connection; changes belong to the caller's transaction; `refresh` writes what follows."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.touched: set[int] = set()

    def begin(self, article_id: int, title: str, moment: str, source_id: str | None) -> int:
        """A new story with one article; its id."""
        story = self._insert(title, article_id, moment)
        self._put(story, article_id, moment, source_id, None, "memulai isu ini", None)
        return story

    def open(self, title: str, article_id: int, moment: str) -> int:
        """A new story without articles, called after one that comes into it; its id."""
        return self._insert(title, article_id, moment)

    def move(self, articles: Sequence[int], story: int, reason: str) -> None:
        """Move articles of other stories into one."""
        for article in articles:
            self.touched.update(
                held
                for (held,) in self.connection.execute(
                    "SELECT isu_id FROM isu_articles WHERE article_id = ?", (article,)
                )
            )
        self.connection.executemany(
            "UPDATE isu_articles SET isu_id = ?, reason = ? WHERE article_id = ?",
            [(story, reason, article) for article in articles],
        )
        self.touched.add(story)

    def leave(self, article_id: int) -> None:
        """Take an article that is no longer stored out of its story; a story that it leaves empty goes."""
        row = self.connection.execute("SELECT isu_id FROM isu_articles WHERE article_id = ?", (article_id,)).fetchone()
        if row is None:
            return
        values = {"story": row[0], "id": article_id}
        self.connection.execute("DELETE FROM isu_articles WHERE article_id = :id", values)
        self.connection.execute(
            "UPDATE isu_articles SET near_id = NULL WHERE isu_id = :story AND near_id = :id", values
        )
        self.touched.add(row[0])
        if not self.connection.execute("SELECT 1 FROM isu_articles WHERE isu_id = :story", values).fetchone():
            self.connection.execute("DELETE FROM isu WHERE id = :story", values)

    def settle(self, story: int, heir: int) -> None:
        """Let a story that has no articles any more lead to another; one that has some goes on."""
        if not self.connection.execute("SELECT 1 FROM isu_articles WHERE isu_id = ?", (story,)).fetchone():
            self._close(story, heir)

    def _insert(self, title: str, article_id: int, moment: str) -> int:
        cursor = self.connection.execute(
            """INSERT INTO isu (title, title_id, first_seen, last_seen, articles, outlets, grew_hour, grew_day, state)
               VALUES (?, ?, ?, ?, 0, 0, 0, 0, 'open')""",
            (title, article_id, moment, moment),
        )
        return int(cursor.lastrowid or 0)

    def join(
        self,
        story: int,
        article_id: int,
        moment: str,
        source_id: str | None,
        *,
        score: float,
        reason: str,
        near_id: int,
    ) -> None:
        """Put an article into a story."""
        self._put(story, article_id, moment, source_id, round(score, 2), reason, near_id)

    def _put(
        self,
        story: int,
        article_id: int,
        moment: str,
        source_id: str | None,
        score: float | None,
        reason: str,
        near_id: int | None,
    ) -> None:
        self.connection.execute(
            """INSERT INTO isu_articles (article_id, isu_id, published_at, source_id, score, reason, near_id)
               VALUES (?, ?, ?, ?, ?, ?, ?)""",
            (article_id, story, moment, source_id, score, reason, near_id),
        )
        self.connection.execute("UPDATE isu SET articles = articles + 1 WHERE id = ?", (story,))
        self.touched.add(story)

    def change(self, article_id: int, moment: str, source_id: str | None) -> None:
        """An article of a story has another title, date or source: it stays, and the story's row follows."""
        self.connection.execute(
            "UPDATE isu_articles SET published_at = ?, source_id = ? WHERE article_id = ?",
            (moment, source_id, article_id),
        )
        rows = self.connection.execute("SELECT isu_id FROM isu_articles WHERE article_id = ?", (article_id,))
        self.touched.update(story for (story,) in rows)

    def size(self, story: int) -> int:
        """How many articles a story has."""
        found = self.connection.execute("SELECT articles FROM isu WHERE id = ?", (story,)).fetchone()
        return int(found[0])

    def sizes(self, stories: Collection[int]) -> dict[int, int]:
        """How many articles each of these stories has."""
        return dict(
            self.connection.execute(
                "SELECT id, articles FROM isu WHERE id IN (SELECT value FROM json_each(?))", (json.dumps([*stories]),)
            ).fetchall()
        )

    def links(self, story: int) -> list[tuple[int, float]]:
        """(other story, log odds) of each compared pair of one of its articles and one of another's."""
        return self.connection.execute(
            """SELECT o.isu_id, p.odds FROM isu_articles m CROSS JOIN isu_pairs p ON p.article_id = m.article_id
               CROSS JOIN isu_articles o ON o.article_id = p.other_id
               WHERE m.isu_id = :story AND o.isu_id <> :story ORDER BY m.article_id, p.other_id""",
            {"story": story},
        ).fetchall()

    def merge(self, one: int, other: int) -> int:
        """Join two stories under the id of the greater, or else the older; that id."""
        kept, gone = sorted((one, other), key=lambda story: (-self.size(story), story))
        self.connection.execute("UPDATE isu_articles SET isu_id = ? WHERE isu_id = ?", (kept, gone))
        self.connection.execute("UPDATE isu SET articles = articles + ? WHERE id = ?", (self.size(gone), kept))
        self._close(gone, kept)
        return kept

    def _close(self, gone: int, kept: int) -> None:
        """Let a story that has no articles any more, and all that lead to it, lead to another."""
        self.connection.execute(
            """UPDATE isu SET state = 'merged', merged_into = :kept, articles = 0, outlets = 0, grew_hour = 0,
               grew_day = 0 WHERE id = :gone""",
            {"kept": kept, "gone": gone},
        )
        self.connection.execute("UPDATE isu SET merged_into = ? WHERE merged_into = ?", (kept, gone))
        self.connection.execute(
            "UPDATE isu SET named = coalesce(named, (SELECT named FROM isu WHERE id = ?)) WHERE id = ?", (gone, kept)
        )
        self.connection.execute(
            """INSERT INTO isu_marks (isu_id, followed, closed)
               SELECT :kept, 1, 0 FROM isu_marks WHERE isu_id = :gone AND followed
               ON CONFLICT (isu_id) DO UPDATE SET followed = 1""",
            {"kept": kept, "gone": gone},
        )
        self.touched.discard(gone)
        self.touched.add(kept)

    def since(self, day: int) -> dict[int, int]:
        """The story of each article of the stories that have one of this day (WIB) or later."""
        moment = stamp(parse_time("1970-01-01") + timedelta(hours=day * DAY_HOURS - WIB_HOURS))
        return dict(
            self.connection.execute(
                """SELECT a.article_id, a.isu_id FROM isu s CROSS JOIN isu_articles a ON a.isu_id = s.id
                   WHERE s.state = 'open' AND s.last_seen >= ? ORDER BY a.article_id""",
                (moment,),
            ).fetchall()
        )

    def regroup(
        self, before: Mapping[int, int], groups: Iterable[tuple[int | None, Sequence[int]]], reason: str
    ) -> int:
        """Move articles into other stories: (story, its articles), None for one that is new. How many stories went."""
        after: dict[int, int] = {}
        for story, group in groups:
            if story is None:
                title, moment = self.connection.execute(
                    "SELECT title, coalesce(published_at, first_seen) FROM articles WHERE id = ?", (group[0],)
                ).fetchone()
                story = self._insert(title, group[0], moment)
            after |= dict.fromkeys(group, story)
        moved = [article for article in before if before[article] != after[article]]
        self.connection.executemany(
            "UPDATE isu_articles SET isu_id = ?, reason = ? WHERE article_id = ?",
            [(after[article], reason, article) for article in moved],
        )
        self.touched.update(after[article] for article in moved)
        self.touched.update(before[article] for article in moved)
        gone = sorted(set(before.values()) - set(after.values()))
        for story in gone:
            heirs = Counter(after[article] for article, own in before.items() if own == story)
            self._close(story, min(heirs, key=lambda heir: (-heirs[heir], heir)))
        for story in self.touched & set(after.values()):
            self.connection.execute(
                "UPDATE isu SET articles = (SELECT count(*) FROM isu_articles WHERE isu_id = isu.id) WHERE id = ?",
                (story,),
            )
        return len(gone)

    def refresh(self) -> None:
        """Bring the rows of the stories that changed up to date."""
        for story in sorted(self.touched):
            self._refresh(story)
        self.touched.clear()

    def _refresh(self, story: int) -> None:
        articles = self.connection.execute(
            """SELECT article_id, published_at, source_id FROM isu_articles
               WHERE isu_id = ? ORDER BY published_at, article_id""",
            (story,),
        ).fetchall()
        if not articles:
            return
        moments = [moment for _, moment, _ in articles]
        last = parse_time(max(moments))
        ages = [last - parse_time(moment) for moment in moments]
        central = self._central(story, [article for article, _, _ in articles])
        told = self._told(central[:MOST_READ])
        quoted = shared_sentence(told) if len(told) > 1 else None
        self.connection.execute(
            """UPDATE isu SET title = coalesce(named, ?), title_id = ?, summary = ?, summary_id = ?,
               first_seen = ?, last_seen = ?, first_outlet = ?, articles = ?, outlets = ?,
               grew_hour = ?, grew_day = ? WHERE id = ?""",
            (
                told[0].title,
                told[0].article_id,
                *(quoted or (None, None)),
                moments[0],
                moments[-1],
                articles[0][2],
                len(articles),
                len({source for _, _, source in articles}),
                sum(age < timedelta(hours=1) for age in ages),
                sum(age < timedelta(days=1) for age in ages),
                story,
            ),
        )

    def _central(self, story: int, articles: Sequence[int]) -> list[int]:
        """The articles, those first that are most like the others of their story."""
        if len(articles) < 3:
            return [*articles]
        rows = self.connection.execute(
            """SELECT p.article_id, sum(p.odds - :far) FROM isu_articles m
               CROSS JOIN isu_pairs p ON p.article_id = m.article_id
               CROSS JOIN isu_articles o ON o.article_id = p.other_id
               WHERE m.isu_id = :story AND o.isu_id = :story GROUP BY p.article_id""",
            {"story": story, "far": FAR},
        )
        likeness = dict(rows.fetchall())
        return sorted(articles, key=lambda article: -likeness.get(article, 0.0))

    def _told(self, articles: Sequence[int]) -> list[Told]:
        """What these articles tell, in their order."""
        rows = self.connection.execute(
            "SELECT id, title, substr(text, 1, 1500) FROM articles WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps([*articles]),),
        )
        found = {row[0]: Told(*row) for row in rows}
        return [found[article] for article in articles if article in found]
