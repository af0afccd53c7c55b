"""Forms that may carry a file: their fields and the file, as python-multipart reads them."""

from __future__ import annotations

import io
from urllib.parse import parse_qs

from python_multipart import parse_form
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field, File

MOST_PARTS = 50


def read(kind: str, body: bytes) -> tuple[dict[str, str], dict[str, bytes]]:
    """The fields and the files of a body, by name. `kind`: its Content-Type.

    Raises ValueError for what is no form, or has more than MOST_PARTS.
    """
    if not is_multipart(kind):  # python-multipart leaves %20 and + as they are
        sent = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_PARTS)
        return {name: values[-1] for name, values in sent.items()}, {}
    fields: dict[str, str] = {}
    files: dict[str, bytes] = {}
    parts = 0

    def counted() -> None:
        nonlocal parts
        parts += 1
        if parts > MOST_PARTS:
            raise ValueError("too many parts")

    def keep(field: Field) -> None:
        counted()
        fields[(field.field_name or b"").decode("utf-8", "replace")] = (field.value or b"").decode("utf-8", "replace")

    def keep_file(file: File) -> None:
        counted()
        file.file_object.seek(0)
        files[(file.field_name or b"").decode("utf-8", "replace")] = file.file_object.read()

    try:
        parse_form({"Content-Type": kind.encode("latin-1", "replace")}, io.BytesIO(body), keep, keep_file)
    except FormParserError as error:
        raise ValueError("is no form") from error
    return fields, files


def is_multipart(kind: str) -> bool:
    """Whether a Content-Type is that of a form with files."""
    return kind.lower().startswith("multipart/form-data")
