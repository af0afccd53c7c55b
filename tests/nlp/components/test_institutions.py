"""The institution of a post that the text tells elsewhere, and posts whose holder is not the name right behind them."""

from __future__ import annotations

import pytest
from spacy.language import Language

from nlp.components.officials.component import OfficialTagger
from nlp.components.officials.institutions import trimmed
from nlp.components.places import PlaceResolver
from nlp.language import IndonesianNews
from tests.nlp.components.test_officials import marked, roles


@pytest.fixture(scope="module")
def nlp() -> Language:
    return IndonesianNews()


@pytest.mark.parametrize(
    ("organisation", "bare"),
    [
        ("DPR dari Fraksi Partai Layar", "DPR"),
        ("DPR RI Dapil Jawa Barat VII", "DPR RI"),
        ("DPD RI asal Maluku", "DPD RI"),
        ("DPRD Garut, Fraksi Lentera", "DPRD Garut"),
        ("DPD RI KABARTELUK.COM", "DPD RI"),
        ("Fraksi Partai Layar DPRD Garut", "Fraksi Partai Layar DPRD Garut"),
        ("Balai Rempah", "Balai Rempah"),
    ],
)
def test_what_the_text_says_beside_an_institution(organisation: str, bare: str) -> None:
    assert trimmed(organisation) == bare


@pytest.mark.parametrize(
    ("chief", "officer", "organisation"),
    [
        ("Kapolres Garut", "Kasat Reskrim", "Polres Garut"),
        ("Kapolresta Sleman", "Kasi Humas", "Polresta Sleman"),
        ("Kapolsek Cikajang", "Kanit Reskrim", "Polsek Cikajang"),
    ],
)
def test_officers_are_of_the_station_whose_chief_is_named_before(
    nlp: Language, chief: str, officer: str, organisation: str
) -> None:
    source = (
        f"[TITLE {chief}], AKBP [PER Ratri Santika], melalui [TITLE {officer}], AKP [PER Bayu Pranata], menjelaskan."
    )
    assert ("Bayu Pranata", officer, organisation) in roles(nlp, source)


def test_an_officer_before_any_chief_has_no_station(nlp: Language) -> None:
    source = "[TITLE Kasat Reskrim] AKP [PER Bayu Pranata] hadir. [TITLE Kapolres Garut] [PER Ratri Santika] menyusul."
    assert ("Bayu Pranata", "Kasat Reskrim", None) in roles(nlp, source)


@pytest.mark.parametrize(
    ("places", "organisation"),
    [("[GPE Aceh]", "Aceh"), ("[GPE Aceh] dan [GPE Maluku]", None), ("[GPE Garut]", None)],
)
def test_a_governor_is_of_the_only_province_that_the_text_names(
    nlp: Language, places: str, organisation: str | None
) -> None:
    doc = PlaceResolver()(marked(nlp, f"Warga {places} menunggu. [TITLE Gubernur] [PER Ratri Santika] berjanji."))
    [official] = OfficialTagger()(doc)._.officials
    assert (official.title, official.organisation) == ("Gubernur", organisation)


def test_a_director_is_of_the_only_company_that_the_text_names(nlp: Language) -> None:
    source = "[ORG PT Samudra Lentera Tbk] menunjuk [PER Ratri Santika] sebagai [TITLE Direktur Armada]."
    assert roles(nlp, source) == [("Ratri Santika", "Direktur Armada", "PT Samudra Lentera Tbk")]
    assert roles(nlp, f"{source} [ORG PT Teluk Biru] tidak.") == [("Ratri Santika", "Direktur Armada", None)]


def test_two_posts_said_of_two_names(nlp: Language) -> None:
    source = (
        "[PER Ratri Santika] dan Drs. [PER Bayu Pranata] sebagai [TITLE Bupati] dan [TITLE Wakil Bupati Garut] hadir."
    )
    assert roles(nlp, source) == [
        ("Ratri Santika", "Bupati", "Garut"),
        ("Bayu Pranata", "Wakil Bupati", "Garut"),
    ]


@pytest.mark.parametrize("link", ["yang merupakan", "adalah", "yang kini menjabat", "merupakan"])
def test_who_is_said_to_hold_a_post_goes_before_the_name_behind_it(nlp: Language, link: str) -> None:
    source = f"[PER Ratri Santika] {link} [TITLE Kepala Sekolah Terpadu] [PER Melati Temanggung] hadir."
    assert [name for name, _, _ in roles(nlp, source)] == ["Ratri Santika"]


@pytest.mark.parametrize(
    "source",
    [
        "[PER Ratri Santika] anggota koalisi warga yang juga [TITLE Ketua Persatuan Lentera] hadir.",
        "[PER Ratri Santika] dikenal sebagai tetua desa sekaligus menjabat [TITLE Ketua Persatuan Lentera] di sana.",
    ],
)
def test_a_further_post_at_a_distance(nlp: Language, source: str) -> None:
    assert roles(nlp, source) == [("Ratri Santika", "Ketua", "Persatuan Lentera")]


def test_two_names_of_a_post_give_the_first(nlp: Language) -> None:
    source = "[TITLE Menteri Dalam Negeri] atau [TITLE Mendagri] [PER Ratri Santika] menjelaskan."
    assert roles(nlp, source) == [("Ratri Santika", "Menteri Dalam Negeri", None)]


def test_two_posts_that_the_ner_took_for_one(nlp: Language) -> None:
    source = "[TITLE Direktur Utama merangkap Direktur Armada PT Lentera Tbk], [PER Ratri Santika], hadir."
    assert roles(nlp, source) == [("Ratri Santika", "Direktur Utama", "PT Lentera Tbk")]


def test_a_bracket_s_other_half_is_no_part_of_a_post(nlp: Language) -> None:
    assert roles(nlp, "[TITLE Kabid Binpres)] [PER Ratri Santika] hadir.") == [("Ratri Santika", "Kabid Binpres", None)]


def test_another_s_former_post_inside_a_post(nlp: Language) -> None:
    source = "[PER Bayu Pranata], [TITLE Staf Khusus mantan Menteri Sosial] [PER Ratri Santika], diperiksa."
    assert ("Ratri Santika", "mantan Menteri Sosial", None) in roles(nlp, source)


def test_a_post_that_is_pointed_at_has_no_name_behind_it(nlp: Language) -> None:
    assert roles(nlp, "Lalu [TITLE Pakar Ini Bikin Malu] [PER Ratri Santika] lagi.") == []


@pytest.mark.parametrize("post", ["Penasihat", "mantan Penasihat", "Staf Khusus"])
def test_who_is_served_holds_no_post(nlp: Language, post: str) -> None:
    assert roles(nlp, f"[TITLE {post}] [PER Ratri] sarankan pajak baru.") == []
    assert roles(nlp, f"[TITLE {post}] [PER Ratri Santika] sarankan pajak baru.") != []


def test_words_of_a_teaser_do_not_join_posts_and_names(nlp: Language) -> None:
    source = "Air surut.\nBaca juga: [TITLE Gubernur Layar] Gugat [PER Ratri Santika] soal Garda\nWarga pulang."
    assert roles(nlp, source) == []
