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


def rows_of(connection, table, form, filters=None, raw=True):
    buffer = io.BytesIO()
    count = export(connection, table, form, filters or Filters(), buffer, raw=raw)
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


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("table", TABLES)
def test_people_get_headings_in_words_and_names_in_the_place_of_ids(filled, table, form):
    rows = rows_of(filled, table, form, raw=False)
    people = TABLES[table].people
    assert len(rows) == len(rows_of(filled, table, "json")) > 0
    assert list(rows[0]) == [people.headings[column] for column in people.columns]
    assert len(set(people.headings.values())) == len(people.headings)  # no two columns of one name
    assert not {c for c in people.columns if c == "id" or c.endswith("_id") or c in ("same_as", "duplicate_of")}
    codes = {"press_release", "news", "verbatim", "edited", "contoh", "ditandatangani", "PER", "GPE", "text"}
    assert not codes & {value for row in rows for value in row.values()}


def test_what_people_read_of_an_article_a_mention_and_coverage(filled):
    by_title = {row["Judul"]: row for row in rows_of(filled, "articles", "csv", raw=False)}
    release, news = by_title["Bupati Bogor Resmikan Pasar"], by_title["Kabar"]
    assert (release["Sumber"], release["Jenis"], release["Bahasa"]) == ("Contoh", "Siaran pers", "Indonesia")
    assert release["Waktu terbit (WIB)"] == "2025-11-12 09:30" and news["Waktu terbit (WIB)"] == "2025-10-12 12:00"
    assert news["Sumber"] == "media" and news["Salinan dari"] == ""  # a source that nobody described has its id alone
    mentions = rows_of(filled, "mentions", "csv", raw=False)
    assert {(row["Tertulis"], row["Jenis"], row["Siapa atau apa"], row["Letak"]) for row in mentions} >= {
        ("Rangga", "Orang", "Rangga Wiratama", "Isi"),
        ("Bandung", "Wilayah", "Kota Bandung", "Isi"),
    }
    (agreement, *_) = rows_of(filled, "agreements", "xlsx", raw=False)
    assert (agreement["Jenis"], agreement["Status"]) == ("Nota kesepahaman (MoU)", "Ditandatangani")
    (told,) = rows_of(filled, "coverage", "csv", raw=False)
    assert (told["Liputan"], told["Siaran pers dari"], told["Siaran pers dimuat"]) == ("disunting", "Contoh", "0.5")


def test_an_indonesian_excel_reads_decimals_with_a_comma(filled):
    buffer = io.BytesIO()
    export(filled, "coverage", "csv", Filters(), buffer, semicolon=True)
    (row,) = csv.DictReader(io.StringIO(buffer.getvalue().decode("utf-8-sig")), delimiter=";")
    assert (row["Siaran pers dimuat"], row["Berita disalin"], row["Selisih (menit)"]) == ("0,5", "0,75", "150")


def test_a_day_without_an_hour_stays_a_day(filled):
    filled.execute("UPDATE articles SET published_at = '2025-10-11T17:00:00+00:00' WHERE title = 'Kabar'")
    (row,) = (row for row in rows_of(filled, "articles", "csv", raw=False) if row["Judul"] == "Kabar")
    assert row["Waktu terbit (WIB)"] == "2025-10-12"
    buffer = io.BytesIO()
    export(filled, "articles", "xlsx", Filters(), buffer)
    sheet = openpyxl.load_workbook(buffer).active
    shown = {cells[4].value: cells[0].number_format for cells in sheet.iter_rows(min_row=2)}
    assert (shown["Kabar"], shown["Laporan akhir"]) == ("dd/mm/yyyy", "dd/mm/yyyy hh:mm")


LIMIT = 32_767  # of Excel: units of UTF-16 a cell
FORBIDDEN = "\x00\x01\x0b\x1f\ufffe\uffff"  # what no XML may hold


@pytest.mark.parametrize(
    ("title", "text", "begin"),
    [
        ("Panjang", "Pasal. " * 10_000, "Pasal. Pasal."),
        ("Gambar", "\U0001f600" * 20_000, "\U0001f600\U0001f600"),  # 20,000 characters, 40,000 units
        ("Persis", "x" * LIMIT, "xxx"),
        (f"Kabar{FORBIDDEN}", f"Isi{FORBIDDEN} berita", "Isi berita"),
    ],
)
@pytest.mark.parametrize("raw", [True, False])
def test_excel_can_hold_every_cell_and_a_cut_is_said(filled, title, text, begin, raw):
    filled.execute("UPDATE articles SET title = ?, text = ?, author = ? WHERE id = 1", (title, text, text))
    buffer = io.BytesIO()
    export(filled, "articles", "xlsx", Filters(), buffer, raw=raw)
    cells = [cell for row in openpyxl.load_workbook(buffer).active.iter_rows(values_only=True) for cell in row]
    texts = [cell for cell in cells if isinstance(cell, str)]
    assert max(len(cell.encode("utf-16-le")) // 2 for cell in texts) <= LIMIT
    assert sum(cell.startswith(begin) for cell in texts) == 2
    assert not set(FORBIDDEN) & set("".join(texts))
    assert any("dipotong: Excel" in cell for cell in texts) == (len(text.encode("utf-16-le")) // 2 > LIMIT)


def test_days_that_excel_does_not_know_stay_text(filled):
    filled.execute("UPDATE articles SET published_date = '1890-05-01', published_at = NULL WHERE id = 1")
    days = [row["Tanggal terbit"] for row in rows_of(filled, "articles", "xlsx", raw=False)]
    assert "1890-05-01" in days and datetime(2025, 10, 12) in days


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
    assert "'=HYPERLINK(1)" in [row["Judul"] for row in rows_of(filled, "articles", "csv", raw=False)]
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
    assert target.read_text(encoding="utf-8-sig").startswith("Waktu terbit (WIB),Tanggal terbit,Sumber")
    export(filled, "articles", "csv", Filters(), target, raw=True)
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
    export(filled, "coverage", "xlsx", Filters(), buffer, raw=True)
    sheet = openpyxl.load_workbook(buffer).active
    assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref == "A1:AA2"
    cells = {sheet.cell(1, cell.column).value: cell for cell in sheet[2]}
    assert cells["reasons"].data_type == "s" and cells["published_date"].is_date
    assert sheet.column_dimensions["A"].width > 20


def test_csv_with_semicolons_for_an_indonesian_excel(filled):
    buffer = io.BytesIO()
    export(filled, "coverage", "csv", Filters(), buffer, semicolon=True, raw=True)
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
