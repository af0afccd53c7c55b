"""The room for speed of pipelines: the same results, and the library's own way where it is another."""

from __future__ import annotations

import logging

import pytest
from lxml import etree
from trafilatura import main_extractor, xpaths

from pipelines.extract import extract_article
from pipelines.extract.fast import rules
from pipelines.extract.fast.conditions import NotTold, condition
from pipelines.extract.page import parse
from tests.pipelines.extract.layouts import load_layouts

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
    """The room looks at its library anew, within the test and after it."""
    rules._lists.cache_clear()
    yield
    rules._lists.cache_clear()


def plain_articles():
    """What trafilatura reads with its own rules."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PANTAU_PLAIN", "1")
        return articles()


def test_trafilaturas_rules_find_the_same_as_functions(anew, monkeypatch):
    monkeypatch.delenv("PANTAU_PLAIN", raising=False)
    trees = [parse(html).tree for html in PAGES]
    trees[-1].find(".//p").tag = "item"  # as trafilatura renames them
    replaced = [rule for _, own in rules._lists().values() for rule in own]
    # Fewer, should a later trafilatura write its rules otherwise.
    assert sum(rule.find is not rule.own for rule in replaced) == 9
    for rule in replaced:
        for tree in trees:
            found, wanted = list(rule.find(tree)), list(rule.own(tree))
            assert found == wanted or ("[1]" in rule.own.path and found[:1] == wanted[:1])
    assert any(rule.find(tree) for rule in replaced for tree in trees)
    assert articles() == plain_articles()
    # Pages have been read; trafilatura has its own again.
    assert all(there == [rule.own for rule in own] for there, own in rules._lists().values())


CHILDREN = ".//*[self::div or self::section][re:test(./p/@class, 'nav')]"
BEFORE = ".//*[self::div or self::section][re:test(@class, 'nav') and preceding-sibling::p]"
TEXT = ".//*[self::div or self::section][re:test(@class, 'nav') or text()='Iklan']"


@pytest.mark.parametrize(
    "path", [CHILDREN, BEFORE, TEXT, ".//*[self::div][re:test(@class, 'nav')][2]", ".//p/*[re:test(@id, 'a')]"]
)
def test_a_rule_that_looks_at_more_than_the_element_is_left_alone(path):
    with pytest.raises(NotTold):
        condition(etree.XPath(path, namespaces=NAMESPACES).path)
    assert condition(".//*[self::div][re:test(@class, './p')]")("div", {"class": "a/p"})


TOLD = {
    ".//*[self::div or self::p][@class='a' and not(@id)]": [("div", "a", None), ("p", "a", "x"), ("b", "a", None)],
    "(.//*[self::div][@class or contains(@id, 'ai')])[1]|(.//main)[1]": [("main", "", None), ("div", None, "main")],
    ".//*[contains(translate(@id, 'AB', 'ab'), 'ab')]": [("p", None, "xAb"), ("p", None, "aC")],
    ".//*[re:test(@id|@class, '^b')]": [("p", "b", "a"), ("p", "b", None), ("p", "a", "b")],
    ".//*[starts-with(@class, 'ma') or re:test(@class, 'OR', 'i')]": [("p", "main", None), ("p", "xor", None)],
    ".//*[not(self::ol or self::p) or re:test(@id, 'x$')]": [("ol", None, "x"), ("p", None, "y"), ("b", None, "z")],
}


@pytest.mark.parametrize("path", TOLD)
def test_a_condition_says_what_lxml_says(path):
    rule, test = etree.XPath(path, namespaces=NAMESPACES), condition(path)
    for name, classes, identity in [*TOLD[path], ("div", None, None), ("div", "a b", "ab"), ("ol", "A", "Main")]:
        given = {key: value for key, value in (("class", classes), ("id", identity)) if value is not None}
        around = etree.Element("x")
        etree.SubElement(around, name, given)
        assert test(name, given) is bool(rule(around)), given


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
    assert rules._lists() == {}
    assert said(caplog, rules) == ["ekstraksi lewat jalan biasa"]


def test_the_plain_way_takes_none(anew, monkeypatch):
    monkeypatch.setenv("PANTAU_PLAIN", "1")
    own = [list(getattr(xpaths, name)) for name in rules.LISTS]
    with rules.quick_rules():
        assert [getattr(xpaths, name) for name in rules.LISTS] == own
    monkeypatch.delenv("PANTAU_PLAIN")
    with rules.quick_rules():
        assert [getattr(xpaths, name) for name in rules.LISTS] != own
