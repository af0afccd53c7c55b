"""What reading a slice of the archive came to, as a Parquet file that any number of attempts write alike.

Every row carries a key of all that decided it: the page's place and hints, its source's rules and the code that reads.
So a file that a dead run left behind is used exactly as far as it says what would be read now.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import crawler
import nlp
import pipelines
from nlp.as_json import tags_from_json, tags_to_json
from pipelines.archive.location import Folder
from pipelines.queue.host_titles import Heads, HostNames, host_of
from pipelines.queue.waiting import ArchiveSlice, WaitingPage
from pipelines.read.results import Failure, PageResult, SourceRules
from pipelines.records import Article, TaggedArticle, TextFacts

FOLDER = "readings"  # in the archive's folder

TEXT = pyarrow.string()
COLUMNS = pyarrow.schema(
    {
        "key": TEXT,
        "url": TEXT,
        "digest": TEXT,
        "article": pyarrow.struct(
            {field.name: pyarrow.list_(TEXT) if field.name == "tags" else TEXT for field in fields(Article)}
        ),
        "tags": TEXT,  # JSON (nlp/as_json.py); null where the article has none
        "facts": pyarrow.struct({"stems": TEXT, "fingerprint": TEXT, "bands": pyarrow.list_(pyarrow.int64())}),
        "stage": TEXT,
        "error": TEXT,
        "final": pyarrow.bool_(),
        "passing": pyarrow.bool_(),
        "tried": TEXT,  # JSON
        "heads": pyarrow.struct({"title": TEXT, "heading": TEXT}),
    }
)


@cache
def reading_code() -> str:
    """A digest of all that decides a reading here: our code, rules and weights, Python, and every library's version.

    All of the three packages counts, wherever a module lies, so that no move of one can go unnoticed; a change that
    does not matter only costs what an interrupted run would have saved.
    """
    return code_digest([Path(package.__path__[0]) for package in (crawler, nlp, pipelines)], library_versions())


def library_versions() -> list[str]:
    """Python's version, and "name==version" of everything that pantau needs, and that these need in turn, sorted."""
    wanted, found = ["pantau"], {f"python=={sys.version_info.major}.{sys.version_info.minor}"}
    seen: set[str] = set()
    while wanted:
        name = canonicalize_name(wanted.pop())
        if name in seen:
            continue
        seen.add(name)
        try:
            package = metadata.distribution(name)
        except metadata.PackageNotFoundError:  # Pantau runs from a folder without having been installed
            continue
        found.add(f"{name}=={package.version}")
        requirements = map(Requirement, package.requires or ())
        wanted += [r.name for r in requirements if r.marker is None or r.marker.evaluate({"extra": ""})]
    return sorted(found)


def code_digest(folders: Sequence[Path], versions: Sequence[str]) -> str:
    """SHA-256 over the names and contents of every file in `folders` but compiled ones, and over `versions`."""
    digest = hashlib.sha256("\n".join(versions).encode())
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if file.is_file() and file.suffix != ".pyc":
                digest.update(f"{folder.name}/{file.relative_to(folder)}\0{file.stat().st_size}\0".encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()


def page_key(page: WaitingPage, rules: Mapping[str, SourceRules], code: str) -> str:
    """What decides the reading of a page, as one word."""
    rule = rules.get(page.source_id, SourceRules())
    fetched = [
        page.url,
        page.source_id,
        page.warc_file,
        page.warc_offset,
        page.fetched_at,
        page.content_type,
        page.final_url,
        page.origin,
    ]
    known = rule.known.get(host_of(page.url), HostNames())
    learnt = [sorted(known.names), sorted(known.common)]
    decides = [code, *fetched, page.hints, rule.press_releases, dict(rule.overrides or {}), learnt]
    return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()


def file_of(part: ArchiveSlice) -> str:
    """Where the results of a slice are, in the archive's folder."""
    return f"{FOLDER}/{part.file}-{part.number}.parquet"


def write_results(folder: Folder, name: str, keys: Sequence[str], results: Iterable[PageResult]) -> None:
    """Put the results of a slice down, whole or not at all. Raises OSError."""
    rows = [_row(key, result) for key, result in zip(keys, results, strict=True)]
    buffer = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows, schema=COLUMNS), buffer, compression="zstd")
    folder.write(name, buffer.getvalue())


def read_results(
    folder: Folder, name: str, pages: Sequence[WaitingPage], keys: Sequence[str]
) -> list[PageResult] | None:
    """The results of these pages, in order; None when the file is missing, torn, or not about all of them."""
    try:
        with folder.open(name) as file:
            found = {values["key"]: values for values in pyarrow.parquet.read_table(file).to_pylist()}
    except (OSError, pyarrow.ArrowException):
        return None
    if not found.keys() >= set(keys):
        return None
    return [_result(page, found[key]) for page, key in zip(pages, keys, strict=True)]


def _row(key: str, result: PageResult) -> dict[str, Any]:
    """A result as a row of COLUMNS."""
    tagged = None if isinstance(result.outcome, Failure) else result.outcome
    failure = result.failure or Failure("", "")
    return {
        "key": key,
        "url": result.page.url,
        "digest": result.digest,
        "article": asdict(tagged.article) if tagged else None,
        "tags": json.dumps(tags_to_json(tagged.tags), ensure_ascii=False) if tagged and tagged.tags else None,
        "facts": asdict(tagged.facts) if tagged and tagged.facts else None,
        "stage": failure.stage,
        "error": failure.why,
        "final": failure.final,
        "passing": failure.passing,
        "tried": json.dumps(result.tried),
        "heads": asdict(result.heads) if result.heads else None,
    }


def _result(page: WaitingPage, values: Mapping[str, Any]) -> PageResult:
    """The result of a page from its row of COLUMNS."""
    failure = Failure(values["stage"], values["error"], values["final"], values["passing"])
    tried = {key: (selector, found) for key, (selector, found) in json.loads(values["tried"]).items()}
    heads = Heads(**values["heads"]) if values["heads"] else None
    if values["article"] is None:
        return PageResult(page, values["digest"], failure, None, tried, heads)
    article = Article(**values["article"] | {"tags": tuple(values["article"]["tags"])})
    tags = tags_from_json(json.loads(values["tags"])) if values["tags"] else None
    facts = values["facts"] and TextFacts(**values["facts"] | {"bands": tuple(values["facts"]["bands"])})
    tagged = TaggedArticle(article, tags, facts)
    return PageResult(page, values["digest"], tagged, failure if failure.stage else None, tried, heads)
