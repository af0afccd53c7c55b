"""Today, yesterday, seven days, this month: on the search page, the dashboard, the map and the coverage."""

from __future__ import annotations

import asyncio
import re
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from pipelines.coverage.update import update
from pipelines.database.open import connect, transaction
from pipelines.publish.views import periods
from pipelines.records import TaggedArticle
from pipelines.store.save import save
from tests.pipelines.conftest import make_article, make_tags
from tests.pipelines.publish.conftest import opened, put_article

TODAY = date(2026, 3, 3)
# Days back from TODAY of the articles: two today, one yesterday, two within the week (and last month), one before.
BACK = (0, 0, 1, 4, 6, 20)
TEXT = "Bupati Bogor Rangga Wiratama hadir di Bandung. Rangga membagikan benih nomor {n} kepada petani kecamatan itu."


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Six articles of days before TODAY at 9.15 WIB, and a release of yesterday that an outlet took up."""
    path = tmp_path_factory.mktemp("rentang") / "rentang.db"
    with closing(connect(path)) as database:
        for n, back in enumerate(BACK):
            day = TODAY - timedelta(days=back)
            when = datetime(day.year, day.month, day.day, 2, 15, tzinfo=UTC)
            article = make_article(
                url=f"https://contoh.go.id/{n}",
                canonical_url=f"https://contoh.go.id/{n}",
                kind="news",
                title=f"Benih {n} hari {back}",
                text=TEXT.format(n=n),
                published_at=when.isoformat(timespec="seconds"),
                published_date=day.isoformat(),
            )
            with transaction(database.conn):
                save(database.conn, TaggedArticle(article, make_tags(article, agreements=(), laws=(), quotes=())))
    with pytest.MonkeyPatch.context() as patch, opened(path) as app:
        patch.setattr(periods, "today", lambda: TODAY)
        yield lambda address: unescape(asyncio.run(app.client.get(address)).text)


@pytest.mark.parametrize(("label", "count"), [("Hari ini", 2), ("Kemarin", 1), ("7 hari", 5), ("Bulan ini", 3)])
def test_the_search_page_leads_to_the_days(site, label, count):
    href = re.search(rf'href="([^"]+)"[^>]*>{label}</a>', site("/cari?q=benih&jenis=news"))[1]
    page = site(href)
    assert page.count('<article class="kartu">') == count
    assert re.search(rf'aria-current="true"[^>]*>{label}</a>', page)
    assert parse_qs(urlsplit(href).query)["jenis"] == ["news"]


def test_cards_have_their_hours(site):
    assert "Selasa, 3 Maret 2026, 09.15 WIB" in site("/cari?q=benih")
    assert "09.15 WIB" in site("/")


@pytest.mark.parametrize(("period", "count"), [("hari-ini", 2), ("kemarin", 1), ("7-hari", 5), ("semua", 6)])
def test_dashboard_and_map_count_the_days(site, period, count):
    for address in (f"/dasbor?rentang={period}", f"/peta?rentang={period}"):
        page = site(address)
        row = re.search(r"Kota Bandung</a>.*?<b>(\d+)</b>", page)
        assert row, address
        assert int(row[1]) == count, address
    assert re.search(r"Rangga Wiratama</a>.*?<b>(\d+)</b>", site(f"/dasbor?rentang={period}"))[1] == str(count)


def test_a_day_without_articles_says_so(site, monkeypatch):
    monkeypatch.setattr(periods, "today", lambda: date(2026, 5, 1))
    assert "Tidak ada artikel dalam rentang ini" in site("/dasbor?rentang=hari-ini")
    assert "Tidak ada artikel yang cocok" in site("/cari?dari=2026-05-01&sampai=2026-05-01")


def test_coverage_of_the_days(tmp_path, monkeypatch):
    path = tmp_path / "liputan.db"
    text = (
        "Balai Rempah membagikan 14.500 bibit cengkih kepada petani di Kecamatan Jailolo pada hari Senin pagi itu. "
        "Bibit berasal dari kebun induk yang dirawat sejak pohon tertua di lereng Gamalama mulai berhenti berbuah lama."
    )
    with closing(connect(path)) as database:
        for source, kind in (("balai", "press_release"), ("koran", "news")):
            put_article(database.conn, kind, text, source, kind, 1, "Bibit dibagikan")
        update(database.conn)
    with opened(path) as app:
        for now, found in ((date(2025, 11, 12), True), (date(2025, 11, 13), False)):
            monkeypatch.setattr(periods, "today", lambda now=now: now)
            page = asyncio.run(app.client.get("/liputan?rentang=hari-ini")).text
            assert ("Bibit dibagikan" in page) is found, now
