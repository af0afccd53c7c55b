"""Faults of sources in plain Indonesian, for the people who look after them."""

from __future__ import annotations

import re
from datetime import datetime

from babel.dates import format_date

from pipelines.health.rhythm import WIB, parse_time
from pipelines.health.status import Problem, SourceStatus

METHODS = {"feed": "umpan", "sitemap": "peta situs", "listing": "daftar"}
SELECTORS = {"title": "judul", "body": "isi", "date": "tanggal", "author": "penulis"}
ANSWERS = {
    401: "meminta kata sandi", 403: "menolak kita", 404: "tidak ditemukan", 410: "sudah dihapus",
    429: "merasa terlalu sering diminta", 451: "ditutup karena alasan hukum", 500: "galat di situs itu",
    502: "galat di situs itu", 503: "situs itu sedang sibuk atau ditutup sementara", 504: "situs itu terlalu lambat",
}  # fmt: skip
# What the crawl records, by what a person should make of it. The first that fits is used.
REASONS = (
    (r"forbidden by robots\.txt", "dilarang oleh robots.txt situs itu"),
    (r"DNSLookup|DNS lookup|CannotResolveHost", "nama hostnya tidak ditemukan (DNS)"),
    (r"ConnectionRefused|CannotConnect|Connection was refused", "hostnya menolak sambungan"),
    (r"certificate|OpenSSL|SSL|TLS", "sambungan amannya (TLS) bermasalah"),
    (r"Timeout|TimedOut|took longer", "tidak menjawab pada waktunya"),
    (r"ConnectionLost|ResponseNeverReceived|ConnectionDone|ResponseFailed", "sambungannya putus di tengah"),
    (r"not on a host of source|private", "mengalihkan ke host lain yang bukan milik sumber ini"),
    (r"redirections|redirect", "terus mengalihkan tanpa akhir"),
    (r"its root is <html", "halaman HTML, bukan {what}"),
    (r"is no feed|is no sitemap|is not XML|broken gzip", "bukan {what} yang dapat dibaca"),
    (r"is empty|empty page", "kosong"),
    (r"cannot be stored|disk is full", "tidak dapat disimpan di mesin kita"),
    (r"challenge or a refusal", "halaman pemeriksaan peramban, bukan artikel"),
    (r"has no article text", "tanpa teks artikel"),
    (r"is an? (\S+) file|is \S+/\S+, not a page|not HTML", "bukan halaman HTML"),
    (r"is out of time", "tidak selesai dalam batas waktu"),
)  # fmt: skip


def plain_error(error: str, method: str = "") -> str:
    """A recorded error as a person would say it; what is unknown stays as it is."""
    answered = re.search(r"answered (\d{3})", error)
    if answered:
        status = int(answered[1])
        meaning = ANSWERS.get(status, "galat di situs itu" if status >= 500 else "permintaan ditolak")
        return f"menjawab {status} ({meaning})"
    for pattern, words in REASONS:
        if re.search(pattern, error, re.IGNORECASE):
            return words.format(what=METHODS.get(method, "umpan atau peta situs"))
    return error


def day(timestamp: str, now: datetime) -> str:
    """The day of a moment in WIB as people say it: "Selasa, 18 November", with the year when it is another."""
    local = parse_time(timestamp).astimezone(WIB)
    pattern = "EEEE, d MMMM" if local.year == now.astimezone(WIB).year else "EEEE, d MMMM y"
    return format_date(local.date(), pattern, locale="id")


def count(number: float) -> str:
    """A mean as people say it: "12", "2,5", "0,3"."""
    if number >= 10:
        return str(round(number))
    return f"{number:.1f}".rstrip("0").rstrip(".").replace(".", ",")


def say_problem(problem: Problem, now: datetime) -> str:
    """One sentence on one problem."""
    since = f" sejak {day(problem.since, now)}" if problem.since else ""
    method, _, address = problem.subject.partition(" ")
    what = METHODS.get(method, method)
    if problem.kind == "discovery":
        return f"{what} {address} gagal{since}: {plain_error(problem.detail, method)}"
    if problem.kind == "links":
        return f"{what} {address}: pemilih `links` tidak menemukan tautan{since}"
    if problem.kind == "pattern":
        return f"{what} {address}: tidak satu pun dari {problem.detail} tautannya cocok dengan `article_url`{since}"
    if problem.kind == "empty":
        return f"{what} {address} kosong{since}"
    if problem.kind == "pages":
        return f"tidak satu halaman pun dapat dibaca{since}; {problem.detail} gagal"
    return (
        f"pemilih {SELECTORS.get(method, method)} ({address}) tidak menemukan apa pun{since}, "
        f"pada {problem.detail} halaman berturut-turut"
    )


def say_status(status: SourceStatus, now: datetime) -> list[str]:
    """Sentences on what is wrong with a source, its silence first; none for a source that is well."""
    said = []
    if status.state == "stale":
        last = f"sejak {day(status.last_success, now)}" if status.last_success else "sejak awal"
        said.append(f"macet: tidak ada yang berhasil diambil {last}")
    if status.state == "quiet" and status.last_article:
        said.append(f"diam sejak {day(status.last_article, now)}; biasanya {usual(status.normal)}")
    return said + [say_problem(problem, now) for problem in status.problems]


def usual(a_day: float) -> str:
    """The normal in words: a day for sources of at least one article a day, a week for the others."""
    return f"{count(a_day)} artikel sehari" if a_day >= 1 else f"{count(a_day * 7)} artikel seminggu"
