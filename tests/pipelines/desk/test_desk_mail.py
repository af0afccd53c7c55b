"""One's own desk by mail: what is in it, once a day to the receiver that a person chose, again where it failed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipelines.commands.clip import _send_due
from pipelines.commands.terminal import DONE, SOME_FAILED
from pipelines.desk import desk_mail, work
from pipelines.desk.watch import deliver, receivers
from pipelines.errors import UserError
from tests.pipelines.desk.test_watch import put

TODAY = date(2025, 11, 13)
MORNING = datetime(2025, 11, 12, 23, tzinfo=UTC)  # 06.00 WIB of the 13th


@pytest.fixture
def desk(database):
    """Seven articles with what the team notes, and the confirmed receiver of ani."""
    noted = {
        1: {"assignee": "Ani", "deadline": "2025-11-10", "note": "Telepon <redaksi>\nhari ini. " + "x" * 300},
        2: {"assignee": "ani", "deadline": "2025-11-13", "response": "hak jawab dikirim", "response_day": "2025-11-12"},
        3: {"assignee": "ani"},
        4: {"deadline": "2025-11-12"},
        5: {"deadline": "2025-11-20"},  # of nobody, and not due
        6: {"assignee": "budi", "deadline": "2025-11-01"},
        7: {"assignee": "ani", "deadline": "2025-11-01", "response": "dimuat"},
    }
    for number, fields in noted.items():
        put(database, number, title=f"Kabar <{number}>")
        work.change(database.conn, number, fields, "ani")
    one = receivers.add(database.conn, "Surel Ani", "mail", "ani@contoh.go.id", "", "ani")
    receivers.confirm(database.conn, one.id)
    return database.conn, one


@pytest.fixture(autouse=True)
def server(monkeypatch):
    monkeypatch.setenv("PANTAU_MAIL", "mailto://surat.contoh.id?from=pantau@contoh.id")
    monkeypatch.setenv("PANTAU_PUBLIC_URL", "https://pantau.contoh.id/")


def test_what_is_mine_by_deadline_and_what_is_due_and_nobodys(desk):
    connection, _ = desk
    tasks = desk_mail.tasks_of(connection, "ani", TODAY)
    assert [task.article_id for task in tasks] == [1, 2, 3, 4]
    title, message = desk_mail.as_message(connection, "ani", tasks, TODAY)
    assert title == "[Pantau] Meja ani: 4 tugas, 1 lewat tenggat"
    parts = ("Lewat tenggat", "Kabar <1>", "Jatuh tempo hari ini", "Kabar <2>", "Tugas lain", "Kabar <3>", "belum ada")
    places = [message.find(part) for part in (*parts, "Kabar <4>")]
    assert -1 not in places and places == sorted(places)
    assert "hak jawab dikirim (12 Nov 2025); tenggat 13 Nov 2025" in message
    assert "Telepon <redaksi> hari ini. xx" in message and "x" * 201 not in message
    assert "https://media1.id/berita" in message and "Di Pantau: https://pantau.contoh.id/artikel/1#" in message
    assert "Kabar &lt;1&gt;" in message.html and "<redaksi>" not in message.html
    assert 'href="https://pantau.contoh.id/meja"' in message.html


def test_what_may_be_published_already_stands_beside_its_task(desk):
    connection, _ = desk
    put_later = "UPDATE articles SET source_id = 'media2', title = 'Hak Jawab Dinas', published_date = '2025-11-13', "
    connection.execute(f"{put_later} published_at = '2025-11-13T01:00:00+00:00' WHERE id = 6")
    connection.execute(
        """INSERT INTO isu (id, title, first_seen, last_seen, articles, outlets, grew_hour, grew_day, state)
           VALUES (1, 'x', '', '', 2, 1, 0, 0, 'open')"""
    )
    connection.executemany(
        "INSERT INTO isu_articles (article_id, isu_id, published_at, source_id, reason) VALUES (?, 1, '', 'media2', '')",
        [(2,), (6,)],
    )
    _, message = desk_mail.as_message(connection, "ani", desk_mail.tasks_of(connection, "ani", TODAY), TODAY)
    told = "Mungkin sudah dimuat: Hak Jawab Dinas, 13 Nov 2025, https://media6.id/berita"
    assert told in message and told in message.html


def test_each_is_sent_once_a_day_and_what_failed_again(desk):
    connection, one = desk
    desk_mail.choose(connection, "ani", one.id)
    desk_mail.choose(connection, "candra", one.id)
    desk_mail.choose(connection, "pensiun", one.id)
    connection.execute(
        """INSERT INTO users (name, role, made_at, made_by, disabled_at)
           VALUES ('pensiun', 'penyunting', '', '', 'x'), ('candra', 'penyunting', '', '', NULL)"""
    )
    sent, broken = [], [True]

    def send(address, title, body):
        if broken:
            raise OSError("tidak dijawab")
        sent.append((address, title))

    def run(now=MORNING):
        return [(one.author, one.tasks, one.error) for one in desk_mail.send_due(connection, now, send)]

    failed = "OSError: tidak dijawab"
    assert run() == [("ani", 4, failed), ("candra", 1, failed)]  # article 4 is due and nobody's
    broken.clear()
    receivers.set_paused(connection, one.id, paused=True)
    assert run() == []
    receivers.set_paused(connection, one.id, paused=False)
    connection.execute("UPDATE users SET role = 'pembaca' WHERE name = 'candra'")
    assert run() == [("ani", 4, None)]
    told = "SELECT title, answer FROM deliveries WHERE answer LIKE 'tidak dikirim%' ORDER BY title"
    assert connection.execute(told).fetchall() == [
        ("[Pantau] Meja candra", "tidak dikirim lagi: kini pembaca"),
        ("[Pantau] Meja pensiun", "tidak dikirim lagi: akunnya ditutup"),
    ]
    address = "mailto://surat.contoh.id?from=pantau@contoh.id&to=ani%40contoh.go.id"
    assert sent == [(address, "[Pantau] Meja ani: 4 tugas, 1 lewat tenggat")]
    assert run() == []
    assert run(datetime(2025, 11, 13, 23, tzinfo=UTC)) == [("ani", 4, None)]
    desk_mail.choose(connection, "ani", None)
    assert run(datetime(2025, 11, 14, 23, tzinfo=UTC)) == []


def test_who_was_taken_out_of_the_settings_or_the_proxy_is_sent_nothing_and_the_log_says_so_once(desk):
    connection, one = desk
    for name in ("Ani", "sinta", "pemilik", "candra"):
        desk_mail.choose(connection, name, one.id)
    connection.execute("INSERT INTO users (name, role, made_at, made_by) VALUES ('sinta', 'penyunting', '', '')")
    connection.execute(
        "INSERT INTO users (name, role, made_at, made_by, password) VALUES ('candra', 'penyunting', '', '', 'x')"
    )

    def run(people, by_proxy, day):
        desk_mail.stop_strangers(connection, people, by_proxy=by_proxy)
        return [
            one.author
            for one in desk_mail.send_due(connection, datetime(2025, 11, day, 23, tzinfo=UTC), lambda *_: None)
        ]

    assert run({"ani", "pemilik"}, True, 12) == ["Ani", "candra", "pemilik", "sinta"]
    for day in (13, 14):
        assert run({"pemilik"}, False, day) == ["candra", "pemilik"]
    told = connection.execute("SELECT receiver, title, went, answer FROM deliveries WHERE went = 0").fetchall()
    why = f"tidak dikirim lagi: {desk_mail.GONE}"
    assert told == [("Surel Ani", f"[Pantau] Meja {name}", 0, why) for name in ("Ani", "sinta")]
    assert desk_mail.chosen(connection, "sinta") == one.id
    assert run({"ani"}, True, 15) == ["Ani", "candra", "sinta"]


def test_without_tasks_nothing_goes_and_only_who_confirmed_can_be_chosen(desk):
    connection, one = desk
    connection.execute("DELETE FROM article_work")
    desk_mail.choose(connection, "ani", one.id)
    assert list(desk_mail.send_due(connection, MORNING)) == []
    other = receivers.add(connection, "Budi", "mail", "budi@contoh.go.id", "", "ani")
    for number in (other.id, 99):
        with pytest.raises(UserError, match="confirmed"):
            desk_mail.choose(connection, "ani", number)
    assert desk_mail.chosen(connection, "ani") == one.id


def test_the_command_of_the_morning_sends_it_and_fails_where_it_did_not_go(desk, monkeypatch, capsys):
    connection, one = desk
    path = Path(next(connection.execute("PRAGMA database_list"))[2])
    desk_mail.choose(connection, "ani", one.id)
    connection.commit()

    def broken(address, title, body):
        raise OSError("tidak dijawab")

    monkeypatch.setattr(deliver, "send_through_apprise", broken)
    assert _send_due(path, None) == SOME_FAILED
    assert "Surel Ani" in capsys.readouterr().err
    monkeypatch.setattr(deliver, "send_through_apprise", lambda address, title, body: None)
    assert _send_due(path, None) == DONE
    assert "Meja ani: Surel Ani: 5 tugas" in capsys.readouterr().err  # all deadlines lie behind, 5 is due as well
