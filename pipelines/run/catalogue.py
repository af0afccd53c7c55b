"""Which sources there are for a database, as runs ask for them (pipelines/health/catalogue.py)."""

from __future__ import annotations

from pipelines.health.catalogue import load_sources, own_folder

__all__ = ["load_sources", "own_folder"]
