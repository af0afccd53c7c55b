"""Reaching the Dask scheduler, and making sure that its workers can do the work before any is begun."""

from __future__ import annotations

import logging
import secrets
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.archive.location import Folder, Location
from pipelines.database.open import SCHEMA_VERSION
from pipelines.errors import UserError

if TYPE_CHECKING:
    from distributed import Client

CONNECT_SECONDS = 5


@contextmanager
def connected(scheduler: str, folder: Location) -> Iterator[Client]:
    """A client of the scheduler at an address (`tcp://host:8786`), all of whose workers have `folder` and this Pantau.

    Raises UserError when Dask is not installed, the scheduler cannot be reached, or has no worker that will do;
    nothing is left behind then.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise UserError("--engine dask: Dask is not installed; run `pip install pantau[scale]`") from error
    for name in [name for name in logging.root.manager.loggerDict if name.startswith("distributed")]:
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what matters is said in one line
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # other versions of Dask's dependencies on other machines are no news
        try:
            client = Client(scheduler, timeout=CONNECT_SECONDS, set_as_default=False, name="pantau")
        except (OSError, ValueError, ImportError, RuntimeError) as error:
            raise UserError(
                f"--scheduler {scheduler}: no Dask scheduler answers there ({_first_line(error)}); start one with "
                "`dask scheduler` or give its address"
            ) from error
    try:
        _check_workers(client, scheduler, folder)
        yield client
    finally:
        client.close()


def _check_workers(client: Client, scheduler: str, folder: Location) -> None:
    if not client.nthreads():
        raise UserError(f"--scheduler {scheduler}: has no workers; start some with `dask worker {scheduler}`")
    made = [path for path in (folder, *folder.parents) if not path.exists()] if isinstance(folder, Path) else []
    shared, token = Folder(folder), secrets.token_hex(16)
    probe = f".probe-{token}"
    try:
        shared.write(probe, token.encode())
        answers = client.run(_probe, folder, probe, token, on_error="return")
    finally:
        shared.remove(probe)
        for path in made:
            path.rmdir()
    for worker, answer in answers.items():
        if isinstance(answer, ModuleNotFoundError):
            raise UserError(f"worker {worker}: cannot load Pantau ({answer}); install pantau[scale] there")
        if isinstance(answer, BaseException):
            raise UserError(f"worker {worker}: cannot be used ({_first_line(answer)})")
        if not answer["shared"]:
            raise UserError(
                f"worker {worker}: cannot read and write {folder}, which must be a folder shared by all machines under "
                "the same path or address (docs/scaling.md)"
            )
        if answer["pantau"] != _version():
            raise UserError(f"worker {worker}: has Pantau {answer['pantau']}, this is {_version()}; install the same")


def _probe(folder: Location, name: str, token: str) -> dict[str, Any]:
    """On a worker: whether it sees what the client wrote and can write beside it, and which Pantau it has."""
    own = f".worker-{secrets.token_hex(16)}"
    try:
        shared = Folder(folder)
        with shared.open(name) as file:
            same = file.read() == token.encode()
        shared.write(own, b"")
        shared.remove(own)
    except OSError:
        same = False
    return {"shared": same, "pantau": _version()}


def _version() -> str:
    return f"{version('pantau')}, database {SCHEMA_VERSION}"


def _first_line(error: BaseException) -> str:
    lines = str(error).splitlines()
    return lines[0] if lines else type(error).__name__
