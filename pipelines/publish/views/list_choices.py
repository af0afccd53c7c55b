"""What the address of a list asks for, for its page and its file alike."""

from __future__ import annotations

from datasette.utils.asgi import Request

from pipelines.publish.queries import lists
from pipelines.publish.queries.lists import ORDERS, Chosen
from pipelines.publish.views.arguments import digits, one_of, word
from pipelines.wording.labels import AGREEMENT_STATUSES, AGREEMENT_TYPES, PLACE_KINDS

IN_OFFICE = ("menjabat", "mantan")


def needle(request: Request) -> str:
    """The words that are searched for in a list."""
    return word(request, "cari")


def order(request: Request) -> str:
    """The order of a list, one of ORDERS."""
    return one_of(request, "urut", ORDERS)


def officials(request: Request) -> Chosen:
    """The officials that the list shows."""
    return lists.officials(needle(request), one_of(request, "status", IN_OFFICE), order(request))


def organisations(request: Request) -> Chosen:
    """The institutions that the list shows."""
    return lists.organisations(needle(request), order(request))


def places(request: Request) -> Chosen:
    """The places that the list shows, cities where no kind is asked for."""
    kind, province = one_of(request, "jenis", PLACE_KINDS), digits(request, "provinsi", 2)
    return lists.places(needle(request), kind, province, order(request))


def agreements(request: Request) -> Chosen:
    """The agreements that the list shows."""
    kind, status = one_of(request, "jenis", AGREEMENT_TYPES), one_of(request, "status", AGREEMENT_STATUSES)
    return lists.agreements(needle(request), kind, status)
