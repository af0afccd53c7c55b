"""Names that look like words with affixes, and are none: Bekasi is no "bekas", Kementan no "tan"."""

from __future__ import annotations

from functools import lru_cache

from nlp.gazetteers import countries, foreign_cities, institutions, regions

# Words with affixes that are names of kecamatan as well, or parts of names. Which these are was counted: the news write
# them in small letters, too.
COMMON = frozenset(
    """
    arahan bagian batangan batuan bendungan dagangan harian karangan kebayakan kedamaian kembaran kepulauan kerajaan
    larangan menjalin pajangan pangkalan pegunungan pemenang penanggalan penarik peninjauan penjaringan rambatan salaman
    sambutan sandaran selangit selebar seluas seribu tahunan terisi tunjungan
    """.split()
)


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    """Names of one word; of provinces, kabupaten and kota each word ("Maluku Tengah")."""
    found = {name for name in (*countries(), *foreign_cities(), *institutions()) if " " not in name}
    for region in regions().by_code.values():
        words = region.name.casefold().replace("-", " ").split()
        if region.kind != "kecamatan" or len(words) == 1:
            found.update(words)
    return frozenset(found - COMMON)


def is_name(word: str) -> bool:
    """Whether a word in lower case is a name of a region, a country, a city abroad or a body, or a part of it."""
    return word in _names()
