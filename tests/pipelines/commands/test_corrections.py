"""`pantau corrections export`: every decision, and the corrected articles as documents."""

from __future__ import annotations

import json

from pipelines.database.open import connect, transaction
from pipelines.desk import deciding
from pipelines.desk.ledger_import import entries_of
from pipelines.errors import UserError
from pipelines.records import TaggedArticle
from pipelines.store.decisions import Decision
from pipelines.store.save import save
from tests.pipelines.conftest import make_article, make_tags


def test_export(pantau, tmp_path):
    database = connect(tmp_path / "uji.db")
    article = make_article()
    with transaction(database.conn):
        save(database.conn, TaggedArticle(article, make_tags(article)))
    shown = {"text": "Bandung", "name": "Kota Bandung", "code": "32.73"}
    number = deciding.decide(
        database.conn, Decision(0, "", "ani", "place", 1, "bandung", False, shown, None, "bukan kota")
    )
    run = pantau("corrections", "export")
    assert run.returncode == 0 and "1 keputusan" in run.stderr
    (row,) = map(json.loads, run.stdout.splitlines())
    assert (row["kind"], row["author"], row["url"], row["after"], row["undone"]) == (
        "place",
        "ani",
        article.url,
        None,
        False,
    )
    (document,) = map(json.loads, pantau("corrections", "export", "--training").stdout.splitlines())
    assert document["tags"]["places"] == [] and document["machine"]["places"][0]["code"] == "32.73"
    assert document["text"] == article.text
    deciding.undo(database.conn, number, "budi")
    database.close()
    first, second = map(json.loads, pantau("corrections", "export").stdout.splitlines())
    assert first["undone"] and (second["kind"], second["undoes"]) == ("undo", number)
    assert pantau("corrections", "export", "--training").stdout == ""


def filled(path):
    """A new database of one article, tagged; its connection."""
    database = connect(path)
    article = make_article()
    with transaction(database.conn):
        save(database.conn, TaggedArticle(article, make_tags(article)))
    return database


def test_what_was_exported_comes_into_another_database_once(pantau, tmp_path):
    database = filled(tmp_path / "uji.db")
    shown = {"text": "Bandung", "name": "Kota Bandung", "kind": "kota", "code": "32.73"}
    there = shown | {"name": "Kabupaten Bandung", "kind": "kabupaten", "code": "32.04"}
    for kind, key, before, after in (
        ("place", "bandung", shown, {name: there[name] for name in ("name", "kind", "code")}),
        ("title", "", {"title": "lama"}, {"title": "Judul tim"}),
        ("day", "", {"day": ""}, {"day": "2025-01-02"}),
    ):
        deciding.decide(database.conn, Decision(0, "", "ani", kind, 1, key, kind == "place", before, after))
    deciding.undo(database.conn, 3, "budi")
    stored = [
        database.conn.execute(sql).fetchall()
        for sql in ("SELECT title FROM articles", "SELECT code FROM places ORDER BY 1")
    ]
    database.close()
    ledger = tmp_path / "riwayat.jsonl"
    ledger.write_text(pantau("corrections", "export").stdout, encoding="utf-8")
    filled(tmp_path / "lain.db").close()
    run = pantau("--db", str(tmp_path / "lain.db"), "corrections", "import", str(ledger))
    assert run.returncode == 0 and "2 koreksi masuk, 0 sudah berlaku, 2 bukan koreksi" in run.stderr, run.stderr
    run = pantau("--db", str(tmp_path / "lain.db"), "corrections", "import", str(ledger))
    assert "0 koreksi masuk, 2 sudah berlaku" in run.stderr
    other = connect(tmp_path / "lain.db").conn
    assert stored == [
        other.execute(sql).fetchall() for sql in ("SELECT title FROM articles", "SELECT code FROM places ORDER BY 1")
    ]
    told = other.execute("SELECT author, note, everywhere FROM decisions").fetchall()
    assert [tuple(row) for row in told] == [("ani", "(diimpor)", 1), ("ani", "(diimpor)", 0)]
    other.close()


def test_what_no_page_could_have_decided_is_refused_and_nothing_is_written(pantau, tmp_path):
    filled(tmp_path / "uji.db").close()
    sound = {"kind": "title", "key": "", "url": make_article().url, "author": "ani", "before": {}, "note": ""}
    sound |= {"after": {"title": "Judul tim"}}
    ledger = tmp_path / "riwayat.jsonl"
    for wrong in (
        {"after": None},
        {"after": {"title": ["x"]}},
        {"after": {"title": "x", "text": "y"}},
        {"kind": "place", "key": ""},
        {"kind": "organisation", "key": "pt x", "after": {"text": ""}},
        {"kind": "agreement", "key": "mou#1", "after": {"parties": "x"}},
        {"kind": "day", "after": {"day": "2025-13-01"}},
        {"kind": "official", "key": "x", "after": None, "before": {"name": {"a": 1}}},
        {"kind": "organisation", "key": "x", "after": None, "everywhere": True},
        {"author": 7},
    ):
        ledger.write_text(f"{json.dumps(sound)}\n{json.dumps(sound | wrong)}\n", encoding="utf-8")
        try:
            list(entries_of(ledger.read_text(encoding="utf-8").splitlines(), str(ledger)))
        except UserError as error:
            assert f"{ledger}:2: " in str(error), wrong
        else:
            raise AssertionError(wrong)
    run = pantau("corrections", "import", str(ledger))
    assert run.returncode == 2 and "riwayat.jsonl:2" in run.stderr
    assert pantau("corrections", "export").stdout == ""
    ledger.write_text(json.dumps(sound | {"url": "https://tidak.id/ada"}), encoding="utf-8")
    run = pantau("corrections", "import", str(ledger))
    assert run.returncode == 1 and "1 koreksi: artikelnya tidak ada" in run.stderr
