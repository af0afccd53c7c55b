"""Serving the pages: Datasette with our metadata, templates, plugin and safe settings."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from datasette.app import Datasette
from datasette.plugins import pm

from pipelines.errors import UserError
from pipelines.publish import plugin

HERE = Path(__file__).resolve().parent
DATABASE = "pantau"  # the name under which metadata and links know the database, whatever its file is called
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


def datasette_app(database: Path, metadata: Path | None = None) -> Datasette:
    """A Datasette over `database`, mounted as "pantau"."""
    path = metadata or metadata_path()
    try:
        described: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UserError(f"{path}: cannot be read as JSON ({error})") from error
    if not pm.is_registered(plugin):
        pm.register(plugin, name="pantau")
    app = Datasette([], metadata=described, settings=SETTINGS, template_dir=str(HERE / "templates"),
                    static_mounts=[("pantau-static", str(HERE / "static"))])  # fmt: skip
    from datasette.database import Database

    app.add_database(Database(app, path=str(database), is_mutable=True), name=DATABASE)
    return app


def serve(database: Path, *, host: str, port: int, announce: bool = True) -> None:
    """Serve until Ctrl-C. Raises UserError when the port is taken."""
    import socket

    import uvicorn

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
        datasette_app(database).app(), log_level="warning", lifespan="on", timeout_graceful_shutdown=2
    )
    try:
        uvicorn.Server(config).run(sockets=[listener])
    except KeyboardInterrupt:  # uvicorn stops cleanly on Ctrl-C and then raises it again
        pass
    finally:
        listener.close()
