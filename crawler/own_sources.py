"""A team's own sources: a folder of TOML files that lies over the catalogue.

An entry whose `id` the catalogue does not have is a source of the team's own. One whose `id` it has changes ours: each
key that it gives takes the place of our key as a whole, and "" takes our key away. `status = "paused"` switches it
off. So a new release of Pantau brings its catalogue without touching what a team has said.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from crawler.catalogue import BUNDLED, Source, Written, as_source, load_catalogue, read_entries
from crawler.errors import CatalogueError

NEEDED = ("name", "kind", "homepage", "discover")  # of a new source


def with_own(catalogue: Path | None, folder: Path | None) -> list[Source]:
    """The sources of a catalogue (None: the bundled one) with a team's own laid over it, these at their end.

    folder   of *.toml files, as a catalogue has them; None, or one without files, for no own sources

    Raises CatalogueError naming file, entry and key for anything missing, unknown or wrong in either.
    """
    sources = {source.id: source for source in load_catalogue(catalogue)}
    own = read_own(folder) if folder else []
    if not own:
        return list(sources.values())
    written = {entry.data["id"]: entry.data for entry in read_entries(catalogue or BUNDLED)}
    for entry in own:
        merged = _laid_over(entry, written)
        source = as_source(merged)
        sources[source.id] = source
    return list(sources.values())


def read_own(folder: Path) -> list[Written]:
    """The entries of a team's folder as they are written. Raises CatalogueError for what is no folder, or no TOML, and
    for an id that two entries have."""
    if not folder.is_dir():
        raise CatalogueError(f"{folder}: no such folder; a team's own sources are *.toml files in a folder")
    own = read_entries(folder) if any(folder.glob("*.toml")) else []
    seen: dict[str, Path] = {}
    for entry in own:
        source_id = entry.data.get("id") if isinstance(entry.data, dict) else None
        if isinstance(source_id, str):
            if source_id in seen:
                raise CatalogueError(
                    f"{entry.file}: entry {source_id!r}: key 'id' stands in {seen[source_id]} already; keep one of them"
                )
            seen[source_id] = entry.file
    return own


def instead_of_ours(entry: Mapping[str, Any], catalogue: Path | None) -> dict[str, Any]:
    """An entry that takes the place of the catalogue's of its id as a whole: keys that only ours has are taken away."""
    written = [item.data for item in read_entries(catalogue or BUNDLED) if item.data.get("id") == entry["id"]]
    return {**entry, **{key: "" for ours in written for key in ours if key not in entry}}


def _laid_over(entry: Written, written: dict[str, dict[str, object]]) -> Written:
    """An own entry, with the keys of the catalogue's entry that it changes."""
    data = entry.data
    source_id = data.get("id") if isinstance(data, dict) else None
    if not isinstance(source_id, str):
        return entry
    ours = written.get(source_id)
    if ours is None:
        if not any(key in data for key in NEEDED):
            near = get_close_matches(source_id, written, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"a new one needs {', '.join(NEEDED)}"
            raise CatalogueError(f"{entry.file}: entry {source_id!r}: key 'id' is not in the catalogue; {hint}")
        return entry
    merged = {key: value for key, value in (ours | data).items() if value != "" or key not in data}
    return entry._replace(data=merged)
