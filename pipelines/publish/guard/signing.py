"""Signatures that let a feed reader, which has no login, follow one search."""

from __future__ import annotations

import hashlib
import hmac

from datasette.app import Datasette

LENGTH = 40  # hexadecimal digits of a signature, 160 bits


def keep_key(datasette: Datasette, secret: str) -> None:
    """Derive this instance's key for feeds from its secret; `serve.datasette_app` does it before the first request."""
    datasette.pantau_feed_key = hashlib.sha256(f"pantau-umpan:{secret}".encode()).digest()


def sign_feed(datasette: Datasette, address: str) -> str:
    """The signature that opens the feed of one search (its query string) without a login.

    It is an HMAC-SHA256 with a key made of the instance's secret: whoever changes the secret takes every address back.
    """
    return hmac.new(datasette.pantau_feed_key, address.encode(), hashlib.sha256).hexdigest()[:LENGTH]


def feed_signature_holds(datasette: Datasette, address: str, signature: str) -> bool:
    """Whether `signature` belongs to this search on this instance."""
    return hmac.compare_digest(sign_feed(datasette, address).encode(), signature.encode())
