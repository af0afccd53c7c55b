"""schema.sql as the rest of Pantau needs it: the text, its version, and which tables are not for the public."""

from __future__ import annotations

import re
from pathlib import Path

SCHEMA = Path(__file__).with_name("schema.sql").read_text(encoding="utf-8")

# "PANT", which tells a Pantau database from another program's (https://www.sqlite.org/pragma.html#pragma_application_id).
APPLICATION_ID = 0x50414E54
# A database with a higher number was made by a newer Pantau, which only that one can read.
SCHEMA_VERSION = int(re.findall(r"^PRAGMA user_version = (\d+);", SCHEMA, re.MULTILINE)[0])

_TABLES = re.findall(r"^CREATE TABLE (\w+) \((.*)$", SCHEMA, re.MULTILINE)  # (name, what else is on its first line)

# What a public instance shows of the tables: those that schema.sql marks so.
PUBLIC = tuple(table for table, rest in _TABLES if rest.endswith("-- public"))
# All others: how the crawl and the reading go, what they remember, and the team's own. `_sqlite_migrations` is
# sqlite-utils' list of the steps (migrations.py) that a database has had.
INTERNAL = (*(table for table, _ in _TABLES if table not in PUBLIC), "_sqlite_migrations")
