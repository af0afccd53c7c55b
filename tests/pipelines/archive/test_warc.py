"""The archive is readable, survives a torn tail, and mends what a killed writer left."""

from __future__ import annotations

import os

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.records import Link
from pipelines.archive.warc import Archive, ArchiveError, mend
from tests.pipelines.archive.fetched import page


def test_pages_are_read_back_and_the_file_is_warc_1_1(tmp_path):
    archive = Archive(tmp_path)
    places = [archive.write(page(body=f"<p>isi {n}</p>".encode())) for n in range(5)]
    archive.close()
    assert [Archive(tmp_path).read(*place) for place in places] == [f"<p>isi {n}</p>".encode() for n in range(5)]
    with (tmp_path / places[0][0]).open("rb") as handle:
        records = [(record.rec_type, record.rec_headers) for record in ArchiveIterator(handle)]
    kinds = [(kind, headers.protocol) for kind, headers in records[:3]]
    assert kinds == [("warcinfo", "WARC/1.1"), ("response", "WARC/1.1"), ("request", "WARC/1.1")]
    for (_, response), (_, request) in zip(records[1::2], records[2::2], strict=True):
        assert request["WARC-Concurrent-To"] == response["WARC-Record-ID"]


class FullDisk:
    """A file that takes nothing more."""

    def __init__(self, file):
        self.tell = file.tell

    def write(self, data):
        raise OSError("penuh")


def test_a_record_that_could_not_be_written_is_not_in_the_next_one(tmp_path, monkeypatch):
    archive = Archive(tmp_path)
    archive.write(page(body=b"satu"))
    with monkeypatch.context() as full_disk, pytest.raises(OSError, match="penuh"):
        full_disk.setattr(archive, "_file", FullDisk(archive._file))
        full_disk.setattr(archive._writer, "out", archive._file)
        archive.write(page(body=b"dua"))
    place = archive.write(page(body=b"tiga"))
    archive.close()
    assert Archive(tmp_path).read(*place) == b"tiga"
    with (tmp_path / place[0]).open("rb") as handle:
        kinds = [record.rec_type for record in ArchiveIterator(handle)]
    assert kinds == ["warcinfo", "response", "request", "response", "request"]


def test_files_rotate_by_size(tmp_path):
    archive = Archive(tmp_path, max_bytes=1_000)
    names = {archive.write(page())[0] for _ in range(12)}
    archive.close()
    assert len(names) > 1


def test_a_torn_tail_is_named_and_harms_no_other_record(tmp_path):
    archive = Archive(tmp_path)
    first, second = archive.write(page(body=b"satu")), archive.write(page(body=b"dua" * 5_000))
    archive.close()
    path = tmp_path / first[0]
    path.write_bytes(path.read_bytes()[: second[1] + 200])
    assert Archive(tmp_path).read(*first) == b"satu"
    with pytest.raises(ArchiveError, match=f"{second[0]} at {second[1]}"):
        Archive(tmp_path).read(*second)
    with pytest.raises(ArchiveError, match="tidakada"):
        Archive(tmp_path).read("tidakada.warc.gz", 0)


@pytest.mark.parametrize("left", [0, 10, 200, 100_000])
def test_a_killed_writers_file_is_mended_and_its_lost_pages_are_asked_for_again(tmp_path, orders, left):
    archive = Archive(tmp_path)
    urls = ["http://a/1", "http://a/2"]
    orders.plan("uji", [Link(url) for url in urls])
    places = [archive.write(page(url, body=os.urandom(4_000))) for url in urls]
    for url, place in zip(urls, places, strict=True):
        orders.record_fetched(page(url), *place)
    file = tmp_path / places[0][0]
    assert mend(tmp_path) == []  # its writer lives
    archive._mark.close()  # what the end of a process does
    archive._mark = None
    archive.close()
    file.write_bytes(file.read_bytes()[: places[1][1] + left])
    ((name, size),) = mend(tmp_path)
    assert (name, size == file.stat().st_size, list(tmp_path.glob("*.open"))) == (file.name, True, [])
    with file.open("rb") as handle:
        count = sum(record.rec_type == "response" for record in ArchiveIterator(handle, check_digests="raise"))
    lost = orders.forget_lost(name, size)
    assert (count, lost) == ((2, 0) if left == 100_000 else (1, 1))
    assert len(orders.pending("uji")) == lost
    assert mend(tmp_path) == []


def test_a_closed_file_has_no_mark_and_a_file_with_nothing_whole_is_removed(tmp_path):
    archive = Archive(tmp_path)
    archive.write(page())
    archive.close()
    assert [path.suffix for path in tmp_path.iterdir()] == [".gz"]
    (tmp_path / "pantau-1.warc.gz").write_bytes(b"\x1f\x8b\x08")
    (tmp_path / "pantau-1.warc.gz.open").touch()
    assert mend(tmp_path) == [("pantau-1.warc.gz", 0)]
    assert not (tmp_path / "pantau-1.warc.gz").exists()
