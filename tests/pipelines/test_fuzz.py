"""What nobody would write: searches, archives and texts of any shape give a result or their own error, in time."""

from __future__ import annotations

import io
import time
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import nlp
from nlp.records import Document
from nlp.tag import tag_texts
from pipelines.archive.warc import Archive, ArchiveError, mend, read_response
from pipelines.database.open import connect
from pipelines.search.asked import Search
from tests.pipelines.archive.fetched import page

few = settings(
    max_examples=80,
    deadline=timedelta(seconds=5),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
WORDS = (
    'DAN|ATAU|BUKAN|AND|OR|NOT|NEAR|DEKAT|(|)|"|*|^|:|-|+|judul:|title:|{title}|\x00|’|“|”|\xa0|\u200b|\u00ad| |kerja|sama|'
    "covid-19|Jum'at|nota kesepahaman|/|,|NEAR(a b, 5)|é|ı|İ|ﷺ|²|9999999999999999999999"
).split("|")
QUERIES = st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=6)), max_size=12).map(" ".join)
NAMES = (
    "Menteri|Bupati|Wakil|Plt.|H.|Dr.|S.H.|Budi|Sari|Nota Kesepahaman|MoU|antara|dan|dengan|Pasal|UU|Nomor|12|Tahun|2024|Kota|"
    "Kabupaten|Semarang|Batu|kata|mengatakan|ujar|“|”|\"|'|,|.|;|:|(|)|-|—|/|\n|\n\n|PT|Dinas|disaksikan|=|_|*|\xa0|\u200b|"
    "\ufeff|\ud800|👩‍👩‍👧|é|Selasa (12/11/2025)|Ketua Umum|PKS|tentang|pada tanggal"
).split("|")
TEXTS = st.lists(st.one_of(st.sampled_from(NAMES), st.text(max_size=6)), max_size=60).map(" ".join)


@pytest.fixture(scope="module")
def searched(tmp_path_factory):
    opened = connect(tmp_path_factory.mktemp("cari") / "uji.db")
    yield opened.conn
    opened.close()


@few
@given(QUERIES, st.sampled_from(["", "1"]))
def test_searches(searched, query, operators):
    """What comes out of the query is FTS5's language, or says what could not be read."""
    expression = Search.read({"q": query, "operator": operators}.get).expression()
    if expression.match:
        searched.execute("SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? LIMIT 1", (expression.match,))


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """(an archive file's bytes, the offset of each of its pages)."""
    folder = tmp_path_factory.mktemp("arsip")
    written = Archive(folder)
    places = [written.write(page(f"http://a/{n}", body=b"<p>isi</p>" * n)) for n in range(4)]
    written.close()
    return (folder / places[0][0]).read_bytes(), [offset for _, offset in places]


@few
@given(st.data())
def test_archives(archive, tmp_path, data):
    """A byte changed, a piece cut out or put in, an end torn off: ArchiveError or the page; mend ends."""
    whole, offsets = archive
    start, length = data.draw(st.integers(0, len(whole))), data.draw(st.integers(0, 300))
    broken = whole[:start] + data.draw(st.binary(max_size=20)) + whole[start + length :]
    for offset in (*offsets, start, len(broken) + 5):
        try:
            read_response(io.BytesIO(broken), "uji.warc.gz", offset)
        except ArchiveError:
            continue
    (tmp_path / "uji.warc.gz").write_bytes(broken)
    (tmp_path / "uji.warc.gz.open").touch()
    ((_, size),) = mend(tmp_path)
    assert size <= len(broken)


@pytest.fixture(scope="module")
def tagger():
    return nlp.load()


@few
@given(TEXTS, TEXTS)
def test_texts(tagger, title, text):
    """No exception, offsets into the text as it came, and seconds at most for a few hundred words."""
    began = time.process_time()
    (tags,) = tag_texts(tagger, [Document(title[:300], text)])
    assert time.process_time() - began < 15
    for mention in tags.mentions:
        field = title[:300] if mention.field == "title" else text
        assert 0 <= mention.start < mention.end <= len(field)
