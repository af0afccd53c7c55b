"""What people decide: it counts at once, holds through every re-reading, and can be taken back to the last row."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
from dataclasses import replace

import pytest

from nlp.records import Official, Place, Tags
from pipelines.coverage.update import update as cover
from pipelines.database.open import transaction
from pipelines.desk import deciding
from pipelines.desk.ledger_export import no_articles
from pipelines.errors import UserError
from pipelines.isu.update import update as group
from pipelines.records import TaggedArticle
from pipelines.run.process import _articles_after
from pipelines.store.additions import key_of
from pipelines.store.article_rows import _made_rows, _officials, _stored_rows, retag
from pipelines.store.decisions import Decision
from pipelines.store.save import save
from pipelines.store.stored_tags import stored_tags
from tests.pipelines.conftest import make_article, make_tags, mention

TABLES = (
    *("articles", "mentions", "article_officials", "article_places", "agreements", "agreement_parties"),
    *("agreement_places", "quotes", "roles", "appearances", "entity_months", "articles_by_day"),
)

TABLE_OF = {"official": "article_officials", "place": "article_places", "agreement": "agreements"}


def store(connection, *, number=1, title="Bupati Bogor Resmikan Pasar", text=None, **tags):
    """A stored article of its own address; (id, article, what the tagger said)."""
    address = f"https://contoh.go.id/berita/{number}"
    article = make_article(url=address, canonical_url=address, title=title, **({"text": text} if text else {}))
    said = make_tags(article, **tags)
    with transaction(connection):
        return save(connection, TaggedArticle(article, said)).article_id, article, said


def dump(connection):
    """All rows that articles are made of, without the numbers that SQLite gives them."""
    held = {}
    for table in TABLES:
        names = [row[1] for row in connection.execute(f"SELECT * FROM pragma_table_info('{table}')")]
        told = ", ".join(f'"{name}"' for name in names if name not in ("id", "agreement_id", "same_as", "life"))
        counted = "WHERE articles > 0" if table == "articles_by_day" else ""
        held[table] = sorted(connection.execute(f"SELECT {told} FROM {table} {counted}").fetchall(), key=repr)
    return held


def decision(kind, key, after, *, article_id=1, before=None, everywhere=False):
    return Decision(0, "", "ani", kind, article_id, key, everywhere, before or {}, after)


def thing(connection, kind, article_id=1):
    """The first thing of a kind, and what the ledger keeps of it."""
    found = next(t for t in deciding.things(connection, article_id) if t.kind == kind and t.told is not None)
    return found, deciding.VALUES[kind](found.told)


POST = {"name": "Rangga Wiratama", "title": "Wakil Bupati", "organisation": "Kabupaten Bogor", "status": "menjabat"}
KABUPATEN = {"name": "Kabupaten Bandung", "kind": "kabupaten", "code": "32.04"}
SIGNED = {
    "type": "PKS",
    "subject": "pasar ikan",
    "date": "2025-11-12",
    "place": "Bogor",
    "status": "berlaku",
    "parties": ["Pemkab Bogor", "PT Sinar Uji", "PT Tiga"],
}
EVERY_KIND = [
    ("official", "rangga wiratama", POST, "SELECT title, organisation FROM officials", ("Wakil Bupati", "Kabupaten Bogor")),
    ("official", "rangga wiratama", {"official": False}, "SELECT count(*) FROM article_officials", (0,)),
    ("official", "rangga wiratama", None, "SELECT count(*) FROM mentions WHERE label = 'PER'", (0,)),
    ("place", "bandung", KABUPATEN, "SELECT code FROM places WHERE articles > 0", ("32.04",)),
    ("place", "bandung", None, "SELECT count(*) FROM article_places", (0,)),
    ("agreement", "nota kesepahaman#1", SIGNED, "SELECT type, date, status, confidence FROM agreements",
     ("PKS", "2025-11-12", "berlaku", 1.0)),
    ("agreement", "nota kesepahaman#1", SIGNED, "SELECT count(*) FROM agreement_parties", (3,)),
    ("agreement", "nota kesepahaman#1", None, "SELECT count(*) FROM agreements", (0,)),
    ("title", "", {"title": "Wakil Bupati Resmikan Gelanggang"}, "SELECT title FROM articles",
     ("Wakil Bupati Resmikan Gelanggang",)),
    ("day", "", {"day": "2025-10-01"}, "SELECT published_date, date_source FROM articles", ("2025-10-01", "person")),
    ("day", "", {"day": "2025-10-01"}, "SELECT day FROM appearances WHERE label = 'PER'", ("2025-10-01",)),
    ("kind", "", {"kind": "news"}, "SELECT kind FROM articles", ("news",)),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "key", "after", "sql", "expected"), EVERY_KIND)
def test_a_decision_counts_at_once_holds_through_reading_again_and_can_be_taken_back(
    database, kind, key, after, sql, expected
):
    connection = database.conn
    article_id, article, said = store(connection)
    before = dump(connection)
    number = deciding.decide(connection, decision(kind, key, after))
    assert connection.execute(sql).fetchone() == expected
    held = dump(connection)
    with transaction(connection):  # the page is read again, then the tagger reads the stored text again
        save(connection, TaggedArticle(article, said))
    assert dump(connection) == held
    ((_, stored),) = _articles_after(connection, 0, 10)
    with transaction(connection):
        retag(connection, article_id, stored, said)
    assert dump(connection) == held
    deciding.undo(connection, number, "budi")
    assert dump(connection) == before
    assert not database["machine_readings"].count
    with pytest.raises(UserError, match="taken back before"):
        deciding.undo(connection, number, "ani")


def test_a_title_that_people_gave_is_found(database):
    store(database.conn)
    deciding.decide(database.conn, decision("title", "", {"title": "Gelanggang Renang Dibuka"}))
    sql = "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?"
    assert database.conn.execute(sql, ("renang",)).fetchall() == [(1,)]
    assert database.conn.execute(sql, ("title:resmikan",)).fetchall() == []


def test_a_new_version_keeps_what_people_decided(database):
    _, article, said = store(database.conn)
    deciding.decide(database.conn, decision("official", "rangga wiratama", POST))
    deciding.decide(database.conn, decision("title", "", {"title": "Judul dari tim"}))
    changed = replace(article, text=article.text + " Pedagang senang sekali.", fetched_at="2025-11-13T03:00:00+00:00")
    with transaction(database.conn):
        assert save(database.conn, TaggedArticle(changed, said)).outcome == "changed"
    assert database.conn.execute("SELECT title, version FROM articles").fetchone() == ("Judul dari tim", 2)
    assert database.conn.execute("SELECT title FROM article_officials").fetchone() == ("Wakil Bupati",)


def test_a_longer_name_takes_the_place_of_the_cut_one(database):
    article = make_article(text="Kata Siti Aminah Lubis di Bandung. Siti Aminah pulang.")
    cut = mention(article.text, "PER", "Siti Aminah")
    said = Tags(mentions=(cut,), officials=(Official("Siti Aminah", "Camat", "Beji"),))
    with transaction(database.conn):
        save(database.conn, TaggedArticle(article, said))
    deciding.decide(
        database.conn,
        decision("official", "siti aminah", POST | {"name": "Siti Aminah Lubis", "title": "Camat"}),
    )
    assert database.conn.execute('SELECT text, start, "end" FROM mentions').fetchall() == [("Siti Aminah Lubis", 5, 22)]
    assert [row[0] for row in database.conn.execute("SELECT name FROM people WHERE articles > 0")] == [
        "Siti Aminah Lubis"
    ]


def test_the_same_mistake_elsewhere(database, monkeypatch):
    connection = database.conn
    for number in range(1, 9):
        store(connection, number=number, title=f"Judul nomor {number}")
    other = (Place("Bandung", "Kabupaten Bandung", "kabupaten", "32.04"),)
    store(connection, number=9, title="Yang lain", places=other)
    before = dump(connection)
    found, shown = thing(connection, "place")
    assert deciding.elsewhere(connection, 1, "place", shown) == list(range(2, 9))
    monkeypatch.setattr(deciding, "AT_ONCE", 3)
    number = deciding.decide(
        connection,
        decision("place", found.key, KABUPATEN | {"code": "32.17", "name": "Kabupaten Bandung Barat"}, before=shown, everywhere=True),
    )  # fmt: skip
    sql = "SELECT count(*) FROM article_places l JOIN places p ON p.id = l.place_id WHERE p.code = ?"
    assert connection.execute(sql, ("32.17",)).fetchone() == (4,)
    assert deciding.waiting(connection) == 4
    assert deciding.carry_out(connection) == 4
    assert connection.execute(sql, ("32.17",)).fetchone() == (8,)
    assert connection.execute(sql, ("32.04",)).fetchone() == (1,)  # no mistake of the same kind
    store(connection, number=10, title="Datang kemudian")
    assert connection.execute(sql, ("32.17",)).fetchone() == (9,)
    deciding.undo(connection, number, "budi")
    deciding.carry_out(connection)
    assert connection.execute(sql, ("32.73",)).fetchone() == (9,)
    connection.execute("DELETE FROM article_places WHERE article_id = 10")
    assert {row[0] for row in dump(connection)["article_places"]} == {row[0] for row in before["article_places"]}


def test_no_agreement_everywhere_is_none_of_that_name(database):
    connection = database.conn
    for number in (1, 2):
        store(connection, number=number, title=f"Judul nomor {number}")
    _, shown = thing(connection, "agreement")
    deciding.decide(connection, decision("agreement", "nota kesepahaman#0", None, before=shown, everywhere=True))
    store(connection, number=3, title="Datang kemudian")
    assert not database["agreements"].count


def test_the_last_of_two_decisions_about_one_thing_counts(database):
    connection = database.conn
    store(connection)
    first = deciding.decide(connection, decision("official", "rangga wiratama", POST))
    second = deciding.decide(connection, decision("official", "rangga wiratama", POST | {"title": "Sekda"}))
    sql = "SELECT title FROM article_officials"
    assert connection.execute(sql).fetchall() == [("Sekda",)]
    deciding.undo(connection, first, "ani")
    assert connection.execute(sql).fetchall() == [("Sekda",)]
    deciding.undo(connection, second, "ani")
    assert connection.execute(sql).fetchall() == [("Bupati",)]


def test_the_ledger_is_only_added_to(database):
    store(database.conn)
    deciding.decide(database.conn, decision("title", "", {"title": "Lain"}))
    for statement in ("UPDATE decisions SET author = 'x'", "DELETE FROM decisions"):
        with pytest.raises(sqlite3.IntegrityError, match="only added"):
            database.conn.execute(statement)


def test_what_rows_hold_makes_the_same_rows(database):
    article_id, article, _ = store(database.conn)
    again = stored_tags(database.conn, article_id)
    assert _made_rows(database.conn, article, again, _officials(again)) == _stored_rows(database.conn, article_id)


ADDITIONS = {
    "official": {"name": "Nirmala Sangaji", "title": "Camat", "organisation": "Jailolo", "status": "menjabat"},
    "place": {"name": "Kabupaten Bandung", "kind": "kabupaten", "code": "32.04"},
    "agreement": {
        **{"type": "PKS", "text": "perjanjian kerja sama", "subject": "pasar", "date": "2025", "place": None},
        **{"status": "ditandatangani", "parties": ["Dinas Uji", "PT Contoh"]},
    },
}


def test_two_hundred_decisions_with_undo_reading_again_and_kills_in_between(database):
    """In the end all articles say what the decisions that stand say, and without them what they said at first.

    Among them what people add, and what they say is no article; a tenth is made by a process that is killed meanwhile.
    """
    connection, dice = database.conn, random.Random(20261201)
    path = next(row[2] for row in connection.execute("PRAGMA database_list"))
    text = make_article().text + " Camat Nirmala Sangaji dan Dinas Uji hadir; perjanjian kerja sama itu diteken."
    stored = [store(connection, number=number, title=f"Judul nomor {number}", text=text) for number in range(1, 13)]
    additions = [(kind, key_of(kind, after), after) for kind, after in ADDITIONS.items()]
    before, standing, killed = dump(connection), [], 0
    for _ in range(200):
        here = [row[0] for row in connection.execute("SELECT id FROM articles ORDER BY id")]
        if standing and (not here or dice.random() < 0.35):
            number = standing.pop(dice.randrange(len(standing)))

            def act(other, number=number):
                deciding.undo(other, number, "budi")
        else:
            kind, key, after, *_ = dice.choice([*EVERY_KIND, *additions, ("kind", "", None)])
            everywhere = after is not None and kind == "place" and key == "bandung" and dice.random() < 0.3
            shown = {"text": "Bandung", "code": "32.73"} if key == "bandung" else {}
            article_id = dice.choice(here)
            made = decision(kind, key, after, article_id=article_id, before=shown, everywhere=everywhere)
            number = None

            def act(other, made=made):
                deciding.decide(other, made)

        if dice.random() < 0.1:
            killed += killed_in_between(path, act, dice.randrange(1, 300))
            deciding.carry_out(connection)  # as the next run does
        else:
            act(connection)
        told = connection.execute("SELECT id, undoes FROM decisions ORDER BY id DESC LIMIT 1").fetchone()
        if number is None and told and told[1] is None and told[0] not in standing:
            standing.append(told[0])
        elif number is not None and told[1] != number:
            standing.append(number)  # it was killed before it was taken back
        if dice.random() < 0.3:
            article_id, article, said = dice.choice(stored)
            with transaction(connection):
                if dice.random() < 0.5:
                    save(connection, TaggedArticle(article, said))
                elif connection.execute("SELECT 1 FROM articles WHERE id = ?", (article_id,)).fetchone():
                    retag(connection, article_id, article, said)
    assert killed > 3 and connection.execute("SELECT count(*) FROM set_aside").fetchone() > (0,)
    held = dump(connection)
    for _, article, said in stored:
        with transaction(connection):
            save(connection, TaggedArticle(article, said))
    assert dump(connection) == held
    for number in standing:
        deciding.undo(connection, number, "ani")
    deciding.carry_out(connection)
    assert dump(connection) == before


def killed_in_between(path, act, steps):
    """Do something in a process that SIGKILL ends after so many hundreds of SQLite's instructions; whether it did."""
    child = os.fork()
    if child == 0:
        left = steps

        def step():
            nonlocal left
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            connection = sqlite3.connect(path, isolation_level=None)
            connection.set_progress_handler(step, 100)
            act(connection)
        finally:
            os._exit(0)
    return os.waitpid(child, 0)[1] == signal.SIGKILL


@pytest.mark.parametrize("kind", sorted(ADDITIONS))
def test_what_people_add_counts_at_once_holds_through_reading_again_and_can_be_taken_back(database, kind):
    connection = database.conn
    text = make_article().text + " Camat Nirmala Sangaji dan Dinas Uji hadir; perjanjian kerja sama itu diteken."
    article = make_article(text=text)
    said = make_tags(article)
    with transaction(connection):
        save(connection, TaggedArticle(article, said))
    before = dump(connection)
    after = ADDITIONS[kind]
    number = deciding.decide(connection, decision(kind, key_of(kind, after), after))
    changed = dump(connection)
    assert len(changed[TABLE_OF[kind]]) == len(before[TABLE_OF[kind]]) + 1
    if kind == "official":
        assert ("PER", "Nirmala Sangaji") in {(m.label, m.text) for m in stored_tags(connection, 1).mentions}
        assert any("Nirmala Sangaji" in row for row in connection.execute("SELECT name FROM officials").fetchall())
    with transaction(connection):
        retag(connection, 1, article, said)
    assert dump(connection) == changed
    found = next(t for t in deciding.things(connection, 1) if t.key == key_of(kind, after))
    gone = deciding.decide(connection, decision(kind, found.key, None, before=deciding.VALUES[kind](found.told)))
    assert len(dump(connection)[TABLE_OF[kind]]) == len(before[TABLE_OF[kind]])
    deciding.undo(connection, gone, "ani")
    assert dump(connection) == changed
    deciding.undo(connection, number, "ani")
    assert dump(connection) == before


def test_what_the_tagger_finds_by_itself_later_stands_as_people_added_it(database):
    connection = database.conn
    _, article, said = store(connection)
    after = ADDITIONS["official"]
    deciding.decide(connection, decision("official", key_of("official", after), after))
    found = replace(said, officials=(*said.officials, Official("Nirmala Sangaji", "Lurah", None)))
    with transaction(connection):
        retag(connection, 1, article, found)
    titles = connection.execute("SELECT title FROM article_officials WHERE name = 'Nirmala Sangaji'").fetchall()
    assert titles == [("Camat",)]


def test_what_is_no_article_leaves_everything_and_comes_back_whole(database):
    """With its copies, its coverage and its story, through reading it again; as nothing had been when taken back."""
    connection = database.conn
    text = "Harga cengkih di Ternate naik dua kali lipat sejak pekan lalu karena hujan, kata pedagang pasar. " * 6
    with transaction(connection):
        for number, kind in ((1, "press_release"), (2, "news"), (3, "news")):
            address = f"https://contoh{number}.go.id/berita"
            article = make_article(
                url=address,
                canonical_url=address,
                source_id=f"sumber{number}",
                kind=kind,
                text=make_article().text + text,
                published_at=f"2025-11-12T0{number}:30:00+00:00",
            )
            save(connection, TaggedArticle(article, make_tags(article)))
    cover(connection)
    group(connection)
    roots = connection.execute("SELECT id, duplicate_of FROM articles ORDER BY id").fetchall()
    assert roots == [(1, None), (2, 1), (3, 1)]
    pairs = connection.execute("SELECT release_id, article_id, label FROM coverage ORDER BY 1, 2").fetchall()
    assert len(pairs) == 2 and connection.execute("SELECT articles FROM isu").fetchall() == [(3,)]
    before = dump(connection)
    number = deciding.decide(connection, decision("kind", "", None, before={"kind": "press_release"}))
    for table, column in (
        *(("articles", "id"), ("mentions", "article_id"), ("appearances", "article_id"), ("isu_vectors", "article_id")),
        *(("coverage", "release_id"), ("isu_articles", "article_id"), ("article_versions", "article_id")),
        *(("minhash_bands", "article_id"), ("isu_pairs", "other_id"), ("agreements", "article_id")),
    ):
        assert not connection.execute(f"SELECT 1 FROM {table} WHERE {column} = 1").fetchone(), table
    assert connection.execute("SELECT sum(articles) FROM articles_by_day").fetchone() == (2,)
    assert connection.execute("SELECT articles FROM isu").fetchall() == [(2,)]
    assert connection.execute("SELECT id, duplicate_of FROM articles ORDER BY id").fetchall() == [(2, None), (3, 2)]
    assert connection.execute("SELECT articles FROM people").fetchone() == (2,)
    with transaction(connection):
        again = make_article(url="https://contoh1.go.id/berita", source_id="sumber1", text=text)
        assert save(connection, TaggedArticle(again, make_tags(make_article()))).article_id == 0
    cover(connection)
    group(connection)
    assert not connection.execute("SELECT 1 FROM coverage_articles WHERE article_id = 1").fetchone()
    (held,) = no_articles(connection)
    assert (held["url"], held["article"]) == ("https://contoh1.go.id/berita", False) and text in held["text"]
    deciding.undo(connection, number, "ani")
    assert dump(connection) == before
    cover(connection)
    group(connection)
    assert connection.execute("SELECT id, duplicate_of FROM articles ORDER BY id").fetchall() == roots
    assert connection.execute("SELECT release_id, article_id, label FROM coverage ORDER BY 1, 2").fetchall() == pairs
    assert connection.execute("SELECT articles FROM isu").fetchall() == [(3,)]
    assert list(no_articles(connection)) == []
