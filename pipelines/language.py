"""Language: langdetect as the gate, then Indonesian told from its neighbours, which langdetect calls "id"."""

from __future__ import annotations

import re
from functools import lru_cache

from langdetect import DetectorFactory
from langdetect.detector_factory import PROFILES_DIRECTORY
from langdetect.lang_detect_exception import LangDetectException

SAMPLE = 600  # characters: enough for langdetect, a twentieth of its time on a whole article
CLOSE = frozenset(("id", "ms", "jv", "su", "tl", "so", "sw"))  # what langdetect says of Malay-like texts

# Words that one of these languages uses and the others hardly ever do. Own knowledge of the languages.
MARKS = {
    "id": """adalah bahwa karena mengatakan pemerintah kabupaten kota dapat oleh telah bisa kata ujar wib masyarakat
        kementerian bulan kerja sama kepada dari tersebut kami menteri gubernur bupati provinsi tahun juga saat akan
        mereka warga kantor polisi uang rp""",
    "ms": """ialah bahawa kerana berkata kerajaan daripada boleh anda beliau malaysia negeri ketika mesyuarat
        bagaimanapun kesemua manakala turut memaklumkan katanya pelbagai syarikat perkhidmatan kementerian polis
        lelaki wang ringgit rm dijangka setakat tarikh hospital jabatan menerusi justeru""",
    "jv": """lan ing ingkang sing kang punika iku ora wong kanggo karo saka marang dening utawa amarga yaiku uga wis
        arep nalika bisa kabeh dadi ana wonten kaliyan saking boten""",
    "su": """jeung anu nu teu henteu pikeun kana dina tina ieu eta kudu bisa urang jalma aya naon keur lantaran
        ogé oge baris geus parantos sareng kalayan salah sahiji""",
}  # fmt: skip
_SETS = {language: frozenset(words.split()) for language, words in MARKS.items()}
_SHARED = {w for w in set().union(*_SETS.values()) if sum(w in s for s in _SETS.values()) > 1}
DISTINCTIVE = {language: words - _SHARED for language, words in _SETS.items()}
WORD = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=1)
def _factory() -> DetectorFactory:
    factory = DetectorFactory()
    factory.load_profile(PROFILES_DIRECTORY)
    factory.set_seed(0)  # langdetect samples; unseeded, it answers differently from run to run
    return factory


def detect(text: str, title: str = "") -> str | None:
    """ISO 639-1 code of the text's language, or None when it cannot be told (digits, too few letters)."""
    sample = f"{title}. {text}"[:SAMPLE]
    words = [word.casefold() for word in WORD.findall(f"{title} {text}"[: 5 * SAMPLE])]
    if len(words) < 3:
        return None
    try:
        detector = _factory().create()
        detector.append(sample)
        code = str(detector.detect())
    except LangDetectException:
        code = "unknown"
    counts = {language: sum(word in marks for word in words) for language, marks in DISTINCTIVE.items()}
    best = max(counts, key=lambda language: (counts[language], language == "id"))
    if code in CLOSE or code == "unknown" or counts[best] >= len(words) * 0.08:
        if counts[best] >= 2 or code in ("id", "unknown"):
            return best if counts[best] else ("id" if code == "id" else None)
        return code
    return code.split("-")[0]
