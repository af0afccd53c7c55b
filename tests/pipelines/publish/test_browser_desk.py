"""The desk in a real browser, as a press officer works: correcting, kliping, tone, notes; with the keyboard, without
scripts, on a phone. Needs what test_browser.py needs, and skips as it does."""

from __future__ import annotations

import io
import os
from pathlib import Path

import docx
import pytest

from pipelines.database.open import connect, transaction
from pipelines.records import TaggedArticle
from pipelines.store.save import save
from tests.pipelines.conftest import make_article
from tests.pipelines.desk.test_clip_mail import picture
from tests.pipelines.publish.conftest import fill, start
from tests.pipelines.publish.test_browser import (  # noqa: F401  (browser is a fixture)
    AXE,
    browser,
    findings_of_axe,
    opened_on,
    playwright_api,
    pytestmark,
)

expect = playwright_api.expect
NEWS = 30
NEW = "form.pantauan"


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """The address of a site with thirty pieces of news on one day, and its database."""
    path = tmp_path_factory.mktemp("meja") / "tim.db"
    fill(path)
    database = connect(path)
    for number in range(NEWS):
        address = f"https://contoh.go.id/warta/{number}"
        article = make_article(
            url=address,
            canonical_url=address,
            kind="news",
            title=f"Warta nomor {number}",
            text=f"Warta nomor {number} dari {'pasar ' * (number + 3)}di tepi sungai.",
            published_at=f"2025-11-12T03:{number:02}:00+00:00",
        )
        with transaction(database.conn):
            save(database.conn, TaggedArticle(article, None))
    database.close()
    process, url = start(path, PANTAU_KEY="kunci-yang-panjang-sekali-123", PANTAU_WEBHOOK_HOSTS="127.0.0.1")
    yield url, path
    process.terminate()
    process.wait(10)


@pytest.fixture
def page(browser, desk):  # noqa: F811
    yield from opened_on(browser, desk[0])


def make_kliping(page, target="Dinas Pasar"):
    page.goto("/kliping")
    page.fill(f"{NEW} input[name=dari]", "2025-11-12")
    page.fill(f"{NEW} input[name=sampai]", "2025-11-12")
    page.fill(f"{NEW} input[name=sasaran]", target)
    page.click("text=Buat kliping")
    expect(page.locator("tbody[data-urutan] tr")).to_have_count(NEWS)


def test_a_kliping_of_thirty_articles_to_a_signed_document(page):
    """What a press officer does by hand is counted: forty actions at most."""
    actions = 0
    make_kliping(page)
    actions += 5
    rows = page.locator("tbody[data-urutan] tr")
    for dropped in (3, 7, 11, 20, 25):
        rows.nth(dropped).locator("input[type=checkbox]").uncheck()
        actions += 1
    for number, tone in ((0, "negatif"), (1, "positif"), (2, "netral"), (4, "negatif")):
        rows.nth(number).locator("select").nth(1).select_option(tone)
        actions += 1
    rows.nth(0).locator("td input").last.fill("Perlu dijawab hari ini")
    rows.nth(29).locator("input.urut").focus()
    for _ in range(2):
        page.keyboard.press("Alt+ArrowUp")
    actions += 4
    page.fill("textarea[name=summary]", "Satu isu perlu dijawab.")
    page.click("text=Simpan dan sahkan")
    actions += 2
    expect(page.get_by_role("status")).to_have_text("Kliping ini disahkan.")
    with page.expect_download() as download:
        page.click("text=DOCX")
    actions += 1
    assert actions < 40
    document = docx.Document(io.BytesIO(Path(download.value.path()).read_bytes()))
    told = [paragraph.text for paragraph in document.paragraphs]
    assert "25 berita dari 1 media" in told and "Satu isu perlu dijawab." in told
    assert "Catatan: Perlu dijawab hari ini" in told and "Nada: isi negatif" in told
    assert any(text.startswith("Disahkan oleh pemilik") for text in told)
    titles = [row.cells[2].text for row in document.tables[0].rows]
    assert titles[-3:] == ["Warta nomor 29", "Warta nomor 27", "Warta nomor 28"]


def test_a_row_is_dragged(page):
    make_kliping(page)
    rows = page.locator("tbody[data-urutan] tr")
    rows.nth(5).locator(".pegangan").hover()
    page.mouse.down()
    for height in (30, 3):  # the browser asks where it may be dropped when the pointer moves over the row
        rows.nth(0).hover(position={"x": 60, "y": height})
    page.mouse.up()
    expect(rows.nth(0)).to_contain_text("Warta nomor 5")
    expect(rows.nth(0).locator("input.urut")).to_have_value("1")


def test_a_wrong_post_is_put_right_without_a_mouse(page):
    page.goto("/artikel/2")
    page.locator(".papan .perbaiki").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("input[name=nama]")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("Wakil Bupati")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Wakil Bupati")
    page.click("text=Batalkan")
    expect(page.get_by_role("status")).to_contain_text("dibatalkan")
    expect(page.locator("aside")).not_to_contain_text("Wakil Bupati")


def test_a_tone_by_keys(page):
    page.goto("/artikel/3")
    page.locator("form.nada input[name=judul]").first.focus()
    page.keyboard.press("1")
    page.keyboard.press("7")
    page.keyboard.press("Enter")
    expect(page.locator("#nada")).to_contain_text("judul positif, isi negatif")


def test_the_desk_without_scripts_and_on_a_phone(browser, desk):  # noqa: F811
    context = browser.new_context(base_url=desk[0], java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    make_kliping(page)
    rows = page.locator("tbody[data-urutan] tr")
    rows.nth(0).locator("input.urut").fill("99")
    rows.nth(1).locator("input[type=checkbox]").uncheck()
    page.click("button[value=simpan]")
    expect(page.locator("tbody[data-urutan] tr").last).to_contain_text("Warta nomor 0")
    expect(page.get_by_text("29 dari 30 berita dimuat")).to_be_visible()
    wide = page.locator("html").evaluate("e => e.scrollWidth")
    page.goto("/artikel/2")
    page.click("text=Label, tugas, tanggapan")
    page.fill("input[name=labels]", "banjir")
    page.click("text=Simpan catatan")
    expect(page.locator("#catatan-tim")).to_contain_text("Tersimpan.")
    context.close()
    assert wide <= 390


def test_from_a_new_receiver_to_a_watch_and_back_without_a_shell_or_scripts(browser, desk, webhook):  # noqa: F811
    """As a manager, then as an editor, on a phone: what is filled in, ticked and clicked is counted."""
    context = browser.new_context(base_url=desk[0], java_script_enabled=False, viewport={"width": 390, "height": 844})
    page, actions = context.new_page(), 0
    page.goto("/")
    page.click("text=Penerima")
    page.fill("input[name=nama]", "Obrolan tim")
    page.select_option("select[name=jenis]", "webhook")
    page.fill("form.pantauan input[name=rahasia]", f"http://127.0.0.1:{webhook.server_address[1]}/kait")
    page.click("button[value=tambah]")
    actions += 5
    expect(page.get_by_role("status")).to_contain_text("Pesan uji terkirim")
    assert webhook.received[0][1]["title"] == "[Pantau] Pesan uji"
    wide = [page.locator("html").evaluate("e => e.scrollWidth")]
    page.goto("/cari?q=pasar")
    page.click("summary:has-text('Simpan sebagai pantauan')")
    page.check("text=Obrolan tim")
    page.select_option("select[name=kliping]", "docx")
    page.click("form.pantauan button:has-text('Simpan')")
    actions += 4
    expect(page.locator("main")).to_contain_text("kliping DOCX tiap pagi")
    page.goto("/penerima")
    page.click("button:has-text('Jeda')")
    expect(page.locator("table").first).to_contain_text("dijeda")
    page.click("button:has-text('Hapus')")
    page.click("summary:has-text('Yang dihapus')")
    page.click("button:has-text('Kembalikan')")
    page.click("button:has-text('Lanjutkan')")
    expect(page.locator("table").first).to_contain_text("aktif")
    for address in ("/penerima", "/kliping/kop", "/perbaiki/2?apa=agreement&kunci=%2B"):
        page.goto(address)
        wide.append(page.locator("html").evaluate("e => e.scrollWidth"))
    if shot := os.environ.get("PANTAU_TEST_SHOT"):
        page.goto("/penerima")
        page.screenshot(path=shot, full_page=True)
    context.close()
    assert actions <= 10 and max(wide) <= 390


@pytest.mark.skipif(not AXE.is_file(), reason="no axe-core; npm install axe-core")
def test_no_serious_finding_of_axe_at_the_desk(page):
    make_kliping(page)
    kliping = page.url
    page.goto("/kliping/kop")
    page.fill("input[name=nama]", "Resmi")
    page.set_input_files("input[name=logo]", {"name": "logo.png", "mimeType": "image/png", "buffer": picture()})
    page.click("button[value=tambah]")
    expect(page.get_by_alt_text("Logo Resmi")).to_be_visible()
    addresses = [
        "/kliping",
        kliping,
        "/kliping/kop",
        "/penerima",
        "/-/penerima?kunci=salah",
        "/meja",
        "/nada?rentang=semua",
        "/riwayat",
        "/perbaiki/2",
        "/artikel/2",
    ]
    addresses += [
        "/perbaiki/2?apa=official&kunci=rangga+wiratama",
        "/perbaiki/2?apa=agreement&kunci=nota+kesepahaman%231",
        "/perbaiki/2?apa=agreement&kunci=%2B",
    ]
    assert findings_of_axe(page, addresses) == []
