"""Serving the pages: Datasette with our metadata, templates, plugin and safe settings."""

from __future__ import annotations

import json
import os
import secrets
import socket
import sys
from contextlib import closing, suppress
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from datasette.app import Datasette
from datasette.database import Database
from datasette.plugins import pm

from pipelines.database.schema import INTERNAL
from pipelines.errors import UserError
from pipelines.publish import plugin
from pipelines.publish.guard.door import Door, keep_door
from pipelines.publish.guard.login import INVITATION
from pipelines.publish.guard.mode import OWN, Mode, keep_people, set_mode
from pipelines.publish.guard.passwords import COST
from pipelines.publish.guard.people import finder, invite_first, of_settings, renewer, require_somebody, stop_desk_mails
from pipelines.publish.guard.proxy import check_settings, proxied
from pipelines.publish.guard.signing import keep_key
from pipelines.publish.mounted import DATABASE
from pipelines.publish.snapshot import is_snapshot
from pipelines.settings.load import setting
from pipelines.settings.table import SIGNING
from pipelines.wording.translate import spoken

HERE = Path(__file__).resolve().parent
SECRET = SIGNING.variable  # signs cookies and feeds
METADATA = "datasette_metadata.json"
SHORTEST_SECRET = 24  # characters
SETTINGS = {
    "default_page_size": 50,
    "max_returned_rows": 1_000,
    "suggest_facets": False,  # counting facets nobody asked for costs a table page over a second at a million rows
    "default_facet_size": 20,
    "allow_download": False,
    "sql_time_limit_ms": 2_500,
    "facet_time_limit_ms": 500,
    "num_sql_threads": 4,
    "max_csv_mb": 100,
    "truncate_cells_html": 300,
    "default_allow_sql": False,
}


def datasette_app(database: Path, mode: Mode = OWN) -> Datasette:
    """A Datasette over `database`, mounted as DATABASE.

    Raises UserError for a public instance over a live database, and for a login without people or secret.
    """
    described = _described()
    secret = secrets.token_hex(32)  # enough for the forms of one run; a login's cookies and feeds outlive it
    if mode.public:
        if not is_snapshot(database):
            raise UserError(
                f"{database}: is not a snapshot; make one with `pantau publish --output FILE` and serve that"
            )
        _forget_internal(described)
    if mode.login:
        secret = _secret()
        check_settings()
        known = of_settings()
        require_somebody(database, known)
        stop_desk_mails(database, known)
        described |= {"allow": {"id": "*"}}
    if not pm.is_registered(plugin):
        pm.register(plugin, name="pantau")
    app = Datasette(
        [],
        metadata=described,
        settings=SETTINGS,
        template_dir=str(HERE / "templates"),
        static_mounts=[("pantau-static", str(HERE / "static"))],
        secret=secret,
    )
    set_mode(app, mode)
    keep_key(app, secret)
    if mode.login:
        keep_people(app, frozenset(known))
        keep_door(app, Door(finder(app, known), COST, renewer(app)))
    app.add_database(Database(app, path=str(database), is_mutable=not mode.public), name=DATABASE)
    return app


def _described() -> dict[str, Any]:
    """What datasette_metadata.json says. Raises UserError when it is not there or no JSON.

    The file is at the top of the checkout; the package has a link to it, which becomes the file itself where the
    package is installed, whatever the folder.
    """
    try:
        described: dict[str, Any] = json.loads(files("pipelines.publish").joinpath(METADATA).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UserError(f"{METADATA}: cannot be read ({error}); reinstall Pantau") from error
    return described


def _forget_internal(described: dict[str, Any]) -> None:
    """Drop the descriptions of the tables that a snapshot does not have: they need not even be named."""
    tables = described.get("databases", {}).get(DATABASE, {}).get("tables", {})
    for table in INTERNAL:
        tables.pop(table, None)


def _secret() -> str:
    """The secret of a login. Raises UserError without a long one."""
    secret = os.environ.get(SECRET, "")
    if len(secret) < SHORTEST_SECRET:
        raise UserError(f"{SECRET}: --login needs a secret of at least {SHORTEST_SECRET} characters in the environment")
    return secret


def serve(database: Path, *, host: str, port: int, announce: bool = True, mode: Mode = OWN) -> None:
    """Serve until Ctrl-C; a team's instance that nobody can log in to yet prints a link for its first manager.

    Raises UserError when the port is taken.
    """
    import uvicorn

    first = invite_first(database, of_settings()) if mode.login else None
    app = proxied(datasette_app(database, mode=mode).app())
    with closing(_listener(host, port)) as listener:
        if announce:
            shown = f"[{host}]" if ":" in host else host
            address = f"http://{shown}:{listener.getsockname()[1]}/"
            print(spoken(f"Pantau: {address}  (Ctrl-C untuk berhenti)"), file=sys.stderr, flush=True)
            if first:
                link = f"{setting('public_url') or address.rstrip('/')}{INVITATION}?{urlencode({'kunci': first})}"
                said = spoken(
                    f"Belum ada yang dapat masuk. Untuk pengelola pertama, berlaku sekali, tujuh hari: {link}"
                )
                print(said, file=sys.stderr, flush=True)
        config = uvicorn.Config(
            app,
            log_level="warning",
            lifespan="on",
            timeout_graceful_shutdown=2,
            server_header=False,
            proxy_headers=False,  # `proxied` reads them
        )
        with suppress(KeyboardInterrupt):  # uvicorn stops cleanly on Ctrl-C and then raises it again
            uvicorn.Server(config).run(sockets=[listener])


def _listener(host: str, port: int) -> socket.socket:
    """A socket on that address (port 0: any that is free). Raises UserError when it cannot be had."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise UserError(f"--port {port}: cannot be opened on {host} ({error.strerror}); give another port") from error
    return listener
