"""Words around a mention that tell what it is: how far before and behind it the nearest of each kind stands.

The kinds are features of the models in learnt.py, which weigh them; none of them decides anything by itself.
"""

from __future__ import annotations

import re
from functools import lru_cache

from spacy.tokens import Doc, Span

from nlp.components.matching import matches_at
from nlp.document import sentence_of, text_of

FAR = 200  # characters on either side of a mention, within its sentence; also the distance of what is not there
SIGNINGS = "pantau_cues.signings"  # in doc.user_data
DISTANCES = "pantau_cues.distances"  # in doc.user_data: those of each span that was asked for, by its tokens
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
# A bar and a space outside brackets, at which the alternatives of a kind and the words of one part.
_BAR, _SPACE = re.compile(r"\|(?![^(]*\))"), re.compile(r"(?: |\\s\+)(?![^(]*\))")
_WORD = re.compile(r"\w+")


def _first_words(words: str) -> str:
    """The pattern of what the alternatives of a kind begin with, up to their first space."""
    spelt = words.replace(" ?tangan\\w*", "|tandatangan\\w*")
    return "|".join(_SPACE.split(alternative)[0] for alternative in _BAR.split(spelt))


CUES = {name: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for name, words in _CUES.items()}
_BEGINS = tuple(re.compile(_first_words(words), re.IGNORECASE) for words in _CUES.values())
# How a word of signing begins: quicker to look for.
_BEGINS_SIGNING = re.compile(r"[dmpstDMPST](?<!\w.)(?i:(?<=m)e|(?<=d)i|(?<=p)en|(?<=t)(?:an|e[kr])|(?<=s)ig)")
_PATTERNS = tuple(CUES.values())
NAMES = tuple(f"{name} {side}" for name in CUES for side in ("before", "behind"))


def signings(doc: Doc) -> int:
    """How often the text has a word of signing."""
    found = doc.user_data.get(SIGNINGS)
    if found is None:
        text = text_of(doc)
        begins = (begin.start() for begin in _BEGINS_SIGNING.finditer(text))
        found = doc.user_data[SIGNINGS] = sum(1 for _ in matches_at(CUES["sign"], text, begins))
    return int(found)


def distances(span: Span) -> list[float]:
    """How many characters before and behind a span the nearest word of each kind stands (NAMES), at most FAR."""
    known: dict[tuple[int, int], list[float]] = span.doc.user_data.setdefault(DISTANCES, {})
    place = span.start, span.end
    if place not in known:
        known[place] = _distances(span)
    return known[place]


def _distances(span: Span) -> list[float]:
    text, sentence = text_of(span.doc), sentence_of(span)
    before = text[max(sentence.start_char, span.start_char - FAR) : span.start_char]
    behind = text[span.end_char : min(sentence.end_char, span.end_char + FAR)]
    row: list[float] = [FAR] * (2 * len(_PATTERNS))
    free = [0] * len(_PATTERNS)  # where the last match of each kind ended
    for word in _WORD.finditer(before):
        for kind in _kinds(word.group()):
            if word.start() >= free[kind] and (match := _PATTERNS[kind].match(before, word.start())):
                free[kind] = match.end()
                row[2 * kind] = len(before) - match.end()
    for word in _WORD.finditer(behind):
        for kind in _kinds(word.group()):
            if row[2 * kind + 1] == FAR and _PATTERNS[kind].match(behind, word.start()):
                row[2 * kind + 1] = word.start()
    return row


@lru_cache(maxsize=20_000)
def _kinds(word: str) -> tuple[int, ...]:
    """The kinds that a word may begin one of, by their places in CUES."""
    return tuple(kind for kind, begins in enumerate(_BEGINS) if begins.fullmatch(word))
