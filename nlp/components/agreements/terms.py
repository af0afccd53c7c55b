"""How long an agreement holds: "berlaku selama lima tahun", "berlaku sampai 31 Desember 2029".

It is read off the sentence that names the agreement or the one behind it, or, where the text tells of one agreement
alone, off any sentence that says how long it holds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from spacy.tokens import Doc

from nlp.components.dates import find_dates
from nlp.document import sentences_of, text_in
from nlp.records import Agreement

_NUMBERS = {
    name: number
    for number, name in enumerate("satu dua tiga empat lima enam tujuh delapan sembilan sepuluh".split(), start=1)
} | {"setahun": 1, "dua belas": 12, "lima belas": 15, "dua puluh": 20, "dua puluh lima": 25, "tiga puluh": 30}
_COUNT = r"(?P<count>\d{1,3}|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + r")"
HOLDS = r"(?:berlaku(?:nya)?|masa\s+berlaku\w*|jangka\s+waktu\w*|berjangka(?:\s+waktu)?|berdurasi|durasi\w*|masa\s+kerja\s?sama)"
# "berlaku selama |lima| (5) |tahun|", "jangka waktu |36 bulan|".
LASTS = re.compile(
    rf"\b{HOLDS}\s+(?:(?:ini|tersebut|itu|adalah|yakni|untuk|selama|hingga|sampai|jangka\s+waktu|perjanjian|kerja\s?sama|kesepakatan)\s+){{0,4}}"
    rf"{_COUNT}\s*(?:\([^)]{{1,20}}\)\s*)?(?P<unit>tahun|bulan)\b(?!\s+(?:19|20)\d\d)",
    re.IGNORECASE,
)
# "berlaku sampai |31 Desember 2029|", "akan berakhir pada |2028|".
ENDS = re.compile(
    r"\b(?:berlaku|masa\s+berlaku\w*|berakhir\w*|jatuh\s+tempo)\s+(?:\w+\s+){0,3}?(?:hingga|sampai(?:\s+dengan)?|pada)\s+"
    r"(?:akhir\s+|tanggal\s+|bulan\s+|tahun\s+)*(?=(?P<bare>(?:19|20)\d\d\b)?)",
    re.IGNORECASE,
)
LONGEST = 100 * 12  # months; what is longer is no term
NEAR = 30  # characters from "sampai" to the date


def with_terms(doc: Doc, agreements: Sequence[Agreement]) -> list[Agreement]:
    """The agreements with their `months` and `until`, as far as the text tells them."""
    if not agreements:
        return list(agreements)
    texts = [text_in(sentence) for sentence in sentences_of(doc)]
    told = [(here, term) for here, text in enumerate(texts) if (term := term_in(text, doc._.published_at))]
    if not told:
        return list(agreements)
    return [_with_term(agreement, texts, told, alone=len(agreements) == 1) for agreement in agreements]


def term_in(text: str, published_at: str | None) -> tuple[int | None, str | None] | None:
    """(months, ISO date of the end) that a sentence tells of; None where it tells neither."""
    months = until = None
    if lasts := LASTS.search(text):
        word = lasts["count"].lower()
        count = (_NUMBERS.get(word) or int(word)) * (12 if lasts["unit"].lower() == "tahun" else 1)
        months = count if 0 < count <= LONGEST else None
    if ends := ENDS.search(text):
        until = ends["bare"] or next(
            (iso for start, _, iso in find_dates(text[ends.end() :], published_at) if start < NEAR), None
        )
        if until and published_at and until[:4] < published_at[:4]:
            until = None
    return (months, until) if months or until else None


def _with_term(
    agreement: Agreement,
    texts: Sequence[str],
    told: Sequence[tuple[int, tuple[int | None, str | None]]],
    *,
    alone: bool,
) -> Agreement:
    near = {i for i, text in enumerate(texts) if agreement.text in text}
    near |= {behind for here, behind in pairwise(range(len(texts))) if here in near}
    months, until = next((term for here, term in told if alone or here in near), (None, None))
    return replace(agreement, months=months, until=until)
