"""What is sent to the pages: bounded, by the ways that a page takes, and never an unexpected error."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from pipelines.publish.guard import bodies
from pipelines.publish.guard.mode import Mode
from tests.pipelines.publish.conftest import CHEAP

LOCAL = {"host": "127.0.0.1"}
ADDRESSES = ["/pantauan", "/pantauan/hapus", "/liputan/1/2", "/-/logout"]


@pytest.fixture
def own(site_path, open_site):
    app = open_site(site_path)
    return lambda method, path, **more: asyncio.run(app.client.request(method, path, **more))


async def chunks(size):
    for _ in range(size // 1024):
        yield b"x" * 1024


@pytest.mark.parametrize("path", ADDRESSES)
@pytest.mark.parametrize("kind", ["announced", "chunked"])
def test_a_body_of_more_than_64_kb_is_not_taken(own, path, kind):
    size = bodies.MOST_BYTES + 1024
    answer = own("POST", path, content=b"x" * size if kind == "announced" else chunks(size), headers=LOCAL)
    assert answer.status_code == 413
    assert "Kiriman terlalu besar" in answer.text and "paling besar 64 KB" in answer.text


def test_a_logo_that_is_too_large_is_told_so_and_what_else_was_typed_stays(own):
    """Up to a megabyte it is looked at; of more the whole is let pass, so that the browser reads the answer."""
    token = own("GET", "/kliping/kop", headers=LOCAL).cookies["ds_csrftoken"]
    sent = {"data": {"nama": "Kop Resmi", "csrftoken": token}, "headers": LOCAL, "cookies": {"ds_csrftoken": token}}
    answers = [
        own("POST", "/kliping/kop", files={"logo": ("l.png", b"x" * size, "image/png")}, **sent)
        for size in (300 * 1024, 1100 * 1024)
    ]
    assert [answer.status_code for answer in answers] == [400, 413]
    assert "200 KB" in answers[0].text and 'value="Kop Resmi"' in answers[0].text
    assert "Logo paling besar 200 KB" in answers[1].text


def test_a_login_takes_no_large_body_either(site_path, open_site, monkeypatch):
    from pipelines.publish.guard.passwords import hash_password

    monkeypatch.setenv("PANTAU_SECRET", "rahasia-yang-cukup-panjang")
    monkeypatch.setenv("PANTAU_LOGIN_ANI", hash_password("sandi-ani", CHEAP))
    app = open_site(site_path, Mode(login=True))
    assert asyncio.run(app.client.post("/-/login", content=chunks(80 * 1024))).status_code == 413


@pytest.mark.parametrize("length", ["x", "-1", "9" * 5000, "1 000"])
def test_an_odd_length_is_refused(own, length):
    answer = own("POST", "/pantauan", content=b"", headers=LOCAL | {"content-length": length})
    assert answer.status_code in (400, 413)


def test_a_body_that_does_not_come_is_not_waited_for(site_path, open_site, monkeypatch):
    monkeypatch.setattr(bodies, "MOST_SECONDS", 0.1)
    app = open_site(site_path)

    async def drip():
        yield b"nama="
        await asyncio.sleep(5)

    transport = httpx.ASGITransport(app=app.app())

    async def send():
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.post("/pantauan", content=drip())

    assert asyncio.run(send()).status_code == 408


@pytest.mark.parametrize(
    "path", ["/", "/cari", "/artikel/1", "/unduh", "/pantau", "/pantau/articles", "/pantau/articles.json"]
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "GETS", "get", "\u00c9"])
def test_a_page_that_is_only_read_takes_nothing_else(own, method, path):
    answer = own(method, path) if method.isascii() else own("BREW", path)
    assert answer.status_code == (200 if method == "get" else 405)
    if answer.status_code == 405:
        assert answer.headers["allow"] == "GET, HEAD" and "hanya untuk dibaca" in answer.text


@pytest.mark.parametrize("body", [b"&" * 60_000, b"a=1&" * 15_000, b"\xff\xfe\x00", b"%ff=%00", b""])
def test_a_body_that_is_no_form_is_told_in_words(own, body):
    answer = own("POST", "/pantauan", content=body, headers=LOCAL)
    assert answer.status_code in (400, 403)
    assert "Galat" in answer.text


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://jahat.example"}])
@pytest.mark.parametrize("path", ADDRESSES)
def test_no_form_of_another_site_is_taken(own, path, headers):
    assert own("POST", path, headers=LOCAL | headers).status_code == 403
