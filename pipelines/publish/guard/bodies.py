"""Bodies of forms: read whole before anything looks at them, and never more than a form needs."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from pipelines.publish.guard.asgi import Message, Receive, Scope

MOST_BYTES = 64 * 1024
LARGE = {  # by how an address begins, the longest first
    "/kliping/kop": 1024 * 1024,  # a logo, also one that is too large: the answer then keeps what else was typed
    "/kliping/": 256 * 1024,  # 200 articles, with what the form showed of them
}
MOST_PASSED = 8 * 1024 * 1024  # of a body that is too large: read and forgotten, since browsers read no answer before
MOST_SECONDS = 15.0  # from the head of a request to the end of its body


class BadBody(Exception):
    """A body that is not taken. status: of the answer; 0 when nobody waits for one."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def most_bytes(path: str) -> int:
    """How large a form may be that is sent to this address."""
    return next((size for begin, size in LARGE.items() if path.startswith(begin)), MOST_BYTES)


async def _let_pass(receive: Receive, announced: int) -> None:
    """Read what was announced and forget it, up to MOST_PASSED and MOST_SECONDS: else the connection breaks off."""
    left = announced if announced <= MOST_PASSED else 0
    with suppress(TimeoutError):
        async with asyncio.timeout(MOST_SECONDS):
            while left > 0:
                message = await receive()
                left -= len(message.get("body", b""))
                if message["type"] != "http.request" or not message.get("more_body", False):
                    return


async def whole_body(scope: Scope, receive: Receive) -> Receive:
    """`receive` that hands out the body in one piece, and then what comes after it.

    Raises BadBody for one that is larger than MOST_BYTES (or than LARGE, where the address begins so), whether its
    length is announced or it comes in chunks, for one that is still not there after MOST_SECONDS, and when the client
    is gone.
    """
    most = most_bytes(scope["path"])
    announced = dict(scope["headers"]).get(b"content-length", b"0")
    if not announced.isdigit() or int(announced[:20]) > most:
        await _let_pass(receive, int(announced[:20]) if announced.isdigit() else 0)
        raise BadBody(413)
    body, more = b"", True
    try:
        async with asyncio.timeout(MOST_SECONDS):
            while more:
                message = await receive()
                if message["type"] != "http.request":
                    raise BadBody(0)
                body += message.get("body", b"")
                more = message.get("more_body", False)
                if len(body) > most:
                    raise BadBody(413)
    except TimeoutError:
        raise BadBody(408) from None
    whole: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return whole.pop() if whole else await receive()

    return replay
