"""Others' WARC files, record by record: every shape that is written, and every way in which a file is broken."""

from __future__ import annotations

import gzip
import io
import random
import time

import pytest

from pipelines.archive.foreign import MAX_RECORD, Records, archive_key, is_warc
from pipelines.archive.members import CHUNK, MAGIC
from tests.pipelines.archive.foreign_files import html, members, one_member, others, record, response

URLS = [f"https://kabar.contoh/berita/{n}" for n in range(4)]
PAGES = [response(url, html(f"Dermaga nomor {n}")) for n, url in enumerate(URLS)]
ALL = [*others(URLS[0]), *PAGES]
FORMS = {"members": members, "one member": one_member, "plain": b"".join}


def read(data: bytes, **options):
    """(the answers of a file, its Records)."""
    records = Records(io.BytesIO(data), **options)
    return [answer for answer in records if answer], records


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_file_gives_every_page_once(form):
    answers, records = read(FORMS[form](ALL))
    assert [answer.url for answer in answers] == URLS
    assert answers[0].body == html("Dermaga nomor 0")
    assert answers[0].captured_at == "2025-11-12T04:00:00+00:00"
    assert (answers[0].status, answers[0].header("etag")) == (200, '"orang-lain"')
    assert records.counts == {"records": 8, "other": 3, "revisit": 1}
    assert not records.is_cut


@pytest.mark.parametrize("form", FORMS)
def test_reading_goes_on_from_every_position(form):
    data = FORMS[form](ALL)
    whole = Records(io.BytesIO(data))
    places = [whole.position]
    for _ in whole:
        places.append(whole.position)
    for done, place in enumerate(places):
        answers, records = read(data, start=place)
        assert records.counts["records"] == len(ALL) - done
        assert [answer.url for answer in answers] == URLS[max(0, done - 4) :]


@pytest.mark.parametrize("encoding", ["", "gzip", "deflate", "raw deflate", "br"])
@pytest.mark.parametrize("chunked", [False, True])
def test_encodings_are_undone(encoding, chunked):
    body = html("Pelabuhan rakyat", "Perahu " * 50_000)
    answers, _ = read(members([response(URLS[0], body, encoding=encoding, chunked=chunked)]))
    assert [answer.body for answer in answers] == [body]


def test_a_body_that_is_not_what_its_headers_say_stays_as_it_is():
    """Some crawlers undo encodings and keep the headers."""
    body = html("Sudah dibuka")
    said = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: %s\r\nTransfer-Encoding: chunked\r\n\r\n"
    for encoding in (b"gzip", b"br"):
        answers, _ = read(members([record("response", URLS[0], said % encoding + body)]))
        assert [answer.body for answer in answers] == [body]


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (response(URLS[0], b"", status="301 Moved Permanently"), "status"),
        (response(URLS[0], html("Tidak ada"), status="404 Not Found"), "status"),
        (response(URLS[0], b"\xff\xd8\xff", content_type="image/jpeg"), "type"),
        (response(URLS[0], html("Kapan"), WARC_Date=""), "undated"),
        (response(URLS[0], html("Kapan"), WARC_Date="2999-01-01T00:00:00Z"), "undated"),
        (response(URLS[0], html("Panjang"), Content_Length=""), "broken"),
        (response(URLS[0], html("Panjang"), Content_Length="-7"), "broken"),
        (response(URLS[0], html("Panjang"), Content_Length="999999999"), "large"),
        (record("response", URLS[0], b"bukan HTTP"), "status"),
        (record("response", URLS[0], b"HTTP/1.1 200 OK\r\n" + b"X-Uji: ya\r\n" * 9_000), "broken"),
        (record("dns", "dns:contoh", b"127.0.0.1"), "other"),
    ],
)
@pytest.mark.parametrize("form", ["members", "one member"])
def test_what_is_no_page_is_counted_and_costs_no_other(one, why, form):
    if form == "one member" and why == "large":
        pytest.skip("a length that is a lie hides what follows where nothing else tells records apart")
    answers, records = read(FORMS[form]([one, PAGES[1]]))
    assert [answer.url for answer in answers] == [URLS[1]]
    assert records.counts[why] == 1


def test_a_record_without_digest_and_with_brackets_around_its_address_is_read():
    answers, _ = read(members([response(URLS[0], html("Wget lama"), WARC_Target_URI=f"<{URLS[0]}>")]))
    assert [answer.url for answer in answers] == [URLS[0]]


def test_what_nobody_wants_is_not_even_unpacked():
    answers, records = read(members(ALL), wanted=lambda url: url == URLS[2])
    assert [answer.url for answer in answers] == [URLS[2]]
    assert records.counts["elsewhere"] == 3


@pytest.mark.parametrize("form", FORMS)
def test_a_file_that_ends_early_gives_what_was_whole(form):
    data = FORMS[form](ALL)
    answers, records = read(data[:-30])
    assert [answer.url for answer in answers] == URLS[: len(answers)]
    assert len(answers) >= (0 if form == "one member" else 3)
    assert records.is_cut
    again, records = read(data, start=records.position)  # the rest of the file has come
    assert [answer.url for answer in answers + again] == URLS


def test_garbage_between_records_and_a_damaged_member_cost_no_other_record():
    noise = random.Random(3).randbytes(200_000)
    torn = bytearray(gzip.compress(PAGES[1]))
    torn[40:80] = bytes(40)
    parts = [gzip.compress(PAGES[0]), noise, bytes(torn), b"\0" * 70_000, gzip.compress(PAGES[2])[:-300]]
    answers, records = read(b"".join([*parts, gzip.compress(PAGES[3])]))
    assert URLS[0] in [answer.url for answer in answers]
    assert answers[-1].url == URLS[3]
    assert records.counts["damaged"] >= 1
    assert records.stream.garbage > 200_000
    answers, records = read(PAGES[0] + b"bukan rekaman\r\n" * 5_000 + PAGES[1])
    assert [answer.url for answer in answers] == URLS[:2]


def test_a_lying_length_ends_with_its_member():
    lie = response(URLS[0], html("Bohong"), Content_Length=str(MAX_RECORD - 1))
    answers, records = read(members([lie, PAGES[1]]))
    assert [answer.url for answer in answers] == [URLS[1]]
    assert (records.counts["broken"], records.is_cut) == (1, False)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
def test_a_bomb_is_too_large_and_not_unpacked(encoding):
    began = time.process_time()
    answers, records = read(members([response(URLS[0], bytes(80_000_000), encoding=encoding), PAGES[1]]))
    assert [answer.url for answer in answers] == [URLS[1]]
    assert records.counts["large"] == 1
    assert time.process_time() - began < 30


def test_a_file_of_nothing_but_beginnings_takes_no_longer_than_its_length():
    hostile = (MAGIC + b"\0" * 7) * (20 * CHUNK // 10)
    began = time.process_time()
    answers, _ = read(hostile)
    assert not answers
    assert time.process_time() - began < 20


def test_a_file_is_the_same_by_any_name_and_another_when_its_end_differs():
    data = members(ALL)
    one, same, other = (archive_key(io.BytesIO(some)) for some in (data, data, data[:-1] + b"x"))
    assert one == same
    assert one[0] != other[0]


@pytest.mark.parametrize(
    ("data", "good"),
    [
        (members(ALL), True),
        (one_member(ALL), True),
        (b"".join(ALL), True),
        (b"", False),
        (b"PK\x03\x04", False),
        (gzip.compress(b"<html>", mtime=0), False),
        (MAGIC + b"\0\xff" * 99, False),
    ],
)
def test_what_is_a_warc_file_is_known_by_its_beginning(data, good):
    assert is_warc(io.BytesIO(data)) is good
