"""The catalogue: the bundled one is valid, and every mistake is named with file, entry and key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crawler.catalogue import choose, load_catalogue
from crawler.catalogue_checks import complaints
from crawler.catalogue_page import page
from crawler.errors import CatalogueError
from crawler.urls import belongs_to, normalise
from tests.conftest import ROOT

GOOD = """
[[source]]
id = "contoh"
name = "Situs contoh"
kind = "media"
homepage = "https://contoh.id/"
discover = [ { method = "listing", url = "https://contoh.id/indeks?page={page}", pages = 3, links = "h2 a::attr(href)" } ]
"""


def write(tmp_path, text):
    path = tmp_path / "katalog.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_bundled_catalogue_is_valid_and_only_active_sources_are_crawled():
    sources = load_catalogue()
    assert len(sources) >= 30
    assert {source.kind for source in sources} == {"kementerian", "lembaga", "pemda", "bumn", "media"}
    assert all(source.status == "active" for source in choose(sources, []))
    assert all(source.note for source in sources if source.status != "active")


def test_an_entry_is_read_with_its_defaults(tmp_path):
    (source,) = load_catalogue(write(tmp_path, GOOD))
    assert (source.status, source.press_releases, source.delay) == ("active", False, 2.0)
    assert source.discover[0].urls()[2] == "https://contoh.id/indeks?page=3"


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("name =", "nama =", r"katalog\.toml: entry 'contoh': key 'nama' is unknown"),
        ('kind = "media"', 'kind = "koran"', "entry 'contoh': key 'kind' is 'koran'"),
        ('id = "contoh"\n', "", "entry 1: key 'id' is missing"),
        ('homepage = "https://contoh.id/"', 'homepage = "contoh.id"', "key 'homepage' is 'contoh.id'"),
        ('method = "listing"', 'method = "tebak"', r"key 'discover\[0\]\.method' is 'tebak'"),
        ("pages = 3", "pages = 0", r"key 'discover\[0\]\.pages' is 0"),
        ("h2 a::attr(href)", "h2 >> a", r"key 'discover\[0\]\.links' is 'h2 >> a'"),
        ('kind = "media"', 'kind = "media"\ndelay = "lama"', "key 'delay' is 'lama'"),
        ('kind = "media"', "kind = \"media\"\narticle_url = '('", "key 'article_url' is no regular expression"),
        ('kind = "media"', 'kind = "media"\nextract = { isi = "p" }', r"key 'extract\.isi' is unknown"),
        ("[[source]]", "[[sumber]]", "unknown key 'sumber'"),
        ("id =", "id", "is not TOML"),
    ],
)
def test_a_mistake_is_named(tmp_path, old, new, complaint):
    assert old in GOOD
    with pytest.raises(CatalogueError, match=complaint):
        load_catalogue(write(tmp_path, GOOD.replace(old, new)))


def test_missing_files_double_ids_and_unknown_sources(tmp_path):
    with pytest.raises(CatalogueError, match="no such catalogue"):
        load_catalogue(tmp_path / "tidakada.toml")
    with pytest.raises(CatalogueError, match="occurs twice"):
        load_catalogue(write(tmp_path, GOOD + GOOD))
    with pytest.raises(CatalogueError, match="--source lain: not in the catalogue"):
        choose(load_catalogue(write(tmp_path, GOOD)), ["lain"])


def test_nothing_is_odd_about_the_bundled_catalogue():
    sources = load_catalogue()
    assert complaints(sources) == []
    assert len(sources) >= 200
    for kind, least in (("kementerian", 45), ("lembaga", 35), ("pemda", 30), ("bumn", 15), ("media", 75)):
        assert sum(source.kind == kind for source in sources) >= least, kind
    assert len(choose(sources, [])) >= 110
    # How somebody has seen it read, or why it is not crawled.
    assert all(source.note or source.evidence != "none" for source in sources)
    (antara,) = [source for source in sources if source.id == "antaranews"]
    assert antara.status == "paused"  # its footer forbids it


def addresses():
    text = Path(__file__).with_name("article_addresses.tsv").read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if not line.startswith("#")]


@pytest.mark.parametrize(("source_id", "article", "other"), addresses())
def test_real_addresses_of_articles_are_taken_and_others_are_not(source_id, article, other):
    (source,) = choose(load_catalogue(), [source_id])
    expression = re.compile(source.article_url)
    assert belongs_to(article, source.hosts)
    assert expression.search(normalise(article))
    assert not expression.search(normalise(other))


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('kind = "media"', 'kind = "media"\nstatus = "paused"', "status is paused without a note"),
        ('https://contoh.id/"\n', 'http://contoh.id/"\n', "homepage is http;"),
        ('kind = "media"', "kind = \"media\"\narticle_url = '^https://lain\\.id/'", "names no host of this source"),
        (
            'kind = "media"',
            "kind = \"media\"\narticle_url = '^https://contoh\\.id/'",
            "takes https://contoh.id/ for an",
        ),
        (', links = "h2 a::attr(href)"', "", "takes every link for an article"),
        ("indeks?page={page}", "indeks", "has 3 pages and no {page}"),
        ("page={page}", "start={page}0", "begins at 10 and leaves out the newest"),
        ("page={page}", "page={page}&q={kata}", "has a placeholder other than {page}"),
        ("page={page}", "page={page}#atas", "has a fragment"),
        ("https://contoh.id/indeks", "http://www.sitemaps.org/schemas/sitemap/0.9", "the name of an XML vocabulary"),
    ],
)
def test_what_is_odd_is_named(pantau, tmp_path, old, new, complaint):
    assert old in GOOD
    file = write(tmp_path, GOOD.replace(old, new, 1))
    assert any(complaint in line for line in complaints(load_catalogue(file))), complaints(load_catalogue(file))


def test_two_sources_on_one_host_or_one_feed(pantau, tmp_path):
    file = write(tmp_path, GOOD + GOOD.replace('"contoh"', '"kembar"'))
    found = complaints(load_catalogue(file))
    assert any("is asked by contoh already" in line for line in found)
    assert any("kembar: shares the host contoh.id with contoh" in line for line in found)
    run = pantau("sources", "list", "--catalogue", file)
    assert run.returncode == 1
    assert "kembar" in run.stdout
    assert "aneh: kembar: memakai host" in run.stderr


def test_the_page_of_sources_is_fresh():
    written = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    assert written == page(load_catalogue()), "docs/sources.md is stale; run `make docs`"
