"""Serving the pages: Datasette with our metadata, templates, plugin and safe settings."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from datasette.app import Datasette
from datasette.plugins import pm

from pipelines.errors import UserError
from pipelines.publish import plugin
from pipelines.publish.guard.access import INTERNAL, OWN, Mode
from pipelines.publish.snapshot import is_snapshot
from pipelines.publish.views.page import DATABASE
from pipelines.settings.table import SIGNING, USERS

HERE = Path(__file__).resolve().parent
LOGIN = USERS.prefix  # + NAME in the environment: the hash of that person's password
SECRET = SIGNING.variable  # signs cookies and feeds
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


def metadata_path() -> Path:
    """datasette_metadata.json: beside the packages in a checkout, under share/pantau where installed."""
    for path in (
        HERE.parents[1] / "datasette_metadata.json",
        Path(sys.prefix) / "share/pantau/datasette_metadata.json",
    ):
        if path.is_file():
            return path
    raise UserError("datasette_metadata.json: not found; reinstall Pantau")


def datasette_app(database: Path, metadata: Path | None = None, mode: Mode = OWN) -> Datasette:
    """A Datasette over `database`, mounted as "pantau".

    Raises UserError for a public instance over a live database, and for a login without people or secret.
    """
    path = metadata or metadata_path()
    try:
        described: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UserError(f"{path}: cannot be read as JSON ({error})") from error
    secret = None
    if mode.public and not is_snapshot(database):
        raise UserError(f"{database}: is not a snapshot; make one with `pantau publish --output FILE` and serve that")
    if mode.login:
        secret = _secret()
        described |= {"allow": {"id": "*"}, "plugins": described.get("plugins", {}) | _accounts()}
    if not pm.is_registered(plugin):
        pm.register(plugin, name="pantau")
    app = Datasette([], metadata=described, settings=SETTINGS, template_dir=str(HERE / "templates"), secret=secret,
                    static_mounts=[("pantau-static", str(HERE / "static"))])  # fmt: skip
    app.pantau_mode = mode
    from datasette.database import Database

    app.add_database(Database(app, path=str(database), is_mutable=not mode.public), name=DATABASE)
    if mode.public:
        for table in INTERNAL:  # the snapshot has none of them; the description need not name them either
            app._metadata_local["databases"][DATABASE]["tables"].pop(table, None)
    return app


def _secret() -> str:
    secret = os.environ.get(SECRET, "")
    if len(secret) < SHORTEST_SECRET:
        raise UserError(f"{SECRET}: --login needs a secret of at least {SHORTEST_SECRET} characters in the environment")
    return secret


def _accounts() -> dict[str, Any]:
    """The settings of datasette-auth-passwords: names from the environment's variables, hashes left in them."""
    names = sorted(name for name in os.environ if name.startswith(LOGIN) and len(name) > len(LOGIN))
    if not names:
        raise UserError(
            f"{LOGIN}NAME: --login needs at least one in the environment, the output of `datasette hash-password`"
        )
    return {
        "datasette-auth-passwords": {f"{name[len(LOGIN) :].lower()}_password_hash": {"$env": name} for name in names}
    }


def serve(database: Path, *, host: str, port: int, announce: bool = True, mode: Mode = OWN) -> None:
    """Serve until Ctrl-C. Raises UserError when the port is taken."""
    import socket

    import uvicorn

    app = datasette_app(database, mode=mode).app()
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise UserError(f"--port {port}: cannot be opened on {host} ({error.strerror}); give another port") from error
    if announce:
        shown = f"[{host}]" if ":" in host else host
        print(
            f"Pantau: http://{shown}:{listener.getsockname()[1]}/  (Ctrl-C untuk berhenti)", file=sys.stderr, flush=True
        )
    config = uvicorn.Config(
        app, log_level="warning", lifespan="on", timeout_graceful_shutdown=2, server_header=False,
        proxy_headers=True, forwarded_allow_ips="127.0.0.1",
    )  # fmt: skip
    try:
        uvicorn.Server(config).run(sockets=[listener])
    except KeyboardInterrupt:  # uvicorn stops cleanly on Ctrl-C and then raises it again
        pass
    finally:
        listener.close()
