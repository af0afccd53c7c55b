"""What a request says of itself and nobody may believe: the name it asked for, its credentials, where it came from."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from pipelines.publish.guard.asgi import Scope
from pipelines.settings.load import setting

FOREIGN = "pantau_foreign_host"  # the key of a scope whose request asked for a name that is not ours
DROPPED = (b"authorization", b"x-forwarded-host", b"forwarded")  # nothing of ours reads them; some plugin might
OWN_PAGES = ("same-origin", "none")  # of Sec-Fetch-Site: our own page, or a person at the address bar


def arrived(scope: Scope) -> Scope:
    """The request as everything behind the guard sees it.

    Without `Authorization`: people log in on the login page, where wrong passwords are counted, and nowhere else.
    With a Host that is ours (`own_host`), since Datasette makes links of it.
    """
    headers = [(name, value) for name, value in scope["headers"] if name not in (*DROPPED, b"host")]
    asked = _header(scope, b"host")
    host = own_host(scope, asked)
    return {**scope, "headers": [(b"host", host.encode()), *headers], FOREIGN: host != asked}


def own_host(scope: Scope, asked: str) -> str:
    """`asked` where it is a name of this machine for itself or that of `public_url`; else that of `public_url`.

    Without that setting it is the address at which the connection came in, which no client can choose.
    """
    site = urlsplit(str(setting("public_url") or "")).netloc
    server = scope.get("server") or ("localhost", None)
    name = host_name(asked)
    if asked and (asked.lower() == site.lower() or is_loopback(name) or name == str(server[0]).lower()):
        return asked
    shown = f"[{server[0]}]" if ":" in str(server[0]) else str(server[0])
    return site or (f"{shown}:{server[1]}" if server[1] else shown)


def is_loopback(name: str) -> bool:
    """Whether a host name or address can only mean this machine."""
    try:
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def from_elsewhere(scope: Scope) -> bool:
    """Whether a browser says that another site sent this form; `scope` is the request as it came.

    Sec-Fetch-Site has the first word; browsers send it over HTTPS and to this machine. Else Origin has it, unless it is
    "null", which our own pages send, since they send no referrer. Neither is there in old browsers and programs:
    the token of the form has the last word in any case.
    """
    site = _header(scope, b"sec-fetch-site")
    if site:
        return site not in OWN_PAGES
    origin = _header(scope, b"origin")
    if origin in ("", "null"):
        return False
    ours = {_header(scope, b"host").lower(), urlsplit(str(setting("public_url") or "")).netloc.lower()} - {""}
    return origin.partition("://")[2].lower() not in ours


def _header(scope: Scope, name: bytes) -> str:
    """A header's value; "" when it is not there."""
    return str(dict(scope["headers"]).get(name, b"").decode("latin-1"))


def host_name(host: str) -> str:
    """The name in a Host header, in small letters; "" for one that cannot be read."""
    try:
        return (urlsplit(f"//{host}").hostname or "") if set(host).isdisjoint("/?#@\\ ") else ""
    except ValueError:
        return ""
