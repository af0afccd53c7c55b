"""Lists without a row: on a fresh database nothing is said to have been filtered away."""

from __future__ import annotations

import asyncio
import re

import pytest

from pipelines.database.open import connect
from tests.pipelines.conftest import opened

LISTS = (
    "/isu",
    "/pejabat",
    "/lembaga",
    "/kota",
    "/peraturan",
    "/perjanjian",
    "/sumber",
    "/liputan",
    "/liputan/media",
    "/liputan/sumber",
    "/liputan/berita",
    "/cari?q=beras",
)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    path = tmp_path_factory.mktemp("kosong") / "kosong.db"
    connect(path).close()
    with opened(path) as app:
        yield lambda address: asyncio.run(app.client.get(address)).text


@pytest.mark.parametrize("path", LISTS)
def test_a_list_of_a_fresh_database_says_that_there_is_nothing_yet(fresh, path):
    text = fresh(path).split("<main")[1]
    assert "Belum ada" in text and not re.search(r"Tidak ada .*(cocok|dalam saringan ini)", text)


@pytest.mark.parametrize("path", ["/pejabat?cari=siapa", "/kota?provinsi=11", "/perjanjian?jenis=LoI", "/isu?tumbuh=1"])
def test_a_list_whose_filter_finds_nothing_says_so(site, path):
    text = site(path).text
    assert "Tidak ada" in text and "Lihat semua</a>" in text and "Belum ada isinya" not in text
