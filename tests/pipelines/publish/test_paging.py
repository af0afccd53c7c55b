"""Lists on several pages: who walks them by "Berikutnya" meets every row once, the last one included."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace

import pytest

from nlp.gazetteers import regions
from nlp.records import Place
from pipelines.database.open import connect, transaction
from pipelines.records import TaggedArticle
from pipelines.search.rows import PAGE_SIZE
from pipelines.store.save import save
from tests.pipelines.conftest import make_article, make_tags, mention
from tests.pipelines.publish.conftest import opened

LONG = 2 * PAGE_SIZE  # rows on a page of a table; a page of cards has half as many
COUNT = LONG + 1  # so that the last page of every table has one row
SEVERAL = 100  # a bound for the walks, which should end long before


def letters(number: int) -> str:
    """A word for a number, in the same order: "Ba", "Bb", ..."""
    return chr(ord("B") + number // 26) + chr(ord("a") + number % 26)


def fill(path) -> None:
    """Releases, each with an official, an institution, a city and an agreement of its own, each taken up by an outlet.

    The first LONG officials, institutions and outlets are "Genap", the last is "Sisa"; likewise the first PAGE_SIZE
    agreements are MoU, the others PKS; every third is not sure.
    """
    cities = [r for r in regions().by_code.values() if r.kind in ("kota", "kabupaten")][:COUNT]
    database = connect(path)
    connection = database.conn
    with transaction(connection):
        add_source(connection, "balai", "Balai", "lembaga")
        for number, city in enumerate(cities):
            word = f"{letters(number)} {'Genap' if number < LONG else 'Sisa'}"
            outlet = f"m{letters(number).lower()}"
            add_source(connection, outlet, f"Koran {word}", "media")
            day = f"2025-{1 + number // 28:02}-{1 + number % 28:02}"  # each a day later than the one before
            first = add_article(
                connection, "balai", "press_release", f"Rilis {word}", f"{day}T02", (word, number, city)
            )
            second = add_article(connection, outlet, "news", f"Kabar {word}", f"{day}T03")
            add_pair(connection, first, second, number)
    database.close()


def add_source(connection, name, title, kind):
    connection.execute("INSERT INTO sources (id, name, kind, status) VALUES (?, ?, ?, 'active')", (name, title, kind))


def add_article(connection, source, kind, title, hour, about=None):
    """Store an article of that hour ("2025-01-01T02", UTC), with the facts of a word, a number and a city; its id."""
    address = f"https://{source}.id/{title.replace(' ', '-')}"
    word, number, city = about or ("", 0, None)
    person, body = f"Orang {word}", f"Badan {word}"
    article = make_article(
        url=address,
        canonical_url=address,
        source_id=source,
        kind=kind,
        title=title,
        text=f"{person} dari {body} hadir." if about else f"Cerita lain: {title}.",
        published_date=hour[:10],
        published_at=f"{hour}:00:00+00:00",
    )
    tags = None
    if about:
        made = make_tags(make_article())
        told = {"type": "MoU" if number < PAGE_SIZE else "PKS", "parties": (body, f"PT {word}"), "date": hour[:10]}
        told |= {"subject": f"hal {number}", "confidence": 0.9 if number % 3 else 0.6}
        tags = replace(
            made,
            mentions=(mention(article.text, "PER", person), mention(article.text, "ORG", body)),
            officials=(replace(made.officials[0], name=person, organisation=body, aliases=()),),
            places=(Place(city.name, city.name, city.kind, city.code),),
            agreements=(replace(made.agreements[0], **told),),
        )
    return save(connection, TaggedArticle(article, tags)).article_id


def add_pair(connection, release, article, lag):
    """Say that an article took a release up; what the comparison found does not matter here."""
    columns = [row[1] for row in connection.execute("PRAGMA table_info(coverage)")]
    told = {"release_id": release, "article_id": article, "label": "edited", "lag_minutes": lag}
    told |= dict.fromkeys(("confirmed", "wire", "via_id"))
    connection.execute(
        f"INSERT INTO coverage VALUES ({', '.join('?' * len(columns))})", [told.get(column, 0) for column in columns]
    )


@pytest.fixture(scope="module")
def get(tmp_path_factory):
    path = tmp_path_factory.mktemp("halaman") / "h.db"
    fill(path)
    with opened(path) as app:
        yield lambda address: asyncio.run(app.client.get(address))


def walk(get, address):
    """(rows of each page from the first on, each row by its first address and its words)."""
    pages = []
    while address and len(pages) < SEVERAL:
        html = get(address).text
        body = html.partition("<tbody>")[2].partition("</tbody>")[0]
        body = "" if 'article class="kartu"' in html else body  # the figures of a search's trend
        parts = body.split("<tr>")[1:] or html.split('<article class="kartu">')[1:]
        pages.append([re.search(r'<a href="([^"]+)">(.*?)</a>', part).groups() for part in parts])
        following = re.search(r'<a rel="next" href="([^"]+)"', html)
        address = following and following[1].replace("&amp;", "&")
    return pages


GENAP = [f"{letters(number)} Genap" for number in range(LONG)]
ALL = [*GENAP, f"{letters(LONG)} Sisa"]


@pytest.mark.parametrize(
    ("address", "size", "expected"),
    [
        ("/pejabat", LONG, [f"Orang {word}" for word in ALL]),
        ("/pejabat?cari=genap", LONG, [f"Orang {word}" for word in GENAP]),
        ("/lembaga?cari=badan", LONG, [f"Badan {word}" for word in ALL]),
        ("/lembaga?cari=badan&urut=nama", LONG, [f"Badan {word}" for word in ALL]),
        ("/kota?urut=terakhir", LONG, None),
        ("/perjanjian", PAGE_SIZE, None),
        ("/perjanjian?jenis=MoU", PAGE_SIZE, None),
        ("/perjanjian?jenis=PKS", PAGE_SIZE, None),
        ("/cari?jenis=press_release&urut=terbaru", PAGE_SIZE, [f"Rilis {word}" for word in reversed(ALL)]),
        ("/cari?q=genap&jenis=press_release&urut=terbaru", PAGE_SIZE, [f"Rilis {word}" for word in reversed(GENAP)]),
        ("/cari?jenis=news", PAGE_SIZE, [f"Kabar {word}" for word in reversed(ALL)]),
        ("/liputan?rentang=semua&urut=terbaru", LONG, [f"Rilis {word}" for word in reversed(ALL)]),
        ("/liputan/media?rentang=semua&urut=nama", LONG, [f"Koran {word}" for word in ALL]),
    ],
)
def test_every_row_of_a_list_is_on_one_of_its_pages(get, address, size, expected):
    """The pages are full but for the last, which is never empty; together they hold what the list has, in its order."""
    pages = walk(get, address)
    rows = [row for page in pages for row in page]
    assert len(set(rows)) == len(rows)
    named = [re.sub(r"<[^>]+>", "", words) for _, words in rows]
    if expected is not None:
        assert named == expected
    else:
        agreements = {
            "/perjanjian": COUNT,
            "/perjanjian?jenis=MoU": PAGE_SIZE,
            "/perjanjian?jenis=PKS": COUNT - PAGE_SIZE,
        }
        assert len(rows) == agreements.get(address, COUNT)
    assert [len(page) for page in pages[:-1]] == [size] * (len(pages) - 1)
    assert len(pages) == -(-len(rows) // size)


def test_a_page_knows_its_place_and_the_one_before(get):
    html = get("/pejabat?hal=2&urut=nama").text
    assert "Halaman 2 dari 2" in html
    assert '<a rel="prev" href="/pejabat?urut=nama&amp;hal=1">' in html
    assert "Halaman" not in get("/pejabat?cari=sisa").text.partition("<main")[2].partition("</main>")[0]
    assert [len(page) for page in walk(get, "/pejabat?hal=2")] == [1]


def test_the_list_and_the_file_of_agreements_lead_with_the_sure_ones(get):
    """The sure ones of all pages come before the first that is not, and each kind is newest first."""
    told, address = [], "/perjanjian"
    while address:
        html = get(address).text
        cards = html.split('<article class="kartu">')[1:]
        told += [(int(re.search(r"tentang hal (\d+)", card)[1]), "belum pasti" in card) for card in cards]
        following = re.search(r'<a rel="next" href="([^"]+)"', html)
        address = following and following[1].replace("&amp;", "&")
    newest = range(COUNT - 1, -1, -1)
    assert told == [(n, False) for n in newest if n % 3] + [(n, True) for n in newest if not n % 3]
    shown = get("/").text.partition("Perjanjian terbaru")[2]
    assert [f"PT {letters(n)} " in shown for n in (40, 39, 38)] == [True, False, True]


def test_an_agreement_says_that_it_is_not_sure(get):
    first, last = (
        re.search(r'href="(/perjanjian/\d+)"', get(list_).text)[1] for list_ in ("/perjanjian", "/perjanjian?hal=3")
    )
    assert "Kepastian" not in get(first).text
    assert "belum pasti: kira-kira 60 persen" in get(last).text
