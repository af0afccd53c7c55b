"""Dates: every form in which machines and people write them, and whom of many witnesses a page is believed by.

The pages are put together here, each kind of place for the article's own date with each kind of date that is not it.
"""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from crawler.times import read_time
from pipelines.extract import extract_article
from pipelines.extract.dates import find_published
from pipelines.extract.page import parse
from pipelines.extract.printed import parse_printed

NOW = "2026-12-01T03:00:00+00:00"  # 10.00 WIB
TITLE = "Pasar Ikan Muara Jati Dibuka Lagi Setelah Atapnya Diperbaiki"
PROSE = [
    "Pemerintah Kabupaten Tanjung Rimba membuka lagi pasar ikan di Kecamatan Muara Jati setelah atapnya diperbaiki "
    "selama tiga bulan dengan biaya dua miliar rupiah yang berasal dari anggaran daerah.",
    "Kepala Dinas Perdagangan Sutarno Widodo mengatakan seratus dua puluh pedagang lama mendapat tempat tanpa undian "
    "dan tidak dipungut sewa sampai akhir tahun, sedangkan pedagang baru menunggu giliran.",
    "Pedagang menyambut baik pembukaan itu dan berharap saluran air di sisi timur segera dibersihkan karena masih "
    "meluap ketika hujan deras turun pada malam hari, seperti yang terjadi pekan lalu.",
]


def html(head="", before="", after="", below="", title=TITLE):
    prose = "".join(f"<p>{paragraph}</p>" for paragraph in PROSE)
    return (
        f"<html><head><title>{title}</title>{head}</head><body><div><a href='/'>Warta Rimba</a></div>{before}"
        f"<h1>{title}</h1>{after}<div>{prose}</div>{below}</body></html>"
    )


def published(text, title=TITLE, **options):
    options = {"url": None, "hint": None, "fetched_at": NOW} | options
    return find_published(parse(text), title=title, **options)


def meta(content, name="article:published_time"):
    return f"<meta property='{name}' content='{content}'>"


def ld(*items):
    return "".join(f"<script type='application/ld+json'>{json.dumps(item)}</script>" for item in items)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-11-23WIB14:05", "2026-11-23T14:05+07:00"),
        ("2026-11-23WITA14:05:00", "2026-11-23T14:05+08:00"),
        ("2026-11-23UTC07:05:00", "2026-11-23T07:05+00:00"),
        ("2026-11-23+0714:05:00", "2026-11-23T14:05+07:00"),
        ("2026-11-23+07:0014:05:00", "2026-11-23T14:05+07:00"),
        ("2026-11-23T07:05:00 UTC", "2026-11-23T07:05+00:00"),
        ("2026-11-23T07:05:00+0000", "2026-11-23T07:05+00:00"),
        ("2026-11-23T15:05:00+08", "2026-11-23T15:05+08:00"),
        ("2026-11-23T15:05:00 (GMT+8)", "2026-11-23T15:05+08:00"),
        ("2026-11-23 15:05 WITA", "2026-11-23T15:05+08:00"),
        ("2026-11-23 16:05 WIT", "2026-11-23T16:05+09:00"),
        ("2026-11-23T02:05-05:00", "2026-11-23T02:05-05:00"),
        ("2026-11-23T14:05:00.250", "2026-11-23T14:05+07:00"),
        ("2026-11-23 02:05:00 PM", "2026-11-23T14:05+07:00"),
        ("2026-11-23 12:15 AM", "2026-11-23T00:15+07:00"),
        ("2026-11-23 12:15 PM", "2026-11-23T12:15+07:00"),
        ("2026-11-23 2:05 p.m.", "2026-11-23T14:05+07:00"),
        ("11/23/2026 2:05:00 PM", "2026-11-23T14:05+07:00"),
        ("04/11/2026 08:00", "2026-11-04T08:00+07:00"),
        ("20261123T140500+0700", "2026-11-23T14:05+07:00"),
        ("Mon, 23 Nov 2026 07:05:00 +00:00", "2026-11-23T07:05+00:00"),
        ("Mon, 23 Nov 2026 07:05:00 GMT", "2026-11-23T07:05+00:00"),
        ("Mon, 23 Nov 2026 02:05:00 EST", "2026-11-23T02:05-05:00"),
        ("Mon, 23 Nov 2026 15:05:00 WITA", "2026-11-23T15:05+08:00"),
        ("Mon, 23 Nov 2026 02:05:00 PM +0700", "2026-11-23T14:05+07:00"),
        ("Sen, 23 Nop 2026 14:05:00 WIB", "2026-11-23T14:05+07:00"),
        ("Senin, 24 Agustus 2026 14:05", "2026-08-24T14:05+07:00"),
        ("23 Nov 2026 | 14:05", "2026-11-23T14:05+07:00"),
        ("Mon Nov 23 2026 14:05:00 GMT+0700 (Western Indonesia Time)", "2026-11-23T14:05+07:00"),
        ("Mon Nov 23 14:05:00 WIB 2026", "2026-11-23T14:05+07:00"),
        ("1795417500", "2026-11-23T07:05+00:00"),
        ("1795417500000", "2026-11-23T07:05+00:00"),
        ("Mon, 30 Nov -0001 00:00:00 +0000", None),
        ("-0001-11-30T00:00:00+00:00", None),
        ("0001-01-01T00:00:00Z", None),
        ("2026-11-23T14:05:00+99:00", "2026-11-23T14:05+07:00"),
        ("2026-13-45", None),
        ("0", None),
        ("", None),
    ],
)
def test_times_of_machines(text, at):
    assert read_time(text) == (datetime.fromisoformat(at) if at else None)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("Senin, 23 November 2026 | 12:15 AM", "2026-11-23T00:15+07:00"),
        ("Senin, 23 November 2026 | 02:05 PM", "2026-11-23T14:05+07:00"),
        ("23 November 2026 2:05 p.m. WITA", "2026-11-23T14:05+08:00"),
        ("14.05 WITA, Senin, 23 November 2026", "2026-11-23T14:05+08:00"),
        ("14:05 WIB - 23/11/2026", "2026-11-23T14:05+07:00"),
        ("Senin, 23 November 2026, Pukul: 14.05 WIT", "2026-11-23T14:05+09:00"),
        ("22nd November 2026, 07:30", "2026-11-22T07:30+07:00"),
        ("November 3rd, 2026 07:30", "2026-11-03T07:30+07:00"),
        ("23 Nov 2026 14:05 GMT+8", "2026-11-23T14:05+08:00"),
        ("23 Nov 2026 14:05 UTC", "2026-11-23T14:05+00:00"),
        ("2026-11-23WITA14:05", "2026-11-23T14:05+08:00"),
        ("23/11/2026 10:00-12.00 WIB", "2026-11-23T10:00+07:00"),
        ("11/23/2026 2:05:00 PM", "2026-11-23T14:05+07:00"),
        ("1 Desember 202014:05", "2020-12-01T14:05+07:00"),
        ("Kemarin, 10.15 WITA", "2026-11-30T10:15+08:00"),
        ("Hari ini, 08:05 WIB", "2026-12-01T08:05+07:00"),
        ("Indeks berita hari ini", None),
    ],
)
def test_times_in_print(text, at):
    assert parse_printed(text, datetime.fromisoformat(NOW)) == (datetime.fromisoformat(at) if at else None)


# Where the article's own date stands, 20 November 2026 ...
OWN = {
    "behind the headline": {"after": "<p>Jumat, 20 November 2026</p>"},
    "before the headline": {"before": "<p>Jumat, 20 November 2026</p>"},
    "behind a byline": {"after": "<p>Oleh Ratna Wulandari</p><p>Ekonomi</p><p>20/11/2026 09:00 WIB</p>"},
    "in a byline": {"after": "<p>Ratna Wulandari - Warta Rimba | Jumat, 20 November 2026 | 09:00 WIB</p>"},
    "in a list": {"after": "<ul><li>Redaksi</li><li>20 Nov 2026</li></ul>"},
    "in a time": {"after": "<p><time datetime='2026-11-20T02:00:00Z'>20 November 2026</time></p>"},
    "hour apart": {"after": "<p><span>20 November 2026</span><span>09.00 WITA</span></p>"},
    "announced below": {"below": "<p>Diterbitkan: 20 November 2026</p>"},
}
# ... and the dates that are not its own, but for the first one.
OTHERS = "".join(
    f"<div><a href='/b/{n}'>Warga Hulu Rimba gotong royong membersihkan saluran air</a><span>{n} November 2026</span></div>"
    for n in (24, 25, 26)
)
NOT_OWN = {
    "nothing": {},
    "a clock in the head": {"before": "<div>Selasa, 1 Desember 2026</div><ul><li>Ekonomi</li><li>Politik</li></ul>"},
    "a notice on top": {"before": "<div>Pemeliharaan sistem tanggal 12 Juli 2026 pukul 22.00 WIB</div>"},
    "a notice behind the headline": {"after": "<div>Libur nasional 17 Agustus 2026</div>"},
    "other articles": {"below": OTHERS},
    "another article behind the headline": {
        "after": "<div><a href='/x'>Warga Hulu Rimba panen raya cabai merah</a> <span>25 November 2026</span></div>"
    },
    "comments": {"below": "<div>Budi</div><div>22 November 2026 10:00</div><div>Mantap pak</div>"},
    "an event in the text": {"below": "<p>Pendaftaran ditutup 30 Oktober 2026.</p>"},
    "an update": {"after": "<p>Terakhir diperbarui: 25 November 2026 08:00 WIB</p>"},
}


@pytest.mark.parametrize("other", NOT_OWN)
@pytest.mark.parametrize("own", OWN)
def test_the_own_date_among_others(own, other):
    parts = {name: NOT_OWN[other].get(name, "") + OWN[own].get(name, "") for name in ("before", "after", "below")}
    assert published(html(**parts)).day == "2026-11-20"


@pytest.mark.parametrize(
    "glued",
    [
        "<time datetime='2026-11-20T05:11:27+01:00'>20/11/2026</time><time datetime='2026-11-27T05:42:37Z'>27/11/2026</time>",
        "<time datetime='2026-11-27T05:42:37Z'>27/11/2026</time><time datetime='2026-11-20T05:11:27Z'>20/11/2026</time>",
        "<time class='updated' datetime='2026-11-27'>27/11/2026</time><time datetime='2026-11-20'>20/11/2026</time>",
        "<span>20 November 2026</span><span>27 November 2026</span>",
        "Diperbarui 27 November 2026 08:00 WIB, terbit 20 November 2026 08:00 WIB",
        "Terbit 20 November 2026, diperbarui 27 November 2026",
        "<i>Diperbarui</i><b>27 November 2026</b><i>Terbit</i><b>20 November 2026</b>",
        "<i>Dipublikasikan pada</i> <b>20 November 2026</b> <i>Terakhir diubah</i> <b>27 November 2026</b>",
    ],
)
@pytest.mark.parametrize("place", ["before", "after"])
def test_of_two_dates_side_by_side_the_update_is_none(glued, place):
    assert published(html(**{place: f"<div>{glued}</div>"})).day == "2026-11-20"


@pytest.mark.parametrize(
    "own",
    [
        "<span class='tgl'><time>20 November 2026</time><time>27 November 2026</time></span>",
        "<span class='tgl'><time datetime='2026-11-20T08:00'>Jumat</time><b>x</b></span>",
        "<meta class='tgl' content='2026-11-20T08:00:00+07:00'>",
    ],
)
def test_what_the_own_selector_of_the_date_points_to(own):
    article = extract_article(html(before=own), url=None, fetched_at=NOW, overrides={"date": ".tgl"})
    assert article.published_date == "2026-11-20"


def test_an_article_without_a_date_takes_none_from_other_articles():
    assert published(html(below=OTHERS)) is None
    assert published(html(below=OTHERS), hint=FEED).source == "feed"


def test_a_date_in_the_headline_is_not_the_articles():
    title = "Jadwal Pasar Ikan Muara Jati Mulai 5 Oktober 2026 Sampai Akhir Tahun"
    assert published(html(title=title), title=title) is None
    assert published(html(title=title, after="<p>20 November 2026</p>"), title=title).day == "2026-11-20"


OWN_LD = {"@type": "NewsArticle", "headline": TITLE, "datePublished": "2026-11-20T09:00:00+07:00"}
RELATED_LD = {
    "@type": "NewsArticle",
    "headline": "Warga Hulu Rimba Gotong Royong Membersihkan Saluran Air",
    "datePublished": "2026-11-28T09:00:00+07:00",
}
URL = "https://warta.contoh.id/b/1"


@pytest.mark.parametrize(
    "items",
    [
        [RELATED_LD, OWN_LD],
        [OWN_LD, RELATED_LD],
        [[RELATED_LD, OWN_LD]],
        [{"@graph": [RELATED_LD, {"@type": "WebPage"}, OWN_LD]}],
        [RELATED_LD, OWN_LD | {"headline": "Ikan"}],
        [RELATED_LD | {"headline": ""}, OWN_LD],
        [RELATED_LD | {"headline": TITLE, "url": f"{URL}0"}, OWN_LD | {"url": URL + "/"}],
        [RELATED_LD | {"headline": TITLE}, OWN_LD | {"mainEntityOfPage": {"@id": URL}}],
        [RELATED_LD | {"headline": TITLE}, OWN_LD | {"@id": URL + "#article"}],
    ],
)
def test_json_ld_of_another_article(items):
    head = f"<link rel='canonical' href='{URL}'>"
    assert published(html(head + ld(*items))).day == "2026-11-20"


def test_json_ld_of_another_article_alone_is_none():
    assert published(html(ld(RELATED_LD))) is None
    assert published(html(ld(RELATED_LD | {"headline": TITLE.split()[0]}))).day == "2026-11-28"


FEED = "2026-11-20T02:00:00+00:00"
NOV_20, NOV_25 = "<p>20 November 2026</p>", "<p>25 November 2026</p>"


@pytest.mark.parametrize(
    ("head", "after", "hint", "url", "answer"),
    [
        # The first in the order of belief, when nobody says otherwise.
        (meta("2026-11-20T09:00:00+07:00"), "", None, None, ("2026-11-20", "meta", None)),
        ("", NOV_20, "2026-11-20T02:00:00+00:00", None, ("2026-11-20", "printed", None)),
        # A right feed against a bad meta: later than the feed, much too old, or the moment of the answer.
        (meta("2026-11-28T09:00:00+07:00"), "", FEED, None, ("2026-11-20", "feed", "meta 2026-11-28")),
        (meta("2015-01-01T00:00:00+07:00"), "", FEED, None, ("2026-11-20", "feed", "meta 2015-01-01")),
        (meta(NOW, "date"), "", FEED, None, ("2026-11-20", "feed", "meta 2026-12-01")),
        (meta(NOW, "date"), NOV_20, None, None, ("2026-11-20", "printed", "meta 2026-12-01")),
        # A feed that dates an article anew, against its page.
        (meta("2026-11-16T09:00:00+07:00"), "", FEED, None, ("2026-11-16", "meta", "feed 2026-11-20")),
        # Two hands against the first.
        (meta("2026-10-01"), NOV_20, FEED, None, ("2026-11-20", "printed", "meta 2026-10-01")),
        (meta("2026-10-01"), NOV_20, None, f"{URL}/2026/11/20/x", ("2026-11-20", "printed", "meta 2026-10-01")),
        (meta("2026-11-20"), NOV_25, FEED, None, ("2026-11-20", "meta", "printed 2026-11-25")),
        (meta("2026-10-01"), NOV_25, FEED, None, ("2026-10-01", "meta", "printed 2026-11-25, feed 2026-11-20")),
        # JSON-LD and meta are one hand: together they are no more than the page.
        (ld(OWN_LD) + meta("2026-11-20T09:00:00+07:00"), NOV_25, None, None, ("2026-11-20", "json-ld", "printed 2026-11-25")),
        # Page and feed only repeat when the text was changed.
        (
            meta("2026-11-20T09:00:00+07:00") + meta("2026-11-25T08:00:00+07:00", "article:modified_time"),
            NOV_25,
            "2026-11-25T01:00:00+00:00",
            None,
            ("2026-11-20", "meta", "printed 2026-11-25, feed 2026-11-25"),
        ),
    ],
)  # fmt: skip
def test_whom_to_believe(head, after, hint, url, answer):
    found = published(html(head, after=after), hint=hint, url=url)
    assert (found.day, found.source, found.warning) == answer


def test_a_site_that_runs_on_utc_prints_the_day_before():
    shown = "<p><time datetime='2026-11-19T23:30:00+00:00'>19 November 2026</time></p>"
    assert published(html(after=shown)).day == "2026-11-20"
    local = "<p><time datetime='2026-11-20T23:30:00+00:00'>Jumat, 20 November 2026 23:30 WIB</time></p>"
    assert published(html(meta("2026-11-20T23:30:00+00:00"), after=local)).day == "2026-11-20"


def test_a_day_takes_its_hour_from_whoever_knows_it():
    assert published(html(after="<p>20 November 2026</p>"), hint=FEED).at == FEED
    assert published(html(meta("2026-11-20"), after="<p>20 November 2026 09:00 WIB</p>")).at == FEED
    assert published(html(), url="https://warta.contoh.id/2026/11/20/x", hint=FEED).at == FEED


def test_the_warning_is_kept_on_the_article():
    article = extract_article(
        html(meta("2015-01-01")), url=URL, fetched_at=NOW, hints={"published_at": FEED, "title": TITLE}
    )
    assert (article.published_date, article.date_source, article.date_warning) == (
        "2026-11-20",
        "feed",
        "meta 2015-01-01",
    )
