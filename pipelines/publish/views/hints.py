"""What else an address may mean, and what in it means nothing: shown beside what was found."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from datasette.database import Database
from datasette.utils.asgi import Request

from pipelines.publish.views.links import other_page
from pipelines.search.understood import misread


@dataclass(frozen=True, slots=True)
class Hint:
    """Something else that a search may mean: in words, what it is, and where it is found."""

    says: str
    what: str
    href: str


async def misunderstood(request: Request, db: Database, only: Container[str] | None = None) -> list[Hint]:
    """The filters that were not understood, and the list with what may be meant; `only`: those of these arguments."""

    def given(name: str) -> str | None:
        return request.args.get(name) if only is None or name in only else None

    found = await db.execute_fn(lambda connection: misread(connection, given))
    return [Hint(one.says, one.meant, other_page(request, **one.instead)) for one in found]
