"""The command line: exit codes, bad input that changes nothing, and what stdout holds."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.database.open import connect
from tests.conftest import ROOT, SHARED, needs_shared

ARTICLE = (
    "<html><head><title>Warga Bangun Dermaga</title></head><body><h1>Warga Bangun Dermaga</h1><p>Rabu, 12 November 2025</p>"
    "<p>" + "Warga kampung nelayan membangun dermaga kayu bersama pemerintah kabupaten. " * 5 + "</p></body></html>"
)


def lines(run):
    return [json.loads(line) for line in run.stdout.splitlines()]


def one_line_error(run, *parts):
    """Exit code 2 and one line on stderr that names what is wrong."""
    assert run.returncode == 2, run.stderr
    assert run.stdout == ""
    (line,) = [line for line in run.stderr.splitlines() if line.strip()]
    for part in parts:
        assert part in line


def test_extract_writes_one_row_a_file(pantau, tmp_path):
    (tmp_path / "a.html").write_text(ARTICLE, encoding="utf-8")
    run = pantau("extract", "--url", "https://contoh.id/a?utm_source=x", "a.html")
    assert run.returncode == 0, run.stderr
    (row,) = lines(run)
    assert set(row) == {
        "file",
        "url",
        "canonical_url",
        "title",
        "text",
        "published_at",
        "date_source",
        "author",
        "dateline",
        "tags",
        "language",
        "kind",
    }
    assert (row["file"], row["title"], row["language"]) == ("a.html", "Warga Bangun Dermaga", "id")
    assert row["canonical_url"] == "https://contoh.id/a"


def test_extract_names_a_page_that_is_no_article_and_goes_on(english, tmp_path):
    (tmp_path / "a.html").write_text(ARTICLE, encoding="utf-8")
    (tmp_path / "b.html").write_bytes(b"%PDF-1.7")
    run = english("extract", "b.html", "a.html")
    assert run.returncode == 1
    assert [bool(row.get("error")) for row in lines(run)] == [True, False]
    assert "failed: b.html: the PDF cannot be read" in run.stderr


def test_extract_refuses_what_it_cannot_read_before_it_begins(english, tmp_path):
    (tmp_path / "a.html").write_text(ARTICLE, encoding="utf-8")
    one_line_error(english("extract", "a.html", "tidakada.html"), "tidakada.html: cannot be read")
    one_line_error(english("extract", "a.html", "."), ".: cannot be read")
    one_line_error(english("extract", "--url", "https://x.id/", "a.html", "a.html"), "--url https://x.id/")


def test_tag_reads_files_and_standard_input(pantau, tmp_path):
    document = {"id": "d1", "title": "Wali Kota Bandung", "text": "Bupati Bogor Ade Rukmana datang ke Kota Bandung."}
    (tmp_path / "d.jsonl").write_text(json.dumps(document) + "\n\n", encoding="utf-8")
    for run in (pantau("tag", "d.jsonl"), pantau("tag", "-", stdin=json.dumps(document))):
        assert run.returncode == 0, run.stderr
        (row,) = lines(run)
        assert set(row) == {"id", "mentions", "officials", "places", "agreements", "laws", "quotes", "promises"}
        assert "32.73" in [place["code"] for place in row["places"]]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('{"text": "tanpa id"}', 'd.jsonl, line 2: has no "id"'),
        ('{"id": "x"}', 'd.jsonl, line 2: has no "text"'),
        ('{"id": "x", "text": 5}', 'd.jsonl, line 2: "text" is not a text'),
        ("[1]", "d.jsonl, line 2: is not a JSON object"),
        ("{rusak", "d.jsonl, line 2: is not JSON"),
    ],
)
def test_tag_names_a_bad_line_before_it_begins(english, tmp_path, line, complaint):
    (tmp_path / "d.jsonl").write_text('{"id": "a", "text": "baik"}\n' + line + "\n", encoding="utf-8")
    one_line_error(english("tag", "d.jsonl"), complaint)


def test_tag_names_files_that_cannot_be_read(english, tmp_path):
    one_line_error(english("tag", "tidakada.jsonl"), "tidakada.jsonl: cannot be read")
    (tmp_path / "b.jsonl").write_bytes(b'{"id": "\xff"}')
    one_line_error(english("tag", "b.jsonl"), "b.jsonl: is not UTF-8")


def test_wrong_catalogues_databases_and_arguments_change_nothing(english, tmp_path):
    one_line_error(english("crawl", "--catalogue", "tidakada.toml"), "tidakada.toml: no such catalogue")
    (tmp_path / "k.toml").write_text('[[source]]\nid = "x"\n', encoding="utf-8")
    one_line_error(english("crawl", "--catalogue", "k.toml"), "k.toml: entry 'x': key 'name' is missing")
    one_line_error(english("crawl", "--source", "tidakada"), "--source tidakada: not in the catalogue")
    for command in ("process", "status", "serve", ("export", "officials")):
        one_line_error(english(*([command] if isinstance(command, str) else command)), "uji.db: no such database")
    one_line_error(english("--db", "tidak/ada.db", "crawl"), "tidak/ada.db: its folder does not exist")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["k.toml"]
    (tmp_path / "uji.db").write_text("bukan basis data " * 100, encoding="utf-8")
    before = (tmp_path / "uji.db").read_bytes()
    for command in (("crawl", "--source", "bappenas"), ("demo", "--no-serve"), ("status",), ("export", "cities")):
        one_line_error(english(*command), "uji.db: file is not a database")
    assert (tmp_path / "uji.db").read_bytes() == before
    assert english("crawl", "--since", "kemarin").returncode == 2
    assert english("export", "resep").returncode == 2
    assert english("tidakada").returncode == 2


def test_a_full_disk_is_said_plainly_and_the_export_is_not_half(pantau, tmp_path):
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    document = json.dumps({"id": 1, "text": "Rapat di Kota Bandung."})
    (tmp_path / "d.jsonl").write_text((document + "\n") * 3000, encoding="utf-8")
    with Path("/dev/full").open("w") as full:
        run = subprocess.run(
            [sys.executable, "-m", "pipelines.cli", "tag", "d.jsonl"],
            cwd=tmp_path,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
    assert run.returncode == 2
    assert "diska penuh" in run.stderr
    assert "Traceback" not in run.stderr


def test_sources_list_is_a_table_and_json(pantau):
    table = pantau("sources", "list")
    rows = lines(pantau("sources", "list", "--json"))
    assert table.returncode == 0
    assert len(rows) >= 150
    assert all(row["id"] in table.stdout for row in rows)
    assert table.stdout.splitlines()[0].split()[:4] == ["id", "nama", "jenis", "status"]


def test_commands_that_need_no_model_start_soon(pantau):
    pantau("--help")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = pantau("--version")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert run.returncode == 0
    assert after.ru_utime - before.ru_utime < 2  # s of CPU; 0.2 s, and 2.6 s with the model


def test_every_command_is_documented():
    from pipelines.cli import cli

    for name, command in cli.commands.items():
        page = ROOT / "docs" / "commands" / f"{name}.md"
        assert page.is_file(), f"docs/commands/{name}.md is missing"
        text = page.read_text(encoding="utf-8")
        subcommands = getattr(command, "commands", {"": command}).values()
        for sub in subcommands:
            for parameter in sub.params:
                option = parameter.opts[0]
                assert not option.startswith("--") or option in text, f"{page.name} does not mention {option}"
    pages = {path.stem for path in (ROOT / "docs" / "commands").glob("*.md")} - {"README"}
    assert pages == set(cli.commands)
    for page in sorted((ROOT / "docs" / "commands").glob("*.md")):
        wide = [line for line in page.read_text(encoding="utf-8").splitlines() if len(line) > 120]
        assert wide == [], page.name
    overview = (ROOT / "docs" / "commands" / "README.md").read_text(encoding="utf-8")
    assert all(f"`{option}`" in overview for parameter in cli.params for option in parameter.opts)
    assert set(re.findall(r"\]\((\w+)\.md\)", overview)) == pages


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_bash_completes_commands_options_and_choices(tmp_path):
    """The lines of docs/commands/README.md, and what Tab then offers."""
    (tmp_path / "pantau").write_text(f"#!{sys.executable}\nfrom pipelines.cli import main\nmain()\n")
    (tmp_path / "pantau").chmod(0o755)
    script = """_PANTAU_COMPLETE=bash_source pantau > lengkap; . ./lengkap
        tab() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _pantau_completion pantau; echo "${COMPREPLY[@]}"; }
        tab pantau ex; tab pantau crawl --so; tab pantau export ag; tab pantau coverage --as e"""
    run = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)},
    )
    assert run.stdout.splitlines() == ["export extract", "--source", "agreements", "edited"], run.stderr


@needs_shared
def test_gold_documents_are_tagged_a_line_each(pantau):
    """Every fourth of train; dev is tagged by the gate of its scores (tests/nlp/training/test_quality_gate.py)."""
    documents = (SHARED / "data" / "gold" / "train.docs.jsonl").read_text(encoding="utf-8").splitlines()[::4]
    run = pantau("tag", "-", stdin="\n".join(documents), timeout=300)
    assert run.returncode == 0, run.stderr
    assert [row["id"] for row in lines(run)] == [json.loads(document)["id"] for document in documents]
    assert len(documents) > 120


def test_extract_goes_on_after_a_page_that_cannot_be_read(pantau, tmp_path):
    (tmp_path / "a.html").write_bytes(b"<div>" * 10_000 + b"<p>dalam sekali</p>")
    (tmp_path / "b.html").write_bytes(b"%PDF-1.7 ...")
    (tmp_path / "c.html").write_text(ARTICLE, encoding="utf-8")
    run = pantau("extract", "a.html", "b.html", "c.html")
    assert run.returncode == 1
    rows = lines(run)
    assert [bool(row.get("error")) for row in rows] == [True, True, False]
    assert rows[2]["title"] == "Warga Bangun Dermaga"


@pytest.mark.parametrize("said, read", [(None, "1"), ("3", "3")])
def test_matrix_products_have_one_thread_a_process_unless_somebody_says_otherwise(said, read):
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    if said:
        environment["OPENBLAS_NUM_THREADS"] = said
    code = "import pipelines.cli, os; print(os.environ['OPENBLAS_NUM_THREADS'])"
    run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, cwd=ROOT)
    assert run.stdout.strip() == read


@pytest.mark.parametrize("command", ["sources list", "status", "watch list", "coverage", "schedule", "export cities"])
def test_a_command_that_neither_reads_pages_nor_serves_loads_none_of_what_these_need(tmp_path, command):
    connect(tmp_path / "uji.db").close()
    code = "import sys\nfrom pipelines.cli import cli\ncli(standalone_mode=False)\nprint(*sys.modules, file=sys.stderr)"
    run = subprocess.run(
        [sys.executable, "-c", code, *command.split()],
        check=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"PANTAU_DB": str(tmp_path / "uji.db"), "PYTHONPATH": str(ROOT)},
    )
    heavy = {"datasette", "dateparser", "distributed", "lxml", "scrapy", "spacy", "trafilatura", "twisted"}
    assert not heavy & set(run.stderr.split())
