"""The map of Indonesia: where articles tell of."""

from __future__ import annotations

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from nlp.gazetteers import regions
from pipelines.publish.mounted import database
from pipelines.publish.queries.mentioned import articles_by_province, most_mentioned
from pipelines.publish.show import maps
from pipelines.publish.views.frame import page
from pipelines.publish.views.periods import PERIODS, period
from pipelines.publish.views.places import MOST_TOLD

MOST_PLACES = 400  # that are counted for the shades of the provinces
MOST_CIRCLES, MOST_NAMES, MOST_LISTED = 60, 12, 15  # cities: drawn, named, listed beside the map


async def country(request: Request, datasette: Datasette) -> Response:
    """Provinces shaded by how much is told of them in a period, the most told cities as circles."""
    db = database(datasette)
    chosen = await period(request, db)
    found = await most_mentioned(db, "GPE", chosen.months, MOST_PLACES, "t.code IS NOT NULL", chosen.within)
    totals: dict[str, int] = {}
    for row in found:
        province = row["code"][:2]
        totals[province] = totals.get(province, 0) + row["n"]
    by_article = sum(totals.values()) <= MOST_TOLD
    if by_article:
        totals = await articles_by_province(db, chosen.months_days)
    shown = [row for row in found if row["kind"] in ("kota", "kabupaten")][:MOST_CIRCLES]
    cities = [maps.City(row["id"], row["name"], row["lat"], row["lon"], row["n"]) for row in shown]
    names = {region.code: region.name for region in regions().by_code.values() if region.kind == "provinsi"}
    ranked = sorted(((totals.get(code, 0), name, code) for code, name in names.items()), key=lambda p: (-p[0], p[1]))
    return await page(
        datasette,
        request,
        "peta",
        periods=PERIODS,
        chosen=chosen.chosen,
        months=chosen.months_address,
        ranked=ranked,
        by_article=by_article,
        cities=shown[:MOST_LISTED],
        map=maps.indonesia(totals, cities, labels=MOST_NAMES, title="Peta Indonesia menurut banyaknya sebutan"),
    )
