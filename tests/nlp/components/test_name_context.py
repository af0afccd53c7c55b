"""Names by what stands around them: units that are no holders, names beside posts, words of the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from spacy.language import Language
from spacy.tokens import Doc, Span

from nlp.components import name_context
from nlp.language import IndonesianNews
from tests.nlp.components.test_officials import marked, roles

Step = Callable[[Doc, Sequence[Span]], list[Span] | None]


@pytest.fixture(scope="module")
def nlp() -> Language:
    return IndonesianNews()


def after(nlp: Language, step: Step, source: str) -> list[tuple[str, str]]:
    doc = marked(nlp, source)
    found = step(doc, doc.ents)
    return [(e.label_, e.text) for e in (doc.ents if found is None else found) if e.label_ in ("PER", "TITLE")]


@pytest.mark.parametrize(
    ("source", "post"),
    [
        ("[TITLE Lurah] [PER Watu Lembayung], [PER Ratri Santika], menegaskan.", "Lurah Watu Lembayung"),
        ("[TITLE Kapolsek] [PER Teluk Lembayung], Kompol [PER Ratri Santika] mengatakan.", "Kapolsek Teluk Lembayung"),
        (
            "[TITLE Kepala SDS Pantai] [PER Melati Cilincing], [PER Ratri Santika].",
            "Kepala SDS Pantai Melati Cilincing",
        ),
        ("[TITLE CEO] [PER Lembayung Logtek] naik. Lembayung Logtek Holdings Ltd. tumbuh.", "CEO Lembayung Logtek"),
        ("[TITLE Juru Bicara] [PER Lembayung Jaya] dari bus Lembayung Jaya.", "Juru Bicara Lembayung Jaya"),
    ],
)
def test_a_post_s_unit_or_place_is_no_holder(nlp: Language, source: str, post: str) -> None:
    assert after(nlp, name_context.units_behind_posts, source)[0] == ("TITLE", post)


@pytest.mark.parametrize(
    "source",
    [
        "[TITLE Lurah] [PER Bayu Pranata], [PER Ratri Santika], dan [PER Sekar Ayu] hadir.",
        "[TITLE Menteri Sosial] [PER Bayu Pranata], [PER Ratri Santika], hadir.",
        "[TITLE Lurah] [PER Bayu Pranata] mengatakan Desa Lembayung kering.",
    ],
)
def test_a_holder_stays_a_holder(nlp: Language, source: str) -> None:
    assert ("PER", "Bayu Pranata") in after(nlp, name_context.units_behind_posts, source)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("Lalu [TITLE Manajer Norwegia], Stelan Solvakken, diperkirakan tiba.", "Stelan Solvakken"),
        ("Kata [TITLE Ketua DPRD Garut], AKBP (Purn) Wirasetna, mengatakan itu.", "Wirasetna"),
        ("Lalu [TITLE Menteri Luar Negeri Ukraina] Mykora Azarenov memprediksi itu.", "Mykora Azarenov"),
    ],
)
def test_an_unknown_name_beside_a_post(nlp: Language, source: str, name: str) -> None:
    assert ("PER", name) in after(nlp, name_context.names_beside_posts, source)


@pytest.mark.parametrize(
    "source",
    [
        "Kata [TITLE Ketua DPRD Garut], Selasa, mengatakan itu.",
        "Kata [TITLE Ketua DPRD Garut], Direktur Utama, mengatakan itu.",
        "Kata [TITLE Ketua DPRD Garut], Sleman, mengatakan itu.",
        "Kata [TITLE Ketua Perhimpunan] Lembayung Wirasetna mengatakan itu.",
    ],
)
def test_what_stands_beside_a_post_and_is_no_name(nlp: Language, source: str) -> None:
    assert [label for label, _ in after(nlp, name_context.names_beside_posts, source)] == ["TITLE"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[TITLE Gubernur Layar] [PER Baca] juga: air surut.", []),
        ("Kantor [ORG Bea Cukai Layar] [PER I] tutup.", []),
        ("Pelatih [PER Argentina Ratri Santika] pulang.", ["Ratri Santika"]),
        ("Kata [PER A. Santika] lagi.", ["A. Santika"]),
    ],
)
def test_words_of_the_page_and_countries_are_no_names(nlp: Language, source: str, expected: list[str]) -> None:
    found = after(nlp, name_context.without_page_words, source)
    assert [text for label, text in found if label == "PER"] == expected


@pytest.mark.parametrize(
    ("step", "source", "expected"),
    [
        (
            name_context.names_in_posts,
            "[PER Ratri Santika] sebagai [TITLE kepala dan Wirasetna] [PER Pranata] lain.",
            [("PER", "Ratri Santika"), ("TITLE", "kepala"), ("PER", "Wirasetna Pranata")],
        ),
        (
            name_context.names_in_posts,
            "Kata Director Motrul, [TITLE Wirasetna] [PER Pranata], di sini.",
            [("PER", "Wirasetna Pranata")],
        ),
        (
            name_context.surnames,
            "Kata [TITLE Kasat Narkobanya], AKBP [PER Bayu] Wirasetna SIK di sini.",
            [("TITLE", "Kasat Narkobanya"), ("PER", "Bayu Wirasetna")],
        ),
        (
            name_context.surnames,
            "Kata [TITLE Direktur Regional] [PER Saira] Me’u Wirasetna pada Mei.",
            [("TITLE", "Direktur Regional"), ("PER", "Saira Me’u Wirasetna")],
        ),
        (name_context.surnames, "Kata [PER Bayu] Wirasetna di sini.", [("PER", "Bayu")]),
        (
            name_context.longer_than_named,
            "Ada [PER Selimut Wirasetna] dan [PER Wirasetna] lagi.",
            [("PER", "Wirasetna"), ("PER", "Wirasetna")],
        ),
    ],
)
def test_edges_by_what_the_text_has_elsewhere(
    nlp: Language, step: Step, source: str, expected: list[tuple[str, str]]
) -> None:
    assert after(nlp, step, source) == expected


def test_a_body_is_no_first_name(nlp: Language) -> None:
    source = "[ORG Medrom] hadir. [TITLE Vice President] [PER Medrom Piotr Wirasetna] bicara."
    assert ("PER", "Piotr Wirasetna") in after(nlp, name_context.longer_than_named, source)
    source = "[ORG Medrom] hadir. Kata [PER Medrom Piotr Wirasetna] kemarin."
    assert ("PER", "Medrom Piotr Wirasetna") in after(nlp, name_context.longer_than_named, source)


def test_a_nickname_is_the_person_s_who_was_named_in_full(nlp: Language) -> None:
    source = "[TITLE Menteri] [PER Ara] bicara. [TITLE Menteri Perumahan] [PER Ratri Santika] hadir. Pria yang akrab disapa [PER Ara] ini pulang."
    assert roles(nlp, source) == [("Ratri Santika", "Menteri Perumahan", None)]


def test_an_unknown_word_opens_a_post(nlp: Language) -> None:
    source = "Ucapan datang dari Astamereka [TITLE Kapolri] Komjen [PER Ratri Santika]."
    assert roles(nlp, source) == [("Ratri Santika", "Astamereka Kapolri", None)]


def test_others_of_a_list_have_the_post_before_it(nlp: Language) -> None:
    source = (
        "Hadir [TITLE Wakil Ketua Komisi VI] [PER Ratri Santika], serta anggota lainnya seperti [PER Bayu Pranata], [PER Sekar Ayu], "
        "[PER Wira] dan [TITLE Ketua Lentera] [PER Damar Wisesa]."
    )
    for name in ("Bayu Pranata", "Sekar Ayu", "Wira"):
        assert (name, "anggota", "Komisi VI") in roles(nlp, source)


def test_a_meeting_and_the_company_s_common_name_are_no_institution(nlp: Language) -> None:
    source = "[PER Ratri Santika] diangkat sebagai [TITLE Direktur Armada Perseroan dalam Rapat Umum Pemegang Saham] kemarin."
    assert [name for name, _, organisation in roles(nlp, source) if organisation is None] == ["Ratri Santika"]
