"""Which answers are no article pages; and news that only sounds like it."""

from __future__ import annotations

import pytest

from crawler.refusals import refusal

ASKED = "https://contoh.id/berita/1"


def verdict(title: str = "Berita", body: str = "<p>isi</p>", url: str = ASKED, asked: str = ASKED) -> str | None:
    html = f"<html><head><title>{title}</title></head><body>{body}</body></html>"
    refused = refusal(asked, url, 200, "text/html", html.encode())
    return refused.why if refused else None


@pytest.mark.parametrize(
    "title",
    [
        "404",
        "404 Not Found",
        "Error 404 - Portal",
        "Halaman tidak ditemukan | Kota",
        "Page not found",
        "Just a moment...",
        "Attention Required! | Cloudflare",
        "Access Denied",
    ],
)
def test_pages_that_say_that_they_are_none(title):
    assert verdict(title)


@pytest.mark.parametrize(
    "title",
    [
        "404 Warga Mengungsi akibat Banjir",
        "Masuk Musim Hujan, Warga Diminta Waspada",
        "Akses Ditolak, Warga Protes",
        "Data Tidak Ditemukan, KPU Bongkar Kotak",
        "Just a moment with the minister",
        "Login Baru ASN Diluncurkan",
    ],
)
def test_news_that_only_sounds_like_it(title):
    assert verdict(title, "<input type='password'>") is None  # many pages hide a login form


def test_an_ordinary_page_behind_cloudflare_is_none():
    assert verdict(body="<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>") is None


def test_a_long_article_that_quotes_a_challenge_is_an_article():
    """A challenge is a page of its own, and short; an article about one may hold its marks."""
    quoted = "<pre>window._cf_chl_opt = {}</pre>"
    assert verdict(body=quoted)
    assert verdict(body=quoted + "<p>Panjang sekali.</p>" * 5_000) is None


def test_where_a_redirect_leads():
    assert verdict(url="https://contoh.id/") and verdict(url="https://contoh.id/login?next=x")
    assert verdict(url="https://contoh.id/berita/1-judul") is None
    assert verdict(url="https://contoh.id/?p=1") is None
    assert verdict(url="https://contoh.id/masuk-desa/1") is None


@pytest.mark.parametrize(
    ("url", "detour"),
    [
        ("https://contoh.id/izin?kembali=/berita/1", True),
        ("https://contoh.id/sela?returnUrl=https%3A%2F%2Fcontoh.id%2Fberita%2F1", True),
        ("https://contoh.id/consent?url=%2Fberita%2F1", True),
        ("https://contoh.id/kuki.php?u=https://contoh.id/berita/1&bahasa=id", True),
        ("https://contoh.id/baca.php?url=/berita/1", False),  # another address of the article itself
        ("https://contoh.id/index.php?page=/berita/1", False),
        ("https://contoh.id/berita/1-judul?next=/berita/2", False),
        ("https://contoh.id/persetujuan-lingkungan/1", False),
        ("https://contoh.id/x?" + "&".join(f"next={n}" for n in range(9_000)), False),
    ],
)
def test_a_redirect_to_a_page_that_leads_back_is_a_detour_and_passes(url, detour):
    html = "<html><head><title>Kabar</title></head><body>isi</body></html>"
    found = refusal(ASKED, url, 200, "text/html", html.encode())
    assert (found is not None and found.statistic == "refused/detour" and found.transient) is detour
