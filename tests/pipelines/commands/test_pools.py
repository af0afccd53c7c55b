"""`pantau extract`, `pantau tag` and `process --again tag` read in workers: what hangs costs itself only, signals end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import deque
from itertools import repeat

import pytest

import nlp.tag
from pipelines.database.open import connect
from pipelines.read import time_limit as limits
from pipelines.read.documents import tag_stream
from pipelines.records import TaggedArticle
from pipelines.run.process import tag_again
from pipelines.store.save import save
from tests.conftest import ROOT
from tests.pipelines.conftest import make_article, make_tags

HANGS = "HANG"


def hang_in_c() -> None:
    deque(repeat(0, 2 * 10**10), maxlen=0)


@pytest.fixture
def short(monkeypatch):
    """Limits of half a second."""
    monkeypatch.setattr("pipelines.read.tagging.SECONDS_A_PAGE", 2)
    monkeypatch.setattr(limits, "GRACE", 0.5)
    real = nlp.tag.tag_texts

    def tag(model, documents, *more):
        documents = list(documents)
        if any(HANGS in document.text for document in documents):
            hang_in_c()
        return real(model, documents, *more)

    monkeypatch.setattr(nlp.tag, "tag_texts", tag)


def test_a_document_that_hangs_has_empty_lists_and_the_others_their_tags(short):
    text = "Bupati Bogor Ade Rukmana datang ke Kota Bandung."
    documents = [{"id": n, "title": "", "text": HANGS if n == 3 else text} for n in range(12)]
    found = list(tag_stream(documents, 2))
    assert [row["id"] for row, _ in found] == list(range(12))
    assert [error is not None for _, error in found] == [n == 3 for n in range(12)]
    assert found[3][0]["error"] and found[3][0]["places"] == []
    assert all(row["places"] and "error" not in row for row, error in found if not error)


def test_rows_are_those_of_the_tagger_and_a_slow_pipe_holds_back_none(tagger_rows):
    documents, expected = tagger_rows
    read = []

    def slow():
        for document in documents:
            read.append(document)
            yield document

    rows = tag_stream(slow(), 1)
    first, _ = next(rows)
    assert len(read) == nlp.tag.BATCH_SIZE  # no second batch is waited for
    assert [first, *(row for row, _ in rows)] == expected


@pytest.fixture
def tagger_rows():
    documents = [{"id": n, "text": f"Menteri Uji Budi Santoso {n} meninjau Kota Bogor."} for n in range(20)]
    return documents, list(nlp.tag.tag_documents(nlp.load(), documents))


def test_an_article_that_hangs_keeps_its_tags_and_its_error_is_recorded(short, tmp_path):
    database = connect(tmp_path / "uji.db")
    for number in range(3):
        article = make_article(
            url=f"https://contoh.go.id/{number}",
            canonical_url=f"https://contoh.go.id/{number}",
            title=f"Pasar nomor {number} dibuka",
            text=f"Bupati Bogor Rangga Wiratama meresmikan pasar nomor {number} di Bandung. Rangga berpidato. "
            + (HANGS if number == 1 else ""),
        )
        with database.conn:
            save(database.conn, TaggedArticle(article, make_tags(article)))
    report = tag_again(database.conn, workers=2)
    assert report.read == 3 and [url for url, _ in report.failed] == ["https://contoh.go.id/1"]
    agreements = "SELECT a.url FROM articles a WHERE EXISTS (SELECT 1 FROM agreements g WHERE g.article_id = a.id)"
    assert [row[0] for row in database.execute(agreements)] == ["https://contoh.go.id/1"]  # the others' text has none
    assert database.execute("SELECT stage, url FROM errors").fetchall() == [("tag", "https://contoh.go.id/1")]
    database.close()


HANGING = """
import itertools, sys
from collections import deque
import nlp, nlp.tag, pipelines.extract, pipelines.run.process
def hang(*_, **__):
    print("mulai", flush=True)
    deque(itertools.repeat(0, 2 * 10**10), maxlen=0)
nlp.load = lambda: None
nlp.tag.tag_texts = pipelines.extract.extract_article = pipelines.run.process.tag_articles = hang
from pipelines.cli import main
main()
"""


@pytest.mark.timing
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("command", [["tag", "d.jsonl"], ["extract", "a.html"], ["process", "--again", "tag"]])
def test_a_signal_ends_a_command_within_five_seconds(tmp_path, command, name):
    (tmp_path / "d.jsonl").write_text(json.dumps({"id": 1, "text": "Kota Bogor"}))
    (tmp_path / "a.html").write_text("<p>Kota Bogor</p>")
    database = connect(tmp_path / "uji.db")
    with database.conn:
        save(database.conn, TaggedArticle(make_article(), None))
    database.close()
    with subprocess.Popen(
        [sys.executable, "-c", HANGING, *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PANTAU_DB": str(tmp_path / "uji.db")},
    ) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == b"mulai\n"
        run.send_signal(getattr(signal, name))
        begun = time.monotonic()
        assert run.wait(timeout=30) == 130
        assert time.monotonic() - begun < 5
        assert run.stdout.read() == b""  # ends only when no worker holds it any more
