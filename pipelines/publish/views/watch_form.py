"""The form that saves a search as a watch: what it offers, what is kept of a search, what can be wrong."""

from __future__ import annotations

import os
import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from datasette.app import Datasette
from datasette.utils.asgi import Request

from pipelines.desk.watch.saved import QUIET
from pipelines.publish.guard.mode import may_write
from pipelines.search.asked import Search
from pipelines.settings.table import RECEIVERS

RECEIVER = RECEIVERS.prefix  # + NAME in the environment: the address of one receiver, for Apprise
SCHEDULES = {"15": "tiap 15 menit", "60": "tiap jam", "180": "tiap 3 jam", "1440": "sekali sehari"}  # by minutes
LONGEST_NAME = 80
NOT_SAVED = ("dari", "sampai", "sejak", "urut")  # of a search: a watch has what is new, newest first


@dataclass(frozen=True, slots=True)
class Given:
    """What a person gave: a name, every how many minutes, hours of silence, whether to tell of spikes, receivers."""

    name: str = ""
    every: str = "60"
    quiet: str = ""
    spike: bool = False
    to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WatchForm:
    """What the template needs: the search that is kept (`fields`), what can be chosen, what was given so far."""

    fields: dict[str, str]
    receivers: list[str]
    given: Given
    schedules: dict[str, str]
    prefix: str = RECEIVER


def read_given(sent: Mapping[str, list[str]]) -> Given:
    """What a form says, apart from the search."""
    first = {name: values[0].strip() for name, values in sent.items()}
    return Given(
        name=first.get("nama", ""),
        every=first.get("tiap", ""),
        quiet=first.get("senyap", ""),
        spike=first.get("lonjakan") == "1",
        to=tuple(sent.get("penerima", [])),
    )


def receivers() -> list[str]:
    """The names of the receivers that this server knows of; their addresses stay in the environment."""
    return sorted(name.removeprefix(RECEIVER) for name in os.environ if re.fullmatch(RECEIVER + r"\w+", name))


def saved_part(wanted: Search) -> dict[str, str]:
    """What of a search a watch keeps, by its names in addresses."""
    return {name: value for name, value in parse_qsl(wanted.address()) if name not in NOT_SAVED}


def offered(datasette: Datasette, request: Request, wanted: Search, given: Given | None = None) -> WatchForm | None:
    """The form for a search, or None where nothing can be saved: on public, or when nothing is asked."""
    kept = saved_part(wanted)
    if not may_write(datasette, request.scope) or not wanted.asks or not kept or wanted.expression().error:
        return None
    return WatchForm(kept, receivers(), given or Given(wanted.query[:LONGEST_NAME].strip()), SCHEDULES)


def wrong(wanted: Search, given: Given) -> str | None:
    """What is wrong with a form, in Indonesian, or None."""
    fault = wrong_search(wanted) or wrong_settings(given, SCHEDULES)
    return fault or (None if given.to else "Pilih paling sedikit satu penerima.")


def wrong_search(wanted: Search) -> str | None:
    """Why a search cannot be a watch, in Indonesian, or None."""
    if not wanted.asks or not saved_part(wanted):
        return "Pencariannya kosong. Mulai dari halaman pencarian."
    expression = wanted.expression()
    if expression.error:
        return f"Pencarian tidak dapat dibaca: {expression.error}."
    if wanted.query.strip() and not expression.match:
        return "Pencariannya tidak berisi kata."
    return None


def wrong_settings(given: Given, schedules: Container[str]) -> str | None:
    """What is wrong with everything but the search, in Indonesian, or None; no receiver is no fault here."""
    if not given.name.strip() or len(given.name) > LONGEST_NAME:
        return f"Beri nama, paling panjang {LONGEST_NAME} huruf."
    if given.every not in schedules:
        return "Pilih jadwalnya."
    if not set(given.to) <= set(receivers()):
        return "Penerima itu tidak dikenal di mesin ini."
    if given.quiet and not QUIET.fullmatch(given.quiet):
        return "Tulis jam senyap sebagai 22:00-06:00 (WIB)."
    return None
