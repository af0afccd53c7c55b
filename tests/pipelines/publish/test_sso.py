"""The login of a reverse proxy: off by default, from its address only, for accounts that are there and open."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from pipelines.database.open import connect, transaction
from pipelines.errors import UserError
from pipelines.publish import serve
from pipelines.publish.guard import accounts
from pipelines.publish.guard.mode import Mode
from pipelines.publish.guard.passwords import hash_password
from pipelines.publish.guard.proxy import proxied
from tests.pipelines.publish.conftest import CHEAP, SECRET, fill

PROXY, STRANGER = "10.1.2.3", "198.51.100.7"
HEADER = "X-Forwarded-User"


@pytest.fixture
def path(tmp_path, monkeypatch):
    monkeypatch.setenv("PANTAU_SECRET", SECRET)
    monkeypatch.setattr(serve, "COST", CHEAP)
    path = tmp_path / "tim.db"
    fill(path)
    database = connect(path)
    with transaction(database.conn):
        for name, role in (("ani", "pengelola"), ("budi@contoh.go.id", "penyunting"), ("tutup", "penyunting")):
            accounts.add(database.conn, name, role, "uji")
        accounts.set_disabled(database.conn, "tutup", disabled=True)
        accounts.set_password(database.conn, "ani", hash_password("sandi yang panjang", CHEAP))
    database.close()
    return path


@pytest.fixture
def site(path, open_site, monkeypatch):
    monkeypatch.setenv("PANTAU_SSO_HEADER", HEADER)
    monkeypatch.setenv("PANTAU_SSO_PROXIES", f"{PROXY} 2001:db8::/64 127.0.0.1")
    return open_site(path, Mode(login=True))


def ask(app, address="/pengguna", peer=PROXY, headers=(), wrapped=True):
    """The answer to a request over a connection from `peer`."""

    async def one():
        transport = httpx.ASGITransport(app=proxied(app.app()) if wrapped else app.app(), client=(peer, 5000))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.get(address, headers=list(headers))

    return asyncio.run(one())


def test_who_has_logged_in_at_the_proxy_is_in_with_their_role(site):
    assert ask(site, headers=[(HEADER, "ani")]).status_code == 200
    assert ask(site, headers=[(HEADER.lower(), " ANI ")]).status_code == 200
    assert ask(site, peer="2001:db8::7", headers=[(HEADER, "ani")]).status_code == 200
    assert ask(site, peer="::ffff:10.1.2.3", headers=[(HEADER, "ani")]).status_code == 200
    editor = [(HEADER, "budi@contoh.go.id")]
    assert ask(site, "/pantauan", headers=editor).status_code == 200
    assert ask(site, headers=editor).status_code == 403  # no manager
    for nobody in ("tutup", "orang-lain", "", "pemilik"):
        assert ask(site, headers=[(HEADER, nobody)]).status_code == 302, nobody
    assert ask(site).status_code == 302  # the proxy named nobody


@pytest.mark.parametrize(
    ("peer", "headers"),
    [
        (STRANGER, [(HEADER, "ani")]),
        (STRANGER, [(HEADER, "ani"), ("X-Forwarded-For", PROXY)]),
        (
            "127.0.0.2",
            [(HEADER, "ani"), ("X-Forwarded-For", PROXY), ("X-Real-IP", PROXY), ("Forwarded", f"for={PROXY}")],
        ),
        (PROXY, [(HEADER, "budi@contoh.go.id"), (HEADER, "ani")]),
        (PROXY, [(HEADER, "ani"), (HEADER.lower(), "ani")]),
        (PROXY, [(HEADER, "x" * 201)]),
        (PROXY, [(HEADER, "an\xef".encode("latin-1"))]),
        ("", [(HEADER, "ani")]),
    ],
)
def test_a_name_from_elsewhere_is_refused(site, peer, headers):
    answer = ask(site, peer=peer, headers=headers)
    assert answer.status_code == 403 and "ani" not in answer.text


def test_a_client_cannot_write_the_address_of_its_connection(site):
    """X-Forwarded-For of a proxy on this machine changes who is counted, and never who is believed."""
    said = [(HEADER, "ani"), ("X-Forwarded-For", STRANGER)]
    assert ask(site, peer="127.0.0.1", headers=said).status_code == 200
    assert ask(site, peer=STRANGER, headers=[(HEADER, "ani"), ("X-Forwarded-For", "127.0.0.1")]).status_code == 403
    assert ask(site, peer=PROXY, headers=[(HEADER, "ani")], wrapped=False).status_code == 403  # whose is it?


def test_it_is_off_unless_both_settings_say_so(path, open_site, monkeypatch):
    app = open_site(path, Mode(login=True))
    assert ask(app, headers=[(HEADER, "ani")]).status_code == 302
    monkeypatch.setenv("PANTAU_SSO_HEADER", HEADER)
    assert ask(app, headers=[(HEADER, "ani")]).status_code == 302


@pytest.mark.parametrize(
    ("header", "proxies", "said"),
    [
        (HEADER, "", "set both"),
        ("", PROXY, "set both"),
        ("Cookie", PROXY, "cannot be"),
        ("X-Forwarded-For", PROXY, "cannot be"),
        ("x y", PROXY, "cannot be"),
        (HEADER, "0.0.0.0/0", "every address"),
        (HEADER, "::/0", "every address"),
        (HEADER, "proxy.local", "no address"),
        (HEADER, "10.1.2.3/24", "no address"),
    ],
)
def test_settings_that_could_let_strangers_in_are_refused_at_the_start(
    path, open_site, monkeypatch, header, proxies, said
):
    monkeypatch.setenv("PANTAU_SSO_HEADER", header)
    monkeypatch.setenv("PANTAU_SSO_PROXIES", proxies)
    with pytest.raises(UserError, match=said):
        open_site(path, Mode(login=True))
