"""Polite hours: when an operator lets Pantau crawl at all."""

from __future__ import annotations

import os
import re
from datetime import datetime

from crawler.errors import CatalogueError
from crawler.zone import WIB

VARIABLE = "PANTAU_POLITE_HOURS"


def seconds_left(now: datetime, hours: str | None = None) -> float | None:
    """Seconds until the polite hours end; 0 outside them, None when there are none.

    `hours`: "22-05", the hours of a day in WIB between which to crawl (22.00 to 04.59); default: the environment's
    PANTAU_POLITE_HOURS. Raises CatalogueError for anything else.
    """
    text = (os.environ.get(VARIABLE, "") if hours is None else hours).strip()
    if not text:
        return None
    match = re.fullmatch(r"(\d{1,2})\s*-\s*(\d{1,2})", text)
    start, end = (int(match.group(1)), int(match.group(2))) if match else (-1, -1)
    if not match or start > 23 or end > 24 or start == end:
        raise CatalogueError(f"{VARIABLE}={text!r}: two different hours are wanted, such as 22-05 (WIB)")
    here = now.astimezone(WIB)
    hour = here.hour + here.minute / 60 + here.second / 3600
    if not (start <= hour < end if start < end else hour >= start or hour < end):
        return 0.0
    return ((end - hour) % 24) * 3600
