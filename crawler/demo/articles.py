"""The sample newsroom's articles: Markdown-like files with TOML front matter, checked when they are loaded."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from crawler.demo.moved import moved_iso, moved_text, weeks_to
from crawler.demo.sites import BY_ID

FOLDER = Path(__file__).with_name("articles")
COVERAGE = ("verbatim", "edited", "partial", "mention")
LANGUAGES = ("id", "en", "ms")
AGREEMENT_TYPES = ("MoU", "PKS", "LoI", "perjanjian", "kesepakatan", "lainnya")
CITY_CODE = re.compile(r"\d\d(\.\d\d)?")  # Kemendagri: province, or kabupaten/kota
MARKER = re.compile(r"\[\[(?P<kind>baca-juga|foto|iklan)(?::\s*(?P<value>[^\]]*))?\]\]")
SECOND = ".edisi2"
GIVEN = frozenset("author language release coverage via dateline edition".split())  # taken as the file has them
KEYS = GIVEN | frozenset(
    "title published published_hours_ago tags officials cities agreements corrected_at copy_of replace".split()
)


class ArticleError(ValueError):
    """An article file that is wrong; names the file and what to do."""


@dataclass(frozen=True, slots=True)
class SampleArticle:
    """One article of one site, in one edition. `published` and `corrected_at` carry their zone.

    release, coverage  the press release that it takes up ("site/slug"), and how: COVERAGE, as
                       pipelines/coverage/labels.py says in words
    via                the other medium's article that it copies rather than the release
    """

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
    via: str | None = None
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


def load_articles(
    edition: int, folder: Path = FOLDER, now: datetime | None = None, day: date | None = None
) -> list[SampleArticle]:
    """All articles that exist in an edition (1 or 2), newest first; "3 jam yang lalu" counts back from `now`.

    `day`: the newsroom stands on this day, and every date of an article moves with it; None: as it is written.
    In edition 2 a file `<slug>.edisi2.md` replaces `<slug>.md`. Raises ArticleError for a file that is wrong.
    """
    raw: dict[tuple[str, str], tuple[Path, dict[str, Any], str]] = {}
    for path in sorted(folder.glob("*/*.md"), key=_base_first):
        slug = path.stem.removesuffix(SECOND)
        if path.stem.endswith(SECOND):
            if (path.parent.name, slug) not in raw:
                raise ArticleError(f"{path}: corrects {slug}.md, which is not there")
            if edition < 2:
                continue
        raw[path.parent.name, slug] = (path, *_read(path))
    articles = []
    for number, ((site, slug), (path, facts, text)) in enumerate(sorted(raw.items()), 1):
        if facts.get("edition", 1) > edition:
            continue
        corrected = path.stem.endswith(SECOND)
        body = _body(path, facts, text, folder)
        articles.append(_article(path, site, slug, 10_000 + number * 7, facts, body, corrected, now))
    _check(articles)
    by = weeks_to(day) if day else timedelta()
    articles = [_moved(article, by) for article in articles] if by else articles
    return sorted(articles, key=lambda a: a.published, reverse=True)


def _moved(article: SampleArticle, by: timedelta) -> SampleArticle:
    """The article on another day; one that counts its hours from now was published today in any case."""
    then = article.published.date()
    return replace(
        article,
        title=moved_text(article.title, by, then),
        text=moved_text(article.text, by, then),
        published=article.published if article.hours_ago is not None else article.published + by,
        corrected_at=article.corrected_at and article.corrected_at + by,
        agreements=tuple(
            {**fact, "date": moved_iso(str(fact["date"]), by)} if "date" in fact else fact
            for fact in article.agreements
        ),
    )


def known_copies(folder: Path = FOLDER) -> dict[str, str]:
    """The articles that are near-verbatim copies of another by design: "site/slug" -> "site/slug" of what they copy."""
    files = ((path, _read(path)[0]) for path in sorted(folder.glob("*/*.md")))
    return {f"{path.parent.name}/{path.stem}": facts["copy_of"] for path, facts in files if "copy_of" in facts}


def _base_first(path: Path) -> tuple[bool, Path]:
    return path.stem.endswith(SECOND), path


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
) -> SampleArticle:
    if site not in BY_ID:
        raise ArticleError(f"{path}: {site!r} is no site of the newsroom")
    hours = facts.get("published_hours_ago")
    published = facts.get("published")
    if hours is not None and published is not None:
        raise ArticleError(f"{path}: has both published and published_hours_ago")
    if hours is not None:
        published = (now or datetime.now(UTC)).replace(minute=0, second=0, microsecond=0) - timedelta(hours=hours)
    if not isinstance(published, datetime) or published.tzinfo is None:
        raise ArticleError(f"{path}: published is missing or has no zone")
    if not facts.get("title") or len(text.split()) < 20:
        raise ArticleError(f"{path}: has no title or hardly any text")
    if corrected and not _later(facts.get("corrected_at"), published):
        raise ArticleError(f"{path}: corrected_at is missing, has no zone or is not after published")
    lists = ("tags", "officials", "cities", "agreements")
    given = {key: facts[key] for key in facts if key in GIVEN} | {key: tuple(facts.get(key, ())) for key in lists}
    corrected_at = facts.get("corrected_at") if corrected else None
    return SampleArticle(site, slug, number, facts["title"], text, published, hours, corrected_at=corrected_at, **given)


def _later(when: object, than: datetime) -> bool:
    return isinstance(when, datetime) and when.tzinfo is not None and when > than


def _check(articles: list[SampleArticle]) -> None:
    known = {f"{a.site}/{a.slug}" for a in articles}
    for article in articles:
        for fault in (*_coverage_faults(article, known), *_fact_faults(article), *_marker_faults(article, known)):
            raise ArticleError(f"{article.site}/{article.slug}: {fault}")


def _coverage_faults(article: SampleArticle, known: set[str]) -> Iterator[str]:
    if (article.release is None) != (article.coverage is None):
        yield "release and coverage go together"
    if article.release is None or article.coverage is None:
        return
    if BY_ID[article.site].press_releases:
        yield "only a medium covers a release"
    if article.release not in known:
        yield f"release {article.release!r} is no article"
    elif not BY_ID[article.release.split("/")[0]].press_releases:
        yield f"release {article.release!r} is no press release"
    if article.via is not None and article.via not in known:
        yield f"via {article.via!r} is no article"
    if article.coverage not in COVERAGE:
        yield f"coverage is none of {', '.join(COVERAGE)}"


def _fact_faults(article: SampleArticle) -> Iterator[str]:
    if article.hours_ago is not None and "{year}" in BY_ID[article.site].path:
        yield "published_hours_ago on a site with dates in its addresses would move the article every day"
    if article.language not in LANGUAGES:
        yield f"language is none of {', '.join(LANGUAGES)}"
    for official in article.officials:
        if not official.get("name") or set(official) - {"name", "title", "organisation"}:
            yield f"an official has name, title and organisation, not {official}"
        elif official["name"] not in article.text:
            yield f"the official {official['name']!r} is not in the text"
    for code in article.cities:
        if not CITY_CODE.fullmatch(code):
            yield f"{code!r} is no Kemendagri code of a province, kabupaten or kota"
    for agreement in article.agreements:
        if agreement.get("type") not in AGREEMENT_TYPES:
            yield f"an agreement's type is none of {', '.join(AGREEMENT_TYPES)}"


def _marker_faults(article: SampleArticle, known: set[str]) -> Iterator[str]:
    for paragraph in article.paragraphs():
        marker = MARKER.fullmatch(paragraph)
        if "[[" in paragraph and marker is None:
            yield f"{paragraph[:60]!r} is no marker on a paragraph of its own"
        elif (
            marker
            and marker["kind"] == "baca-juga"
            and f"{article.site}/{(marker['value'] or '').strip()}" not in known
        ):
            yield f"baca-juga {marker['value']!r} is no article of the site"
