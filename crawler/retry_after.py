"""Reading Retry-After."""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime


def retry_after(value: bytes | None, now: datetime) -> float:
    """Seconds that a Retry-After header (RFC 9110, 10.2.3: seconds or a date) asks for; 0 without a valid one."""
    if not value:
        return 0.0
    text = value.decode("latin-1").strip()
    if text.isascii() and text.isdigit():  # "²" is a digit, too, but no number
        return float(text[:9])
    try:
        return max(0.0, (parsedate_to_datetime(text) - now).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return 0.0
