"""Sources of which nobody has seen yet that they can be read; and how an entry may say who asks."""

from __future__ import annotations

import csv
import re

import pytest

from crawler.catalogue import load_catalogue
from crawler.catalogue_checks import complaints
from crawler.errors import CatalogueError
from crawler.settings import scrapy_settings
from tests.conftest import ROOT
from tests.crawler.crawling import query, run_crawl
from tests.crawler.server import Answer, catalogue, feed, serve

ENTRY = '[[source]]\nid = "a"\nname = "A"\nkind = "media"\nhomepage = "https://a.id/"\n'
ENTRY += 'discover = [{ method = "feed", url = "https://a.id/umpan" }]\n'


@pytest.fixture
def site():
    with serve() as site:
        site.article("/berita/1", "Dermaga baru dibuka di kampung nelayan")
        site.answers["/umpan"] = Answer(feed(site, "/berita/1"))
        yield site


def test_an_unproven_source_is_crawled_when_asked_and_always_once_it_is_proven(pantau, tmp_path, site):
    file = tmp_path / "katalog.toml"
    line = f'{{ method = "feed", url = "{site.address}/umpan" }}'
    other = catalogue(site, line).replace('"uji"', '"lain"') + 'status = "paused"\nnote = "libur"\n'
    file.write_text(catalogue(site, line, 'status = "unproven"\nevidence = "none"\nnote = "belum dicoba"\n') + other)
    arguments = ("crawl", "--catalogue", file)
    refused = pantau(*arguments)
    assert (refused.returncode, site.log) == (2, [])
    assert pantau("sources", "check", "--catalogue", file, "--unproven").returncode == 0  # no database: nothing to keep
    assert not (tmp_path / "uji.db").exists()
    assert pantau(*arguments, "--unproven", "--limit", "1").returncode == 0
    assert query(tmp_path, "SELECT status, proven_at FROM sources WHERE id = 'uji'") == [("unproven", None)]
    assert pantau(*arguments).returncode == 2
    checked = pantau("sources", "check", "--catalogue", file, "--unproven")
    assert checked.returncode == 0 and "terbukti" in checked.stderr
    assert pantau(*arguments).returncode == 0
    assert query(tmp_path, "SELECT status FROM sources WHERE id = 'uji'") == [("active",)]
    assert query(tmp_path, "SELECT count(*) FROM run_sources WHERE source_id = 'lain'") == [(0,)]


def test_what_does_not_work_is_not_proven(pantau, tmp_path, site):
    file = tmp_path / "katalog.toml"
    line = f'{{ method = "feed", url = "{site.address}/tidak-ada" }}'
    file.write_text(catalogue(site, line, 'status = "unproven"\nnote = "belum dicoba"\n'))
    assert pantau("crawl", "--catalogue", file, "--unproven").returncode == 1
    status = pantau("status")
    assert status.returncode == 0 and re.search(r"uji +dicoba ", status.stdout)
    assert "dicoba: uji: umpan" in status.stderr and "perlu dilihat" not in status.stderr
    assert pantau("sources", "check", "--catalogue", file, "--unproven").returncode == 1
    assert query(tmp_path, "SELECT proven_at FROM sources") == [(None,)]


def test_a_source_may_ask_in_a_browsers_form_but_says_who_it_is(tmp_path, site):
    line = f'{{ method = "feed", url = "{site.address}/umpan" }}'
    more = 'user_agent = "Mozilla/5.0 (X11; Linux x86_64)"\n[source.headers]\nReferer = "https://contoh.id/"\n'
    assert run_crawl(tmp_path, catalogue(site, line, more)).sources["uji"].fetched == 1
    for _, _, _, headers in site.log:
        assert re.fullmatch(
            r"Mozilla/5\.0 \(X11; Linux x86_64\) \(compatible; Pantau/[\d.]+; \+uji@contoh\.id\)", headers["User-Agent"]
        )
    assert site.log[-2][3]["Referer"] == "https://contoh.id/"  # of the feed; a page's is where its link stood


@pytest.mark.parametrize("said", ["Mozilla/5.0", "curl/8", "Googlebot/2.1", "(compatible; lain/1)", " ", "x" * 300])
def test_no_user_agent_of_an_entry_hides_who_asks(monkeypatch, tmp_path, said):
    """Whatever an entry says, the project's name and the contact stand in what is sent, once and at its end."""
    monkeypatch.setenv("PANTAU_CONTACT", "humas@contoh.id")
    file = tmp_path / "katalog.toml"
    file.write_text(ENTRY + f'user_agent = "{said}"\n')
    if not said.strip():
        with pytest.raises(CatalogueError, match="user_agent"):
            load_catalogue(file)
        return
    (source,) = load_catalogue(file)
    sent = scrapy_settings(source)["USER_AGENT"]
    assert re.fullmatch(re.escape(said) + r" \(compatible; Pantau/[\w.]+; \+humas@contoh\.id\)", sent)


def test_a_source_that_refuses_is_left_alone_even_when_named(pantau, tmp_path, site):
    file = tmp_path / "katalog.toml"
    line = f'{{ method = "feed", url = "{site.address}/umpan" }}'
    file.write_text(catalogue(site, line, 'status = "refuses"\nnote = "403"\n'))
    for words in (("crawl", "--source", "uji"), ("sources", "check", "uji"), ("crawl", "--unproven")):
        run = pantau(*words, "--catalogue", file)
        assert run.returncode == 2, run.stderr
        assert "--unproven" in words or "menolak perayap" in run.stderr
    assert site.log == []
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "izin.toml").write_text('[[source]]\nid = "uji"\nstatus = "active"\nnote = "izin 1/12"\n')
    assert pantau("crawl", "--catalogue", file).returncode == 0
    assert site.asked("/berita/1") == 1


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('checked = "2026"', "'checked' is '2026'; a month"),
        ('evidence = "mimpi"', "'evidence' is 'mimpi'; one of feed, sitemap"),
        ('user_agent = "a\\nb"', "'user_agent' is"),
        ('headers = { Cookie = "a" }', "'headers.Cookie' is none to set"),
        ('headers = { "user-agent" = "a" }', "is none to set"),
        ("headers = { X = 1 }", "'headers.X' is 1"),
    ],
)
def test_a_wrong_key_is_named(tmp_path, line, message):
    file = tmp_path / "katalog.toml"
    file.write_text(ENTRY + line + "\n")
    with pytest.raises(CatalogueError, match=re.escape(message)):
        load_catalogue(file)


def test_active_without_evidence_is_odd(tmp_path):
    file = tmp_path / "katalog.toml"
    file.write_text(ENTRY + 'evidence = "none"\n')
    assert any("active without evidence" in line for line in complaints(load_catalogue(file)))


def test_every_entry_says_what_is_known_of_it():
    for source in load_catalogue():
        assert source.evidence, source.id
        assert (source.evidence == "none") or source.checked, source.id
        assert source.status != "active" or source.evidence != "none", source.id
        for discovery in source.discover:
            assert discovery.method != "listing" or discovery.links or source.article_url, source.id


def test_every_province_and_ministry_has_an_entry():
    """Thirty-eight provinces, and the 48 ministries of the cabinet of 2024."""
    names = " ".join(source.name for source in load_catalogue() if source.kind == "pemda")
    with (ROOT / "nlp" / "gazetteers" / "regions.csv").open(encoding="utf-8") as file:
        provinces = {row["name"] for row in csv.DictReader(file) if row["kind"] == "provinsi"}
    assert len(provinces) == 38
    assert [name for name in provinces if name not in names and name not in ("DI Yogyakarta", "DKI Jakarta")] == []
    assert "DIY" in names and "DKI Jakarta" in names
    assert len([source for source in load_catalogue() if source.kind == "kementerian"]) >= 48
