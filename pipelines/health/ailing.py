"""The sources that need a look, as reports list them."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from pipelines.desk.report.records import Ailing
from pipelines.health.status import source_statuses
from pipelines.wording.states import STATES


def ailing(connection: sqlite3.Connection, now: datetime) -> list[Ailing]:
    """The sources that need a look, with how they are doing in words."""
    return [
        Ailing(found.id, found.name, STATES[found.state].word, found.last_article)
        for found in source_statuses(connection, now)
        if found.needs_look
    ]
