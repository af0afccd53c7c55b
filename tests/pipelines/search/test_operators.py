"""Searches with operators: what FTS5 is asked, and that a mistake is told, never raised."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing

import pytest

from pipelines.search.operators import read_operators

TEXTS = {
    1: ("Harga beras naik", "Gubernur meninjau gudang beras. Banjir surut di Bandung."),
    2: (
        "Kopi dan beras",
        "Petani kopi bergembira, kata gubernur itu. Sesudah hujan lebat tadi malam banjir datang lagi.",
    ),
    3: ("Bendungan", "Bendungan baru dibuka; kasus covid-19 menurun pada Jum'at."),
}


@pytest.fixture(scope="module")
def index():
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE t USING fts5 (title, text, stems, tokenize='unicode61')")
        rows = [(number, title, text, f"{title} {text}") for number, (title, text) in TEXTS.items()]
        connection.executemany("INSERT INTO t (rowid, title, text, stems) VALUES (?, ?, ?, ?)", rows)
        yield connection


def found(index, query):
    expression = read_operators(query)
    assert expression.error is None
    return [row[0] for row in index.execute("SELECT rowid FROM t WHERE t MATCH ? ORDER BY rowid", (expression.match,))]


@pytest.mark.parametrize(
    ("query", "articles"),
    [
        ("beras OR bendungan", [1, 2, 3]),
        ("beras AND kopi", [2]),
        ("beras kopi", [2]),
        ("beras NOT kopi", [1]),
        ("beras AND NOT kopi", [1]),
        ("beras -kopi", [1]),
        ("(kopi OR bendungan) banjir", [2]),
        ("bend*", [3]),
        ("NEAR(banjir surut)", [1]),
        ("NEAR(gubernur banjir, 2)", []),
        ("NEAR(gubernur banjir, 8)", [1, 2]),
        ("judul:kopi", [2]),
        ("isi:beras", [1]),
        ("judul:(kopi OR bendungan)", [2, 3]),
        ('"harga beras"', [1]),
        ("covid-19", [3]),
        ("Jum'at", [3]),
        ('judul:"kopi dan" OR harga', [1, 2]),
        ("beras and", []),
        ("C++ OR kopi", [2]),
    ],
)
def test_operators_find(index, query, articles):
    assert found(index, query) == articles


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("beras AND", "AND harus diikuti"),
        ("OR beras", "di antara dua kata"),
        ("beras OR OR kopi", "di antara dua kata"),
        ("(beras", "belum ditutup"),
        ("beras)", "tanpa kurung buka"),
        ("()", "harus diikuti"),
        ('"beras', "kutip"),
        ("judul:", "judul: harus diikuti"),
        ("judul: AND beras", "judul: harus diikuti"),
        ("NEAR(beras)", "NEAR"),
        ("be*", "3 huruf"),
        ("( " * 30 + "beras", "terlalu banyak kurung"),
        ("beras " * 33, "32 kata"),
    ],
)
def test_a_mistake_is_told(query, said):
    expression = read_operators(query)
    assert expression.match == "" and said in expression.error


def test_what_is_excluded_is_not_marked():
    assert read_operators("beras NOT (kopi OR teh) gula").terms == ("beras", "gula")


def test_nothing_that_people_type_is_an_error_of_sqlite(index):
    pieces = [
        "beras",
        "AND",
        "OR",
        "NOT",
        "(",
        ")",
        "NEAR(a b, 3)",
        "NEAR(",
        "judul:",
        "isi:",
        '"',
        "-kopi",
        "ban*",
        "*",
        ",",
        "covid-19",
        "Jum'at",
        "^",
        "+",
        "{",
        "}",
        ":",
        "title:",
        "\x00",
        "“harga”",
        "'",
        "é",
        "--",
        "NEAR",
    ]
    chosen = random.Random(7)
    accepted = 0
    for _ in range(5_000):
        query = chosen.choice((" ", "")).join(chosen.choices(pieces, k=chosen.randrange(1, 9)))
        expression = read_operators(query)
        if expression.match:
            index.execute("SELECT count(*) FROM t WHERE t MATCH ?", (expression.match,)).fetchone()
            accepted += 1
    assert accepted > 1_000
