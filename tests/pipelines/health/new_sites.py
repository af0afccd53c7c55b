"""Sites of different make, each on a loopback server of its own, for `pantau sources add`."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta

from tests.crawler.server import Answer, TestSite

HEADLINES = [
    "Warga Kampung Nelayan Perbaiki Dermaga Kayu Bersama",
    "Bupati Resmikan Jembatan Gantung di Desa Sukamaju",
    "Harga Cabai Naik Menjelang Akhir Tahun di Pasar Induk",
    "Dinas Pendidikan Bagikan Buku untuk Sekolah Terpencil",
    "Petani Garam Keluhkan Hujan yang Datang Lebih Awal",
    "Puskesmas Baru Mulai Melayani Warga Pulau Seberang",
    "Lomba Perahu Hias Ramaikan Peringatan Hari Nelayan",
    "Jalan Provinsi Longsor, Kendaraan Dialihkan ke Utara",
]
TEXT = (
    "Warga kampung nelayan bergotong royong memperbaiki dermaga kayu yang lapuk sejak awal bulan ini. Kepala desa "
    "mengatakan bahwa pekerjaan itu akan selesai sebelum musim angin barat tiba. Pemerintah kabupaten menyumbang bahan, "
    "sementara warga menyumbang tenaga dan makanan. Dermaga tersebut dipakai setiap hari oleh puluhan perahu dari tiga "
    "desa, dan menjadi satu-satunya tempat bongkar muat ikan. Para pedagang berharap harga ikan tidak lagi bergantung "
    "pada cuaca."
)
ENGLISH = (
    "Residents of the fishing village have been repairing the old wooden pier since the beginning of this month. The "
    "head of the village said that the work would be finished before the season of the west wind arrives. The district "
    "government gave the material while the people gave their time and their meals. The pier is used every day by boats "
    "from three villages, and it is the only place where fish can be unloaded."
)
NEWEST = date(2026, 11, 28)
MENU = ["/tentang-kami", "/kontak", "/kategori/ekonomi", "/kategori/olahraga", "/tag/dermaga"]


def slug(title: str) -> str:
    return title.lower().replace(",", "").replace(" ", "-")


def day(number: int) -> date:
    return NEWEST - timedelta(days=number)


def article(title: str, number: int, text: str = TEXT) -> str:
    return (
        f"<html lang=id><head><title>{title} - Kabar Uji</title>"
        f'<meta property="article:published_time" content="{day(number)}T08:00:00+07:00"></head>'
        f"<body><nav>{menu()}</nav><article><h1>{title}</h1><p>{text}</p><p>{text[:200]}</p></article></body></html>"
    )


def menu() -> str:
    return "".join(f'<a href="{path}">{path.rpartition("/")[2].replace("-", " ").title()}</a> ' for path in MENU)


def home(links: str = "", head: str = "") -> Answer:
    return Answer(
        f"<html lang=id><head><title>Kabar Uji | Beranda</title>{head}</head><body><nav>{menu()}</nav>{links}"
        f"<footer>{'Redaksi Kabar Uji, Jalan Pelabuhan nomor satu. ' * 12}</footer></body></html>"
    )


def cards(paths: list[str]) -> str:
    return "".join(f"<h3><a href='{path}'>{HEADLINES[n]}</a></h3>" for n, path in enumerate(paths))


def publish(site: TestSite, paths: list[str], text: str = TEXT) -> list[str]:
    for number, path in enumerate(paths):
        site.answers[path] = Answer(article(HEADLINES[number], number, text))
    return paths


def slugs(prefix: str = "/berita/") -> list[str]:
    return [f"{prefix}{slug(title)}" for title in HEADLINES]


def rss(site: TestSite, paths: list[str]) -> Answer:
    items = "".join(
        f"<item><title>{HEADLINES[n]}</title><link>{site.address}{path}</link>"
        f"<pubDate>{day(n):%a, %d %b %Y} 08:00:00 +0700</pubDate></item>"
        for n, path in enumerate(paths)
    )
    return Answer(f"<rss version='2.0'><channel>{items}</channel></rss>", content_type="application/rss+xml")


def with_rss(site: TestSite, text: str = TEXT) -> None:
    """RSS at one of the usual places, which nothing names."""
    site.answers["/"] = home()
    site.answers["/rss.xml"] = rss(site, publish(site, slugs(), text))


def with_atom(site: TestSite) -> None:
    """Atom at an address that only the head names; beside it WordPress's feed of comments."""
    paths = publish(site, slugs())
    kind = "rel=alternate type='application/atom+xml'"
    site.answers["/"] = home(
        head=f"<link {kind} title='Komentar' href='/komentar/atom'><link {kind} href='/umpan/terbaru.atom'>"
    )
    entries = "".join(
        f"<entry><title>{HEADLINES[n]}</title><link href='{path}'/><updated>{day(n)}T01:00:00Z</updated></entry>"
        for n, path in enumerate(paths)
    )
    site.answers["/umpan/terbaru.atom"] = Answer(f"<feed xmlns='http://www.w3.org/2005/Atom'>{entries}</feed>")


def with_news_sitemap(site: TestSite) -> None:
    """A sitemap for Google News, behind robots.txt."""
    paths = publish(site, slugs("/2026/11/"))
    site.answers["/"] = home()
    site.answers["/robots.txt"] = Answer(f"User-agent: *\nDisallow: /admin\nSitemap: {site.address}/peta/kabar.xml\n")
    urls = "".join(
        f"<url><loc>{site.address}{path}</loc><news:news><news:publication_date>{day(n)}T08:00:00+07:00"
        f"</news:publication_date><news:title>{HEADLINES[n]}</news:title></news:news></url>"
        for n, path in enumerate(paths)
    )
    site.answers["/peta/kabar.xml"] = Answer(
        "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' "
        f"xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'>{urls}</urlset>"
    )


def with_monthly_sitemaps(site: TestSite) -> None:
    """An index of a sitemap a month; each has a page about the site among its articles."""
    paths = publish(site, [f"/read/{1200 + n}/{slug(title)}" for n, title in enumerate(HEADLINES)])
    site.answers["/"] = home()
    months = ["2026-11", "2026-10", "2026-09"]
    index = "".join(
        f"<sitemap><loc>{site.address}/peta-{month}.xml</loc><lastmod>{month}-28</lastmod></sitemap>"
        for month in months
    )
    site.answers["/sitemap.xml"] = Answer(f"<sitemapindex>{index}</sitemapindex>", content_type="application/xml")
    for month in months:
        urls = [
            f"<url><loc>{site.address}{path}</loc><lastmod>{day(n)}</lastmod></url>" for n, path in enumerate(paths)
        ]
        urls += [f"<url><loc>{site.address}{path}</loc></url>" for path in MENU]
        site.answers[f"/peta-{month}.xml"] = Answer(f"<urlset>{''.join(urls)}</urlset>", content_type="application/xml")


def with_wordpress(site: TestSite) -> None:
    """WordPress whose feeds are switched off."""
    paths = publish(site, [f"/{slug(title)}/" for title in HEADLINES])
    site.answers["/"] = home(head=f"<link rel='https://api.w.org/' href='{site.address}/wp-json/'>")
    posts = [
        {
            "link": f"{site.address}{path}",
            "title": {"rendered": HEADLINES[n]},
            "date_gmt": f"{day(n)}T01:00:00",
            "modified_gmt": f"{day(n)}T01:00:00",
            "content": {"rendered": f"<p>{TEXT}</p>"},
        }
        for n, path in enumerate(paths)
    ]

    def answer(path: str) -> Answer:
        if path.startswith("/wp-json/wp/v2/posts"):
            return Answer(json.dumps(posts), content_type="application/json", headers={"X-WP-TotalPages": "1"})
        return Answer("<h1>Tidak ada</h1>", 404)

    site.fallback = answer


def with_slugs(site: TestSite) -> None:
    """Nothing but links: each headline in a category of its own, and categories that look like them."""
    categories = ["nasional", "ekonomi", "daerah", "olahraga"]
    paths = publish(site, [f"/{categories[n % 4]}/{slug(title)}" for n, title in enumerate(HEADLINES)])
    site.answers["/"] = home(cards(paths))


def with_query_ids(site: TestSite) -> None:
    """Articles by number, on a page of news that the menu leads to."""
    paths = publish(site, [f"/detail.php?id={400 + n}" for n in range(len(HEADLINES))])
    pages = "".join(f"<a href='/halaman.php?id={n}'>Profil</a>" for n in range(3))
    site.answers["/"] = home(f"<a href='/berita.php'>Berita</a>{pages}")
    site.answers["/berita.php"] = home(cards(paths) + pages)


def _listed(site: TestSite, number: int, pager: str) -> Answer:
    """Page `number` (from 1) of a list of sixteen: eight of the headlines, then eight older ones, in cards."""
    titles = HEADLINES if number == 1 else [f"Arsip Lama: {title}" for title in HEADLINES]
    cards = "".join(
        f'<div class="kartu-berita col-{n}"><div class="isi"><h4><a href="/kabar/{slug(title)}">{title}</a></h4></div></div>'
        for n, title in enumerate(titles)
    )
    promoted = '<aside class="samping"><a href="/profil/pejabat">Profil Pejabat Struktural Lembaga Ini</a></aside>'
    return home(f"<section>{cards}</section>{promoted}<ul class=pager>{pager}</ul>")


def _with_pages(site: TestSite, addresses: list[str], pager: str) -> None:
    publish(site, slugs("/kabar/"))
    for title in HEADLINES:
        site.answers[f"/kabar/arsip-lama:-{slug(title)}"] = Answer(article(f"Arsip Lama: {title}", 9))
    site.answers["/"] = home("<a href='/kabar'>Berita</a>")
    site.answers["/kabar"] = _listed(site, 1, pager)
    for number, address in enumerate(addresses, 1):
        site.answers[address] = _listed(site, number, pager)


def with_page_numbers(site: TestSite) -> None:
    """A list whose pager has numbers."""
    links = "".join(f"<li><a href='?hal={n}#isi'>{n}</a>" for n in (1, 2, 3)) + "<li><a href='?hal=2'>Berikutnya</a>"
    _with_pages(site, ["/kabar?hal=1", "/kabar?hal=2"], links)


def with_page_folders(site: TestSite) -> None:
    """A list whose pager has but one link, to a folder."""
    _with_pages(site, ["/kabar/page/1", "/kabar/page/2"], "<li><a href='/kabar/page/2' rel=next>Lihat lainnya</a>")


def with_offsets(site: TestSite) -> None:
    """A list whose pager counts articles."""
    links = "".join(f"<li><a href='/kabar?mulai={8 * (n - 1)}'>{n}</a>" for n in (1, 2, 3, 4))
    _with_pages(site, ["/kabar?mulai=0", "/kabar?mulai=8"], links)


def with_dead_pages(site: TestSite) -> None:
    """A list whose pager leads to the same articles again."""
    _with_pages(site, ["/kabar?hal=1"], "<li><a href='/kabar?hal=2'>2</a>")
    site.answers["/kabar?hal=2"] = site.answers["/kabar"]


def with_script(site: TestSite) -> None:
    """A page that a browser's program draws."""
    site.answers["/"] = Answer(
        "<html><head><title>Portal</title><script src='/app.js'></script></head><body><div id=root></div></body></html>"
    )


def with_robots(site: TestSite) -> None:
    """A site that asks crawlers to stay away."""
    with_rss(site)
    site.answers["/robots.txt"] = Answer("User-agent: *\nDisallow: /\n", content_type="text/plain")


def with_login(site: TestSite) -> None:
    """A site that sends everybody to its login."""
    site.answers["/"] = Answer("", 302, headers={"Location": "/login"})
    site.answers["/login"] = Answer("<title>Masuk</title><form><input type=password></form>")


def with_english(site: TestSite) -> None:
    """A site in another language."""
    with_rss(site, ENGLISH)


def without_articles(site: TestSite) -> None:
    """A site that has a few pages about itself."""
    site.answers["/"] = home()


def with_challenge(site: TestSite) -> None:
    """A site that checks the browser first."""
    site.answers["/"] = Answer("<title>Just a moment...</title><body>Checking</body>", 403)


WORKING: dict[str, tuple[Callable[[TestSite], None], str, str]] = {  # name -> (make, method, a part of its address)
    "rss": (with_rss, "feed", "/rss.xml"),
    "atom": (with_atom, "feed", "/umpan/terbaru.atom"),
    "peta berita": (with_news_sitemap, "sitemap", "/peta/kabar.xml"),
    "peta bulanan": (with_monthly_sitemaps, "sitemap", "/sitemap.xml"),
    "wordpress": (with_wordpress, "wordpress", "/wp-json/wp/v2/posts"),
    "daftar slug": (with_slugs, "listing", "/"),
    "daftar nomor": (with_query_ids, "listing", "/berita.php"),
    "daftar berhalaman": (with_page_numbers, "listing", "/kabar?hal={page}"),
    "daftar berfolder": (with_page_folders, "listing", "/kabar/page/{page}"),
    "daftar bergeser": (with_offsets, "listing", "/kabar?mulai={offset}"),
    "daftar tanpa lanjutan": (with_dead_pages, "listing", "/kabar"),
}
REFUSED: dict[str, tuple[Callable[[TestSite], None], str]] = {  # name -> (make, words of the no)
    "skrip": (with_script, "kosong tanpa JavaScript"),
    "robots": (with_robots, "dilarang oleh robots.txt"),
    "login": (with_login, "meminta masuk"),
    "inggris": (with_english, "bukan berbahasa Indonesia (en)"),
    "tanpa artikel": (without_articles, "tidak ada jalan ke artikel"),
    "pemeriksaan": (with_challenge, "situs yang menolak dibiarkan"),
}
