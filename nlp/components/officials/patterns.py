"""The patterns by which Indonesian news sets a post beside a name. Read by links.py and scene.py.

Scene.masked blots institutions and places out with BODY before a gap is matched, so that the small words in their names
("Badan Narkotika dan ...") do not end it. In the examples PPP is a post and ▮▮▮ what is blotted out; bars enclose what
the pattern matches. Runs of words are possessive, so that no pattern walks back over them.
"""

from __future__ import annotations

import re

POST_REACH = 170  # characters between a post and its holder; the longest post with its ministry has about 150
BODY = "\ue000"  # a character that no text has
SPACE = r"[ \t\xa0\u2009]"
# A word with a capital, or a part of one that is blotted out: "Bina", "P2P", "&". "2025" is none, and neither is
# "SamaSari", which a lost line break made of two words.
_CAPITAL = rf"(?:(?!\d+(?![\w/])|\w*[a-z][A-Z][a-z])[A-Z0-9{BODY}](?:[\w'’&/.{BODY}-]*[\w{BODY}])?|&)"
_SMALL = (
    r"(?:dan|serta|bidang|untuk|dalam|atas|bagi|pada|di|of|for|the|and|in|on|to|de|baru|muda|madya|utama|ad|interim|urusan"
    r"|ke-\d+)"
)
_BRACKET = r"\([^()\n]{1,60}\)"
_DAY = r"(?:Senin|Selasa|Rabu|Kamis|Jum['’]?at|Sabtu|Ahad|Minggu)\b"
# A word of a post: with a capital, or a small one before such a word ("Bina Program dan Evaluasi").
_WORD = rf"(?:{_CAPITAL}|{_SMALL}(?={SPACE}+(?:{_CAPITAL}|{_SMALL}\s)))"
# What may stand between a post and the name: " periode 2024-2029", " dari Fraksi Layar", " saat ini", " terpilih".
_TERM = (
    rf"(?:,?{SPACE}+(?:(?:periode|tahun|masa{SPACE}+(?:jabatan|bakti))(?:{SPACE}+\d{{4}}(?:{SPACE}*[-–/]{SPACE}*\d{{2,4}})?)?"
    rf"|dari{SPACE}+(?:[Ff]raksi{SPACE}+|[Pp]artai{SPACE}+|[Uu]nsur{SPACE}+)?(?:{_CAPITAL})(?:{SPACE}+{_CAPITAL})*+(?:{SPACE}*{_BRACKET})?"
    rf"|(?:yang{SPACE}+)?saat{SPACE}+(?:ini|itu)(?:{SPACE}+menjabat)?|terpilih|terguling|petahana|nonaktif|demisioner|setempat|era{SPACE}+{_CAPITAL}(?:{SPACE}+{_CAPITAL})?))"
)
_SIGN = rf"(?P<sign>[,:(]|{SPACE}[-–]{SPACE}|{SPACE}*\n\s*|{SPACE}+yakni{SPACE}|{SPACE}+yaitu{SPACE})?"
# From the end of a post to a name behind it: "PPP| Bina Program ▮▮▮, |Budi", "PPP| ▮▮▮ periode 2024-2029 |Budi".
FORWARD = re.compile(
    rf"(?P<rest>(?:,?{SPACE}+{_WORD}|{SPACE}*{_BRACKET}|/{_CAPITAL})*+){_TERM}?{SPACE}*+(?:,\s*)?{_SIGN}\s*\Z"
)
# In a headline, where every word may have a capital, only institutions may lie between: "PPP| ▮▮▮ |Budi".
FORWARD_IN_TITLE = re.compile(rf"(?P<rest>(?:{SPACE}+{BODY}+|{SPACE}*{_BRACKET})*+){SPACE}*+(?P<sign>[,:(])?\s*\Z")
# From the end of a post that stands behind its name on to its own end: "Budi, PPP| Bina Program ▮▮▮| mengatakan".
REST = re.compile(
    rf"(?:{SPACE}+(?!{_DAY}){_CAPITAL}|{SPACE}+(?:{_SMALL})(?={SPACE}+{BODY})|{SPACE}+(?:bidang|baru)(?={SPACE}+{_CAPITAL})"
    rf"|{SPACE}*{_BRACKET})*+"
)
# The same if the ner saw no more than the first word: "Budi, Kasubdit| Bina Program, Data, dan Evaluasi| mengatakan".
UNMARKED_REST = re.compile(
    rf"(?:{SPACE}+(?!{_DAY}){_CAPITAL}|{SPACE}+{_SMALL}(?={SPACE}+{_CAPITAL})|{SPACE}*{_BRACKET})*+"
    rf"(?:(?:,{SPACE}+{_CAPITAL}(?:{SPACE}+{_CAPITAL})*+)+,?{SPACE}+dan{SPACE}+{_CAPITAL}(?:{SPACE}+{_CAPITAL})*+)?"
)
# From the end of a post over its institution and a name that the ner did not see: "PPP| ▮▮▮ Budi Santoso| mengatakan".
UNSEEN_NAME = re.compile(rf"(?:,?{SPACE}+{_WORD}|{SPACE}*{_BRACKET}|/{_CAPITAL})*+")
# The rest of a post in a headline: only institutions and brackets belong to it.
REST_IN_TITLE = re.compile(rf"(?:{SPACE}+{BODY}+|{SPACE}*{_BRACKET})*+")
# The institution of a post after a comma: "Budi, PPP|, ▮▮▮|, mengatakan".
INSTITUTIONS = re.compile(
    rf"(?:{SPACE}*,{SPACE}*{BODY}+(?:{SPACE}+{BODY}+|{SPACE}*{_BRACKET})*(?=\s*(?:[,.;)\n“\"]|dan\b|serta\b|\Z)))+"
)
_LINK_WORD = (
    r"(?:yang|saat itu|saat ini|kini|juga|masih|resmi|telah|pernah|kembali|dulu|sebelumnya|seorang|merupakan|adalah|akan|mulai"
    r"|menjabat|bertugas|ditunjuk|diangkat|dilantik|terpilih|dipercaya|duduk|hadir|bertindak|didapuk|ditetapkan|dikukuhkan"
    r"|diumumkan|berperan|menduduki|mengisi|mengemban|ditempatkan|dipromosikan|dimutasi|digeser|bergeser|lama|baru|posisi|sebagai|Sebagai|selaku|Selaku|menjadi|jabatan|secara)"
)
# From the end of a name to a post behind it: "Budi|, |PPP", "Budi| (|PPP)", "Budi| yang saat ini menjabat |PPP".
BACKWARD = re.compile(
    rf"(?:{SPACE}*{_BRACKET})?(?:{SPACE}*(?P<sign>[,(]|[-–]{SPACE}|\.?\n)|{SPACE}|\Z)\s*(?P<link>(?:{_LINK_WORD}\s+)++)?\Z"
)
# Words right before a post that say it of the name before it: "diangkat dalam jabatan baru sebagai |PPP".
PREDICATE = re.compile(r"\b(?:sebagai|menjadi|selaku|jabatan(?:\s+(?:baru|lama))?)\s+\Z")
# The same right behind the name, be there another name behind the post: "Budi| yang merupakan |PPP ▮▮▮ Melati".
IS = re.compile(
    r"\s+(?:yang\s+)?(?:(?:saat\s+ini|kini|juga|kembali|telah|resmi|masih)\s+)*(?:merupakan|adalah|menjabat|bertugas)\s+"
    r"(?:(?:sebagai|selaku)\s+)?\Z"
)
# The same of a post that somebody takes up: "kini menduduki jabatan baru |PPP".
TAKEN_UP = re.compile(
    r"\b(?:jabatan\s+baru(?:nya)?(?:\s+sebagai)?|(?:diangkat|dilantik|ditunjuk|dipromosikan|dimutasi(?:kan)?|digeser|bergeser|ditempatkan|naik)\s+"
    r"(?:(?:dalam|ke|pada|menjadi|sebagai|jabatan|posisi|baru)\s+)*|menduduki\s+(?:jabatan|posisi|kursi)\s+"
    r"|(?:yang\s+juga|sekaligus)\s+(?:(?:menjabat|merupakan|selaku|sebagai|adalah)\s+)*)\s*\Z"
)
# Between an old post and the new one of the same person: "PPP|, kini menjabat sebagai |PPP".
MOVES = re.compile(
    r"[\s,]*(?:(?:dan|kini|lalu|kemudian|serta|akan|saat\s+ini|sekarang)\s+)*"
    r"(?:(?:diangkat|dilantik|ditunjuk|dipromosikan|dimutasi(?:kan)?|digeser|bergeser|ditempatkan|menduduki|menjabat|menjadi|mengemban|mengisi|dipercaya)\s+)"
    r"(?:(?:dalam|ke|pada|menjadi|sebagai|selaku|jabatan|posisi|baru|resmi)\s+)*\Z"
)
# From a post to somebody who holds it, or held it: "PPP| yang semula dipegang oleh |Budi", "PPP| menggantikan |Budi".
HELD_BY = re.compile(
    r"\s*,?\s*(?:yang\s+)?(?:(?:semula|sebelumnya|kini|saat\s+ini|sekarang|akan|posisinya|jabatannya|kini\s+akan)\s+)*"
    r"(?:(?:di(?:jabat|isi|pegang|tempati|pimpin|emban|gantikan|percayakan)\s+(?:oleh|kepada)|menggantikan)\s+)(?:posisi\s+)?"
)
SENTENCE_END = re.compile(r"[.!?]\s|\n")
# Words between a name and a post that give the person a further post: "Budi yang juga PPP".
ALSO_IN_OFFICE = re.compile(r"\b(?:juga|sekaligus|merangkap|pernah|dulu|sebelumnya)\b")
# Between two posts of one person: "PPP| sekaligus |PPP", "PPP|, yang juga menjabat sebagai |PPP", "PPP|/|PPP".
CHAIN = re.compile(
    r"\s*(?:,?\s*(?:yang\s+juga|sekaligus|merangkap|selaku|juga|dan\s+juga|atau)\s+(?:(?:sebagai|selaku|merupakan|menjabat|bertindak)\s+)*|/)\Z"
)
# Words before a post that belong to it, and that the ner often leaves out: "Plt. |PPP", "mantan Wakil |PPP".
OPENING = re.compile(
    r"(?<![\w-])(?:(?:[Mm]antan|[Ee]ks|Plt|Plh|Pjs?|PJ|Pelaksana\s+Tugas|Penjabat|Wakil|Asisten|Deputi|Sekretaris|Staf\s+Khusus"
    r"|Staf\s+Ahli|Tenaga\s+Ahli)\b\.?\s*(?:\([^()]{1,20}\)\s*)?)+\Z"
)
# Between a post and the next name in a list of names with posts: "A PPP|, |B PPP|, dan |C PPP".
LIST_GAP = re.compile(r"\s*[,;]?\s*(?:(?:dan|serta|and)\s+)?\Z")
# Between two names of a list that has one post: before the last, "B| dan |C", and before the others, "A|, |B".
LIST_END = re.compile(r"\s*,?\s*(?:dan|serta)\s+\Z")
LIST_COMMA = re.compile(r"\s*,\s*\Z")
# Between two names that share two posts: "Presiden dan Wakil Presiden A|-|B".
PAIR = re.compile(r"\s*(?:[-–/]|\bdan\b)\s*\Z")
# Posts that several people hold at once, so that a list of names behind one shares it: "Wakil Menteri P A, B, dan C".
PLURAL = re.compile(
    r"(?i:hakim|anggota|staf\s+(?:khusus|ahli)|wakil\s+(?:menteri|ketua|kepala)|wamen\w*|komisioner|pakar|jaksa|deputi|para|peneliti|pendiri|dosen)\b"
)
# A post in the plural before a list of those who hold it: "|anggota| lainnya seperti |A, B, dan C", "|komisioner|, yakni |A".
OTHERS = re.compile(
    rf"\b(?P<post>(?:anggota|komisioner|hakim|wakil{SPACE}ketua|direktur|komisaris|deputi)(?:{SPACE}+{_CAPITAL})*+)"
    rf"(?:{SPACE}+(?:lainnya|lain){SPACE}+(?:seperti|yakni|yaitu|antara{SPACE}+lain|di{SPACE}?antaranya)|,?{SPACE}+(?:yakni|yaitu|antara{SPACE}+lain|di{SPACE}?antaranya))"
    rf"{SPACE}*:?\s+"
)
# What points back to a post, so that no name follows: "Bupati| Ini| Minta ...".
POINTS = re.compile(r"\s+(?:[Ii]ni|[Ii]tu|[Tt]ersebut)\b")
# A post that heads what it names: "Wakil Ketua |Komisi VI|", whose other members are told of next.
HEADED = re.compile(r"(?:Wakil\s+)?(?:Ketua|Kepala|Koordinator)\s+(?P<body>[A-Z][^\n]*)")
# Before two posts that are said of the two names before them: "A dan B| sebagai |PPP dan PPP".
SAID_OF_PAIR = re.compile(r"\s*,?\s*(?:sebagai|selaku|menjadi|masing-masing\s+(?:sebagai|selaku|menjabat))\s+\Z")
# A post of one word that serves the person of one name behind it: "Penasihat |Trump", "Ajudan |Jokowi".
SERVES_ONE = re.compile(
    r"(?i:(?:mantan|eks)\s+)?(?i:penasihat|ajudan|loyalis|stafsus|staf\s+khusus|(?:asisten|sekretaris)\s+pribadi)"
)
# Posts in the service of the person named right behind them, who does not hold them: "kuasa hukum Budi".
SERVES = re.compile(r"(?i:(?:tim\s+)?(?:kuasa|penasihat)\s+hukum|pengacara|advokat|sopir|ajudan|istri|suami)\b")
