"""Posts by the full name of their institution: "Kepala BKPN" and "Kepala Badan Ketahanan Pangan Nusantara" are one."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import replace

from nlp.records import Tags
from pipelines.store.body_names import ACRONYM, body_names
from pipelines.store.who_is_who import ORGANISATION, by_form, name_key, organisation_key


def with_full_names(connection: sqlite3.Connection, tags: Tags, text_of: Mapping[str, str]) -> Tags:
    """The tags with the institutions of posts spelt out where they are acronyms that stand for one body alone.

    The article's own explanation comes first, then what other articles explained.
    """
    if not any(o.organisation and ACRONYM.match(o.organisation) for o in tags.officials):
        return tags
    own = body_names(tags.mentions, text_of).acronyms
    officials = []
    for official in tags.officials:
        name = official.organisation
        if name and ACRONYM.match(name):
            name = own.get(name_key(name)) or _full_name(connection, name)
        officials.append(replace(official, organisation=name))
    return replace(tags, officials=tuple(officials))


def _full_name(connection: sqlite3.Connection, acronym: str) -> str:
    """The name of the only body that an acronym stands for; the acronym where nobody, or more than one, has it."""
    owners = by_form(connection, ORGANISATION, organisation_key(acronym))
    if len(owners) != 1:
        return acronym
    return str(connection.execute("SELECT name FROM organisations WHERE id = ?", owners).fetchone()[0])
