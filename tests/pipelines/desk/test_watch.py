"""Watches: to a real SMTP server and a real webhook on loopback; once each, whatever fails or crashes."""

from __future__ import annotations

import email
import os
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from aiosmtpd.controller import Controller

from pipelines.database.open import transaction
from pipelines.desk.watch import digest
from pipelines.desk.watch.saved import (
    add_watch,
)
from pipelines.desk.watch.send import run_watches
from pipelines.records import TaggedArticle
from pipelines.search.filters import Filters
from pipelines.store.save import save
from tests.conftest import ROOT
from tests.pipelines.conftest import make_article

NOON = datetime(2025, 11, 12, 5, tzinfo=UTC)  # 12.00 WIB


class Mailbox:
    """An aiosmtpd handler that keeps every message."""

    def __init__(self):
        self.messages = []

    async def handle_DATA(self, server, session, envelope):
        self.messages.append(email.message_from_bytes(envelope.content))
        return "250 OK"


@pytest.fixture
def mailbox():
    box = Mailbox()
    with socket.socket() as free:  # the controller connects to its port to see that it is up: it must know it
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    box.address = f"mailto://127.0.0.1:{port}?mode=insecure&from=pantau@contoh.id&to=humas@contoh.id"
    yield box
    controller.stop()


def subject(message):
    return str(email.header.make_header(email.header.decode_header(message["Subject"])))


def put(database, number, *, text=None, hours=0, title=None):
    address = f"https://media{number}.id/berita"
    when = (NOON + timedelta(hours=hours)).isoformat(timespec="seconds")
    article = make_article(
        url=address,
        canonical_url=address,
        source_id=f"media{number}",
        kind="news",
        title=title or f"Kabar {number}",
        text=text or f"Harga jengkol nomor {number} naik lagi di pasar kecamatan.",
        published_at=when,
        fetched_at=when,
    )
    with transaction(database.conn):
        return save(database.conn, TaggedArticle(article, None)).article_id


def run(database, sent=None, now=NOON, **options):
    """The deliveries of a run; messages go to the list `sent` instead of Apprise when it is given."""
    send = None if sent is None else lambda address, title, body: sent.append((address, title, body))
    return list(run_watches(database.conn, now=now, send=send, **options))


def test_a_digest_reaches_mail_and_webhook_once(database, mailbox, webhook):
    put(database, 0)
    add_watch(database.conn, "jengkol", {"query": "jengkol"}, [mailbox.address, webhook.address])
    assert run(database) == []  # what was there is known
    put(database, 1)
    put(database, 2, text="Cuaca cerah.")
    put(database, 3, hours=1)
    done = run(database, only="jengkol")
    assert [(d.stories, d.error) for d in done] == [(2, None), (2, None)]
    assert run(database, only="jengkol") == []
    (message,) = mailbox.messages
    body = next(part for part in message.walk() if part.get_content_type() == "text/plain").get_payload(decode=True)
    assert subject(message) == "[Pantau] jengkol: 2 artikel" and message["To"] == "humas@contoh.id"
    assert body.decode().index("1. Kabar 3") < body.decode().index("2. Kabar 1") and b"https://media1.id/berita" in body
    assert [(path, hook["title"]) for path, hook in webhook.received] == [("/kait", subject(message))]


def parts(message):
    """What a mail reader can show: its plain text and its HTML."""
    found = {
        part.get_content_type(): part.get_payload(decode=True).decode()
        for part in message.walk()
        if not part.is_multipart()
    }
    return found["text/plain"], found["text/html"]


def test_a_mail_has_the_medium_the_time_the_hit_and_the_ways_on(database, mailbox, monkeypatch):
    monkeypatch.setenv("PANTAU_PUBLIC_URL", "https://pantau.contoh.go.id")
    database.conn.execute(
        "INSERT INTO sources (id, name, kind, status) VALUES ('media1', 'Media Satu', 'media', 'active')"
    )
    add_watch(database.conn, "jengkol", {"query": "jengkol", "source": "media1"}, [mailbox.address])
    hostile = "<b onclick=x>Jengkol</b> & petai"
    put(database, 1, title=hostile, text="Pembuka panjang. " * 60 + "Petani menjual jengkol mahal. " + "Penutup. " * 60)
    assert [d.error for d in run(database)] == [None]
    plain, html = parts(mailbox.messages[0])
    for text in (plain, html):
        assert "Media Satu, 12-11-2025 12.00 WIB" in text and "https://media1.id/berita" in text
        assert "https://pantau.contoh.go.id/artikel/1" in text
        assert "https://pantau.contoh.go.id/cari?q=jengkol" in text and "sumber Media Satu" in text
        assert "Lihat semua" in text
    assert "Petani menjual jengkol mahal" in " ".join(plain.split()) and "menjual <b>jengkol</b> mahal" in html
    assert f"1. {hostile}" in plain and "onclick=x>" not in html.replace("&lt;b onclick=x&gt;", "")
    assert html.startswith("<!doctype html>") and 'lang="id"' in html


def test_an_address_that_is_no_web_address_is_no_link(database, mailbox):
    add_watch(database.conn, "jengkol", {"query": "jengkol"}, [mailbox.address])
    put(database, 1)
    database.conn.execute("UPDATE articles SET url = 'javascript:alert(1)'")
    run(database)
    assert "href" not in parts(mailbox.messages[0])[1]


def test_a_service_that_is_no_mail_gets_plain_text(database, webhook):
    add_watch(database.conn, "jengkol", {"query": "jengkol"}, [webhook.address])
    put(database, 1)
    run(database)
    assert "<" not in webhook.received[0][1]["message"] and "1. Kabar 1" in webhook.received[0][1]["message"]


def test_a_receiver_that_fails_is_tried_again_and_blocks_no_other(database, mailbox, webhook):
    add_watch(database.conn, "jengkol", {"query": "jengkol"}, [webhook.address, mailbox.address])
    put(database, 1)
    webhook.status = 500
    first, second = run(database)
    assert first.error and second.error is None and len(mailbox.messages) == 1
    webhook.status = 200
    webhook.received.clear()
    put(database, 2)
    again = run(database, only="jengkol")
    assert [(d.stories, d.error) for d in again] == [(2, None), (1, None)]
    assert "kirim ulang" not in webhook.received[0][1]["title"]  # nothing had gone
    assert len(mailbox.messages) == 2


def test_a_crash_between_sending_and_recording_sends_twice_and_says_so(database, mailbox, webhook, tmp_path):
    """At least once: the second mail is marked. The receiver whose turn had not come gets one message."""
    add_watch(database.conn, "jengkol", {"query": "jengkol"}, [mailbox.address, webhook.address])
    put(database, 1)
    script = (
        "import os, sys; from pathlib import Path; from pipelines.desk.watch import deliver, send as sending; from pipelines.database.open import connect\n"
        "def send(*words):\n    deliver.send_through_apprise(*words)\n    os._exit(9)\n"
        "list(sending.run_watches(connect(Path(sys.argv[1])).conn, send=send))\n"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", script, str(tmp_path / "uji.db")]
    assert subprocess.run(command, env=environment, timeout=60).returncode == 9
    assert [d.error for d in run(database)] == [None, None]
    assert run(database, only="jengkol") == []
    title = "[Pantau] jengkol: 1 artikel"
    assert [subject(message) for message in mailbox.messages] == [title, f"(kirim ulang, mungkin ganda) {title}"]
    assert [hook["title"] for _, hook in webhook.received] == [title]


def test_copies_are_folded_and_a_late_copy_is_no_news(database):
    text = "Harga jengkol " + " ".join(f"kata{n}" for n in range(60))
    add_watch(database.conn, "jengkol", {"query": "jengkol"}, ["json://x"])
    put(database, 1, text=text, hours=2)
    early = put(database, 2, text=text, title="Yang pertama")
    sent = []
    run(database, sent)
    assert sent[0][2].count("https://") == 1 and "1. Yang pertama" in sent[0][2] and "juga di media1" in sent[0][2]
    put(database, 3, text=text, hours=3)
    assert run(database, sent, only="jengkol") == []
    assert early == 2


def test_history_is_no_news_but_what_is_recent_is(database):
    recent = (datetime.now(UTC) - timedelta(days=1)).isoformat(timespec="seconds")
    for number, (origin, when) in enumerate(
        [
            ("arsip lama.warc.gz", "2019-05-01T00:00:00+00:00"),
            ("pengambilan susulan", recent),
            (None, "2019-05-01T00:00:00+00:00"),
        ]
    ):
        article = make_article(
            url=f"https://media{number}.id/berita",
            canonical_url=f"https://media{number}.id/berita",
            source_id=f"media{number}",
            text=f"Dermaga nomor {number} diresmikan. Warga kampung {number * 7} berdatangan sejak pagi hari.",
            published_at=when,
            origin=origin,
        )
        with transaction(database.conn):
            save(database.conn, TaggedArticle(article, None))
    stories, newest, _ = digest.new_stories(database.conn, Filters(), 0)
    assert {story.url for story in stories} == {"https://media1.id/berita", "https://media2.id/berita"}
    assert newest == 3


def test_schedule_floor_ceiling_and_quiet_hours(database):
    add_watch(
        database.conn,
        "jengkol",
        {"query": "jengkol"},
        ["json://x"],
        every_minutes=60,
        floor=2,
        ceiling=2,
        quiet="22:00-06:00",
    )
    sent = []
    put(database, 1)
    assert run(database, sent, now=NOON) == []  # below the floor
    for number in (2, 3):
        put(database, number)
    assert run(database, sent, now=NOON + timedelta(minutes=30)) == []  # not due
    assert run(database, sent, now=NOON + timedelta(hours=11)) == []  # 23.00 WIB
    assert [d.stories for d in run(database, sent, now=NOON + timedelta(hours=18, minutes=1))] == [3]
    assert sent[0][2].count("https://") == 2 and sent[0][2].endswith("... dan 1 berita lain")
    put(database, 4, hours=19)
    assert run(database, sent, now=NOON + timedelta(hours=20)) == []
    assert [d.stories for d in run(database, sent, now=NOON + timedelta(hours=44))] == [1]  # waited a day


@pytest.mark.parametrize(
    ("clock", "held"), [("21:59", False), ("22:00", True), ("05:59", True), ("06:00", False), ("12:00", False)]
)
def test_quiet_hours_are_those_of_the_clock_in_wib(database, clock, held):
    add_watch(database.conn, "jengkol", {"query": "jengkol"}, ["json://x"], quiet="22:00-06:00")
    put(database, 1)
    now = datetime.fromisoformat(f"2025-11-12T{clock}:00+07:00")
    assert (run(database, [], now=now) == []) is held


def test_a_digest_gives_day_and_time_in_wib(database):
    add_watch(database.conn, "jengkol", {"query": "jengkol"}, ["json://x"])
    put(database, 1, hours=11.5, title="Menjelang tengah malam")
    put(database, 2, hours=12.5, title="Lewat tengah malam")
    sent = []
    run(database, sent, now=NOON + timedelta(hours=13))
    assert "media1, 12-11-2025 23.30 WIB" in sent[0][2]
    assert "media2, 13-11-2025 00.30 WIB" in sent[0][2]


def test_a_watch_is_due_when_its_interval_has_passed_give_or_take_a_minute(database):
    add_watch(database.conn, "jengkol", {"query": "jengkol"}, ["json://x"], every_minutes=60)
    put(database, 1)
    assert len(run(database, [], now=NOON)) == 1
    put(database, 2)
    assert run(database, [], now=NOON + timedelta(minutes=58, seconds=50)) == []
    assert len(run(database, [], now=NOON + timedelta(minutes=59))) == 1  # cron starts a little early or late


def test_more_news_than_a_digest_reads_come_with_the_next_ones(database, monkeypatch):
    monkeypatch.setattr(digest, "READ", 2)
    add_watch(database.conn, "jengkol", {"query": "jengkol"}, ["json://x"])
    for number in range(1, 6):
        put(database, number)
    sent = []
    assert [d.stories for _ in range(4) for d in run(database, sent, only="jengkol")] == [2, 2, 1]
    told = " ".join(body for _, _, body in sent)
    assert all(told.count(f"Kabar {number}") == 1 for number in range(1, 6))


@pytest.mark.parametrize(("today", "told"), [(6, False), (7, True)])
def test_a_spike_is_four_deviations_above_the_normal(database, today, told):
    """One a day is usual: 1 + 4 * sqrt(2) = 6.7 in a day are a spike."""
    for day in range(1, 29):
        put(database, day, hours=-24 * day - 1)
    add_watch(database.conn, "jengkol", {"query": "jengkol"}, ["json://x"], spike=True, floor=99)
    for number in range(100, 100 + today):
        put(database, number, hours=-1)
    assert [delivery.spike for delivery in run(database, [])] == [True] * told


def test_a_spike_is_told_once_and_rests(database):
    for day in range(1, 29):
        put(database, day, hours=-24 * day - 1)
    add_watch(database.conn, "jengkol", {"query": "jengkol"}, ["json://x"], spike=True, cooldown_hours=6, floor=99)
    sent = []
    assert run(database, sent) == []  # one a day is usual
    for number in range(100, 108):
        put(database, number, hours=-1)
    assert [(d.spike, d.error) for d in run(database, sent, only="jengkol")] == [(True, None)]
    assert sent[0][1:] == (
        "Lonjakan: jengkol",
        "8 berita dalam 24 jam terakhir; biasanya 1 sehari (28 hari sebelumnya).",
    )
    assert run(database, sent, only="jengkol", now=NOON + timedelta(hours=1)) == []
    assert len(run(database, sent, only="jengkol", now=NOON + timedelta(hours=7))) == 1


def test_secrets_come_from_the_environment(database, monkeypatch):
    add_watch(database.conn, "jengkol", {"query": "jengkol"}, ["json://u:${UJI_SANDI}@x/"])
    put(database, 1)
    sent = []
    assert "UJI_SANDI is not set" in run(database, sent)[0].error
    monkeypatch.setenv("UJI_SANDI", "rahasia")
    run(database, sent, only="jengkol")
    assert sent[0][0] == "json://u:rahasia@x/"
    stored = database.conn.execute("SELECT address, error FROM watch_receivers").fetchone()
    assert stored == ("json://u:${UJI_SANDI}@x/", None)
