"""Posts (jabatan): a TITLE phrase into the post itself and the institution or region that it belongs to."""

from __future__ import annotations

import re

from nlp.gazetteers import institutions

ACTING = re.compile(
    r"\b(?:plt|pj|pjs|plh|pelaksana tugas|pelaksana harian|penjabat(?: sementara)?)\b\.?", re.IGNORECASE
)
FORMER = re.compile(r"\b(?:eks|mantan|bekas|ex)\b", re.IGNORECASE)
# Posts named after the region or country that follows them.
REGIONAL = re.compile(
    r"(?P<title>(?:(?:plt|pj|pjs|plh|eks|mantan|penjabat|pelaksana tugas)\.?\s+)*(?:wakil\s+|wk\.?\s+)?"
    r"(?:gubernur(?!\s+bi\b)|bupati|wali\s?kota|walkot|wagub|wabup|wawali|camat|lurah|kepala desa|kades|presiden(?!\s+(?:direktur|komisaris))"
    r"|perdana menteri|pm|raja|ratu|sultan|kanselir|duta besar|dubes|konsul jenderal|konjen|kapolda|kapolres(?:ta|tabes)?|kapolsek"
    r"|pangdam|dandim|danrem|kajati|kajari|sekda|sekretaris daerah|panglima))\s+(?P<body>.+)",
    re.IGNORECASE | re.DOTALL,
)
# Posts whose following words say what they are over, not where: "Menteri Keuangan".
MINISTERIAL = re.compile(
    r"(?:(?:plt|eks|mantan)\.?\s+)?(?:wakil\s+)?(?:menteri|menko|wamen\w*|men\w{2,})\b", re.IGNORECASE
)
# Words that begin the name of an institution.
BODY_START = re.compile(
    r"(?<=\s)(?:Kementerian|Kemen\w+|Badan(?!\s+(?:Anggaran|Legislasi|Pengurus|Eksekutif))|Dinas|Lembaga|Komisi\s+(?:Pemilihan|Pemberantasan"
    r"|Pengawas|Yudisial|Nasional|Informasi|Penyiaran)|Universitas|Institut|Politeknik|Sekolah|Fakultas(?=.*\bUniversitas)|PT|CV|Bank|Partai"
    r"|Polda|Polres\w*|Polri|Polsek|Mabes|Kodam|Kejaksaan|Kejati|Kejari|Kejagung|Pengadilan|Mahkamah|Pemerintah|Pemprov|Pemkab|Pemkot|Otorita|Otoritas"
    r"|Majelis|Dewan(?!\s+(?:Komisioner|Pengurus|Pengawas|Direksi|Pembina|Pimpinan))|DPR\w*|MPR|DPD|Asosiasi|Perhimpunan|Ikatan|Himpunan"
    r"|Federasi|Yayasan|Rumah Sakit|RS\w*|Kedutaan|KBRI|KJRI|Perum|Bulog|Perusahaan|Ditjen|Direktorat|Sekretariat|Kantor|Balai|Satpol|Ministry"
    r"|Komite|Konfederasi|Serikat|Pusat Studi|Pertamina|Komnas|Ombudsman|Gerakan|Setda|Setjen|Otoritas)\b"
)
# Short names of institutions that are not all capitals.
SHORT_NAME = re.compile(rf"(?<=\s)(?:{'|'.join(map(re.escape, institutions()))})\b")
ACRONYM = re.compile(r"(?<=\s)(?!(?:I|II|III|IV|V|VI|VII|VIII|IX|X|XI|XII|XIII)\b)[A-Z][A-Za-z-]*[A-Z][\w-]*\b")
HEAD_THEN_BODY = re.compile(
    r"(?:(?:plt|pj|pjs|plh|eks|mantan)\.?\s+)?(?:wakil\s+)?(?:kepala|rektor|ketua|ketum|direktur utama|dirut|ceo|bos)\s+",
    re.I,
)
ABBREVIATION = re.compile(r"\s*\((?:[A-Z]\w*|wa\w+)\)")  # "Menteri Kebudayaan (Menbud)"
COUNTRY_TAIL = re.compile(r"\s+(?:RI|Republik Indonesia)\Z")


def status_of(title: str) -> str:
    """ "penjabat" for acting posts, "mantan" for former ones, else "menjabat"."""
    if FORMER.search(title):
        return "mantan"
    return "penjabat" if ACTING.search(title) else "menjabat"


def is_public_office(title: str, organisation: str | None) -> bool:
    """Whether a post is a minister's or the head's of a region or country."""
    return bool(MINISTERIAL.match(title) or (organisation and REGIONAL.match(f"{title} {organisation}")))


def split_post(phrase: str) -> tuple[str, str | None]:
    """(post, institution or region) of a TITLE phrase; the institution is None when the phrase holds none."""
    phrase = " ".join(phrase.split())
    regional = REGIONAL.match(phrase)
    if regional:
        return regional["title"], regional["body"].strip(" ,")
    if MINISTERIAL.match(phrase):
        phrase = COUNTRY_TAIL.sub("", ABBREVIATION.sub("", phrase))
        body = BODY_START.search(phrase)
        if body:
            return phrase[: body.start()].rstrip(" ,"), phrase[body.start() :]
        return phrase, None
    body = BODY_START.search(phrase)
    if body is None or HEAD_THEN_BODY.match(phrase) is None:
        acronym = ACRONYM.search(phrase) or SHORT_NAME.search(phrase)
        if acronym and (body is None or acronym.start() < body.start()) and phrase[: acronym.start()].count("(") == 0:
            body = acronym
    if body is None:
        return phrase, None
    title = phrase[: body.start()].rstrip(" ,/")
    return (title, phrase[body.start() :]) if title else (phrase, None)
