"""One address for one page, and the hosts that a source may lead to."""

from __future__ import annotations

import pytest

from crawler.urls import belongs_to, desktop, host_key, is_private, is_trap, normalise, same_page


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("HTTPS://WWW.Contoh.ID/Berita/Satu?utm_source=rss&id=7#atas", "https://www.contoh.id/Berita/Satu?id=7"),
        ("https://contoh.id/read/1/judul?page=all", "https://contoh.id/read/1/judul"),
        ("https://contoh.id/read/1/judul/amp", "https://contoh.id/read/1/judul"),
        ("http://contoh.id:80", "http://contoh.id/"),
        ("http://127.0.0.1:8801/a b", "http://127.0.0.1:8801/a%20b"),
        ("https://contoh.id/x;jsessionid=A1?PHPSESSID=2", "https://contoh.id/x"),
        ("https://contoh.id/(S(lit3py55t21z5v55vlm25s55))/b.aspx?id=3", "https://contoh.id/b.aspx?id=3"),
        ("https://contoh.id/a%c3%a9?fbclid=x&showpage=all", "https://contoh.id/a%C3%A9"),
        ("https://contoh.id:443/a", "https://contoh.id/a"),
        ("https://contoh.id/?p=12&page=2", "https://contoh.id/?p=12&page=2"),
        ("https://contoh.id/a[1]|b?q=c d", "https://contoh.id/a%5B1%5D%7Cb?q=c%20d"),  # as Scrapy asks for it
        # The query stays as the site spells it, and what numbers an article stays whatever it is called.
        ("https://contoh.id/index.php?/berita/baca/12", "https://contoh.id/index.php?/berita/baca/12"),
        ("https://contoh.id/index.php?berita,12,judul-panjang", "https://contoh.id/index.php?berita,12,judul-panjang"),
        ("https://contoh.id/berita.php?2026112301", "https://contoh.id/berita.php?2026112301"),
        ("https://contoh.id/cari.php?judul=Jum%27at%20caf%E9", "https://contoh.id/cari.php?judul=Jum%27at%20caf%E9"),
        ("https://contoh.id/cari.php?judul=a+b&x=", "https://contoh.id/cari.php?judul=a+b&x="),
        ("https://contoh.id/?utm_source=x&/berita/12", "https://contoh.id/?/berita/12"),
        ("https://contoh.id/modules.php?name=News&sid=101", "https://contoh.id/modules.php?name=News&sid=101"),
        ("https://contoh.id/a?sid=0a1b2c3d4e5f60718293a4b5c6d7e8f9&id=3", "https://contoh.id/a?id=3"),
        ("https://contoh.id/baca?single=55", "https://contoh.id/baca?single=55"),
        ("https://contoh.id/baca?single=1", "https://contoh.id/baca?single=1"),
        ("https://contoh.id/d-123/judul-berita?single=1", "https://contoh.id/d-123/judul-berita"),
        ("https://contoh.id/cetak.php?print=7", "https://contoh.id/cetak.php?print=7"),
        ("https://contoh.id/lihat?source=9", "https://contoh.id/lihat?source=9"),
        ("https://contoh.id/lihat?ref=2026/11/23&from=rss", "https://contoh.id/lihat?ref=2026/11/23"),
        ("https://contoh.id/judul-berita-satu?source=rss", "https://contoh.id/judul-berita-satu"),
        ("https://contoh.id/?amp", "https://contoh.id/?amp"),
        ("https://contoh.id/baca/1234/judul?amp", "https://contoh.id/baca/1234/judul"),
        ("https://dépôt.id/é", "https://xn--dpt-bma0d.id/%C3%A9"),
        ("https://contoh.id/web//berita?cid=7&eid=3&keyword=a", "https://contoh.id/web//berita?cid=7&eid=3&keyword=a"),
        ("https://contoh.id/?a=\ud800", None),
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
    assert not belongs_to("https://bukancontoh.id/a", hosts)
    assert not belongs_to("http://127.0.0.1/a", hosts)


def test_a_source_leads_neither_up_nor_to_other_services():
    hosts = frozenset(["dinas.kemenuji.go.id"])
    assert belongs_to("https://arsip.dinas.kemenuji.go.id/a", hosts)
    for other in ("https://go.id/a", "https://kemenuji.go.id/a", "https://lain.kemenuji.go.id/a"):
        assert not belongs_to(other, hosts)
    for port in (22, 6379, 8080):
        assert not belongs_to(f"http://dinas.kemenuji.go.id:{port}/a", hosts)
    assert belongs_to("http://dinas.kemenuji.go.id:443/a", hosts)
    assert belongs_to("http://dinas.kemenuji.go.id:8080/a", frozenset(["www.dinas.kemenuji.go.id:8080"]))
    assert not belongs_to("http://dinas.kemenuji.go.id:99999/a", hosts)


def test_a_loopback_source_leads_to_exactly_its_port():
    hosts = frozenset(["127.0.0.1:8801"])
    assert belongs_to("http://127.0.0.1:8801/a", hosts)
    assert not belongs_to("http://127.0.0.1:8802/a", hosts)
    assert not belongs_to("http://127.0.0.1/a", hosts)


def test_other_spellings_of_one_page():
    forms = same_page("https://www.contoh.id/a/1")
    assert {"http://contoh.id/a/1/", "https://contoh.id/a/1", "http://www.contoh.id/a/1"} <= set(forms)
    assert len(forms) == 7
    assert same_page("http://127.0.0.1:8801/a?b=1") == []


def test_mobile_and_amp_hosts_are_the_sources_own_where_it_has_one():
    hosts = frozenset(["www.contoh.id"])
    assert desktop("https://m.contoh.id/b/1", hosts) == "https://www.contoh.id/b/1"
    assert desktop("https://amp.contoh.id/amp/b/1", hosts) == "https://www.contoh.id/b/1"
    assert desktop("https://www.contoh.id/b/1", hosts) is None
    assert desktop("https://m.lain.id/b/1", hosts) is None
    assert desktop("https://m.contoh.id/b/1", frozenset(["www.contoh.id", "contoh.id"])) is None  # which of them?


def test_traps():
    assert is_trap("https://contoh.id/agenda?bulan=12&tahun=2031")
    assert is_trap("https://contoh.id/a/b/a/b/a/b/a/b/a")
    assert is_trap("https://contoh.id/" + "x/" * 20)
    assert not is_trap("https://contoh.id/baca.php?tahun=2026&bulan=11&id=3")
    assert not is_trap("https://contoh.id/berita/2025/11/12/bulan-dana-pmi")


def test_what_shares_a_delay():
    assert host_key("https://www.Contoh.id/a") == host_key("http://m.contoh.id:80/b") == "contoh.id"
    assert host_key("http://127.0.0.1:8801/") != host_key("http://127.0.0.1:8802/")
