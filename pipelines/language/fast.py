"""A room for speed: Sastrawi's stems, without its rules for prefixes where none can match.

For every new word Sastrawi tries forty rules for prefixes and infixes, up to three times, and compiles each result as a
pattern. Most words begin like none that such a rule could change; they are given to a second stemmer, which has no such
rules.

Relied on: how words begin that the rules of Sastrawi/Morphology/Disambiguator change, and that a Stemmer takes its
rules from `visitor_provider`. Guarded by the version and by the stems of a few words; docs/performance.md has what it
buys.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any

from pipelines.plain_mode import plain, unchecked

CHECKED = ("PySastrawi>=1.2.1,<2",)
# How a word begins that one of the forty rules could change. Suffixes that are cut off first leave the beginning as it
# is, so a word that begins otherwise keeps doing so.
PREFIXED = re.compile(r"[bkmpst]e|di|k(?:u|au)|.(?:in|e[rlm])[aiueo]")
# Words with every kind of affix, and without: both stemmers must agree on them.
PROBE = (
    "penandatanganan menandatangani nyatanya orangnya rumahku adalah pekerjaan keberhasilan diperbarui selesaikanlah "
    "gerigi gemetar sinambung telunjuk kupukul kautulis organisasi nasionalisme warga-warganya ibukota jakarta hujan"
).split()

LOG = logging.getLogger(__name__)


def quickened(stemmer: Any) -> Callable[[str], str]:
    """`stemmer.stem` for one word in lower case, quicker.

    It is `stemmer.stem` itself where PANTAU_PLAIN asks for that, and, with a warning, where Sastrawi is not the one
    that this was written for.
    """
    own: Callable[[str], str] = stemmer.stem
    if plain():
        return own
    if others := unchecked(CHECKED):
        LOG.warning(
            "pencarian kata dasar lewat jalan biasa: belum diperiksa dengan %s, hanya dengan %s",
            ", ".join(others),
            ", ".join(CHECKED),
        )
        return own
    try:
        quick = _quick(stemmer)
        wrong = [word for word in PROBE if quick(word) != own(word)]
    except Exception as error:  # whatever a library that has changed may raise
        LOG.warning("pencarian kata dasar lewat jalan biasa: %s: %s", type(error).__name__, error)
        return own
    if wrong:
        LOG.warning("pencarian kata dasar lewat jalan biasa: hasilnya lain dari Sastrawi untuk %s", ", ".join(wrong))
        return own
    return quick


def _quick(stemmer: Any) -> Callable[[str], str]:
    from Sastrawi.Stemmer.Context.Visitor.VisitorProvider import VisitorProvider
    from Sastrawi.Stemmer.Stemmer import Stemmer

    class OnlySuffixes(VisitorProvider):
        def get_prefix_visitors(self) -> list[Any]:
            return []

    bare = Stemmer(stemmer.get_dictionary())
    bare.visitor_provider = OnlySuffixes()

    def stem(word: str) -> str:
        # Of a doubled word Sastrawi takes the second half with a prefix before it, too.
        return str((stemmer if "-" in word or PREFIXED.match(word) else bare).stem(word))

    return stem
