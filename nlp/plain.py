"""Which way holds: the rooms for speed, or the libraries' public ways alone."""

from __future__ import annotations

import os
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version

from packaging.requirements import Requirement

VARIABLE = "PANTAU_PLAIN"
NO = frozenset(("", "0", "false", "no", "off", "tidak"))


def plain() -> bool:
    """Whether PANTAU_PLAIN asks for the libraries' public ways alone.

    It is read at every call, so that the settings file can set it before anything is loaded.
    """
    return os.environ.get(VARIABLE, "").strip().lower() not in NO


def unchecked(requirements: Iterable[str]) -> list[str]:
    """The installed libraries that lie outside the versions a part was checked with, as "name version".

    requirements  as in setup.cfg: "spacy>=3.8.18,<3.9". A library that is not installed is named without a version.
    """
    found = []
    for requirement in map(Requirement, requirements):
        try:
            installed = version(requirement.name)
        except PackageNotFoundError:
            found.append(requirement.name)
            continue
        if not requirement.specifier.contains(installed, prereleases=True):
            found.append(f"{requirement.name} {installed}")
    return found
