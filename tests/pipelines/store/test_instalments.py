"""Instalments: what parts two texts of one source that are nearly one, and what does not."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from pipelines.store.duplicates import same_text
from pipelines.store.instalments import are_instalments
from tests.pipelines.store.test_duplicates import copy, keep, originals

PRAYER = (
    "Jadwal ini disusun oleh Badan Hisab Samudra dengan koordinat masjid agung di tengah kota. Warga yang tinggal di lereng "
    "dapat menambahkan satu menit, sedangkan warga di pesisir mengurangi satu menit. Puasa sunah dapat dijalankan seperti "
    "biasa, dan pengurus masjid diminta memeriksa kembali jam dinding di ruang wudu sebelum azan berkumandang."
)
GOLD = (
    "Logam mulia keluaran Tambang Wondama itu dijual dalam pecahan setengah gram sampai satu kilogram di butik dan di laman "
    "perusahaan. Pembeli dikenai pajak penghasilan sesuai aturan dan mendapat bukti potong. Persediaan di tiap butik terbatas "
    "sehingga pembeli disarankan menelepon lebih dahulu. Harga jual kembali mengikuti papan pengumuman pada pagi hari."
)
MATCH = (
    "Pertandingan berlangsung di Stadion Teluk Kumbang di bawah hujan gerimis dengan penonton yang memenuhi tribun timur. "
    "Pelatih Persikumbang menurunkan dua penyerang muda sejak awal dan menumpuk pemain di tengah lapangan. Tim tamu bertahan "
    "rapat sambil menunggu serangan balik dari sayap kiri. Wasit beberapa kali menghentikan laga karena lapangan licin."
)
QUAKE = (
    "Balai Pengamatan Gunung Serayu meminta warga menjauhi kawah dan lembah sungai yang berhulu di puncak. Pendaki belum "
    "diperbolehkan naik sampai ada pengumuman berikutnya. Petugas berjaga bergantian di pos induk dan mencatat getaran setiap "
    "enam jam. Masker telah dibagikan ke balai desa dan sekolah bagi warga yang terganggu abu halus."
)
SHOP = (
    "Potongan harga berlaku di semua gerai Pasaraya Melati selama persediaan masih ada. Pembeli cukup menunjukkan kartu "
    "anggota di kasir dan tidak perlu mengunduh aplikasi. Barang elektronik diantar gratis sampai ke rumah untuk alamat di "
    "dalam kota, sementara makanan segar hanya dapat dibeli langsung di gerai sampai pukul sembilan malam."
)

# (text in common, title and lead of one, title and lead of the other): two of a series, however alike.
SERIES = [
    (PRAYER, "Jadwal Salat Kota Wondama Senin 3 Maret 2025", "Berikut jadwal salat hari ini.", "Jadwal Salat Kota Wondama Selasa 4 Maret 2025", "Berikut jadwal salat hari ini."),
    (PRAYER, "Jadwal Salat Hari Ini untuk Wondama", "Subuh pada Rabu (5/3/2025) jatuh lebih awal.", "Jadwal Salat Hari Ini untuk Wondama", "Subuh pada Kamis (6/3/2025) jatuh lebih awal."),
    (PRAYER, "Imsakiyah 7 Ramadan", "Waktu imsak pukul 04.21 dan magrib pukul 18.02 untuk warga kota.", "Imsakiyah 8 Ramadan", "Waktu imsak pukul 04.20 dan magrib pukul 18.03 untuk warga kota."),
    (PRAYER, "Waktu Berbuka di Wondama", "Magrib hari ini pukul 18.02 WIT, isya pukul 19.11 WIT, imsak pukul 04.21 WIT.", "Waktu Berbuka di Wondama", "Magrib hari ini pukul 18.05 WIT, isya pukul 19.13 WIT, imsak pukul 04.19 WIT."),
    (GOLD, "Emas Wondama Naik, Kini Rp1.612.000 per Gram", "Harga emas Wondama naik Rp7.000.", "Emas Wondama Turun, Kini Rp1.598.000 per Gram", "Harga emas Wondama turun Rp14.000."),
    (GOLD, "Kilau Emas Wondama Belum Pudar", "Emas dijual Rp1.612.000 per gram, naik Rp7.000 dari kemarin.", "Emas Wondama Mulai Meredup", "Emas dijual Rp1.598.000 per gram, naik Rp2.000 dari kemarin."),
    (GOLD, "Harga Emas Wondama 11 Mei", "Emas tidak berubah.", "Harga Emas Wondama 12 Mei", "Emas tidak berubah."),
    (GOLD, "Emas Wondama Turun Tiga Hari Beruntun", "Penurunan terjadi lagi pagi tadi.", "Emas Wondama Turun Empat Hari Beruntun", "Penurunan terjadi lagi pagi tadi."),
    (MATCH, "Persikumbang Tertinggal 0-2 dari Lembah FC", "Tuan rumah kesulitan.", "Persikumbang Tertinggal 0-3 dari Lembah FC", "Tuan rumah kesulitan."),
    (MATCH, "Babak Pertama: Lembah FC Unggul 1-0", "Satu gol tercipta.", "Persikumbang Dibungkam Lembah FC 0-4", "Empat gol tercipta."),
    (MATCH, "Persikumbang Ditekan Lembah FC", "Skor sementara 1-1 bertahan hingga jeda.", "Persikumbang Kalah dari Lembah FC", "Skor 1-2 bertahan hingga laga usai."),
    (MATCH, "Jadwal Liga Teluk Sabtu 9 Agustus", "Dua laga dimainkan.", "Jadwal Liga Teluk Minggu 10 Agustus", "Dua laga dimainkan."),
    (MATCH, "Jadwal Liga Teluk Hari Ini", "Laga pembuka digelar Sabtu, 9 Agustus 2025.", "Jadwal Liga Teluk Hari Ini", "Laga pembuka digelar Jumat, 15 Agustus 2025."),
    (QUAKE, "Gunung Serayu Luncurkan 4 Guguran Lava", "Guguran teramati pada dini hari.", "Gunung Serayu Luncurkan 9 Guguran Lava", "Guguran teramati pada dini hari."),
    (QUAKE, "Serayu Masih Siaga", "Kolom abu setinggi 300 meter terlihat pukul 06.10 WIB.", "Serayu Masih Siaga", "Kolom abu setinggi 750 meter terlihat pukul 12.40 WIB."),
    (QUAKE, "Laporan Gunung Serayu 21 Oktober", "Tidak ada letusan.", "Laporan Gunung Serayu 22 Oktober", "Tidak ada letusan."),
    (QUAKE, "Korban Lahar Serayu Jadi 12 Orang", "Tim menemukan jenazah lagi.", "Korban Lahar Serayu Jadi 15 Orang", "Tim menemukan jenazah lagi."),
    (SHOP, "Promo Pasaraya Melati 4-6 April", "Minyak goreng dan beras didiskon.", "Promo Pasaraya Melati 11-13 April", "Minyak goreng dan beras didiskon."),
    (SHOP, "Diskon Televisi di Pasaraya Melati", "Diskon hadir Minggu, 24 Mei 2026, untuk anggota.", "Ada Lagi Diskon Televisi di Pasaraya Melati", "Diskon hadir Minggu, 17 Mei 2026, untuk anggota."),
    (SHOP, "Daftar Harga Sembako Pasaraya Melati", "Beras Rp14.200 sekilo, gula Rp17.900 sekilo, telur Rp29.000 sekilo.", "Daftar Harga Sembako Pasaraya Melati", "Beras Rp14.600 sekilo, gula Rp17.500 sekilo, telur Rp30.100 sekilo."),
]  # fmt: skip
# The same story again: another headline, a corrected figure, a mended sentence, a date told otherwise.
AGAIN = [
    (PRAYER, "Jadwal Salat Wondama 3 Maret 2025", "Berikut jadwal hari ini.", "Jadwal Salat Wondama Senin 3 Maret 2025, Lengkap", "Berikut jadwal hari ini."),
    (PRAYER, "Jadwal Salat Besok, 4 Maret", "Selasa (4/3/2025) subuh lebih awal.", "Jadwal Salat Hari Ini, 4 Maret", "Selasa, 4 Maret 2025, subuh lebih awal."),
    (GOLD, "Emas Wondama Naik Lagi", "Harga naik Rp7.000 menjadi Rp1.612.000.", "Kini Rp1.612.000, Emas Wondama Naik", "Harga naik Rp7.000 menjadi Rp1.612.000."),
    (GOLD, "Emas Naik Rp7.000", "Harga naik Rp7.000 menjadi Rp1.612.000.", "Emas Tembus Rp1.612.000", "Harga naik Rp7.000 menjadi Rp1.612.000."),
    (MATCH, "Persikumbang 0-3 Lembah FC", "Tuan rumah kalah 0-3.", "Lembah FC Menang 3-0", "Tuan rumah kalah 0-3."),
    (MATCH, "Persikumbang Tumbang", "Kekalahan terjadi Sabtu (9/8/2025).", "Hujan, Persikumbang Tumbang", "Kekalahan terjadi Sabtu 9 Agustus."),
    (QUAKE, "Serayu Siaga", "Abu setinggi 300 meter terlihat pukul 06.10 WIB.", "Gunung Serayu Kini Siaga", "Abu setinggi 350 meter terlihat pukul 06.10 WIB."),
    (QUAKE, "Warga Serayu Mengungsi", "Sebanyak 40 keluarga pindah.", "Empat Puluh Keluarga Serayu Pindah", "Sebanyak 40 keluarga pindah."),
    (SHOP, "Besok, Pasaraya Melati Banting Harga", "Diskon 50% + 20% hadir Minggu.", "Hari Ini Pasaraya Melati Banting Harga 50% + 20%", "Diskon 50% + 20% hadir Minggu."),
    (SHOP, "Promo 4-6 April di Melati", "Promo berlaku 4-6 April.", "Melati Gelar Promo sampai 6 April", "Promo berlaku 4-6 April."),
]  # fmt: skip


def pair(row):
    body, title, lead, other_title, other_lead = row
    return (title, f"{lead} {body}"), (other_title, f"{other_lead} {body}")


def test_two_of_a_series_are_parted():
    linked = [row[1] for row in SERIES if not are_instalments(*pair(row))]
    assert len(SERIES) == 20 and len(linked) <= 1, linked
    assert sum(same_text(one[1], other[1]) for one, other in map(pair, SERIES)) >= 15  # their texts alone are one


def test_a_story_that_is_told_again_is_not():
    assert [row[1] for row in AGAIN if are_instalments(*pair(row))] == []
    assert all(same_text(one[1], other[1]) for one, other in map(pair, AGAIN))


@pytest.mark.parametrize(
    ("one", "other", "parted"),
    [
        ("Laga 2-0", "Laga 0-2", False),  # the other one is named first
        ("Umur 16-24 tahun, 3 Mei", "Umur 16-24 tahun, 3 Mei 2025", False),
        ("18-20 Juni di Teluk", "18–20 Juni di Teluk", False),
        ("Kuota 1.700-4.100", "Kuota 1.700-4.100 Orang", False),
        ("Ranking Kampus 2025", "Ranking Kampus 2026", True),
        ("Diskon 31/2", "Diskon 3/14", False),  # no dates
        ("Agenda 1 Agt", "Agenda 1 Agustus", False),
        ("Agenda 1 Agt", "Agenda 2 Agustus", True),
    ],
)
def test_what_counts_as_a_date_and_a_score(one, other, parted):
    assert are_instalments((one, ""), (other, "")) is parted


def test_only_one_source_has_instalments(database):
    """Another outlet's copy may well tell of "yesterday" with the day of its own."""
    (_, text), (_, other) = pair(SERIES[1])
    first = keep(database, copy(1, text))
    keep(database, copy(2, other))
    assert originals(database) == {"media1": None, "media2": first}
    for number, (name, text) in enumerate(pair(SERIES[8])):
        address = f"https://media3.id/{number}"
        keep(database, replace(copy(3, text), url=address, canonical_url=address, title=name))
    assert originals(database) == {"media1": None, "media2": first, "media3": None}


def test_no_text_takes_longer_than_it_is_long():
    began = time.process_time()
    for text in ("1-2 " * 20_000, "3 Mei, " * 20_000, "1/2/" * 20_000, "9 " * 50_000, "satu " * 40_000):
        are_instalments((text, text), (text + "7", text + "8"))
    assert time.process_time() - began < 25
