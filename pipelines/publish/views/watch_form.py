"""The form that saves a search as a watch: what it offers, what is kept of a search, what can be wrong."""

from __future__ import annotations

import os
import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from datasette.app import Datasette
from datasette.utils.asgi import Request

from pipelines.desk.watch.receivers import REFERENCE, confirmed
from pipelines.desk.watch.saved import CLIP_FORMS, QUIET
from pipelines.publish.guard.mode import may_write
from pipelines.publish.mounted import database
from pipelines.search.asked import Search
from pipelines.settings.table import RECEIVERS

RECEIVER = RECEIVERS.prefix  # + NAME in the environment: the address of one receiver, for Apprise
CLIPS = {"": "tidak", **{form: form.upper() for form in CLIP_FORMS}}  # the kliping of every morning
SCHEDULES = {"15": "tiap 15 menit", "60": "tiap jam", "180": "tiap 3 jam", "1440": "sekali sehari"}  # by minutes
LONGEST_NAME = 80
NOT_SAVED = ("dari", "sampai", "sejak", "urut")  # of a search: a watch has what is new, newest first


@dataclass(frozen=True, slots=True)
class Given:
    """What a person gave: a name, every how many minutes, hours of silence, whether to tell of spikes, receivers.

    clip  the form of the kliping of every morning, "" for none
    """

    name: str = ""
    every: str = "60"
    quiet: str = ""
    spike: bool = False
    to: tuple[str, ...] = ()
    clip: str = ""


@dataclass(frozen=True, slots=True)
class WatchForm:
    """What the template needs: the search that is kept (`fields`), what can be chosen, what was given so far."""

    fields: dict[str, str]
    receivers: Mapping[str, str]
    given: Given
    schedules: dict[str, str]
    clips: Mapping[str, str]


def read_given(sent: Mapping[str, list[str]]) -> Given:
    """What a form says, apart from the search."""
    first = {name: values[0].strip() for name, values in sent.items()}
    return Given(
        name=first.get("nama", ""),
        every=first.get("tiap", ""),
        quiet=first.get("senyap", ""),
        spike=first.get("lonjakan") == "1",
        to=tuple(sent.get("penerima", [])),
        clip=first.get("kliping", ""),
    )


async def known_receivers(datasette: Datasette) -> dict[str, str]:
    """The receivers that can be chosen: what a form sends for each, and what it is called.

    Those of the page that are confirmed, then the names of those whose addresses are in the environment.
    """
    found = {one.reference: one.name for one in await database(datasette).execute_fn(confirmed)}
    names = sorted(name.removeprefix(RECEIVER) for name in os.environ if re.fullmatch(RECEIVER + r"\w+", name))
    return found | {name: name for name in names}


def address_of(sent: str) -> str:
    """The address that a watch keeps of a receiver, from what a form sends for it."""
    return sent if REFERENCE.fullmatch(sent) else f"${{{RECEIVER}{sent}}}"


def saved_part(wanted: Search) -> dict[str, str]:
    """What of a search a watch keeps, by its names in addresses."""
    return {name: value for name, value in parse_qsl(wanted.address()) if name not in NOT_SAVED}


async def offered(
    datasette: Datasette, request: Request, wanted: Search, given: Given | None = None
) -> WatchForm | None:
    """The form for a search, or None where nothing can be saved: on public, or when nothing is asked."""
    kept = saved_part(wanted)
    if not may_write(datasette, request.scope) or not wanted.asks or not kept or wanted.expression().error:
        return None
    named = given or Given(wanted.query[:LONGEST_NAME].strip())
    return WatchForm(kept, await known_receivers(datasette), named, SCHEDULES, CLIPS)


def wrong(wanted: Search, given: Given, known: Container[str]) -> str | None:
    """What is wrong with a form, in Indonesian, or None; `known`: the receivers that it may name."""
    fault = wrong_search(wanted) or wrong_settings(given, SCHEDULES, known)
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


def wrong_settings(given: Given, schedules: Container[str], known: Container[str]) -> str | None:
    """What is wrong with everything but the search, in Indonesian, or None; no receiver is no fault here."""
    if not given.name.strip() or len(given.name) > LONGEST_NAME:
        return f"Beri nama, paling panjang {LONGEST_NAME} huruf."
    if given.every not in schedules:
        return "Pilih jadwalnya."
    if given.clip not in CLIPS:
        return "Pilih bentuk klipingnya."
    if not all(one in known for one in given.to):
        return "Penerima itu tidak dikenal di mesin ini."
    if given.quiet and not QUIET.fullmatch(given.quiet):
        return "Tulis jam senyap sebagai 22:00-06:00 (WIB)."
    return None
