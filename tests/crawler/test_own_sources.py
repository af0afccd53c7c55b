"""A team's own sources: a folder of TOML that lies over the catalogue, and what is wrong in one is said in words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.catalogue import _KEYS, Written, as_source, load_catalogue
from crawler.discovery_entry import KEYS as DISCOVERY_KEYS
from crawler.discovery_entry import METHODS
from crawler.errors import CatalogueError
from crawler.own_sources import with_own
from crawler.patterns import ArticlePattern

OURS = """
[[source]]
id = "satu"
name = "Situs Satu"
kind = "media"
homepage = "https://satu.id/"
discover = [{ method = "feed", url = "https://satu.id/feed" }]
article_url = '^https://satu\\.id/berita/'
delay = 3

[[source]]
id = "dua"
name = "Situs Dua"
kind = "media"
homepage = "https://dua.id/"
discover = [{ method = "feed", url = "https://dua.id/feed" }]
"""
NEW = OURS.split("\n\n")[1].replace("dua", "tiga")


@pytest.fixture
def lay(tmp_path):
    """The sources by id of OURS with own files (name -> text) over them."""
    catalogue, folder = tmp_path / "katalog.toml", tmp_path / "sources"
    catalogue.write_text(OURS, encoding="utf-8")
    folder.mkdir()

    def laid(**files):
        for name, text in files.items():
            (folder / f"{name}.toml").write_text(text, encoding="utf-8")
        return {source.id: source for source in with_own(catalogue, folder)}

    return laid


def test_an_own_entry_adds_changes_and_switches_off(lay):
    before = lay()
    assert list(before) == ["satu", "dua"]
    found = lay(
        baru=NEW,
        ubah='[[source]]\nid = "satu"\ndelay = 10\narticle_url = ""\n[[source]]\nid = "dua"\nstatus = "paused"\n',
    )
    assert list(found) == ["satu", "dua", "tiga"]
    assert (found["satu"].delay, found["satu"].article_url, found["satu"].name) == (10, None, "Situs Satu")
    assert found["satu"].discover == before["satu"].discover
    assert (found["dua"].status, found["dua"].homepage) == ("paused", "https://dua.id/")
    assert found["tiga"].discover[0].url == "https://tiga.id/feed"


def test_over_the_bundled_catalogue_all_others_stay(tmp_path):
    ours = load_catalogue()
    (tmp_path / "a.toml").write_text(f'[[source]]\nid = "{ours[0].id}"\nstatus = "paused"\nnote = "libur"\n')
    found = with_own(None, tmp_path)
    assert [source.id for source in found] == [source.id for source in ours]
    assert found[1:] == ours[1:]
    assert (found[0].status, found[0].note, found[0].discover) == ("paused", "libur", ours[0].discover)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '[[source]]\nid = "sato"\ndelay = 1\n',
            "a.toml: entry 'sato': key 'id' is not in the catalogue; did you mean",
        ),
        ('[[source]]\nid = "zzzzz"\ndelay = 1\n', "a new one needs name, kind, homepage, discover"),
        ('[[source]]\nid = "satu"\ndelay = "lama"\n', "a.toml: entry 'satu': key 'delay' is 'lama'"),
        ('[[source]]\nid = "satu"\nwarna = 1\n', "a.toml: entry 'satu': key 'warna' is unknown"),
        ('[[source]]\nid = "satu"\nname = ""\n', "a.toml: entry 'satu': key 'name' is missing"),
        ('[[source]]\nname = "x"\n', "a.toml: entry 1: key 'id' is missing"),
        ("[[source]]\nid = 3\n", "a.toml: entry 3: key"),
        (NEW.replace("discover", "temukan"), "a.toml: entry 'tiga': key 'temukan' is unknown"),
        ('[[source]]\nid = "satu"\n' * 2, "a.toml: entry 'satu': key 'id' stands in "),
        ("[[sumber]]\nid = 3\n", "a.toml: unknown key 'sumber'"),
        ("source = 3\n", "a.toml: no [[source]] entry"),
        ("source = [3]\n", "a.toml: entry 1: key 'source' is not a table"),
        ("id = [", "a.toml: is not TOML"),
        ("a = " + "[" * 9_000, "a.toml: is not TOML"),
        ("a = " + "9" * 9_000, "a.toml: is not TOML"),
    ],
)
def test_what_is_wrong_names_file_entry_and_key(lay, text, message):
    with pytest.raises(CatalogueError, match=re.escape(message)):
        lay(a=text)


def test_what_is_no_folder_is_named(tmp_path):
    with pytest.raises(CatalogueError, match=r"tidak-ada: no such folder"):
        with_own(None, tmp_path / "tidak-ada")


@pytest.mark.parametrize(
    "wrong",
    [
        {"homepage": "https://a\0.id/"},
        {"homepage": "https://a.id/" + "a" * 9_000},
        {"article_url": "(" * 5_000},
        {"extract": {"body": "a:bukan(b)"}},
        {"discover": [{"method": "listing", "url": "https://a.id/", "links": ":not(" * 3_000}]},
        {"discover": [{"method": "listing", "url": "https://a.id/", "links": "a:bukan(b)"}]},
        {"discover": [{"method": "api", "url": "https://a.id/", "items": "[" * 5_000, "link": "a"}]},
        {"discover": [{"method": "api", "url": "https://a.id/", "items": "!" * 5_000 + "a", "link": "a"}]},
        {"discover": [{"method": "api", "url": "https://a.id/", "items": "a", "link": "a", "post": "[" * 90_000}]},
    ],
)
def test_what_no_parser_survives_is_an_error_of_one_short_line(wrong):
    with pytest.raises(CatalogueError) as error:
        as_source(Written(Path("a.toml"), 1, GOOD | wrong))
    assert len(str(error.value)) < 1_000 and "\n" not in str(error.value)


# Values as TOML has them, and such as look like an entry's own.
SCALARS = st.one_of(
    st.none().map(lambda _: ""),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.dates(),
    st.sampled_from(
        [
            "https://a.id/",
            "https://a.id/{page}",
            "https://a.id/{date:%Y}",
            "http://[::1",
            "h2 a",
            "items[]",
            "[",
            "a{9}{9}",
        ]
    ),
    st.sampled_from([*METHODS, "media", "active", "2026-07", "(", "(?P<a>x)(?P=a)", "\\", "{date:%\0}", "${A}", "{}"]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.one_of(st.sampled_from(sorted(DISCOVERY_KEYS)), st.text(max_size=9)), inner, max_size=5),
    ),
    max_leaves=12,
)
DISCOVERIES = st.fixed_dictionaries(
    {"method": st.sampled_from(METHODS), "url": SCALARS},
    optional=dict.fromkeys(sorted(DISCOVERY_KEYS - {"method", "url"}), SCALARS),
)
GOOD = {
    "id": "a",
    "name": "A",
    "kind": "media",
    "homepage": "https://a.id/",
    "discover": [{"method": "feed", "url": "https://a.id/f"}],
}


@settings(max_examples=600, deadline=None)
@given(
    st.one_of(
        VALUES,
        st.dictionaries(st.sampled_from(sorted(_KEYS)), VALUES, max_size=4).map(lambda some: GOOD | some),
        st.lists(DISCOVERIES, max_size=2).map(lambda some: GOOD | {"discover": some}),
        st.text(max_size=20).map(lambda some: GOOD | {"article_url": some}),
    )
)
def test_an_entry_of_any_shape_is_a_source_that_can_be_asked_or_an_error_in_words(tmp_path_factory, data):
    try:
        source = as_source(Written(tmp_path_factory.getbasetemp() / "a.toml", 1, data))
    except CatalogueError as error:
        assert "a.toml: entry" in str(error) and "key" in str(error)
        return
    assert source.hosts and all(discovery.urls() for discovery in source.discover)
    if source.article_url:
        ArticlePattern(source.article_url).takes(source.homepage)
