"""How a source is doing, in words: one table for command line, pages and mails.

pipelines/health/status.py decides the state; `pantau status --json` keeps its machine words, the keys of this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StateWording:
    """What people read of a state: the word in lists, what it means, and what to do ("" where nothing is to be done).

    `advice` may hold {id}, the source's id.
    """

    word: str
    meaning: str
    advice: str = ""

    def advise(self, source_id: str) -> str:
        """The advice for one source."""
        return self.advice.format(id=source_id)


STATES: Mapping[str, StateWording] = {
    "ok": StateWording("baik", "Artikelnya datang seperti biasanya."),
    "quiet": StateWording(
        "sunyi",
        "Situsnya menjawab, tetapi artikel baru tidak datang, sudah jauh lebih lama daripada biasanya.",
        "Lihat di situsnya apakah memang tidak ada yang terbit; bila ada, jalankan `pantau sources check {id}`.",
    ),
    "faulty": StateWording(
        "terganggu",
        "Artikelnya datang, tetapi sebagian alamat atau pemilihnya di katalog tidak bekerja.",
        "Perbaiki bagian itu di katalog, lalu jalankan `pantau sources check {id}`.",
    ),
    "stale": StateWording(
        "macet",
        "Sudah lebih dari sehari tidak ada yang berhasil diambil.",
        "Buka situsnya di peramban, lalu jalankan `pantau sources check {id}`.",
    ),
    "new": StateWording("baru", "Belum pernah dirayapi.", "Tunggu perayapan berikutnya."),
    "tried": StateWording(
        "dicoba",
        "Hanya dirayapi bila diminta: belum terbukti, atau perlu peramban. Angkanya dari percobaan itu.",
        "Jalankan `pantau sources check {id}`: yang belum terbukti dan memberi artikel ikut dirayapi sejak itu.",
    ),
    "inactive": StateWording(
        "tidak aktif", "Belum dicoba, dijeda, perlu peramban, menolak, atau tidak ada lagi di katalog."
    ),
}
