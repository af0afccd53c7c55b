"""Every number on a page leads to the list that it counts, in a real browser (needs what test_browser.py needs)."""

from __future__ import annotations

import re
from contextlib import closing
from html import unescape
from urllib.parse import parse_qs, urlsplit

from pipelines.database.open import open_connection
from pipelines.desk import tone, work
from tests.pipelines.publish.test_browser import (
    AXE,
    address,
    browser,
    coverage_page,
    covered,
    findings_of_axe,
    page,
    pytestmark,
)
from tests.pipelines.publish.test_crawl_pages import put_crawl

__all__ = ["address", "browser", "coverage_page", "covered", "page", "pytestmark"]  # fixtures

COUNTING = (
    "/",
    "/dasbor",
    "/dasbor?rentang=semua",
    "/pejabat",
    "/dasbor?rentang=1",
    "/kota",
    "/sumber",
    "/peta",
    "/pejabat/1",
    "/kota/1",
    "/provinsi/32",
    "/peraturan",
    "/peraturan/1",
    "/lembaga",
    "/sumber/contoh",
    "/peta?rentang=semua",
    "/tren?q=pasar",
    "/banding?s=q%3Dpasar&s=q%3Dbandung&rentang=semua",
    "/penulis",
    "/penulis/1",
    "/pejabat/1/kutipan",
    "/lembaga/1/kutipan",
    "/janji?dari=2020-01-01",
    "/laporan?kurun=bulan&hari=2025-11-12",
)
COUNTED_COVERAGE = (
    "/",
    "/isu?hari=semua",
    "/isu/1",
    "/liputan?rentang=semua",
    "/liputan/media?rentang=semua",
    "/liputan/sumber?rentang=semua",
    "/liputan/berita?rentang=semua",
    "/liputan/1",
    "/tren?q=cengkih",
    "/banding?s=q%3Dcengkih&s=q%3Dikan&rentang=semua",
    "/laporan?kurun=bulan&hari=2025-11-12",
)
COUNTED_TEAM = (
    "/meja",
    "/meja?label=cengkih",
    "/nada?rentang=semua",
    "/nada?rentang=semua&sasaran=Balai+Rempah",
    "/isu/1",
    "/banding?s=q%3Dcengkih&s=q%3Dikan&rentang=semua",
    "/sumber/balai",
)
# Numbers in the places of counts that stand in no link: what a page holds no list of.
# /isu/1: numbers that articles tell.
NO_COUNTS = re.compile(r"/isu/1 1[45]\.[05]00$")
BARE = """[...document.querySelectorAll('main b, main td.angka')].filter(
    e => /^[\\d.]+$/.test(e.textContent.trim()) && !e.closest('[data-jumlah], [data-hitungan], .angka-grafik')
      && !e.querySelector('[data-jumlah]')).map(e => e.textContent.trim())"""


def test_every_number_leads_to_the_list_that_it_counts(page):
    """The list says the same number, and its file has as many rows."""
    assert len(follow_numbers(page, COUNTING)) > 20


def test_every_number_of_coverage_leads_to_the_list_that_it_counts(coverage_page, covered):
    assert len(follow_numbers(coverage_page, COUNTED_COVERAGE)) > 20
    with closing(open_connection(covered[1])) as connection:
        work.change(connection, 2, work.read({"labels": "cengkih, petani"}), "pemilik")
        work.change(connection, 3, work.read({"labels": "cengkih"}), "pemilik")
        work.mark_read(connection, "pemilik", 4)
        tone.set_tone(connection, [2, 3], tone.Tone("Balai Rempah", "positif", ""))
        tone.set_tone(connection, [4], tone.Tone("Balai Rempah", "netral", "negatif"))
        pages = (("a", 1, "done", None), ("b", 0, "failed", "answered 404"))
        put_crawl(connection, "balai", 3, pages, found=2, fetched=1, stored=1)
    followed = follow_numbers(coverage_page, COUNTED_TEAM)
    searches = {search for href in followed for search in parse_qs(urlsplit(href).query).get("s", ())}
    assert len(followed) > 10 and any(search.startswith("q=cengkih") for search in searches)
    for path in ("/", "/isu?hari=semua"):
        coverage_page.goto(path)
        tones = coverage_page.locator("a.jumlah[href^='/nada?']").evaluate_all(
            "e => e.map(a => a.getAttribute('href'))"
        )
        assert tones and set(tones) <= set(followed)
    crawl = next(href for href in followed if "/penjelajahan/" in href)
    assert not AXE.is_file() or findings_of_axe(coverage_page, [crawl, "/sumber/balai"]) == []


def follow_numbers(page, paths):
    """Every list that a number leads to from these pages, with what it counts; of the noughts one of each kind."""
    seen, wrong, noughts = {}, [], set()  # addresses alike but for their numbers are of one kind
    for path in paths:
        page.goto(path)
        wrong += [(path, bare) for bare in page.evaluate(BARE) if not NO_COUNTS.match(f"{path} {bare}")]
        numbers = page.evaluate(
            "[...document.querySelectorAll('a[data-jumlah]')].map(a => [a.getAttribute('href'), a.dataset.jumlah])"
        )
        for href, number in numbers:
            kind = re.sub(r"\d+", "N", href)
            if href not in seen and (number != "0" or kind not in noughts):
                noughts |= {kind} if number == "0" else set()
                seen[href] = counted(page, href, number)
            if seen.get(href, (number, number)) != (number, number):
                wrong.append((path, href, number, seen[href]))
    assert not wrong, "\n".join(map(str, wrong))
    return seen


def counted(page, href, number):
    """What a list says that it counts, and how many rows its file has (`number` where it has none)."""
    text = page.request.get(href).text()
    text = text.split(f' id="{href.partition("#")[2]}"', 1)[-1]  # of several lists on a page the one that is meant
    said, file = (re.search(p, text) for p in (r'data-hitungan="(\d+)"', r'href="(/unduh/[^"]*)">JSON Lines<'))
    rows = page.request.get(unescape(file[1])).text().count("\n") if file else number
    return said and said[1], str(rows)
