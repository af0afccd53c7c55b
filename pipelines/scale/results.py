"""What reading a piece of the archive came to, as a Parquet file that any number of attempts write alike.

Every row carries a key of all that decided it: the page's place and hints, its source's rules and the code that reads.
So a file that a dead run left behind is used exactly as far as it says what would be read now.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet

import nlp
import pipelines
from pipelines.folders import Folder
from pipelines.queue import FetchedRow, Piece
from pipelines.reading import PageResult, SourceRules
from pipelines.records import Article, TaggedArticle, TextFacts

FOLDER = "readings"  # in the archive's folder
READS = ("*.py", "*.toml", "extract/*")  # of pipelines, what may decide a reading; of nlp everything

TEXT = pyarrow.string()
SCHEMA = pyarrow.schema(
    {
        "key": TEXT,
        "url": TEXT,
        "digest": TEXT,
        "article": pyarrow.struct(
            {field.name: pyarrow.list_(TEXT) if field.name == "tags" else TEXT for field in fields(Article)}
        ),
        "tags": TEXT,  # JSON, as nlp.tag writes it
        "facts": pyarrow.struct({"stems": TEXT, "fingerprint": TEXT, "bands": pyarrow.list_(pyarrow.int64())}),
        "stage": TEXT,
        "error": TEXT,
        "final": pyarrow.bool_(),
        "tried": TEXT,  # JSON
    }
)


@cache
def reading_code() -> str:
    """A digest of the code, rules and weights that read pages here."""
    digest = hashlib.sha256()
    for package, patterns in ((nlp, ("**/*",)), (pipelines, READS)):
        folder = Path(package.__path__[0])
        for file in sorted({file for pattern in patterns for file in folder.glob(pattern)}):
            if file.is_file() and file.suffix != ".pyc":
                digest.update(f"{file.relative_to(folder)}\0{file.stat().st_size}\0".encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()


def row_key(row: FetchedRow, rules: Mapping[str, SourceRules], code: str) -> str:
    """What decides the reading of a page, as one word."""
    rule = rules.get(row.source_id, SourceRules())
    decides = [code, row.url, row.source_id, row.warc_file, row.warc_offset, row.fetched_at, row.content_type,
               row.hints, rule.press_releases, dict(rule.overrides or {})]  # fmt: skip
    return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()


def file_of(piece: Piece) -> str:
    """Where the results of a piece are, in the archive's folder."""
    return f"{FOLDER}/{piece.file}-{piece.number}.parquet"


def write_results(folder: Folder, name: str, keys: Sequence[str], results: Iterable[PageResult]) -> None:
    """Put the results of a piece down, whole or not at all. Raises OSError."""
    rows = [
        {
            "key": key,
            "url": result.row.url,
            "digest": result.digest,
            "article": asdict(result.tagged.article) if result.tagged else None,
            "tags": json.dumps(result.tagged.tags, ensure_ascii=False) if result.tagged else None,
            "facts": asdict(result.tagged.facts) if result.tagged and result.tagged.facts else None,
            "stage": result.stage,
            "error": result.error,
            "final": result.final,
            "tried": json.dumps(result.tried),
        }
        for key, result in zip(keys, results, strict=True)
    ]
    buffer = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows, schema=SCHEMA), buffer, compression="zstd")
    folder.write(name, buffer.getvalue())


def read_results(folder: Folder, name: str, rows: Sequence[FetchedRow], keys: Sequence[str]) -> list[PageResult] | None:
    """The results of these rows, in order; None when the file is missing, torn, or not about all of them."""
    try:
        with folder.open(name) as file:
            found = {values["key"]: values for values in pyarrow.parquet.read_table(file).to_pylist()}
    except (OSError, pyarrow.ArrowException):
        return None
    if not found.keys() >= set(keys):
        return None
    return [_result(row, found[key]) for row, key in zip(rows, keys, strict=True)]


def _result(row: FetchedRow, values: Mapping[str, Any]) -> PageResult:
    tagged = None
    if values["article"] is not None:
        article = Article(**values["article"] | {"tags": tuple(values["article"]["tags"])})
        facts = values["facts"] and TextFacts(**values["facts"] | {"bands": tuple(values["facts"]["bands"])})
        tagged = TaggedArticle(article, json.loads(values["tags"]), facts)
    tried = {key: (selector, found) for key, (selector, found) in json.loads(values["tried"]).items()}
    return PageResult(row, values["digest"], tagged, values["stage"], values["error"], values["final"], tried)
