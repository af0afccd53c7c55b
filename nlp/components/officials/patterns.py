"""The patterns by which Indonesian news sets a post beside a name. Read by officials_links.py.

Institutions and places are blotted out with BODY before a gap is matched, so that small words in their names ("Badan
Narkotika dan ...") do not end it. Word runs are possessive, so no pattern backtracks over them.
"""

from __future__ import annotations

import re

WINDOW = 170  # characters in which a post must lie beside its holder; the longest post with its ministry has about 150
BODY = "\ue000"
SPACE = r"[ \t\xa0\u2009]"
_CAPITAL = rf"(?:(?!\d+(?![\w/])|\w*[a-z][A-Z][a-z])[A-Z0-9{BODY}](?:[\w'’&/.{BODY}-]*[\w{BODY}])?|&)"
_SMALL = (
    r"(?:dan|serta|bidang|untuk|dalam|atas|bagi|pada|di|of|for|the|and|in|on|to|de|baru|muda|madya|utama|ad|interim|urusan"
    r"|ke-\d+)"
)
_BRACKET = r"\([^()\n]{1,60}\)"
_DAY = r"(?:Senin|Selasa|Rabu|Kamis|Jum['’]?at|Sabtu|Ahad|Minggu)\b"
_WORD = rf"(?:{_CAPITAL}|{_SMALL}(?={SPACE}+(?:{_CAPITAL}|{_SMALL}\s)))"
_TERM = (
    rf"(?:,?{SPACE}+(?:(?:periode|tahun|masa{SPACE}+(?:jabatan|bakti))(?:{SPACE}+\d{{4}}(?:{SPACE}*[-–/]{SPACE}*\d{{2,4}})?)?"
    rf"|dari{SPACE}+(?:[Ff]raksi{SPACE}+|[Pp]artai{SPACE}+|[Uu]nsur{SPACE}+)?(?:{_CAPITAL})(?:{SPACE}+{_CAPITAL})*+(?:{SPACE}*{_BRACKET})?"
    rf"|saat{SPACE}+(?:ini|itu)|terpilih|setempat|era{SPACE}+{_CAPITAL}(?:{SPACE}+{_CAPITAL})?))"
)
_SIGN = rf"(?P<sign>[,:(]|{SPACE}[-–]{SPACE}|{SPACE}*\n\s*|{SPACE}+yakni{SPACE}|{SPACE}+yaitu{SPACE})?"
# From the end of a post to a name that follows it: the rest of the post and its institution, then perhaps a sign.
FORWARD = re.compile(
    rf"(?P<rest>(?:,?{SPACE}+{_WORD}|{SPACE}*{_BRACKET}|/{_CAPITAL})*+){_TERM}?{SPACE}*+(?:,\s*)?{_SIGN}\s*\Z"
)
# The same in a headline, where every word may be capitalised: only institutions may lie between.
FORWARD_IN_TITLE = re.compile(rf"(?P<rest>(?:{SPACE}+{BODY}+|{SPACE}*{_BRACKET})*+){SPACE}*+(?P<sign>[,:(])?\s*\Z")
# From the end of a post that follows its name: the rest of the post and its institution.
REST = re.compile(
    rf"(?:{SPACE}+(?!{_DAY}){_CAPITAL}|{SPACE}+(?:{_SMALL})(?={SPACE}+{BODY})|{SPACE}+(?:bidang|baru)(?={SPACE}+{_CAPITAL})"
    rf"|{SPACE}*{_BRACKET})*+"
)
# The same for a post of which the ner saw no more than the head: "Kasubdit Bina Program dan Evaluasi".
UNMARKED_REST = re.compile(
    rf"(?:{SPACE}+(?!{_DAY}){_CAPITAL}|{SPACE}+{_SMALL}(?={SPACE}+{_CAPITAL})|{SPACE}*{_BRACKET})*+"
    rf"(?:(?:,{SPACE}+{_CAPITAL}(?:{SPACE}+{_CAPITAL})*+)+,?{SPACE}+dan{SPACE}+{_CAPITAL}(?:{SPACE}+{_CAPITAL})*+)?"
)
# From the end of a post over its institution and a name that the ner did not see.
UNSEEN_NAME = re.compile(rf"(?:,?{SPACE}+{_WORD}|{SPACE}*{_BRACKET}|/{_CAPITAL})*+")
REST_IN_TITLE = re.compile(rf"(?:{SPACE}+{BODY}+|{SPACE}*{_BRACKET})*+")
INSTITUTIONS = re.compile(
    rf"(?:{SPACE}*,{SPACE}*{BODY}+(?:{SPACE}+{BODY}+|{SPACE}*{_BRACKET})*(?=\s*(?:[,.;)\n“\"]|dan\b|serta\b|\Z)))+"
)
# From the end of a name to a post that follows it.
BACKWARD = re.compile(
    rf"""(?:{SPACE}*{_BRACKET})?(?:{SPACE}*(?P<sign>[,(]|[-–]{SPACE}|\.?\n)|{SPACE}|\Z)\s*
    (?P<link>(?:(?:yang|saat\ ini|kini|juga|masih|resmi|telah|pernah|kembali|dulu|sebelumnya|seorang|merupakan|adalah
    |akan|mulai|menjabat|bertugas|ditunjuk|diangkat|dilantik|terpilih|dipercaya|duduk|hadir|bertindak|didapuk|ditetapkan
    |dikukuhkan|diumumkan|berperan|sebagai|Sebagai|selaku|Selaku|menjadi|jabatan|secara)\s+)++)?\Z""",
    re.VERBOSE,
)  # fmt: skip
ALSO_IN_OFFICE = re.compile(r"\b(?:juga|sekaligus|merangkap|pernah|dulu|sebelumnya)\b")
# Between two posts of one person.
CHAIN = re.compile(
    r"\s*(?:,?\s*(?:yang\s+juga|sekaligus|merangkap|selaku|juga|dan\s+juga)\s+(?:(?:sebagai|selaku|merupakan|menjabat|bertindak)\s+)*|/)\Z"
)
# Words before a post that belong to it and that a ner often leaves out.
OPENING = re.compile(
    r"(?<![\w-])(?:(?:[Mm]antan|[Ee]ks|Plt|Plh|Pjs?|PJ|Pelaksana\s+Tugas|Penjabat|Wakil|Asisten|Deputi|Sekretaris|Staf\s+Khusus"
    r"|Staf\s+Ahli|Tenaga\s+Ahli)\b\.?\s*(?:\([^()]{1,20}\)\s*)?)+\Z"
)
# Between the members of a list, and before its last one.
LIST_GAP = re.compile(r"\s*[,;]?\s*(?:(?:dan|serta|and)\s+)?\Z")
LIST_END = re.compile(r"\s*,?\s*(?:dan|serta)\s+\Z")
LIST_COMMA = re.compile(r"\s*,\s*\Z")
PAIR = re.compile(r"\s*(?:[-–/]|\bdan\b)\s*\Z")
# Offices that several people hold at once: a list of names after one shares it.
PLURAL = re.compile(
    r"(?i:hakim|anggota|staf\s+(?:khusus|ahli)|wakil\s+(?:menteri|ketua|kepala)|wamen\w*|komisioner|pakar|jaksa|deputi|para|peneliti|pendiri|dosen)\b"
)
# Posts in the service of the person named right after them, who does not hold them.
SERVES = re.compile(r"(?i:(?:tim\s+)?(?:kuasa|penasihat)\s+hukum|pengacara|advokat|sopir|ajudan|istri|suami)\b")
