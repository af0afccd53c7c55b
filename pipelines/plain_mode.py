"""Which way holds in pipelines: the rooms for speed, or the libraries' public ways alone; as nlp/plain.py says."""

from __future__ import annotations

from nlp.plain import plain, unchecked

__all__ = ["plain", "unchecked"]
