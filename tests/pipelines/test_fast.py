"""The rooms for speed of pipelines: the same results, and the libraries' own way where a library is another."""

from __future__ import annotations

import logging
import sys

import pytest
from lxml import etree
from Sastrawi.Dictionary.ArrayDictionary import ArrayDictionary
from Sastrawi.Stemmer.Context.Visitor.RemovePlainPrefix import RemovePlainPrefix
from Sastrawi.Stemmer.Context.Visitor.VisitorProvider import VisitorProvider
from Sastrawi.Stemmer.Stemmer import Stemmer
from Sastrawi.Stemmer.StemmerFactory import StemmerFactory
from trafilatura import main_extractor, xpaths

from pipelines.extract import extract_article
from pipelines.extract.fast import rules
from pipelines.extract.page import parse
from pipelines.language import fast, stems
from tests.pipelines.extract.layouts import load_layouts
from tests.pipelines.language.test_stems import made_words

NAMESPACES = {"re": xpaths.REGEXP_NS}
LINES = "".join(
    f"<p>Paragraf ke-{n} menceritakan kerja bakti warga kampung nelayan sepanjang pekan.</p>" for n in range(9)
)
ODD = f"""<html><body><h1>Warga Kerja Bakti</h1><article>{LINES}</article><o:p class="share">a</o:p>
<div id="x" class="cookie">b</div><div class="cookie" id="x">c</div><p class="nav&#1;">d</p>
<div class="infinite-scroll"><nav><h1>Kabar</h1></nav>{LINES}</div><dl class="comments">{LINES}</dl></body></html>"""
PAGES = [layout.html for layout in load_layouts()] + [ODD]


def articles():
    return [extract_article(html, url=None, fetched_at="2025-12-06T00:00:00+00:00") for html in PAGES]


def said(caplog, module):
    """How the module's warnings begin."""
    return [record.message.split(":")[0] for record in caplog.records if record.name == module.__name__]


@pytest.fixture
def anew():
    """Both rooms look at their libraries anew, within the test and after it."""
    for cached in (rules._lists, stems._stemmer, stems.stem_word):
        cached.cache_clear()
    yield
    for cached in (rules._lists, stems._stemmer, stems.stem_word):
        cached.cache_clear()


def plain_articles():
    """What trafilatura reads with its own rules."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PANTAU_PLAIN", "1")
        return articles()


def test_trafilaturas_rules_find_the_same_as_functions(anew, monkeypatch):
    monkeypatch.delenv("PANTAU_PLAIN", raising=False)
    trees = [parse(html).tree for html in PAGES]
    trees[-1].find(".//p").tag = "item"  # as trafilatura renames them
    replaced = [
        (rule, quick) for _, own, functions in rules._lists() for rule, quick in zip(own, functions, strict=True)
    ]
    # Fewer, should a later trafilatura write its rules otherwise.
    assert sum(rule is not quick for rule, quick in replaced) == 8
    for rule, quick in replaced:
        for tree in trees:
            found, wanted = list(quick(tree)), list(rule(tree))
            assert found == wanted or ("[1]" in rule.path and found[:1] == wanted[:1])
    assert any(quick(tree) for _, quick in replaced for tree in trees)
    assert articles() == plain_articles()
    assert all(now == own for now, own, _ in rules._lists())  # pages have been read; trafilatura has its own again


CHILDREN = ".//*[self::div or self::section][re:test(./p/@class, 'nav')]"
BEFORE = ".//*[self::div or self::section][re:test(@class, 'nav') and preceding-sibling::p]"
TEXT = ".//*[self::div or self::section][re:test(@class, 'nav') or text()='Iklan']"


@pytest.mark.parametrize(
    "path", [CHILDREN, BEFORE, TEXT, ".//*[self::div][re:test(@class, 'nav')][2]", ".//p/*[re:test(@id, 'a')]"]
)
def test_a_rule_that_looks_at_more_than_the_element_is_left_alone(path):
    assert not rules.is_quick(etree.XPath(path, namespaces=NAMESPACES))
    assert rules.is_quick(etree.XPath(".//*[self::div][re:test(@class, './p')]", namespaces=NAMESPACES))


def lists_renamed(patch):
    patch.delattr(xpaths, "BODY_XPATH")


def rules_as_texts(patch):
    patch.setattr(xpaths, "BODY_XPATH", [rule.path for rule in xpaths.BODY_XPATH])


def rules_that_answer_otherwise(patch):
    class Fewer(etree.XPath):
        def __call__(self, tree):
            return super().__call__(tree)[1:]

    first, *others = xpaths.OVERALL_DISCARD_XPATH
    changed = [Fewer(first.path, namespaces=NAMESPACES), *others]
    for module in (xpaths, main_extractor):
        patch.setattr(module, "OVERALL_DISCARD_XPATH", changed)


def another_version(patch):
    patch.setattr(rules, "CHECKED", ("trafilatura<1",))


@pytest.mark.parametrize("change", [lists_renamed, rules_as_texts, rules_that_answer_otherwise, another_version])
def test_trafilatura_keeps_its_own_rules_where_it_is_another(anew, monkeypatch, caplog, change):
    monkeypatch.delenv("PANTAU_PLAIN", raising=False)
    change(monkeypatch)
    with caplog.at_level(logging.WARNING):
        assert articles() == plain_articles()
    assert rules._lists() == []
    assert said(caplog, rules) == ["ekstraksi lewat jalan biasa"]


def provider_moved(patch):
    patch.setitem(sys.modules, VisitorProvider.__module__, None)


def a_new_prefix(patch):
    """ "ibukota" becomes "kota"; no word that begins so was given to the rules for prefixes."""
    own = RemovePlainPrefix.remove
    patch.setattr(RemovePlainPrefix, "remove", lambda self, word: own(self, word.removeprefix("ibu")))


def another_sastrawi(patch):
    patch.setattr(fast, "CHECKED", ("PySastrawi>=9",))


@pytest.mark.parametrize("change", [provider_moved, a_new_prefix, another_sastrawi])
def test_sastrawi_stems_itself_where_it_is_another(anew, monkeypatch, caplog, change):
    monkeypatch.delenv("PANTAU_PLAIN", raising=False)
    roots = StemmerFactory().get_words()
    change(monkeypatch)
    sastrawi = Stemmer(ArrayDictionary([*roots, *stems.COMPOUNDS]))
    words = ["ibukota", *(word for word in made_words(roots, 300) if len(word) > 3)]
    with caplog.at_level(logging.WARNING):
        assert {word: stems.stem_text(word) for word in words} == {word: sastrawi.stem(word) for word in words}
    assert said(caplog, fast) == ["pencarian kata dasar lewat jalan biasa"]


def test_the_plain_way_takes_neither(anew, monkeypatch):
    monkeypatch.setenv("PANTAU_PLAIN", "1")
    own = [list(getattr(xpaths, name)) for name in rules.LISTS]
    with rules.quick_rules():
        assert [getattr(xpaths, name) for name in rules.LISTS] == own
    stemmer = Stemmer(ArrayDictionary(["kota"]))
    assert fast.quickened(stemmer) == stemmer.stem
    monkeypatch.delenv("PANTAU_PLAIN")
    with rules.quick_rules():
        assert [getattr(xpaths, name) for name in rules.LISTS] != own
    assert fast.quickened(stemmer) != stemmer.stem
