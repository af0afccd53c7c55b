"""Whose article an address is."""

from __future__ import annotations

import time

import pytest

from crawler.addresses import Owners
from crawler.catalogue import load_catalogue

CATALOGUE = """
[[source]]
id = "pemda"
name = "Pemda"
kind = "pemda"
homepage = "https://contohprov.go.id/"
discover = [{ method = "listing", url = "https://contohprov.go.id/berita" }]

[[source]]
id = "dinas"
name = "Dinas"
kind = "pemda"
homepage = "https://dinas.contohprov.go.id/"
discover = [{ method = "feed", url = "https://dinas.contohprov.go.id/feed" }]
article_url = '^https://dinas\\.contohprov\\.go\\.id/baca/'

[[source]]
id = "harian"
name = "Harian"
kind = "media"
homepage = "https://www.harian.example/"
discover = [{ method = "feed", url = "https://www.harian.example/rss" }]
article_url = '^https://www\\.harian\\.example/\\d+/'

[[source]]
id = "lambat"
name = "Lambat"
kind = "media"
homepage = "https://lambat.example/"
discover = [{ method = "feed", url = "https://lambat.example/rss" }]
article_url = '/(a+)+$'
"""


@pytest.fixture
def owners(tmp_path):
    file = tmp_path / "katalog.toml"
    file.write_text(CATALOGUE, encoding="utf-8")
    return Owners(load_catalogue(file))


@pytest.mark.parametrize(
    ("address", "source", "form"),
    [
        ("https://contohprov.go.id/berita/banjir-surut", "pemda", "https://contohprov.go.id/berita/banjir-surut"),
        ("https://bappeda.contohprov.go.id/rencana", "pemda", "https://bappeda.contohprov.go.id/rencana"),
        ("https://dinas.contohprov.go.id/baca/1?utm_source=x", "dinas", "https://dinas.contohprov.go.id/baca/1"),
        ("http://harian.example/12/judul", "harian", "https://www.harian.example/12/judul"),
        ("https://m.harian.example/12/judul", "harian", "https://www.harian.example/12/judul"),
    ],
)
def test_an_address_belongs_to_the_source_that_names_it_best(owners, address, source, form):
    found, url = owners.owner(address)
    assert (found.id, url) == (source, form)


@pytest.mark.parametrize(
    "address",
    [
        "https://contohprov.go.id/",  # the home page
        "https://contohprov.go.id/berita",  # a discovery
        "https://www.harian.example/indeks",
        "https://bukanharian.example/12/judul",
        "https://harian.example.jahat.example/12/judul",
        "https://www.harian.example:8443/12/judul",
        "https://go.id/x",
        "ftp://www.harian.example/12/judul",
        "https://[rusak/12",
        "",
        "dns:harian.example",
    ],
)
def test_other_addresses_are_nobodys(owners, address):
    assert owners.owner(address) is None


def test_a_pattern_that_takes_too_long_takes_nothing_and_costs_little(owners):
    began = time.monotonic()
    assert all(owners.owner(f"https://lambat.example/{'a' * 60}{n}!") is None for n in range(50))
    assert time.monotonic() - began < 30  # without a limit the first alone takes longer than anybody waits
