"""Situations from the life of a crawl, each a source of its own on one server, in three runs that all share.

They are siblings of the kinds in ../shared/cases: addresses, versions, pages that are no articles. The sites, their
places and people are invented.
"""

from __future__ import annotations

import gzip
import sqlite3
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from pipelines.health.sentences import say_status
from pipelines.health.status import source_statuses
from pipelines.run.run import crawl_and_process
from tests.crawler.server import Answer, serve

RUNS = 3
TEXTS = [
    [
        "Nelayan Teluk Serunai mendapat dua puluh mesin tempel dari pemerintah kabupaten setelah menunggu sejak musim "
        "barat tahun lalu, ketika banyak perahu rusak dihantam ombak.",
        "Kepala Dinas Perikanan Basri Lamongga mengatakan mesin itu dipakai bergantian oleh delapan kelompok dan dirawat "
        "di bengkel milik koperasi desa setiap akhir bulan.",
        "Ketua kelompok nelayan meminta pelatihan bagi montir muda supaya kerusakan kecil tidak perlu dibawa ke kota.",
    ],
    [
        "Sekolah dasar di Bukit Talun kembali memakai gedung lama sesudah tanah longsor menutup jalan menuju bangunan "
        "baru, sehingga murid belajar dalam dua giliran setiap hari.",
        "Guru kelas lima Marni Sidabutala menyebut bangku cukup, tetapi buku pelajaran masih tertinggal di gudang yang "
        "terkubur dan baru dapat diambil bila alat berat sudah datang.",
        "Camat berjanji jalan dibuka pekan depan dan meminta orang tua mengantar anak lewat jalur kebun sampai saat itu.",
    ],
    [
        "Pasar malam di Kota Randu Alas menarik lebih banyak pembeli daripada perkiraan panitia, terutama pada akhir "
        "pekan ketika kelompok gamelan anak tampil di panggung dekat gerbang.",
        "Juru bicara panitia Wening Prabaswari menghitung empat ratus lapak terisi dan mengajak pedagang menjaga "
        "kebersihan sungai kecil yang mengalir di belakang lapangan.",
        "Polisi menutup dua jalan pada malam Minggu dan mengalihkan angkutan kota ke arah terminal lama.",
    ],
]
LONG_LINE = " Keterangan itu disampaikan kepada wartawan di halaman kantor sesudah rapat yang berlangsung empat jam."
DATE = "Senin, 23 November 2026 | 14:05 WIB"


def page(title, lines, date=DATE, head="", before="", after=""):
    return (
        f"<html><head><title>{title} - Kabar Uji</title>{head}</head><body><h1>{title}</h1>"
        + (f"<div class='waktu'>{date}</div>" if date else "")
        + f"{before}<div class='isi'>{''.join(f'<p>{line}</p>' for line in lines)}</div>{after}</body></html>"
    )


def rss(*items):
    """A feed of (title, address, pubDate or "")."""
    return "<rss version='2.0'><channel><title>Kabar Uji</title>" + "".join(
        f"<item><title>{title}</title><link>{link}</link>{f'<pubDate>{date}</pubDate>' if date else ''}</item>"
        for title, link, date in items
    ) + "</channel></rss>"  # fmt: skip


def atom(site, run, *paths, published=""):
    """A feed whose entries were all updated in this run."""
    return "<feed xmlns='http://www.w3.org/2005/Atom'>" + "".join(
        f"<entry><title>x</title><link href='{site}{path}'/>{published}<updated>2026-11-2{run}T08:00:00+07:00</updated></entry>"
        for path in paths
    ) + "</feed>"  # fmt: skip


NOTICE = page("Layanan dihentikan sementara", ["Server kami sedang dalam perawatan berkala. Mohon maaf atas "
    "ketidaknyamanan ini dan silakan kembali lagi nanti."], date=None)  # fmt: skip
AT = "Mon, 23 Nov 2026 14:05:00 +0700"


class Site:
    """The answers of each run: `fill(run)` puts them into the server."""

    def __init__(self, server):
        self.server, self.base = server, server.address

    def put(self, path, body, **more):
        self.server.answers[path] = Answer(body, **more)

    def fill(self, run):
        for name in dir(self):
            if name.startswith("run_"):
                getattr(self, name)(run)

    def run_addresses(self, run):
        """Numbers of articles in parameters that elsewhere track readers; a query that is a path."""
        paths = [
            "/alamat/baca.php?source=7",
            "/alamat/baca.php?source=8",
            "/alamat/index.php?/kabar/9",
            "/alamat/x?print=4",
        ]
        for n, path in enumerate(paths):
            self.put(path, page(f"Kabar nomor {n} dari teluk", [f"Bagian {n}. " + line for line in TEXTS[n % 3]]))
        self.put("/alamat/umpan", rss(*((f"Kabar {n}", self.base + p, "") for n, p in enumerate(paths))))

    def run_counter_of_clicks(self, run):
        links = [f"{self.base}/hitung/pergi?kode={run}abc", f"{self.base}/hitung/lain?kode=x{run}"]
        for link in links:
            self.put(link.removeprefix(self.base), "", status=302, headers={"Location": "/hitung/mesin-tempel"})
        self.put("/hitung/mesin-tempel", page("Nelayan Teluk Serunai Dapat Mesin", TEXTS[0]))
        self.put("/hitung/umpan", rss(*(("Nelayan dapat mesin", link, AT) for link in links)))

    def run_maintenance(self, run):
        """Down in the second run; corrected when it is up again."""
        text = TEXTS[1] if run == 1 else [*TEXTS[1][:2], "Camat berjanji jalan dibuka bulan depan." + LONG_LINE]
        self.put("/rawat/umpan", atom(self.base, run, "/rawat/1"), content_type="application/xml")
        self.put("/rawat/1", NOTICE if run == 2 else page("Murid Bukit Talun Pindah ke Gedung Lama", text))

    def run_late(self, run):
        """A notice at first sight; the feed never changes."""
        self.put("/telat/umpan", rss(("Pasar malam", f"{self.base}/telat/1", AT)), etag='"tetap"')
        self.put("/telat/1", NOTICE if run == 1 else page("Pasar Malam Randu Alas Ramai", TEXTS[2]))

    def run_counts(self, run):
        """What changes on every visit: counters and clocks, in and around the text; and one that is a correction."""
        self.put(
            "/angka/umpan", atom(self.base, run, *(f"/angka/{n}" for n in range(4))), content_type="application/xml"
        )
        seen = [f"Sudah dibaca {1000 + 37 * run} orang", f"{run} menit yang lalu", f"Terbaca: {5 * run}x"]
        self.put("/angka/0", page("Nelayan Dapat Mesin Tempel", [seen[0], *TEXTS[0], seen[2]]))
        clock = [f"Selasa, 24 November 2026 10:2{run}:31 WIB"]
        self.put(
            "/angka/1", page("Murid Pindah ke Gedung Lama", [*clock, *TEXTS[1], f"Pengunjung hari ini: {run * 7}"])
        )
        ended = [*TEXTS[2][:2], TEXTS[2][2] + f" (dilihat {run * 31} kali)"]
        self.put("/angka/2", page("Pasar Malam Ramai Pengunjung", ended, after=f"<div>{run * 12} views</div>"))
        killed = "Sebanyak 12 perahu rusak." if run == 1 else "Sebanyak 15 perahu rusak."
        self.put("/angka/3", page("Ombak Merusak Perahu Nelayan", [killed + LONG_LINE, *TEXTS[0][1:]]))

    def run_headline(self, run):
        """A headline is corrected in a feed without dates, and the corrected text shrinks a little."""
        title = "Camat Talun Ditahan" if run == 1 else "RALAT: Camat Talun Hanya Dimintai Keterangan"
        self.put("/judul/umpan", rss((title, f"{self.base}/judul/1", "")))
        self.put(
            "/judul/1", page(title, [("Redaksi meralat berita ini." if run > 1 else "") + TEXTS[1][0], *TEXTS[1][1:]])
        )

    def run_slugs(self, run):
        """A correction of the headline changes the address, with a number in it, without one, and without a date.

        A series without dates is no correction.
        """
        old = run == 1
        slugs = ["tiga-hilang", "semua-selamat"]
        prefixes = ("1234567/kapal-tenggelam-", "kapal-karam-", "kapal-terbalik-")
        for prefix, text, date in (
            ("/slug/1234567/kapal-tenggelam-", TEXTS[0] + TEXTS[2], DATE),
            ("/slug/kapal-karam-", TEXTS[1] + TEXTS[2][:2], "Minggu, 22 November 2026 | 09:15 WIB"),
            ("/slug/kapal-terbalik-", TEXTS[1] + TEXTS[0], ""),
        ):
            title = f"Kapal {prefix.split('-')[-2]} di Teluk Serunai, {'Tiga Hilang' if old else 'Semua Selamat'}"
            self.put(prefix + slugs[0], "hilang", status=404)
            lines = text if old else [*text[:-1], "Semua penumpang selamat. " + text[-1]]
            self.put(prefix + slugs[not old], page(title, lines, date=date))
        for week in range(3, 3 + min(run, 2)):
            lines = [f"Layanan keliling pekan ke-{week} berhenti di tiga desa.", *TEXTS[2], *TEXTS[0]]
            self.put(f"/slug/layanan-pekan-{week}", page(f"Jadwal Layanan Keliling Pekan ke-{week}", lines, date=""))
        links = [f"{self.base}/slug/{prefix}{slugs[not old]}" for prefix in prefixes]
        links += [f"{self.base}/slug/layanan-pekan-{week}" for week in range(3, 3 + min(run, 2))]
        self.put("/slug/umpan", rss(*(("Kapal", link, "") for link in links)))

    def run_series(self, run):
        """Two of a series at one minute, which differ in a place."""
        for place in ("serunai", "talun"):
            lines = [f"Jadwal feri dari dermaga {place.title()} berlaku mulai besok.", *TEXTS[0], *TEXTS[1]]
            self.put(f"/seri/feri-{place}", page(f"Jadwal Feri Pekan Ini dari {place.title()}", lines))
        self.put("/seri/umpan", rss(*(("Feri", f"{self.base}/seri/feri-{p}", AT) for p in ("serunai", "talun"))))

    def run_canonical(self, run):
        """Every page names the section, and one another source's article."""
        head = f"<link rel=canonical href='{self.base}/kanon'><meta property='og:url' content='{self.base}/kanon'>"
        for n in range(3):
            self.put(f"/kanon/{n}", page("Keterangan Pers", TEXTS[n], head=head))
        self.put("/kanon/umpan", rss(*(("Pers", f"{self.base}/kanon/{n}", AT) for n in range(3))))
        other = f"<link rel=canonical href='{self.base}/hitung/mesin-tempel'>"
        self.put(
            "/rebut/1", page("Nelayan Teluk Serunai Dapat Mesin", ["Salinan. " + line for line in TEXTS[0]], head=other)
        )
        self.put("/rebut/umpan", rss(("Rebut", f"{self.base}/rebut/1", AT)))

    def run_restless(self, run):
        """A sitemap in which everything has always just changed; a new article at its end in the second run."""
        now = datetime.now(UTC).isoformat(timespec="microseconds")
        paths = [f"/kini/{n}" for n in range(24)] + (["/kini/baru"] if run > 1 else [])
        rows = "".join(f"<url><loc>{self.base}{path}</loc><lastmod>{now}</lastmod></url>" for path in paths)
        self.put("/kini/peta.xml", f"<urlset>{rows}</urlset>", content_type="application/xml")
        for n, path in enumerate(paths):
            self.put(
                path, page(f"Bibit kelapa untuk dusun {path[6:]}", [f"Dusun {n}. " + line for line in TEXTS[n % 3]])
            )

    def run_doors(self, run):
        """Pages that stand before an article: consent, login; and a paywall that leaves a teaser of what was stored."""
        wall = page(
            "Kabar Uji",
            ["Kami memakai cookie. Tekan setuju untuk mengizinkan mitra kami mengolah data Anda."],
            date=None,
        )
        self.put("/pintu/1", "", status=302, headers={"Location": "/izin?kembali=%2Fpintu%2F1"})
        self.put("/izin?kembali=%2Fpintu%2F1", wall)
        self.put(
            "/pintu/2", page("Masuk", ["Belum punya akun? Daftar gratis."], date=None, after="<input type=password>")
        )
        teaser = [TEXTS[2][0][:80] + "…", "Berita ini khusus pelanggan. Silakan berlangganan untuk membaca seluruhnya."]
        whole = [*TEXTS[2], *TEXTS[0]]
        self.put("/pintu/3", page("Pasar Malam Kota Randu Alas Ramai", whole if run == 1 else teaser))
        self.put(
            "/pintu/umpan", atom(self.base, run, "/pintu/1", "/pintu/2", "/pintu/3"), content_type="application/xml"
        )

    def run_redated(self, run):
        """A feed dates its item anew; the page prints no date, and was corrected in the second run."""
        lines = TEXTS[1] if run == 1 else [*TEXTS[1][:2], "Camat meralat janjinya." + LONG_LINE]
        day = f"<published>2026-11-{18 + run}T09:00:00+07:00</published>"
        self.put("/ulang/umpan", atom(self.base, run, "/ulang/1", published=day), content_type="application/xml")
        self.put("/ulang/1", page("Murid Bukit Talun Belajar Bergiliran", lines, date=None))

    def run_discoveries(self, run):
        """A listing that answers a program; a text sitemap, packed twice."""
        self.put("/json/daftar", '{"data": [{"judul": "x", "tautan": "/json/1"}]}', content_type="application/json")
        text = f"{self.base}/teks/1?a=1&b=2\n{self.base}/teks/2\n"
        self.put("/teks/peta.txt.gz", gzip.compress(gzip.compress(text.encode())), content_type="application/gzip")
        self.put("/teks/1?a=1&b=2", page("Nelayan Mendapat Mesin Baru", TEXTS[0]))
        self.put("/teks/2", page("Murid Kembali ke Gedung Lama", TEXTS[1]))


SOURCES = {
    "alamat": ("feed", "umpan"), "hitung": ("feed", "umpan"), "rawat": ("feed", "umpan"), "telat": ("feed", "umpan"),
    "angka": ("feed", "umpan"), "judul": ("feed", "umpan"), "slug": ("feed", "umpan"), "seri": ("feed", "umpan"),
    "kanon": ("feed", "umpan"), "rebut": ("feed", "umpan"), "kini": ("sitemap", "peta.xml"), "pintu": ("feed", "umpan"),
    "ulang": ("feed", "umpan"), "json": ("listing", "daftar"), "teks": ("sitemap", "peta.txt.gz"),
}  # fmt: skip


class Told:
    """What the three runs left: the database, what was asked in each run, what each run reported."""

    def __init__(self, connection, base, asked, reports, statuses):
        self.connection, self.base, self.asked, self.reports, self.statuses = connection, base, asked, reports, statuses

    def rows(self, source, columns="title, version"):
        cursor = self.connection.execute(f"SELECT {columns} FROM articles WHERE source_id = ? ORDER BY id", (source,))
        return [tuple(str(v).replace(self.base, "") if isinstance(v, str) else v for v in row) for row in cursor]

    def run(self, number, prefix):
        return [path for path in self.asked[number - 1] if path.startswith(prefix)]


@contextmanager
def nothing(*_):
    yield lambda _: None


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    folder = tmp_path_factory.mktemp("situasi")
    with serve() as server:
        site = Site(server)
        file = folder / "katalog.toml"
        file.write_text("".join(
            f'[[source]]\nid = "{name}"\nname = "{name}"\nkind = "media"\nhomepage = "{site.base}/{name}/"\ndelay = 0\n'
            f'discover = [{{ method = "{method}", url = "{site.base}/{name}/{where}" }}]\n'
            for name, (method, where) in SOURCES.items()
        ))  # fmt: skip
        asked, reports = [], []
        for run in range(1, RUNS + 1):
            site.fill(run)
            server.log.clear()
            reports.append(
                crawl_and_process(
                    folder / "uji.db",
                    catalogue=file,
                    only=(),
                    limit=None,
                    since=None,
                    max_minutes=None,
                    progress=nothing,
                )
            )
            asked.append([path for _, path, _, _ in server.log])
        connection = sqlite3.connect(folder / "uji.db", isolation_level=None)
        statuses = {entry.id: entry for entry in source_statuses(connection)}
        yield Told(connection, site.base, asked, reports, statuses)
        connection.close()


def test_what_numbers_an_article_is_asked_for_as_the_site_spells_it(told):
    paths = [
        "/alamat/baca.php?source=7",
        "/alamat/baca.php?source=8",
        "/alamat/index.php?/kabar/9",
        "/alamat/x?print=4",
    ]
    assert sorted(told.run(1, "/alamat/")) == sorted(["/alamat/umpan", *paths])
    assert len(told.rows("alamat")) == 4


def test_links_through_a_counter_with_new_tokens_are_one_article(told):
    assert told.rows("hitung") == [("Nelayan Teluk Serunai Dapat Mesin", 1)]


def test_a_notice_replaces_nothing_and_the_correction_behind_it_is_read(told):
    assert told.rows("rawat") == [("Murid Bukit Talun Pindah ke Gedung Lama", 2)]
    ((text,),) = told.rows("rawat", "text")
    assert "bulan depan" in text
    noted = told.connection.execute("SELECT error FROM errors WHERE source_id = 'rawat'").fetchall()
    assert len(noted) == 1 and "is a notice" in noted[0][0]


def test_a_page_that_was_a_notice_is_asked_for_again_though_its_feed_does_not_change(told):
    assert sorted(told.run(2, "/telat/")) == ["/telat/1", "/telat/umpan"]
    assert told.rows("telat") == [("Pasar Malam Randu Alas Ramai", 1)]
    assert told.run(3, "/telat/") == ["/telat/umpan"]


def test_counters_and_clocks_make_no_version_but_a_corrected_number_does(told):
    assert told.run(3, "/angka/3") == ["/angka/3"]
    assert sorted(told.rows("angka", "url, version")) == [
        ("/angka/0", 1),
        ("/angka/1", 1),
        ("/angka/2", 1),
        ("/angka/3", 2),
    ]


def test_a_headline_that_is_corrected_in_a_feed_without_dates_is_read_again_once(told):
    assert told.rows("judul") == [("RALAT: Camat Talun Hanya Dimintai Keterangan", 2)]
    assert told.run(3, "/judul/") == ["/judul/umpan"]


def test_an_article_whose_address_was_corrected_is_one_article_with_the_new_text(told):
    found = [row for row in told.rows("slug", "url, title, version") if "layanan" not in row[0]]
    assert [(url[-8:], title[-13:], version) for url, title, version in found] == [("-selamat", "Semua Selamat", 2)] * 3


def test_a_series_without_dates_is_as_many_articles(told):
    found = told.rows("slug", "url, title, version, published_at")
    assert [row[1:] for row in found if "layanan" in row[0]] == [
        (f"Jadwal Layanan Keliling Pekan ke-{week}", 1, None) for week in (3, 4)
    ]


def test_two_of_a_series_at_one_minute_are_two(told):
    assert len(told.rows("seri")) == 2


def test_a_canonical_address_that_is_shared_or_another_sources_loses_no_text(told):
    assert len(set(told.rows("kanon", "text"))) == 3
    assert told.rows("rebut") == [("Nelayan Teluk Serunai Dapat Mesin", 1)]
    ((text,),) = told.rows("hitung", "text")
    assert "Salinan" not in text


def test_a_sitemap_that_always_says_now_is_not_believed_and_starves_nothing(told):
    assert "/kini/baru" in told.run(2, "/kini/")
    assert told.run(2, "/kini/").index("/kini/baru") == 1  # behind the sitemap itself
    assert len(told.run(2, "/kini/")) <= 12 and len(told.run(3, "/kini/")) <= 11
    status = told.statuses["kini"]
    assert status.state == "ok"
    assert any("hampir semua halamannya berubah" in said for said in say_status(status, datetime.now(UTC)))


def test_pages_before_an_article_are_none_and_a_paywall_takes_nothing_away(told):
    assert told.rows("pintu") == [("Pasar Malam Kota Randu Alas Ramai", 1)]
    assert any(source == "pintu" for source, _ in told.reports[0].failures)


def test_the_first_publication_stays_when_a_feed_dates_its_item_anew(told):
    assert told.rows("ulang", "published_at, version") == [("2026-11-19T02:00:00+00:00", 2)]


def test_a_listing_that_answers_json_is_a_failure_and_a_text_sitemap_is_read(told):
    assert any(source == "json" and "JSON" in why for source, why in told.reports[0].failures)
    assert sorted(told.rows("teks", "url")) == [("/teks/1?a=1&b=2",), ("/teks/2",)]
