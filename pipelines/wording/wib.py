"""Moments: how the database writes them (ISO 8601, UTC), and WIB, the zone that days are counted in."""

from __future__ import annotations

from datetime import UTC, datetime

from crawler.zone import WIB

__all__ = ["WIB", "parse_time", "stamp", "stamp_now"]


def parse_time(text: str) -> datetime:
    """A stored moment; one without a zone is UTC. Raises ValueError for what is not ISO 8601."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def stamp(moment: datetime) -> str:
    """A moment as the database stores it: "2025-11-12T02:30:00+00:00"."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def stamp_now() -> str:
    """This moment as the database stores it."""
    return stamp(datetime.now(UTC))
