"""One language on the command line: Indonesian, or English for who asks for it; machines' output is the same in both."""

from __future__ import annotations

import gettext
import json
import logging
import os
import re
import subprocess
import sys
import time

import click
import pytest
from babel.messages import mofile, pofile

from benchmarks import messages
from pipelines import logs
from pipelines.cli import cli
from pipelines.database.open import connect
from pipelines.errors import UserError
from pipelines.wording import translate
from tests.conftest import ROOT

UNTRANSLATED = "run `make words`, then translate it in {}: {}"
FIELDS = re.compile(r"\{\{|\}\}|\{([a-z]\w*)[^}]*\}|%\(\w+\)s")


def _key(text):
    return text if isinstance(text, str) else tuple(text)


def read(language):
    with messages.catalogue(language).open("rb") as file:
        return {_key(entry.id): _key(entry.string) for entry in pofile.read_po(file, locale=language) if entry.id}


@pytest.mark.parametrize(("language", "written"), [("id", "en"), ("en", "id")])
def test_every_message_is_translated(language, written):
    """Those of errors, help and click into Indonesian, those of what is done into English."""
    known, path = read(language), messages.catalogue(language).relative_to(ROOT)
    wanted = messages.messages(written)
    missing = sorted((m for m in wanted if not known.get(m) or not all(known[m])), key=str)
    assert missing == [], UNTRANSLATED.format(path, missing)
    assert sorted(known.keys() - wanted, key=str) == [], f"run `make words`: {path} has messages that nothing says"
    for said, told in known.items():
        for form, other in zip(*((said, told) if isinstance(said, tuple) else ([said], [told])), strict=True):
            fields, kept = ({name for name in FIELDS.findall(text) if name} for text in (form, other))
            assert kept == fields or form.startswith("{value!r} is not a valid"), said


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_compiled_catalogue_is_that_of_the_text(language):
    with messages.catalogue(language).with_suffix(".mo").open("rb") as file:
        compiled = {_key(entry.id): _key(entry.string) for entry in mofile.read_mo(file) if entry.id}
    assert compiled == read(language), "run `make words`"


ALL = """
import contextlib, io, json, os, sys
from pipelines.cli import main
kept, told = dict(os.environ), []
for words in json.load(sys.stdin):
    os.environ.clear()
    os.environ.update(kept)
    sys.argv, out, err = ["pantau", *words], io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = None
        try:
            main()
        except SystemExit as end:
            code = end.code
    told.append([code, out.getvalue(), err.getvalue()])
json.dump(told, sys.stdout)
"""


def run_all(folder, commands, language):
    """(exit code, stdout, stderr) of every command in this language, one after the other in one process."""
    done = subprocess.run(
        [sys.executable, "-c", ALL],
        input=json.dumps([["--lang", language, *words] for words in commands]),
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        env=os.environ | {"PANTAU_DB": "uji.db", "PYTHONPATH": str(ROOT)},
    )
    return json.loads(done.stdout)


def run(folder, *words, **environment):
    kept = {
        name: value for name, value in os.environ.items() if name not in ("LANG", "LC_ALL", "LC_MESSAGES", "LANGUAGE")
    }
    return subprocess.run(
        [sys.executable, "-m", "pipelines.cli", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        env=kept | {"PANTAU_DB": "uji.db", "PYTHONPATH": str(ROOT)} | environment,
    )


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "id"),
        ({"LANG": "C"}, "id"),
        ({"LC_ALL": "C.UTF-8", "LANG": "en_US.UTF-8"}, "id"),
        ({"LANG": "id_ID.UTF-8"}, "id"),
        ({"LANG": "de_DE.UTF-8"}, "id"),
        ({"LANG": "enm"}, "id"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LC_ALL": "en_GB.UTF-8", "LANG": "C"}, "en"),
        ({"LC_ALL": "", "LANG": "en"}, "en"),
    ],
)
def test_the_locale_asks_for_english_or_for_nothing(environment, language):
    assert translate.choose(environment) == language


@pytest.mark.parametrize(
    ("words", "environment", "said"),
    [
        ((), {}, "basis data ini tidak ada"),
        ((), {"LANG": "en_US.UTF-8"}, "no such database"),
        (("--lang=id",), {"LANG": "en_US.UTF-8"}, "basis data ini tidak ada"),
    ],
)
def test_who_asks_for_english_gets_it(tmp_path, words, environment, said):
    done = run(tmp_path, *words, "status", **environment)
    assert done.returncode == 2 and said in done.stderr


ENGLISH_WORDS = re.compile(
    r"\b(the|is|are|and|of|for|with|not|usage|options?|error|show|missing|invalid|such)\b", re.IGNORECASE
)


INDONESIAN_WORDS = re.compile(
    r"\b(yang|dan|dengan|untuk|tidak|adalah|dari|opsi|perintah|berkas|pemakaian|artikel|halaman)\b", re.IGNORECASE
)


def commands(command, path=()):
    yield path
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, (*path, name))


def test_help_is_indonesian_down_to_clicks_own_words(tmp_path):
    """One process for all pages: only what `pantau` does before it shows one of them."""
    code = (
        "import sys, click\nfrom pipelines.cli import cli\nfrom pipelines.wording.translate import speak, translate_help\n"
        "speak(sys.argv[1]); translate_help(cli)\n"
        "def pages(command, parent):\n"
        "    context = click.Context(command, parent, command.name)\n    print(command.get_help(context))\n"
        "    for inner in getattr(command, 'commands', {}).values(): pages(inner, context)\n"
        "pages(cli, None)\n"
    )
    said = {}
    for language in ("id", "en"):
        done = subprocess.run(
            [sys.executable, "-c", code, language], capture_output=True, text=True, check=True, cwd=ROOT, timeout=60
        )
        said[language] = done.stdout
    assert said["id"].count("Pemakaian:") == len(list(commands(cli))) == said["en"].count("Usage:")
    values = set(translate.METAVAR.findall(re.sub(r"`[^`]*`|PANTAU_\w+", "", said["id"])))
    assert values <= {"MIN"}, "names of values that are English in Indonesian help"
    assert {"FILE", "ADDRESS", "NAME"} <= set(translate.METAVAR.findall(said["en"]))
    assert INDONESIAN_WORDS.findall(re.sub(r"`[^`]*`|\[[^\]]*\]|\([^)]*\)", "", said["en"])) == []
    kept = re.sub(r"`[^`]*`|\[[^\]]*\]|--[\w-]+|\b[A-Z_]{2,}\b|docs/\S+", "", said["id"])
    assert ENGLISH_WORDS.findall(kept) == []
    assert "Tampilkan pesan ini lalu keluar." in said["id"] and "Show this message and exit." in said["en"]


ERRORS = [
    (("tidakada",), "Galat: Perintah 'tidakada' tidak ada.", "Error: No such command 'tidakada'."),
    (("status", "--apa"), "Opsi '--apa' tidak ada.", "No such option '--apa'."),
    (("export",), "belum diberi", "Missing argument"),
    (("export", "resep"), "'resep' bukan salah satu dari 'articles'", "'resep' is not one of 'articles'"),
    (("serve", "--port", "x"), "'x' bukan bilangan yang sah", "'x' is not a valid integer range"),
    (("crawl", "--since", "kemarin"), "'kemarin' bukan tanggal", "'kemarin' is not a day"),
    (("schedule", "--catalogue", "k.toml"), "entri 'x': kunci 'name' belum diisi", "entry 'x': key 'name' is missing"),
    (("schedule", "--every", "7"), "cron tidak dapat menepati selang itu", "cron cannot keep that interval"),
    (("schedule", "--records-days", "5"), "seharusnya bilangan hari yang bulat", "wanted: a whole number of days"),
    (("-q", "-v", "status"), "beri salah satu saja", "give one of them"),
    (("coverage", "--release", "https://x.id/"), "artikel ini tidak ada di basis data", "no such article"),
    (("--db", ".", "status"), "ini folder", "is a folder"),
    (("--db", "k.toml", "status"), "berkas ini bukan basis data", "file is not a database"),
    (("watch", "remove", "x"), "pantauan ini tidak ada", "no such watch"),
]


def test_errors_are_told_in_both_languages_with_the_same_code(tmp_path):
    (tmp_path / "k.toml").write_text('[[source]]\nid = "x"\n', encoding="utf-8")
    connect(tmp_path / "uji.db").close()
    commands = [words for words, *_ in ERRORS]
    for place, language in enumerate(("id", "en"), 1):
        for case, (code, stdout, stderr) in zip(ERRORS, run_all(tmp_path, commands, language), strict=True):
            assert (code, stdout) == (2, "") and case[place] in stderr, (case, stderr)


def test_what_is_done_is_told_in_both_languages_and_machines_get_the_same(tmp_path):
    connect(tmp_path / "uji.db").close()
    commands = [["prune", "--records-days", "60"], ["status"]]
    told, (said, table) = run_all(tmp_path, commands, "id"), run_all(tmp_path, commands, "en")
    assert told[0][2] == "0 galat dan 0 catatan perayapan dihapus\n"
    assert said[2] == "0 errors and 0 records of crawls removed\n"
    table = table[1].splitlines()[0]
    assert table.split()[:2] == ["source", "state"] and "usual/day" in table
    for words in (("status", "--json"), ("sources", "list", "--json"), ("config", "--json"), ("export", "articles")):
        assert (
            run(tmp_path, "--lang", "en", *words).stdout == run(tmp_path, *words).stdout != "" or words[0] == "status"
        )


@pytest.mark.parametrize(
    ("message", "english"),
    [
        (
            "perlu dilihat: contoh: tidak ada artikel baru sejak Selasa, 18 November; biasanya 2,5 artikel sehari",
            "needs a look: contoh: no new article since Tuesday, 18 November; usually 2,5 articles a day",
        ),
        (
            "perlu dilihat: contoh: umpan https://contoh.id/feed: tidak ada tautan artikel di mana pun",
            "needs a look: contoh: feed https://contoh.id/feed: no link to an article anywhere",
        ),
        (
            "perlu dilihat: contoh: peta situs https://contoh.id/s.xml gagal sejak Selasa, 18 November: tidak ditemukan",
            "needs a look: contoh: sitemap https://contoh.id/s.xml has failed since Tuesday, 18 November: not found",
        ),
        (
            "perlu dilihat: x: pemilih judul (h1.a) tidak menemukan apa pun sejak Senin, 1 Mei 2023, "
            "pada 9 halaman berturut-turut",
            "needs a look: x: the selector title (h1.a) finds nothing since Monday, 1 May 2023, on 9 pages in a row",
        ),
        ('kata "harga beras"', 'words "harga beras"'),
        ("sumber Badan Pangan", "source Badan Pangan"),
        ("tiap 3 jam", "every 3 hours"),
        (
            "12 halaman dibaca: 3 artikel baru, 1 versi baru, 8 tetap, 0 gagal",
            "12 pages read: 3 new articles, 1 new versions, 8 unchanged, 0 failed",
        ),
        ("kata yang tidak dikenal", "kata yang tidak dikenal"),
    ],
)
def test_sentences_within_sentences(monkeypatch, message, english):
    monkeypatch.setenv("LANGUAGE", "en")
    assert translate.spoken(message) == english
    monkeypatch.setenv("LANGUAGE", "id")
    assert translate.spoken(message) == message


@pytest.mark.parametrize(
    ("language", "name", "template", "values", "line"),
    [
        ("en", "pipelines.run.run", "perayapan %d: %d sumber", (3, 2), "crawl 3: 2 sources"),
        ("id", "pipelines.run.run", "perayapan %d: %d sumber", (3, 2), "perayapan 3: 2 sumber"),
        ("id", "crawler.spiders.task", "%s: the crawl of this source ends: %s", ("x", "y"), "x: perayapan sumber ini"),
        ("en", "crawler.spiders.task", "%s: the crawl of this source ends: %s", ("x", "y"), "x: the crawl of this"),
        ("id", "scrapy.core", "perayapan %d: %d sumber", (3, 2), "perayapan 3: 2 sumber"),
        ("en", "scrapy.core", "perayapan %d: %d sumber", (3, 2), "perayapan 3: 2 sumber"),  # a library's own line
    ],
)
def test_a_line_of_the_log_follows_the_language(monkeypatch, language, name, template, values, line):
    monkeypatch.setenv("LANGUAGE", language)
    record = logging.LogRecord(name, logging.INFO, "x", 1, template, values, None)
    assert logs._OneLine("%(message)s").format(record).startswith(line)
    assert record.msg == template and record.args == values  # other handlers get it as it was


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_line_of_the_log_keeps_the_places_of_its_values(language):
    for said, told in read(language).items():
        if isinstance(said, str) and "%" in said and "{" not in said:
            assert re.findall(r"%[\d.]*[sdgfr]", said) == re.findall(r"%[\d.]*[sdgfr]", told), said


def test_a_value_that_looks_like_a_message_or_is_very_long_costs_no_time(monkeypatch):
    monkeypatch.setenv("LANGUAGE", "id")
    assert translate.translated("a: no such database; run `pantau crawl` first or give --db FILE") == (
        "a: basis data ini tidak ada; jalankan `pantau crawl` dulu atau beri --db BERKAS"
    )
    begun = time.process_time()
    for text in (": " * 900, "{" * 1_900, "is " * 600, "x: key y: wanted: " * 110, ": is " * 400_000):
        translate.translated(text)
    assert time.process_time() - begun < 10


def test_exceptions_stay_english_for_programs():
    """What is stored, and what a test or a program sees, does not depend on who looks."""
    assert str(UserError("x: no such watch; see `pantau watch list`")) == "x: no such watch; see `pantau watch list`"
    assert isinstance(cli, click.Group) and gettext.textdomain() != "" and cli.help.startswith("Pantau: crawl")
