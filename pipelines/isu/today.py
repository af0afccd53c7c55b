"""Today's stories for the command line; pipelines/publish/queries/isu.py has those of the pages."""

from __future__ import annotations

import sqlite3
from typing import Any

COLUMNS = "id title first_seen last_seen articles outlets first_outlet grew_hour grew_day summary".split()


def latest_day(connection: sqlite3.Connection, limit: int) -> list[dict[str, Any]]:
    """The stories of several articles within the day up to the newest article, the greatest first."""
    rows = connection.execute(
        f"""SELECT {", ".join(COLUMNS)} FROM isu
            WHERE state = 'open' AND articles > 1 AND last_seen >= (
              SELECT strftime('%Y-%m-%dT%H:%M:%S+00:00', max(last_seen), '-1 day') FROM isu WHERE state = 'open')
            ORDER BY outlets DESC, articles DESC, id LIMIT ?""",
        (limit,),
    )
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]
