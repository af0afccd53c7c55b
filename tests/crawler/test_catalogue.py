"""The catalogue: the bundled one is valid, and every mistake is named with file, entry and key."""

from __future__ import annotations

import pytest

from crawler.catalogue import choose, load_catalogue
from crawler.errors import CatalogueError

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
