"""What an article calls institutions: datelines and headline words are no bodies, acronyms are, across articles too."""

from __future__ import annotations

import pytest

from nlp.records import Agreement, Mention, Official, Tags
from pipelines.database.open import transaction
from pipelines.records import TaggedArticle
from pipelines.store.article_rows import retag
from pipelines.store.save import save
from pipelines.store.who_is_who import organisation_key
from tests.pipelines.conftest import make_article


@pytest.fixture
def tell(database):
    """tell(title, text, bodies=[(name, field)], officials, agreements) stores one article and returns its id."""
    count = 0

    def store(title, text, *bodies, officials=(), agreements=(), day="2025-11-12"):
        nonlocal count
        count += 1
        url = f"https://contoh.go.id/{count}"
        article = make_article(
            url=url, canonical_url=url, title=title, text=text, published_date=day, published_at=f"{day}T02:00:00+00:00"
        )
        mentions, at = [], {"title": 0, "text": 0}
        for name, field in bodies:
            start = {"title": title, "text": text}[field].index(name, at[field])
            at[field] = start + len(name)
            mentions.append(Mention("ORG", field, start, at[field], name))
        people = tuple(Official(*official) for official in officials)
        tags = Tags(mentions=tuple(mentions), officials=people, agreements=tuple(agreements))
        with transaction(database.conn):
            return save(database.conn, TaggedArticle(article, tags)).article_id

    return store


def bodies(database):
    rows = database.conn.execute("SELECT name FROM organisations WHERE articles > 0 ORDER BY name")
    return [name for (name,) in rows]


@pytest.mark.parametrize("after", [" – ", " - ", ", Uji Timur – ", " (KANTOR BERITA) - ", ", KABAR.com — "])
def test_a_dateline_is_no_body_and_no_party(database, tell, after):
    told = Agreement("MoU", "nota", ("UNGARBARU", "Dinas Uji"), status="ditandatangani")
    tell("Judul", f"UNGARBARU{after}Dinas Uji rapat.", ("UNGARBARU", "text"), ("Dinas Uji", "text"), agreements=[told])
    assert bodies(database) == ["Dinas Uji"]
    parties = database.conn.execute("SELECT position, party FROM agreement_parties").fetchall()
    assert parties == [(0, "Dinas Uji")]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("BUNUJI – Rapat. Menurut BUNUJI itu benar.", 2),  # named as a body further on
        ("BUNUJI menggelar rapat.", 1),
        ("Bunuji – rapat.", 1),
    ],
)
def test_a_body_with_which_a_text_begins_stays(database, tell, text, names):
    name = text.split()[0]
    tell("Judul", text, *[(name, "text")] * names)
    assert bodies(database) == [name]


@pytest.mark.parametrize(
    ("headline", "name", "text", "others", "expected"),
    [
        ("KPU Uji Coret Pelamar", "KPU Uji Coret", "Ketua KPU Uji mencoret pelamar.", ["KPU Uji"], ["KPU Uji"]),
        (
            "Kementerian Kirim Pompa",
            "Kementerian Kirim Pompa",
            "Pompa itu dikirim Kementerian Pesisir kemarin.",
            ["Kementerian Pesisir"],
            ["Kementerian Pesisir"],
        ),
        (
            "BANK UJI RAKYAT BUKA CABANG",
            "BANK UJI RAKYAT BUKA",
            "Cabang Bank Uji Rakyat dibuka.",
            [],
            ["BANK UJI RAKYAT"],
        ),
        (
            "Bank Uji Rakyat Untung",
            "Bank Uji Rakyat",
            "Laba bank itu naik.",
            [],
            ["Bank Uji Rakyat"],
        ),  # nothing is known
        ("Dinas Uji Tutup", "Dinas Uji", "Kata Dinas Uji, loket tutup.", ["Dinas Uji"], ["Dinas Uji"]),
        (
            "Kementerian Bagi Bibit",
            "Kementerian Bagi Bibit",
            "Ada Kementerian Pesisir dan ada Kementerian Pangan.",
            ["Kementerian Pesisir", "Kementerian Pangan"],
            ["Kementerian Pangan", "Kementerian Pesisir"],  # it may be either
        ),
    ],
)
def test_words_of_a_headline_are_no_part_of_a_name(database, tell, headline, name, text, others, expected):
    tell(headline, text, (name, "title"), *((other, "text") for other in others))
    assert bodies(database) == expected


def test_a_name_that_was_cut_in_its_brackets_is_the_name_before_them(database, tell):
    text = "Persatuan Uji Rakyat (Pelru) dan Persatuan Uji Rakyat."
    tell("Judul", text, ("Persatuan Uji Rakyat (Pelru", "text"), ("Persatuan Uji Rakyat", "text"))
    assert bodies(database) == ["Persatuan Uji Rakyat"]


@pytest.mark.parametrize("written", ["Persatuan Uji Rakyat (Pelru", "Persatuan Uji Rakyat (Pelru)"])
def test_an_acronym_within_a_name_is_learnt(database, tell, written):
    text = "Rapat Persatuan Uji Rakyat (Pelru) selesai. Kata Ani Uji."
    tell("Satu", text, (written, "text"), officials=[("Ani Uji", "Ketua Umum", "Pelru")])
    tell("Dua", "Kata Ani Uji dari Pelru.", ("Pelru", "text"), officials=[("Ani Uji", "Ketua Umum", "Pelru")])
    assert bodies(database) == ["Persatuan Uji Rakyat"]
    assert posts(database) == [("Ketua Umum", "Persatuan Uji Rakyat", 2)]


def posts(database):
    return database.conn.execute(
        "SELECT title, organisation, articles FROM roles ORDER BY title, organisation"
    ).fetchall()


def test_a_post_at_an_acronym_is_the_post_at_the_body(database, tell):
    explained = "Badan Uji Nasional (BUN) rapat. Kata Ani Uji."
    named = (("Badan Uji Nasional", "text"), ("BUN", "text"))
    tell("Satu", "BUN diam. Kata Ani Uji.", ("BUN", "text"), officials=[("Ani Uji", "Kepala", "BUN")])
    assert posts(database) == [("Kepala", "BUN", 1)]
    tell("Dua", explained, *named, officials=[("Ani Uji", "Kepala", "BUN")])  # explained here, and so before
    tell("Tiga", "Kata Ani Uji.", officials=[("Ani Uji", "Kepala", "BUN")])
    tell("Empat", "Kata Ani Uji.", officials=[("Ani Uji", "Kepala", "Badan Uji Nasional")])
    assert posts(database) == [("Kepala", "Badan Uji Nasional", 4)]
    told = "SELECT DISTINCT organisation FROM article_officials"
    assert database.conn.execute(told).fetchall() == [("Badan Uji Nasional",)]


def test_reading_an_article_again_changes_nothing_of_its_posts(database, tell):
    text = "BUN diam. Kata Ani Uji."
    first = tell("Satu", text, ("BUN", "text"), officials=[("Ani Uji", "Kepala", "BUN")])
    tell("Dua", "Badan Uji Nasional (BUN).", ("Badan Uji Nasional", "text"), ("BUN", "text"))
    before = posts(database)
    tags = Tags(mentions=(Mention("ORG", "text", 0, 3, "BUN"),), officials=(Official("Ani Uji", "Kepala", "BUN"),))
    with transaction(database.conn):
        retag(database.conn, first, make_article(title="Satu", text=text), tags)
    assert posts(database) == before == [("Kepala", "Badan Uji Nasional", 1)]


def test_an_acronym_of_two_bodies_is_not_spelt_out(database, tell):
    for name in ("Badan Uji Nasional", "Balai Usaha Nelayan"):
        tell("Judul", f"{name} (BUN).", (name, "text"), ("BUN", "text"))
    tell("Judul", "Kata Ani Uji.", officials=[("Ani Uji", "Kepala", "BUN")])
    assert posts(database) == [("Kepala", "BUN", 1)]


@pytest.mark.parametrize(
    ("one", "other", "people"),
    [
        (
            ("I Ketut Uji", "Direktur Pelabuhan Rakyat", "Kementerian Uji"),
            ("Ketut Uji", "Direktur Pelabuhan Rakyat", None),
            1,
        ),
        (
            ("Ketut Uji", "Direktur Pelabuhan Rakyat", None),
            ("I Ketut Uji", "Direktur Pelabuhan Rakyat", "Dinas Uji"),
            1,
        ),
        (("I Ketut Uji", "Direktur", "Kementerian Uji"), ("Ketut Uji", "Direktur", None), 2),  # too little is told
        (("Ketut Uji", "Direktur Pelabuhan Rakyat", None), ("Uji", "Direktur Pelabuhan Rakyat", "Dinas Uji"), 2),
        (
            ("I Ketut Uji", "Direktur Pelabuhan Rakyat", "Dinas A"),
            ("Ketut Uji", "Direktur Pelabuhan Rakyat", "Dinas B"),
            2,
        ),
    ],
)
def test_a_longer_name_with_a_post_whose_body_one_article_leaves_out(database, tell, one, other, people):
    for official in (one, other):
        tell("Judul", f"Kata {official[0]}.", officials=[official])
    assert database.conn.execute("SELECT count(*) FROM people WHERE articles > 0").fetchone() == (people,)


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("Pemprov Jateng", "Pemerintah Provinsi Jawa Tengah"),
        ("Pemkab Bogor", "Pemerintah Kabupaten Bogor"),
        ("Pemkot Solo", "Pemerintah Kota Surakarta"),
        ("Pemerintah Provinsi (Pemprov) Jawa Tengah", "Pemprov Jateng"),
        ("DPRD Jabar", "DPRD Jawa Barat"),
        ("DPRD Provinsi Jawa Barat", "DPRD Jabar"),
        ("Dinas Uji Provinsi Papua Barat Daya", "Dinas Uji Papua Barat Daya"),
        ("PT Uji (Persero)", "PT Uji"),
    ],
)
def test_a_local_government_has_one_key(short, full):
    assert organisation_key(short) == organisation_key(full)


def test_other_bodies_keep_theirs():
    assert organisation_key("Pemprov") == "pemprov"
    assert organisation_key("Pemerintah Kota Atlantis") == "pemerintah kota atlantis"
    assert organisation_key("DPRD Provinsi Bengkulu") != organisation_key("DPRD Bengkulu")  # a city's
    assert organisation_key("Klub Uji Jakarta") == "klub uji jakarta"
    assert organisation_key("Jabar") == "jabar" and organisation_key("Provinsi Jawa Barat") == "provinsi jawa barat"


def test_a_body_by_a_provinces_short_name_is_found_by_both(database, tell):
    tell("Rapat", "Rapat DPRD Jabar.", ("DPRD Jabar", "text"))
    tell("Sidang", "Sidang DPRD Provinsi Jawa Barat.", ("DPRD Provinsi Jawa Barat", "text"))
    assert bodies(database) == ["DPRD Jabar"]
    forms = database.conn.execute("SELECT key FROM name_forms WHERE kind = 'organisation' ORDER BY key").fetchall()
    assert forms == [("dprd jabar",), ("dprd jawa barat",), ("dprd provinsi jawa barat",)]


def people(database):
    return [n for (n,) in database.conn.execute("SELECT name FROM people WHERE articles > 0 ORDER BY name")]


def name_people(database, title, text, *names):
    """Store an article in which these are named: (label, field, name)."""
    address, at, mentions = f"https://contoh.go.id/{title}", {}, []
    for label, field, name in names:
        start = {"title": title, "text": text}[field].index(name, at.get(field, 0))
        at[field] = start + len(name)
        mentions.append(Mention(label, field, start, at[field], name))
    article = make_article(url=address, canonical_url=address, title=title, text=text)
    with transaction(database.conn):
        save(database.conn, TaggedArticle(article, Tags(mentions=tuple(mentions))))


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ((("ORG", "text", "Bagas Alam"), ("PER", "text", "Bagas Alam")), []),
        ((("ORG", "text", "Bagas Alam"), ("ORG", "text", "Bagas Alam"), ("PER", "text", "Bagas Alam")), ["Bagas Alam"]),
        ((("ORG", "text", "Bagas"), ("PER", "text", "Bagas")), ["Bagas"]),
    ],
)
def test_who_is_a_person_to_the_article_is_no_body(database, names, found):
    name_people(database, "Judul", "Bagas Alam dan Bagas Alam serta Bagas Alam.", *names)
    assert bodies(database) == found


@pytest.mark.parametrize(
    ("title", "shown", "found"),
    [
        ("Heroik Bagas Alam Menang", "Heroik Bagas Alam", ["Bagas Alam"]),
        ("Tangkis Heroik Bagas Alam", "Tangkis Heroik Bagas Alam", ["Bagas Alam"]),
        ("Rangga Alam Menang", "Rangga Alam", ["Bagas Alam", "Rangga Alam"]),
    ],
)
def test_words_of_a_headline_are_no_part_of_a_persons_name(database, title, shown, found):
    name_people(database, title, "Bagas Alam menang.", ("PER", "title", shown), ("PER", "text", "Bagas Alam"))
    assert people(database) == found


@pytest.mark.parametrize(
    ("text", "named", "kept"),
    [
        ("Partai Karya Senja (PKS) meneken kontrak.", ("Partai Karya Senja", "PKS"), 0),
        ("Kader PKS dan Partai Uji meneken kontrak.", ("PKS", "Partai Uji"), 0),
        ("Dinas Uji meneken PKS pasar.", ("Dinas Uji",), 1),
    ],
)
def test_what_the_article_names_as_a_body_is_no_agreement(database, tell, text, named, kept):
    told = Agreement("PKS", "PKS", (), status="ditandatangani")
    tell("Judul", text, *((name, "text") for name in named), agreements=[told])
    assert database.conn.execute("SELECT count(*) FROM agreements").fetchone() == (kept,)


def agreement(subject, *parties, kind="kesepakatan", date="2025-11-05"):
    return Agreement(kind, "nota", parties, subject=subject, date=date, status="ditandatangani")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (agreement("sampah regional", "Kota A", "Kota B"), agreement("Sampah regional"), True),
        (agreement("dapur umum"), agreement("dapur umum"), True),
        (agreement("dapur umum"), agreement("gudang"), False),
        (agreement("dapur umum", date="2025-11"), agreement("dapur umum", date="2025-11"), False),
        (agreement("dapur umum"), agreement("dapur umum", kind="MoU"), False),
        (agreement("dapur umum", "Kota A", "Kota B"), agreement("dapur umum", "Kota C"), False),
        (agreement(None), agreement(None), False),
    ],
)
def test_an_agreement_is_known_by_its_day_and_subject_where_parties_are_not_told(database, tell, one, other, same):
    for told in (one, other):
        tell("Judul", "Diteken kemarin.", agreements=[told])
    assert database.conn.execute("SELECT same_as FROM agreements WHERE id = 2").fetchone() == (1 if same else None,)
