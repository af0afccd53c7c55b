"""The sites of the sample newsroom: who they are, how they print dates, and how their articles are found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Site:
    """One site. `port` is added to the newsroom's base port.

    date_style  how dates are printed: see crawler/demo/dates.py
    discover    feed | atom | sitemap | news-sitemap | listing; each is served and in the catalogue
    metadata    what the page's head states: json-ld, meta, time, or nothing (the printed date only)
    """

    id: str
    name: str
    kind: str
    port: int
    template: str
    date_style: str
    discover: tuple[str, ...]
    metadata: tuple[str, ...]
    title_suffix: str
    path: str
    press_releases: bool = False
    slogan: str = ""
    crawl_delay: float | None = None
    page_size: int = 6


SITES = (
    Site(
        "kempesisir", "Kementerian Pembangunan Pesisir", "kementerian", 1, "kementerian", "weekday", ("listing", "sitemap"), (),
        " | Kementerian Pembangunan Pesisir", "/berita/{slug}", True, "Pesisir kuat, Nusantara maju", None, 5,
    ),
    Site(
        "bpn-pangan", "Badan Ketahanan Pangan Nusantara", "lembaga", 2, "lembaga", "slashes", ("sitemap",), ("meta",),
        " - Badan Ketahanan Pangan Nusantara", "/siaran-pers/{slug}", True, "Pangan cukup, rakyat sehat", 0.1,
    ),
    Site(
        "jatengprov", "Humas Pemerintah Provinsi Jawa Tengah", "pemda", 3, "pemda", "bar", ("feed",), ("time",),
        " - Portal Berita Jawa Tengah", "/{year}/{month}/{slug}/", True, "Portal berita resmi",
    ),
    Site(
        "kabarnusantara", "Kabar Nusantara", "media", 4, "media_a", "wib", ("feed", "news-sitemap"),
        ("json-ld", "meta"), " - Kabar Nusantara", "/read/{year}/{month}/{day}/{number}/{slug}", False,
        "Terdepan mengabarkan",
    ),
    Site(
        "harianlintas", "Harian Lintas", "media", 5, "media_b", "relative", ("atom",), ("json-ld",),
        " | HarianLintas.id", "/nasional/d-{number}/{slug}", False, "Melintas batas berita",
    ),
    Site(
        "wartakita", "Warta Kita", "media", 6, "media_b", "dash", ("sitemap", "listing"), ("meta", "time"),
        " - WARTA KITA News", "/berita/{number}/{slug}", False, "Kantor berita",
    ),
)  # fmt: skip
BY_ID = {site.id: site for site in SITES}
