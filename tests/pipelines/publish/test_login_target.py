"""A shared link survives the login, and a login leads to no other site."""

from __future__ import annotations

import asyncio
import html
import re

import pytest

from tests.pipelines.publish.conftest import Visitor


@pytest.mark.parametrize("asked", ["/pejabat/1", "/cari?q=beras+%22harga%22&kota=Solo", "/kota/1?x=%C3%A9"])
def test_a_shared_link_survives_the_login(team, asked):
    """Also when the first password is wrong."""

    async def play():
        visitor = Visitor(team)
        sent = await visitor.client.get(asked)
        form = await visitor.client.get(sent.headers["location"])
        target = html.unescape(re.search(r'name="kembali" value="([^"]*)"', form.text)[1])
        again = await visitor.log_in("ani", "salah", kembali=target)
        target = html.unescape(re.search(r'name="kembali" value="([^"]*)"', again.text)[1])
        return await visitor.log_in("ani", "sandi-ani", kembali=target)

    response = asyncio.run(play())
    assert (response.status_code, response.headers["location"]) == (303, asked)


@pytest.mark.parametrize(
    "target",
    [
        "//jahat.example",
        "/\\jahat.example",
        "https://jahat.example/",
        "javascript:alert(1)",
        "/\t/jahat.example",
        " //jahat.example",
        "/ /jahat.example",
        "///jahat.example",
        "jahat.example",
        "/-/logout",
        "/-/login",
        "/é",
        "",
        "/x" * 2_000,
    ],
)
def test_a_login_leads_to_no_other_site(team, target):
    async def play():
        visitor = Visitor(team)
        form = await visitor.client.get("/-/login", params={"kembali": target})
        return form.text, await visitor.log_in("ani", "sandi-ani", kembali=target)

    form, response = asyncio.run(play())
    assert 'name="kembali"' not in form
    assert (response.status_code, response.headers["location"]) == (303, "/")
