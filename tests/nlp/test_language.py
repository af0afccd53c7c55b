"""Tokens and sentences of Indonesian news."""

from __future__ import annotations

import subprocess
import sys

import pytest

from nlp.components.sentences import SentenceSplitter
from nlp.language import IndonesianNews
from nlp.pipeline import MODEL

LANGUAGE = IndonesianNews()


def tokens(text):
    return [token.text for token in LANGUAGE(text)]


@pytest.mark.parametrize(
    "whole",
    ["warga-warga", "kota-kotanya", "Undang-Undang", "S.H.", "M.Si.", "K.H.", "Ph.D.", "Jl.", "Kab.", "PT.", "Tbk.", "AKBP.",
     "No.", "1,2", "14.05", "1.250.000", "e-KTP", "Jum'at", "Ma'ruf"],
)  # fmt: skip
def test_stays_whole(whole):
    assert whole in tokens(f"Kata {whole} di sini")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("RI-Korea", ["RI", "-", "Korea"]),
        ("(8/5)", ["(", "8", "/", "5", ")"]),
        ("Rp1,2 triliun", ["Rp", "1,2", "triliun"]),
        ("“Ya,” katanya.", ["“", "Ya", ",", "”", "katanya", "."]),
        ('BUMN."Kami', ["BUMN", ".", '"', "Kami"]),
        ("PLN.Tidak", ["PLN", ".", "Tidak"]),
        ("COVID-19", ["COVID", "-", "19"]),
        ("Wah...", ["Wah", "..."]),
        ("baru……", ["baru", "……"]),
        ("Ahmad's", ["Ahmad", "'s"]),
        ("2's", ["2's"]),
        ("+62", ["+62"]),
        ("+enam", ["+", "enam"]),
        ("US$5", ["US$", "5"]),
        ("satu,dua,3", ["satu", ",", "dua", ",", "3"]),
        ("harga..naik", ["harga", "..", "naik"]),
        ("siang☀sore", ["siang", "☀", "sore"]),
        ("tahun2024.Ia", ["tahun2024", ".", "Ia"]),
    ],
)
def test_splits(text, parts):
    assert tokens(text) == parts


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Dr. Ir. H. Budi Santoso, M.Si. hadir di Jl. Merdeka No. 5. Ia berpidato.", 2),
        ("Harga naik Rp1.250.000. Warga mengeluh!", 2),
        ("“Kami siap.” ujar Budi. Rapat ditutup.", 2),
        ("Satu baris\nBaris lain tanpa titik\n\nAkhir.", 3),
        ("Menurut A. Yani, harga turun. Benar.", 2),
    ],
)
def test_sentences(text, sentences):
    doc = SentenceSplitter()(LANGUAGE.make_doc(text))
    assert len(list(doc.sents)) == sentences, [sent.text for sent in doc.sents]


def test_the_shipped_model_holds_the_language_s_tokenizer(tmp_path):
    # nlp.load builds it from the language; who loads the folder with spaCy alone reads the file.
    LANGUAGE.tokenizer.to_disk(tmp_path / "tokenizer", exclude=["vocab"])
    assert (MODEL / "tokenizer").read_bytes() == (tmp_path / "tokenizer").read_bytes()
    again = IndonesianNews().tokenizer.from_disk(MODEL / "tokenizer", exclude=["vocab"])
    assert [token.text for token in again("Rp5.000,-(lima).")] == tokens("Rp5.000,-(lima).")


def test_importing_the_package_does_not_load_spacy():
    code = "import nlp, sys; sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
