"""A register on paper goes on over pages, says what was left out, and breaks on nothing that people write."""

import io

import pytest
from django.utils import translation
from pypdf import PdfReader

from workflow import paper
from workflow.paper import Paper, printed

pytestmark = pytest.mark.once
PAPER = Paper(
    "Journal", ["Number", "Text", "Minutes"], [60, None, 60], lambda row: [str(cell) for cell in row], words=2
)


def sheets(rows, count=None, about=(("Organisation", "Capital & Co"),)):
    with translation.override("en"):
        answer = printed(PAPER, rows, about, len(rows) if count is None else count)
        return [" ".join(sheet.extract_text().split()) for sheet in PdfReader(io.BytesIO(answer.getvalue())).pages]


def test_every_page_repeats_the_heads_and_knows_its_number():
    pages = sheets([[number, "Words\nin two lines", 5] for number in range(60)])

    assert len(pages) > 1
    assert all("Number Text Minutes" in page for page in pages)
    for number, page in enumerate(pages, 1):
        assert "Capital & Co · Journal" in page
        assert f"page {number} of {len(pages)}" in page
    assert "59 Words in two lines 5" in pages[-1]


def test_what_people_write_stays_as_it_is():
    assert "<b>1 & 2</b> < 3" in sheets([[1, "<b>1 & 2</b> < 3 \x07", ""]])[0]


def test_a_register_without_rows_is_a_page_that_says_so():
    assert "no data" in sheets([], about=())[0]


def test_more_rows_than_anybody_leafs_through_are_counted(monkeypatch):
    monkeypatch.setattr(paper, "MOST_ROWS", 2)

    assert "7 further rows are in the XLSX of this register." in sheets([[1, "a", 1]] * 9)[0]
