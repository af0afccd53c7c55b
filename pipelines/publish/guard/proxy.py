"""Whom a reverse proxy has logged in (OIDC, SAML, Kerberos): its header, from its address, where the settings say so.

Off unless both settings are there: `sso.header`, the header that the proxy sets, and `sso.proxies`, the addresses that
connections from it have. The address is that of the connection itself, before X-Forwarded-For is believed, so that no
client can write it. A request that brings the header from elsewhere is refused.
"""

from __future__ import annotations

import ipaddress
import re
from typing import cast

from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from pipelines.errors import UserError
from pipelines.publish.guard.asgi import Application, Receive, Scope, Send
from pipelines.settings.load import setting

PEER = "pantau_peer"  # the key of a scope under which `proxied` leaves the address that the connection comes from
HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
FORBIDDEN = ("host", "cookie", "authorization", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "forwarded")
BELIEVED = "127.0.0.1"  # whose X-Forwarded-For and X-Forwarded-Proto count
LONGEST = 200  # characters of a name

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Spoofed(Exception):
    """The header came from an address that is no proxy's, more than once, or says nothing that is a name."""


def proxied(app: Application) -> Application:
    """`app` behind uvicorn's reading of X-Forwarded-For, with the address of the connection kept."""
    inner = ProxyHeadersMiddleware(app, trusted_hosts=BELIEVED)  # type: ignore[arg-type]

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        client = scope.get("client")
        kept = {**scope, PEER: client[0] if client else ""}
        await cast(Application, inner)(kept, receive, send)

    return handle


def check_settings() -> None:
    """Raise UserError where the settings of the proxy's login are not whole, or could let strangers in."""
    header, proxies = (str(setting(key) or "") for key in ("sso.header", "sso.proxies"))
    if bool(header) != bool(proxies):
        raise UserError("sso.header and sso.proxies: set both, or neither")
    if header and (not HEADER.fullmatch(header) or header.lower() in FORBIDDEN):
        raise UserError(f"sso.header: {header!r} cannot be the header of a login; such as X-Forwarded-User")
    _proxies()


def _proxies() -> list[Network]:
    """The addresses of the proxies. Raises UserError for what is none, and for all addresses at once."""
    found = []
    for text in str(setting("sso.proxies") or "").split():
        try:
            network = ipaddress.ip_network(text)
        except ValueError as error:
            raise UserError(f"sso.proxies: {text!r} is no address; such as 127.0.0.1 or 10.1.2.0/28") from error
        if network.prefixlen == 0:
            raise UserError(f"sso.proxies: {text!r} means every address; name those of the proxies")
        found.append(network)
    return found


def name_of(scope: Scope) -> str | None:
    """Who has logged in at the proxy; None where that is not switched on, or the proxy names nobody. Raises Spoofed."""
    header = str(setting("sso.header") or "").lower().encode()
    proxies = _proxies()
    if not header or not proxies:
        return None
    said = [value for name, value in scope["headers"] if name.lower() == header]
    if not said:
        return None
    try:
        peer = ipaddress.ip_address(scope.get(PEER, ""))
    except ValueError:
        raise Spoofed from None
    mapped = getattr(peer, "ipv4_mapped", None)
    if not any((mapped or peer) in network for network in proxies):
        raise Spoofed
    name = said[0].decode("latin-1").strip()
    if len(said) > 1 or not name.isascii() or not name.isprintable() or len(name) > LONGEST:
        raise Spoofed
    return name or None
