"""One's own desk as an Atom feed: tasks, open responses and stars, at a private address that only its page tells.

On a team's instance the address is signed for the person (guard/signing.py): it opens nothing else, ends after some
months, and with the person's account.
"""

from __future__ import annotations

from urllib.parse import urlencode

from datasette.app import Datasette
from datasette.utils.asgi import Forbidden, Request, Response

from pipelines.publish.guard.login import DESK_FEED, desk_of
from pipelines.publish.guard.mode import author_of, may_write, mode_of
from pipelines.publish.guard.signing import feed_signature_holds, sign_feed
from pipelines.publish.mounted import database
from pipelines.publish.queries import work as lists
from pipelines.publish.show import atom
from pipelines.publish.views.arguments import word
from pipelines.publish.views.links import absolute
from pipelines.search.rows import Row
from pipelines.wording.dates import short_day

LONGEST_NAME = 60


def desk_feed_address(datasette: Datasette, name: str) -> str:
    """Where the desk of a person is as a feed; signed where the pages ask for a login."""
    if not mode_of(datasette).login:
        return DESK_FEED
    return f"{DESK_FEED}?{urlencode({'milik': name, 'tanda': sign_feed(datasette, desk_of(name))})}"


async def desk_feed(request: Request, datasette: Datasette) -> Response:
    """The feed of the desk that the signature is for; of one's own on one's own machine."""
    name, signature = word(request, "milik", LONGEST_NAME), word(request, "tanda")
    if mode_of(datasette).login:
        if not name or not feed_signature_holds(datasette, desk_of(name), signature):
            raise Forbidden("Alamat umpan ini tidak berlaku; ambil yang baru dari halaman Meja")
    elif not may_write(datasette, request.scope):
        raise Forbidden("Meja adalah milik tim")
    else:
        name = author_of(request)
    db = database(datasette)
    found: dict[int, tuple[str, Row]] = {}
    for called, rows in (
        ("Tugas", await lists.assigned(db, name)),
        ("Tanggapan", await lists.open_responses(db)),
        ("Berbintang", await lists.starred(db, name)),
    ):
        for row in rows:
            found.setdefault(row["id"], (called, row))
    given = urlencode({"milik": name, "tanda": signature})
    text = atom.feed(
        (
            atom.Entry(
                row["id"], f"{called}: {row['title']}", _told(row), row["url"], row["source"], row["published_at"]
            )
            for called, row in found.values()
        ),
        title=f"Pantau: meja {name}",
        address=f"{DESK_FEED}?{given}" if signature else DESK_FEED,
        page="/meja",
        absolute=lambda path: absolute(datasette, request, path),
    )
    return Response(text, content_type="application/atom+xml; charset=utf-8", headers={"cache-control": "no-store"})


def _told(row: Row) -> str:
    """What the team notes about an article, in a line; "" for a star."""
    parts = (
        row.get("response"),
        row.get("deadline") and f"tenggat {short_day(row['deadline'])}",
        row.get("labels"),
        row.get("note"),
    )
    return "; ".join(str(part) for part in parts if part)
