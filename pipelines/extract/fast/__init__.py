"""The room for speed of extraction: what reaches into the inside of trafilatura (see nlp/fast, docs/performance.md)."""
