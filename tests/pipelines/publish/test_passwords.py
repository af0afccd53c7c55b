"""Passwords as they are stored: Argon2id, older hashes that are stored anew, and the same work for every name."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import shutil

import pytest
from click.testing import CliRunner

from pipelines.cli import cli
from pipelines.database.open import connect
from pipelines.errors import UserError
from pipelines.publish import serve
from pipelines.publish.guard import accounts, passwords
from pipelines.publish.guard.mode import Mode
from pipelines.publish.guard.passwords import Cost, hash_password, matches, read_hash
from tests.pipelines.publish.conftest import CHEAP, SECRET, Visitor


def test_unknown_names_and_other_hashes_take_the_same_work_as_known_ones(monkeypatch):
    """Counted, not timed: Argon2id of every cost once, and as many rounds of PBKDF2 as the dearest hash has."""
    done, digest = [], passwords._digest
    monkeypatch.setattr(passwords, "_digest", lambda *asked: done.append(asked[2]) or digest(*asked))
    old, older = read_hash(old_hash("benar", 300)), read_hash(old_hash("benar", 100))
    known = [read_hash(hash_password("benar", CHEAP)), read_hash(hash_password("benar", Cost(2, 16))), old, older]
    costs = {stored.cost for stored in known}
    for stored in (*known, None):
        for password in ("salah", "benar"):
            done.clear()
            assert matches(password, stored, costs) == (stored is not None and password == "benar")
            assert {cost for cost in done if cost.memory} == {CHEAP, Cost(2, 16)}
            assert sum(cost.passes for cost in done if not cost.memory) == 300 and len(done) <= 4


def old_hash(password, iterations=1000):
    """As Pantau stored passwords before Argon2id, and Django does."""
    digest = hashlib.pbkdf2_hmac("sha256", password.encode(), b"garam", iterations)
    return f"pbkdf2_sha256${iterations}$garam${base64.b64encode(digest).decode()}"


def test_an_old_hash_lets_in_and_is_stored_anew_once(site_path, open_site, monkeypatch, tmp_path):
    """By the right password alone; the cookie of another browser holds, and a hash of the settings stays theirs."""
    path = tmp_path / "tim.db"
    shutil.copy(site_path, path)
    monkeypatch.setenv("PANTAU_SECRET", SECRET)
    monkeypatch.setenv("PANTAU_LOGIN_BUDI", old_hash("sandi-budi"))
    monkeypatch.setattr(serve, "COST", CHEAP)
    database = connect(path)
    for name, password in (("citra", "sandi-citra"), ("budi", "sandi-lain")):
        accounts.add(database.conn, name, "penyunting", "ani")
        accounts.set_password(database.conn, name, old_hash(password))

    def kept(name):
        return accounts.find(database.conn, name).password

    async def play():
        app = open_site(path, Mode(login=True))
        visitors = [Visitor(app) for _ in range(4)]
        answers = [(await visitors[0].log_in("citra", "salah")).status_code]
        before = kept("citra")
        for visitor, (name, password) in zip(
            visitors[1:], [("citra", "sandi-citra"), ("citra", "sandi-citra"), ("budi", "sandi-budi")], strict=True
        ):
            answers.append((await visitor.log_in(name, password)).status_code)
            answers.append(kept("citra"))
        reads = [(await visitor.client.get("/pejabat")).status_code for visitor in visitors]
        return answers, before, reads

    answers, before, reads = asyncio.run(play())
    assert before.startswith("pbkdf2_sha256$") and kept("budi").startswith("pbkdf2_sha256$")
    assert answers[2].startswith("$argon2id$") and answers[2] == answers[4] == answers[6]
    assert [answers[0], answers[1], answers[3], answers[5]] == [200, 303, 303, 303]
    assert reads == [302, 200, 200, 200]
    database.close()


def test_a_password_that_was_changed_meanwhile_is_not_put_back(tmp_path):
    database = connect(tmp_path / "tim.db")
    accounts.add(database.conn, "citra", "penyunting", "ani")
    accounts.set_password(database.conn, "citra", "baru")
    accounts.renew_hash(database.conn, "citra", "lama", "lama, disimpan ulang")
    assert accounts.find(database.conn, "citra").password == "baru"
    database.close()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "pbkdf2_sha256$1$x$x",
        "pbkdf2_sha256$x$a$" + "A" * 44,
        "bcrypt$1$a$" + "A" * 43 + "=",
        "pbkdf2_sha256$99999999999$a$" + "A" * 43 + "=",
        "$argon2id$v=19$m=262145,t=2,p=1$" + "A" * 22 + "$" + "A" * 43,
        "$argon2id$v=19$m=8,t=1,p=2$" + "A" * 22 + "$" + "A" * 43,
        "$argon2i$v=19$m=19456,t=2,p=1$" + "A" * 22 + "$" + "A" * 43,
    ],
)
def test_what_is_no_hash_is_refused_at_the_start(site_path, open_site, monkeypatch, text):
    monkeypatch.setenv("PANTAU_SECRET", SECRET)
    monkeypatch.setenv("PANTAU_LOGIN_ANI", text)
    with pytest.raises(UserError, match=r"PANTAU_LOGIN_ANI: .*pantau users hash-password"):
        open_site(site_path, Mode(login=True))


def test_the_hashes_of_datasettes_plugin_go_on_working():
    """Made by datasette-auth-passwords 1.1.1 with 1000 rounds."""
    kept = "pbkdf2_sha256$1000$733aef88cea816df8d46c8be490fa616$XW4nelwH4oz+0RfFWquYraCzQ6GyvLE7LlJ7ZCPsxZM="
    assert matches("sandi-lama", read_hash(kept), []) and not matches("sandi-baru", read_hash(kept), [])


def test_the_command_prints_a_hash():
    answer = CliRunner().invoke(cli, ["users", "hash-password", "--stdin"], input="rahasia dapur\n")
    assert answer.exit_code == 0
    stored = read_hash(answer.output)
    assert stored.cost == passwords.COST and matches("rahasia dapur", stored, [])
