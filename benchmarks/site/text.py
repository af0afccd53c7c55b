"""Articles of the reference site, by number: Indonesian sentences about invented people in real places.

The same number always gives the same article. Lengths follow the news that Pantau reads: 370 words in the median.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from nlp.gazetteers import regions
from pipelines.wording.dates import weekday
from pipelines.wording.wib import WIB

FIRST = datetime(2025, 3, 1, 1, 0, tzinfo=UTC)
MINUTES_APART = 37
SENTENCES = (16, 34)  # of an article
A_PARAGRAPH = 3
GIVEN = (
    "Agung Bambang Citra Dewanti Eko Farida Gunawan Hartati Irwansyah Joko Kartini Lukman Maryani Nugroho Oktaviani "
    "Prasetyo Ratnasari Samsul Triwati Untung Vera Wahyuni Yuliana Zulkarnain Arifah Budiman Cahyono Damar Endang Fikri"
).split()
FAMILY = (
    "Anggraeni Basuki Cendana Darmaji Ekawijaya Firmanto Gumelar Hadikusuma Iskandari Jatmika Kusnadi Laksmana "
    "Mangunsari Nataprawira Oktavian Purwanegara Rahardian Suryatmaja Tanjungsari Utomoharjo Wiranegara Yudhapranata"
).split()
POSTS = (
    "Kepala Dinas Perhubungan",
    "Kepala Dinas Kesehatan",
    "Sekretaris Daerah",
    "Direktur Jenderal Bina Marga",
    "Kepala Badan Pusat Statistik",
    "Wakil Bupati",
    "Wali Kota",
    "Ketua Komisi V DPR",
    "Kepala Balai Wilayah Sungai",
    "Menteri Pekerjaan Umum",
    "Staf Ahli Bidang Ekonomi",
    "Kepala Biro Humas",
    "Inspektur Jenderal",
    "Gubernur",
    "Kepala Dinas Pendidikan",
    "Direktur Utama",
    "Kapolres",
    "Camat",
    "Rektor",
    "Deputi Bidang Koordinasi Pangan",
)
INSTITUTIONS = (
    "Kementerian Perhubungan",
    "Kementerian Kesehatan",
    "Kementerian Pertanian",
    "Badan Pangan Nasional",
    "PT Tirta Samudra Abadi",
    "Universitas Cakrawala Nusa",
    "PT Lintas Rel Mandiri",
    "Kementerian Pekerjaan Umum",
    "Badan Meteorologi, Klimatologi, dan Geofisika",
    "Bank Pembangunan Daerah",
    "Dinas Kelautan dan Perikanan",
    "Kementerian Dalam Negeri",
    "Otoritas Pelabuhan",
    "Balai Besar Wilayah Sungai",
    "Komisi Pemilihan Umum",
)
THINGS = (
    "jembatan gantung",
    "pasar rakyat",
    "irigasi sawah",
    "pelabuhan rakyat",
    "puskesmas keliling",
    "rumah susun",
    "jalan lingkar",
    "bendungan",
    "sekolah menengah kejuruan",
    "terminal penumpang",
    "gudang pangan",
    "rel ganda",
    "embung desa",
    "tempat pelelangan ikan",
    "jaringan air bersih",
    "lampu jalan tenaga surya",
    "angkutan perintis",
)
GOODS = "beras cabai garam gula jagung kedelai kopi minyak rumput teripang tembakau udang vanili bawang".split()
LEADS = (
    "{post} {place} {name} meresmikan {thing} di {place}, {day}.",
    "{institution} dan Pemerintah {place} menandatangani nota kesepahaman tentang {thing} di {other}, {day}.",
    "Pembangunan {thing} di {place} dimulai pekan ini setelah tertunda selama {number} bulan.",
    "Harga {good} di {place} turun {number} persen sejak awal bulan, kata {post} {name}.",
    "{institution} menyiapkan Rp{number} miliar untuk {thing} di {place} dan {other} tahun depan.",
)
BODY = (
    "{post} {name} mengatakan pekerjaan {thing} itu ditargetkan selesai pada akhir tahun.",
    '"Kami ingin warga {place} merasakan manfaatnya secepat mungkin," kata {name}, {day}.',
    "Menurut dia, anggaran Rp{number} miliar sudah disetujui bersama DPRD pada bulan lalu.",
    "Warga menyambut rencana itu, tetapi meminta agar pekerjaan tidak mengganggu arus lalu lintas pada pagi hari.",
    "{institution} mencatat {number} ribu ton {good} tersimpan di gudang {place} hingga pekan ini.",
    "Kerja sama dengan {institution} itu berlaku selama {small} tahun dan dapat diperpanjang.",
    "Sementara itu, {post} {name} meninjau {thing} di {other} bersama rombongan.",
    '{name} menambahkan, "Tidak boleh ada pungutan apa pun dalam penyaluran bantuan {good} ini."',
    "Jumlah penerima manfaat pada tahap pertama mencapai {number} keluarga di {small} kecamatan.",
    "Sebelumnya, banjir merusak {thing} sepanjang {small} kilometer sehingga angkutan hasil panen terhambat.",
    "Perjanjian kerja sama antara {institution} dan Pemerintah {place} itu mencakup pelatihan dan pendampingan.",
    "Hal itu diatur dalam Peraturan Pemerintah Nomor {small} Tahun 2021 dan Undang-Undang Nomor {number} Tahun 2014.",
    "Petani mengaku harga {good} di tingkat pengepul masih jauh di bawah harga acuan.",
    "Kegiatan yang berlangsung {small} hari itu dihadiri pula oleh {post} {place} {name}.",
    "Ia berharap koperasi dapat menampung hasil panen {good} dari desa-desa di sekitar {other}.",
    "Data {institution} menunjukkan kenaikan sebesar {small} persen dibandingkan dengan tahun sebelumnya.",
    "Hujan deras diperkirakan masih turun di {place} dan {other} sampai pertengahan pekan depan.",
    "Pemerintah daerah menyediakan {number} petugas lapangan untuk mendata warga yang terdampak.",
    "{name} memastikan {thing} dibangun tanpa menggusur rumah warga maupun sawah yang produktif.",
    "Pengawasan dilakukan bersama-sama agar mutu pekerjaan sesuai dengan yang tertulis dalam kontrak.",
    "Pengelola pasar memindahkan pedagang sayur-mayur ke lapak sementara di halaman belakang.",
    "Anak-anak di desa itu selama ini harus menyeberangi sungai dengan rakit untuk bersekolah.",
    "Rapat koordinasi berikutnya dijadwalkan di {other} dengan mengundang {institution}.",
    '"Laporan masyarakat akan kami tindak lanjuti dalam waktu {small} hari kerja," ujar {post} {name}.',
)


@dataclass(frozen=True, slots=True)
class Story:
    """One article: title, paragraphs, moment of publication (UTC) and author."""

    number: int
    title: str
    paragraphs: tuple[str, ...]
    published: datetime
    author: str

    @property
    def slug(self) -> str:
        """The last part of its address."""
        words = "".join(c if c.isalnum() else " " for c in self.title.casefold()).split()
        return f"{'-'.join(words[:9])}-{self.number}"


def story(number: int) -> Story:
    """Article `number`."""
    chance = random.Random(number)
    published = FIRST + timedelta(minutes=number * MINUTES_APART)
    places = [region for region in regions().by_code.values() if region.kind in ("kota", "kabupaten")]

    def place() -> str:
        region = chance.choice(places)
        return f"{region.kind.title()} {region.name}"

    def person() -> str:
        return f"{chance.choice(GIVEN)} {chance.choice(FAMILY)}"

    day, weekday_name = published.astimezone(WIB), weekday(published)

    def filled(template: str) -> str:
        return template.format(
            post=chance.choice(POSTS),
            name=person(),
            place=place(),
            other=place(),
            good=chance.choice(GOODS),
            institution=chance.choice(INSTITUTIONS),
            thing=chance.choice(THINGS),
            number=chance.randint(11, 980),
            small=chance.randint(2, 40),
            day=f"{weekday_name} ({day.day}/{day.month}/{day.year})",
        )

    lead = filled(chance.choice(LEADS))
    sentences = [lead, *(filled(chance.choice(BODY)) for _ in range(chance.randint(*SENTENCES)))]
    paragraphs = [" ".join(sentences[n : n + A_PARAGRAPH]) for n in range(0, len(sentences), A_PARAGRAPH)]
    title = (
        f"{chance.choice(THINGS)} di {place()} {chance.choice(('diresmikan', 'dibangun', 'diperbaiki', 'ditinjau'))}"
    )
    title = f"{title[0].upper()}{title[1:]}, {chance.choice(GOODS)} jadi perhatian"
    paragraphs[0] = f"{chance.choice(places).name.upper()} - {paragraphs[0]}"
    return Story(number, title, tuple(paragraphs), published, person())
