"""Exports hold what the database holds, safely."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime

import openpyxl
import pyarrow.parquet as pq
import pytest

from benchmarks import export as benchmark
from pipelines.database.open import transaction
from pipelines.desk.export import export
from pipelines.desk.export_tables import TABLES
from pipelines.desk.writers import without_formula
from pipelines.errors import UserError
from pipelines.records import TaggedArticle
from pipelines.search.filters import Filters
from pipelines.store.save import save
from pipelines.wording.labels import FILE_FORMATS
from tests.conftest import ROOT
from tests.pipelines.conftest import make_article, make_tags


@pytest.fixture
def filled(database):
    connection = database.conn
    connection.execute(
        "INSERT INTO sources (id, name, kind, status) VALUES ('contoh', 'Contoh', 'kementerian', 'active')"
    )
    for number, title in enumerate(("Bupati Bogor Resmikan Pasar", "=HYPERLINK(1)", "Laporan akhir")):
        address = f"https://contoh.go.id/{number}"
        article = make_article(url=address, canonical_url=address, title=title, published_date=f"2025-11-1{number}")
        with transaction(connection):
            save(connection, TaggedArticle(article, make_tags(article)))
    with transaction(connection):
        news = make_article(
            url="https://media.id/1",
            canonical_url="https://media.id/1",
            kind="news",
            title="Kabar",
            text="Berita sebuah media.",
            source_id="media",
            published_at="2025-10-12T05:00:00+00:00",
            published_date="2025-10-12",
        )
        save(connection, TaggedArticle(news, None))
    connection.execute(
        """INSERT INTO coverage (release_id, article_id, lag_minutes, kept, copied, label, retold, longest, quotes,
           quotes_kept, numbers, numbers_kept, numbers_changed, officials, officials_kept, other_voices, shared,
           evidence, spans, reasons, compared_at)
           SELECT 1, id, 150, 0.5, 0.75, 'edited', 0.9, 9, 1, 1, 0, 0, '[]', 1, 1, '["Siapa", "Entah"]', '[]', 3, '[]',
           '=sebab', '2025-11-13T00:00:00+00:00' FROM articles WHERE kind = 'news'"""
    )
    return connection


def rows_of(connection, table, form, filters=None):
    buffer = io.BytesIO()
    count = export(connection, table, form, filters or Filters(), buffer)
    data = buffer.getvalue()
    if form == "csv":
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    elif form == "json":
        rows = [json.loads(line) for line in data.decode().splitlines()]
    elif form == "parquet":
        rows = pq.read_table(io.BytesIO(data)).to_pylist()
    else:
        header, *values = openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True)
        rows = [dict(zip(header, value, strict=True)) for value in values]
    assert len(rows) == count
    return rows


@pytest.mark.parametrize("form", FILE_FORMATS)
@pytest.mark.parametrize("table", TABLES)
def test_every_table_in_every_form(filled, table, form):
    rows = rows_of(filled, table, form)
    assert rows
    assert tuple(rows[0]) == TABLES[table].columns


def test_the_official_and_the_city(filled):
    (official,) = rows_of(filled, "officials", "json")
    assert (official["name"], official["organisation"], official["articles"]) == ("Rangga Wiratama", "Bogor", 3)
    assert (official["first_seen"], official["last_seen"]) == ("2025-11-10", "2025-11-12")
    (city,) = rows_of(filled, "cities", "xlsx")
    assert (city["code"], city["articles"], city["first_seen"].date()) == ("32.73", 3, date(2025, 11, 10))


def test_filters(filled):
    assert len(rows_of(filled, "articles", "json", Filters(since=date(2025, 11, 11)))) == 2
    assert len(rows_of(filled, "articles", "json", Filters(until=date(2025, 11, 10), source="contoh"))) == 1
    (row,) = rows_of(filled, "articles", "json", Filters(since=date(2025, 11, 11), until=date(2025, 11, 11)))
    assert row["published_date"] == "2025-11-11"  # both days are included
    assert len(rows_of(filled, "articles", "json", Filters(query="meresmikan pasar -laporan"))) == 2
    with pytest.raises(UserError, match="no such source"):
        rows_of(filled, "articles", "json", Filters(source="lain"))
    with pytest.raises(UserError, match="no word to search for"):
        rows_of(filled, "articles", "json", Filters(query='"-"'))


def test_formulas_are_text(filled):
    assert "'=HYPERLINK(1)" in [row["title"] for row in rows_of(filled, "articles", "csv")]
    buffer = io.BytesIO()
    export(filled, "articles", "xlsx", Filters(), buffer)
    cells = [cell for row in openpyxl.load_workbook(buffer).active for cell in row]
    assert {cell.data_type for cell in cells if str(cell.value).startswith("=")} <= {"s", "inlineStr"}


def test_a_file_is_written_whole_or_not_at_all(filled, tmp_path):
    target = tmp_path / "artikel.csv"
    target.write_text("lama")
    with pytest.raises(UserError, match="cannot be written"):
        export(filled, "articles", "csv", Filters(), tmp_path / "tidak" / "ada.csv")
    export(filled, "articles", "csv", Filters(), target)
    assert target.read_text(encoding="utf-8-sig").startswith("id,published_at")
    assert list(tmp_path.glob(".*part")) == []


def test_filters_by_city_and_person(filled):
    for city in ("32.73", "Bandung", "kota bandung"):
        assert len(rows_of(filled, "articles", "json", Filters(city=city))) == 3
    assert rows_of(filled, "articles", "json", Filters(city="Garut")) == []
    assert len(rows_of(filled, "quotes", "json", Filters(person="rangga wiratama"))) == 3
    assert rows_of(filled, "quotes", "json", Filters(person="Rangga Wirasena")) == []


def test_types_survive_in_xlsx_and_parquet(filled):
    row = rows_of(filled, "coverage", "xlsx")[0]
    assert row["published_at"] == datetime(2025, 10, 12, 12, 0)  # WIB
    assert row["published_date"] == datetime(2025, 10, 12) and row["lag_minutes"] == 150 and row["copied"] == 0.75
    assert row["other_voices"] == "Siapa; Entah" and row["reasons"] == "=sebab"
    row = rows_of(filled, "coverage", "parquet")[0]
    assert row["published_at"] == datetime(2025, 10, 12, 5, tzinfo=UTC)
    assert row["release_date"] == date(2025, 11, 10) and row["label"] == "edited"
    buffer = io.BytesIO()
    export(filled, "coverage", "xlsx", Filters(), buffer)
    sheet = openpyxl.load_workbook(buffer).active
    assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref == "A1:Z2"
    cells = {sheet.cell(1, cell.column).value: cell for cell in sheet[2]}
    assert cells["reasons"].data_type == "s" and cells["published_date"].is_date
    assert sheet.column_dimensions["A"].width > 20


def test_csv_with_semicolons_for_an_indonesian_excel(filled):
    buffer = io.BytesIO()
    export(filled, "coverage", "csv", Filters(), buffer, semicolon=True)
    text = buffer.getvalue().decode("utf-8")
    assert text.startswith("\ufeffrelease_title;release_source;")
    assert next(csv.DictReader(io.StringIO(text.lstrip("\ufeff")), delimiter=";"))["reasons"] == "'=sebab"


def test_every_column_is_explained():
    page = (ROOT / "docs" / "exports.md").read_text(encoding="utf-8")
    sections = {part.split("\n", 1)[0].strip(): part for part in page.split("\n## ")[1:]}
    assert set(sections) >= set(TABLES)
    for name, table in TABLES.items():
        missing = [column for column in table.columns if f"`{column}`" not in sections[name]]
        assert missing == [], name


@pytest.mark.parametrize("form", FILE_FORMATS)
def test_memory_stays_small_whatever_the_size(tmp_path, form):
    """In a process of its own; benchmarks/export.py does a million."""
    rows = 20_000 if form == "xlsx" else 100_000  # xlsx writes 4,000 rows a second
    result = benchmark.measure(form, mentions=rows, folder=tmp_path)
    assert result["rows"] == rows and result["peak_mb"] < 150


STARTS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\n\n =1",
    " =1",
    "\u00a0=1",
    "\u3000=1",
    "\ufeff=1",
    "\u200b=1",
    "\x00=1",
    "\uff1d1",
    "\uff0b1",
    "\uff0d1",
    "\uff20SUM(1)",
    "\ufe661",
    "\ufe621",
    "\ufe631",
    "\ufe6bx",
    "\u207a1",
    "\u207b1",
    "\u208c1",
    "\u22121",
    "\nbaris",
    "\tbaris",
]


@pytest.mark.parametrize("text", STARTS)
def test_no_text_of_a_csv_begins_like_a_formula(text):
    assert without_formula(text) == "'" + text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Pasar",
        "50%",
        "\u201cPasar\u201d",
        "(Antara)",
        "a=b",
        "  Pasar",
        "#x",
        "\u2014 Pasar",
        "\u2026",
        5,
        -5,
        None,
    ],
)
def test_other_cells_of_a_csv_stay_as_they_were(text):
    assert without_formula(text) == text
