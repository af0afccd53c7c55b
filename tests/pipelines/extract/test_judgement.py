"""Which pages are articles: siblings of every kind on both sides, written without looking at the rules' words.

The site, its people and its places are invented.
"""

from __future__ import annotations

import pytest

from pipelines.extract import NotAnArticle, extract_article

NOW = "2026-11-24T00:00:00+00:00"
FIRST = (
    "Warga Dusun Karang Sambung menanam dua ribu bibit bakau di muara Sungai Lirik pada akhir pekan lalu bersama para "
    "pelajar sekolah menengah setempat. "
)
SECOND = (
    "Kepala desa Wiryawan Setu mengatakan garis pantai sudah mundur tujuh meter sejak gelombang besar tahun lalu, dan "
    "tambak di sisi utara tidak lagi dapat dipakai oleh pemiliknya. "
)


def page(title, body, h1=None, head="", attributes=""):
    """A page; `h1` is the headline where it is another one than the page's title."""
    return (
        f"<html><head><title>{title}</title>{head}</head><body {attributes}><div class='isi'><h1>{h1 or title}</h1>{body}"
        "</div></body></html>"
    )


def paragraphs(*texts):
    return "".join(f"<p>{text}</p>" for text in texts)


def why(html, url="https://www.lirik.example/berita/12"):
    """Why a page is no article; None when it is one."""
    try:
        extract_article(html, url=url, fetched_at=NOW, hints={"published_at": "2026-11-20T00:00:00+00:00"})
    except NotAnArticle as error:
        return str(error)
    return None


NOTICES = {
    "maintenance": page(
        "Kabar Lirik",
        paragraphs(
            "Kami sedang meningkatkan kemampuan server. Situs ini sementara dalam perawatan sampai 24 November 2026 "
            "pukul 06.00 WIB. Mohon maaf atas ketidaknyamanannya, silakan datang kembali nanti."
        ),
        "Website dalam perbaikan",
    ),
    "maintenance, whose title is its headline": page(
        "Situs Kabar Lirik Sedang Dalam Pemeliharaan",
        paragraphs("Tim kami sedang memperbarui sistem. Mohon kembali lagi beberapa jam ke depan. Terima kasih."),
    ),
    "maintenance in English": page(
        "We'll be back soon!",
        paragraphs("Sorry for the inconvenience, we are performing some maintenance at the moment.", "The team of Lirik"),
    ),
    "database": page(
        "Kabar Lirik", paragraphs("mysqli_connect(): (HY000/1040): Too many connections in /var/www/koneksi.php on line 9. "
        "Gagal terhubung ke database, hubungi admin situs ini segera untuk perbaikan."), "Galat"
    ),
    "gateway": page("502", paragraphs("The server encountered a temporary error and could not complete your request. "
        "Please try again in 30 seconds. nginx bad gateway while reading upstream response header"), "502 Bad Gateway"),
    "hosting": page("Lirik", paragraphs("Layanan hosting untuk domain ini ditangguhkan karena masa sewanya telah berakhir. "
        "Bila Anda pemiliknya, hubungi penyedia hosting untuk mengaktifkannya lagi."), "Akun dinonaktifkan"),
    "parked": page("lirik.example", paragraphs("The domain lirik.example is parked free, courtesy of the registrar. "
        "Would you like to buy this domain? Learn more about offers, hosting and certificates today.")),
    "gone": page("Kabar Lirik", paragraphs("Maaf, konten yang Anda tuju tidak tersedia atau telah diturunkan oleh editor "
        "kami. Coba telusuri kabar lain lewat menu di atas, atau kembali ke halaman utama."), "Ups!"),
    "gone, in English": page("Lirik Post", paragraphs("The story you are looking for has been removed or is no longer "
        "available. You can go back to the home page or use the search."), "Oops"),
    "JavaScript": page("Lirik", "<noscript>JavaScript</noscript><div id='app'>" + paragraphs("Loading... Peramban Anda belum "
        "mendukung aplikasi ini. Mohon tunggu, atau aktifkan JavaScript lebih dahulu pada pengaturan.") + "</div>"),
    "a shell with an address in its footer": "<html><head><title>Portal Lirik</title></head><body><div id='root'></div>"
    "<footer><p>Jalan Melur Nomor 7, Kelurahan Karang Sambung, Kecamatan Lirik Hulu, Kabupaten Lirik 28353, telepon "
    "0769 123456, surel humas lirik example, jam kerja Senin sampai Jumat.</p></footer></body></html>",
    "login": page("Kabar Lirik", paragraphs("Konten ini hanya bagi anggota. Silakan login memakai surel dan kata sandi yang "
        "sudah terdaftar, atau buat akun baru tanpa biaya.") + "<form><input name=u><input type=password></form>", "Login"),
    "consent": page("Kabar Lirik", paragraphs("Kami dan 312 mitra menggunakan cookie serta teknologi serupa di situs ini. "
        "Pilih terima agar kami boleh mengolah data penelusuran Anda, atau atur pilihan pada kebijakan privasi.") +
        "<button>Terima semua</button>", "Privasi Anda penting"),
    "consent in English": page("Lirik", paragraphs("This site uses cookies to personalise content. By clicking accept you "
        "consent to the storing of cookies on your device and to our privacy policy."), "We value your privacy"),
    "age": page("Kabar Lirik", paragraphs("Halaman ini memuat konten dewasa. Untuk melanjutkan, pastikan Anda berusia di atas "
        "18 tahun lalu tekan tombol di bawah ini. Kami perlu verifikasi usia Anda."), "Konfirmasi umur"),
    "robots": page("Kabar Lirik", paragraphs("Sistem kami mendeteksi lalu lintas tidak biasa dari jaringan Anda. Harap isi "
        "captcha di bawah agar kami tahu bahwa yang meminta bukan robot."), "Satu langkah lagi"),
}  # fmt: skip
OWN_PAGES = {
    "FAQ": page("FAQ - Dinas Kelautan Lirik", "<h2>" + "</h2><h2>".join(
        f"{q}?</h2><p>{FIRST}</p>" for q in ("Bagaimana cara mendaftar kapal", "Berapa biayanya setiap tahun",
        "Di mana loketnya berada", "Kapan buku pelaut terbit", "Apa saja berkas yang dibawa")) + "</h2>", "FAQ"),
    "questions under another name": page("Bantuan Pengguna", "".join(f"<h3>{q}?</h3><p>{SECOND}</p>" for q in (
        "Bagaimana cara mendaftar kapal", "Berapa biayanya setiap tahun", "Di mana loketnya berada",
        "Kapan buku pelaut terbit", "Apa saja berkas yang dibawa"))),
    "profile": page("Profil Dinas Kelautan Kabupaten Lirik", paragraphs(FIRST * 2, SECOND * 3)),
    "vision": page("Visi dan Misi", paragraphs("Terwujudnya pesisir yang lestari, mandiri, dan sejahtera. " * 4, SECOND * 2)),
    "functions, with a date in the sidebar": page("Tugas Pokok dan Fungsi", paragraphs(SECOND * 3) +
        "<div class='sidebar'>Senin, 23 November 2026</div>"),
    "history": page("Sejarah Singkat", paragraphs(FIRST * 3, SECOND * 2)),
    "structure": page("Struktur Organisasi - Dinas Kelautan", paragraphs(SECOND * 3), "Struktur Organisasi"),
    "behind the site's name": page("Dinas Kelautan | Tugas dan Fungsi", paragraphs(SECOND * 3), "Dinas Kelautan Lirik"),
    "rules for media": page("Pedoman Media Siber", paragraphs(SECOND * 5)),
    "privacy": page("Kebijakan Privasi", paragraphs(FIRST * 4)),
    "a page by its class": page("Layanan Perizinan Kapal", paragraphs(FIRST * 4), attributes="class='page page-id-12'"),
}  # fmt: skip
TEASERS = "".join(
    f"<li><a href='/b/{n}'>Warga dusun ke-{n} menanam bakau di muara</a> 23 November 2026</li>" for n in range(30)
)
LISTS = {
    "index": page("Indeks Berita", f"<ul>{TEASERS}</ul>"),
    "home page": page("Kabar Lirik", f"<ul>{TEASERS}</ul><p>{FIRST}</p>", "Kabar Lirik"),
    "search": page("Hasil Pencarian untuk bakau", f"<p>30 hasil ditemukan untuk kata bakau</p><ul>{TEASERS}</ul>"),
    "category with teasers": page("Kategori: Pesisir", "".join(
        f"<article><h2><a href='/b/{n}'>Warga dusun ke-{n} menanam bakau di muara</a></h2><p>{FIRST[:70]}…</p></article>"
        for n in range(8))),
}  # fmt: skip

DATE = "<p>Senin, 23 November 2026</p>"
ARTICLES = {
    "an article without date": page("Warga Karang Sambung Tanam Bakau", paragraphs(FIRST, SECOND)),
    "a short one": page("Warga Karang Sambung Tanam Bakau", DATE + paragraphs(FIRST)),
    "a site that is down, in the news": page("Situs Pemkab Lirik Sedang Dalam Pemeliharaan, Warga Mengeluh", DATE + paragraphs(
        "Situs pemerintah Kabupaten Lirik tidak dapat dibuka sejak Minggu malam. " + SECOND, FIRST)),
    "water pipes and an apology": page("Pipa Air di Lirik Hulu Bocor Sejak Pagi", DATE + paragraphs(
        "Perusahaan air minum menyatakan pipa di simpang tiga sedang diperbaiki. Mohon maaf atas ketidaknyamanan ini, kata "
        "juru bicaranya. Terima kasih atas pengertian pelanggan.")),
    "cookies, the food": page("Kue Kering Cookies Khas Lirik Laris", DATE + paragraphs(SECOND, FIRST)),
    "privacy in the news": page("Data Pelanggan Bocor, Kementerian Panggil Penyedia", DATE + paragraphs(
        "Kementerian meminta penyedia menyetujui pemeriksaan data dan kebijakan privasi. " + SECOND)),
    "deleted, in the news": page("Konten Hoaks Soal Bakau Dihapus", DATE + paragraphs(
        "Konten yang menyebut bakau beracun telah dihapus setelah dilaporkan warga. " + SECOND)),
    "a profile of a person": page("Profil Wiryawan Setu, Kepala Desa Penanam Bakau", DATE + paragraphs(FIRST, SECOND)),
    "history as news": page("Sejarah Baru, Lirik Juara Umum Renang", DATE + paragraphs(FIRST, SECOND)),
    "questions in an interview": page("Tanya Jawab dengan Kepala Desa: Kenapa Bakau", DATE + "".join(
        f"<p><b>{q}?</b></p><p>{SECOND}</p>" for q in ("Kenapa bakau", "Siapa yang menanam", "Berapa lama"))),
    "an interview without date": page("Tanya Jawab dengan Kepala Desa: Kenapa Bakau", "".join(
        f"<p><b>{q}?</b></p><p>{SECOND}</p>" for q in ("Kenapa bakau dipilih", "Siapa yang menanamnya", "Berapa lama tumbuh",
        "Siapa yang membayar", "Apa yang belum ada"))),
    "a release whose headline is general": page("Siaran Pers", DATE + paragraphs(FIRST, SECOND)),
    "a list with numbers": page("Jadwal Feri Lirik Pekan Ini", DATE + "<ul>" + "".join(
        f"<li>Pukul {n}.00 dari dermaga barat</li>" for n in range(6, 20)) + f"</ul><p>{FIRST}</p>"),
    "one beside many headlines of others": page("Warga Karang Sambung Tanam Bakau", DATE + paragraphs(FIRST, SECOND) +
        f"<ul>{TEASERS}</ul>"),
    "a photo with its caption": page("Penanaman Bakau di Muara Sungai Lirik", DATE + paragraphs(FIRST)),
    "one in English": page("Villagers Plant Mangroves at Lirik", DATE + paragraphs("Villagers of Karang Sambung planted two "
        "thousand mangroves at the mouth of the river, their chief said on Monday, after a year of high waves.")),
}  # fmt: skip


@pytest.mark.parametrize("kind", NOTICES)
def test_a_notice_is_no_article_and_passes(kind):
    assert why(NOTICES[kind]) is not None
    with pytest.raises(NotAnArticle) as caught:
        extract_article(NOTICES[kind], url=None, fetched_at=NOW)
    assert caught.value.passing


@pytest.mark.parametrize("kind", [*OWN_PAGES, *LISTS])
def test_lists_and_pages_of_a_site_about_itself_are_no_articles(kind):
    assert why((OWN_PAGES | LISTS)[kind]) is not None


@pytest.mark.parametrize("kind", ARTICLES)
def test_articles_stay(kind):
    assert why(ARTICLES[kind]) is None


def test_a_feed_is_no_article():
    items = "".join(f"<item><title>Judul {n}</title><description>{FIRST}</description></item>" for n in range(9))
    assert why(f"<rss version='2.0'><channel><title>Kabar</title>{items}</channel></rss>") == "the page is a feed"
