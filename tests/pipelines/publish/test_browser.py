"""The pages in a real browser: search, suggestions, filters, profiles, feed, export, login; nothing from outside.

Needs Debian's chromium (or PANTAU_CHROMIUM) and Playwright; with node_modules/axe-core (npm install axe-core) also the
accessibility of every kind of page. Without them the tests say so and skip.
"""

from __future__ import annotations

import csv
import os
import re
import shutil
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from pipelines.database.open import open_connection
from pipelines.desk import messages
from pipelines.isu.update import update as update_stories
from pipelines.publish.guard.passwords import hash_password
from tests.conftest import ROOT
from tests.pipelines.publish.conftest import CHEAP, HOURS, fill, fill_coverage, start

playwright_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
expect = playwright_api.expect
CHROMIUM = os.environ.get("PANTAU_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
AXE = Path(os.environ.get("PANTAU_AXE", ROOT / "node_modules" / "axe-core" / "axe.min.js"))
pytestmark = [
    pytest.mark.browser,
    pytest.mark.timing,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium; apt-get install chromium"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # Playwright's pipes
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
KINDS = tuple(
    """
    / /cari?q=pasar /cari?kota=Bandung /cari?q=kucing /artikel/2 /pejabat /pejabat/1 /lembaga /kota /kota/1
    /provinsi/32 /liputan?rentang=semua /liputan/media?rentang=semua /pantauan /cari?q=pasar+AND&operator=1 /pantau
    /pantau/articles /pantau/articles/1 /perjanjian /perjanjian/1 /peraturan/1 /sumber /sumber/contoh /dasbor /peta
    /liputan/berita?rentang=semua /unduh /unduh/alamat/articles?q=pasar /tidak-ada /peraturan /tahu /sumber/contoh/tahu /liputan/sumber?rentang=semua
    /isu /isu?hari=semua /sumber?alamat=https://lain.id/a /tren?q=pasar&dari=2025-11-01&sampai=2025-11-30&ukuran=bagian /tren
    /pejabat/1/kutipan /penulis /banding /banding?s=q%3Dpasar&s=orang%3D1&rentang=semua
    """.split()
)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    path = tmp_path_factory.mktemp("peramban") / "uji.db"
    fill(path)
    process, url = start(path)
    yield url
    process.terminate()
    process.wait(10)


@pytest.fixture(scope="module")
def covered(tmp_path_factory):
    """The address of a site with one release that eight outlets took up, and its database."""
    path = tmp_path_factory.mktemp("peliputan") / "liputan.db"
    fill_coverage(path)
    with closing(open_connection(path)) as connection:
        update_stories(connection)
        told = ["Balai membagikan 14.500 bibit cengkih kepada petani Jailolo.", "Balai mengganti bibit yang mati."]
        messages.set_messages(connection, messages.Subject(messages.RELEASE, 1), told, "ani")
    process, url = start(path, PANTAU_RECEIVER_HUMAS="json://127.0.0.1:9/rahasia")
    yield url, path
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
    """A page of the small site that fails the test when it asks another host or breaks its policy."""
    yield from opened_on(browser, address)


@pytest.fixture
def coverage_page(browser, covered):
    """The same on the site with coverage."""
    yield from opened_on(browser, covered[0])


def opened_on(browser, address):
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


def test_search_with_operators(page):
    page.goto("/cari?q=pasar")
    page.click("summary:has-text('Saringan')")
    page.check("input[name=operator]")
    page.fill("#q", "pasar OR gembira")
    page.press("#q", "Enter")
    expect(page).to_have_url(re.compile("operator=1"))
    expect(page.locator("article.kartu")).to_have_count(2)
    page.fill("#q", "pasar AND (")
    page.press("#q", "Enter")
    expect(page.get_by_role("alert")).to_contain_text("tidak dapat dibaca")
    page.click("text=cari tanpa operator")
    expect(page.locator("div.hasil")).to_contain_text("Tidak ada artikel yang cocok")
    expect(page.locator(".mendekati article.kartu")).to_have_count(1)


def test_from_the_league_table_to_the_passages_and_a_judgement(coverage_page):
    page = coverage_page
    page.goto("/")
    page.click("nav >> text=Liputan")
    page.select_option("select[name=rentang]", "semua")
    page.click("text=Saring")
    page.click("text=Balai Bagikan Bibit Cengkih")
    expect(page.locator("circle")).to_have_count(len(HOURS))
    page.locator("svg a", has_text="Harian Rempah").click()
    page.wait_for_url("**/liputan/1/3")
    page.click("#r1")
    expect(page).to_have_url(re.compile("#b1$"))
    expect(page.locator("#b1 + mark.sama")).to_be_in_viewport()
    page.select_option("select[name=label]", "edited")
    page.click("text=Simpan")
    expect(page.get_by_role("status")).to_have_text("Penilaian tersimpan.")
    page.click("text=semua media siaran pers ini")
    expect(page.get_by_text("Dinilai tim: disunting")).to_be_visible()
    with page.expect_download() as download:
        page.click("text=CSV titik koma")
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(text.splitlines(), delimiter=";"))
    assert len(rows) == len(HOURS) and {row["Penilaian tim"] for row in rows} == {"", "disunting"}


def test_a_list_is_taken_away_as_excel(page):
    page.goto("/pejabat?cari=rangga")
    with page.expect_download() as download:
        page.click("text=Excel")
    assert download.value.suggested_filename == "pantau-pejabat.xlsx"


def test_a_search_is_saved_as_a_watch(coverage_page, covered):
    page = coverage_page
    page.goto("/cari?q=cengkih")
    page.click("text=Simpan sebagai pantauan")
    page.fill("input[name=nama]", "Cengkih")
    page.click("form.pantauan button")
    expect(page.get_by_role("alert")).to_have_text("Pilih paling sedikit satu penerima.")
    page.check("input[value=HUMAS]")
    page.select_option("select[name=tiap]", "1440")
    page.click("form.pantauan button")
    expect(page.get_by_role("status")).to_contain_text("Tersimpan: Cengkih")
    expect(page.locator("tbody tr")).to_contain_text("sekali sehari")
    assert not AXE.is_file() or findings_of_axe(page, ["/pantauan"]) == []
    assert "rahasia" not in page.content() and b"rahasia" not in covered[1].read_bytes()
    assert not AXE.is_file() or findings_of_axe(page, ["/pantauan?ubah=Cengkih", "/pantauan?hapus=Cengkih"]) == []
    page.goto("/pantauan?ubah=Cengkih")
    page.fill("input[name=nama]", "Cengkih dan pala")
    page.click("form.pantauan button")
    expect(page.get_by_role("status")).to_contain_text("Diubah: Cengkih dan pala")
    page.click("a:has-text('Hapus')")
    expect(page.get_by_text("Hapus pantauan Cengkih dan pala?")).to_be_visible()
    page.click("button:has-text('Ya, hapus')")
    expect(page.get_by_text("Belum ada pantauan.")).to_be_visible()
    gone = "/pantauan?terhapus=Cengkih+dan+pala"
    assert page.url.endswith(gone) and (not AXE.is_file() or findings_of_axe(page, [gone]) == [])
    page.goto(gone)
    page.click("button:has-text('Batalkan penghapusan')")
    expect(page.locator("tbody tr")).to_contain_text("Cengkih dan pala")


def test_suggestions_by_keyboard(page):
    page.goto("/")
    page.locator("#q").press_sequentially("wira")
    page.get_by_role("option", name="Rangga Wiratama").wait_for(timeout=30_000)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url("**/pejabat/1", timeout=30_000)


def test_feed_and_export_of_what_is_shown(page):
    page.goto("/cari?q=pasar")
    feed = page.request.get(page.get_attribute("link[type='application/atom+xml']", "href"))
    assert feed.ok and feed.text().count("<entry>") == 1
    with page.expect_download() as download:
        page.click("text=CSV")
    rows = list(csv.DictReader(Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()))
    assert [row["Judul"] for row in rows] == ["Bupati Bogor Resmikan Pasar"]


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


def test_a_phone_has_the_page_and_not_the_menu(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/cari?q=pasar")
    assert page.locator("header.atas").bounding_box()["height"] <= 90
    for link in page.locator(".keluar a").all():
        assert link.bounding_box()["height"] >= 36  # for a finger


def test_paper_is_light_and_shows_the_evidence(page):
    page.emulate_media(media="print", color_scheme="dark")
    page.goto("/artikel/2")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    expect(page.locator(".bukti")).to_contain_text("https://contoh.go.id/1")
    expect(page.locator("header nav")).to_be_hidden()


def test_search_works_without_javascript(browser, address):
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.fill("#q", "pasar")
    page.click("button")
    expect(page.locator("article.kartu")).to_have_count(1)
    context.close()


IN_THE_DARK = (
    "/",
    "/cari?q=pasar",
    "/artikel/2",
    "/pejabat/1",
    "/kota/1",
    "/perjanjian",
    "/sumber",
    "/dasbor",
    "/peta",
)
COVERED = (
    "/liputan?rentang=semua",
    "/liputan/media?rentang=semua",
    "/liputan/berita?rentang=semua&label=partial",
    "/liputan/1",
    "/liputan/1/3",
    "/artikel/1",
    "/artikel/3",
    "/cari?q=cengkih",
    "/",
    "/isu?hari=semua",
    "/isu/1",
)


def test_coverage_fits_a_phone(coverage_page):
    coverage_page.set_viewport_size({"width": 390, "height": 844})
    for path in COVERED:
        coverage_page.goto(path)
        assert coverage_page.evaluate("document.documentElement.scrollWidth") <= 390, path
    coverage_page.goto("/liputan/1")
    boxes = [box.bounding_box() for box in coverage_page.locator("figure.naik text.jam").all()]
    for one, other in pairwise(boxes):
        assert one["x"] + one["width"] <= other["x"]  # the hours of the chart leave each other room


@pytest.mark.skipif(not AXE.is_file(), reason="no axe-core; npm install axe-core")
def test_no_serious_finding_of_axe(page):
    assert findings_of_axe(page, KINDS) == []


@pytest.mark.skipif(not AXE.is_file(), reason="no axe-core; npm install axe-core")
def test_no_serious_finding_of_axe_in_the_dark(page):
    page.emulate_media(color_scheme="dark")
    page.goto("/")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 22, 26)"
    assert findings_of_axe(page, IN_THE_DARK, "{runOnly: ['color-contrast', 'link-in-text-block']}") == []


@pytest.mark.skipif(not AXE.is_file(), reason="no axe-core; npm install axe-core")
def test_no_serious_finding_of_axe_on_coverage(coverage_page):
    assert findings_of_axe(coverage_page, COVERED) == []
    coverage_page.emulate_media(color_scheme="dark")
    assert findings_of_axe(coverage_page, COVERED[2:], "{runOnly: ['color-contrast']}") == []


def findings_of_axe(page, paths, options="{resultTypes: ['violations']}"):
    """(path, rule, element) of every serious or critical finding."""
    script, findings = AXE.read_text(encoding="utf-8"), []
    for path in paths:
        page.goto(path)
        page.evaluate(script)
        for violation in page.evaluate(f"axe.run({options})")["violations"]:
            if violation["impact"] in ("serious", "critical"):
                findings.append((path, violation["id"], violation["nodes"][0]["html"][:200]))
    return findings


def test_login_in_the_browser(browser, tmp_path):
    path = tmp_path / "tim.db"
    fill(path)
    secrets = {"PANTAU_SECRET": "rahasia-yang-cukup-panjang", "PANTAU_LOGIN_ANI": hash_password("sandi-ani", CHEAP)}
    process, url = start(path, "--login", **secrets)
    context = browser.new_context(base_url=url, viewport={"width": 390, "height": 844})
    page = context.new_page()
    try:
        page.goto("/pejabat")
        expect(page).to_have_url(f"{url}/-/login?kembali=%2Fpejabat")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.fill("#nama", "ani")
        page.fill("#sandi", "salah")
        page.click("button")
        expect(page.get_by_role("alert")).to_have_text("Nama atau kata sandi salah.")
        expect(page.locator("#nama")).to_have_value("ani")
        page.fill("#nama", "Ani ")
        page.fill("#sandi", "sandi-ani")
        page.click("button")
        page.wait_for_url(f"{url}/pejabat")
        assert "tanda=" in page.goto("/cari?q=pasar").text()
    finally:
        context.close()
        process.terminate()
        process.wait(10)


def test_a_story_is_split_joined_and_both_are_undone_by_clicks(coverage_page, covered):
    """On /isu/N and /riwayat; afterwards every article is where it was."""
    page = coverage_page

    def held():
        with closing(open_connection(covered[1])) as connection:
            return dict(connection.execute("SELECT article_id, isu_id FROM isu_articles").fetchall())

    def counted(number):
        expect(page.locator("ul.angka-besar li").first).to_have_attribute("data-hitungan", str(number))

    before = held()
    all_of_it = sum(story == 1 for story in before.values())
    page.goto("/isu/1")
    page.click("text=Atur isu ini")
    boxes = page.locator("#atur input[name=artikel]")
    boxes.nth(1).check()
    boxes.nth(2).check()
    page.click("text=Keluarkan yang dicentang")
    expect(page.locator("[role=status]")).to_contain_text("Artikelnya dikeluarkan menjadi isu ini.")
    counted(2)
    new = int(re.search(r"/isu/(\d+)", page.url)[1])
    assert sorted(held().values()).count(new) == 2
    page.click("text=Atur isu ini")
    page.select_option("#atur select[name=isu]", "1")
    page.click("text=Gabungkan ke isu ini")
    expect(page.locator("[role=status]")).to_contain_text("Kedua isu digabung.")
    counted(all_of_it)
    page.goto("/isu/1")
    expect(page).to_have_url(re.compile(rf"/isu/{new}$"))
    page.goto("/riwayat?apa=isu")
    split, joined = sorted(int(number) for number in page.locator("tbody th").all_inner_texts())
    for number, left in ((joined, all_of_it - 2), (split, all_of_it)):
        page.goto("/riwayat?apa=isu")
        page.get_by_role("button", name=f"Batalkan nomor {number}").click()
        expect(page.get_by_text(f"Keputusan nomor {number} dibatalkan.")).to_be_visible()
        page.goto("/isu/1")
        counted(left)
    assert held() == before
