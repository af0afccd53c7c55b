"""Where a person's name begins and ends."""

from __future__ import annotations

import pytest


def people_and_posts(doc):
    return [(e.label_, e.text) for e in doc.ents if e.label_ in ("PER", "TITLE")]


def people(doc):
    return [e.text for e in doc.ents if e.label_ == "PER"]


@pytest.mark.parametrize(
    ("text", "entities", "expected"),
    [
        (
            "Kata Kapolres Garut, AKBP Ratri Santika.",
            [("TITLE", "Kapolres Garut"), ("TITLE", "AKBP"), ("PER", "Ratri Santika")],
            [("TITLE", "Kapolres Garut"), ("PER", "Ratri Santika")],
        ),
        (
            "Kata Kapolres Garut, Ajun Komisaris Besar Polisi (AKBP) Ratri Santika.",
            [("TITLE", "Kapolres Garut"), ("PER", "Ajun Komisaris"), ("PER", "Ratri Santika")],
            [("TITLE", "Kapolres Garut"), ("PER", "Ratri Santika")],
        ),
        ("Kata Iptu Ratri Santika.", [("PER", "Iptu Ratri Santika")], [("PER", "Ratri Santika")]),
        ("Hadir Kolonel Nav Ratri Santika.", [("PER", "Nav Ratri Santika")], [("PER", "Ratri Santika")]),
        (
            "Kata Mas Ratri dan H. Badra.",
            [("PER", "Mas Ratri"), ("PER", "H. Badra")],
            [("PER", "Ratri"), ("PER", "Badra")],
        ),
        (
            "Hadir Direktorat Jenderal Kebun dan Direktur Jenderal Ratri.",
            [("ORG", "Direktorat Jenderal Kebun"), ("TITLE", "Direktur Jenderal"), ("PER", "Ratri")],
            [("TITLE", "Direktur Jenderal"), ("PER", "Ratri")],
        ),
    ],
)
def test_ranks_and_forms_of_address_are_neither_name_nor_post(rules, text, entities, expected):
    assert people_and_posts(rules(text, *entities)) == expected


@pytest.mark.parametrize(
    ("text", "found", "whole"),
    [
        ("Kata Ratri F Wisanggeni, kemarin.", ["Ratri"], ["Ratri F Wisanggeni"]),
        ("Kata Ratri LP Wisanggeni, kemarin.", ["Ratri", "Wisanggeni"], ["Ratri LP Wisanggeni"]),
        ("Kata R.G. Wisanggeni, kemarin.", ["Wisanggeni"], ["R.G. Wisanggeni"]),
        ("Kata Moh. Bambang Wisanggeni, kemarin.", ["Bambang Wisanggeni"], ["Moh. Bambang Wisanggeni"]),
        ("Kata Eko Wisanggeni H mengatakan itu.", ["Eko Wisanggeni"], ["Eko Wisanggeni H"]),
        ("Kata Bambang Wisanggeni, kemarin.", ["Wisanggeni"], ["Bambang Wisanggeni"]),
        ("Kata Wisanggeni P3M kemarin.", ["Wisanggeni P3M"], ["Wisanggeni"]),
        ("Kata Presiden RI Wisanggeni.", ["Wisanggeni"], ["Wisanggeni"]),
    ],
)
def test_initials_and_words_of_names_belong_to_the_name(rules, text, found, whole):
    assert people(rules(text, *(("PER", name) for name in found))) == whole


@pytest.mark.parametrize(
    ("text", "name", "left"),
    [
        ("Menteri Wisanggeni Gugat Pejabat", "Wisanggeni Gugat", ["Wisanggeni"]),
        ("Gubernur Wisanggeni Tanam Pohon di Danau", "Wisanggeni Tanam Pohon", ["Wisanggeni"]),
        ("Warta. Baca juga: Bupati Wisanggeni Absen Rapat", "Wisanggeni Absen", ["Wisanggeni"]),
        ("Menteri Akan Audit Tambang", "Akan Audit", []),
        ("Kata Kemas Wisanggeni, Adik Bambang, kemarin.", "Kemas Wisanggeni", ["Kemas Wisanggeni"]),
    ],
)
def test_what_goes_on_behind_a_name_is_no_part_of_it(rules, text, name, left):
    assert [found for found in people(rules(text, ("PER", name))) if "Bambang" not in found] == left


@pytest.mark.parametrize(
    ("text", "entities", "expected"),
    [
        (
            "Hadir Kapolsek Lubuk Anggrek, Kompol Ratri Santika.",
            [("TITLE", "Kapolsek"), ("PER", "Lubuk Anggrek"), ("PER", "Ratri Santika")],
            [("TITLE", "Kapolsek Lubuk Anggrek"), ("PER", "Ratri Santika")],
        ),
        (
            "Ujar Presiden Gelora Wahana Tenggara, Ratri Santika.",
            [("TITLE", "Presiden"), ("PER", "Gelora Wahana"), ("PER", "Ratri Santika")],
            [("TITLE", "Presiden Gelora Wahana Tenggara"), ("PER", "Ratri Santika")],
        ),
        (
            "Ujar Kepala Pos Amatan Gunung Wreda di Banyuwangi, Ratri Santika.",
            [("TITLE", "Kepala Pos"), ("PER", "Amatan Gunung Wreda"), ("PER", "Ratri Santika")],
            [("TITLE", "Kepala Pos Amatan Gunung Wreda"), ("PER", "Ratri Santika")],
        ),
        (
            "Hadir Wakil Presiden Ratri.",
            [("TITLE", "Wakil"), ("PER", "Presiden Ratri")],
            [("TITLE", "Wakil Presiden"), ("PER", "Ratri")],
        ),
        ("Hadir Kadispora Ratri.", [("PER", "Kadispora Ratri")], [("TITLE", "Kadispora"), ("PER", "Ratri")]),
        (
            "Hadir Kadis Perhubungan Ratri.",
            [("TITLE", "Kadis"), ("PER", "Perhubungan Ratri")],
            [("TITLE", "Kadis Perhubungan"), ("PER", "Ratri")],
        ),
        (
            "Hadir Wakil Ketua DPRD Rembang Wisanggeni meninjau tanggul.",
            [("TITLE", "Wakil Ketua DPRD Rembang Wisanggeni")],
            [("TITLE", "Wakil Ketua DPRD Rembang"), ("PER", "Wisanggeni")],
        ),
        (
            "Kata Kepala BKPN Kota Bogor, Bambang Wisanggeni, kemarin.",
            [("TITLE", "Kepala BKPN Kota Bogor")],
            [("TITLE", "Kepala BKPN Kota Bogor"), ("PER", "Bambang Wisanggeni")],
        ),
    ],
)
def test_posts_and_names_are_parted(rules, text, entities, expected):
    assert people_and_posts(rules(text, *entities)) == expected


def test_a_full_name_tells_where_the_name_ends_elsewhere(rules):
    text = "Ratri Wiku hadir. Ratri Wiku Channel memuatnya. Ratri Wiku Ratri Wiku lahir di sini. Kata Ratri Wiku, ya."
    found = [("PER", "Ratri Wiku Channel"), ("PER", "Ratri Wiku Ratri Wiku"), ("PER", "Ratri Wiku")]
    assert people(rules(text, *found)) == ["Ratri Wiku"] * 5


@pytest.mark.parametrize(
    ("text", "entities", "expected"),
    [
        (
            "“Kami siap,” ujar Tarunawira Pangabean, selaku pengurus.",
            [("TITLE", "Tarunawira"), ("PER", "Pangabean")],
            [("PER", "Tarunawira Pangabean")],
        ),
        (
            "“Kami siap,” kata Danramil Pangabean.",
            [("TITLE", "Danramil"), ("PER", "Pangabean")],
            [("TITLE", "Danramil"), ("PER", "Pangabean")],
        ),
        (
            "Lestari Wening, Brand & Marketing and Public Affairs Manager PT Uji Abadi, hadir.",
            [("PER", "Lestari Wening"), ("TITLE", "Manager PT Uji Abadi")],
            [("PER", "Lestari Wening"), ("TITLE", "Brand & Marketing and Public Affairs Manager PT Uji Abadi")],
        ),
        (
            "Warga bertemu Lestari Wening Manager PT Uji Abadi.",
            [("PER", "Lestari Wening"), ("TITLE", "Manager PT Uji Abadi")],
            [("PER", "Lestari Wening"), ("TITLE", "Manager PT Uji Abadi")],
        ),
        (
            "Bupati Bima Hj. Siti Mahani hadir.",
            [("TITLE", "Bupati"), ("PER", "Siti Mahani")],
            [("TITLE", "Bupati"), ("PER", "Siti Mahani")],
        ),
        (
            "Wali Kota Batu Hj. Siti Mahani hadir.",
            [("TITLE", "Wali Kota"), ("PER", "Batu"), ("PER", "Siti Mahani")],
            [("TITLE", "Wali Kota Batu"), ("PER", "Siti Mahani")],
        ),
    ],
)
def test_first_names_english_posts_and_regions_before_holders(rules, text, entities, expected):
    assert people_and_posts(rules(text, *entities)) == expected


@pytest.mark.parametrize(
    ("text", "entities", "found"),
    [
        (
            "Warga gembira.\nBaca juga: Camat Ramah Tamah dengan Nelayan",
            [("TITLE", "Camat"), ("PER", "Ramah Tamah")],
            [],
        ),
        (
            "Warga gembira.\nBaca juga: Camat Wirda Sasmita Temui Nelayan",
            [("TITLE", "Camat"), ("PER", "Wirda Sasmita")],
            ["Wirda Sasmita"],
        ),
        ("Warga menyambut Presiden Liberia.", [("TITLE", "Presiden"), ("PER", "Liberia")], []),
        ("Laga Getafe Ramos seru.", [("TITLE", "Getafe"), ("PER", "Ramos")], []),
        ("Kabar Ramos Pangabean ditunggu.", [("TITLE", "Kabar"), ("PER", "Ramos Pangabean")], []),
        ("Hadir Penulis Ramos.", [("TITLE", "Penulis"), ("PER", "Ramos")], ["Ramos"]),
        ("Hadir M. Kes, Rektor Universitas Uji.", [("PER", "M. Kes"), ("TITLE", "Rektor Universitas Uji")], []),
        ("Hadir Senator Ramos.", [("TITLE", "Senator"), ("PER", "Ramos")], ["Ramos"]),
        ("Hadir Danyonmarhanlan Ramos.", [("TITLE", "Danyonmarhanlan"), ("PER", "Ramos")], ["Ramos"]),
    ],
)
def test_what_makes_no_official(rules, text, entities, found):
    assert [official.name for official in rules(text, *entities)._.officials] == found


def test_groups_are_named_by_the_word_before_them(rules):
    doc = rules(
        "Kata Direktur Komunikasi BMX Group Indonesia Budi Santoso, dan Direktur Melati Grup Siti Mahani.",
        *[("TITLE", "Direktur Komunikasi BMX Group Indonesia"), ("PER", "Budi Santoso")],
        *[("TITLE", "Direktur Melati Grup"), ("PER", "Siti Mahani")],
    )
    assert [(o.title, o.organisation) for o in doc._.officials] == [
        ("Direktur Komunikasi", "BMX Group Indonesia"),
        ("Direktur", "Melati Grup"),
    ]
