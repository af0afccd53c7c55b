"""Why is this article not here? By its address, from what the catalogue, the queue and the crawls have recorded.

No site is asked. The answer is a verdict, a word that never changes, and a sentence for whoever asked.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from protego import Protego

from crawler.addresses import Owners
from crawler.catalogue import Source
from crawler.settings import PRODUCT
from crawler.urls import host_key, normalise, origin, same_page
from pipelines.health.causes import cause_of_errors
from pipelines.health.sentences import CAUSES, plain_error, say_recorded
from pipelines.queue.orders import Orders
from pipelines.wording.dates import moment
from pipelines.wording.labels import SOURCE_STATUSES
from pipelines.wording.numbers import number

HERE = frozenset(("stored", "copy", "language"))
MOST = 100  # addresses that one question may hold


@dataclass(frozen=True, slots=True)
class Missed:
    """What became of one address.

    url       as it was asked, in its one form where it has one
    verdict   stored, copy, language (stored, but not tagged); waiting, unread, retried, refused, no-article (in the
              queue); robots, off, unproven, new, never-named, other-page, unknown, no-address (not in it)
    said      a sentence
    source    the id of the source whose article it is, or would be
    article   the id of the stored article; of a copy that of the original
    """

    url: str
    verdict: str
    said: str
    source: str | None = None
    article: int | None = None

    @property
    def is_here(self) -> bool:
        """Whether it is stored, by itself or as a copy."""
        return self.verdict in HERE


def why_missed(
    connection: sqlite3.Connection, sources: Sequence[Source], urls: Sequence[str], now: datetime
) -> list[Missed]:
    """What became of each address, in the order in which they were given."""
    look = _Look(connection, sources, now)
    return [look.at(url) for url in urls]


class _Look:
    """The looks at some addresses; the sources are sorted by host once."""

    def __init__(self, connection: sqlite3.Connection, sources: Sequence[Source], now: datetime) -> None:
        self.connection, self.now = connection, now
        self.sources = {source.id: source for source in sources}
        self.owners = Owners(sources)

    def at(self, raw: str) -> Missed:
        """What became of an address."""
        text = raw.strip()
        url = normalise(text if "://" in text else f"https://{text}")
        if url is None or "." not in (urlsplit(url).hostname or ""):
            return Missed(text[:200], "no-address", "bukan alamat halaman; tulis seperti https://contoh.go.id/berita/1")
        owner = self.owners.owner(url)
        form = owner[1] if owner else url
        page = Orders(self.connection).known([form]).get(form)
        return self.stored(form, page) or (self.queued(form, page["url"]) if page else self.unseen(form, owner))

    def stored(self, url: str, page: sqlite3.Row | None) -> Missed | None:
        """The article at an address, or at the one under which the queue knows it; None where there is none."""
        forms = list(dict.fromkeys([url, *([page["url"], page["final_url"]] if page else []), *same_page(url)]))
        marks = ", ".join("?" * len(forms))
        for column in ("url", "canonical_url"):
            row = self.connection.execute(
                f"""SELECT id, title, source_id, language, duplicate_of FROM articles
                    WHERE {column} IN ({marks}) ORDER BY id LIMIT 1""",
                forms,
            ).fetchone()
            if row:
                return self.article(url, row)
        return None

    def article(self, url: str, row: Sequence[Any]) -> Missed:
        """An article that is here."""
        article, title, source, language, original = row
        if original is not None:
            said = (
                f"tersimpan sebagai salinan artikel {original} yang terbit lebih dulu; pencarian menunjukkan yang itu"
            )
            return Missed(url, "copy", said, source, original)
        if language != "id":
            name = language or "tidak dikenal"
            said = f"tersimpan sebagai artikel {article}, tetapi bahasanya bukan Indonesia ({name}): tidak ditandai"
            return Missed(url, "language", said, source, article)
        return Missed(url, "stored", f"ada di sini, artikel {article}: {title}", source, article)

    def queued(self, form: str, url: str) -> Missed:
        """A page that the queue knows and of which nothing is stored."""
        row = self.connection.execute(
            "SELECT source_id, state, error, found_at, not_before, attempts, doubted FROM pages WHERE url = ?",
            (url,),
        ).fetchone()
        source, state, error, found, until, attempts, doubted = row
        halted = self.halted(source)
        if state == "found":
            ahead = self.connection.execute(
                "SELECT count(*) FROM pages WHERE source_id = ? AND state = 'found'", (source,)
            ).fetchone()[0]
            when, others = moment(found), number(ahead - 1)
            said = f"ditemukan {when} dan menunggu diambil, bersama {others} halaman lain sumbernya{halted}"
            return Missed(form, "waiting", said, source)
        if state == "fetched":
            when = moment(found)
            return Missed(form, "unread", f"ditemukan {when} dan sudah diambil, menunggu dibaca", source)
        why, when = _say_error(error or ""), moment(until)
        again = f"; dicoba lagi sesudah {when}" if until and until > self._stamp() else ""
        if doubted or (error or "").startswith("extract: "):
            rest = again or ("" if state == "failed" else "; tidak dicoba lagi")
            return Missed(form, "no-article", f"dinilai bukan artikel: {why}{rest}", source)
        if state == "quarantined":
            return Missed(form, "refused", f"tidak dicoba lagi sesudah {attempts} kali gagal: {why}", source)
        return Missed(form, "retried", f"gagal {attempts} kali: {why}{again}{halted}", source)

    def unseen(self, url: str, owner: tuple[Source, str] | None) -> Missed:
        """An address that no run has come across."""
        if owner is None:
            return self.unowned(url)
        source = owner[0]
        name = f"{source.name} ({source.id})"
        if source.status not in ("active", "unproven") and not self._is_active(source.id):
            note = f": {source.note}" if source.note else ""
            return Missed(url, "off", f"sumbernya, {name}, {_status(source.status)}{note}", source.id)
        if self.forbidden(url):
            return Missed(url, "robots", f"robots.txt situsnya melarang alamat ini; sumbernya {name}", source.id)
        if source.status == "unproven" and not self._is_active(source.id):
            said = f"sumbernya, {name}, belum terbukti: hanya dirayapi bila diminta (pantau sources check {source.id})"
            return Missed(url, "unproven", said, source.id)
        answered, begun = self.crawled(source.id)
        if begun is None:
            return Missed(url, "new", f"sumbernya, {name}, belum pernah dirayapi di sini", source.id)
        return Missed(url, "never-named", self.never_named(name, source.id, answered, begun), source.id)

    def unowned(self, url: str) -> Missed:
        """An address that no source takes for an article of its own."""
        key = host_key(url)
        near = [s for s in self.sources.values() if key in {host_key(f"http://{host}/") for host in s.hosts}]
        if not near:
            home = f"{origin(url)}/"
            said = f"tidak ada sumber untuk {urlsplit(url).netloc}; pantau sources add {home} mengusulkan entrinya"
            return Missed(url, "unknown", said)
        names = ", ".join(f"{source.name} ({source.id})" for source in near[:3])
        said = f"situsnya dikenal, {names}, tetapi bentuk alamat ini bukan bentuk alamat artikelnya (article_url)"
        return Missed(url, "other-page", said, near[0].id)

    def never_named(self, name: str, source_id: str, answered: str | None, begun: str) -> str:
        """That no feed, sitemap or listing of a source that is crawled has named an address, and what of them fails."""
        failing = self.connection.execute(
            "SELECT error FROM discoveries WHERE source_id = ? AND failing_since IS NOT NULL ORDER BY failing_since",
            (source_id,),
        ).fetchall()
        when, last = moment(begun), moment(answered)
        faults = "; ".join(say_recorded(error or "") for (error,) in failing[:3])
        more = f"pantau backfill {source_id} --since HARI mengambil yang lebih tua"
        if faults:
            more = f"yang sedang gagal: {faults}"
        elif last:
            more = f"terakhir dijawab {last}; pantau backfill {source_id} --since HARI mengambil yang lebih tua"
        return f"umpan, peta situs, dan daftar {name} tidak pernah menyebutnya sejak dirayapi {when}; {more}"

    def forbidden(self, url: str) -> bool:
        """Whether the robots.txt of its site, as last read, forbids an address."""
        row = self.connection.execute("SELECT text FROM robots WHERE origin = ?", (origin(url),)).fetchone()
        return bool(row and row[0] and not Protego.parse(row[0]).can_fetch(url, PRODUCT))

    def crawled(self, source_id: str) -> tuple[str | None, str | None]:
        """(when a discovery of a source last answered, when its first crawl began)."""
        answered = self.connection.execute(
            "SELECT max(fetched_at) FROM discoveries WHERE source_id = ? AND error IS NULL", (source_id,)
        ).fetchone()[0]
        return answered, Orders(self.connection).first_crawl(source_id)

    def halted(self, source_id: str) -> str:
        """That a source is not crawled at all at present, as the end of a sentence."""
        source = self.sources.get(source_id)
        if source is None:
            return "; sumbernya tidak ada lagi di katalog"
        if source.status == "active" or self._is_active(source_id):
            return ""
        return f"; sumbernya {_status(source.status)}, jadi tidak dirayapi"

    def _is_active(self, source_id: str) -> bool:
        """Whether a source was proven for this database."""
        row = self.connection.execute("SELECT proven_at FROM sources WHERE id = ?", (source_id,)).fetchone()
        return bool(row and row[0])

    def _stamp(self) -> str:
        return self.now.isoformat(timespec="seconds")


def _status(status: str) -> str:
    return SOURCE_STATUSES.get(status, status)


def _say_error(error: str) -> str:
    """A page's error in words, with what is likely behind it."""
    stage, _, rest = error.partition(": ")
    told = plain_error(rest if stage in ("extract", "tag", "store", "language") else error)
    cause = cause_of_errors([error])
    return f"{told} ({CAUSES[cause]})" if cause in ("blocked", "login") else told
