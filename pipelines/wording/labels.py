"""The Indonesian words for every code that people meet: by code, in the order in which lists offer them.

The codes themselves belong to who writes them (nlp/records.py, crawler/catalogue.py, pipelines/coverage/labels.py); a
test holds these tables against them.
"""

from __future__ import annotations

ENTITY_LABELS = {
    "PER": "Orang",
    "TITLE": "Jabatan",
    "ORG": "Lembaga",
    "GPE": "Wilayah",
    "LOC": "Lokasi",
    "AGR": "Perjanjian",
    "LAW": "Peraturan",
    "EVT": "Acara",
}
ARTICLE_KINDS = {"press_release": "Siaran pers", "news": "Berita"}
SOURCE_STATUSES = {
    "active": "aktif",
    "unproven": "belum terbukti",
    "paused": "dijeda",
    "needs-browser": "perlu peramban",
    "refuses": "menolak",
    "removed": "tidak ada lagi di katalog",
}
SOURCE_KINDS = {
    "kementerian": "Kementerian",
    "lembaga": "Lembaga",
    "pemda": "Pemerintah daerah",
    "bumn": "BUMN",
    "media": "Media",
}
AGREEMENT_TYPES = {
    "MoU": "Nota kesepahaman (MoU)",
    "PKS": "Perjanjian kerja sama (PKS)",
    "LoI": "Pernyataan minat (LoI)",
    "perjanjian": "Perjanjian",
    "kesepakatan": "Kesepakatan",
    "lainnya": "Lainnya",
}
AGREEMENT_STATUSES = {
    "ditandatangani": "Ditandatangani",
    "direncanakan": "Direncanakan",
    "berlaku": "Berlaku",
    "dibahas": "Dibahas",
    "diperpanjang": "Diperpanjang",
    "berakhir": "Berakhir",
}
PLACE_KINDS = {
    "provinsi": "Provinsi",
    "kabupaten": "Kabupaten",
    "kota": "Kota",
    "kecamatan": "Kecamatan",
    "negara": "Negara",
    "kota-asing": "Kota di luar negeri",
}
COVERAGE_LABELS = {
    "verbatim": "dimuat utuh",
    "edited": "disunting",
    "partial": "sebagian",
    "mention": "disebut",
    "none": "bukan liputan",
}
MESSAGE_VERDICTS = {
    "verbatim": "persis",
    "reworded": "dengan kata lain",
    "numbers": "angkanya lain",
    "missing": "tidak ada",
}
LANGUAGES = {
    "id": "Indonesia",
    "en": "Inggris",
    "ms": "Melayu",
    "jv": "Jawa",
    "su": "Sunda",
    "min": "Minangkabau",
    "bjn": "Banjar",
    "bug": "Bugis",
    "mak": "Makassar",
    "ace": "Aceh",
    "ban": "Bali",
    "mad": "Madura",
    "btk": "Batak",
    "mui": "Palembang",
    "bew": "Betawi",
    "tl": "Tagalog",
    "lain": "lain, yang tidak dikenali",
}
DATE_SOURCES = {
    "json-ld": "data terstruktur",
    "meta": "meta halaman",
    "time": "elemen waktu",
    "printed": "teks halaman",
    "feed": "umpan",
    "url": "alamat",
}
LANGUAGES = {"id": "Indonesia", "en": "Inggris", "ms": "Melayu", "jv": "Jawa", "su": "Sunda"}
DISCOVERY_METHODS = {
    "feed": "umpan",
    "sitemap": "peta situs",
    "listing": "daftar",
    "api": "API",
    "wordpress": "API WordPress",
}
SELECTORS = {"title": "judul", "body": "isi", "date": "tanggal", "author": "penulis"}
EXPORTED_TABLES = {
    "articles": "Artikel",
    "officials": "Pejabat",
    "cities": "Kota",
    "agreements": "Perjanjian",
    "mentions": "Sebutan",
    "quotes": "Kutipan",
    "coverage": "Liputan siaran pers",
}
FILE_FORMATS = {"xlsx": "Excel", "csv": "CSV", "json": "JSON Lines", "parquet": "Parquet"}
