"""How far back the first crawl of a large source goes: PANTAU_FIRST_DAYS days, 30 where nothing is said."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

from crawler.errors import SettingError

VARIABLE = "PANTAU_FIRST_DAYS"
DEFAULT, MOST = 30, 36_500


def first_day(first_crawl: str | None = None) -> str:
    """The time (ISO 8601 UTC) before which articles of a large source are left alone unless `--since` asks for them: so
    many days before its first crawl (ISO 8601 UTC; default now).

    Raises SettingError when the variable is no number of days.
    """
    said = os.environ.get(VARIABLE, "").strip() or str(DEFAULT)
    if not (said.isascii() and said.isdigit() and len(said) <= 5 and 1 <= int(said) <= MOST):
        raise SettingError(f"{VARIABLE}={said[:40]!r}: a number of days from 1 to {MOST} is wanted")
    begun = datetime.fromisoformat(first_crawl) if first_crawl else datetime.now(UTC)
    return (begun - timedelta(days=int(said))).isoformat(timespec="seconds")
