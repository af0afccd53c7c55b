"""Bodies of forms: read whole before anything looks at them, and never more than a form needs."""

from __future__ import annotations

import asyncio

from pipelines.publish.guard.asgi import Message, Receive, Scope

MOST_BYTES = 64 * 1024
LARGE = {"/kliping/": 256 * 1024}  # 200 articles, with what the form showed of them
MOST_SECONDS = 15.0  # from the head of a request to the end of its body


class BadBody(Exception):
    """A body that is not taken. status: of the answer; 0 when nobody waits for one."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


async def whole_body(scope: Scope, receive: Receive) -> Receive:
    """`receive` that hands out the body in one piece, and then what comes after it.

    Raises BadBody for one that is larger than MOST_BYTES (or than LARGE, where the address begins so), whether its
    length is announced or it comes in chunks, for one that is still not there after MOST_SECONDS, and when the client
    is gone.
    """
    most = next((size for begin, size in LARGE.items() if scope["path"].startswith(begin)), MOST_BYTES)
    announced = dict(scope["headers"]).get(b"content-length", b"0")
    if not announced.isdigit() or int(announced[:20]) > most:
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
