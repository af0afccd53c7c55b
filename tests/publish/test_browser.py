"""The pages in a real browser: search, suggestions, filters, profiles, feed, export, login; nothing from outside.

Needs Debian's chromium (or PANTAU_CHROMIUM) and Playwright; with node_modules/axe-core (npm install axe-core) also the
accessibility of every kind of page. Without them the tests say so and skip.
"""

from __future__ import annotations

import csv
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from datasette_auth_passwords.utils import hash_password

from tests.conftest import ROOT
from tests.publish.conftest import fill

playwright_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
expect = playwright_api.expect
CHROMIUM = os.environ.get("PANTAU_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
AXE = Path(os.environ.get("PANTAU_AXE", ROOT / "node_modules" / "axe-core" / "axe.min.js"))
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium; apt-get install chromium"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # Playwright's pipes
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
KINDS = ("/", "/cari?q=pasar", "/cari?kota=Bandung", "/cari?q=kucing", "/artikel/2", "/pejabat", "/pejabat/1", "/lembaga", "/kota",
         "/kota/1", "/provinsi/32", "/perjanjian", "/perjanjian/1", "/peraturan/1", "/sumber", "/sumber/contoh", "/dasbor",
         "/peta", "/unduh", "/tidak-ada")  # fmt: skip


def start(path, *options, **environment):
    """A `pantau serve` on a free port of loopback: (process, address)."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "pipelines.cli", "--db", str(path), "serve", "--port", str(port), *options],
        cwd=path.parent, env=os.environ | {"PYTHONPATH": str(ROOT)} | environment, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    for _ in range(150):
        try:
            urllib.request.urlopen(f"{address}/pantau-static/pantau.css", timeout=2).close()
            return process, address
        except OSError:
            time.sleep(0.1)
    process.kill()
    raise AssertionError("pantau serve did not start in 15 seconds")


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    path = tmp_path_factory.mktemp("peramban") / "uji.db"
    fill(path)
    process, url = start(path)
    yield url
    process.terminate()
    process.wait(10)


@pytest.fixture(scope="module")
def browser():
    with playwright_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser, address):
    """A page that fails the test when it asks another host, breaks its policy or has an error in a script."""
    context = browser.new_context(base_url=address, accept_downloads=True)
    opened, outside, broken = context.new_page(), [], []
    opened.on("request", lambda request: request.url.startswith(address) or outside.append(request.url))
    opened.on("pageerror", lambda error: broken.append(str(error)))
    opened.on("console", lambda message: "Content Security Policy" in message.text and broken.append(message.text))
    yield opened
    context.close()
    assert not outside and not broken


def test_search_filter_article_and_profile(page):
    page.goto("/")
    page.fill("#q", "penandatanganan")
    page.press("#q", "Enter")
    expect(page.locator("article.kartu")).to_have_count(1)
    expect(page.locator(".cuplikan b").first).to_have_text("ditandatangani")
    page.goto("/cari?q=bandung")
    page.click("summary")
    page.select_option("select[name=jenis]", "news")
    page.click("text=Terapkan")
    expect(page).to_have_url(re.compile("jenis=news"))
    expect(page.get_by_text("Tidak ada artikel yang cocok")).to_be_visible()
    page.click("text=tanpa saringan")
    page.locator("article.kartu h3 a", has_text="Penandatanganan").click()
    expect(page.locator("mark.m-per a").first).to_have_text("Rangga Wiratama")
    page.locator("mark.m-per a").first.click()
    expect(page).to_have_title("Rangga Wiratama - Pantau")
    expect(page.locator("figure.grafik svg")).to_be_visible()


def test_suggestions_by_keyboard(page):
    page.goto("/")
    page.locator("#q").press_sequentially("wira")
    page.get_by_role("option", name="Rangga Wiratama").wait_for(timeout=5_000)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url("**/pejabat/1", timeout=5_000)


def test_feed_and_export_of_what_is_shown(page):
    page.goto("/cari?q=pasar")
    feed = page.request.get(page.get_attribute("link[type='application/atom+xml']", "href"))
    assert feed.ok and feed.text().count("<entry>") == 1
    with page.expect_download() as download:
        page.click("text=CSV")
    rows = list(csv.DictReader(Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()))
    assert [row["title"] for row in rows] == ["Bupati Bogor Resmikan Pasar"]


def test_hostile_text_runs_nowhere(page):
    page.on("dialog", lambda dialog: pytest.fail("a script of an article ran"))
    for path in ("/artikel/3", "/artikel/4", "/cari?q=%3Cscript%3Ealert(1)%3C/script%3E", "/sumber/contoh"):
        page.goto(path)
        assert page.locator("script:not([src])", has_text="alert").count() == 0


def test_pages_fit_a_phone_and_ask_no_other_host(page):
    page.set_viewport_size({"width": 390, "height": 844})
    for path in KINDS:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        assert page.evaluate("document.querySelectorAll('h1').length") == 1, path


def test_search_works_without_javascript(browser, address):
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.fill("#q", "pasar")
    page.click("button")
    expect(page.locator("article.kartu")).to_have_count(1)
    context.close()


@pytest.mark.skipif(not AXE.is_file(), reason="no axe-core; npm install axe-core")
def test_no_serious_finding_of_axe(page):
    script, findings = AXE.read_text(encoding="utf-8"), []
    for path in KINDS:
        page.goto(path)
        page.evaluate(script)
        for violation in page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]:
            if violation["impact"] in ("serious", "critical"):
                findings.append((path, violation["id"], violation["nodes"][0]["html"][:200]))
    assert findings == []


def test_login_in_the_browser(browser, tmp_path):
    path = tmp_path / "tim.db"
    fill(path)
    process, url = start(path, "--login", PANTAU_SECRET="rahasia-yang-cukup-panjang",
                         PANTAU_LOGIN_ANI=hash_password("sandi-ani", iterations=1000))  # fmt: skip
    context = browser.new_context(base_url=url)
    page = context.new_page()
    try:
        page.goto("/pejabat")
        expect(page).to_have_url(f"{url}/-/login")
        page.fill("#nama", "ani")
        page.fill("#sandi", "salah")
        page.click("button")
        expect(page.get_by_role("alert")).to_have_text("Nama atau kata sandi salah.")
        page.fill("#nama", "ani")
        page.fill("#sandi", "sandi-ani")
        page.click("button")
        page.wait_for_url(f"{url}/")
        assert "tanda=" in page.goto("/cari?q=pasar").text()
    finally:
        context.close()
        process.terminate()
        process.wait(10)
