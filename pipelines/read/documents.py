"""The commands that read files and touch no database: `pantau extract` and `pantau tag`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from pipelines.errors import UserError

EXTRACT_FIELDS = tuple(
    "url canonical_url title text published_at date_source author dateline tags language kind".split()
)


def extract_files(files: Sequence[Path], url: str | None) -> Iterator[tuple[dict[str, Any], str | None]]:
    """(row, error) of each saved page, in order; a page that is no article has only its file name and an error.

    Raises UserError before the first row when a file cannot be read.
    """
    for path in files:
        _check_readable(path)
    from pipelines.extract import NotAnArticle, extract_article
    from pipelines.read.time_limit import SECONDS_A_PAGE, PageTimeout, time_limit

    for path in files:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        row: dict[str, Any] = {"file": str(path)}
        try:
            with time_limit(SECONDS_A_PAGE):
                article = asdict(extract_article(path.read_bytes(), url=url, fetched_at=now))
        except Exception as error:  # a page that breaks a parser must not stop the others
            why = f"{type(error).__name__}: {error}"
            if isinstance(error, (NotAnArticle, PageTimeout)):
                why = str(error) or f"took longer than {SECONDS_A_PAGE} s to read"
            yield row | dict.fromkeys(EXTRACT_FIELDS) | {"error": why}, why
            continue
        yield row | {name: article[name] for name in EXTRACT_FIELDS}, None


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


def tag_stream(documents: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Tag documents one after the other with the shipped pipeline, as `nlp.tag.tag_documents` does."""
    import nlp
    from nlp.tag import tag_documents

    return iter(tag_documents(nlp.load(), documents))


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
