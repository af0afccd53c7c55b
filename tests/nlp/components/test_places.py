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
