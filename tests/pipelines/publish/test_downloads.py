"""Files for many at once: nobody shuts them for others, and nothing is left of those that nobody reads."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path

import httpx
import pytest

from pipelines.publish.guard.turns import NoTurn, Turns
from pipelines.publish.views import downloads
from tests.pipelines.publish.conftest import fill, start

LARGE = 40_000_000  # characters of a text, far more than sockets hold between server and client
SLOW = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000000000) SELECT count(*) FROM n"


@pytest.mark.timing
def test_two_readers_of_one_address_leave_a_turn_for_others():
    async def play():
        turns, order = Turns(at_once=2, of_one=1, waiting=3, own_waiting=1, seconds=5), []

        async def run(name, seconds=0.05):
            try:
                async with turns.take(name):
                    order.append(name)
                    await asyncio.sleep(seconds)
            except NoTurn:
                order.append(f"{name} tidak")

        await asyncio.gather(run("a", 0.3), run("a"), run("a"), run("b"), run("c"), run("d"), run("e"))
        assert turns._running.total() == 0 and not turns._running and not turns._queue
        return order

    assert asyncio.run(play()) == ["a", "a tidak", "b", "e tidak", "c", "d", "a"]


def test_nobody_waits_longer_than_told():
    async def play():
        turns = Turns(at_once=1, of_one=1, waiting=1, own_waiting=1, seconds=0.05)
        async with turns.take("a"):
            with pytest.raises(NoTurn):
                async with turns.take("b"):
                    pass
        async with turns.take("b"):
            return True

    assert asyncio.run(play())


@pytest.fixture
def endless(monkeypatch):
    """Every file takes a query without end, of which SQLite is asked often whether it may go on."""
    begun = []

    def write(connection, *_, **__):
        begun.append(time.monotonic())
        connection.execute(SLOW).fetchone()

    monkeypatch.setattr(downloads.export, "export", write)
    return begun


def client_of(app, address):
    transport = httpx.ASGITransport(app=app.app(), client=(address, 1))
    return httpx.AsyncClient(transport=transport, base_url="http://localhost", timeout=60)


@pytest.mark.timing
def test_whoever_takes_long_makes_room_for_who_waits(site_path, open_site, monkeypatch, endless):
    """Two addresses hold both turns; the third one's small file comes as soon as their share of time is over."""
    monkeypatch.setattr(downloads, "SHARED_SECONDS", 0.5)
    monkeypatch.setattr(downloads, "EXPORT_SECONDS", 300.0)  # as long as the other one of the two would go on
    app = open_site(site_path)
    small = "/unduh/daftar/lembaga.csv"

    async def play():
        hogs = [asyncio.create_task(client_of(app, f"10.0.0.{n}").get("/unduh/articles.csv")) for n in range(2)]
        while len(endless) < 2:
            await asyncio.sleep(0.01)
        begin = time.monotonic()
        answer = await client_of(app, "10.0.0.9").get(small)
        seconds = time.monotonic() - begin
        monkeypatch.setattr(downloads, "EXPORT_SECONDS", 0.0)
        return answer, seconds, [await hog for hog in hogs]

    answer, seconds, hogs = asyncio.run(play())
    assert answer.status_code == 200 and seconds < 60
    assert hogs[0].status_code == 503 and "Persempit" in hogs[0].text


@pytest.mark.timing
def test_one_address_does_not_fill_the_queue(site_path, open_site, monkeypatch, endless):
    monkeypatch.setattr(downloads, "EXPORT_SECONDS", 1.0)
    app = open_site(site_path)

    async def play():
        one = client_of(app, "10.0.0.1")
        many = [asyncio.create_task(one.get("/unduh/articles.csv")) for _ in range(12)]
        while not endless:
            await asyncio.sleep(0.01)
        other = await client_of(app, "10.0.0.2").get("/unduh/daftar/lembaga.csv")
        return other, [await answer for answer in many]

    monkeypatch.setattr(downloads, "SHARED_SECONDS", 0.2)
    other, many = asyncio.run(play())
    assert other.status_code == 200
    assert {answer.status_code for answer in many} == {503}
    assert sum("sekaligus" in answer.text for answer in many) >= 6
    assert len(endless) <= 6


@pytest.fixture
def large(tmp_path):
    """A server over a database with one text of 40 MB, its folder for temporary files, and its process."""
    path, folder = tmp_path / "besar.db", tmp_path / "tmp"
    folder.mkdir()
    fill(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE articles SET title = 'x', text = ? WHERE id = 2", ("kata " * (LARGE // 5),))
    process, url = start(path, TMPDIR=str(folder), PANTAU_PLAIN="1")
    yield int(url.rpartition(":")[2]), folder, process
    process.terminate()
    process.wait(10)


def unnamed(process) -> int:
    """How many files without a name the process holds."""
    links = []
    for descriptor in Path(f"/proc/{process.pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            links.append(str(descriptor.readlink()))
    return sum("(deleted)" in link for link in links)


def until(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def unread(port, *, wait=True):
    """A client that asks for the large file and reads its first bytes alone."""
    client = socket.create_connection(("127.0.0.1", port), timeout=60)
    client.sendall(b"GET /unduh/articles.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    if wait:
        assert client.recv(12) == b"HTTP/1.1 200"
    return client


@pytest.mark.timing
def test_nothing_is_left_of_a_file_that_nobody_reads(large):
    port, folder, process = large
    before = unnamed(process)
    clients = [unread(port) for _ in range(2)]
    assert unnamed(process) == before + 2 and list(folder.iterdir()) == []
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as reader:
        assert reader.get("/unduh/daftar/lembaga.csv").status_code == 200  # slow readers shut nothing
    for client in clients:
        client.close()
    until(lambda: unnamed(process) == before)
    clients = [unread(port, wait=False) for _ in range(2)]
    for client in clients:
        client.close()  # while the file is written
    until(lambda: unnamed(process) == before)
    held = unread(port)
    process.kill()
    process.wait(10)
    held.close()
    assert list(folder.iterdir()) == []


@pytest.mark.timing
def test_a_client_that_reads_too_slowly_is_given_up(site_path, open_site, monkeypatch):
    monkeypatch.setattr(downloads, "SEND_SECONDS", 0.2)
    app = open_site(site_path)
    sent = []

    async def send(message):
        sent.append(message["type"])
        if message["type"] == "http.response.body":
            await asyncio.sleep(60)  # the client's window is full

    async def receive():
        await asyncio.sleep(60)

    async def play():
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/unduh/articles.csv",
            "raw_path": b"/unduh/articles.csv",
            "query_string": b"",
            "headers": [],
            "client": ("10.0.0.1", 1),
            "scheme": "http",
        }
        await app.app()(scope, receive, send)

    begin = time.monotonic()
    asyncio.run(play())
    assert time.monotonic() - begin < 30
    assert sent == ["http.response.start", "http.response.body"]
