"""Trends, comparisons and quotes in a real browser. Needs what test_browser.py needs, and skips as it does."""

from __future__ import annotations

import re

import pytest

from tests.pipelines.publish.conftest import fill, start
from tests.pipelines.publish.test_browser import (  # noqa: F401  (browser is a fixture)
    browser,
    opened_on,
    playwright_api,
    pytestmark,
)

expect = playwright_api.expect


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    path = tmp_path_factory.mktemp("tren") / "uji.db"
    fill(path)
    process, url = start(path)
    yield url
    process.terminate()
    process.wait(10)


@pytest.fixture
def page(browser, site):  # noqa: F811
    yield from opened_on(browser, site)


def test_a_bar_of_the_trend_narrows_the_search(page):
    page.goto("/cari?q=bandung&dari=2025-11-01&sampai=2025-11-30")
    page.locator("details.tren a:has(rect)").first.click()
    expect(page).to_have_url(re.compile("q=bandung&dari=2025-11-12&sampai=2025-11-12"))
    expect(page.locator("article.kartu")).not_to_have_count(0)
    page.click("text=Tren lengkap")
    page.click("nav[aria-label=Ukuran] >> text=bagian")
    page.click("summary:has-text('Angka')")
    expect(page.locator("table caption")).to_have_text("Bagian dari artikel yang dibaca")


def test_from_a_profile_to_a_comparison(page):
    page.goto("/pejabat/1")
    page.click("text=Bandingkan")
    page.fill("input[name=tambah]", "Bandung")
    page.select_option("select[name=apa]", "kota")
    page.select_option("select[name=rentang]", "semua")
    page.click("text=Tambahkan >> nth=-1")
    expect(page).to_have_url(re.compile("s=orang%3D1&s=tempat%3D1&rentang=semua"))
    expect(page.locator("polyline.kurva")).to_have_count(2)
    page.click(".sisi .pil >> nth=0")
    expect(page.locator(".sisi li")).to_have_count(1)
