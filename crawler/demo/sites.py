"""The sites of the sample newsroom: who they are, how they print dates, and how their articles are found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Site:
    """One site. `port` is added to the newsroom's base port.

    date_style  how dates are printed: see crawler/demo/dates.py
    discover    feed | atom | sitemap | news-sitemap | listing; each is served and in the catalogue
    metadata    what the page's head states: json-ld, meta, time, or nothing (the printed date only)
    path        of an article; slug, number, year, month and day are filled in
    page_size   articles on a page of the listing
    amp         whether articles have an AMP page at path + "/amp"
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
    colour: str = "#333"
    amp: bool = False


SITES = (
    Site(
        "kempesisir", "Kementerian Pembangunan Pesisir", "kementerian", 1, "kementerian", "weekday", ("listing", "sitemap"), (),
        " | Kementerian Pembangunan Pesisir", "/berita/{slug}", True, "Pesisir kuat, Nusantara maju", None, 5, "#0b4f7d",
    ),
    Site(
        "bpn-pangan", "Badan Ketahanan Pangan Nusantara", "lembaga", 2, "lembaga", "slashes", ("sitemap",), ("meta",),
        " - Badan Ketahanan Pangan Nusantara", "/siaran-pers/{slug}", True, "Pangan cukup, rakyat sehat", 0.1, colour="#2f6b2f",
    ),
    Site(
        "jatengprov", "Humas Pemerintah Provinsi Jawa Tengah", "pemda", 3, "pemda", "dash", ("feed",), ("time",),
        " - Portal Berita Jawa Tengah", "/{year}/{month}/{slug}/", True, "Portal berita resmi",
        colour="#8a1c1c",
    ),
    Site(
        "kabarnusantara", "Kabar Nusantara", "media", 4, "media_a", "wib", ("feed", "news-sitemap"),
        ("json-ld", "meta"), " - Kabar Nusantara", "/read/{number}/{slug}", False,
        "Terdepan mengabarkan", colour="#b35900", amp=True,
    ),
    Site(
        "harianlintas", "Harian Lintas", "media", 5, "media_b", "relative", ("atom",), ("json-ld",),
        " | HarianLintas.id", "/nasional/d-{number}/{slug}", False, "Melintas batas berita", colour="#1a3f9c",
    ),
    Site(
        "wartakita", "Warta Kita", "media", 6, "kantor_berita", "bar", ("sitemap", "listing"), ("meta", "time"),
        " - WARTA KITA News", "/berita/{number}/{slug}", False, "Kantor berita", colour="#a00d1c",
    ),
)  # fmt: skip
BY_ID = {site.id: site for site in SITES}
