"""docs/settings.md, the table of settings and the code agree."""

from __future__ import annotations

import re

from pipelines.settings.load import load
from pipelines.settings.page import HEAD, page
from pipelines.settings.table import SETTINGS, TABLE
from tests.conftest import ROOT
from tests.pipelines.settings.test_settings import NOWHERE, texts, write


def test_the_page_is_what_the_table_says():
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == page(), "run `make docs`"
    assert max(map(len, page().splitlines())) <= 120


def test_the_example_of_the_page_holds(tmp_path):
    file = write(tmp_path, re.search(r"```toml\n(.*?)```", HEAD, re.DOTALL)[1])
    held = texts(load(file, NOWHERE, {}))
    assert held["schedule.backup"] == (str(tmp_path / "cadangan"), "file")
    assert held["retention.archive_days"] == ("365", "file")


def test_the_table_has_every_variable_of_the_code_and_the_code_reads_every_setting():
    """A setting is read as an option, by its key, or by its variable where nothing of pipelines is known."""
    files = [
        f
        for room in ("crawler", "nlp", "pipelines")
        for f in (ROOT / room).rglob("*.py")
        if f.parent.name != "settings"
    ]
    code = "\n".join(file.read_text(encoding="utf-8") for file in files)
    known = {s.variable for s in TABLE} | {s.prefix for s in TABLE if s.named} | {"PANTAU_CONFIG"}
    assert set(re.findall(r"\bPANTAU_[A-Z_]+", code)) <= known
    assert len({s.variable for s in TABLE}) == len(TABLE) == len(SETTINGS)
    names = {"users.NAME": "USERS", "receivers.NAME": "RECEIVERS", "secret": "SIGNING"}

    def is_read(setting):
        asked = rf'(setting_option\([^()]*|setting\(|settings\.text\()"{re.escape(setting.key)}"'
        return (
            re.search(asked, code) or setting.variable in code or (setting.key in names and names[setting.key] in code)
        )

    assert [s.key for s in TABLE if not is_read(s)] == []
    for setting in TABLE:
        assert not setting.default or str(setting.kind.read(setting.default)) == setting.default
        assert setting.says.endswith(".") and setting.doc.endswith(".")
