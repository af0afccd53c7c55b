"""Two ways to publish: a public snapshot with nothing internal, and a team's instance behind a login."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from contextlib import closing
from datetime import timedelta

import httpx
import pytest

from pipelines.database.schema import INTERNAL, PUBLIC
from pipelines.errors import UserError
from pipelines.publish.guard.mode import Mode
from pipelines.publish.guard.passwords import hash_password
from pipelines.publish.guard.signing import FEED_DAYS, sign_feed, today
from pipelines.publish.serve import datasette_app
from pipelines.publish.snapshot import is_snapshot, publish
from tests.pipelines.publish.conftest import CHEAP, opened


@pytest.fixture(scope="module")
def public(site_path, tmp_path_factory):
    snapshot = tmp_path_factory.mktemp("publik") / "publik.db"
    publish(site_path, snapshot)
    with opened(snapshot, Mode(public=True)) as app:
        yield snapshot, lambda path: asyncio.run(app.client.get(path))


def test_a_snapshot_keeps_nothing_of_the_team(public, site_path):
    snapshot, _ = public
    connection = sqlite3.connect(snapshot)
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    articles = connection.execute("SELECT count(*) FROM articles").fetchone()[0]
    found = connection.execute("SELECT count(*) FROM articles_fts WHERE articles_fts MATCH 'pasar'").fetchone()[0]
    connection.close()
    ours = {table for table in tables if not table.startswith(("sqlite_", "articles_fts"))} - {"publik"}
    assert ours == set(PUBLIC)
    assert (articles, found) == (4, 1)
    live = sqlite3.connect(site_path)
    assert live.execute("SELECT error FROM errors").fetchone() == ("rahasia-dapur",)
    live.close()
    assert b"rahasia-dapur" not in snapshot.read_bytes()  # not even in a free page
    assert is_snapshot(snapshot) and not is_snapshot(site_path)


def test_a_snapshot_takes_its_name_whole_and_never_the_live_file(site_path, tmp_path):
    target = tmp_path / "publik.db"
    target.write_bytes(b"yang lama")
    publish(site_path, target)
    assert is_snapshot(target) and [file.name for file in tmp_path.iterdir()] == ["publik.db"]
    with pytest.raises(UserError, match="live database"):
        publish(site_path, site_path)
    with pytest.raises(UserError, match="cannot be written"):
        publish(site_path, tmp_path / "tidak-ada" / "publik.db")


def test_a_public_instance_serves_only_a_snapshot(site_path):
    with pytest.raises(UserError, match="not a snapshot"):
        datasette_app(site_path, mode=Mode(public=True))


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/cari?q=pasar",
        "/artikel/2",
        "/pejabat/1",
        "/kota/1",
        "/dasbor",
        "/sumber",
        "/sumber/contoh",
        "/umpan.xml",
        "/unduh/articles.csv",
        "/pantau/articles",
    ],
)
def test_public_pages_work(public, path):
    response = public[1](path)
    assert response.status_code == 200
    assert "rahasia-dapur" not in response.text


@pytest.mark.parametrize(
    "path",
    [
        "/-/metadata",
        "/-/metadata.json",
        "/-/settings.json",
        "/-/plugins.json",
        "/-/versions",
        "/-/databases.json",
        "/-/threads",
        "/-/login",
        "/-/allow-debug",
        "/-/password-tool",
        "/-/actor.json",
        "/pantau/pages",
        "/pantau/errors",
    ],
)
def test_internal_addresses_are_closed_on_public(public, path):
    assert public[1](path).status_code == 404


def test_public_does_not_even_name_internal_tables(public, site_path):
    described = {
        mode: set(datasette_app(path, mode=mode).metadata()["databases"]["pantau"]["tables"])
        for mode, path in ((Mode(public=True), public[0]), (Mode(), site_path))
    }
    assert described[Mode()] & set(INTERNAL)
    assert described[Mode(public=True)] == described[Mode()] - set(INTERNAL)


def test_public_gives_no_sql_and_no_file(public):
    assert public[1]("/pantau?sql=select+1").status_code == 403
    assert public[1]("/pantau.json?sql=select+1").status_code == 403
    assert public[1]("/pantau.db").status_code == 403


@pytest.fixture
def team(site_path, open_site, monkeypatch):
    monkeypatch.setenv("PANTAU_SECRET", "rahasia-yang-cukup-panjang")
    monkeypatch.setenv("PANTAU_LOGIN_ANI", hash_password("sandi-ani", CHEAP))
    return open_site(site_path, Mode(login=True))


async def _login(app, name, password):
    page = await app.client.get("/-/login")
    token = page.cookies["ds_csrftoken"]
    return await app.client.post(
        "/-/login", data={"username": name, "password": password, "csrftoken": token}, cookies={"ds_csrftoken": token}
    )


def test_the_team_logs_in(team):
    async def visit():
        first = await team.client.get("/pejabat/1")
        answer = await _login(team, "ani", "sandi-ani")
        inside = await team.client.get("/pejabat/1", cookies={"ds_actor": answer.cookies["ds_actor"]})
        return first, answer, inside

    first, answer, inside = asyncio.run(visit())
    assert (first.status_code, first.headers["location"]) == (302, "/-/login?kembali=%2Fpejabat%2F1")
    assert answer.status_code == 303
    assert "HttpOnly" in answer.headers["set-cookie"] and "SameSite=lax" in answer.headers["set-cookie"]
    assert inside.status_code == 200 and '<a href="/akun">ani</a> · ' in inside.text


@pytest.mark.parametrize(("scheme", "secure"), [("https", True), ("http", False)])
def test_the_logins_cookie_goes_over_https_alone_where_the_pages_do(team, scheme, secure):
    async def visit():
        transport = httpx.ASGITransport(app=team.app(), client=("127.0.0.1", 5000))
        async with httpx.AsyncClient(transport=transport, base_url=f"{scheme}://localhost") as client:
            await client.get("/-/login")
            form = {"username": "ani", "password": "sandi-ani", "csrftoken": client.cookies["ds_csrftoken"]}
            return await client.post("/-/login", data=form, headers={"origin": f"{scheme}://localhost"})

    cookies = asyncio.run(visit()).headers.get_list("set-cookie")
    (login,) = (cookie for cookie in cookies if cookie.startswith("ds_actor="))
    assert ("; Secure" in login) is secure and "HttpOnly" in login


@pytest.mark.parametrize(
    "path",
    [
        "/saran.json?q=ra",
        "/umpan.xml",
        "/pantau.json",
        "/pejabat.json",
        "/cari.json?q=pasar",
        "/artikel/2.json",
        "/umpan.xml?q=pasar&tanda=x",
        "/umpan.xml?tanda=%C3%A9",
    ],
)
def test_nothing_is_told_without_a_login(team, path):
    assert asyncio.run(team.client.get(path)).status_code == 403


@pytest.mark.parametrize("path", ["/-/metadata.json", "/-/settings", "/-/password-tool", "/-/plugins.json"])
def test_internal_addresses_are_closed_to_the_team_too(team, path):
    response = asyncio.run(team.client.get(path))
    assert response.status_code == 404
    assert "argon2" not in response.text


def test_a_signed_feed_needs_no_login_and_holds_for_its_search_alone(team):
    signature = sign_feed(team, "q=pasar")
    assert asyncio.run(team.client.get(f"/umpan.xml?q=pasar&tanda={signature}")).status_code == 200
    assert asyncio.run(team.client.get(f"/umpan.xml?q=rangga&tanda={signature}")).status_code == 403
    assert asyncio.run(team.client.get(f"/cari?q=pasar&tanda={signature}")).status_code == 302


def test_a_signed_feed_ends_after_half_a_year_and_says_so_before(team):
    def get(days):
        signature = sign_feed(team, "q=pasar", today() - timedelta(days))
        return asyncio.run(team.client.get(f"/umpan.xml?q=pasar&tanda={signature}")), signature

    young, kept = get(FEED_DAYS - 30)
    assert young.status_code == 200 and "berakhir" not in young.text
    assert kept in young.text and sign_feed(team, "q=pasar") not in young.text  # else a leaked address renews itself
    old, _ = get(FEED_DAYS)
    assert old.status_code == 200 and "umpan ini berakhir" in old.text
    assert get(FEED_DAYS + 1)[0].status_code == 403


@pytest.mark.parametrize("day", ["99991231", "00000000", "20251332", "-", "", "2025111", "20251112x"])
def test_nobody_dates_a_signature_anew(team, day):
    mac = sign_feed(team, "q=pasar").partition("-")[2]
    for signature in (f"{day}-{mac}", mac):
        assert asyncio.run(team.client.get(f"/umpan.xml?q=pasar&tanda={signature}")).status_code == 403


HOSTS = [
    "jahat.example",
    "jahat.example:8001",
    "127.0.0.1.jahat.example",
    "127.0.0.1@jahat.example",
    "[",
    "6.6.6.6",
    "jahat.example/x",
    "localhost\\@jahat.example",
    "jahat.example#127.0.0.1",
    "",
]


@pytest.mark.parametrize("public_url", ["", "https://pantau.contoh.go.id"])
@pytest.mark.parametrize("host", HOSTS)
def test_the_name_that_a_request_asks_for_reaches_no_link(site, monkeypatch, host, public_url):
    if public_url:
        monkeypatch.setenv("PANTAU_PUBLIC_URL", public_url)
    headers = {"host": host, "x-forwarded-host": "jahat.example", "forwarded": "host=jahat.example"}
    for path in ("/umpan.xml", "/pantau/articles.json?_size=1&_facet=kind", "/pantau/articles", "/cari"):
        answer = site(path, headers=headers)
        assert answer.status_code == 200
        # One article's title has a formula with http://jahat.example in it; no link of ours begins so.
        assert not re.search(r"https?://[^/ ]*jahat[^/ ]*/(artikel|pantau|cari|umpan)", answer.text)
        assert "6.6.6.6" not in answer.text
        if public_url and path == "/umpan.xml":
            assert f"{public_url}/artikel/2" in answer.text


@pytest.mark.parametrize("host", ["localhost:8001", "127.0.0.1:8001", "[::1]:8001", "PANTAU.contoh.go.id"])
def test_ones_own_names_are_believed(site, monkeypatch, host):
    monkeypatch.setenv("PANTAU_PUBLIC_URL", "https://pantau.contoh.go.id")
    answer = site("/pantau/articles.json?_size=1", headers={"host": host})
    assert answer.json()["next_url"].startswith(f"http://{host}/pantau/articles.json")


def test_feeds_hold_over_a_restart_and_a_new_secret_takes_them_back(team, site_path, open_site, monkeypatch):
    again = open_site(site_path, Mode(login=True))
    assert sign_feed(again, "q=pasar") == sign_feed(team, "q=pasar")
    monkeypatch.setenv("PANTAU_SECRET", "rahasia-lain-yang-panjang")
    other = open_site(site_path, Mode(login=True))
    assert sign_feed(other, "q=pasar") != sign_feed(team, "q=pasar")


def test_a_login_needs_people_and_a_secret(site_path, monkeypatch):
    monkeypatch.delenv("PANTAU_SECRET", raising=False)
    with pytest.raises(UserError, match="PANTAU_SECRET"):
        datasette_app(site_path, mode=Mode(login=True))
    monkeypatch.setenv("PANTAU_SECRET", "x" * 24)
    for name in ("PANTAU_LOGIN_ANI",):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(UserError, match="PANTAU_LOGIN_NAME"):
        datasette_app(site_path, mode=Mode(login=True))


def test_a_snapshot_of_an_older_version_is_refused(site_path, tmp_path):
    """It may lack what the pages ask for, and nothing may change it."""
    old = tmp_path / "lama.db"
    publish(site_path, old)
    with closing(sqlite3.connect(old)) as connection:
        connection.execute("PRAGMA user_version = 8")
    with pytest.raises(UserError, match=r"schema 8.*run `pantau publish` again"):
        datasette_app(old, mode=Mode(public=True))
