"""Words in the sentences of an agreement's mentions that tell where it stands: planned, talked of, signed, in force.

The kinds are features of the status' judge alone, finer than those of cues.py ("menuntaskan", "hampir tercapai", "jika
diteken", "mengantongi"); none of them decides anything by itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from spacy.tokens import Doc, Span

from nlp.document import sentence_of, text_of

FAR = 200  # characters on either side of a mention, within its sentence; also the distance of what is not there
NEAR_BEFORE, NEAR_BEHIND = 80, 60  # characters that count as close by
MOST_MENTIONS = 9
_KINDS = {
    "will": r"akan|bakal|segera|nanti(?:nya)?|b?erencana|rencana\w*|dijadwal\w*|\w*target\w*|bersedia|siap|hendak|mau|(?:men)?jelang"
    r"|persiapan|depan|mendatang",
    "talk": r"\w*bahas\w*|\w*runding\w*|\w*negosiasi\w*|\w*jajak\w*|draf\w*|\w*rancang\w*|usul\w*|\w*usulkan|\w*finalisasi\w*|\w*godok"
    r"|proses|\w*susun\w*|\w*matang\w*|pertemuan|bertemu|(?:meng)?upaya(?:kan)?|konsultasi",
    "finish": r"selesai|\w*rampung\w*|penyelesaian|\w*selesaikan|\w*tuntas\w*|\w*ratifikasi\w*|substan\w+|aksesi",
    "near": r"hampir|mendekati|dekat|optimis\w*|mungkin|peluang|kemungkinan|masih|isu|soal|prospek|\w*nanti(?:kan)?|menunggu",
    "if": r"jika|bila|apabila|kalau|asal|seandainya|syarat\w*|[bt]ergantung|sudi",
    "hope": r"\w*harap\w*|ingin|perlu|harus|wajib|\w*dorong\w*|\w*minta\w*|memerintahkan|\w*percepat\w*|mengajak|menyerukan"
    r"|menuntut|mendesak",
    "not": r"belum|tidak|tak|bukan|gagal|batal\w*|tanpa|menolak|ditolak",
    "sign": r"(?:menan|ditan|penan|tan)da(?:tangan\w*|ngani)?|meneken|diteken|teken|diserahkan|menyerahkan|penyerahan"
    r"|\w*tukar(?:an|kan)?|seremoni|prosesi",
    "done": r"telah|sudah|resmi|usai|setelah|pasca|berhasil|hasil|menghasilkan|capaian|kemarin",
    "reach": r"mencapai|dicapai|tercapai\w*|sepakat|menyepakati|disepakati|[md]\w*jalin|melakukan|membuat|tertuang|dituangkan"
    r"|meraih|mendapatkan",
    "force": r"berlaku\w*|sejak|berdasarkan|sesuai|mengacu|merujuk|implementasi\w*|pelaksanaan|\w*realisasi\w*|melaksanakan"
    r"|menjalankan|sebagaimana|payung|\w*lanjut\w*|melalui|dalam|mengatur|mengikat|[td]\w*ikat|merupakan",
    "hold": r"memiliki|punya|mempunyai|pemegang|mengantongi|memegang|ada|adapula|selama|sebelumnya|lama",
    "breach": r"\w*langgar\w*|mengindahkan|sanksi|\w*patuhi|menghormati|keluar|bertahan|\w*anggota\w*|menaati|gugat\w*",
    "end": r"berakhir\w*|habis|kedaluwarsa|\w*putus|pemutusan|dihentikan|dicabut|mengakhiri|diakhiri|bekas|eks|mantan",
    "extend": r"\w*perpanjang\w*|\w*perbar\w+|pembaruan|\w*lanjut(?:kan|an)|kembali|lagi",
    "number": r"(?:19|20)\d\d|No|Nomor",
    "day": r"Senin|Selasa|Rabu|Kamis|Jum'?at|Sabtu|Minggu",
    "that": r"itu|ini|tersebut",
    "also": r"juga|turut|sejumlah|beberapa|antara|seperti|termasuk",
    "while": r"tengah|sedang|saat|ketika|selama",
}
_PATTERNS = tuple(re.compile(words, re.IGNORECASE) for words in _KINDS.values())
_WORD = re.compile(r"\w{1,40}")
_SIDES = ("before", "behind", "in title", "close by", "in sentence")
FEATURES = tuple(f"{kind} {side}" for kind in _KINDS for side in _SIDES)


@lru_cache(maxsize=20_000)
def _kinds(word: str) -> tuple[int, ...]:
    """The kinds that a word is of, by their places in _KINDS."""
    return tuple(kind for kind, words in enumerate(_PATTERNS) if words.fullmatch(word))


def features(spans: Sequence[Span]) -> list[float]:
    """A row of FEATURES of an agreement by its mentions, the one that tells most first.

    Of each kind: how far before and behind the first mention its nearest word stands, whether the headline has one, and
    the share of the mentions that have one close by, and in their sentence.
    """
    looked_at = spans[:MOST_MENTIONS]
    gaps = [_gaps(span) for span in looked_at]
    in_title = _of_title(spans[0].doc)
    row: list[float] = []
    for kind in range(len(_PATTERNS)):
        own = [(before[kind], behind[kind]) for before, behind in gaps]
        close = sum(before < NEAR_BEFORE or behind < NEAR_BEHIND for before, behind in own)
        anywhere = sum(before < FAR or behind < FAR for before, behind in own)
        row += [*own[0], kind in in_title, close / len(own), anywhere / len(own)]
    return row


def _gaps(span: Span) -> tuple[list[int], list[int]]:
    """(characters from the nearest word of each kind to the span, those from the span to the next one), at most FAR."""
    text, sentence = text_of(span.doc), sentence_of(span)
    before, behind = [FAR] * len(_PATTERNS), [FAR] * len(_PATTERNS)
    for word in _WORD.finditer(text, max(sentence.start_char, span.start_char - FAR), span.start_char):
        for kind in _kinds(word.group()):
            before[kind] = span.start_char - word.end()
    for word in _WORD.finditer(text, span.end_char, min(sentence.end_char, span.end_char + FAR)):
        for kind in _kinds(word.group()):
            behind[kind] = min(behind[kind], word.start() - span.end_char)
    return before, behind


def _of_title(doc: Doc) -> frozenset[int]:
    return frozenset(kind for word in _WORD.findall(doc._.title) for kind in _kinds(word))
