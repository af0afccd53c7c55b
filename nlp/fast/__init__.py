"""The room for speed: what reaches into the inside of spaCy and thinc, and nothing else.

A part is a module with `install(nlp)`, which puts it into a loaded pipeline and returns how to take it out again. It
says why it is there, and what of the library it relies on; docs/performance.md says what it buys. `quicken` installs
the parts and guards them twice: the versions of the libraries must be ones that the parts were checked with, and a few
texts must come out as they did without the part. Otherwise a warning is logged and the pipeline stays as spaCy made it:
slower, never wrong. PANTAU_PLAIN=1 does without the room (nlp/plain.py).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import numpy as np
from spacy.language import Language

from nlp.components.sentences import SentenceSplitter
from nlp.fast import decode, network
from nlp.plain import unchecked

CHECKED = ("spacy>=3.8.18,<3.9", "thinc>=8.3.14,<8.4")
PARTS: dict[str, Callable[[Language], Callable[[], None]]] = {"network": network.install, "decoder": decode.install}
# Known and new words, entities of every kind in and over sentences, and a text without any.
PROBE = (
    "Wali Kota Surabaya menandatangani nota kesepahaman dengan Kementerian Perhubungan di Jakarta, Rabu (3/12/2025).",
    "Bupati Kembaranwangi Suprihanto Wiryawan\n\nGubernur Jawa Timur. Bupati membuka Pekan Kopi Nusantara 2025 bersama "
    "Direktur Utama PT Samudra Abrasindo Tbk, yang merujuk Peraturan Pemerintah Nomor 59 Tahun 2022 tentang Perkotaan.",
    "",
    "Hujan turun.",
)
CLOSE = 1e-3  # between two vectors of a token, whose numbers are about 1; rounding makes 1e-5

LOG = logging.getLogger(__name__)


def quicken(nlp: Language) -> list[str]:
    """Install the parts into a pipeline of tok2vec and ner; the names of those that hold."""
    if others := unchecked(CHECKED):
        LOG.warning(
            "penandaan lewat jalan biasa: belum diperiksa dengan %s, hanya dengan %s",
            ", ".join(others),
            ", ".join(CHECKED),
        )
        return []
    expected, held = _read(nlp), []
    for name, install in PARTS.items():
        try:
            take_out = install(nlp)
        except Exception as error:  # whatever a library that has changed may raise
            LOG.warning("penandaan tanpa %s: %s: %s", name, type(error).__name__, error)
            continue
        if _are_equal(nlp, expected):
            held.append(name)
        else:
            take_out()
            LOG.warning("penandaan tanpa %s: hasilnya lain dari cara spaCy sendiri", name)
    return held


def _read(nlp: Language) -> list[tuple[list[tuple[int, int, str]], Any]]:
    """(entities, vectors of the tokens) of each text of the probe."""
    split = SentenceSplitter()  # entities end with their sentence
    docs = nlp.pipe([split(nlp.make_doc(text)) for text in PROBE])
    return [([(e.start, e.end, e.label_) for e in doc.ents], doc.tensor) for doc in docs]


def _are_equal(nlp: Language, expected: list[tuple[list[tuple[int, int, str]], Any]]) -> bool:
    try:
        found = _read(nlp)
    except Exception as error:
        LOG.warning("uji awal penandaan gagal: %s: %s", type(error).__name__, error)
        return False
    return all(
        entities == others and vectors.shape == those.shape and np.allclose(vectors, those, atol=CLOSE)
        for (entities, vectors), (others, those) in zip(found, expected, strict=True)
    )
