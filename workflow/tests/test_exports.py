"""Registers as files: one CSV for programs, one for spreadsheets with a decimal comma, and a workbook."""

import csv
import io
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.utils import translation
from openpyxl import load_workbook

from workflow.exports import FORMATS, WRITERS, file_name, format_words

pytestmark = [pytest.mark.once, pytest.mark.django_db]  # a response that is closed looks after connections
HEADER = ["Number", "Minutes", "Start", "Text"]
ROW = [7, Decimal("75.50"), datetime(2026, 7, 1, 10, 0, 9, 5, tzinfo=UTC), "=1; 2,5"]
ABOUT = [("Organisation", "=Vakhta"), ("Filter", "everything")]


def written(form, about=ABOUT):
    with closing(WRITERS[form](HEADER, [ROW], about)) as answer:
        return b"".join(answer)


def read(content, separator):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=separator))


def test_programs_get_a_head_a_row_and_a_decimal_point():
    assert read(written("csv"), ",") == [HEADER, ["7", "75.50", "2026-07-01 10:00:09", "'=1; 2,5"]]


def test_spreadsheets_get_semicolons_decimal_commas_and_what_it_is_about():
    head, filters, blank, header, row = read(written("csv_semicolon"), ";")

    assert (head, filters, blank) == (["Organisation", "'=Vakhta"], ["Filter", "everything"], [])
    assert (header, row) == (HEADER, ["7", "75,50", "2026-07-01 10:00:09", "'=1; 2,5"])
    assert read(written("csv_semicolon", ()), ";")[0] == HEADER


def test_a_workbook_has_the_table_first_and_what_it_is_about_behind_it():
    book = load_workbook(io.BytesIO(written("xlsx")))

    assert [sheet.title for sheet in book] == ["Sheet", "Report"]
    assert [cell.value for cell in book.worksheets[0][2]][:2] == [7, 75.5]
    assert [cell.value for cell in book["Report"][1]] == ["Organisation", "'=Vakhta"]
    assert len(load_workbook(io.BytesIO(written("xlsx", ()))).worksheets) == 1


def test_json_is_the_rows_alone():
    assert b"Organisation" not in written("json")


def test_every_format_has_words_and_an_ending():
    with translation.override("en"):
        assert [format_words(form) for form in FORMATS] == ["CSV", "CSV for Excel (semicolons)", "XLSX", "JSON"]
    assert [file_name("risks", form).rpartition(".")[2] for form in FORMATS] == ["csv", "csv", "xlsx", "json"]
