"""One address for one page, and the hosts that a source may lead to."""

from __future__ import annotations

import pytest

from crawler.urls import belongs_to, is_private, normalise


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("HTTPS://WWW.Contoh.ID/Berita/Satu?utm_source=rss&id=7#atas", "https://www.contoh.id/Berita/Satu?id=7"),
        ("https://contoh.id/read/1/judul?page=all", "https://contoh.id/read/1/judul"),
        ("https://contoh.id/read/1/judul/amp", "https://contoh.id/read/1/judul"),
        ("http://contoh.id:80", "http://contoh.id/"),
        ("http://127.0.0.1:8801/a b", "http://127.0.0.1:8801/a%20b"),
        ("https://contoh.id/x;jsessionid=A1?PHPSESSID=2", "https://contoh.id/x"),
        ("https://contoh.id/?p=12&page=2", "https://contoh.id/?p=12&page=2"),
        ("javascript:alert(1)", None),
        ("mailto:humas@contoh.id", None),
        ("https://user:pass@contoh.id/", None),
        ("https://contoh.id/" + "a" * 3000, None),
        ("http://[::1", None),
    ],
)
def test_normalise(raw, expected):
    assert normalise(raw) == expected
    if expected:
        assert normalise(expected) == expected


def test_private_hosts_are_known_in_any_spelling():
    for host in (
        "127.0.0.1",
        "localhost",
        "10.1.2.3",
        "192.168.1.1",
        "[::1]",
        "169.254.169.254",
        "2130706433",
        "a.local",
    ):
        assert is_private(f"http://{host}/"), host
    assert not is_private("https://www.bappenas.go.id/")


def test_a_source_leads_to_its_own_site_only():
    hosts = frozenset(["www.contoh.id", "berita.contoh.id"])
    assert belongs_to("https://contoh.id/a", hosts)
    assert belongs_to("https://m.contoh.id/a", hosts)
    assert not belongs_to("https://contoh.id.jahat.example/a", hosts)
    assert not belongs_to("http://127.0.0.1/a", hosts)


def test_a_loopback_source_leads_to_exactly_its_port():
    hosts = frozenset(["127.0.0.1:8801"])
    assert belongs_to("http://127.0.0.1:8801/a", hosts)
    assert not belongs_to("http://127.0.0.1:8802/a", hosts)
    assert not belongs_to("http://127.0.0.1/a", hosts)
