"""The sample newsroom's articles: Markdown-like files with TOML front matter, checked when they are loaded."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from crawler.demo.sites import BY_ID

FOLDER = Path(__file__).with_name("articles")
COVERAGE = ("verbatim", "edited", "partial", "mention")
KEYS = frozenset(
    "title published published_hours_ago author tags language release coverage dateline officials cities agreements "
    "edition corrected_at copy_of replace lead".split()
)


class ArticleError(ValueError):
    """An article file that is wrong; names the file and what to do."""


@dataclass(frozen=True, slots=True)
class Article:
    """One article of one site, in one edition. `published` and `corrected_at` carry their zone."""

    site: str
    slug: str
    number: int
    title: str
    text: str
    published: datetime
    hours_ago: int | None = None
    author: str | None = None
    tags: tuple[str, ...] = ()
    language: str = "id"
    release: str | None = None
    coverage: str | None = None
    dateline: str | None = None
    officials: tuple[dict[str, str], ...] = ()
    cities: tuple[str, ...] = ()
    agreements: tuple[dict[str, Any], ...] = ()
    edition: int = 1
    corrected_at: datetime | None = None

    @property
    def path(self) -> str:
        """The article's address on its site."""
        when = self.published
        return BY_ID[self.site].path.format(
            slug=self.slug, number=self.number, year=when.year, month=f"{when.month:02}", day=f"{when.day:02}"
        )

    @property
    def modified(self) -> datetime:
        """When it was last changed."""
        return self.corrected_at or self.published

    def paragraphs(self) -> list[str]:
        """The text's paragraphs, site furniture markers ([[iklan]], [[baca-juga: ...]], [[foto: ...]]) included."""
        return [" ".join(part.split()) for part in re.split(r"\n\s*\n", self.text.strip()) if part.strip()]


def load_articles(edition: int, folder: Path = FOLDER, now: datetime | None = None) -> list[Article]:
    """All articles that exist in an edition (1 or 2), newest first; "3 jam yang lalu" counts back from `now`.

    In edition 2 a file `<slug>.edisi2.md` replaces `<slug>.md`. Raises ArticleError for a file that is wrong.
    """
    raw: dict[tuple[str, str], tuple[Path, dict[str, Any], str]] = {}
    for path in sorted(folder.glob("*/*.md"), key=_base_first):
        slug, second = path.name.removesuffix(".md"), path.name.endswith(".edisi2.md")
        if second and edition < 2:
            continue
        raw[path.parent.name, slug.removesuffix(".edisi2")] = (path, *_read(path))
    articles = []
    for number, ((site, slug), (path, facts, text)) in enumerate(sorted(raw.items()), 1):
        if facts.get("edition", 1) > edition:
            continue
        corrected = path.name.endswith(".edisi2.md")
        body = _body(path, facts, text, folder)
        articles.append(_article(path, site, slug, 10_000 + number * 7, facts, body, corrected, now))
    _check(articles)
    return sorted(articles, key=lambda a: a.published, reverse=True)


def _base_first(path: Path) -> tuple[bool, Path]:
    return path.name.endswith(".edisi2.md"), path


def _read(path: Path) -> tuple[dict[str, Any], str]:
    match = re.match(r"\+\+\+\n(.*?)\n\+\+\+\n(.*)", path.read_text(encoding="utf-8"), re.DOTALL)
    if match is None:
        raise ArticleError(f"{path}: begins with no +++ front matter +++")
    try:
        facts = tomllib.loads(match[1])
    except tomllib.TOMLDecodeError as error:
        raise ArticleError(f"{path}: front matter is not TOML: {error}") from error
    unknown = sorted(set(facts) - KEYS)
    if unknown:
        raise ArticleError(f"{path}: unknown key {unknown[0]!r}")
    return facts, match[2].strip()


def _body(path: Path, facts: dict[str, Any], text: str, folder: Path) -> str:
    """The text; of a near-verbatim copy (`copy_of`): the other's first edition with its replacements, then its own."""
    if "copy_of" not in facts:
        return text
    original = folder / f"{facts['copy_of']}.md"
    if not original.is_file():
        raise ArticleError(f"{path}: copy_of {facts['copy_of']!r} is no article")
    copied = _read(original)[1]
    for old, new in facts.get("replace", ()):
        if old not in copied:
            raise ArticleError(f"{path}: {facts['copy_of']} does not hold {old!r}")
        copied = copied.replace(old, new)
    return f"{copied}\n\n{text}".strip()


def _article(
    path: Path,
    site: str,
    slug: str,
    number: int,
    facts: dict[str, Any],
    text: str,
    corrected: bool,
    now: datetime | None,
) -> Article:
    if site not in BY_ID:
        raise ArticleError(f"{path}: {site!r} is no site of the newsroom")
    hours = facts.get("published_hours_ago")
    published = facts.get("published")
    if hours is not None:
        published = (now or datetime.now(UTC)).replace(minute=0, second=0, microsecond=0) - timedelta(hours=hours)
    if not isinstance(published, datetime) or published.tzinfo is None:
        raise ArticleError(f"{path}: published is missing or has no zone")
    if not facts.get("title") or len(text.split()) < 20:
        raise ArticleError(f"{path}: has no title or hardly any text")
    return Article(
        site, slug, number, facts["title"], text, published, hours, facts.get("author"), tuple(facts.get("tags", ())),
        facts.get("language", "id"), facts.get("release"), facts.get("coverage"), facts.get("dateline"),
        tuple(facts.get("officials", ())), tuple(facts.get("cities", ())), tuple(facts.get("agreements", ())),
        facts.get("edition", 1), facts.get("corrected_at") if corrected else None,
    )  # fmt: skip


def _check(articles: list[Article]) -> None:
    known = {f"{a.site}/{a.slug}" for a in articles}
    for article in articles:
        name = f"{article.site}/{article.slug}"
        if article.release and article.release not in known:
            raise ArticleError(f"{name}: release {article.release!r} is no article")
        if article.coverage and article.coverage not in COVERAGE:
            raise ArticleError(f"{name}: coverage is none of {', '.join(COVERAGE)}")
        for slug in re.findall(r"\[\[baca-juga:\s*([^\]]+?)\s*\]\]", article.text):
            if f"{article.site}/{slug}" not in known:
                raise ArticleError(f"{name}: baca-juga {slug!r} is no article of the site")
        for official in article.officials:
            if official["name"] not in article.text:
                raise ArticleError(f"{name}: the official {official['name']!r} is not in the text")
