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
        id="kempesisir",
        name="Kementerian Pembangunan Pesisir",
        kind="kementerian",
        port=1,
        template="kementerian",
        date_style="weekday",
        discover=("listing", "sitemap"),
        metadata=(),
        title_suffix=" | Kementerian Pembangunan Pesisir",
        path="/berita/{slug}",
        press_releases=True,
        slogan="Pesisir kuat, Nusantara maju",
        page_size=5,
        colour="#0b4f7d",
    ),
    Site(
        id="bpn-pangan",
        name="Badan Ketahanan Pangan Nusantara",
        kind="lembaga",
        port=2,
        template="lembaga",
        date_style="slashes",
        discover=("sitemap",),
        metadata=("meta",),
        title_suffix=" - Badan Ketahanan Pangan Nusantara",
        path="/siaran-pers/{slug}",
        press_releases=True,
        slogan="Pangan cukup, rakyat sehat",
        crawl_delay=0.1,
        colour="#2f6b2f",
    ),
    Site(
        id="jatengprov",
        name="Humas Pemerintah Provinsi Jawa Tengah",
        kind="pemda",
        port=3,
        template="pemda",
        date_style="dash",
        discover=("feed",),
        metadata=("time",),
        title_suffix=" - Portal Berita Jawa Tengah",
        path="/{year}/{month}/{slug}/",
        press_releases=True,
        slogan="Portal berita resmi",
        colour="#8a1c1c",
    ),
    Site(
        id="kabarnusantara",
        name="Kabar Nusantara",
        kind="media",
        port=4,
        template="media_a",
        date_style="wib",
        discover=("feed", "news-sitemap"),
        metadata=("json-ld", "meta"),
        title_suffix=" - Kabar Nusantara",
        path="/read/{number}/{slug}",
        slogan="Terdepan mengabarkan",
        colour="#b35900",
        amp=True,
    ),
    Site(
        id="harianlintas",
        name="Harian Lintas",
        kind="media",
        port=5,
        template="media_b",
        date_style="relative",
        discover=("atom",),
        metadata=("json-ld",),
        title_suffix=" | HarianLintas.id",
        path="/nasional/d-{number}/{slug}",
        slogan="Melintas batas berita",
        colour="#1a3f9c",
    ),
    Site(
        id="wartakita",
        name="Warta Kita",
        kind="media",
        port=6,
        template="kantor_berita",
        date_style="bar",
        discover=("sitemap", "listing"),
        metadata=("meta", "time"),
        title_suffix=" - WARTA KITA News",
        path="/berita/{number}/{slug}",
        slogan="Kantor berita",
        colour="#a00d1c",
    ),
)
BY_ID = {site.id: site for site in SITES}
