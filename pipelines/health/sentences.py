"""Faults of sources in plain Indonesian, for the people who look after them: command line, pages and mails alike.

pipelines/wording/states.py has the word for each state; here is what is said about one source.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pipelines.health import causes
from pipelines.health.status import Problem, SourceStatus
from pipelines.wording.dates import spoken_day
from pipelines.wording.labels import DISCOVERY_METHODS, SELECTORS
from pipelines.wording.numbers import mean, number
from pipelines.wording.states import STATES
from pipelines.wording.translate import language, translated

ANSWERS = {  # status codes of HTTP, as a person should take them
    401: "meminta kata sandi",
    403: "menolak kita",
    404: "tidak ditemukan",
    410: "sudah dihapus",
    429: "merasa terlalu sering diminta",
    451: "ditutup karena alasan hukum",
    500: "galat di situs itu",
    502: "galat di situs itu",
    503: "situs itu sedang sibuk atau ditutup sementara",
    504: "situs itu terlalu lambat",
}
CHALLENGE = "halaman pemeriksaan peramban, bukan artikel"
# What the crawl and the extraction record, and what a person should make of it. The first pattern that fits is used.
REASONS = {
    r"with a challenge page|challenge or a refusal": CHALLENGE,
    r"forbidden by robots\.txt": "dilarang oleh robots.txt situs itu",
    r"robots\.txt cannot be read": "robots.txt situs itu tidak dapat dibaca, jadi situsnya dibiarkan dulu",
    r"DNSLookup|DNS lookup|CannotResolveHost": "nama hostnya tidak ditemukan (DNS)",
    r"ConnectionRefused|CannotConnect|Connection was refused": "hostnya menolak sambungan",
    r"certificate|OpenSSL|SSL|TLS": "sambungan amannya (TLS) bermasalah",
    r"Timeout|TimedOut|took longer": "tidak menjawab pada waktunya",
    r"body was cut off": "jawabannya terputus di tengah",
    r"body is too large": "jawabannya terlalu besar",
    r"ConnectionLost|ResponseNeverReceived|ConnectionDone|ResponseFailed": "sambungannya putus di tengah",
    r"not on a host of source|private": "mengalihkan ke host lain yang bukan milik sumber ini",
    r"redirections|redirect": "terus mengalihkan tanpa akhir",
    r"leads to the home page|says that it does not exist": "halamannya sudah tidak ada",
    r"login page": "meminta masuk dulu",
    r"was never answered": "tidak pernah dijawab",
    r"has no (?P<part>\w+) at (?P<path>'[^']*'|\"[^\"]*\"); it (?P<there>.+)": (
        "jalur {path} tidak menemukan {part}; yang ada: {there}"
    ),
    r"is no JSON": "bukan JSON",
    r"needs a key: the variable (?P<name>\w+)": "memerlukan kunci: variabel {name} belum diisi",
    r"left alone": "hostnya sedang bermasalah, jadi dibiarkan dulu",
    r"its root is <html": "halaman HTML, bukan {what}",
    r"is no feed|is no sitemap|is not XML|broken gzip": "bukan {what} yang dapat dibaca",
    r"is empty|empty page": "kosong",
    r"cannot be stored|disk is full": "tidak dapat disimpan di mesin kita",
    r"has no article text|has only \d+ words": "tanpa teks artikel",
    r"is a notice of": "hanya pemberitahuan situs, bukan artikel",
    r"page of the site about itself": "halaman tentang situs itu sendiri, bukan artikel",
    r"is a list of other pages": "daftar halaman lain, bukan artikel",
    r"is a feed": "umpan, bukan artikel",
    r"article shrank from": "isinya menyusut sampai bukan artikel lagi; yang tersimpan tetap",
    r"words stand at \d+ other": "teks yang sama ada di banyak alamat, jadi bukan artikel",
    r"leads to a page before it": "mengalihkan ke halaman persetujuan atau login",
    r"answers JSON": "menjawab JSON, bukan halaman",
    r"is an? (\S+) file|is \S+/\S+, not a page|not HTML": "bukan halaman HTML",
    r"is out of time": "tidak selesai dalam batas waktu",
    r"crawl process ended early": "perayapannya berhenti sebelum selesai",
}
CAUSES = {  # what is likely behind a fault, for whoever is to mend it
    causes.BLOCKED: "rupanya situs ini memblokir kita; minta izin pengelolanya (docs/panduan/izin.md)",
    causes.LOGIN: "rupanya artikelnya di balik halaman masuk atau persetujuan",
    causes.MOVED: "rupanya alamat artikelnya berganti bentuk",
    causes.ELSEWHERE: "rupanya artikelnya pindah ke host lain",
    causes.LAYOUT: "rupanya tata letak situsnya berubah",
    causes.FILES: "rupanya tautannya menuju berkas, bukan halaman",
    causes.DOWN: "rupanya situsnya sedang bermasalah",
}
ANSWER_PARTS = {  # of an API's answer
    "list": "daftar artikel",
    "address": "alamat",
    "title": "judul",
    "date": "waktu terbit",
    "modified": "waktu perubahan",
    "body": "isi",
}
UNREAD_ROBOTS = re.compile(r"robots\.txt cannot be read \((.+)\); the site", re.DOTALL)
EXCEPTION = re.compile(r"(?:failed: )?(?P<name>[A-Z]\w*(?:Error|Exception|Failure))\b:?\s*(?P<said>.*)", re.DOTALL)
RECORDED = re.compile(rf"(?P<method>{'|'.join(DISCOVERY_METHODS)}) (?P<address>\S+) (?P<why>.+)", re.DOTALL)
NOTHING_STORED = {  # what a state means for a source of which nothing is stored
    "ok": "Situsnya menjawab; belum ada artikelnya yang tersimpan.",
    "faulty": "Situsnya menjawab, tetapi belum satu artikel pun tersimpan.",
    "stale": "Belum pernah ada yang berhasil diambil.",
    "tried": "Sudah dicoba, karena diminta; belum satu artikel pun tersimpan.",
}
IN_ALL = {"baru": "belum pernah dirayapi"}
UNKNOWN = "galat yang belum dikenal"  # as plain_error says it
NO_LINKS = "tidak ada tautan artikel di mana pun"
NO_DATE = "tanggalnya tidak ditemukan"


def plain_error(error: str, method: str = "") -> str:
    """A recorded error as a person would say it, never by the name of a Python exception alone.

    `method`: of the discovery that failed ("feed"), which some sentences name. What is unknown and no exception stays
    as it is.
    """
    unread = UNREAD_ROBOTS.search(error)
    if unread:
        return f"robots.txt situs itu tidak dapat dibaca ({plain_error(unread[1])}), jadi situsnya dibiarkan dulu"
    answered = re.search(r"answered (\d{3})(?! with a challenge)", error)
    if answered:
        status = int(answered[1])
        meaning = ANSWERS.get(status, "galat di situs itu" if status >= 500 else "permintaan ditolak")
        return f"menjawab {status} ({meaning})"
    for pattern, words in REASONS.items():
        if found := re.search(pattern, error, re.IGNORECASE | re.DOTALL):
            values = {name: _plain_part(name, value) for name, value in found.groupdict().items()}
            return words.format(what=DISCOVERY_METHODS.get(method, "umpan atau peta situs"), **values)
    unknown = EXCEPTION.fullmatch(error)
    return f"galat yang belum dikenal ({unknown['said'] or unknown['name']})" if unknown else error


def _plain_part(name: str, value: str) -> str:
    """A part of a recorded error that its sentence repeats: of an API's answer, what was looked for and what is there.

    crawler/spiders/api.py says it as "has the keys a, b" or "is a list of 3, whose first: it has the keys a", which
    become "a, b" and "[a] (3)".
    """
    if name == "part":
        return ANSWER_PARTS.get(value, value)
    if name == "there":
        keys = re.sub(r"it has the keys |has the keys |\Ait is |\Ais (?!a list)", "", value)
        return re.sub(r"is a list of (\d+)(?:, whose first: (.*))?", r"[\2] (\1)", keys, flags=re.DOTALL)
    return value


def say_recorded(error: str) -> str:
    """An error of a run or a page ("feed https://... answered 503") as a sentence."""
    told = RECORDED.fullmatch(error)
    if not told:
        return plain_error(error)
    return f"{DISCOVERY_METHODS[told['method']]} {told['address']}: {plain_error(told['why'], told['method'])}"


@dataclass(frozen=True, slots=True)
class Told:
    """A source as people are told of it: the word for its state, what that means, what is wrong, what to do.

    sentences: what is wrong, none for a source that is well; advice: "" where nothing is to be done.
    """

    word: str
    meaning: str
    sentences: tuple[str, ...]
    advice: str


def tell(status: SourceStatus, now: datetime) -> Told:
    """How a source is doing: the one place where command line, pages and mails take it from."""
    wording = STATES[status.state]
    meaning = wording.meaning
    if not status.articles:  # the usual words speak of articles that come
        meaning = NOTHING_STORED.get(status.state, meaning)
    advice = wording.advise(status.id) if status.needs_look or status.state in ("new", "tried") else ""
    return Told(wording.word, meaning, tuple(say_status(status, now)), advice)


def overview(statuses: Sequence[SourceStatus]) -> str:
    """All sources in one sentence: how many need a look, and how many nobody has asked yet."""
    if not statuses:
        return "Belum ada sumber."
    states = Counter("perlu dilihat" if status.needs_look else STATES[status.state].word for status in statuses)
    total = number(len(statuses))
    if states["baru"] == len(statuses):
        return f"Belum satu pun dari {total} sumber pernah dirayapi."
    parts = [f"{number(n)} {IN_ALL.get(word, word)}" for word, n in states.items()]
    return f"Dari {total} sumber {', '.join(parts)}."


def tell_failure(error: str) -> str:
    """A recorded error in the language that the command line speaks; one that is not known as exactly as it came."""
    if language() == "en":
        return error
    told = translated(error)
    said = say_recorded(error)
    return said if told == error and UNKNOWN not in said else told


def say_status(status: SourceStatus, now: datetime) -> list[str]:
    """Sentences on what is wrong with a source, its silence first; none for a source that is well."""
    said = []
    if status.state == "stale":
        last = f"sejak {spoken_day(status.last_success, now)}" if status.last_success else "sejak awal"
        said.append(f"tidak ada yang berhasil diambil {last}")
    if status.state == "quiet" and status.last_article:
        last = spoken_day(status.last_article, now)
        said.append(f"tidak ada artikel baru sejak {last}; biasanya {usual(status.normal)}")
    return said + [say_problem(problem, now) for problem in status.problems]


def say_problem(problem: Problem, now: datetime) -> str:
    """One sentence on one problem, with the day since when it is there and its likely cause, where these are known.

    A discovery's own error tells its cause already, but for what to do about a site that blocks us.
    """
    told = _say_problem(problem, now)
    return told if problem.kind == "discovery" and problem.cause != causes.BLOCKED else with_cause(told, problem.cause)


def with_cause(told: str, cause: str | None) -> str:
    """A sentence on a fault, and what is likely behind it."""
    return f"{told}; {CAUSES[cause]}" if cause else told


def _say_problem(problem: Problem, now: datetime) -> str:
    when = spoken_day(problem.since, now) if problem.since else ""
    first, _, rest = problem.subject.partition(" ")
    if problem.kind == "selector":
        told, pages = say_missed(first, rest), problem.detail
        if when:
            return f"{told} sejak {when}, pada {pages} halaman berturut-turut"
        return f"{told}, pada {pages} halaman berturut-turut"
    if problem.kind == "pages":
        failed = problem.detail
        if when:
            return f"tidak satu halaman pun dapat dibaca sejak {when}; {failed} gagal"
        return f"tidak satu halaman pun dapat dibaca; {failed} gagal"
    name = f"{DISCOVERY_METHODS.get(first, first)} {rest}"
    if problem.kind == "discovery":
        why = plain_error(problem.detail, first)
        return f"{name} gagal sejak {when}: {why}" if when else f"{name}: {why}"
    if problem.kind == "restless":
        told = f"{name} menyebut hampir semua halamannya berubah setiap kali; hanya beberapa yang diminta lagi"
        return f"{told}, sejak {when}" if when else told
    fault = _discovery_fault(problem)
    return f"{name}: {fault} sejak {when}" if when else f"{name}: {fault}"


def _discovery_fault(problem: Problem) -> str:
    """What is wrong with a feed, sitemap or listing that answers."""
    if problem.kind == "links":
        return "pemilih `links` tidak menemukan tautan"
    if problem.kind == "pattern":
        links = problem.detail
        return f"tidak satu pun dari {links} tautannya cocok dengan `article_url` dan host sumber ini"
    return "kosong"


def say_missed(key: str, selector: str) -> str:
    """That a selector of [source.extract] found nothing."""
    return f"pemilih {SELECTORS.get(key, key)} ({selector}) tidak menemukan apa pun"


def say_article(address: str, fault: str) -> str:
    """What is wrong with one article that was read to see whether a source works."""
    return f"artikel {address}: {fault}"


def say_few_words(words: int) -> str:
    """That an article has suspiciously little text."""
    return f"teksnya hanya {words} kata"


def say_silence(seconds: float | None) -> str:
    """That nothing answered, in so many seconds where the time was limited."""
    return f"tidak menjawab dalam {seconds:g} detik" if seconds else "tidak menjawab"


def usual(a_day: float) -> str:
    """The normal in words: articles a day, a week or a month, whichever comes to one at least."""
    day, week, month = (mean(a_day * days) for days in (1, 7, 30))
    if a_day >= 1:
        return f"{day} artikel sehari"
    if a_day * 7 >= 1:
        return f"{week} artikel seminggu"
    return f"{month} artikel sebulan" if a_day * 30 >= 1 else "kurang dari satu artikel sebulan"
