"""PDF files for tests, written byte by byte: lines of text in one font, each with the size of its letters."""

from __future__ import annotations

import io
from collections.abc import Sequence

from pypdf import PdfReader, PdfWriter

Leaf = Sequence[tuple[str, int]]  # a page: its lines and the size of their letters
LEFT, TOP, LEADING = 60, 780, 1.4


def make_pdf(*leaves: Leaf) -> bytes:
    """A file with a text layer, a page for each leaf."""
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", font]
    kids = []
    for leaf in leaves:
        stream = _content(leaf)
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents "
        objects.append(f"{page}{len(objects)} 0 R >>".encode())
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return out.getvalue()


def locked(body: bytes, password: str, owner: str = "pemilik") -> bytes:
    """The file under a password to open it; with "" anybody reads it, and nobody changes it."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(body)))
    writer.encrypt(password, owner, algorithm="AES-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _content(leaf: Leaf) -> bytes:
    parts, height = [], float(TOP)
    for text, size in leaf:
        height -= size * LEADING
        escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)").encode("cp1252", "replace")
        parts.append(b"BT /F1 %d Tf 1 0 0 1 %d %d Tm (%s) Tj ET" % (size, LEFT, int(height), escaped))
    return b"\n".join(parts)
