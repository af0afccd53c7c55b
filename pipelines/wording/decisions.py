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
    "promise": "Janji",
    "title": "Judul",
    "day": "Tanggal terbit",
    "kind": "Jenis",
    "coverage": "Liputan",
    "tone": "Nada",
    "kliping": "Kliping",
    "work": "Catatan tim",
    "isu": "Isu",
    "messages": "Pesan kunci",
    "undo": "Pembatalan",
}
NOTHING = {
    "official": "bukan orang",
    "place": "bukan tempat",
    "agreement": "bukan perjanjian",
    "organisation": "bukan lembaga",
    "kind": "bukan artikel",
    "promise": "bukan janji",
}
ADDABLE = ("official", "place", "agreement")
TONE_PARTS = (("judul", "title"), ("isi", "body"))
HEAD = {"name": "nama", "target": "sasaran nada", "summary": "ringkasan"} | {
    "institution": "kop",
    "address": "alamat kop",
    "letterhead": "logo kop nomor",
}
WORK = {
    "labels": "label",
    "note": "catatan",
    "assignee": "penanggung jawab",
    "deadline": "tenggat",
    "response": "tanggapan",
    "response_day": "hari tanggapan",
    "response_url": "tautan tanggapan",
}
ISU_MARKS = {"followed": ("diikuti", "tidak diikuti lagi"), "closed": ("ditutup", "dibuka lagi")}
AS_MEASURED = "seperti yang terukur"


def in_words(kind: str, before: Mapping[str, Any], after: Mapping[str, Any] | None) -> str:
    """A decision as a line: "Siti Aminah (Bupati, Bogor) menjadi Siti Aminah (Wakil Bupati, Bogor)"."""
    if kind == "tone":
        said = [f"{what} {(after or {}).get(name) or 'belum dinilai'}" for what, name in TONE_PARTS]
        return f"terhadap {(after or before).get('target') or before.get('target', '')}: {', '.join(said)}"
    if kind == "kliping":
        return _kliping(before, after or {})
    if kind == "isu":
        return _isu(after or {})
    if kind == "messages":
        told = [f"“{text}”" for text in (after or {}).get("messages", ())]
        return "; ".join(told) or "dikosongkan"
    if kind == "work":
        return ", ".join(f"{WORK[name]} “{value}”" for name, value in (after or {}).items() if name in WORK)
    old = _thing(kind, before)
    if kind in ADDABLE and not before and after:
        return f"{_thing(kind, after)}: ditambahkan"
    if kind in ADDABLE and not after and not before:
        return "tambahan dibatalkan"
    if after is None:
        return f"{old}: {NOTHING.get(kind, 'tidak ada')}"
    if kind == "promise":
        return f"{old}: {after.get('state') or 'belum dinilai'}"
    if after.get("official") is False:
        return f"{old}: bukan pejabat"
    new = _thing(kind, dict(before) | dict(after))
    return f"{old} menjadi {new}"


def _isu(after: Mapping[str, Any]) -> str:
    """What was done to a story: it was named, joined with another, or some of its articles were taken out."""
    if "name" in after:
        return f"dinamai “{after['name']}”" if after["name"] else "namanya dilepas"
    if "joined" in after:
        return f"digabung dengan isu {after['joined']}"
    for name, (on, off) in ISU_MARKS.items():
        if name in after:
            return on if after[name] else off
    return f"{len(after.get('parted') or [])} artikel dikeluarkan"


def _kliping(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """What changed in a kliping: it was made, signed, or how many of its fields are others."""
    if "articles" in after:
        return f"dibuat: {after['name']}, {after['articles']} berita"
    if "signed" in after:
        return "disahkan" if after["signed"] else "pengesahan dicabut"
    head = [f"{name} “{after[key]}”" for key, name in HEAD.items() if key in after]
    rows = len({key.partition(":")[0] for key in after if ":" in key})
    return ", ".join(head + ([f"{rows} berita diubah"] if rows else []))


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
    name = {"place": "name", "organisation": "text", "promise": "text", "day": "day"}.get(kind, "title")
    value = str(values.get(name) or "tanpa isi")
    return f"“{value}”" if kind == "title" else value
