"""The frame of every page: its menu, who is logged in, the words and dates that all templates use."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from pipelines.health.sentences import Told, say_recorded, tell
from pipelines.health.status import SourceStatus
from pipelines.publish.guard.mode import ACTOR, may_manage, may_set_receivers, may_write, mode_of
from pipelines.publish.show.safe_link import safe_link
from pipelines.publish.views.links import absolute
from pipelines.wording import dates, labels, lags, numbers

MENU = (
    ("/cari", "Cari"),
    ("/isu", "Isu"),
    ("/dasbor", "Dasbor"),
    ("/pejabat", "Pejabat"),
    ("/lembaga", "Lembaga"),
    ("/kota", "Kota"),
    ("/perjanjian", "Perjanjian"),
    ("/liputan", "Liputan"),
    ("/sumber", "Sumber"),
    ("/unduh", "Data"),
)


def _told(status: SourceStatus) -> Told:
    """How a source is doing, in the words of `pantau status`."""
    return tell(status, datetime.now(UTC))


SHARED = {
    "MENU": MENU,
    "day": dates.day,
    "short_day": dates.short_day,
    "moment": dates.moment,
    "doubt": dates.doubt,
    "partial_date": dates.partial_date,
    "months_since": dates.months_since,
    "number": numbers.number,
    "share": numbers.share,
    "percent": numbers.percent,
    "lag": lags.lag,
    "apart": lags.apart,
    "safe_link": safe_link,
    "KINDS": labels.ARTICLE_KINDS,
    "SOURCE_KINDS": labels.SOURCE_KINDS,
    "STATUSES": labels.AGREEMENT_STATUSES,
    "AGREEMENT_TYPES": labels.AGREEMENT_TYPES,
    "PLACE_KINDS": labels.PLACE_KINDS,
    "LANGUAGES": labels.LANGUAGES,
    "COVERAGE_LABELS": labels.COVERAGE_LABELS,
    "VERDICTS": labels.MESSAGE_VERDICTS,
    "tell": _told,
    "say_recorded": say_recorded,
}


async def page(datasette: Datasette, request: Request, template: str, status: int = 200, **context: Any) -> Response:
    """Render templates/pantau_TEMPLATE.html with `context` and with what every page shares."""
    actor, query = request.scope.get(ACTOR), request.query_string
    shared = SHARED | {
        "here": request.path,
        "user": (actor or {}).get("id"),
        "public": mode_of(datasette).public,
        "filtered": bool(query),
        "may_write": may_write(datasette, request.scope),
        "may_manage": may_manage(datasette, request.scope),
        "may_set_receivers": may_set_receivers(datasette, request.scope),
        "page_address": absolute(datasette, request, request.path + (f"?{query}" if query else "")),
    }
    html = await datasette.render_template(f"pantau_{template}.html", shared | context, request=request)
    return Response.html(html, status=status)
