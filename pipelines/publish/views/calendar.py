"""The calendar of what ends and what is due: ends of agreements, deadlines of promises, as iCal and on one address."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from pipelines.publish.guard.mode import author_of, mode_of
from pipelines.publish.guard.signed_files import CALENDAR, signed_file
from pipelines.publish.mounted import database
from pipelines.publish.queries import lives
from pipelines.publish.show.ical import Event, calendar
from pipelines.publish.views.links import absolute
from pipelines.publish.views.periods import today

BACK = 31  # days: what ended or was due so lately stays in the calendar


async def address(request: Request, datasette: Datasette) -> str:
    """Where a program subscribes to the calendar; on a team's instance signed for whoever looks at the page.

    Whoever comes by another login than Pantau's has no account that could end the address, and gets the bare one.
    """
    if not mode_of(datasette).login:
        return CALENDAR
    try:
        return await signed_file(datasette, author_of(request), CALENDAR, "")
    except ValueError:
        return CALENDAR


async def ends_and_promises(request: Request, datasette: Datasette) -> Response:
    """The calendar; a program that subscribes to it asks for this address again and again."""
    db, since = database(datasette), (today() - timedelta(days=BACK)).isoformat()
    events = [
        Event(
            f"perjanjian-{row['life']}",
            date.fromisoformat(row["ends"]),
            f"Berakhir: {row['heading']}",
            f"{row['type']}; terakhir diberitakan {row['last_day']}. Dibaca secara otomatis, bisa keliru.",
            absolute(datasette, request, f"/perjanjian/{row['life']}"),
        )
        for row in await lives.ending(db, since)
    ]
    events += [
        Event(
            f"janji-{row['id']}",
            date.fromisoformat(row["last"]),
            f"Tenggat: {row['who']}",
            row["text"],
            absolute(datasette, request, f"/janji/{row['id']}"),
        )
        for row in await lives.due(db, since)
    ]
    host = urlsplit(absolute(datasette, request, "/")).hostname or "pantau"
    text = calendar(events, name="Pantau: perjanjian dan janji", now=datetime.now(UTC), host=host)
    return Response(text, content_type="text/calendar; charset=utf-8")
