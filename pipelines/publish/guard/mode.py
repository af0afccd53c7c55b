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
READS_ONLY = "pembaca"  # the role that changes nothing (accounts.ROLES)
MANAGES = "pengelola"
OWNER = "pemilik"  # who decides on an instance of one's own, where nobody logs in


def set_mode(datasette: Datasette, mode: Mode) -> None:
    """Remember the mode of this instance; `serve.datasette_app` does it before the first request."""
    datasette.pantau_mode = mode


def mode_of(datasette: Datasette) -> Mode:
    """The mode of this instance."""
    return getattr(datasette, "pantau_mode", OWN)


def keep_people(datasette: Datasette, names: frozenset[str]) -> None:
    """Remember who logs in by the settings; `serve.datasette_app` does it before the first request."""
    datasette.pantau_people = names


def people_of_settings(datasette: Datasette) -> frozenset[str]:
    """The names, in small letters, of those who log in by the settings."""
    found: frozenset[str] = getattr(datasette, "pantau_people", frozenset())
    return found


def may_write(datasette: Datasette, scope: Mapping[str, Any]) -> bool:
    """Whether this request may change something: a team member, or whoever sits at this machine; never on public.

    Without a login both the client and the name under which it asks must be this machine's, so that neither a
    neighbour of `serve --host` nor a foreign name that resolves to 127.0.0.1 writes.
    """
    mode = mode_of(datasette)
    if mode.public:
        return False
    if mode.login:
        return scope.get(ACTOR) is not None and scope[ACTOR].get("role") != READS_ONLY
    client = scope["client"][0] if scope.get("client") else ""
    host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
    return not scope.get(FOREIGN) and is_loopback(client) and is_loopback(host_name(host))


def may_manage(datasette: Datasette, scope: Mapping[str, Any]) -> bool:
    """Whether this request may say who logs in: a manager, or somebody of the settings. Nobody logs in elsewhere."""
    actor = scope.get(ACTOR)
    return mode_of(datasette).login and actor is not None and actor.get("role", MANAGES) == MANAGES


def may_set_receivers(datasette: Datasette, scope: Mapping[str, Any]) -> bool:
    """Whether this request may say to whom messages go: a manager, or whoever sits at this machine."""
    return may_manage(datasette, scope) if mode_of(datasette).login else may_write(datasette, scope)


def author_of(request: Request) -> str:
    """Under which name what this request decides is written down: the login's, or OWNER on one's own machine."""
    return str((request.scope.get(ACTOR) or {}).get("id") or OWNER)
