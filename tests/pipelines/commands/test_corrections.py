"""`pantau corrections export`: every decision, and the corrected articles as documents."""

from __future__ import annotations

import json

from pipelines.database.open import connect, transaction
from pipelines.desk import deciding
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
