"""The frame of every page: its menu, who is logged in, the words and dates that all templates use."""

from __future__ import annotations

from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from pipelines.publish.guard.mode import ACTOR, may_write, mode_of
from pipelines.publish.show import marks
from pipelines.publish.show.safe_link import safe_link
from pipelines.publish.views import page as words

MENU = (
    ("/cari", "Cari"),
    ("/dasbor", "Dasbor"),
    ("/pejabat", "Pejabat"),
    ("/lembaga", "Lembaga"),
    ("/kota", "Kota"),
    ("/perjanjian", "Perjanjian"),
    ("/liputan", "Liputan"),
    ("/sumber", "Sumber"),
    ("/unduh", "Data"),
)
SHARED = {
    "MENU": MENU,
    "day": marks.day,
    "moment": marks.moment,
    "partial_date": marks.partial_date,
    "number": marks.number,
    "lag": marks.lag,
    "apart": marks.apart,
    "share": marks.share,
    "safe_link": safe_link,
    "KINDS": words.KINDS,
    "SOURCE_KINDS": words.SOURCE_KINDS,
    "STATUSES": words.STATUSES,
    "AGREEMENT_TYPES": words.AGREEMENT_TYPES,
    "PLACE_KINDS": words.PLACE_KINDS,
    "LANGUAGES": words.LANGUAGES,
    "STATES": words.STATES,
    "COVERAGE_LABELS": words.COVERAGE_LABELS,
}


async def page(datasette: Datasette, request: Request, template: str, status: int = 200, **context: Any) -> Response:
    """Render templates/pantau_TEMPLATE.html with `context` and with what every page shares."""
    actor = request.scope.get(ACTOR)
    shared = SHARED | {
        "here": request.path,
        "user": (actor or {}).get("id"),
        "public": mode_of(datasette).public,
        "may_write": may_write(datasette, request.scope),
    }
    html = await datasette.render_template(f"pantau_{template}.html", shared | context, request=request)
    return Response.html(html, status=status)
