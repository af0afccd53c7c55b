"""Who asks: the user agent, the contact that real sites are owed, and the name that robots.txt knows us by."""

from __future__ import annotations

import re

import pytest
from protego import Protego

from crawler.catalogue import Discovery, Source
from crawler.contact import contact
from crawler.errors import CatalogueError, SettingError
from crawler.probe import probe
from crawler.run import crawl
from crawler.settings import PRODUCT, require_contact, user_agent
from tests.crawler.crawling import run_crawl
from tests.crawler.faults import Fault, catalogue, feed, http, page, serve_faults

REAL = """
[[source]]
id = "nyata"
name = "Situs nyata"
kind = "media"
homepage = "https://nyata.invalid/"
discover = [{ method = "feed", url = "https://nyata.invalid/umpan" }, { method = "feed", url = "https://b.nyata.invalid/" }]
"""


def source(*hosts: str) -> Source:
    return Source("uji", "Uji", "media", f"http://{hosts[0]}/", tuple(Discovery("feed", f"http://{h}/") for h in hosts))


@pytest.fixture(autouse=True)
def nobody(monkeypatch):
    monkeypatch.delenv("PANTAU_CONTACT", raising=False)


def test_the_user_agent_has_the_usual_form(monkeypatch):
    assert re.fullmatch(r"Mozilla/5\.0 \(compatible; Pantau/\d[\w.]*\)", user_agent())
    monkeypatch.setenv("PANTAU_CONTACT", " humas@contoh.go.id\n")
    assert re.fullmatch(r"Mozilla/5\.0 \(compatible; Pantau/\d[\w.]*; \+humas@contoh\.go\.id\)", user_agent())


@pytest.mark.parametrize(
    "said", ["humas@contoh.go.id", "a.b+c'd@x.co", "https://contoh.id", "http://contoh.id:81/a?b=1&c=%20"]
)
def test_contacts_that_are_some(monkeypatch, said):
    monkeypatch.setenv("PANTAU_CONTACT", said)
    assert contact() == said


@pytest.mark.parametrize(
    "said",
    [
        "humas",
        "humas@contoh",
        "@contoh.id",
        "a b@contoh.id",
        "mailto:humas@contoh.id)",
        "ftp://contoh.id/",
        "https://",
        "https://nama:sandi@contoh.id/",
        "https://contoh.id/\r\nX-Lain: 1",
        "https://contoh.id/(a)",
        "https://contoh.id/;a",
        'humas "uji" 100%',
        "humas@contoh.id; bot",
        "https://contoh.id/é",
        "https://[rusak/",
        "x" * 300 + "@contoh.id",
    ],
)
def test_contacts_that_are_none_are_refused_and_never_sent(monkeypatch, said):
    monkeypatch.setenv("PANTAU_CONTACT", said)
    with pytest.raises(SettingError, match=r"PANTAU_CONTACT=.*a mail address \(humas@contoh\.id\) or a web address"):
        user_agent()


def test_only_real_sites_are_owed_a_contact(monkeypatch):
    own = ("127.0.0.1:8801", "localhost", "10.1.2.3", "situs.lan", "[::1]:80", "uji.internal")
    require_contact([source(*own), source("127.0.0.1")])
    with pytest.raises(SettingError, match=r"not set, and a\.id and 1 more would .*PANTAU_CONTACT=humas@contoh\.id"):
        require_contact([source(*own), source("b.id", "127.0.0.1"), source("a.id")])
    assert issubclass(SettingError, CatalogueError)  # which the command line answers with one line and exit code 2
    monkeypatch.setenv("PANTAU_CONTACT", "humas@contoh.id")
    require_contact([source("a.id")])


def test_every_way_to_a_real_site_asks_for_it(tmp_path):
    with pytest.raises(SettingError):
        crawl([source("a.invalid")], lambda: pytest.fail("nothing is opened"))
    with pytest.raises(SettingError):
        probe([source("a.invalid")], 1)


@pytest.mark.parametrize("command", [("crawl",), ("sources", "check")])
def test_the_command_line_says_what_to_do_and_changes_nothing(pantau, tmp_path, command):
    (tmp_path / "k.toml").write_text(REAL, encoding="utf-8")
    run = pantau(*command, "--catalogue", tmp_path / "k.toml")
    assert run.returncode == 2
    assert "PANTAU_CONTACT belum diisi, padahal pemilik b.nyata.invalid" in run.stderr.splitlines()[-1]
    assert [file.name for file in tmp_path.iterdir()] == ["k.toml"]


def test_a_contact_that_is_none_stops_even_a_crawl_of_ones_own_site(pantau, tmp_path, monkeypatch):
    monkeypatch.setenv("PANTAU_CONTACT", "humas")
    (tmp_path / "k.toml").write_text(REAL.replace("nyata.invalid", "127.0.0.1:9").replace("https", "http"))
    run = pantau("crawl", "--catalogue", tmp_path / "k.toml")
    assert run.returncode == 2 and "PANTAU_CONTACT='humas'" in run.stderr and "alamat surel" in run.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["k.toml"]


def test_a_real_site_is_asked_with_the_contact(tmp_path):
    """umum.example is a name of this machine's own; the resolver of the test knows it, and refuses it as private."""
    own = Fault("sendiri", lambda site: site.answers.update({"/umpan": feed(site, "/baik"), "/baik": http(page())}))
    with serve_faults((own,)) as sites:
        run_crawl(tmp_path, catalogue(sites, (own,)))
    agents = {re.search(r"^User-Agent: (.*)\r$", head, re.MULTILINE)[1] for _, _, head in sites["sendiri"].log}
    assert len(sites["sendiri"].log) == 3  # robots.txt, the feed, the article
    (agent,) = agents
    assert agent.endswith("; +uji@contoh.id)")


RULES = "User-agent: {}\nDisallow: /\n\nUser-agent: *\nDisallow: /admin/\n"


@pytest.mark.parametrize("name", ["Pantau", "pantau", "PANTAU"])
def test_robots_txt_knows_us_by_our_name(name):
    assert not Protego.parse(RULES.format(name)).can_fetch("https://a.id/1", PRODUCT)


@pytest.mark.parametrize("name", ["Mozilla", "compatible", "contoh.id", "uji"])
def test_rules_for_others_are_not_ours_though_the_user_agent_holds_their_names(tmp_path, name):
    def build(site):
        site.answers |= {"/robots.txt": http(RULES.format(name)), "/umpan": feed(site, "/baik", "/admin/1")}
        site.answers |= {"/baik": http(page()), "/admin/1": http(page())}

    rules = Fault("aturan", build)
    with serve_faults((rules,)) as sites:
        report = run_crawl(tmp_path, catalogue(sites, (rules,)))
    assert report.sources["f0"].fetched == 1
    assert report.sources["f0"].stats == {"robots/forbidden": 1}
