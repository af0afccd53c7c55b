"""Signatures that let a feed reader, which has no login, follow one search."""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import UTC, date, datetime, timedelta

from datasette.app import Datasette

FEED_DAYS = 180  # that an address of a feed works; the page of the search gives a new one every day
DAY = re.compile("[0-9]{8}")
LENGTH = 40  # hexadecimal digits of a signature, 160 bits


def keep_key(datasette: Datasette, secret: str) -> None:
    """Derive this instance's key for feeds from its secret; `serve.datasette_app` does it before the first request."""
    datasette.pantau_feed_key = hashlib.sha256(f"pantau-umpan:{secret}".encode()).digest()


def sign_feed(datasette: Datasette, address: str, day: date | None = None) -> str:
    """The signature that opens the feed of one search (its query string) without a login, until FEED_DAYS after `day`.

    It is the day (today), and an HMAC-SHA256 of day and search with a key made of the instance's secret: whoever
    changes the secret takes every address back.
    """
    since = f"{day or today():%Y%m%d}"
    signed = hmac.new(datasette.pantau_feed_key, f"{since}:{address}".encode(), hashlib.sha256)
    return f"{since}-{signed.hexdigest()[:LENGTH]}"


def feed_signature_holds(datasette: Datasette, address: str, signature: str) -> bool:
    """Whether `signature` belongs to this search on this instance, and is not too old."""
    last = feed_ends(signature)
    if last is None or not today() <= last:
        return False
    wanted = sign_feed(datasette, address, last - timedelta(FEED_DAYS))
    return hmac.compare_digest(wanted.encode(), signature.encode())


def feed_ends(signature: str) -> date | None:
    """The last day on which a signature opens its feed, if it is genuine; None for one without a day."""
    since = signature.partition("-")[0]
    try:
        signed = date(int(since[:4]), int(since[4:6]), int(since[6:])) if DAY.fullmatch(since) else None
        return signed + timedelta(FEED_DAYS) if signed and signed <= today() else None
    except (ValueError, OverflowError):
        return None


def today() -> date:
    """The day in UTC."""
    return datetime.now(UTC).date()
