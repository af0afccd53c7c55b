"""The contact: how the owners of a site reach whoever crawls it; a part of the user agent."""

from __future__ import annotations

import os
import re
from urllib.parse import urlsplit

from crawler.errors import SettingError

VARIABLE = "PANTAU_CONTACT"
LENGTH = 200  # characters; some servers refuse long headers
# ASCII without what would end a part of the header (brackets, semicolon, spaces) or need quoting (RFC 9110, 5.6.5).
SAFE = re.compile(r"[!#-'*-:=?-Z_a-z~]+")
MAIL = re.compile(r"[^@/]+@(?:[a-z0-9-]+\.)+[a-z]{2,}", re.IGNORECASE)
WANTED = f"a mail address (humas@contoh.id) or a web address (https://contoh.id/pantau) of at most {LENGTH} characters"


def contact(said: str | None = None) -> str | None:
    """How the owners of a site reach the operator: a mail address or a web address; None where nobody has said.

    `said`: default what the environment says. Raises SettingError for anything else, which must not go into a header.
    """
    text = (os.environ.get(VARIABLE, "") if said is None else said).strip()
    if not text:
        return None
    if len(text) > LENGTH or not SAFE.fullmatch(text) or not (MAIL.fullmatch(text) or _is_web(text)):
        raise SettingError(f"{VARIABLE}={text[:LENGTH]!r}: {WANTED} is wanted")
    return text


def _is_web(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username
    except ValueError:
        return False
