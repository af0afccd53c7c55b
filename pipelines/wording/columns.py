"""The headings that people read over the columns of CSV and Excel, in their order, and the words for the codes in them.

By the names of the columns in pipelines/desk/export_tables.py. A column that is not here is a machine's: the number of
a row, a position in a text.
"""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.wording import labels

OFFICIALS = {
    "name": "Nama",
    "title": "Jabatan",
    "organisation": "Lembaga atau daerah",
    "status": "Status",
    "articles": "Artikel",
    "first_seen": "Pertama disebut",
    "last_seen": "Terakhir disebut",
}
PLACES = {
    "code": "Kode wilayah",
    "name": "Nama",
    "kind": "Jenis",
    "province": "Provinsi",
    "lat": "Lintang",
    "lon": "Bujur",
    "articles": "Artikel",
    "first_seen": "Pertama disebut",
    "last_seen": "Terakhir disebut",
}
ORGANISATIONS = {
    "name": "Nama",
    "articles": "Artikel",
    "first_seen": "Pertama disebut",
    "last_seen": "Terakhir disebut",
}
STORIES = {
    "title": "Judul",
    "articles": "Artikel",
    "outlets": "Media",
    "first_outlet": "Media pertama",
    "first_seen": "Pertama",
    "last_seen": "Terakhir",
    "grew_hour": "Artikel dalam jam terakhirnya",
    "grew_day": "Artikel dalam hari terakhirnya",
    "summary": "Kalimat yang paling banyak dimuat",
}
DELIVERIES = {
    "sent_at": "Waktu",
    "receiver": "Kepada",
    "title": "Judul",
    "purpose": "Untuk",
    "went": "Terkirim",
    "answer": "Jawaban",
}
DELIVERY_CODES = {"purpose": {"message": "kabar", "test": "uji", "confirmation": "konfirmasi"}}
AGREEMENTS = {
    "type": "Jenis",
    "title": "Sebutan dalam teks",
    "parties": "Para pihak",
    "subject": "Tentang",
    "date": "Tanggal perjanjian",
    "place": "Tempat",
    "status": "Status",
    "confidence": "Kepastian (0 sampai 1)",
    "article_title": "Judul artikel",
    "source": "Sumber",
    "published_date": "Tanggal terbit",
    "url": "Alamat artikel",
    "first_url": "Lebih dulu diberitakan di",
}
MENTIONS = {
    "text": "Tertulis",
    "label": "Jenis",
    "entity": "Siapa atau apa",
    "field": "Letak",
    "article_title": "Judul artikel",
    "source": "Sumber",
    "published_date": "Tanggal terbit",
    "url": "Alamat artikel",
}
ARTICLES = {
    "published_at": "Waktu terbit (WIB)",
    "published_date": "Tanggal terbit",
    "source": "Sumber",
    "kind": "Jenis",
    "title": "Judul",
    "author": "Penulis",
    "dateline": "Tempat peristiwa",
    "language": "Bahasa",
    "word_count": "Jumlah kata",
    "version": "Versi",
    "copy_of": "Salinan dari",
    "origin": "Asal",
    "url": "Alamat",
    "text": "Isi",
}
QUOTES = {
    "speaker": "Pembicara",
    "person": "Nama lengkap",
    "verb": "Kata kerja",
    "kind": "Jenis kutipan",
    "text": "Kutipan",
    "article_title": "Judul artikel",
    "source": "Sumber",
    "published_date": "Tanggal terbit",
    "url": "Alamat artikel",
}
PROMISES = {
    "due": "Tenggat",
    "last": "Hari terakhir",
    "who": "Siapa",
    "text": "Kalimat",
    "amount": "Angka",
    "state": "Keadaan",
    "tellings": "Disebut lagi",
    "article_title": "Judul artikel",
    "source": "Sumber",
    "published_date": "Tanggal terbit",
    "url": "Alamat artikel",
}
COVERAGE = {
    "release_title": "Siaran pers",
    "release_by": "Siaran pers dari",
    "release_date": "Tanggal siaran pers",
    "outlet": "Media",
    "title": "Judul berita",
    "published_at": "Waktu terbit (WIB)",
    "published_date": "Tanggal terbit",
    "lag_minutes": "Selisih (menit)",
    "lag_days": "Selisih (hari)",
    "label": "Liputan",
    "confirmed": "Penilaian tim",
    "kept": "Siaran pers dimuat",
    "copied": "Berita disalin",
    "retold": "Berita diceritakan ulang",
    "longest": "Bagian terpanjang (kata)",
    "quotes": "Kutipan siaran pers",
    "quotes_kept": "Kutipan dimuat",
    "numbers": "Angka siaran pers",
    "numbers_kept": "Angka dimuat",
    "officials": "Pejabat siaran pers",
    "officials_kept": "Pejabat dimuat",
    "other_voices": "Suara lain",
    "wire": "Kantor berita",
    "via": "Disalin dari",
    "reasons": "Alasan",
    "release_url": "Alamat siaran pers",
    "url": "Alamat berita",
}
BY_LABEL = {label: f"Artikel {word}" for label, word in labels.COVERAGE_LABELS.items()}
RELEASES = {
    "date": "Tanggal",
    "source": "Sumber",
    "title": "Judul",
    "outlets": "Media",
    "articles": "Artikel",
    **BY_LABEL,
    "first_after_minutes": "Liputan pertama sesudah (menit)",
    "url": "Alamat",
}
OUTLETS = {
    "outlet": "Media",
    "releases": "Siaran pers",
    "articles": "Artikel",
    **BY_LABEL,
    "copied": "Berita disalin (rata-rata)",
    "lag_minutes": "Selisih rata-rata (menit)",
}
TONES = {
    "name": "Sasaran",
    "title": "Judul",
    "outlet": "Media",
    "published_date": "Tanggal",
    "title_tone": "Nada judul",
    "body_tone": "Nada isi",
    "author": "Dinilai oleh",
    "set_at": "Dinilai pada",
    "url": "Alamat",
}
DECISIONS = {
    "number": "Nomor",
    "made_at": "Waktu (WIB)",
    "author": "Oleh",
    "kind": "Tentang",
    "said": "Keputusan",
    "note": "Catatan",
    "undoes": "Membatalkan nomor",
    "undone": "Dibatalkan nomor",
    "articles": "Di berapa artikel",
    "article": "Artikel",
}
WATCHES = {
    "name": "Nama",
    "search": "Mencari",
    "schedule": "Jadwal",
    "quiet": "Jam senyap (WIB)",
    "spike": "Dengan lonjakan",
    "clip": "Kliping tiap pagi",
    "receivers": "Penerima",
    "last_sent": "Terakhir dikirim (WIB)",
}
USERS = {
    "name": "Nama",
    "role": "Peran",
    "state": "Keadaan",
    "made_by": "Ditambahkan oleh",
    "made_at": "Ditambahkan pada (WIB)",
}
RECEIVERS = {
    "name": "Nama",
    "kind": "Jenis",
    "address": "Alamat",
    "state": "Keadaan",
    "made_by": "Ditambahkan oleh",
    "made_at": "Ditambahkan pada (WIB)",
}
KLIPINGS = {
    "name": "Nama",
    "since": "Dari",
    "until": "Sampai",
    "watch": "Pantauan",
    "target": "Nada terhadap",
    "author": "Dibuat oleh",
    "changed_at": "Terakhir diubah (WIB)",
    "changed_by": "Diubah oleh",
    "signed_at": "Disahkan (WIB)",
    "signed_by": "Disahkan oleh",
    "articles": "Berita yang dimuat",
}
LETTERHEADS = {
    "name": "Nama",
    "institution": "Lembaga",
    "address": "Alamat",
    "logo": "Dengan logo",
    "state": "Keadaan",
    "made_by": "Ditambahkan oleh",
    "made_at": "Ditambahkan pada (WIB)",
}
DESK = {
    "published_at": "Waktu terbit (WIB)",
    "source": "Sumber",
    "title": "Judul",
    "url": "Alamat",
    "labels": "Label",
    "note": "Catatan",
    "assignee": "Penanggung jawab",
    "deadline": "Tenggat",
    "response": "Tanggapan",
    "response_day": "Hari tanggapan",
    "response_url": "Alamat tanggapan",
}
CRAWLS = {
    "started": "Mulai (WIB)",
    "finished": "Selesai (WIB)",
    "found": "Halaman baru",
    "fetched": "Diambil",
    "not_modified": "Tidak berubah",
    "stored": "Tersimpan",
    "failed": "Gagal",
    "error": "Galat",
}
PAGES = {
    "url": "Alamat",
    "title": "Judul",
    "state": "Keadaan",
    "found_at": "Ditemukan (WIB)",
    "fetched_at": "Diambil (WIB)",
}
TREND = {"first": "Dari", "last": "Sampai", "articles": "Artikel", "read": "Dibaca", "share": "Bagian"}
AUTHORS = {"name": "Nama", "outlet": "Media", "articles": "Artikel", "last_seen": "Artikel terakhir"}
QUOTE_LINES = {
    "published_date": "Tanggal",
    "outlet": "Media",
    "name": "Pembicara",
    "kind": "Jenis kutipan",
    "text": "Kutipan",
    "title": "Judul",
    "url": "Alamat",
    "origin": "Asal",
}
MESSAGES = {
    "number": "Pesan",
    "message": "Kalimat",
    "outlet": "Media",
    "published_at": "Waktu terbit (WIB)",
    "title": "Judul",
    "verdict": "Dibawa",
    "passage": "Bagian artikel",
    "numbers": "Angka yang berbeda",
    "url": "Alamat",
}
COMPARISON = {"search": "Yang dibandingkan", **TREND}
LAWS = {
    "name": "Nama",
    "about": "Tentang",
    "articles": "Artikel",
    "first_seen": "Pertama disebut",
    "last_seen": "Terakhir disebut",
}
SHARES = {"source": "Sumber", "releases": "Siaran pers", "taken_up": "Diangkat media", "share": "Bagian yang diangkat"}
SOURCES = {
    "name": "Nama",
    "kind": "Jenis",
    "homepage": "Beranda",
    "status": "Status",
    "articles": "Artikel",
    "last_seen": "Artikel terakhir",
}

# The words for the codes of a column; a code without a word stays as it is.
ARTICLE_CODES: Mapping[str, Mapping[str, str]] = {"kind": labels.ARTICLE_KINDS, "language": labels.LANGUAGES}
PLACE_CODES: Mapping[str, Mapping[str, str]] = {"kind": labels.PLACE_KINDS}
SOURCE_CODES: Mapping[str, Mapping[str, str]] = {"kind": labels.SOURCE_KINDS, "status": labels.SOURCE_STATUSES}
AGREEMENT_CODES: Mapping[str, Mapping[str, str]] = {
    "type": labels.AGREEMENT_TYPES,
    "status": labels.AGREEMENT_STATUSES,
}
MENTION_CODES: Mapping[str, Mapping[str, str]] = {
    "label": labels.ENTITY_LABELS,
    "field": {"title": "Judul", "text": "Isi"},
}
COVERAGE_CODES: Mapping[str, Mapping[str, str]] = {
    "label": labels.COVERAGE_LABELS,
    "confirmed": labels.COVERAGE_LABELS,
}
