"""The JSON of the pages: docs/json.md is the contract, and what is served is held against it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from pipelines.desk.export_tables import TABLES
from pipelines.publish.plugin import PAGES_JSON
from pipelines.publish.views import as_json, profile_json
from pipelines.publish.views.isu import TOLD

CONTRACT = (Path(__file__).parents[3] / "docs" / "json.md").read_text(encoding="utf-8")
PROMISED = {
    address: re.findall("`([^`]+)`", fields)
    for address, fields in re.findall(r"^\| `(/[^`]+\.json)` \| (.+) \|$", CONTRACT, re.MULTILINE)
}
ASKED = {"/tren.json": "?q=pasar", "/banding.json": "?s=q%3Dpasar&s=orang%3D1&rentang=semua"}
PROFILES = ("pejabat", "lembaga", "kota", "peraturan", "penulis", "perjanjian", "janji")
INNER = {
    "posts": profile_json.POST,
    "officials": profile_json.OFFICIAL,
    "life": profile_json.STEP,
    "months": ("month", "articles"),
    "parties": ("party", "organisation_id"),
}
ENVELOPE = {"version", "columns", "rows", "page", "next"}


def test_every_json_page_is_promised_and_every_promise_is_one():
    served = {f"{path}.json" for path in as_json.LISTS}
    profiles = {f"/{kind}/N.json" for kind in PROFILES}
    single = {one.replace(r"\.json", ".json") for one in map(unnamed, PAGES_JSON)} - profiles
    assert {"/laporan.json", "/dasbor.json", "/sumber/NAME.json", "/pejabat/N/kutipan.json"} < single
    assert set(PROMISED) == served | profiles | single | {"/cari.json", "/artikel/N.json", "/isu.json", "/isu/N.json"}
    assert f"`version` is {as_json.VERSION}." in CONTRACT


def unnamed(route):
    """The address of a route as the contract writes it: N for a number, NAME for a name."""
    return re.sub(r"\(\?P<\w+>\[.*?\)", "NAME", re.sub(r"\(\?P<\w+>\\d\+\)", "N", route[0].strip("^$")))


@pytest.mark.parametrize("address", [f"{path}.json" for path in (*as_json.LISTS, "/cari")])
def test_a_list_has_the_promised_fields(site, address):
    told = site(address + ASKED.get(address, "")).json()
    more = {"total", "more_than_total"} if address == "/cari.json" else set()
    assert set(told) == ENVELOPE | more and told["version"] == 1 and told["page"] == 1 and told["next"] is None
    assert told["columns"] == PROMISED[address]
    assert all(list(row) == PROMISED[address] for row in told["rows"])


def test_an_article_has_the_promised_fields_with_its_rows(site):
    told = site("/artikel/2.json").json()
    assert list(told) == PROMISED["/artikel/N.json"]
    assert list(told["article"]) == PROMISED["/cari.json"] and told["article"]["id"] == 2
    for name in as_json.OF_ARTICLE:
        assert all(list(row) == list(TABLES[name].columns) for row in told[name])
    assert {row["article_id"] for row in told["mentions"]} == {2}
    assert site("/artikel/999.json").status_code == 404


@pytest.mark.parametrize("kind", ["pejabat", "lembaga", "kota", "peraturan", "perjanjian"])
def test_a_profile_has_the_promised_fields(site, kind):
    answer = site(f"/{kind}/1.json")
    if answer.status_code == 404:  # the small site has none of these
        assert site(f"/{kind}/1").status_code == 404
        return
    told = answer.json()
    assert list(told) == PROMISED[f"/{kind}/N.json"] and told["version"] == as_json.VERSION and told["id"] == 1
    for name, fields in INNER.items():
        assert all(tuple(row) == fields for row in told.get(name, ())), name
    if "articles_at" in told:
        found = site(told["articles_at"].removeprefix("http://localhost")).json()
        assert found["total"] == told["articles"] > 0
        assert sum(month["articles"] for month in told["months"]) <= told["articles"]


def test_a_profile_that_is_not_there_is_a_404(site):
    assert {site(f"/{kind}/99999.json").status_code for kind in PROFILES} == {404}


def test_stories_keep_their_fields():
    assert PROMISED["/isu.json"] == TOLD and PROMISED["/isu/N.json"] == [*TOLD, "members"]


def test_rows_are_those_of_the_file_with_the_same_arguments(site):
    for path, name in as_json.LISTS.items():
        asked = ASKED.get(f"{path}.json", "?cari=rangga" if path == "/pejabat" else "")
        lines = site(f"/unduh/daftar/{name}.json{asked}")
        assert site(f"{path}.json{asked}").json()["rows"] == [as_line(line) for line in lines.text.splitlines()]
    assert site("/pejabat.json?cari=tidakada").json()["rows"] == []


def as_line(line):
    """A line of JSON Lines."""
    return json.loads(line)


def test_pages_follow_each_other_and_keep_what_was_asked(site, monkeypatch):
    monkeypatch.setattr(as_json, "ROWS", 20)
    whole = site("/unduh/daftar/banding.json?s=q%3Dpasar&s=orang%3D1&rentang=semua").text.splitlines()
    at, rows, pages = "/banding.json?s=q%3Dpasar&s=orang%3D1&rentang=semua", [], 0
    while at:
        told = site(at.removeprefix("http://localhost")).json()
        rows, at, pages = rows + told["rows"], told["next"], pages + 1
    assert rows == [as_line(line) for line in whole] and pages == -(-len(whole) // 20) > 1


def test_a_search_has_its_hits_in_their_order_and_says_what_is_wrong(site):
    told = site("/cari.json?q=pasar").json()
    found = [int(one) for one in dict.fromkeys(re.findall(r'href="/artikel/(\d+)"', site("/cari?q=pasar").text))]
    assert [row["id"] for row in told["rows"]] == found[: told["total"]] and told["total"] == len(told["rows"]) > 0
    assert site("/cari.json?q=tidakadasamasekali").json()["rows"] == []
    wrong = site("/cari.json?q=pasar+AND&operator=1")
    assert wrong.status_code == 400 and wrong.json()["ok"] is False and wrong.json()["error"]
