"""What people decided, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines.wording.labels import AGREEMENT_STATUSES, ARTICLE_KINDS, COVERAGE_LABELS

KINDS = {
    "official": "Pejabat",
    "place": "Tempat",
    "agreement": "Perjanjian",
    "organisation": "Lembaga",
    "title": "Judul",
    "day": "Tanggal terbit",
    "kind": "Jenis",
    "coverage": "Liputan",
    "undo": "Pembatalan",
}
NOTHING = {"official": "bukan orang", "place": "bukan tempat", "agreement": "bukan perjanjian"} | {
    "organisation": "bukan lembaga"
}
AS_MEASURED = "seperti yang terukur"


def in_words(kind: str, before: Mapping[str, Any], after: Mapping[str, Any] | None) -> str:
    """A decision as a line: "Siti Aminah (Bupati, Bogor) menjadi Siti Aminah (Wakil Bupati, Bogor)"."""
    old = _thing(kind, before)
    if after is None:
        return f"{old}: {NOTHING.get(kind, 'tidak ada')}"
    if after.get("official") is False:
        return f"{old}: bukan pejabat"
    new = _thing(kind, dict(before) | dict(after))
    return f"{old} menjadi {new}"


def _thing(kind: str, values: Mapping[str, Any]) -> str:
    if kind == "official":
        post = ", ".join(part for part in (values.get("title"), values.get("organisation")) if part)
        status = {"mantan": ", mantan", "penjabat": ", penjabat"}.get(values.get("status", ""), "")
        return f"{values.get('name', '')} ({post}{status})" if post else str(values.get("name", ""))
    if kind == "agreement":
        status = AGREEMENT_STATUSES.get(values.get("status", ""), "")
        parts = (", ".join(values.get("parties") or []), values.get("date"), values.get("place"), status.lower())
        return f"{values.get('text', '')} ({'; '.join(part for part in parts if part)})"
    if kind == "kind":
        return ARTICLE_KINDS.get(values.get("kind", ""), "").lower()
    if kind == "coverage":
        return COVERAGE_LABELS.get(values.get("label") or "", values.get("label") or AS_MEASURED)
    name = {"place": "name", "organisation": "text", "day": "day"}.get(kind, "title")
    value = str(values.get(name) or "tanpa isi")
    return f"“{value}”" if kind == "title" else value
