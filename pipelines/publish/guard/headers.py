"""The headers of every answer: what a browser may load and do, and a login's cookie that scripts cannot read."""

from __future__ import annotations

from pipelines.publish.guard.asgi import Message, Scope, Send

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"geolocation=(), camera=(), microphone=()"),
)
NAMES = frozenset(name for name, _ in HEADERS)
OURS = (b"ds_actor=", b"pantau_kenal=")  # the cookies of the login


def with_headers(scope: Scope, send: Send) -> Send:
    """`send` of one request, which puts HEADERS in the place of what the answer says of them."""

    async def send_with(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [
                (name, safer_cookie(value, scope) if name.lower() == b"set-cookie" else value)
                for name, value in message.get("headers", ())
                if name.lower() not in NAMES
            ]
            message = {**message, "headers": [*kept, *HEADERS]}
        await send(message)

    return send_with


def safer_cookie(cookie: bytes, scope: Scope) -> bytes:
    """A `Set-Cookie` value; those of the login are closed to scripts and, where the pages come by HTTPS, to plain HTTP.

    Datasette's logout asks for neither.
    """
    if not cookie.startswith(OURS):
        return cookie
    lower = cookie.lower()
    if b"httponly" not in lower:
        cookie += b"; HttpOnly"
    if scope.get("scheme") == "https" and b"; secure" not in lower:
        cookie += b"; Secure"
    return cookie
