"""What an entry of a new site can say by itself: an id, a kind, and how it stands in a catalogue."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from crawler.catalogue_checks import SUFFIXES

REGIONAL = re.compile(r"(?:prov|kab|kota)\w*\.go\.id$")


def guess_kind(url: str, name: str) -> str:
    """What kind of source a site is, by its domain and the name that it gives itself."""
    host = urlsplit(url).hostname or ""
    if not re.search(r"\.(?:go|mil|desa)\.id$", host):
        return "bumn" if re.search(r"\(Persero\)|\bPersero\b", name) else "media"
    if re.search(r"\b(?:provinsi|kabupaten|kota|pemprov|pemkab|pemkot|pemda)\b", name, re.I) or REGIONAL.search(host):
        return "pemda"
    return "kementerian" if re.search(r"\b(?:kementerian|kemenko|ministry)\b", name, re.I) else "lembaga"


def make_id(url: str) -> str:
    """An id for a site: its domain's own label, with that of a subdomain before it."""
    host = urlsplit(url).netloc.lower()
    parts = SUFFIXES(host)
    above = "" if parts.subdomain in ("", "www", "m") else f"{parts.subdomain.removeprefix('www.')}-"
    name = f"{above}{parts.domain}" if parts.domain and parts.suffix else host
    return re.sub(r"[^a-z0-9_]+", "-", name).strip("-_") or "situs"


def as_toml(entry: Mapping[str, Any]) -> str:
    """An entry as it stands in a catalogue."""
    lines = ["[[source]]"]
    for key, value in entry.items():
        if key == "discover":
            items = (", ".join(f"{name} = {_value(said)}" for name, said in item.items()) for item in value)
            lines += ["discover = [", *(f"  {{ {item} }}," for item in items), "]"]
        else:
            lines.append(f"{key} = {_value(value)}")
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    """A text, number or flag in TOML; a pattern keeps its backslashes between single quotes where it can."""
    if not isinstance(value, str):
        return json.dumps(value)
    if "\\" in value and "'" not in value and value.isprintable():
        return f"'{value}'"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
