"""Setting: what is known of one setting; all of them stand in table.py."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.settings.kinds import Kind

NAME = "NAME"  # stands for any name at the end of a key and of its variable


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting, or with a key that ends in NAME one for every name.

    key       in the file: "table.name", or a name without a table
    variable  of the environment
    default   as a text; "" for none
    says      what it does, for `pantau config`
    doc       the same for docs/settings.md
    remote    whether the crawl reads it: then it goes to the workers of `crawl --engine dask`, too
    """

    key: str
    variable: str
    kind: Kind
    default: str
    says: str
    doc: str
    remote: bool = False

    @property
    def section(self) -> str:
        """The table of the file that it stands in; "" for none."""
        return self.key.rpartition(".")[0]

    @property
    def named(self) -> bool:
        """Whether there is one for every name."""
        return self.key.endswith(f".{NAME}")

    @property
    def prefix(self) -> str:
        """The beginning of the variables of one that is there for every name."""
        return self.variable.removesuffix(NAME)

    @property
    def carried(self) -> bool:
        """Whether `pantau schedule` writes its variable, where set, into the crontab and the units.

        A secret does not belong there, the database is named by `--db`, and [schedule] is the crontab itself.
        """
        return not self.kind.secret and self.section != "schedule" and self.key != "database"
