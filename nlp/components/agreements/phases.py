"""In which phase an agreement is by the clauses of its mentions and of the whole text: signing put off or done, talks.

Features of the status' judge alone, beside those of standing.py, which knows distances: here is what
distances do not tell: which kind of word is nearest, whether a verb of signing is put off by what stands before it
("bersedia |menandatangani|") or done ("usai |menandatangani|"), whether talks go on or have ended, and how old the
years are that stand in the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from spacy.tokens import Span

from nlp.document import sentence_of, text_of

MOST_MENTIONS = 9
FAR, LEAD = 160, 45  # characters that are looked at: beside a mention, and before a verb of signing
OF_TEXT = "pantau_phases.of_text"  # in doc.user_data
LONGEST_TEXT = 20_000  # characters of a text that are looked through for what is signed or talked of
SIGN = re.compile(
    r"\b(?:(?:menan|ditan|penan)da ?tangan\w*|tanda ?tangan\w*|(?:di|me)neken|teken|signed)\b", re.IGNORECASE
)
PUT_OFF = re.compile(
    r"\b(?:akan|bakal|segera|nanti(?:nya)?|b?erencana|rencana\w*|dijadwal\w*|\w*target\w*|bersedia|siap|hendak|mau|jelang|menjelang"
    r"|persiapan|jika|bila|kalau|apabila|sudi|syarat\w*|ingin|perlu|harus|wajib|belum|tidak|tak|menolak|batal|minta|meminta"
    r"|mendorong|menuju|ditindaklanjuti|sebelum|\w*harap\w*)\b",
    re.IGNORECASE,
)
DONE = re.compile(
    r"\b(?:telah|sudah|resmi|usai|setelah|pasca|berhasil|sejak|saat|ketika|acara|seremoni|prosesi|menyaksikan)\b",
    re.IGNORECASE,
)
TALKS = re.compile(
    r"\b(?:\w*runding\w*|\w*negosiasi\w*|\w*bahas\w*|\w*jajak\w*|draf\w*|\w*rancang\w*|\w*susun\w*|\w*godok|\w*matang\w*)\b",
    re.IGNORECASE,
)
ENDED = re.compile(
    r"\b(?:selesai|\w*rampung\w*|penyelesaian|\w*selesaikan|\w*tuntas\w*|\w*finalisasi\w*|final|substan\w+)\b",
    re.IGNORECASE,
)
TO_COME = re.compile(
    r"\b(?:akan|bakal|segera|\w*target\w*|\w*harap\w*|percepat\w*|mempercepat|ingin|masih|tengah|sedang|proses|nanti\w*|belum"
    r"|(?:bulan|tahun|pekan) (?:ini|depan))\b",
    re.IGNORECASE,
)
LEANS = re.compile(
    r"\b(?:memiliki|punya|mempunyai|ada|adanya|adapula|terdapat|sesuai|berdasarkan|\w*langgar\w*|sejak|implementasi\w*|\w*lanjut\w*"
    r"|hasil|pelaksanaan|melaksanakan|merujuk|mengacu|pasca|pemegang|mengantongi|berkat|melalui|dalam|menurut|meski\w*)\b"
    r"[^.,;]{0,40}\Z",
    re.IGNORECASE,
)
NUMBERED = re.compile(r"[^.;]{0,60}\b(?:Nomor|No\.?)\s", re.IGNORECASE)
IN_FORCE = re.compile(
    r"\bberlaku\w*\s+(?:sejak|efektif|pada|selama|hingga|sampai)\b|\b(?:sudah|telah|yang|masih)\s+berlaku\b",
    re.IGNORECASE,
)
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
INSTRUMENTS = re.compile(
    r"\b(?:perjanjian|kesepakatan|kesepahaman|nota|mou|pks|loi|memorandum|kontrak|agreement|cepa|fta|kerja ?sama)\b",
    re.IGNORECASE,
)
SENTENCE = re.compile(r"[^\n.!?]{3,600}")
_KINDS = {
    "planned": r"akan|bakal|segera|nanti(?:nya)?|b?erencana|rencana\w*|dijadwal\w*|\w*target\w*|bersedia|siap|hendak|jika|bila|kalau"
    r"|perlu|harus|\w*harap\w*|\w*dorong\w*|menunggu|sudi",
    "talked": r"\w*bahas\w*|\w*runding\w*|\w*negosiasi\w*|\w*jajak\w*|draf\w*|\w*rancang\w*|usul\w*|\w*godok|proses|\w*susun\w*|\w*matang\w*"
    r"|belum|mungkin|peluang|isu|soal",
    "finished": r"selesai|\w*rampung\w*|penyelesaian|\w*selesaikan|\w*tuntas\w*|\w*ratifikasi\w*|\w*finalisasi\w*|substan\w+",
    "signed": r"(?:menan|ditan|penan)da(?:tangan\w*|ngani)?|meneken|diteken|teken|diserahkan|menyerahkan|penyerahan|\w*jalin"
    r"|disepakati|menyepakati|mencapai|tercapai|resmi|telah|usai",
    "holds": r"berlaku\w*|sejak|berdasarkan|sesuai|mengacu|merujuk|implementasi\w*|pelaksanaan|\w*realisasi\w*|payung|\w*lanjuti|memiliki"
    r"|punya|mempunyai|pemegang|mengantongi|ada|adapula|adanya|\w*langgar\w*|\w*patuhi|Nomor|No",
    "ends": r"berakhir\w*|habis|kedaluwarsa|\w*putus|pemutusan|dihentikan|dicabut|mengakhiri|diakhiri|batal\w*",
    "extended": r"\w*perpanjang\w*|\w*perbar\w+|pembaruan",
}
_PATTERNS = tuple(re.compile(words, re.IGNORECASE) for words in _KINDS.values())
_WORD = re.compile(r"\w{1,40}")
_CLAUSE = ("put off", "done", "plain", "talks", "talks ended", "talks to end", "leans", "numbered", "in force")
FEATURES = (
    *(f"nearest before {kind}" for kind in _KINDS),
    *(f"nearest {kind}" for kind in _KINDS),
    *(f"share nearest {kind}" for kind in _KINDS),
    *(f"best {name}" for name in _CLAUSE),
    *(f"share {name}" for name in _CLAUSE),
    *("oldest year", "youngest year", "years", "year behind"),
    *(f"text {name}" for name in ("put off", "done", "plain", "talks", "talks ended", "talks to end", "in force")),
)


def features(spans: Sequence[Span], reference: str | None) -> list[float]:
    """A row of FEATURES of an agreement by its mentions, the one that tells most first; `reference`: the article's day."""
    doc, looked_at = spans[0].doc, spans[:MOST_MENTIONS]
    text = text_of(doc)
    places = [(s.start_char, s.end_char, sentence_of(s).start_char, sentence_of(s).end_char) for s in looked_at]
    if OF_TEXT not in doc.user_data:
        doc.user_data[OF_TEXT] = of_text(text)
    of_whole: list[float] = doc.user_data[OF_TEXT]
    return row_of(text, places, reference) + of_whole


def row_of(text: str, places: Sequence[tuple[int, int, int, int]], reference: str | None) -> list[float]:
    """The features that mentions give; `places`: the characters of each and of its sentence, from and to."""
    nearest = [_nearest(text, *place) for place in places]
    clauses = [_clause(text, *place) for place in places]
    kinds, number = range(len(_PATTERNS)), len(places)
    return [
        *(float(nearest[0][0] == kind) for kind in kinds),
        *(float(nearest[0][1] == kind) for kind in kinds),
        *(sum(either == kind for _, either in nearest) / number for kind in kinds),
        *clauses[0],
        *(sum(column) / number for column in zip(*clauses, strict=True)),
        *_years(text, places, reference),
    ]


def _nearest(text: str, start: int, end: int, first: int, last: int) -> tuple[int, int]:
    """(the kind of the nearest word before a mention, that of the nearest on either side), -1 for none."""
    before = behind = (FAR, -1)
    for word in _WORD.finditer(text, max(first, start - FAR), start):
        kind = _kind(word.group())
        before = (start - word.end(), kind) if kind >= 0 else before
    for word in _WORD.finditer(text, end, min(last, end + FAR)):
        kind = _kind(word.group())
        if kind >= 0:
            behind = (word.start() - end, kind)
            break
    return before[1], min(before, behind)[1]


@lru_cache(maxsize=20_000)
def _kind(word: str) -> int:
    """The kind that a word is of, by its place in _KINDS; -1 for none."""
    return next((kind for kind, words in enumerate(_PATTERNS) if words.fullmatch(word)), -1)


def _clause(text: str, start: int, end: int, first: int, last: int) -> list[float]:
    before = text[max(first, start - FAR) : start]
    around = text[max(first, start - FAR) : min(last, end + FAR)]
    behind = text[end : min(last, end + FAR)]
    signs = [*SIGN.finditer(before)][-1:]
    lead = before[max(0, signs[0].start() - LEAD) : signs[0].start()] if signs else ""
    if not signs:
        signs = [*SIGN.finditer(behind)][:1]
        lead = before[-15:] + behind[: signs[0].start()] if signs else ""
    talks = TALKS.search(around) is not None
    ended = ENDED.search(around) is not None
    return [
        *_signing(bool(signs), lead),
        *(float(talks), float(ended), float((talks or ended) and TO_COME.search(around) is not None)),
        *(float(LEANS.search(before[-60:]) is not None), float(NUMBERED.match(behind) is not None)),
        float(IN_FORCE.search(around) is not None),
    ]


def _signing(there: bool, lead: str) -> tuple[float, float, float]:
    off, done = PUT_OFF.search(lead) is not None, DONE.search(lead) is not None
    return float(there and off), float(there and done and not off), float(there and not off and not done)


def _years(text: str, places: Sequence[tuple[int, int, int, int]], reference: str | None) -> list[float]:
    if not reference:
        return [-99.0, -99.0, 0.0, 0.0]
    now = int(reference[:4])
    ages = [now - int(year) for _, _, first, last in places for year in YEAR.findall(text[first:last])]
    _, end, _, last = places[0]
    behind = [now - int(year) for year in YEAR.findall(text[end : min(last, end + 60)])]
    return [
        float(max(ages, default=-99)),
        float(min(ages, default=-99)),
        float(len(ages)),
        float(any(a > 0 for a in behind)),
    ]


def of_text(text: str) -> list[float]:
    """The share of the sentences about an instrument that put its signing off, have it done, and so on."""
    rows: list[list[float]] = []
    for sentence in SENTENCE.finditer(text[:LONGEST_TEXT]):
        words = sentence.group()
        if INSTRUMENTS.search(words):
            sign = SIGN.search(words)
            lead = words[max(0, sign.start() - LEAD) : sign.start()] if sign else ""
            talks, ended = TALKS.search(words) is not None, ENDED.search(words) is not None
            to_come = TO_COME.search(words) is not None
            rows.append(
                [
                    *_signing(sign is not None, lead),
                    float(talks),
                    float(ended),
                    float((talks or ended) and to_come),
                    float(IN_FORCE.search(words) is not None),
                ]
            )
    return [sum(column) / len(rows) for column in zip(*rows, strict=True)] if rows else [0.0] * 7
