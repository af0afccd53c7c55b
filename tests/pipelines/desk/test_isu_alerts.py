"""Alerts by isu: once when one appears, once when it has grown; quiet hours, ceiling, failures and crashes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pipelines.desk import stories
from pipelines.desk.watch import send as sending
from pipelines.desk.watch.saved import add_watch, remove_watch, restore_watch
from pipelines.isu.update import update
from tests.pipelines.desk.test_watch import NOON, put, run

ADDRESS = "json://x"
FIRE = "Kebakaran melanda gudang jengkol di Pasar Lawang, {n} mobil pemadam dari Dinas Damkar Lawang dikerahkan. "
FLOOD = "Banjir merendam kebun jengkol warga Kampung Suruh setelah tanggul Kali Tandi jebol, {n} rumah terendam. "


def tell(database, first, articles, text=FIRE, title="Gudang Jengkol di Pasar Lawang Terbakar"):
    """Put articles of one event by as many media, and let them become a story."""
    for number in range(first, first + articles):
        more = f"Wartawan media {number} melihat asap dan mencatat {number * 7} saksi di {number} tempat. " * 2
        put(database, number, text=text.format(n=number) * 2 + more, title=f"{title}, Kata Saksi {number}")
    update(database.conn)


def told(database, sent, **options):
    """How many isu each delivery of a run told of."""
    return [done.isu for done in run(database, sent, only="jengkol", **options) if done.isu]


@pytest.fixture
def watched(database, monkeypatch):
    monkeypatch.setenv("PANTAU_ISU_ALERT_ARTICLES", "4")
    add_watch(database.conn, "jengkol", {"query": "jengkol"}, [ADDRESS], spike=True, cooldown_hours=999)
    return database


def last(sent):
    return [(title, str(body)) for _, title, body in sent if title.endswith(" isu")][-1]


def test_an_isu_is_told_when_it_appears_and_when_it_has_grown_once_each(watched):
    sent = []
    tell(watched, 1, 1)
    assert told(watched, sent) == []  # one article is no isu
    tell(watched, 2, 1)
    assert told(watched, sent) == [1]
    assert last(sent)[0] == "[Pantau] jengkol: 1 isu" and last(sent)[1].startswith("Isu baru: Gudang Jengkol")
    assert "2 artikel dari 2 media" in last(sent)[1]
    tell(watched, 3, 1)
    assert told(watched, sent) == []
    tell(watched, 4, 1)
    assert told(watched, sent) == [1]
    assert last(sent)[1].startswith("Isu tumbuh: Gudang Jengkol") and "4 artikel" in last(sent)[1]
    tell(watched, 5, 2)
    assert told(watched, sent) == []


def test_what_was_there_before_the_watch_is_known_until_it_grows(database, monkeypatch):
    monkeypatch.setenv("PANTAU_ISU_ALERT_ARTICLES", "4")
    tell(database, 1, 2)
    add_watch(database.conn, "jengkol", {"query": "jengkol"}, [ADDRESS], spike=True)
    sent = []
    tell(database, 3, 1)
    assert told(database, sent) == []
    tell(database, 4, 1)
    assert told(database, sent) == [1] and last(sent)[1].startswith("Isu tumbuh")


def test_without_alerts_closed_and_unfollowed_isu_are_not_told(watched):
    add_watch(watched.conn, "diam", {"query": "jengkol"}, [ADDRESS])
    add_watch(watched.conn, "lain", {"query": "kedondong"}, [ADDRESS], spike=True)
    tell(watched, 1, 2)
    story = watched.conn.execute("SELECT isu_id FROM isu_articles").fetchone()[0]
    stories.mark(watched.conn, story, stories.CLOSED, on=True, author="sari")
    assert not any(done.isu for done in run(watched, []))
    stories.mark(watched.conn, story, stories.CLOSED, on=False, author="sari")
    later = NOON + timedelta(minutes=30)
    assert [(done.watch, done.isu) for done in run(watched, [], now=later) if done.isu] == [("jengkol", 1)]


def test_a_watch_that_told_of_isu_can_be_removed_and_brought_back(watched):
    tell(watched, 1, 2)
    assert told(watched, []) == [1]
    remove_watch(watched.conn, "jengkol")
    restore_watch(watched.conn, "jengkol")
    assert told(watched, []) == []


def test_quiet_hours_ceiling_and_floor_hold_for_isu(watched):
    watched.conn.execute("UPDATE watches SET quiet = '11:00-13:00', ceiling = 1, floor = 3")
    sent = []
    tell(watched, 1, 3)
    tell(watched, 11, 3, FLOOD, "Tanggul Kali Tandi Jebol, Kampung Suruh Kebanjiran")
    tell(
        watched, 21, 2, "Panen raya jengkol di Desa Ranu disambut pesta {n} hari oleh Bupati Ranu. ", "Pesta Panen Ranu"
    )
    assert told(watched, sent) == []
    assert told(watched, sent, now=NOON + timedelta(hours=2)) == [2]  # the feast has fewer articles than the floor
    assert "... dan 1 isu lain" in last(sent)[1] and last(sent)[1].count("Isu baru") == 1


def test_an_isu_that_went_into_a_told_one_is_not_told_again(watched):
    tell(watched, 1, 2)
    assert told(watched, []) == [1]
    tell(watched, 11, 2, FLOOD, "Tanggul Kali Tandi Jebol, Kampung Suruh Kebanjiran")
    one, other = (row[0] for row in watched.conn.execute("SELECT id FROM isu WHERE articles > 1 ORDER BY id"))
    stories.join(watched.conn, other, one, "sari")
    assert told(watched, []) == [1]  # four articles: it has grown
    assert watched.conn.execute("SELECT count(*) FROM isu_alerts WHERE what = 'new' AND isu_id > 0").fetchone() == (1,)


def test_what_failed_is_sent_again_and_what_may_be_double_says_so(watched, monkeypatch):
    tell(watched, 1, 2)
    run(watched, [], only="jengkol")
    watched.conn.execute("DELETE FROM isu_alerts WHERE isu_id > 0")

    def fails(address, title, body):
        raise OSError("no route")

    failed = [d for d in sending.run_watches(watched.conn, only="jengkol", now=NOON, send=fails) if d.isu]
    assert [d.error for d in failed] == ["OSError: no route"]

    def dies(address, title, body):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(sending.run_watches(watched.conn, only="jengkol", now=NOON, send=dies))
    sent = []
    assert told(watched, sent) == [1]
    assert last(sent)[0] == "(kirim ulang, mungkin ganda) [Pantau] jengkol: 1 isu"
    assert told(watched, sent) == []
