"""What the address of a list asks for, for its page and its file alike."""

from __future__ import annotations

from datetime import timedelta

from datasette.utils.asgi import Request

from pipelines.publish.queries import lists
from pipelines.publish.queries.lists import ORDERS, AgreementsAsked, Chosen
from pipelines.publish.views.arguments import LONGEST_ID, a_day, digits, one_of, word
from pipelines.publish.views.periods import today
from pipelines.search.named_places import region_codes
from pipelines.store.agreement_lives import STAGES
from pipelines.wording.labels import AGREEMENT_STATUSES, AGREEMENT_TYPES, PLACE_KINDS

IN_OFFICE = ("menjabat", "penjabat", "mantan")


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


def authors(request: Request) -> Chosen:
    """The authors that the list shows."""
    return lists.authors(needle(request), word(request, "sumber"), order(request))


def laws(request: Request) -> Chosen:
    """The laws and regulations that the list shows."""
    return lists.laws(needle(request), order(request))


def places(request: Request) -> Chosen:
    """The places that the list shows, cities where no kind is asked for."""
    kind, province = one_of(request, "jenis", PLACE_KINDS), digits(request, "provinsi", 2)
    return lists.places(needle(request), kind, province, order(request), region_codes(needle(request)))


def agreements_asked(request: Request) -> AgreementsAsked:
    """What the list of agreements asks for."""
    city = word(request, "kota")
    return AgreementsAsked(
        needle=needle(request),
        named=region_codes(needle(request)),
        kind=one_of(request, "jenis", AGREEMENT_TYPES),
        status=one_of(request, "status", AGREEMENT_STATUSES),
        party=word(request, "lembaga"),
        city=city,
        codes=region_codes(city),
        place=digits(request, "tempat", LONGEST_ID),
        year=digits(request, "tahun", 4),
        since=a_day(request, "dari"),
        until=a_day(request, "sampai"),
        stage=one_of(request, "tahap", STAGES),
        silent=_months_from_now(request, "sunyi", -1),
        ending=_months_from_now(request, "berakhir", 1),
        now=today().isoformat(),
    )


def _months_from_now(request: Request, name: str, sign: int) -> str:
    """The day so many months (about 30 days each) from today as an argument of the address says; "" for none."""
    months = digits(request, name, 3)
    return (today() + sign * timedelta(days=30 * int(months))).isoformat() if months else ""


def agreements(request: Request) -> Chosen:
    """The agreements that the list shows."""
    return lists.agreements(agreements_asked(request))
