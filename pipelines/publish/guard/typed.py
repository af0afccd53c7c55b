"""What a person typed into a form that could not be taken: kept with the request, and offered to be sent again.

Only what came from one of our own pages is offered, as the browser says (Sec-Fetch-Site, or else Origin): another
site's form must not become a button of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pipelines.publish.guard import multipart
from pipelines.publish.guard.asgi import Scope

TYPED = "pantau_typed"  # the key of a request's scope under which the fields of its form stay
TOKEN = "csrftoken"
NEVER_SHOWN = ("password", "sekarang", "baru", "lagi")  # passwords are typed again
# Fields that a page keeps for itself, or whose values are chosen and not typed.
CHOSEN = frozenset(
    "aksi apa kunci pilihan di lama dilihat nomor bintang salinan sampai tiap kliping artikel isu jenis bentuk peran "
    "penerima status judul isi kembali rahasia".split()
)
MOST_FIELDS = 2_000
LONGEST_SHOWN = 2_000  # characters; what is longer is sent along unseen, as what a page keeps for itself


def keep(scope: Scope, fields: Mapping[str, list[str]]) -> None:
    """Remember the fields of a request's form."""
    scope[TYPED] = dict(fields)


def keep_body(scope: Scope, body: bytes) -> None:
    """Remember the fields of a form whose body was read and that nobody has looked at; its file is left out."""
    kind = dict(scope["headers"]).get(b"content-type", b"").decode("latin-1")
    try:
        if multipart.is_multipart(kind):
            keep(scope, {name: [value] for name, value in multipart.read(kind, body)[0].items()})
            return
        keep(scope, parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        return


def offered(scope: Mapping[str, Any]) -> list[tuple[str, str, bool]]:
    """(name, value, whether it is shown) of each field that is offered to be sent again; none where none may be."""
    fields: dict[str, list[str]] = scope.get(TYPED) or {}
    if not fields or set(fields) & set(NEVER_SHOWN) or not _is_ours(scope):
        return []
    return [
        (name, value, name not in CHOSEN and bool(value) and len(value) <= LONGEST_SHOWN and not _is_machine(value))
        for name, values in fields.items()
        if name != TOKEN
        for value in values
    ]


def token_of(scope: Mapping[str, Any]) -> str:
    """The token that the form had: it still holds where it was the login that had ended."""
    fields: dict[str, list[str]] = scope.get(TYPED) or {}
    return fields.get(TOKEN, [""])[0]


def _is_machine(value: str) -> bool:
    """Whether a value is a number of ours or a single mark, which nobody typed."""
    return value.isdigit() and len(value) < 16


def _is_ours(scope: Mapping[str, Any]) -> bool:
    headers = dict(scope["headers"])
    site = headers.get(b"sec-fetch-site", b"")
    if site:
        return bool(site == b"same-origin")
    origin = headers.get(b"origin", b"").decode("latin-1")
    return bool(origin) and urlsplit(origin).netloc == headers.get(b"host", b"").decode("latin-1")
