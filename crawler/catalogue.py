"""The catalogue: which sources there are and how to find their articles. A source is a declaration in TOML."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import regex

from crawler.discovery_entry import METHODS, Discovery, css_selector, read_discovery
from crawler.errors import CatalogueError
from crawler.limits import LONGEST

__all__ = ["METHODS", "Discovery", "Source", "Written", "as_source", "choose", "load_catalogue", "read_entries"]

BUNDLED = Path(__file__).with_name("sources")
KINDS = ("kementerian", "lembaga", "pemda", "bumn", "media")
# active: crawled. unproven: nobody has seen that it can be read; crawled when asked for. paused: not worth asking now,
# as its note says. needs-browser: its pages hold nothing without one. refuses: it turns away who says what he is.
STATUSES = ("active", "unproven", "paused", "needs-browser", "refuses")
EVIDENCE = ("feed", "sitemap", "listing", "api", "none")
TOKEN = re.compile(r"[A-Za-z0-9-]{1,60}")
PRINTABLE = re.compile(r"[ -~]{1,300}")
# Who asks, to whom, and what the crawl itself keeps book of.
OUR_HEADERS = ("user-agent", "from", "host", "cookie", "authorization", "if-none-match", "if-modified-since")
CHECKED = re.compile(r"20\d\d-(?:0[1-9]|1[0-2])")
DEFAULT_DELAY = 2.0  # seconds; what a patient reader would need between two pages
LONGEST_COMPLAINT, ID_SHOWN = 600, 80  # characters of what is said of a key, and of an id or a key's name
ID = re.compile(r"[a-z0-9][a-z0-9_-]*")

_KEYS = frozenset(
    "id name kind homepage discover article_url press_releases delay hot user_agent headers status checked evidence "
    "note extract".split(),
)
_EXTRACT_KEYS = {"title", "body", "date", "author", "remove"}


@dataclass(frozen=True, slots=True)
class Source:
    """One entry of the catalogue.

    delay     seconds, the least time between two requests to its host
    hot       whether it is polled every two minutes beside the ordinary runs (crawler/spiders/source.py)
    user_agent  what stands before our own name in the user agent, for sites that ask for a browser's form
    headers   more headers of every request; those that say who asks are not among them
    evidence  by which way somebody has seen its articles found: EVIDENCE, None where the entry does not say
    checked   the month in which that was, "2026-07"
    """

    id: str
    name: str
    kind: str
    homepage: str
    discover: tuple[Discovery, ...]
    article_url: str | None = None
    press_releases: bool = False
    delay: float = DEFAULT_DELAY
    hot: bool = False
    user_agent: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    status: str = "active"
    checked: str | None = None
    evidence: str | None = None
    note: str | None = None
    extract: Mapping[str, str] = field(default_factory=dict)

    @property
    def hosts(self) -> frozenset[str]:
        """Hosts (with their ports) that the catalogue itself names for this source, lower case."""
        urls = [self.homepage, *(discovery.url for discovery in self.discover)]
        return frozenset(urlsplit(url).netloc.lower() for url in urls)


class Written(NamedTuple):
    """An entry as it stands in a file: the file, which of its entries it is (from 1), and what TOML makes of it."""

    file: Path
    number: int
    data: Any


def load_catalogue(path: Path | None = None) -> list[Source]:
    """The sources of a TOML file, or of every *.toml in a folder; None is the bundled catalogue.

    A team's own sources are not among them: crawler/own_sources.py lays those over it.
    Raises CatalogueError naming file, entry and key for anything missing, unknown or wrong.
    """
    path = path or BUNDLED
    sources = [as_source(entry) for entry in read_entries(path)]
    seen: set[str] = set()
    for source in sources:
        if source.id in seen:
            raise CatalogueError(f"{path}: entry {source.id!r}: key 'id' occurs twice; every source needs its own")
        seen.add(source.id)
    return sources


def read_entries(path: Path) -> list[Written]:
    """The entries of a TOML file, or of every *.toml in a folder, as they are written. Raises CatalogueError."""
    if path.is_dir():
        files = sorted(path.glob("*.toml"))
        if not files:
            raise CatalogueError(f"{path}: holds no *.toml file; give a catalogue file or a folder of them")
    elif path.is_file():
        files = [path]
    else:
        raise CatalogueError(f"{path}: no such catalogue; give --catalogue a TOML file or a folder of them")
    return [entry for file in files for entry in _load_file(file)]


def as_source(entry: Written) -> Source:
    """The source that an entry stands for. Raises CatalogueError naming file, entry and key."""
    return _Entry(entry.file, entry.number, entry.data).source()


def choose(
    sources: Iterable[Source],
    ids: Iterable[str],
    *,
    unproven: bool = False,
    proven: Container[str] = (),
    browser: bool = False,
) -> list[Source]:
    """The sources with these ids, unless they refuse; without ids, the active ones, and of the unproven all or some.

    unproven  all of them
    proven    those with these ids, which a team has seen to give articles
    browser   also those whose pages need a browser

    Raises CatalogueError for an id that the catalogue does not have, and for a source that refuses crawlers.
    """
    everything = list(sources)
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return [
            source
            for source in everything
            if source.status == "active"
            or (source.status == "unproven" and (unproven or source.id in proven))
            or (source.status == "needs-browser" and browser)
        ]
    by_id = {source.id: source for source in everything}
    for source_id in wanted:
        if source_id not in by_id:
            raise CatalogueError(f"--source {source_id}: not in the catalogue; `pantau sources list` shows the ids")
        if by_id[source_id].status == "refuses":
            raise CatalogueError(
                f"--source {source_id}: refuses crawlers and is left alone; if its owners have allowed yours, "
                'say status = "active" in your own sources (docs/panduan/izin.md)'
            )
    return [by_id[source_id] for source_id in wanted]


def _load_file(file: Path) -> list[Written]:
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise CatalogueError(f"{file}: is not UTF-8 text ({error.reason} at byte {error.start})") from error
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits, a list in a list and so on
        raise CatalogueError(f"{file}: is not TOML: {error}; mend that line") from error
    except OSError as error:
        raise CatalogueError(f"{file}: cannot be read ({error.strerror})") from error
    entries = data.get("source")
    unknown = sorted(set(data) - {"source"})
    if unknown or not isinstance(entries, list):
        what = f"unknown key {unknown[0]!r}" if unknown else "no [[source]] entry"
        raise CatalogueError(f"{file}: {what}; a catalogue is a list of [[source]] entries")
    return [Written(file, number, entry) for number, entry in enumerate(entries, 1)]


class _Entry:
    """Checks one entry; every complaint names file, entry and key."""

    def __init__(self, file: Path, number: int, data: Any) -> None:
        self.file = file
        self.data: dict[str, Any] = data if isinstance(data, dict) else {}
        self.name = repr(self.data.get("id") or number)
        if not isinstance(data, dict):
            raise self.error("source", "is not a table")

    def error(self, key: str, why: str) -> CatalogueError:
        why = " ".join(why.split())
        why = why if len(why) <= LONGEST_COMPLAINT else f"{why[:LONGEST_COMPLAINT]} ..."
        return CatalogueError(f"{self.file}: entry {self.name[:ID_SHOWN]}: key {key[:ID_SHOWN]!r} {why}")

    def source(self) -> Source:
        for key in self.data:
            if key not in _KEYS:
                raise self.error(key, f"is unknown; known keys are {', '.join(sorted(_KEYS))}")
        source_id = self.text("id")
        if not ID.fullmatch(source_id):
            raise self.error("id", f"is {source_id!r}; use lower-case letters, digits, - and _")
        return Source(
            id=source_id,
            name=self.text("name"),
            kind=self.one_of("kind", KINDS),
            homepage=self.url("homepage", self.text("homepage")),
            discover=self.discoveries(),
            article_url=self.pattern(),
            press_releases=self.flag("press_releases"),
            delay=self.delay(),
            hot=self.flag("hot"),
            user_agent=self.header("user_agent", self.text("user_agent")) if "user_agent" in self.data else None,
            headers=self.headers(),
            status=self.one_of("status", STATUSES) if "status" in self.data else "active",
            checked=self.month(),
            evidence=self.one_of("evidence", EVIDENCE) if "evidence" in self.data else None,
            note=self.text("note") if "note" in self.data else None,
            extract=self.selectors(),
        )

    def text(self, key: str) -> str:
        if key not in self.data:
            raise self.error(key, "is missing")
        value = self.data[key]
        if not isinstance(value, str) or not value.strip():
            raise self.error(key, f"is {value!r}; a text is wanted")
        return value

    def one_of(self, key: str, values: tuple[str, ...]) -> str:
        value = self.text(key)
        if value not in values:
            raise self.error(key, f"is {value!r}; one of {', '.join(values)} is wanted")
        return value

    def flag(self, key: str) -> bool:
        value = self.data.get(key, False)
        if not isinstance(value, bool):
            raise self.error(key, f"is {value!r}; true or false is wanted")
        return value

    def url(self, key: str, value: str) -> str:
        try:
            parts = urlsplit(value)
            valid = (
                parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
            )
        except ValueError:
            valid = False
        if not valid or re.search(r"[\s\x00-\x1f\x7f]", value) or len(value) > LONGEST["address"]:
            raise self.error(key, f"is {value!r}; a http or https address is wanted")
        return value

    def month(self) -> str | None:
        if "checked" not in self.data:
            return None
        value = self.text("checked")
        if not CHECKED.fullmatch(value):
            raise self.error("checked", f"is {value!r}; a month like 2026-07 is wanted")
        return value

    def pattern(self) -> str | None:
        if "article_url" not in self.data:
            return None
        value = self.text("article_url")
        try:
            re.compile(value)
            regex.compile(value)  # what reads it in a crawl (crawler/patterns.py), and takes less
        except (re.error, regex.error, RecursionError, OverflowError, ValueError) as error:
            raise self.error("article_url", f"is no regular expression: {error}") from error
        return value

    def headers(self) -> dict[str, str]:
        value = self.data.get("headers", {})
        if not isinstance(value, dict):
            raise self.error("headers", "is not a table of headers")
        for name, said in value.items():
            if not TOKEN.fullmatch(name) or name.lower() in OUR_HEADERS:
                raise self.error(f"headers.{name}", f"is none to set; not among them are {', '.join(OUR_HEADERS)}")
            self.header(f"headers.{name}", said)
        return dict(value)

    def header(self, key: str, value: Any) -> str:
        if not isinstance(value, str) or not PRINTABLE.fullmatch(value):
            raise self.error(key, f"is {value!r}; a line of at most 300 plain characters is wanted")
        return value

    def delay(self) -> float:
        value = self.data.get("delay", DEFAULT_DELAY)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 3600:
            raise self.error("delay", f"is {value!r}; seconds between 0 and 3600 are wanted")
        return float(value)

    def selectors(self) -> dict[str, str]:
        value = self.data.get("extract", {})
        if not isinstance(value, dict):
            raise self.error("extract", "is not a table of CSS selectors")
        for key, selector in value.items():
            if key not in _EXTRACT_KEYS:
                raise self.error(f"extract.{key}", f"is unknown; known keys are {', '.join(sorted(_EXTRACT_KEYS))}")
            css_selector(selector, partial(self.error, f"extract.{key}"))
        return dict(value)

    def discoveries(self) -> tuple[Discovery, ...]:
        value = self.data.get("discover")
        if not isinstance(value, list) or not value:
            raise self.error("discover", "is missing or empty; give at least one { method, url }")
        return tuple(self.discovery(f"discover[{number}]", item) for number, item in enumerate(value))

    def discovery(self, key: str, item: Any) -> Discovery:
        return read_discovery(
            item,
            lambda name, why: self.error(f"{key}{name}", why),
            lambda name, value: self.url(f"{key}{name}", value),
        )
