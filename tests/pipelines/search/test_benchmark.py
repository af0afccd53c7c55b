"""`python -m benchmarks.search` stores documents the ordinary way and prints what the search page finds first."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.conftest import ROOT

DOCUMENTS = (
    {"id": "a", "url": None, "title": "Koperasi garam dibuka", "date": "2025-06-04", "kind": "news"},
    {"id": "b", "url": "https://contoh.example/b", "title": "Jembatan Weru", "date": "4 Juni 2025", "kind": "release"},
    {"id": "a", "url": None, "title": "Sekali lagi", "date": None, "kind": "news"},
)


def test_it_prints_our_ids_best_first(tmp_path):
    text = " Warga setempat menyambut baik pembukaan itu dan berharap pekerjaan selesai sebelum musim hujan tiba."
    lines = [json.dumps(document | {"text": document["title"] + "." + text}) for document in DOCUMENTS]
    (tmp_path / "docs.jsonl").write_text("\n".join(lines), encoding="utf-8")
    queries = ("koprasi garam", "jembatan", "tidakadasamasekali")
    (tmp_path / "q.jsonl").write_text("\n".join(json.dumps({"query": query}) for query in queries), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.search", tmp_path / "docs.jsonl", "--queries", tmp_path / "q.jsonl"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert found == [
        {"query": "koprasi garam", "ids": ["a"]},
        {"query": "jembatan", "ids": ["b"]},
        {"query": "tidakadasamasekali", "ids": []},
    ]
