"""The tasks of a press office on a team's instance, in a real browser, actions counted: filled in, chosen, clicked.

Without JavaScript, on a phone, each after a login of their own. Kliping, correcting, watches: test_browser_desk.py.
Needs what test_browser.py needs, and skips as it does.
"""

from __future__ import annotations

import csv
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pipelines.database.open import connect, transaction
from pipelines.publish.guard import accounts
from pipelines.publish.guard.passwords import hash_password
from tests.pipelines.publish.conftest import CHEAP, HOURS, SECRET, fill, fill_coverage, start
from tests.pipelines.publish.test_accounts import GOOD
from tests.pipelines.publish.test_browser import (  # noqa: F401  (browser is a fixture)
    AXE,
    browser,
    findings_of_axe,
    playwright_api,
    pytestmark,
)

expect = playwright_api.expect
TEAM = {"rara": "pembaca", "budi": "penyunting", "ani": "pengelola"}


class Person:
    """Somebody of the team at a browser of their own; counts what they do."""

    def __init__(self, browser, url, name, **more):  # noqa: F811
        self.context = browser.new_context(base_url=url, accept_downloads=True, **more)
        self.page, self.actions = self.context.new_page(), 0
        self.page.goto("/-/login")
        self.page.fill("#nama", name)
        self.page.fill("#sandi", GOOD)
        self.page.click("main button")
        self.page.wait_for_url(f"{url}/")

    def fill(self, where, text):
        self.actions += 1
        self.page.fill(where, text)

    def choose(self, where, value):
        self.actions += 1
        self.page.select_option(where, value)

    def click(self, where):
        self.actions += 1
        self.page.click(where)

    def press(self, key):
        self.actions += 1
        self.page.keyboard.press(key)

    def rows(self):
        """The rows of the CSV behind the first link of that name."""
        with self.page.expect_download() as download:
            self.click("a:text-is('CSV')")
        text = Path(download.value.path()).read_text(encoding="utf-8-sig")
        return list(csv.DictReader(text.splitlines()))

    def is_too_wide(self):
        return self.page.locator("html").evaluate("e => e.scrollWidth > e.clientWidth")


@pytest.fixture(scope="module")
def team(tmp_path_factory):
    """The address of a team's instance with a release, its coverage and an agreement, and its database."""
    path = tmp_path_factory.mktemp("tugas") / "tim.db"
    fill(path)
    fill_coverage(path)
    database = connect(path)
    with transaction(database.conn):
        for name, role in TEAM.items():
            accounts.add(database.conn, name, role, "uji")
            accounts.set_password(database.conn, name, hash_password(GOOD, CHEAP))
    database.close()
    process, url = start(path, "--login", PANTAU_SECRET=SECRET)
    yield url, path
    process.terminate()
    process.wait(10)


@pytest.fixture
def person(browser, team):  # noqa: F811
    """Makes a Person of a name, on a phone and without JavaScript unless it is asked otherwise."""
    made = []

    def make(name, **more):
        phone = {"java_script_enabled": False, "viewport": {"width": 390, "height": 844}}
        made.append(Person(browser, team[0], name, **(phone | more)))
        return made[-1]

    yield make
    for one in made:
        one.context.close()


def test_a_reader_finds_follows_coverage_and_a_citys_agreements_of_a_year(person):
    rara = person("rara")
    rara.fill("main input[name=q]", "cengkih")
    rara.press("Enter")
    assert len(rara.rows()) == len(HOURS) + 1 and rara.actions == 3 and not rara.is_too_wide()

    rara.actions = 0
    rara.page.goto("/")
    rara.click("nav >> text=Liputan")
    rara.choose("select[name=rentang]", "semua")
    rara.click("text=Saring")
    rara.click("text=Balai Bagikan Bibit Cengkih")
    expect(rara.page.locator("circle")).to_have_count(len(HOURS))
    assert len(rara.rows()) == len(HOURS) and rara.actions == 5 and not rara.is_too_wide()

    rara.actions = 0
    rara.page.goto("/")
    rara.click("nav >> text=Perjanjian")
    rara.fill("input[name=kota]", "Bandung")
    rara.choose("select[name=tahun]", "2025")
    rara.click("text=Saring")
    (found,) = rara.rows()
    assert "Pemkab Bogor" in " ".join(found.values()) and rara.actions == 5 and not rara.is_too_wide()

    rara.page.goto("/artikel/2")  # who only reads is offered nothing that is not theirs
    assert rara.page.locator(".perbaiki, form[method=post], form.nada").count() == 0
    for closed in ("/kliping", "/meja", "/penerima", "/pengguna"):
        assert rara.page.goto(closed).status == 403, closed


def test_two_people_edit_one_kliping_and_a_third_signs_it(person, team):
    budi, ani = person("budi"), person("ani", java_script_enabled=True)
    new = "form.pantauan"
    budi.page.goto("/kliping")
    for field in ("dari", "sampai"):
        budi.page.fill(f"{new} input[name={field}]", "2025-11-12")
    budi.page.click("text=Buat kliping")
    address = budi.page.url
    ani.page.goto(address)
    notes = "tbody[data-urutan] td[data-nama=Catatan] input"
    ani.page.locator(notes).nth(0).fill("dari ani")
    ani.page.click("button[value=simpan]")
    expect(ani.page.get_by_role("status")).to_contain_text("Tersimpan")
    budi.page.locator(notes).nth(0).fill("dari budi")
    budi.page.locator(notes).nth(1).fill("hanya budi")
    budi.page.click("button[value=simpan]")
    told = budi.page.get_by_role("alert")
    expect(told).to_contain_text("diubah ani: tersimpan “dari ani”, ketikan Anda “dari budi”")
    expect(budi.page.locator(notes).nth(0)).to_have_value("dari budi")
    ani.page.reload()
    ani.page.click("button[value=sahkan]")
    expect(ani.page.get_by_role("status")).to_contain_text("disahkan")
    budi.page.click("button[value=simpan]")  # signed meanwhile: what he typed is still there, and can be sent
    expect(budi.page.get_by_role("alert")).to_contain_text("disahkan")
    expect(budi.page.locator(notes).nth(0)).to_have_value("dari budi")
    budi.page.click("button[value=cabut]")
    expect(budi.page.locator(notes).nth(0)).to_have_value("dari budi")
    expect(budi.page.locator(notes).nth(1)).to_have_value("hanya budi")
    with closing(sqlite3.connect(team[1])) as connection:
        assert connection.execute("SELECT signed_by FROM klipings").fetchall() == [(None,)]


def test_a_manager_adds_somebody_who_chooses_a_password(person, browser, team):  # noqa: F811
    ani = person("ani")
    ani.click("text=Pengguna")
    ani.fill("input[name=nama]", "sari")
    ani.choose("select[name=peran] >> nth=0", "penyunting")
    ani.click("button[value=tambah]")
    link = ani.page.locator("main").inner_text()
    address = next(word for word in link.split() if "/-/undangan?kunci=" in word)
    assert ani.actions == 4
    context = browser.new_context(base_url=team[0], java_script_enabled=False)
    page = context.new_page()
    page.goto(address[address.index("/-/undangan") :])
    page.fill("input[name=baru]", "sandi sari yang panjang")
    page.fill("input[name=lagi]", "sandi sari yang panjang")
    page.click("main button")
    page.wait_for_url(f"{team[0]}/")
    context.close()
    with closing(sqlite3.connect(team[1])) as connection:
        (kept,) = connection.execute("SELECT password FROM users WHERE name = 'sari'").fetchone()
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.skipif(not AXE.is_file(), reason="no axe-core; npm install axe-core")
def test_no_serious_finding_of_axe_where_people_are_managed(person):
    ani = person("ani", java_script_enabled=True)
    addresses = ("/pengguna", "/akun")
    for address in addresses:
        assert ani.page.goto(address).status == 200 and not ani.is_too_wide(), address
    assert findings_of_axe(ani.page, addresses) == []
    ani.page.emulate_media(color_scheme="dark")
    assert findings_of_axe(ani.page, addresses, "{runOnly: ['color-contrast', 'link-in-text-block']}") == []
    budi = person("budi")
    for address in ("/meja", "/kliping"):  # no editor is led to a page of managers
        budi.page.goto(address)
        assert budi.page.locator("a[href='/penerima'], a[href='/pengguna']").count() == 0, address
