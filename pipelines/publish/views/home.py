"""The home page: a search box, how much there is, what is new, who and what is mentioned most."""

from __future__ import annotations

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from pipelines.health.sentences import overview
from pipelines.publish.guard.mode import may_write
from pipelines.publish.mounted import database
from pipelines.publish.queries.agreements import latest_agreements
from pipelines.publish.queries.articles import latest
from pipelines.publish.queries.dashboard import counts
from pipelines.publish.queries.mentioned import CITY, most_mentioned, officials_mentioned, province_totals
from pipelines.publish.queries.sources import statuses
from pipelines.publish.show import maps
from pipelines.publish.views.frame import page
from pipelines.publish.views.isu import last_days


async def home(request: Request, datasette: Datasette) -> Response:
    """Search box, counts, the last day's stories, latest articles, who and what is mentioned most, agreements."""
    db = database(datasette)
    newest = await latest(db)
    states = [] if newest else await statuses(db)
    return await page(
        datasette,
        request,
        "beranda",
        counts=await counts(db),
        latest=newest,
        stories=await last_days(db, 5, team=may_write(datasette, request.scope)),
        overview=overview(states) if states else None,
        officials=await officials_mentioned(db, []),
        cities=await most_mentioned(db, "GPE", [], 10, CITY),
        agreements=await latest_agreements(db, 5),
        map=maps.indonesia(await province_totals(db), title="Provinsi menurut banyaknya sebutan"),
    )
