"""Indonesian news as a spaCy language: tokens for names, abbreviations, reduplication, dates and quotes.

spaCy's own language `id` takes 1.3 s to read a list of 15,614 hyphenated words, and still splits most reduplications.
Here one pattern keeps them whole, and abbreviations of Indonesian offices, addresses, degrees and ranks keep their full
stop.
"""

from __future__ import annotations

import re

from spacy.lang.char_classes import ALPHA, CONCAT_ICONS, CONCAT_QUOTES, LIST_PUNCT, LIST_QUOTES
from spacy.language import BaseDefaults, Language
from spacy.symbols import ORTH
from spacy.util import registry

LANGUAGE_CODE = "idn"

# Abbreviations that keep their full stop, so that it ends no sentence.
ABBREVIATIONS = frozenset(
    """
    Jl. Jln. Jend. Gg. Kab. Kec. Kel. Ds. Dsn. Prov. No. Nomor. Tel. Telp. Hp. Fax. Blok. Km. Lt. Rt. Rw.
    PT. CV. UD. Tbk. Fa. Ltd. Co. Inc. Corp. Bhd. Sdn.
    Dr. dr. drg. Drg. drh. Ir. Drs. Dra. Prof. Hj. H. K.H. KH. Tgk. Tn. Ny. Sdr. Bpk. R. Rr. Ust. Hc. H.C. Ph.D.
    Letjen. Mayjen. Brigjen. Kol. Letkol. Kapt. Lettu. Letda. Serka. Sertu. Serda. Purn.
    Irjen. Komjen. Kombes. AKBP. Kompol. AKP. Iptu. Ipda. Aiptu. Aipda. Bripka. Brigpol. Briptu. Bripda. Pol.
    Laks. Laksdya. Laksda. Laksma. Marsdya. Marsda. Marsma. Mr. Mrs. Ms. St. Jr. Sr.
    Moh. Muh. Moch. Mhd. Abd. Sy. Capt.
    a.n. u.p. s.d. d.a. a.l. dll. dkk. dst. dsb. dsj. tsb. sbb. yth. Yth. ybs. hlm. hal. Hal. ed. vol. Vol. jo. Jo.
    Jan. Feb. Mar. Apr. Jun. Jul. Agt. Agu. Ags. Agst. Sep. Sept. Okt. Nov. Des. Rp. vs. Vs. cq. c.q. ttd.
    """.split()
)
# Degrees likewise.
DEGREES = frozenset(
    """
    S.H. S.E. S.T. S.IP. S.I.P. S.Sos. S.Pd. S.Pd.I. S.Ag. S.Kom. S.Si. S.Pt. S.P. S.Hut. S.Psi. S.Farm. S.Ked. S.KM.
    S.K.M. S.Th. S.STP. S.Tr. S.I.K. S.Ik. S.Kep. S.Gz. S.Ds. S.Sn. S.S. S.Stat. S.H.I. S.E.I. S.Mn.
    M.H. M.M. M.T. M.Si. M.Sc. M.Pd. M.Pd.I. M.Ag. M.Kom. M.Kes. M.Hum. M.A. M.AP. M.A.P. M.Eng. M.Ec. M.Ec.Dev. M.Sos.
    M.Psi. M.P. M.Kn. M.B.A. M.P.H. M.P.A. M.Phil. M.IP. M.I.P. M.I.Kom. M.Ikom. M.E. M.Ak. M.Farm. M.Th. M.Tr. M.Han.
    M.Stat. M.URP. LL.M. Lc. Ph.D. Ed.D. Sp.A. Sp.B. Sp.OG. Sp.PD. Sp.JP. Sp.P. Ak. Apt. Ns. A.Md. B.Sc. B.A.
    """.split()
)

# The same word twice, with at most a suffix: "warga-warga", "undang-undang", "kota-kotanya".
REDUPLICATION = r"(?i:(?P<stem>[^\W\d_]{2,})-(?P=stem)(?:nya|an|kan|lah|ku|mu|i)?)"
# Letters with full stops between them: "S.H.", "M.Si", "K.H", "Ph.D", "A.M.".
DOTTED = r"(?:[A-Z][a-z]{0,3}\.){1,4}[A-Z][A-Za-z]{0,4}\.?"
# Digits with full stops or commas between them: "1.250.000", "1,2", "14.05", "32.73".
NUMBER = r"\d+(?:[.,]\d+)+"
URL = r"(?:https?://|www\.)\S+[\w/]"
# Outlets by their address: "Kabarkota.com", "RADAR-KOTA.CO.ID".
SITE = r"(?:[A-Za-z0-9][\w-]*\.)+(?i:com|net|org|info|news|tv|id)"
# Words with the "e" of "electronic": "e-KTP". "RI-Korea" is two names.
JOINED = r"[eE]-[A-Za-z]{2,}"
TOKEN_MATCH = re.compile(rf"(?:{REDUPLICATION}|{DOTTED}|{NUMBER}|{URL}|{SITE}|{JOINED})\Z")

# Marks that are tokens of their own at either end of a word; written as the inside of a set of characters.
_MARKS = "".join(mark for mark in LIST_PUNCT + LIST_QUOTES if len(mark.lstrip("\\")) == 1) + CONCAT_ICONS
_PREFIXES = [rf"(?:[{_MARKS}§%=—–/~$£€¥-]|\+(?![0-9])|@(?=$)|\.\.+|Rp(?=\.?\d)|US\$)"]
# spaCy searches every word for the next two. Where patterns look behind, re would try each of them at every character;
# with one set of characters before them all it skips to where one can begin.
_NO_LETTER = "[^A-Za-z0-9]"
_SUFFIXES = [rf"{_NO_LETTER}(?:(?<=[{_MARKS}—–/~%.-])|(?<=…)…|(?<=\.)\.+|(?<=[A-Za-z]['’])s)"]
_INFIX = [
    rf"(?<=[…/\\()\[\]{{}}<>:;=+*|?!–—~_\"“”„«»·#\ufeff{CONCAT_ICONS}])",
    r"(?<=\.)\.+",
    r"(?<=[A-Z]{2}\.)(?=[A-Z(][a-zA-Z]|\()",
    rf"(?<=[{ALPHA}0-9.)]-)(?=[{ALPHA}0-9(])",
    rf"(?<=[{ALPHA}],)(?=[{ALPHA}0-9])",
    rf"(?<=[0-9],)(?=[{ALPHA}])",
    rf"(?<=[{ALPHA}{CONCAT_QUOTES}]{{2}}\.)(?=[{ALPHA}{CONCAT_QUOTES}])",
    rf"(?<=[{ALPHA}]\.)(?=[0-9])",
    rf"(?<=[0-9]\.)(?=[{ALPHA}])",
]
_INFIXES = [f"{_NO_LETTER}(?:{'|'.join(_INFIX)})"]


def _exceptions() -> dict[str, list[dict[int, str]]]:
    forms = ABBREVIATIONS | DEGREES
    return {form: [{ORTH: form}] for form in forms | {form.upper() for form in forms if len(form) > 3}}


class IndonesianNewsDefaults(BaseDefaults):
    """The rules above as spaCy language data."""

    tokenizer_exceptions = _exceptions()
    prefixes = _PREFIXES
    suffixes = _SUFFIXES
    infixes = _INFIXES
    token_match = TOKEN_MATCH.match
    url_match = None


class IndonesianNews(Language):
    """Indonesian as newsrooms and ministries write it."""

    lang = LANGUAGE_CODE
    Defaults = IndonesianNewsDefaults


def register() -> None:
    """Let spaCy find the language by its code, which the weights' configuration names; again and again does no harm."""
    registry.languages.register(LANGUAGE_CODE, func=IndonesianNews)
