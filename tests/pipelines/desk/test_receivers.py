"""Receivers of the page: confirmed before anything is sent, their secrets encrypted, webhooks kept out of our network."""

from __future__ import annotations

import socket
import sqlite3
from contextlib import closing

import pytest

from pipelines.database.open import transaction
from pipelines.desk.watch import deliver, receivers, webhook
from pipelines.desk.watch.saved import add_watch
from pipelines.errors import UserError
from pipelines.publish.snapshot import publish
from tests.pipelines.desk.test_watch import mailbox, put, run, subject  # noqa: F401  (mailbox is a fixture)

KEY, OTHER = "kunci pertama".replace(" ", "-") * 3, "kunci-lain-yang-panjang-sekali"
TOKEN = "123456789:" + "A" * 35


@pytest.fixture(autouse=True)
def key(monkeypatch):
    monkeypatch.setenv("PANTAU_KEY", KEY)


@pytest.fixture
def hook(request):
    return request.getfixturevalue("webhook")  # the name is that of a module here


@pytest.fixture
def mail(mailbox, monkeypatch):  # noqa: F811
    monkeypatch.setenv("PANTAU_MAIL", mailbox.address.replace("&to=humas@contoh.id", ""))
    return mailbox


def add(database, name="Humas", kind="mail", address="humas@contoh.go.id", secret=""):
    with transaction(database.conn):
        return receivers.add(database.conn, name, kind, address, secret, "ani")


def confirmed(database, **what):
    one = add(database, **what)
    receivers.confirm(database.conn, one.id)
    return receivers.find(database.conn, one.id)


def log(database):
    return database.execute("SELECT receiver, title, purpose, went, answer FROM deliveries ORDER BY id").fetchall()


def test_nothing_reaches_an_address_that_is_not_confirmed_and_what_waits_comes_afterwards(database, mail):
    one = add(database)
    add_watch(database.conn, "jengkol", {"query": "jengkol"}, [one.reference])
    put(database, 1)
    assert run(database, only="jengkol") == [] and mail.messages == [] and log(database) == []
    assert "not confirmed" in deliver.deliver(database.conn, one.reference, "Judul", "isi")
    assert mail.messages == []
    key = receivers.invite(database.conn, one.id)
    assert key not in str(database.execute("SELECT * FROM receivers").fetchall())
    assert receivers.confirm_by(database.conn, key).name == "Humas"
    with pytest.raises(UserError, match="does not hold"):
        receivers.confirm_by(database.conn, key)  # it works once
    (sent,) = run(database, only="jengkol")
    assert (sent.stories, sent.error) == (1, None)
    (message,) = mail.messages
    assert message["To"] == "humas@contoh.go.id" and subject(message) == "[Pantau] jengkol: 1 artikel"
    assert log(database)[-1] == ("Humas", "[Pantau] jengkol: 1 artikel", "message", 1, "diterima server")


def test_who_is_paused_or_removed_gets_later_what_came_meanwhile(database, mail):
    one = confirmed(database)
    add_watch(database.conn, "jengkol", {"query": "jengkol"}, [one.reference])
    for number, change in enumerate((receivers.set_paused, receivers.set_removed)):
        word = change.__name__.removeprefix("set_")
        change(database.conn, one.id, **{word: True})
        put(database, number)
        assert run(database, only="jengkol") == []
        change(database.conn, one.id, **{word: False})
        assert [d.stories for d in run(database, only="jengkol")] == [1]
    receivers.set_removed(database.conn, one.id, removed=True)
    confirmed(database)
    with pytest.raises(UserError, match="of this name"):
        receivers.set_removed(database.conn, one.id, removed=False)


def test_a_link_ends_after_three_days_and_few_are_sent_in_a_day(database):
    one = add(database)
    key = receivers.invite(database.conn, one.id)
    database.execute("UPDATE receivers SET confirm_until = '2020-01-01T00:00:00+00:00'")
    assert receivers.invited(database.conn, key) is None
    for _ in range(receivers.CONFIRMATIONS):
        receivers.invite(database.conn, one.id)
        where = deliver.Target("", one.name, one.id)
        deliver.record(database.conn, where, "Konfirmasi", "", went=True, purpose=deliver.CONFIRMATION)
    with pytest.raises(UserError, match="tomorrow"):
        receivers.invite(database.conn, one.id)
    other = add(database, name="Lain", address="lain@contoh.go.id")
    receivers.invite(database.conn, other.id)
    database.execute("UPDATE deliveries SET sent_at = '2020-01-01T00:00:00+00:00'")
    receivers.invite(database.conn, one.id)
    deliver.record(database.conn, where, "Baru", "", went=True)
    assert [row[1] for row in log(database)] == ["Baru"]  # what is old is taken out of the log


def test_secrets_are_unreadable_without_their_key_and_nothing_is_lost_with_another(database, monkeypatch, tmp_path):
    one = confirmed(database, kind="telegram", address="-1001234567", secret=TOKEN)
    add_watch(database.conn, "jengkol", {"query": "jengkol"}, [one.reference])
    put(database, 1)
    database.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert TOKEN.encode() not in (tmp_path / "uji.db").read_bytes()
    monkeypatch.setenv("PANTAU_KEY", OTHER)
    (failed,) = run(database, [], only="jengkol")
    assert "cannot be read with this PANTAU_KEY" in failed.error and TOKEN not in str(log(database))
    monkeypatch.delenv("PANTAU_KEY")
    (failed,) = run(database, [], only="jengkol")
    assert "PANTAU_KEY is not set" in failed.error
    with pytest.raises(UserError, match="PANTAU_KEY is not set"):
        add(database, name="Lain", kind="telegram", address="@saluran", secret=TOKEN)
    monkeypatch.setenv("PANTAU_KEY", f"{OTHER} {KEY}")  # the new key before the old one
    sent = []
    (gone,) = run(database, sent, only="jengkol")
    assert gone.error is None and sent[0][0] == f"tgram://{TOKEN}/-1001234567"


def test_a_snapshot_has_no_receivers_and_no_log(database, tmp_path):
    confirmed(database)
    database.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    publish(tmp_path / "uji.db", tmp_path / "umum.db")
    with closing(sqlite3.connect(tmp_path / "umum.db")) as copy:
        names = {row[0] for row in copy.execute("SELECT name FROM sqlite_master")}
    assert not names & {"receivers", "deliveries", "watches"}
    assert b"humas@contoh.go.id" not in (tmp_path / "umum.db").read_bytes()


@pytest.mark.parametrize(
    "what",
    [
        {"kind": "mail", "address": "humas"},
        {"kind": "mail", "address": "humas@contoh.go.id\nBcc: lain@contoh.go.id"},
        {"kind": "mail", "address": "a@b.id,c@d.id"},
        {"kind": "telegram", "address": "saluran", "secret": TOKEN},
        {"kind": "telegram", "address": "@saluran", "secret": "123/../x"},
        {"kind": "webhook", "secret": "http://hook.contoh.id/x"},
        {"kind": "webhook", "secret": "https://hook.contoh.id:8443/x"},
        {"kind": "webhook", "secret": "https://ani:sandi@hook.contoh.id/"},
        {"kind": "webhook", "secret": "https://127.0.0.1/"},
        {"kind": "webhook", "secret": "https://[::1]/"},
        {"kind": "webhook", "secret": "https://[::ffff:10.0.0.1]/"},
        {"kind": "webhook", "secret": "https://169.254.169.254/latest"},
        {"kind": "webhook", "secret": "https://0x7f.1/"},
        {"kind": "webhook", "secret": "https://2130706433/"},
        {"kind": "webhook", "secret": "https://server.local/"},
        {"kind": "webhook", "secret": "file:///etc/passwd"},
        {"kind": "sms", "address": "0812"},
        {"name": " "},
        {"name": "x" * 61},
    ],
)
def test_what_is_no_receiver_is_refused(database, what):
    with pytest.raises(UserError):
        add(database, **what)
    assert receivers.receivers(database.conn) == []


def test_a_public_name_that_means_a_private_address_gets_nothing(monkeypatch):
    """At the moment of sending the name is looked at again: what it means may have changed since it was added."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(UserError, match=r"means the private address 127\.0\.0\.1"):
        webhook.post("https://hook.contoh.id/rahasia", "Judul", "isi")


def test_a_webhook_of_ones_own_network_is_named_by_the_settings_and_redirects_lead_nowhere(database, monkeypatch, hook):
    monkeypatch.setenv("PANTAU_WEBHOOK_HOSTS", "127.0.0.1")
    base = f"http://127.0.0.1:{hook.server_address[1]}"
    one = confirmed(database, kind="webhook", address="", secret=f"{base}/rahasia")
    assert one.address == "127.0.0.1" and "rahasia" not in str(one)
    assert deliver.deliver(database.conn, one.reference, "Judul", "isi") is None
    ((path, body),) = hook.received
    assert path == "/rahasia" and (body["title"], body["message"]) == ("Judul", "isi") and "isi" in body["text"]
    hook.status, hook.location = 302, f"{base}/lain"
    assert "HTTP 302" in deliver.deliver(database.conn, one.reference, "Judul", "isi")
    assert [row[3:] for row in log(database)] == [(1, "HTTP 200"), (0, "OSError: 127.0.0.1: HTTP 302")]
    monkeypatch.delenv("PANTAU_WEBHOOK_HOSTS")
    assert deliver.deliver(database.conn, one.reference, "Judul", "isi") is not None
    assert len(hook.received) == 2 and "rahasia" not in str(log(database))
