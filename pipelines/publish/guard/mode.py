"""What kind of instance this is: one's own, a public snapshot, or a team's behind a login; and who may write on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Request

from pipelines.publish.guard.arrival import FOREIGN, host_name, is_loopback

ACTOR = "pantau_actor"  # the key of a request's scope under which the guard leaves who has logged in


@dataclass(frozen=True, slots=True)
class Mode:
    """`public` serves a read-only snapshot, `login` asks for a login; neither of the two is for one's own use."""

    public: bool = False
    login: bool = False


OWN = Mode()
OWNER = "pemilik"  # who decides on an instance of one's own, where nobody logs in


def set_mode(datasette: Datasette, mode: Mode) -> None:
    """Remember the mode of this instance; `serve.datasette_app` does it before the first request."""
    datasette.pantau_mode = mode


def mode_of(datasette: Datasette) -> Mode:
    """The mode of this instance."""
    return getattr(datasette, "pantau_mode", OWN)


def may_write(datasette: Datasette, scope: Mapping[str, Any]) -> bool:
    """Whether this request may change something: a team member, or whoever sits at this machine; never on public.

    Without a login both the client and the name under which it asks must be this machine's, so that neither a
    neighbour of `serve --host` nor a foreign name that resolves to 127.0.0.1 writes.
    """
    mode = mode_of(datasette)
    if mode.public:
        return False
    if mode.login:
        return scope.get(ACTOR) is not None
    client = scope["client"][0] if scope.get("client") else ""
    host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
    return not scope.get(FOREIGN) and is_loopback(client) and is_loopback(host_name(host))


def author_of(request: Request) -> str:
    """Under which name what this request decides is written down: the login's, or OWNER on one's own machine."""
    return str((request.scope.get(ACTOR) or {}).get("id") or OWNER)
