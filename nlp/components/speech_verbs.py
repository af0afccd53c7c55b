"""The verbs of saying, of gazetteers/speech_verbs.toml, and the pattern that finds one."""

from __future__ import annotations

import tomllib
from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "gazetteers" / "speech_verbs.toml"

_VERBS = tomllib.loads(DATA.read_text(encoding="utf-8"))
ACTIVE_VERBS = tuple(_VERBS["active"].split())  # "mengatakan"
STEMS = frozenset(_VERBS["stems"].split())  # "kata", "ujar"
_STEMS, _ACTIVE = "|".join(_VERBS["stems"].split()), "|".join(ACTIVE_VERBS)
SAYING = rf"(?P<verb>(?i:(?:{_STEMS})(?:nya)?|{_ACTIVE}))\b"  # "kata", "katanya", "Mengatakan"
