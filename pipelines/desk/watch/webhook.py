"""Webhooks of receivers that the team adds: JSON to a public address, and never into the network that we stand in.

The name is resolved once, every address that it means must be public, and the connection goes to the very address that
was looked at, so that a name which means something else a moment later leads nowhere else. Redirects are not followed.
"""

from __future__ import annotations

import json
import socket
from urllib.parse import urlsplit

from crawler.urls import is_private
from pipelines.errors import UserError
from pipelines.settings.load import setting

SECONDS = 15.0
LONGEST = 2_000  # characters of an address


def check(url: str) -> str:
    """The host of a webhook's address. Raises UserError for one to which nothing may be sent, without repeating it."""
    if len(url) > LONGEST or not url.isascii() or not url.isprintable() or " " in url:
        raise UserError("the webhook's address cannot be read")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise UserError("the webhook's address cannot be read") from None
    if parts.username is not None or not host or parts.scheme not in ("https", "http"):
        raise UserError("a webhook's address begins with https://, without a name before an @")
    if host in allowed():
        return host
    if parts.scheme != "https" or port not in (None, 443):
        raise UserError("a webhook's address begins with https://, without a port")
    if is_private(url):
        raise UserError(f"{host}: is no public host; PANTAU_WEBHOOK_HOSTS names those of one's own network")
    return host


def allowed() -> frozenset[str]:
    """The hosts of one's own network to which messages may go, too: the setting `webhook_hosts`."""
    return frozenset(str(setting("webhook_hosts") or "").lower().split())


def post(url: str, title: str, text: str) -> str:
    """Send a message; the answer of the server. Raises UserError or OSError when it did not go."""
    import urllib3

    host, parts = check(url), urlsplit(url)
    address, port = _resolve(host, parts.port or (443 if parts.scheme == "https" else 80))
    # `title` and `message` as Apprise's JSON has them; `text` is what Slack, Mattermost and Google Chat show.
    body = json.dumps({"title": title, "message": text, "text": f"{title}\n\n{text}"}, ensure_ascii=False).encode()
    pool: urllib3.HTTPConnectionPool
    if parts.scheme == "https":
        pool = urllib3.HTTPSConnectionPool(address, port, server_hostname=host, assert_hostname=host)
    else:
        pool = urllib3.HTTPConnectionPool(address, port)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with pool:
        try:
            answer = pool.request(
                "POST",
                target,
                body=body,
                headers={"Host": parts.netloc, "Content-Type": "application/json", "User-Agent": "Pantau"},
                timeout=urllib3.Timeout(total=SECONDS),
                retries=False,
                redirect=False,
                preload_content=False,
            )
            answer.close()  # what it says beyond its status is not read: it may be without end
        except urllib3.exceptions.HTTPError as error:
            raise OSError(f"{host}: {type(error).__name__}") from None  # its text repeats the address
    if not 200 <= answer.status < 300:
        raise OSError(f"{host}: HTTP {answer.status}")
    return f"HTTP {answer.status}"


def _resolve(host: str, port: int) -> tuple[str, int]:
    """The address that a name means. Raises UserError where any that it means is not public, unless it is allowed."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise OSError(f"{host}: {error.strerror}") from None
    addresses = [str(entry[4][0]).partition("%")[0] for entry in found]
    if host not in allowed():
        for address in addresses:
            if is_private(f"https://[{address}]/" if ":" in address else f"https://{address}/"):
                raise UserError(f"{host} means the private address {address}")
    return addresses[0], port
