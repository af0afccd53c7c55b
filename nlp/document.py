"""One document is one spaCy Doc: title, a blank line, text; and the way back from its offsets to the fields."""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc

SEPARATOR = "\n\n"
TEXT = "pantau_document.text"  # in doc.user_data


def join(title: str, text: str) -> str:
    """The text that the pipeline reads: `title` + SEPARATOR + `text` (just `text` when there is no title)."""
    return f"{title}{SEPARATOR}{text}" if title else text


def body_start(title: str) -> int:
    """Offset in the joined text at which the body begins."""
    return len(title) + len(SEPARATOR) if title else 0


def field_span(title: str, start: int, end: int) -> tuple[str, int, int] | None:
    """(field, start, end) for a span of the joined text; None when it straddles title and body."""
    offset = body_start(title)
    if end <= len(title):
        return "title", start, end
    if start >= offset:
        return "text", start - offset, end - offset
    return None


def make_doc(nlp: Language, title: str, text: str) -> Doc:
    """The tokens of a document, with what the components read of it beside them."""
    whole = join(title, text)
    doc = nlp.make_doc(whole)
    doc._.title = title
    doc.user_data[TEXT] = whole
    return doc


def text_of(doc: Doc) -> str:
    """`doc.text`, which spaCy 3.8 joins from the tokens at every use."""
    text = doc.user_data.get(TEXT)
    if text is None:
        text = doc.user_data[TEXT] = doc.text
    return str(text)


def register_extensions() -> None:
    """The lists that our components fill on every Doc (idempotent); elements are nlp.records types."""
    for name in ("officials", "places", "agreements", "laws", "quotes"):
        if not Doc.has_extension(name):
            Doc.set_extension(name, default=None)
    for name, default in (("title", ""), ("published_at", None)):
        if not Doc.has_extension(name):
            Doc.set_extension(name, default=default)
