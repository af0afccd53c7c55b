"""The commands that read files and touch no database: `pantau extract` and `pantau tag`."""

from __future__ import annotations

import json
import os
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from pipelines.errors import UserError

if TYPE_CHECKING:
    from pipelines.queue.host_titles import HostNames

EXTRACT_FIELDS = tuple(
    "url canonical_url title text published_at date_source author dateline tags language kind".split()
)


Extracted = tuple[dict[str, Any], str | None]  # a row, and why it holds no article


def extract_files(files: Sequence[Path], url: str | None, told: bool = False) -> Iterator[Extracted]:
    """(row, error) of each saved page, in order; a page that is no article has only its file name and an error.

    told  whether each row also says by whom title, date, author and body are

    Raises UserError before the first row when a file cannot be read.
    """
    for path in files:
        _check_readable(path)
    from pipelines.extract.site_names import heads_in  # before the fork, so that it is loaded once
    from pipelines.queue.host_titles import learn_hosts
    from pipelines.read.pool import WorkerPool
    from pipelines.read.time_limit import TOO_LONG

    known = learn_hosts(heads_in(path.read_bytes()) for path in files) if len(files) > 1 else {}
    read = partial(_extract_files, url=url, known=known, told=told)
    pool: WorkerPool[Path, Extracted] = WorkerPool(
        read, read, killed=lambda path: _no_article(path, TOO_LONG), workers=min(os.cpu_count() or 1, len(files))
    )
    with closing(pool.results([path] for path in files)) as results:
        for rows in results:
            yield from rows


def _extract_files(
    paths: Sequence[Path], url: str | None, known: Mapping[str, HostNames], told: bool
) -> list[Extracted]:
    return [_extract_file(path, url, known, told) for path in paths]


def _extract_file(path: Path, url: str | None, known: Mapping[str, HostNames], told: bool) -> Extracted:
    """(row, error) of one page; in a worker. `known`: what the files of each host share."""
    from pipelines.extract import NotAnArticle, extract_article
    from pipelines.extract.page import parse
    from pipelines.queue.host_titles import host_of
    from pipelines.read.time_limit import SECONDS_A_PAGE, TOO_LONG, PageTimeout, deadly_time_limit

    now = datetime.now(UTC).isoformat(timespec="seconds")
    try:
        with deadly_time_limit(SECONDS_A_PAGE):
            page = parse(path.read_bytes())
            names = known.get(host_of(url or page.address))
            witnesses: dict[str, str] = {}
            article = asdict(extract_article(page, url=url, fetched_at=now, known=names, witnesses=witnesses))
    except NotAnArticle as error:
        return _no_article(path, str(error))
    except PageTimeout:
        return _no_article(path, TOO_LONG)
    except Exception as error:  # a page that breaks a parser must not stop the others
        return _no_article(path, f"{type(error).__name__}: {error}")
    row = {"file": str(path)} | {name: article[name] for name in EXTRACT_FIELDS}
    return row | ({"witnesses": witnesses} if told else {}), None


def _no_article(path: Path, why: str) -> Extracted:
    return {"file": str(path)} | dict.fromkeys(EXTRACT_FIELDS) | {"error": why}, why


def read_documents(path: Path) -> Iterator[dict[str, Any]]:
    """The documents of a JSON Lines file (`-`: standard input): {"id", "title", "text", ...}.

    A file is checked whole before its first document is handed out, so that a bad line costs no half result.
    Raises UserError naming file and line for a line that is not a JSON object with an id and a text.
    """
    if str(path) == "-":
        yield from _parse_lines(sys.stdin, "standard input")
        return
    _check_readable(path)
    try:
        with path.open(encoding="utf-8") as file:
            for _ in _parse_lines(file, str(path)):
                pass
        with path.open(encoding="utf-8") as file:
            yield from _parse_lines(file, str(path))
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: is not UTF-8 text ({error.reason} at byte {error.start}); convert it") from error


def tag_stream(documents: Iterable[dict[str, Any]], workers: int) -> Iterator[tuple[dict[str, Any], str | None]]:
    """(row, error) of each document, in order, by the shipped pipeline in so many workers.

    The rows are those of `nlp.tag.tag_documents`; one that takes too long, or breaks the tagger, has empty lists and
    an "error". With one worker each batch is given out before the next is read.
    """
    import nlp
    from nlp.as_json import document_from_json, tags_to_json
    from nlp.records import Tags
    from nlp.tag import BATCH_SIZE, tag_texts
    from pipelines.read.results import Failure, batches
    from pipelines.read.tagging import tagging_pool

    model = nlp.load()

    def tag(some: Sequence[dict[str, Any]]) -> Iterator[Tags]:
        return tag_texts(model, map(document_from_json, some))

    given: deque[dict[str, Any]] = deque()  # documents on their way, whose ids the rows need

    def noted() -> Iterator[dict[str, Any]]:
        for document in documents:
            given.append(document)
            yield document

    with closing(tagging_pool(tag, workers).results(batches(noted(), BATCH_SIZE))) as results:
        for found in results:
            for tags in found:
                row = {"id": given.popleft()["id"]}
                if isinstance(tags, Failure):
                    yield row | tags_to_json(Tags()) | {"error": tags.why}, tags.why
                else:
                    yield row | tags_to_json(tags), None


def _check_readable(path: Path) -> None:
    try:
        with path.open("rb") as file:
            file.read(1)
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror}); check the name and its permissions") from error


def _parse_lines(file: TextIO, name: str) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(file, 1):
        if not line.strip():
            continue
        try:
            document = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise UserError(f"{name}, line {number}: is not JSON ({error}); one object a line is wanted") from error
        if not isinstance(document, dict):
            raise UserError(f"{name}, line {number}: is not a JSON object; wanted {{id, title, text}}")
        if document.get("id") in (None, ""):
            raise UserError(f'{name}, line {number}: has no "id"; give every document one')
        for key in ("title", "text"):
            if not isinstance(document.get(key) or "", str):
                raise UserError(f'{name}, line {number}: "{key}" is not a text; wanted {{id, title, text}}')
        if "text" not in document:
            raise UserError(f'{name}, line {number}: has no "text"; wanted {{id, title, text}}')
        yield document | {"title": document.get("title") or "", "text": document["text"] or ""}
