"""Places to their Kemendagri codes, countries and cities abroad."""

from __future__ import annotations

import pytest

from nlp.gazetteers import region, regions


def codes(doc):
    return {place.text: place.code or place.kind for place in doc._.places}


def test_the_gazetteer_is_whole():
    kinds = [row.kind for row in regions().by_code.values()]
    assert [kinds.count(kind) for kind in ("provinsi", "kabupaten", "kota", "kecamatan")] == [38, 416, 98, 7285]
    bandung = region("32.73")
    assert (bandung.name, bandung.kind, bandung.province) == ("Bandung", "kota", "Jawa Barat")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Jakarta", "31"),
        ("DKI Jakarta", "31"),
        ("Jabar", "32"),
        ("DIY", "34"),
        ("NTB", "52"),
        ("Solo", "33.72"),
        ("Jogja", "34.71"),
        ("Kabupaten Bandung", "32.04"),
        ("Kota Bandung", "32.73"),
        ("Bandung", "32.73"),
        ("Kab. Sleman", "34.04"),
        ("Sumatra Utara", "12"),
        ("Provinsi Aceh", "11"),
        ("Tangsel", "36.74"),
        ("JAWA TIMUR", "35"),
        ("Korea Selatan", "negara"),
        ("AS", "negara"),
        ("Nairobi", "kota-asing"),
    ],
)
def test_one_name(rules, name, code):
    assert codes(rules(f"Rapat digelar di {name} kemarin.", ("GPE", name))) == {name: code}


def test_the_text_decides_between_kota_and_kabupaten(rules):
    text = "Bupati Magelang meninjau pasar. Pemkab Magelang menata jalan di Magelang."
    assert codes(rules(text, ("GPE", "Magelang"))) == {"Magelang": "33.08"}
    assert codes(rules("Wali Kota Magelang meninjau Magelang.", ("GPE", "Magelang"))) == {"Magelang": "33.71"}


def test_a_kecamatan_needs_evidence(rules):
    assert codes(rules("Pasar Senen ramai.", ("GPE", "Senen"))) == {}
    found = codes(rules("Banjir merendam Senen, Jakarta.", ("GPE", "Senen"), ("GPE", "Jakarta")))
    assert found == {"Senen": "31.71.04", "Jakarta": "31"}


def test_names_of_people_and_bodies_are_no_places(rules):
    text = "Bandung Bondowoso bekerja di Universitas Surabaya."
    assert codes(rules(text, ("PER", "Bandung Bondowoso"), ("ORG", "Universitas Surabaya"))) == {}


def test_what_the_ner_missed_in_a_list_is_found(rules):
    found = codes(rules("Kota-kota seperti Medan, Palembang dan Makassar tumbuh."))
    assert found == {"Medan": "12.71", "Palembang": "16.71", "Makassar": "73.71"}


def test_an_unknown_city_is_abroad_when_its_country_follows(rules):
    doc = rules("Forum digelar di Gyeongsan, Korea Selatan.", ("GPE", "Gyeongsan"), ("GPE", "Korea Selatan"))
    assert codes(doc)["Gyeongsan"] == "kota-asing"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Palangka Raya", "62.71"),
        ("Palangkaraya", "62.71"),
        ("Tanjungpinang", "21.72"),
        ("Tanjung Pinang", "21.72"),
        ("Pangkalpinang", "19.71"),
        ("Bandarlampung", "18.71"),
        ("Lubuklinggau", "16.73"),
        ("Bau-Bau", "74.72"),
        ("Baubau", "74.72"),
        ("Gunung Kidul", "34.03"),
        ("Gunungkidul", "34.03"),
        ("Toli-Toli", "72.04"),
        ("Pare-Pare", "73.72"),
        ("Bukit Tinggi", "13.75"),
        ("Kabupaten Tanahlaut", "63.01"),
    ],
)
def test_cities_are_spelt_joined_parted_and_hyphened(rules, name, code):
    """Whether the ner marked the name or not."""
    assert codes(rules(f"Rapat digelar di {name} kemarin.", ("GPE", name))) == {name: code}
    assert list(codes(rules(f"Rapat digelar di {name} kemarin.")).values()) == [code]


@pytest.mark.parametrize("name", ["Batubara", "Kota Baru", "Ma Lang", "Pa Ti"])
def test_a_spelling_that_means_something_else_is_no_region(name):
    assert not regions().find("kabupaten", name) and not regions().find("kota", name)


def test_no_spelling_of_a_region_names_another():
    for kind in ("kabupaten", "kota"):
        for key, rows in regions().by_name[kind].items():
            for form in regions().spellings(key):
                assert {row.code for row in regions().find(kind, form)} >= {row.code for row in rows}, (key, form)


def test_a_kecamatan_before_its_regency_is_not_the_city_of_its_name(rules):
    text = "Polisi datang ke Depok, Sleman, kemarin."
    assert codes(rules(text, ("GPE", "Depok"), ("GPE", "Sleman"))) == {"Depok": "34.04.07", "Sleman": "34.04"}
    text = "Polisi datang ke Depok, Jawa Barat, kemarin."
    assert codes(rules(text, ("GPE", "Depok"), ("GPE", "Jawa Barat")))["Depok"] == "32.76"


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("Sore itu Persijap Jepara menang.", [("GPE", "Jepara")]),
        ("Ia menjual soto Lamongan dan sate Padang.", [("GPE", "Lamongan"), ("GPE", "Padang")]),
        ("Serang ombak tak reda. Batu besar jatuh.", [("GPE", "Serang"), ("GPE", "Batu")]),
        ("Para perwira tinggi (Pati) hadir.", [("GPE", "Pati")]),
    ],
)
def test_clubs_dishes_and_common_words_are_no_places(rules, text, entities):
    assert codes(rules(text, *entities)) == {}


def test_a_common_word_is_a_place_where_the_text_leads_to_it(rules):
    assert codes(rules("Ia lahir di Batu. Batu ramai.", ("GPE", "Batu"))) == {"Batu": "35.79"}


@pytest.mark.parametrize("head", ["WARTARIMBA.COM, SLEMAN - Warga", "SLEMAN – Warga", "Wartarimba.com, Sleman -Warga"])
def test_the_head_of_a_text_is_an_outlet_and_a_place(rules, head):
    doc = rules(f"{head} memperbaiki jalan desa.")
    assert [place.code for place in doc._.places] == ["34.04"]
    assert [e.text for e in doc.ents if e.label_ == "ORG"] == [head.split(",")[0]] * ("," in head)


def test_names_that_run_together_are_parted(rules):
    text = "Jalan di Kecamatan Patebon Kendal rusak."
    assert list(codes(rules(text, ("GPE", "Kecamatan Patebon Kendal"))).values()) == ["33.24", "33.24.14"]


def test_a_region_behind_a_building_s_own_name_counts(rules):
    assert list(codes(rules("Di Gedung Melati Sukoharjo.", ("LOC", "Gedung Melati Sukoharjo"))).values()) == ["33.11"]
    assert codes(rules("Di Stasiun Bandung.", ("LOC", "Stasiun Bandung"))) == {}


def test_a_kecamatan_of_which_the_ner_saw_the_first_word(rules):
    doc = rules("Motor dijual di Kecamatan Medan Marelan Hasil curian dibagi dua.", ("GPE", "Kecamatan Medan"))
    assert [place.name for place in doc._.places] == ["Kecamatan Medan Marelan"]


@pytest.mark.parametrize(
    ("text", "name", "known"),
    [
        ("Nelayan asal Medang Deras, Batubara ditemukan.", "Batubara", {"Batubara": "12.19"}),
        ("Harga Batubara naik lagi.", "Batubara", {}),
        ("Warga tiba di Kotabaru pagi ini.", "Kotabaru", {"Kotabaru": "63.02"}),
    ],
)
def test_a_joined_name_that_is_a_common_word_needs_a_word_that_leads_to_it(rules, text, name, known):
    assert codes(rules(text, ("GPE", name))) == known


@pytest.mark.parametrize("outlet", ["detik", "dilansirdetik", "Radar", "Tribun"])
def test_the_edition_of_an_outlet_is_no_place(rules, outlet):
    assert codes(rules(f"Demikian kutipan {outlet} Sumut kemarin.", ("GPE", "Sumut"))) == {}


@pytest.mark.parametrize("place", ["Kawasan Danau Toba", "Jalan Terusan Danau Kerinci"])
def test_a_lake_s_name_is_no_region(rules, place):
    assert codes(rules(f"Mereka tiba di {place} kemarin.", ("LOC", place))) == {}


def test_a_town_gives_its_kecamatan_the_name(rules):
    doc = rules(
        "KEFAMENANU - Warga Kabupaten Timor Tengah Utara berkumpul.",
        *[("GPE", "KEFAMENANU"), ("GPE", "Kabupaten Timor Tengah Utara")],
    )
    assert codes(doc)["KEFAMENANU"] == "53.03.05"
