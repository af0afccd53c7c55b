"""Who is who across articles: when two names are one person or body, and when one name is two people.

The rules are cautious. Articles that give one name mean one person, unless they give posts that nobody holds at once.
Two forms of a name are one person only where post and institution agree. An acronym stands for a body only while a
single body bears it. What is still wrong, people put right in the corrections file, which always wins.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from pipelines.language.words import word_key
from pipelines.store.counts import recount

PERSON, ORGANISATION = "person", "organisation"
TABLE_OF = {PERSON: "people", ORGANISATION: "organisations"}
LOCAL_GOVERNMENTS = {"pemkab": "kabupaten", "pemkot": "kota", "pemprov": "provinsi"}  # short name -> kind of region
LONGEST_PROVINCE = 3  # words of a province's name or short name
IN_BRACKETS = re.compile(r"\s*\([^()]*\)")  # "Pemerintah Provinsi (Pemprov) DKI Jakarta"
COUNTRY_SUFFIX = re.compile(r" (?:ri|republik indonesia)\Z")
# Posts that one person holds at a time in each region. Who holds one in one region holds none in another.
LOCAL_SEAT = re.compile(
    r"(?:Plt\.?|Pj\.?|Pjs\.?)?\s*(?:Wakil\s+)?(?:Gubernur|Bupati|Wali ?[Kk]ota|Camat|Lurah|Kepala Desa|Kades"
    r"|Kapol(?:da|res|resta|restabes|sek)|Dandim|Danrem|Danramil|Kajari|Kajati|Sekda|Sekretaris Daerah|Kepala Dinas"
    r"|Kadis\w*|Kasat\w*|Ketua DPRD|Ketua RT|Ketua RW)\b"
)
NATIONAL_SEAT = re.compile(
    r"(?:Presiden|Wakil Presiden|Wapres|Menteri|Menko|Mendag|Menkeu|Menlu|Mendagri|Wakil Menteri|Wamen"
    r"|Ketua DPR\b(?! ?D)|Ketua MPR|Kapolri|Panglima TNI|Jaksa Agung|Gubernur Bank Indonesia|Direktur Jenderal|Dirjen)"
)
TELLING_TITLE = 3  # words of a title that tells a post without its institution
SHARED_WORDS = 2  # of two names, where one post lacks its institution
MOST_HOLDERS = 200  # people of one title that are looked at
CONCURRENT_DAYS = 180  # a post counts as held so long before its first and after its last article


@dataclass(frozen=True, slots=True)
class Post:
    """A post as one article gives it: title and institution, the article's day (WIB, ISO 8601), whether it is past."""

    title: str | None = None
    organisation: str | None = None
    day: str | None = None
    former: bool = False

    @property
    def words(self) -> set[str]:
        """The words of title and institution, case folded."""
        return set(name_key(f"{self.title or ''} {self.organisation or ''}").split())


@lru_cache(maxsize=10_000)  # one article asks for its names several times, and many articles have the same names
def name_key(name: str) -> str:
    """The form in which two spellings of a name are the same: its words, case folded."""
    return word_key(name)


def organisation_key(name: str) -> str:
    """The same for a body's name: without "RI" and what stands in brackets, usual short names spelt out.

    These are those of ministries, local governments and provinces.
    """
    from nlp.gazetteers import institutions

    key = COUNTRY_SUFFIX.sub("", name_key(IN_BRACKETS.sub(" ", name)) or name_key(name))
    return institutions().get(key) or _local_government(key) or of_province(key) or key


def _local_government(key: str) -> str | None:
    """The key of "Pemprov Jateng" as that of "Pemerintah Provinsi Jawa Tengah"; None for any other body."""
    from nlp.gazetteers import regions

    first, _, rest = key.partition(" ")
    kind, name = LOCAL_GOVERNMENTS.get(first, ""), rest
    if first == "pemerintah":
        kind, _, name = rest.partition(" ")
    found = regions().find(kind, name) if kind in LOCAL_GOVERNMENTS.values() and name else []
    return f"pemerintah {kind} {name_key(found[0].name)}" if len(found) == 1 else None


def of_province(key: str) -> str | None:
    """The key of "DPRD Jabar" and "DPRD Provinsi Jawa Barat" as that of "DPRD Jawa Barat"; None for any other body.

    A city of the province's name (Bengkulu, Gorontalo) keeps the two apart: there "Provinsi" stays.
    """
    from nlp.gazetteers import regions

    words = key.split()
    for length in range(min(LONGEST_PROVINCE, len(words) - 1), 0, -1):
        head, name = words[:-length], " ".join(words[-length:])
        found = regions().find("provinsi", name)
        if len(found) != 1:
            continue
        full, own = name_key(found[0].name), head[-1] == "provinsi"
        cities = [city for kind in ("kota", "kabupaten") for city in regions().find(kind, name)]
        if cities or name in full.split() or (full == name and not own):
            return None
        bare = head[:-1] if own else head
        return " ".join([*bare, full]) if bare else None
    return None


def find_person(connection: sqlite3.Connection, name: str, post: Post | None) -> int:
    """The person of that name, and of that post where the text gives one; a new row where nobody fits."""
    name, key = _corrected(connection, PERSON, name, post)
    known = by_form(connection, PERSON, key)
    if post is None:
        return _most_told(connection, known) if known else _insert(connection, PERSON, key, name)
    fitting = [person for person in known if not contradicts(connection, person, post)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        return max(fitting, key=lambda person: (_agreement(connection, person, post), -person))
    if known:  # only others of this name are known: this one is told apart by the post
        own = name_key(f"{name} {post.title or ''} {post.organisation or ''}")
        row = connection.execute("SELECT id FROM people WHERE key = ?", (own,)).fetchone()
        if row:
            return int(row[0])
        person = _insert(connection, PERSON, own, name)
        add_form(connection, PERSON, key, person)
        return person
    longer = _same_post_longer_or_shorter_name(connection, key, post)
    if longer is not None:
        if len(key.split()) > 1:
            add_form(connection, PERSON, key, longer)
        return longer
    return _insert(connection, PERSON, key, name)


def contradicts(connection: sqlite3.Connection, person: int, post: Post) -> bool:
    """Whether a person cannot hold `post`, since they held another seat elsewhere within CONCURRENT_DAYS.

    Posts are read from `roles`, where each has one row, so that a name of ten thousand articles costs what any other
    does.
    """
    if not post.title or not post.organisation or post.former or not LOCAL_SEAT.match(post.title):
        return False
    held = connection.execute(
        f"""SELECT DISTINCT title, organisation FROM roles
            WHERE person_id = :person AND title IS NOT NULL AND organisation IS NOT NULL AND status <> 'mantan'
              AND (:day IS NULL OR first_seen IS NULL
                   OR julianday(:day) BETWEEN julianday(first_seen) - {CONCURRENT_DAYS}
                                          AND julianday(last_seen) + {CONCURRENT_DAYS})""",
        {"person": person, "day": post.day},
    ).fetchall()
    here = set(name_key(post.organisation).split())
    seats = [
        (title, set(name_key(place).split()))
        for title, place in held
        if LOCAL_SEAT.match(title) or NATIONAL_SEAT.match(title)
    ]
    return bool(seats) and not any(here & place for _, place in seats)


def _agreement(connection: sqlite3.Connection, person: int, post: Post) -> int:
    """How many words a post shares with the person's posts so far."""
    roles = connection.execute("SELECT DISTINCT title, organisation FROM roles WHERE person_id = ?", (person,))
    return max((len(post.words & Post(*role).words) for role in roles), default=0)


def _same_post_longer_or_shorter_name(connection: sqlite3.Connection, key: str, post: Post) -> int | None:
    """The only person with this very post whose name holds this one's words, or the other way round.

    Where one of the two posts is without institution, its title must say enough by itself ("Direktur Pelabuhan Rakyat",
    not "Direktur"), and both names must share two words.
    """
    if not post.title:
        return None
    telling = len(post.title.split()) >= TELLING_TITLE
    words = set(key.split())
    holders = connection.execute(
        f"""SELECT DISTINCT r.person_id, p.name, r.organisation IS :organisation FROM roles r
            JOIN people p ON p.id = r.person_id
            WHERE r.title = :title AND (r.organisation = :organisation
              OR (:telling AND (r.organisation IS NULL OR :organisation IS NULL))) LIMIT {MOST_HOLDERS}""",
        {"title": post.title, "organisation": post.organisation, "telling": telling},
    ).fetchall()
    found = set()
    for person, name, same_body in holders:
        theirs = set(name_key(name).split())
        sure = same_body and post.organisation is not None
        if not sure and len(words & theirs) < SHARED_WORDS:
            continue
        if words < theirs or (len(words) > 1 and theirs < words):
            found.add(int(person))
    return found.pop() if len(found) == 1 else None


def _most_told(connection: sqlite3.Connection, people: Iterable[int]) -> int:
    """Of several people the one whom most articles name."""
    marks = list(people)
    if len(marks) == 1:
        return marks[0]
    row = connection.execute(
        f"SELECT id FROM people WHERE id IN ({', '.join('?' * len(marks))}) ORDER BY articles DESC, id LIMIT 1", marks
    ).fetchone()
    return int(row[0])


def find_organisation(connection: sqlite3.Connection, name: str, *, acronyms: Mapping[str, str]) -> int:
    """The body of that name; a new row where none is known.

    `acronyms`: those that this article spells out, as the key of the acronym -> the full name.
    """
    full = acronyms.get(name_key(name), name)
    full, key = _corrected(connection, ORGANISATION, full, None)
    known = by_form(connection, ORGANISATION, key)
    organisation = known[0] if len(known) == 1 else None
    if organisation is None:
        row = connection.execute("SELECT id FROM organisations WHERE key = ?", (key,)).fetchone()
        organisation = int(row[0]) if row else _insert(connection, ORGANISATION, key, full)
    if of_province(name_key(full)) is not None:  # "DPRD Jabar" is looked for as it is written, too
        add_form(connection, ORGANISATION, name_key(full), organisation)
    if full != name:
        _learn_acronym(connection, name, organisation)
        add_aliases(connection, ORGANISATION, organisation, [name])
    return organisation


def _learn_acronym(connection: sqlite3.Connection, acronym: str, organisation: int) -> None:
    """Remember that an acronym stands for a body; what was stored under the acronym alone becomes that body's."""
    key = name_key(acronym)
    if key in _owners_keys(connection, organisation):
        return
    add_form(connection, ORGANISATION, key, organisation)
    row = connection.execute("SELECT id FROM organisations WHERE key = ?", (key,)).fetchone()
    owners = [owner for owner in by_form(connection, ORGANISATION, key) if row is None or owner != row[0]]
    if row is not None and owners == [organisation]:
        absorb(connection, ORGANISATION, int(row[0]), organisation)
    if owners == [organisation]:
        _spell_out(connection, acronym, organisation)


def _spell_out(connection: sqlite3.Connection, acronym: str, organisation: int) -> None:
    """Give the stored posts at an acronym the body's full name; each keeps its counts, or adds them to its like."""
    full = connection.execute("SELECT name FROM organisations WHERE id = ?", (organisation,)).fetchone()[0]
    posts = connection.execute(
        """SELECT id, person_id, title, status, first_seen, last_seen, articles FROM roles WHERE organisation = ?""",
        (acronym,),
    ).fetchall()
    for role, person, title, status, first, last, articles in posts if full != acronym else ():
        connection.execute(
            "UPDATE article_officials SET organisation = ? WHERE person_id = ? AND organisation = ?",
            (full, person, acronym),
        )
        like = connection.execute(
            """UPDATE roles SET articles = articles + :articles,
                 first_seen = min(coalesce(first_seen, :first), coalesce(:first, first_seen)),
                 last_seen = max(coalesce(last_seen, :last), coalesce(:last, last_seen))
               WHERE person_id = :person AND title IS :title AND organisation = :full AND status = :status""",
            {
                "person": person,
                "title": title,
                "full": full,
                "status": status,
                "articles": articles,
                "first": first,
                "last": last,
            },
        )
        if like.rowcount:
            connection.execute("DELETE FROM roles WHERE id = ?", (role,))
        else:
            connection.execute("UPDATE roles SET organisation = ? WHERE id = ?", (full, role))


def _owners_keys(connection: sqlite3.Connection, organisation: int) -> set[str]:
    rows = connection.execute(
        "SELECT key FROM name_forms WHERE kind = ? AND entity_id = ?", (ORGANISATION, organisation)
    )
    return {row[0] for row in rows}


def absorb(connection: sqlite3.Connection, kind: str, old: int, new: int) -> None:
    """Make everything of one body (`old`) another's (`new`), forget the old row, and count both afresh."""
    connection.execute("UPDATE mentions SET entity_id = ? WHERE label = 'ORG' AND entity_id = ?", (new, old))
    connection.execute("UPDATE agreement_parties SET organisation_id = ? WHERE organisation_id = ?", (new, old))
    connection.execute("DELETE FROM name_forms WHERE kind = ? AND entity_id = ?", (kind, old))
    connection.execute(f"DELETE FROM {TABLE_OF[kind]} WHERE id = ?", (old,))
    recount(connection, {TABLE_OF[kind]: {old, new}})


def _corrected(connection: sqlite3.Connection, kind: str, name: str, post: Post | None) -> tuple[str, str]:
    """(name, key) as the corrections file has them: entries that split a name by post come before all others."""
    make = organisation_key if kind == ORGANISATION else name_key
    key = make(name)
    rows = connection.execute("SELECT words, name FROM corrections WHERE kind = ? AND key = ?", (kind, key)).fetchall()
    for words, corrected in sorted(rows, key=lambda row: -len(row[0])):
        if not words or (post is not None and set(words.split()) <= post.words):
            return corrected, make(corrected)
    return name, key


def by_form(connection: sqlite3.Connection, kind: str, key: str) -> list[int]:
    """Everybody whom a form of a name may mean."""
    rows = connection.execute(
        "SELECT entity_id FROM name_forms WHERE kind = ? AND key = ? ORDER BY entity_id", (kind, key)
    )
    return [int(row[0]) for row in rows]


def _insert(connection: sqlite3.Connection, kind: str, key: str, name: str) -> int:
    cursor = connection.execute(f"INSERT INTO {TABLE_OF[kind]} (key, name) VALUES (?, ?)", (key, name))
    entity = int(cursor.lastrowid or 0)
    add_form(connection, kind, key, entity)
    return entity


def add_form(connection: sqlite3.Connection, kind: str, key: str, entity: int) -> None:
    """Remember that a form of a name means this person or body."""
    connection.execute("INSERT OR IGNORE INTO name_forms (kind, key, entity_id) VALUES (?, ?, ?)", (kind, key, entity))


def add_aliases(
    connection: sqlite3.Connection, kind: str, entity: int, forms: Iterable[str], column: str = "aliases"
) -> None:
    """Add forms of a name (or honorifics, with that `column`) to the list that the pages show."""
    new = list(forms)
    if not new:
        return
    table = TABLE_OF[kind]
    stored = json.loads(connection.execute(f"SELECT {column} FROM {table} WHERE id = ?", (entity,)).fetchone()[0])
    merged = stored + [form for form in dict.fromkeys(new) if form not in stored]
    if merged != stored:
        value = json.dumps(merged, ensure_ascii=False)
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE id = ?", (value, entity))
