"""Coverage: passages in common, labels, what a run costs, what people confirmed. The newsroom's pairs: tests/pipelines/run/test_demo.py."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from zlib import crc32

import pytest

from nlp.records import Official, Tags
from pipelines.coverage.compare import compare, passages, read_words, tile
from pipelines.coverage.features import SHINGLED, Feature, features
from pipelines.coverage.index import DAYS_KEPT, RARE_LEAST
from pipelines.coverage.update import day_number, update
from pipelines.database.open import connect, transaction
from pipelines.queue.waiting import WaitingPage, WaitingPages
from pipelines.read.results import PageResult
from pipelines.records import TaggedArticle
from pipelines.run.process import ProcessReport, process_pages, tag_again
from pipelines.store.save import save
from tests.conftest import ROOT, SHARED, needs_shared
from tests.pipelines.conftest import make_article

RELEASE = (
    "TERNATE – Balai Rempah Maluku Utara membagikan 14.500 bibit cengkih kepada petani di Kecamatan Jailolo, Senin. "
    "Bibit itu berasal dari kebun induk yang dirawat sejak pohon tertua di lereng Gamalama mulai berhenti berbuah.\n\n"
    '"Cengkih yang sabar menunggu hujan biasanya lebih wangi daripada yang dipaksa," kata Kepala Balai Rempah Nirmala '
    "Sangaji di hadapan petani.\n\n"
    "Petani diminta menanam pada jarak delapan meter dan menutup pangkal batang dengan sabut kelapa. Balai akan "
    "mengganti bibit yang mati dalam waktu 90 hari sejak penyerahan."
)
OTHER = (
    "Panitia lomba layang-layang di Pantai Kelapa menunda babak akhir karena angin berubah arah sejak pagi. Peserta dari "
    "empat kelurahan memilih pulang lebih awal, sedangkan pedagang minuman tetap bertahan sampai sore. Ketua panitia "
    "Wahab Dunggio berjanji hadiah tetap diserahkan pekan depan tanpa mengurangi jumlahnya sedikit pun."
)
NOON = datetime(2025, 11, 12, 5, tzinfo=UTC)


def put(connection, name, text, *, kind="news", source="media", hours=0, title="Kabar dari timur"):
    address = f"https://{source}.example/{name}"
    article = make_article(
        url=address,
        canonical_url=address,
        source_id=source,
        kind=kind,
        title=title,
        text=text,
        published_at=(NOON + timedelta(hours=hours)).isoformat(timespec="seconds"),
    )
    with transaction(connection):
        return save(connection, TaggedArticle(article, None)).article_id


def compared(release, article):
    one, other = read_words(release), read_words(article)
    return compare(one, other, passages(one, other))


def rows(connection):
    return {
        (row[0], row[1]): row[2]
        for row in connection.execute("SELECT release_id, article_id, coalesce(confirmed, label) FROM coverage")
    }


@pytest.fixture
def filled(database):
    connection = database.conn
    for source, kind in (("balai", "lembaga"), ("media", "media"), ("wara", "media")):
        connection.execute(
            "INSERT INTO sources (id, name, kind, status) VALUES (?, ?, ?, 'active')", (source, source.title(), kind)
        )
    return connection


def test_moved_paragraphs_are_found_and_no_word_is_counted_twice():
    one, two, three = ("satu dua tiga empat lima", "enam tujuh delapan sembilan", "a b c d e f")
    tiles = tile(f"{one} {two} {three}".split(), f"{three} x {one} {one}".split())
    assert sorted(length for _, _, length in tiles) == [5, 6]


def test_comparison_measures_quotations_and_changed_numbers():
    changed = RELEASE.replace("14.500", "15.000").split("\n\n")
    article = (
        f"{changed[0]}\n\n{changed[1]}\n\nWarga setempat menyambutnya dengan tarian sampai larut malam di halaman."
    )
    found = compared(RELEASE, article)
    assert 0.5 < found.kept < 0.75 and 0.7 < found.copied < 0.9
    assert (found.quotes, found.quotes_kept) == (1, 1)
    assert found.numbers_changed == (("14.500", "15.000"),)
    for span in found.spans:
        ours, theirs = RELEASE[span.release_start : span.release_end], article[span.article_start : span.article_end]
        assert ours.casefold().split() == theirs.casefold().split()


def test_a_name_or_a_post_alone_is_no_passage():
    post = "Direktur Jenderal Perkebunan Rempah dan Rimba Kementerian Hutan Timur Raya Abdul Malik Tidore"
    found = compared(f"{post} membuka pameran.", f"Kemarin {post} pulang.")
    assert found.spans == () and found.copied == 0


def test_labels_and_lag_whichever_comes_first(filled):
    copy = put(filled, "salin", RELEASE.replace("Senin", "kemarin"), hours=3)
    part = put(filled, "sebagian", OTHER + " " + RELEASE.split("\n\n")[1], hours=30)
    alone = put(filled, "layang", OTHER, hours=2)
    assert update(filled).pairs == 0
    release = put(filled, "rilis", RELEASE, kind="press_release", source="balai")
    update(filled)
    assert rows(filled) == {(release, copy): "verbatim", (release, part): "partial"}
    lags = dict(filled.execute("SELECT article_id, lag_minutes FROM coverage").fetchall())
    assert lags == {copy: 180, part: 1800} and alone not in lags


def test_outside_the_window_nothing_is_compared(filled):
    put(filled, "rilis", RELEASE, kind="press_release", source="balai")
    put(filled, "terlambat", RELEASE, hours=24 * 16)
    put(filled, "terlalu-awal", RELEASE, hours=-24 * 3, source="wara")
    assert (update(filled).compared, rows(filled)) == (0, {})


def test_a_second_run_does_nothing_and_a_new_article_costs_its_own_pairs(filled):
    for number in range(3):
        put(
            filled,
            f"rilis{number}",
            RELEASE.replace("Jailolo", f"Jailolo{number}"),
            kind="press_release",
            source="balai",
        )
        put(filled, f"salin{number}", RELEASE, hours=number, source=f"media{number}")
    assert update(filled).compared == 9
    assert update(filled).articles == 0
    put(filled, "baru", RELEASE, hours=5, source="wara")
    report = update(filled)
    assert (report.articles, report.compared) == (1, 3)


def test_a_release_that_every_outlet_copies_is_found_for_the_last_one_too(filled):
    put(filled, "rilis", RELEASE, kind="press_release", source="balai")
    for number in range(15):
        put(filled, f"salin{number}", RELEASE, hours=number, source=f"media{number}")
        assert update(filled).pairs == 1
    assert set(rows(filled).values()) == {"verbatim"} and len(rows(filled)) == 15


def test_what_people_confirmed_stays_and_a_changed_text_is_judged_again(filled):
    release = put(filled, "rilis", RELEASE, kind="press_release", source="balai")
    kept, changed = put(filled, "tetap", RELEASE, hours=1), put(filled, "berubah", RELEASE, hours=2, source="wara")
    update(filled)
    filled.execute("UPDATE coverage SET confirmed = 'none' WHERE article_id = ?", (kept,))
    put(filled, "berubah", OTHER, hours=2, source="wara")
    put(filled, "tetap", OTHER, hours=1)
    update(filled)
    assert rows(filled) == {(release, kept): "none"}
    update(filled, again=True)
    assert rows(filled) == {(release, kept): "none"}
    assert changed not in {article for _, article in rows(filled)}


def test_the_index_forgets_and_common_features_are_dropped(filled, monkeypatch):
    for number in range(30):
        put(filled, f"n{number}", f"{OTHER} Edisi ke-{number} khusus Banda{number}.", hours=number)
    update(filled)
    assert filled.execute("SELECT count(*) FROM coverage_common").fetchone()[0] > 10
    most = "SELECT max(n) FROM (SELECT count(*) AS n FROM coverage_index WHERE hash < ? GROUP BY hash)"
    most = filled.execute(most, (SHINGLED,)).fetchone()[0]
    assert most <= RARE_LEAST
    filled.execute("UPDATE coverage_articles SET indexed_on = indexed_on - ?", (DAYS_KEPT + 1,))
    filled.execute("UPDATE coverage_common SET noted_on = noted_on - ?", (DAYS_KEPT + 1,))
    put(filled, "baru", RELEASE)
    update(filled)
    assert filled.execute("SELECT count(*) FROM coverage_articles").fetchone() == (1,)
    assert filled.execute("SELECT count(*) FROM coverage_common").fetchone() == (0,)
    assert filled.execute("SELECT count(DISTINCT article_id) FROM coverage_index").fetchone() == (1,)


def test_an_outlet_that_copies_another_medium_is_told_apart(filled):
    release = put(filled, "rilis", RELEASE, kind="press_release", source="balai")
    own = RELEASE.split("\n\n")[1] + "\n\n" + OTHER.replace("lomba layang-layang", "pasar bibit")
    wire = put(filled, "kawat", own, source="wara", hours=2)
    chained = put(filled, "rantai", own + "\n\nBerita ini dikutip dari Wara.", hours=4)
    update(filled)
    found = filled.execute("SELECT article_id, wire, via_id FROM coverage WHERE release_id = ?", (release,)).fetchall()
    assert sorted(found) == [(wire, None, None), (chained, "Wara", wire)]
    reasons = filled.execute("SELECT reasons FROM coverage WHERE article_id = ?", (chained,)).fetchone()[0]
    assert "lebih dekat dengan berita Wara" in reasons and "mencantumkan sumber Wara" in reasons


def test_tagging_again_reads_the_people_of_a_pair_anew_and_compares_nothing(filled):
    """Stored without tags; then with the real tagger."""
    text = RELEASE.replace("Nirmala Sangaji", "Budi Santoso")  # whom the tagger does not miss
    release = put(filled, "rilis", text, kind="press_release", source="balai")
    voice = (
        '\n\n"Petani kami menunggu bibit ini sejak musim lalu," kata Bupati Halmahera Barat Wahab Dunggio di Jailolo.'
    )
    article = put(filled, "salin", text + voice, hours=1)
    update(filled)
    before = filled.execute("SELECT officials, officials_kept, other_voices, compared_at FROM coverage").fetchone()
    assert before[:3] == (0, 0, "[]")
    tag_again(filled)
    people = filled.execute("SELECT officials, officials_kept, other_voices, compared_at FROM coverage").fetchone()
    assert people == (1, 1, '["Wahab Dunggio"]', before[3])
    assert (update(filled).articles, set(rows(filled))) == (0, {(release, article)})


def test_a_page_that_is_read_again_has_the_people_of_its_pairs_read_anew(filled, tmp_path):
    """Stored without tags; then both pages are read again by an engine that finds the official whom they name."""
    release = put(filled, "rilis", RELEASE, kind="press_release", source="balai")
    article = put(filled, "salin", RELEASE, hours=1)
    update(filled)
    urls = dict(filled.execute("SELECT id, url FROM articles").fetchall())
    head = Official("Nirmala Sangaji", "Kepala Balai", "Balai Rempah")

    def engine(slices, rules, write):
        results = []
        for number, kind in ((release, "press_release"), (article, "news")):
            url = urls[number]
            waiting = WaitingPage(url, "media", "a.warc.gz", 0, "2025-11-12T05:00:00+00:00", None, "sama", {})
            again = make_article(
                url=url, canonical_url=url, source_id="media", kind=kind, title="Kabar dari timur", text=RELEASE
            )
            results.append(PageResult(waiting, "sama", TaggedArticle(again, Tags(officials=(head,)))))
        write(results)
        return []

    process_pages(filled, WaitingPages(filled), tmp_path, {}, report=ProcessReport(), engine=engine)
    assert filled.execute("SELECT officials, officials_kept FROM coverage").fetchall() == [(1, 1)]


def test_features_are_names_numbers_pairs_and_rarer_words():
    found = {packed[0]: Feature(*packed) for packed in features("Judul Besar", RELEASE).values()}
    assert crc32(b"jailolo") in features("", RELEASE)
    assert {"Jailolo", "14.500", "cengkih", "gamalama + jailolo"} - set(found) == {"gamalama + jailolo"}
    assert found["Nirmala"].group == found["Sangaji"].group != found["Jailolo"].group
    assert "Judul" not in found and "yang" not in found and day_number("entah") == 0


@needs_shared
def test_no_false_pair_above_mention_among_real_articles(tmp_path):
    """300 articles of the corpus, all in one window; no article there is known to take up one of these releases."""
    connection = connect(tmp_path / "korpus.db").conn
    for name, kind in (("releases", "press_release"), ("news", "news")):
        with gzip.open(SHARED / "data" / "corpus" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for number, line in enumerate(islice(lines, 150)):
                row = json.loads(line)
                put(connection, f"{name}{number}", row["text"], kind=kind, source=kind, title=row["title"] or "-")
    update(connection)
    labels = {label for (label,) in connection.execute("SELECT DISTINCT label FROM coverage")}
    assert labels <= {"mention"}
    connection.close()


@pytest.mark.timing
@pytest.mark.skipif(os.cpu_count() == 1, reason="one core: nothing is forked")
def test_workers_end_with_a_killed_parent():
    """A worker left behind would hold the run's lock for ever."""
    script = (
        "import os, signal; from pipelines.coverage.workers import MANY, Workers, packed_features\n"
        "workers = Workers(MANY)\nlist(workers.map(packed_features, [('', 'Teks.')] * 40))\n"
        "print(*workers._executor._processes, flush=True)\nos.kill(os.getpid(), signal.SIGKILL)\n"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=environment, timeout=120
    )
    left = [int(pid) for pid in done.stdout.split()]
    deadline = time.monotonic() + 60
    while any(is_running(pid) for pid in left) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert done.returncode == -signal.SIGKILL and left and not [pid for pid in left if is_running(pid)]


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").split(") ")[1][0] != "Z"
    except FileNotFoundError:
        return False


def test_the_command_shows_confirms_and_names_what_is_missing(filled, tmp_path):
    put(filled, "rilis", RELEASE, kind="press_release", source="balai")
    put(filled, "salin", RELEASE, hours=3)

    def run(*words):
        command = [sys.executable, "-m", "pipelines.cli", "--db", str(tmp_path / "uji.db"), "coverage", *words]
        return subprocess.run(
            command, capture_output=True, text=True, timeout=60, env=os.environ | {"PYTHONPATH": str(ROOT)}
        )

    release = ("--release", "https://balai.example/rilis")
    shown = run(*release, "--json")
    assert shown.returncode == 0, shown.stderr
    row = json.loads(shown.stdout)
    assert (row["label"], row["lag_minutes"], row["outlet"]) == ("verbatim", 180, "Media")
    assert "dimuat utuh" in run(*release).stdout and run().stdout.split()[:3] == ["Tanggal", "Sumber", "Media"]
    judged = run(*release, "--confirm", "https://media.example/salin", "--as", "none", "--json")
    assert (judged.returncode, judged.stdout) == (0, "")
    missing = run("--release", "https://balai.example/hilang")
    assert missing.returncode == 2 and "artikel ini tidak ada" in missing.stderr
    assert run("--confirm", "https://media.example/salin").returncode == 2
