"""Promises, life lines and reports in a real browser: a person's word, links of figures, narrow screens, axe."""

from __future__ import annotations

import pytest

from tests.pipelines.publish.conftest import start
from tests.pipelines.publish.test_browser import (
    AXE,
    browser,
    expect,
    findings_of_axe,
    opened_on,
    pytestmark,
)
from tests.pipelines.publish.test_promise_pages import fill_followed

__all__ = ["browser", "pytestmark"]
KINDS = [
    "/janji?dari=2020-01-01",
    "/janji?cari=tidak-ada",
    "/janji/1",
    "/perjanjian/2",
    "/perjanjian?tahap=ditandatangani",
]
KINDS += ["/laporan?kurun=bulan&hari=2026-01-10", "/laporan?kurun=bulan&hari=2020-01-10"]


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    path = tmp_path_factory.mktemp("diikuti") / "uji.db"
    fill_followed(path)
    process, url = start(path)
    yield url
    process.terminate()
    process.wait(10)


@pytest.fixture
def page(browser, address):
    yield from opened_on(browser, address)


def test_a_promise_is_found_judged_and_seen_again(page):
    page.goto("/perjanjian")
    page.click("text=Janji dan target")
    page.fill("input[name=dari]", "2020-01-01")
    page.click("text=Saring")
    expect(page.locator("article.kartu")).to_have_count(3)
    page.click("article.kartu >> text=disebut lagi 1 kali")
    expect(page.locator("#sebutan li")).to_have_count(1)
    page.select_option("#keadaan", "sebagian")
    page.click("text=Simpan")
    expect(page.locator("[role=status]")).to_have_text("Tersimpan.")
    expect(page.locator("dl.rincian")).to_contain_text("sebagian")
    page.goto("/janji?keadaan=sebagian")
    expect(page.locator("article.kartu")).to_have_count(1)
    page.goto("/riwayat")
    expect(page.locator("main")).to_contain_text("sebagian")


def test_the_life_line_leads_to_its_articles_and_a_figure_of_the_report_to_its_list(page):
    page.goto("/perjanjian/1")
    expect(page.locator("#garis-hidup li")).to_have_count(2)
    page.click("#garis-hidup li >> text=Kabar teken")
    expect(page.locator("h1")).to_have_text("Kabar teken")
    page.goto("/laporan?kurun=bulan&hari=2026-01-10")
    shown = page.locator(".angka-besar .jumlah b").first.inner_text()
    page.click(".angka-besar .jumlah >> nth=0")
    expect(page.locator(".hasil").first).to_contain_text(f"{shown} artikel")


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_is_wider_than_the_screen_and_axe_finds_nothing(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    for kind in KINDS:
        page.goto(kind)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, kind
    assert not AXE.is_file() or findings_of_axe(page, KINDS) == []
    page.emulate_media(color_scheme="dark")
    assert (
        not AXE.is_file() or findings_of_axe(page, KINDS, "{runOnly: ['color-contrast', 'link-in-text-block']}") == []
    )
