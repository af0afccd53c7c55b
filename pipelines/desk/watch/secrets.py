"""Secrets at rest: Telegram's tokens and webhooks' addresses, encrypted with a key that only the environment has.

The setting `key` is any text of SHORTEST characters or more. To change it, write the new one before the old one, with a
space between: what is written from then on has the first, and all of them read. Fernet (AES-128-CBC and HMAC-SHA256):
https://cryptography.io/en/latest/fernet/
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from pipelines.errors import UserError
from pipelines.settings.load import setting
from pipelines.settings.table import KEY

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

SHORTEST = 24  # characters of a key, as of the secret that signs cookies


def seal(text: str) -> str:
    """The text, encrypted. Raises UserError where there is no key."""
    return _box().encrypt(text.encode()).decode("ascii")


def unseal(sealed: str, name: str) -> str:
    """What was sealed for the receiver `name`. Raises UserError where there is no key, or where it is another one."""
    from cryptography.fernet import InvalidToken

    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise UserError(
            f"{name}: its secret cannot be read with this {KEY.variable}; set the one with which it was written, or "
            "write the secret anew"
        ) from None


def require_key() -> None:
    """Raise UserError where nothing can be sealed."""
    _box()


def _box() -> MultiFernet:
    from cryptography.fernet import Fernet, MultiFernet
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    words = str(setting("key") or "").split()
    if not words:
        raise UserError(f"{KEY.variable} is not set; secrets of receivers are kept encrypted with it")
    if min(map(len, words)) < SHORTEST:
        raise UserError(f"{KEY.variable}: wanted: {SHORTEST} characters or more")
    keys = (HKDF(SHA256(), 32, salt=None, info=b"pantau-penerima").derive(word.encode()) for word in words)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])
