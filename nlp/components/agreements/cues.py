"""Words around a mention that tell what it is: how far before and behind it the nearest of each kind stands.

The kinds are features of the models in learnt.py, which weigh them; none of them decides anything by itself.
"""

from __future__ import annotations

import re

from spacy.tokens import Span

from nlp.document import text_of

FAR = 200  # characters on either side of a mention, within its sentence; also the distance of what is not there
_CUES = {
    "sign": r"(?:menan|ditan|penan)datangan\w*|tanda ?tangan\w*|(?:di|me)neken|diteken|teken|menyepakati|disepakati|menjalin|signed"
    r"|tertuang|dituangkan|mencapai|menghasilkan|penyerahan|menyerahkan",
    "plan": r"akan|bakal|segera|ber?encana|rencana\w*|nantinya|ke depan|siap|jelang|menyiapkan|disiapkan|ditargetkan|dijadwalkan",
    "talk": r"membahas|dibahas|pembahasan|perundingan|negosiasi|(?:me)?rundingkan|draf\w*|rancangan|usul\w*|menuju|mencari|belum"
    r"|menjajaki|penjajakan|jajaki|mematangkan|digodok|mengupayakan|tercapainya|proses",
    "force": r"berdasarkan|sesuai|merujuk|mengacu|berlaku|tindak lanjut|menindaklanjuti|implementasi\w*|sudah ada|memiliki|mandat"
    r"|amanat|pelaksanaan|melalui|sejak",
    "end": r"berakhir\w*|habis|kedaluwarsa|diputus\w*|memutus\w*|pemutusan|dihentikan|batal\w*|dicabut|gugat\w*|mengakhiri"
    r"|tidak (?:lagi )?diperpanjang|tidak memperpanjang|tak dilanjutkan|bekas|eks",
    "extend": r"(?:mem|di|ber)?perpanjang\w*|diperbarui|memperbarui|pembaruan|melanjutkan|dilanjutkan|kembali|lagi",
    "none": r"belum (?:ada|pernah|satu pun|punya|memiliki)|tidak (?:ada|pernah|punya)|tak ada|tanpa|bukan|wacana|seperti apa",
    "many": r"dua|tiga|empat|lima|enam|tujuh|delapan|sepuluh|sejumlah|beberapa|berbagai|\d+|seluruh|sebuah|suatu|satu|setiap|para",
    "between": r"antara",
    "with": r"dengan|bersama|menggandeng|gandeng|kepada",
    "about": r"tentang|terkait|mengenai|soal|perihal|bidang|untuk",
    "that": r"itu|ini|tersebut",
    "breach": r"melanggar|pelanggaran|isi|poin|klausul|butir|mematuhi|menghormati|keluar dari|anggota",
    "reach": r"mencapai|dicapai|tercapai\w*|sepakat|menyepakati|disepakati|kesepakatan",
    "single": r"kinerja|nikah|kawin|pranikah|kerja waktu|pekerja|karyawan|utang|hukum|musyawarah|warga|keluarga|fraksi|partai"
    r"|undang\w*|raperda|RUU|keputusan|dewan|paripurna|libur\w*|cuti|APBN|APBD|anggaran|keuangan|ASN|aparatur",
    "past": r"telah|sudah|pernah|sebelumnya|dulu|lalu|tahun (?:19|20)\d\d",
    "done": r"yang\s+(?:telah\s+|sudah\s+)?(?:resmi\s+)?(?:disepakati|ditandatangani|diteken|dijalin|disahkan)",
    "hope": r"(?:ber|di)?harap(?:kan|an\w*)?|ingin|perlu|harus|wajib|mendorong|meminta",
}
CUES = {name: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for name, words in _CUES.items()}
NAMES = tuple(f"{name} {side}" for name in CUES for side in ("before", "behind"))


def distances(span: Span) -> list[float]:
    """How many characters before and behind a span the nearest word of each kind stands (NAMES), at most FAR."""
    text, sentence = text_of(span.doc), span.sent
    before = text[max(sentence.start_char, span.start_char - FAR) : span.start_char]
    behind = text[span.end_char : min(sentence.end_char, span.end_char + FAR)]
    row: list[float] = []
    for cue in CUES.values():
        last = FAR
        for match in cue.finditer(before):
            last = len(before) - match.end()
        following = cue.search(behind)
        row += [last, following.start() if following else FAR]
    return row
