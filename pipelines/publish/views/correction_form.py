"""The form that corrects one thing of an article: what it shows, and what is read out of what a person sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from nlp.gazetteers import region
from nlp.records import AGREEMENT_STATUSES, AGREEMENT_TYPES
from pipelines.language.words import as_seen
from pipelines.search.named_places import nearest_place, region_codes
from pipelines.store.decisions import AGREEMENT, DAY, KIND, OFFICIAL, ORGANISATION, PLACE, TITLE
from pipelines.wording.labels import ARTICLE_KINDS

LONGEST = 300  # characters of a field
MOST_PARTIES = 30
OFFICIAL_STATUSES = {"menjabat": "menjabat", "penjabat": "penjabat (Plt, Pj, Plh)", "mantan": "mantan"}
PARTIAL_DAY = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")

# What can be said of each kind of thing, the usual choice first: what is sent, and the words for it.
CHOICES = {
    OFFICIAL: {
        "ubah": "Nama atau jabatannya lain",
        "bukan-pejabat": "Orangnya benar, tetapi bukan pejabat",
        "tidak-ada": "Bukan orang",
    },
    PLACE: {"ubah": "Tempatnya lain", "tidak-ada": "Bukan tempat"},
    AGREEMENT: {"ubah": "Isinya lain", "tidak-ada": "Bukan perjanjian"},
    ORGANISATION: {"ubah": "Namanya lain", "tidak-ada": "Bukan lembaga"},
    TITLE: {"ubah": "Judulnya lain"},
    DAY: {"ubah": "Tanggal terbitnya lain"},
    KIND: {"ubah": "Jenisnya lain", "tidak-ada": "Bukan artikel: halaman daftar, iklan, pemberitahuan, galat"},
}
HEADINGS = {
    OFFICIAL: "Pejabat",
    PLACE: "Tempat",
    AGREEMENT: "Perjanjian",
    ORGANISATION: "Lembaga",
    TITLE: "Judul",
    DAY: "Tanggal terbit",
    KIND: "Jenis",
}
ADD = {
    OFFICIAL: {"nama": "", "jabatan": "", "lembaga": "", "status": "menjabat"},
    PLACE: {"tempat": ""},
    AGREEMENT: {
        "sebutan": "",
        "jenis": "MoU",
        "perihal": "",
        "tanggal": "",
        "tempat": "",
        "status": "ditandatangani",
        "pihak": "",
    },
}  # the fields of a form that adds something, as it is shown first
EVERYWHERE = (OFFICIAL, PLACE, AGREEMENT, ORGANISATION)


class Wrong(Exception):
    """What is wrong with a form, in Indonesian."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a form shows: of which kind and key, what can be chosen, and its fields, as stored or as they were sent.

    others  how many other articles have the same mistake
    """

    kind: str
    key: str
    called: str
    fields: Mapping[str, str]
    chosen: str
    others: int = 0
    everywhere: bool = False
    note: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)


def shown(kind: str, values: Mapping[str, Any]) -> dict[str, str]:
    """The fields of a form for a thing, from what the ledger keeps of it."""
    if kind == OFFICIAL:
        names = {"nama": "name", "jabatan": "title", "lembaga": "organisation", "status": "status"}
    elif kind == PLACE:
        return {"tempat": f"{values['name']} ({values['code']})" if values["code"] else values["name"]}
    elif kind == AGREEMENT:
        names = {"jenis": "type", "perihal": "subject", "tanggal": "date", "tempat": "place", "status": "status"}
        return {name: values[key] or "" for name, key in names.items()} | {"pihak": "\n".join(values["parties"])}
    else:
        return {"nilai": str(values.get({TITLE: "title", DAY: "day", KIND: "kind"}.get(kind, "text")) or "")}
    return {name: values[key] or "" for name, key in names.items()}


def read_addition(kind: str, sent: Mapping[str, str]) -> dict[str, Any]:
    """What is added, by what a person sent. Raises Wrong."""
    after = read_after(kind, "ubah", sent)
    if after is None or kind not in ADD:
        raise Wrong("Pilih salah satu.")
    if kind == AGREEMENT:
        called = " ".join(as_seen(sent.get("sebutan", "")).split())[:LONGEST]
        if not after["parties"]:
            raise Wrong("Tulis paling sedikit satu pihak.")
        after["text"] = called or after["type"]
    return after


def read_choice(kind: str, sent: Mapping[str, list[str]]) -> str:
    """What was chosen. Raises Wrong for what cannot be."""
    chosen = sent.get("pilihan", [next(iter(CHOICES[kind]))])[0]
    if chosen not in CHOICES[kind]:
        raise Wrong("Pilih salah satu.")
    return chosen


def read_after(kind: str, chosen: str, sent: Mapping[str, str]) -> dict[str, Any] | None:
    """What a thing is, by what a person sent; None where it does not exist. Raises Wrong."""
    if chosen == "tidak-ada":
        return None
    given = {name: " ".join(as_seen(value).split())[:LONGEST] for name, value in sent.items() if name != "pihak"}
    if kind == OFFICIAL:
        return _official(chosen, given)
    if kind == PLACE:
        return _place(given.get("tempat", ""))
    if kind == AGREEMENT:
        return _agreement(given, sent.get("pihak", ""))
    value = given.get("nilai", "")
    if not value:
        raise Wrong(f"{HEADINGS[kind]} tidak boleh kosong.")
    if kind == DAY:
        return {"day": _day(value, "Tanggal terbit")}
    if kind == KIND and value not in ARTICLE_KINDS:
        raise Wrong("Pilih berita atau siaran pers.")
    return {{TITLE: "title", KIND: "kind", ORGANISATION: "text"}[kind]: value}


def _official(chosen: str, given: Mapping[str, str]) -> dict[str, Any]:
    if chosen == "bukan-pejabat":
        return {"official": False}
    if not given.get("nama"):
        raise Wrong("Nama tidak boleh kosong; bila ini bukan orang, pilih “Bukan orang”.")
    if not given.get("jabatan") and not given.get("lembaga"):
        raise Wrong("Isi jabatan atau lembaganya; bila tidak ada, pilih “bukan pejabat”.")
    if given.get("status") not in OFFICIAL_STATUSES:
        raise Wrong("Pilih menjabat, penjabat atau mantan.")
    return {
        "name": given["nama"],
        "title": given.get("jabatan") or None,
        "organisation": given.get("lembaga") or None,
        "status": given["status"],
    }


def _place(typed: str) -> dict[str, Any]:
    """The region that a person typed by name or code; the code may stand behind the name, as the form shows it."""
    if not typed:
        raise Wrong("Tulis nama kota, kabupaten atau provinsi, atau kodenya.")
    match = re.search(r"\(?(\d\d(?:\.\d\d){0,2})\)?$", typed)
    codes = region_codes(match[1]) if match else region_codes(typed)
    found = [row for row in map(region, codes) if row]
    if len(found) > 1 and not match:
        larger = [row for row in found if row.kind in ("provinsi", "kota", "kabupaten")]
        found = larger if len(larger) == 1 else found
    if not found:
        near = nearest_place(typed)
        raise Wrong(f"“{typed}” tidak dikenal." + (f" Maksudnya {near}?" if near else ""))
    if len(found) > 1:
        some = ", ".join(f"{row.display} ({row.code})" for row in found[:6])
        raise Wrong(f"“{typed}” ada {len(found)}: {some}. Tulis salah satu dengan kodenya.")
    return {"name": found[0].display, "kind": found[0].kind, "code": found[0].code}


def _agreement(given: Mapping[str, str], parties: str) -> dict[str, Any]:
    if given.get("jenis") not in AGREEMENT_TYPES or given.get("status") not in AGREEMENT_STATUSES:
        raise Wrong("Pilih jenis dan status perjanjiannya.")
    named = [" ".join(as_seen(line).split())[:LONGEST] for line in parties.splitlines()]
    named = list(dict.fromkeys(name for name in named if name))
    if len(named) > MOST_PARTIES:
        raise Wrong(f"Paling banyak {MOST_PARTIES} pihak.")
    return {
        "type": given["jenis"],
        "subject": given.get("perihal") or None,
        "date": _day(given["tanggal"], "Tanggal", partial=True) if given.get("tanggal") else None,
        "place": given.get("tempat") or None,
        "status": given["status"],
        "parties": named,
    }


def _day(value: str, what: str, *, partial: bool = False) -> str:
    """A day as YYYY-MM-DD; with `partial` a month or year will do. Raises Wrong."""
    try:
        if PARTIAL_DAY.fullmatch(value) and (partial or len(value) == len("2025-12-31")):
            date.fromisoformat((value + "-01-01")[:10])
            return value
    except ValueError:
        pass
    like = "2025-12-31" + (", 2025-12 atau 2025" if partial else "")
    raise Wrong(f"{what} “{value}” tidak terbaca; tulis seperti {like}.")
