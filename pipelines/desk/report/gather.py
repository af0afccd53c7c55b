"""Gather: what a report tells of a period, every figure with the address of the list that it counts.

Counts come from rollups (articles_by_day, appearances, coverage_league), and from indexes by day; who spoke is counted
in the newest MOST_READ articles of the period alone, and the report says so where there were more.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from statistics import median
from typing import Any
from urllib.parse import urlencode

from pipelines.desk.report.key_messages import key_messages
from pipelines.desk.report.period import Period, midnight
from pipelines.desk.report.records import Ailing, Figure, Line, Report, Section
from pipelines.desk.tone import TONES
from pipelines.search.rows import SURE
from pipelines.settings.load import setting
from pipelines.store.who_is_who import name_key, organisation_key
from pipelines.wording.agreements import heading
from pipelines.wording.dates import day, partial_date
from pipelines.wording.lags import lag
from pipelines.wording.numbers import number, share

TOP = 10  # rows of a table
MOST_READ = 20_000  # articles of a period in which it is counted who spoke, the newest
MOST_STORIES = 400  # of a period that are compared, those with most articles of its days
RELEASE = "press_release"


def gather(connection: sqlite3.Connection, period: Period, ailing: Sequence[Ailing]) -> Report:
    """The report of a period; `ailing`: the sources that need a look (pipelines/health/ailing.py)."""
    asked = _Asked(connection, period)
    return Report(
        title=f"Laporan {period.name}",
        period=period,
        institution=str(setting("clip.institution")),
        figures=tuple(asked.figures()),
        daily=asked.daily(),
        sections=(
            asked.stories(),
            asked.outlets(),
            asked.speakers(),
            asked.voice(),
            asked.tone(),
            asked.coverage(),
            *key_messages(connection, period),
            asked.agreements(),
            asked.promises(),
            sources(ailing),
        ),
    )


class _Asked:
    """The questions of one report."""

    def __init__(self, connection: sqlite3.Connection, period: Period) -> None:
        self.connection, self.period = connection, period
        self.since, self.until = period.days
        self.values = {"since": self.since, "until": self.until, "top": TOP}
        self.within = f"dari={self.since}&sampai={self.until}"

    def rows(self, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql, self.values | values).fetchall()

    def totals(self, period: Period) -> tuple[int, int, int]:
        """(articles, press releases, sources that had any) of a period."""
        since, until = period.days
        found = self.rows(
            f"""SELECT coalesce(sum(articles), 0), coalesce(sum(articles) FILTER (WHERE kind = '{RELEASE}'), 0),
                       count(DISTINCT source_id) FILTER (WHERE articles > 0)
                FROM articles_by_day WHERE day BETWEEN :since AND :until""",
            since=since,
            until=until,
        )[0]
        return int(found[0]), int(found[1]), int(found[2])

    def daily(self) -> tuple[int, ...]:
        """The articles of each day."""
        counted = dict(
            self.rows("SELECT day, sum(articles) FROM articles_by_day WHERE day BETWEEN :since AND :until GROUP BY day")
        )
        return tuple(int(counted.get(each, 0)) for each in self.period.every_day)

    def figures(self) -> list[Figure]:
        """The totals, beside those of the period before."""
        now, then = self.totals(self.period), self.totals(self.period.before)
        taken, before = self.taken(self.period), self.taken(self.period.before)
        return [
            Figure("artikel", number(now[0]), change(now[0], then[0]), f"/cari?{self.within}", now[0]),
            Figure(
                "siaran pers", number(now[1]), change(now[1], then[1]), f"/cari?{self.within}&jenis={RELEASE}", now[1]
            ),
            Figure("sumber yang terbit", number(now[2]), change(now[2], then[2]), f"/sumber?{self.within}", now[2]),
            Figure(
                "siaran pers yang diliput",
                rate(*taken),
                f"sebelumnya {rate(*before)}",
                f"/liputan?{self.within}&diliput=ya",
                taken[0],
            ),
        ]

    def taken(self, period: Period) -> tuple[int, int]:
        """(press releases that an outlet took up, all of them) of a period."""
        since, until = period.days
        (taken,) = self.rows(
            "SELECT count(DISTINCT release_id) FROM coverage_league WHERE day BETWEEN :since AND :until",
            since=since,
            until=until,
        )[0]
        return int(taken), self.totals(period)[1]

    def stories(self) -> Section:
        """The stories with most articles of the period, each with its curve."""
        found = self.rows(
            """SELECT i.id, coalesce(i.named, i.title), count(*) AS n, count(DISTINCT m.source_id) AS outlets,
                      min(m.published_at)
               FROM (SELECT id FROM isu INDEXED BY isu_several
                     WHERE state = 'open' AND articles > 1 AND last_seen >= :begin AND last_seen < :horizon
                     ORDER BY articles DESC LIMIT :most) n
               CROSS JOIN isu i ON i.id = n.id JOIN isu_articles m ON m.isu_id = i.id
               WHERE m.published_at >= :begin AND m.published_at < :after
               GROUP BY i.id ORDER BY outlets DESC, n DESC, i.id LIMIT :top""",
            most=MOST_STORIES,
            begin=midnight(self.period.first),
            after=midnight(self.period.after.first),
            horizon=midnight(self.period.after.last),
        )
        lines = [
            Line(
                (title or "(tanpa judul)", number(n), number(outlets), day(first)),
                f"/isu/{isu}",
                self.curve(isu),
                {1: (n, f"/cari?{self.within}&isu={isu}")},
            )
            for isu, title, n, outlets, first in found
        ]
        note = "Artikel dan media dalam kurun ini; yang paling banyak medianya di atas."
        return Section("isu", "Isu utama", ("Isu", "Artikel", "Media", "Mulai"), tuple(lines), note)

    def curve(self, isu: int) -> tuple[int, ...]:
        counted = dict(
            self.rows(
                """SELECT date(published_at, '+7 hours'), count(*) FROM isu_articles
                   WHERE isu_id = :isu GROUP BY 1""",
                isu=isu,
            )
        )
        return tuple(int(counted.get(each, 0)) for each in self.period.every_day)

    def outlets(self) -> Section:
        """The sources with most articles."""
        found = self.rows(
            """SELECT d.source_id, coalesce(s.name, d.source_id), sum(d.articles) AS n,
                      sum(d.articles) FILTER (WHERE d.kind = 'press_release')
               FROM articles_by_day d LEFT JOIN sources s ON s.id = d.source_id
               WHERE d.day BETWEEN :since AND :until AND d.source_id <> ''
               GROUP BY d.source_id HAVING n > 0 ORDER BY n DESC, 2 LIMIT :top"""
        )
        lines = (
            Line(
                (name, number(n), number(releases or 0)),
                f"/sumber/{source}",
                lists={
                    1: (n, f"/cari?{self.within}&sumber={source}"),
                    2: (releases or 0, f"/cari?{self.within}&sumber={source}&jenis={RELEASE}"),
                },
            )
            for source, name, n, releases in found
        )
        return Section("sumber", "Sumber terbanyak", ("Sumber", "Artikel", "Siaran pers"), tuple(lines), bar=1)

    def speakers(self) -> Section:
        """Who is quoted most, and in how many outlets."""
        found = self.rows(
            """SELECT p.id, p.name, count(*) AS n, count(DISTINCT a.source_id) AS outlets
               FROM (SELECT id, source_id FROM articles INDEXED BY articles_date
                     WHERE published_date BETWEEN :since AND :until
                     ORDER BY published_date DESC LIMIT :most) a
               CROSS JOIN quotes q ON q.article_id = a.id JOIN people p ON p.id = q.person_id
               GROUP BY p.id ORDER BY outlets DESC, n DESC, p.name LIMIT :top""",
            most=MOST_READ,
        )
        lines = (
            Line((name, number(n), number(outlets)), f"/cari?{self.within}&dikutip={person}")
            for person, name, n, outlets in found
        )
        total = self.totals(self.period)[0]
        note = f"Dihitung dari {number(MOST_READ)} artikel terbaru." if total > MOST_READ else ""
        return Section("narasumber", "Narasumber", ("Nama", "Kutipan", "Media"), tuple(lines), note, bar=1)

    def voice(self) -> Section:
        """In how many articles each institution that the team names appears, and its share of all these."""
        before = self.period.before.days
        counted = []
        for name in named_institutions():
            ids = [
                row[0]
                for row in self.rows(
                    "SELECT entity_id FROM name_forms WHERE kind = 'organisation' AND key IN (:key, :plain)",
                    key=organisation_key(name),
                    plain=name_key(name),
                )
            ]
            then = self.appearances(ids, *before)
            counted.append((name, ids, self.appearances(ids, self.since, self.until), then))
        together = sum(n for _, _, n, _ in counted)
        lines = (
            Line(
                (name, number(n), share(n / together) if together else "-", change(n, then)),
                f"/lembaga/{ids[0]}" if ids else "",
                lists={1: (n, f"/cari?{self.within}&lembaga={ids[0]}")} if len(ids) == 1 else {},
            )
            for name, ids, n, then in sorted(counted, key=lambda found: -found[2])
        )
        empty = "Belum ada lembaga yang dibandingkan: sebut namanya di setelan report.institutions."
        return Section(
            "suara", "Pangsa suara", ("Lembaga", "Artikel", "Pangsa", "Perubahan"), tuple(lines), empty=empty, bar=1
        )

    def appearances(self, ids: Sequence[int], since: str, until: str) -> int:
        """The articles of some days that name any of the institutions."""
        return int(
            self.rows(
                """SELECT count(DISTINCT article_id) FROM appearances
                   WHERE label = 'ORG' AND entity_id IN (SELECT value FROM json_each(:ids))
                     AND day BETWEEN :since AND :until""",
                ids=json.dumps(list(ids)),
                since=since,
                until=until,
            )[0][0]
        )

    def tone(self) -> Section:
        """What people said of each target, and of how many of its articles nobody has said anything."""
        found = self.rows(
            f"""SELECT t.name, {", ".join(f"sum(coalesce(t.body, t.title) = '{tone}')" for tone in TONES)},
                       count(*) AS n, t.target
                FROM tones t JOIN articles a INDEXED BY articles_card ON a.id = t.article_id
                WHERE a.published_date BETWEEN :since AND :until GROUP BY t.target ORDER BY n DESC, 1 LIMIT :top"""
        )
        lines = []
        for name, *counts, told, target in found:
            ids = [
                row[0]
                for row in self.rows(
                    "SELECT entity_id FROM name_forms WHERE kind = 'organisation' AND key = :key", key=target
                )
            ]
            everything = max(self.appearances(ids, self.since, self.until), told)
            unset = share((everything - told) / everything) if ids else "-"
            said = f"/nada?{urlencode({'rentang': 'semua', 's': self.within, 'sasaran': name})}"
            lists = {
                n: (count, f"{said}&{urlencode({'nada': tone})}#dinilai")
                for n, (tone, count) in enumerate(zip(TONES, counts, strict=True), 1)
            }
            lines.append(Line((name, *map(number, counts), unset), said, lists=lists))
        note = "Menurut tim, dari isi artikel atau judulnya. Yang belum dinilai tidak ditebak."
        return Section(
            "nada", "Nada", ("Terhadap", *TONES, "belum dinilai"), tuple(lines), note, "Belum ada yang dinilai."
        )

    def coverage(self) -> Section:
        """The releases that most outlets took up, and how soon."""
        found = self.rows(
            """SELECT l.release_id, r.title, coalesce(s.name, l.source_id), count(DISTINCT l.outlet) AS outlets,
                      min(l.lag_minutes), sum(l.label IN ('verbatim', 'edited'))
               FROM coverage_league l JOIN articles r ON r.id = l.release_id LEFT JOIN sources s ON s.id = l.source_id
               WHERE l.day BETWEEN :since AND :until GROUP BY l.release_id
               ORDER BY outlets DESC, l.release_id DESC LIMIT :top"""
        )
        lags = [
            row[0]
            for row in self.rows(
                """SELECT min(lag_minutes) FROM coverage_league WHERE day BETWEEN :since AND :until
                   AND lag_minutes >= 0 GROUP BY release_id"""
            )
        ]
        note = f"Berita pertama biasanya {lag(round(median(lags)))} sesudah siarannya (median)." if lags else ""
        lines = (
            Line(
                (title, source or "", number(outlets), number(whole), lag(first) if first is not None else "-"),
                f"/liputan/{release}",
                lists={2: (outlets, f"/liputan/{release}")},
            )
            for release, title, source, outlets, first, whole in found
        )
        columns = ("Siaran pers", "Dari", "Media", "Utuh atau disunting", "Berita pertama")
        return Section("liputan", "Siaran pers yang paling banyak diliput", columns, tuple(lines), note, bar=2)

    def agreements(self) -> Section:
        """The sure agreements of the period's articles, each once."""
        found = self.rows(
            f"""SELECT g.id, g.title, g.subject, g.status, g.date, a.title,
                       (SELECT json_group_array(party) FROM (SELECT party FROM agreement_parties
                        WHERE agreement_id = g.id ORDER BY position)), l.ends
                FROM (SELECT id FROM articles INDEXED BY articles_date WHERE published_date BETWEEN :since AND :until
                      ORDER BY published_date DESC LIMIT :most) n
                CROSS JOIN agreements g ON g.article_id = n.id JOIN articles a ON a.id = g.article_id
                LEFT JOIN agreement_lives l ON l.life = g.life
                WHERE g.same_as IS NULL AND {SURE} ORDER BY a.published_at DESC, g.id LIMIT :top""",
            most=MOST_READ,
        )
        lines = (
            Line(
                (heading(name, json.loads(parties), subject, title), status, partial_date(told), day(ends)),
                f"/perjanjian/{agreement}",
            )
            for agreement, name, subject, status, told, title, parties, ends in found
        )
        return Section("perjanjian", "Perjanjian", ("Perjanjian", "Keadaan", "Tanggal", "Berakhir"), tuple(lines))

    def promises(self) -> Section:
        """What is due in the period behind this one."""
        after = self.period.after
        found = self.rows(
            """SELECT id, who, text, due, amount FROM promises
               WHERE same_as IS NULL AND state = '' AND last BETWEEN :first AND :final ORDER BY last, id LIMIT :top""",
            first=after.days[0],
            final=after.days[1],
        )
        lines = (
            Line((who, text, amount or "", partial_date(due)), f"/janji/{promise}")
            for promise, who, text, due, amount in found
        )
        title = f"Janji dan target yang jatuh tempo sesudahnya ({after.name})"
        return Section("janji", title, ("Siapa", "Kalimat", "Angka", "Tenggat"), tuple(lines))


def sources(found: Sequence[Ailing]) -> Section:
    """The sources that need a look."""
    lines = (Line((each.name, each.state, day(each.last_article)), f"/sumber/{each.id}") for each in found)
    return Section("bermasalah", "Sumber yang bermasalah", ("Sumber", "Keadaan", "Artikel terakhir"), tuple(lines))


def named_institutions() -> list[str]:
    """The institutions of the setting report.institutions, in its order, each once."""
    names = (" ".join(name.split()) for name in str(setting("report.institutions") or "").split(";"))
    return list(dict.fromkeys(name for name in names if name))


def change(now: int, then: int) -> str:
    """ "+12 % dari 480" beside a number; what was none before has no percentage."""
    if not then:
        return "sebelumnya 0"
    return f"{(now - then) / then:+.0%} dari {number(then)}".replace("%", " %")


def rate(part: int, whole: int) -> str:
    """ "12 dari 40 (30%)"."""
    return f"{number(part)} dari {number(whole)} ({share(part / whole)})" if whole else "tidak ada"
