"""What the crawl refused, skipped or tried again in the last day, by source and in plain Indonesian."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from pipelines.wording.wib import stamp

SPAN = timedelta(days=1)
# By the name of the statistic (crawler/statistics.py), most worth a look first. {n} is how often.
WORDS = {
    "storage/failed": "{n} jawaban tidak dapat disimpan",
    "spider_exceptions/count": "{n} jawaban membuat perayap sendiri galat",
    "robots/unavailable": "{n} permintaan ditunda karena robots.txt situs itu tidak terbaca",
    "gate/closed": "{n} permintaan ditunda karena hostnya sedang dibiarkan",
    "discovery/failed": "{n} kali umpan, peta situs, atau daftar gagal dibaca",
    "browser/failed": "{n} halaman tidak dapat digambar peramban",
    "robots/forbidden": "{n} alamat dilarang oleh robots.txt",
    "host_guard/refused": "{n} permintaan ke host lain ditolak",
    "resolver/refused": "{n} nama umum yang menunjuk alamat pribadi ditolak",
    "refused/status": "{n} halaman menjawab dengan galat",
    "refused/challenge": "{n} halaman hanya memeriksa peramban",
    "refused/gone": "{n} halaman sudah tidak ada",
    "refused/login": "{n} halaman meminta masuk",
    "refused/detour": "{n} halaman mendahulukan persetujuan atau login",
    "refused/type": "{n} berkas bukan halaman",
    "refused/empty": "{n} halaman kosong",
    "pages/failed": "{n} halaman tidak menjawab dengan utuh",
    "pages/text": "{n} artikel disimpan menurut umpan atau API-nya, bukan halamannya",
    "pages/incomplete": "{n} artikel disimpan tanpa halaman lanjutannya",
    "pages/left": "{n} halaman ditunda ke perayapan berikutnya",
    "pages/asked": "{n} halaman sudah diminta sumber lain",
    "browser/unsettled": "{n} halaman diambil sebelum skripnya selesai",
    "browser/drawn": "{n} halaman digambar peramban",
    "browser/refused": "{n} permintaan dari halaman yang digambar tidak dilayani (gambar, host lain, dan sebagainya)",
    "links/before": "{n} tautan dari jauh sebelum perayapan pertama (`first_days`)",
    "sitemaps/before": "{n} peta situs dari jauh sebelum perayapan pertama (`first_days`)",
    "sitemaps/current": "{n} peta situs tidak diminta karena belum berubah",
    "sitemaps/refused": "{n} peta situs di host lain atau terlalu dalam tidak dibaca",
    "sitemaps/left": "{n} peta situs melebihi batas sekali perayapan",
    "links/other": "{n} tautan tidak cocok dengan `article_url`",
    "links/foreign": "{n} tautan ke host lain",
    "links/trap": "{n} tautan ke kalender atau jalan yang berputar-putar",
    "links/malformed": "{n} tautan rusak",
    "discovery/polled": "{n} kali umpan sumber panas ditengok",
    "links/old": "{n} tautan lebih tua daripada --since",
    "retry/max_reached": "{n} permintaan gagal juga setelah diulang",
    "retry/count": "{n} permintaan diulang",
    "urllength/request_ignored_count": "{n} alamat terlalu panjang",
}


def refused(connection: sqlite3.Connection, now: datetime | None = None) -> dict[str, dict[str, int]]:
    """source id -> name of a statistic -> how often in the runs of the last day."""
    since = stamp((now or datetime.now(UTC)) - SPAN)
    rows = connection.execute(
        """SELECT rs.source_id, named.key, sum(named.value)
           FROM runs r CROSS JOIN run_sources rs ON rs.run_id = r.id CROSS JOIN json_each(rs.stats) named
           WHERE r.started >= ? GROUP BY 1, 2""",
        (since,),
    )
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for source_id, name, times in rows:
        found[source_id][name] = times
    return found


def say_refused(stats: Mapping[str, int]) -> list[str]:
    """One sentence for each statistic; a name that a newer or older version counts is said as it is."""
    known = [words.format(n=stats[name]) for name, words in WORDS.items() if name in stats]
    return known + [f"{times} {name}" for name, times in stats.items() if name not in WORDS]
