"""Bylines that surely name a person: what an author's page can be made of, among all that sites print as author."""

from __future__ import annotations

import re
from functools import lru_cache

from pipelines.language.names import is_name
from pipelines.language.words import as_seen

FEWEST, MOST = 2, 4  # words of a name; one word may be anybody's, or a pen name of the desk
WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*\.?")
FIRST = re.compile(r"(?:M|Moh|Muh|Mohd|Hj|H|Ir|Drs?|St|Siti)\.?", re.IGNORECASE)  # shortened before a name
# Words of desks, bodies and roles, which no name of a person has.
NO_PERSON = frozenset(
    """
    admin administrator antara anggota bagian balai berita bidang biro bisnis bumn bupati dan desk dewan digital
    dinas direktorat diskominfo editor for foto gubernur humas indonesia info informasi internasional ist jaringan
    kabar kabupaten kantor kementerian komunikasi komunitas konten kontributor kota koresponden lembaga media
    menteri multimedia nasional network news newsroom of official oleh online operator pemerintah pemkab pemkot
    pemprov pengelola penulis pers polda polres pos ppid press protokol provinsi publik publikasi pusat rakyat
    radio redaksi redaktur reporter rilis rri sekretariat siaran staf super tempo the tim tribun tv tvri
    universitas user wartawan warta web webmaster writer
    """.split()
)


@lru_cache(maxsize=20_000)
def byline(author: str | None) -> str | None:
    """The name of a person as it is written, or None where a byline is initials, a desk, a body, or one word only.

    A name in capitals throughout is written with small ones: the same person is printed both ways.
    """
    words = as_seen(author or "").split()
    if not FEWEST <= len(words) <= MOST or not all(WORD.fullmatch(word) for word in words):
        return None
    bare = [word.strip(".").casefold() for word in words]
    if NO_PERSON.intersection(bare) or all(is_name(word) for word in bare):
        return None
    told = [word for word in words if len(word.strip(".")) >= 3 and not FIRST.fullmatch(word)]
    if len(told) < FEWEST and not (told and FIRST.fullmatch(words[0])):
        return None
    if all(word.isupper() for word in words):
        words = [word.title() if len(word.strip(".")) > 1 else word for word in words]
    return " ".join(words) if all(word[0].isupper() for word in words) else None
