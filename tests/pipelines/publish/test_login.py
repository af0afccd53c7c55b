"""The login: the right password gets in, guessing is slowed for the guesser alone, and nobody else waits for it."""

from __future__ import annotations

import asyncio
import http.client
import statistics
import threading
import time
import urllib.parse

import httpx
import pytest

from pipelines.publish.guard import brake, door, hashing
from pipelines.publish.guard.brake import LoginBrake, attempt_of
from pipelines.publish.guard.door import Door, Found
from pipelines.publish.guard.passwords import hash_password, read_hash
from tests.pipelines.publish.conftest import CHEAP, OFFICE, SECRET, Visitor, fill, start

HOME = "203.0.113.9"


@pytest.mark.parametrize("name", ["ani", "Ani", "ANI ", " aNi"])
def test_a_name_may_be_typed_in_capitals(team, name):
    assert asyncio.run(Visitor(team).log_in(name, "sandi-ani")).status_code == 303


def test_guessing_stops_the_guesser_at_that_account_and_nobody_else(team):
    async def play():
        guesser, colleague, elsewhere = Visitor(team), Visitor(team), Visitor(team, HOME)
        wrong = [await guesser.log_in("ani", f"tebak{n}") for n in range(7)]
        right = await guesser.log_in("ani", "sandi-ani")
        return wrong, right, await colleague.log_in("budi", "sandi-budi"), await elsewhere.log_in("ani", "sandi-ani")

    wrong, right, colleague, elsewhere = asyncio.run(play())
    assert [answer.status_code for answer in wrong] == [200] * 5 + [429] * 2
    assert right.status_code == 429 and 0 < int(right.headers["retry-after"]) <= 30
    assert "Terlalu banyak percobaan masuk. Coba lagi 30 detik lagi." in right.text
    assert (colleague.status_code, elsewhere.status_code) == (303, 303)


@pytest.mark.parametrize("path", ["/-/login/", "/-/login//", "/-/LOGIN", "/-/login.json"])
def test_no_other_address_is_the_login_page(team, path):
    """`/-/login/` once counted as a success, since Datasette answers it with a redirect."""

    async def play():
        visitor = Visitor(team)
        for n in range(5):
            await visitor.log_in("ani", f"tebak{n}")
            assert (await visitor.log_in("ani", "x", path)).status_code in (404, 405)
        return await visitor.log_in("ani", "sandi-ani")

    assert asyncio.run(play()).status_code == 429


def test_ones_own_right_password_clears_nothing_of_another_account(team):
    async def play():
        visitor, statuses = Visitor(team), []
        for n in range(6):
            statuses.append((await visitor.log_in("ani", f"tebak{n}")).status_code)
            assert (await Visitor(team).log_in("budi", "sandi-budi")).status_code == 303
        return statuses

    assert asyncio.run(play()) == [200] * 5 + [429]


def test_a_browser_that_logged_in_before_gets_in_while_others_guess(team):
    async def play():
        known = Visitor(team)
        await known.log_in("Ani", "sandi-ani")
        for n in range(8):
            blocked = await Visitor(team).log_in("ani", f"tebak{n}")
        again = await known.log_in("ani", "sandi-ani")
        own = [(await known.log_in("ani", "salah")).status_code for _ in range(6)]
        return blocked, again, own

    blocked, again, own = asyncio.run(play())
    assert blocked.status_code == 429 and again.status_code == 303
    assert own == [200] * 5 + [429]  # it is counted, too


@pytest.mark.parametrize("value", ["", "x", "{}", "ada.palsu"])
def test_a_made_up_cookie_is_no_known_browser(team, value):
    async def play():
        visitor = Visitor(team)
        visitor.client.cookies.set("pantau_kenal", value)
        visitor.client.cookies.set("pantau_kenal", team.sign({"n": "budi", "b": "x"}, "pantau_kenal"), path="/-/login")
        return [(await visitor.log_in("ani", "tebak")).status_code for _ in range(6)]

    assert asyncio.run(play()) == [200] * 5 + [429]


AUTHORIZATIONS = [
    "Basic YW5pOnNhbmRpLWFuaQ==",
    "Basic",
    "Basic ",
    "Basic !!!",
    "Basic /w==",
    "Basic \xff",
    "Bearer x",
    "Basic YW5pOg== Basic x",
]


@pytest.mark.parametrize("value", AUTHORIZATIONS)
def test_authorization_is_not_read(team, site, value):
    """The first is Ani's right password: the login page is the only way in, since wrong ones are counted there alone."""
    header = {"authorization": value.encode("latin-1")}
    assert asyncio.run(Visitor(team).client.get("/pejabat", headers=header)).status_code == 302
    assert site("/pejabat", headers=header).status_code == 200


FOREIGN = [
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"origin": "https://jahat.example"},
    {"origin": "http://localhost.jahat.example"},
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_another_site_logs_nobody_in(team, headers):
    assert asyncio.run(Visitor(team).log_in("ani", "sandi-ani", **headers)).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [{"sec-fetch-site": "same-origin", "origin": "null"}, {"origin": "null"}, {"origin": "http://localhost"}, {}],
)
def test_our_own_form_logs_in(team, headers):
    assert asyncio.run(Visitor(team).log_in("ani", "sandi-ani", **headers)).status_code == 303


def test_a_login_without_our_token_is_refused_also_without_any_cookie(team):
    """Else another site logs a reader in as somebody whose watches the reader then fills."""

    async def play(**more):
        client = Visitor(team).client
        form = {"username": "ani", "password": "sandi-ani"} | more
        return await client.post("/-/login", data=form)

    answers = [asyncio.run(play()), asyncio.run(play(csrftoken="x")), asyncio.run(play(csrftoken="é"))]
    assert [answer.status_code for answer in answers] == [403] * 3
    assert "kedaluwarsa" in answers[0].text


def test_the_brake_grows_ends_and_forgets():
    counted, ani = LoginBrake(), attempt_of("ani", OFFICE)
    waits, now = [], 0.0
    for _ in range(12):
        counted.failed(ani, now)
        waits.append(counted.wait(ani, now))
        now += waits[-1]
    assert waits == [0] * 4 + [30, 60, 120, 240, 480, 900, 900, 900]
    assert counted.wait(ani, now + brake.FORGET_SECONDS) == 0
    counted.failed(ani, now + brake.FORGET_SECONDS)
    assert counted.wait(ani, now + brake.FORGET_SECONDS) == 0


def test_many_addresses_at_one_account_wait_up_to_a_minute():
    counted = LoginBrake()
    for n in range(200):
        counted.failed(attempt_of("ani", f"10.0.0.{n}"), 0.0)
    assert counted.wait(attempt_of("ani", HOME), 0.0) == 60
    assert counted.wait(attempt_of("ani", HOME, "peramban-ani"), 0.0) == 0
    assert counted.wait(attempt_of("budi", HOME), 0.0) == 0


def test_many_accounts_from_one_address_go_slowly_and_each_is_judged_once():
    counted = LoginBrake()
    for n in range(200):
        counted.failed(attempt_of(f"orang{n}", OFFICE), 0.0)
    assert counted.wait(attempt_of("orang7", OFFICE), 0.0) == 60
    assert counted.wait(attempt_of("ani", OFFICE), 0.0) == 0
    assert counted.pause(attempt_of("ani", OFFICE), 0.0) == brake.PAUSE_SECONDS
    assert counted.pause(attempt_of("ani", HOME), 0.0) == 0


def test_a_network_of_ipv6_is_one_address():
    assert attempt_of("ani", "2001:db8::1") == attempt_of("Ani", "2001:db8::ffff")
    assert attempt_of("ani", "2001:db8::1") != attempt_of("ani", "2001:db8:0:1::1")


def test_the_brake_remembers_a_bounded_number(monkeypatch):
    monkeypatch.setattr(brake, "MOST_REMEMBERED", 100)
    counted = LoginBrake()
    for n in range(1000):
        counted.failed(attempt_of("x" * 70_000 + str(n), f"10.0.{n // 250}.{n % 250}"), 0.0)
    for counts in (counted.by_pair, counted.by_account, counted.by_address):
        assert len(counts.kept) <= 100
        assert all(len(part) <= brake.LONGEST_KEY for key in counts.kept for part in key)


def test_hashing_is_bounded_fair_and_beside_the_loop():
    """Twenty from one address get five in line; one from elsewhere is judged all the same, and the loop goes on."""
    running, most = 0, 0
    lock = threading.Lock()

    def slow():
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.05)
        with lock:
            running -= 1
        return True

    async def play():
        place = hashing.Hashing()
        crowd = [place.run(OFFICE, slow) for _ in range(20)] + [place.run(f"10.0.0.{n}", slow) for n in range(60)]
        return await asyncio.gather(*crowd, return_exceptions=True), await place.run(HOME, slow)

    answers, late = asyncio.run(play())
    assert sum(answer is True for answer in answers[:20]) == hashing.MOST_IN_LINE
    assert sum(answer is True for answer in answers) == hashing.MOST_WAITING
    assert all(answer is True or isinstance(answer, hashing.Crowded) for answer in answers)
    assert late and most == hashing.AT_ONCE


def test_a_full_line_is_told_when_to_come_again(team, monkeypatch):
    """The first one's hash takes until the last are refused."""
    refused = threading.Event()
    monkeypatch.setattr(door, "matches", lambda *_: not refused.wait(60))

    async def play():
        visitors = [Visitor(team) for _ in range(9)]
        for visitor in visitors:
            await visitor.client.get("/-/login")
        waiting = {asyncio.ensure_future(v.log_in(f"orang{n}", "x")) for n, v in enumerate(visitors)}
        full = set()
        while len(full) < 9 - hashing.MOST_IN_LINE:
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            full |= done
        refused.set()
        return [one.result() for one in full], await asyncio.gather(*waiting)

    full, judged = asyncio.run(play())
    assert [answer.status_code for answer in judged] == [200] * hashing.MOST_IN_LINE
    assert {answer.status_code for answer in full} == {503}
    assert full[0].headers["retry-after"] == str(door.CROWDED_SECONDS)
    assert "Terlalu banyak yang sedang masuk. Coba lagi 5 detik lagi." in full[0].text


def test_a_door_asks_wherever_accounts_are_kept():
    asked = []

    async def find(name):
        asked.append(name)
        return Found(read_hash(hash_password("sandi", CHEAP)) if name == "ani" else None)

    async def play():
        judge = Door(find, CHEAP).judge
        return [await judge(attempt_of(name, OFFICE), "sandi") for name in ("Ani", "Budi")]

    assert [verdict.right for verdict in asyncio.run(play())] == [True, False]
    assert asked == ["ani", "budi"]


def _post(port, address, name):
    """A wrong password over the wire: token, then form. The status."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", "/-/login", headers={"x-forwarded-for": address})
        answer = connection.getresponse()
        answer.read()
        token = (answer.getheader("set-cookie") or "").partition("ds_csrftoken=")[2].partition(";")[0]
        form = urllib.parse.urlencode({"username": name, "password": "tebak", "csrftoken": token})
        connection.request(
            "POST",
            "/-/login",
            form,
            {
                "x-forwarded-for": address,
                "cookie": f"ds_csrftoken={token}",
                "content-type": "application/x-www-form-urlencoded",
            },
        )
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def middle(reader, times):
    """Seconds within which a search came in half of all cases."""
    taken = []
    for _ in range(times):
        begin = time.monotonic()
        assert reader.get("/cari?q=pasar").status_code == 200
        taken.append(time.monotonic() - begin)
        time.sleep(0.05)
    return statistics.median(taken)


@pytest.mark.timing
@pytest.mark.slow
def test_eight_clients_that_guess_slow_no_reader_down(tmp_path):
    """Each at an address of its own with ever new names, so that no wait spares the machine a hash."""
    path = tmp_path / "tim.db"
    fill(path)
    hashes = {"PANTAU_LOGIN_ANI": hash_password("sandi-ani")}
    process, url = start(path, "--login", PANTAU_SECRET=SECRET, **hashes)
    port, stop, statuses = int(url.rpartition(":")[2]), threading.Event(), []

    def guess(number):
        turn = 0
        while not stop.is_set():
            turn += 1
            statuses.append(_post(port, f"10.1.1.{number}", f"orang{number}-{turn}"))

    threads = [threading.Thread(target=guess, args=(number,), daemon=True) for number in range(8)]
    try:
        with httpx.Client(base_url=url, timeout=60) as reader:
            token = reader.get("/-/login").cookies["ds_csrftoken"]
            form = {"username": "ani", "password": "sandi-ani", "csrftoken": token}
            assert reader.post("/-/login", data=form).status_code == 303
            quiet = middle(reader, 40)
            for thread in threads:
                thread.start()
            time.sleep(1)
            guessed = middle(reader, 60)
    finally:
        stop.set()
        process.terminate()
        process.wait(10)
    assert statuses.count(200) >= 8  # they were judged, not refused
    print(f"median {quiet * 1000:.0f} ms quiet, {guessed * 1000:.0f} ms beside {statuses.count(200)} hashes")
    assert guessed < max(0.3, 6 * quiet)  # hashing in the loop: some hashes a page, each as dear as ten pages
