"""A4 on paper: fonts, tables that go on over pages, and a foot with the number of each page; readable in grey."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from django.http import FileResponse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import CondPageBreak, Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

FONTS = Path(__file__).resolve().parent / "fonts"
REGULAR, BOLD = "DejaVuSansCondensed", "DejaVuSansCondensed-Bold"
SIDE, HEAD, FOOT = 16 * mm, 15 * mm, 18 * mm
PADDING = 6  # points, of the library's frame
WIDTH = A4[0] - 2 * SIDE - 2 * PADDING
INK, GREY, LINE, FILL = (colors.HexColor(code) for code in ("#141c26", "#596575", "#c5ccd5", "#175a96"))
HEADED = 30 * mm  # a heading stands over at least so much of its table, never alone at the foot
MOST_ROWS = 1000  # on paper; the XLSX has them all

TEXT = ParagraphStyle("text", fontName=REGULAR, fontSize=8.5, leading=11, textColor=INK)
SMALL = ParagraphStyle("small", TEXT, fontSize=7.5, leading=9.5, textColor=GREY)
RIGHT = ParagraphStyle("right", TEXT, alignment=2)
HEADING = ParagraphStyle("heading", TEXT, fontName=BOLD, fontSize=11, leading=14, spaceBefore=10, spaceAfter=4)
TITLE = ParagraphStyle("title", TEXT, fontName=BOLD, fontSize=15, leading=19, spaceAfter=6)
COLUMN = ParagraphStyle("column", SMALL, fontName=BOLD)
COLUMN_RIGHT = ParagraphStyle("column-right", COLUMN, alignment=2)
TIGHT = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("TOPPADDING", (0, 0), (-1, -1), 1.5),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
    ("LEFTPADDING", (0, 0), (0, -1), 0),
    ("LEFTPADDING", (1, 0), (-1, -1), 2),
    ("RIGHTPADDING", (0, 0), (-1, -1), 2),
]
RULED = TableStyle([*TIGHT, ("LINEBELOW", (0, 0), (-1, 0), 0.8, INK), ("LINEBELOW", (0, 1), (-1, -1), 0.3, LINE)])


class Paper(NamedTuple):
    """How a register stands on paper: its title, its columns, and what a row says in them.

    The first `words` columns are text, the others numbers; None for a width is what the others leave.
    """

    title: str
    head: Sequence[str]
    widths: Sequence[float | None]
    cells: Callable[[Any], Sequence[str]]
    words: int


def printed(paper: Paper, rows: Iterable[Any], about: Sequence[tuple[str, Any]], count: int) -> FileResponse:
    """Return the rows of a register as a PDF, so many as anybody would leaf through."""
    load_fonts()
    story = [Paragraph(escaped(paper.title), TITLE), facts(about), Spacer(1, 8)]
    shown = [paper.cells(row) for row in islice(rows, MOST_ROWS)]
    known = sum(width for width in paper.widths if width is not None)
    widths = [WIDTH - known if width is None else width for width in paper.widths]
    story.append(grid(paper.head, shown, widths, paper.words))
    if count > len(shown):
        note = _("%(count)s further rows are in the XLSX of this register.") % {"count": count - len(shown)}
        story.append(Paragraph(note, SMALL))
    return document(paper.title, story, whose=str(dict(about).get(_("Organisation"), "")))


def document(title: str, story: list[Flowable], *, whose: str) -> FileResponse:
    """Return a PDF of A4 pages. Paragraphs need their fonts: they are loaded before the story is told."""
    file, foot = BytesIO(), " · ".join(filter(None, [whose, title]))
    paper = SimpleDocTemplate(
        file, pagesize=A4, leftMargin=SIDE, rightMargin=SIDE, topMargin=HEAD, bottomMargin=FOOT,
        title=title, author=whose, lang=get_language() or "en",
    )  # fmt: skip
    paper.build(story, canvasmaker=numbered(foot))
    file.seek(0)
    return FileResponse(file, content_type="application/pdf")


@cache
def load_fonts() -> None:
    for name in (REGULAR, BOLD):
        pdfmetrics.registerFont(TTFont(name, str(FONTS / f"{name}.ttf")))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)


def numbered(foot: str) -> type[Canvas]:
    """Return a canvas that writes “page 2 of 7” under each page, which it knows only at the end."""

    class Numbered(Canvas):
        def __init__(self, *args: Any, **kwargs: Any):
            super().__init__(*args, **kwargs)
            self.pages: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 - its name in the library
            self.pages.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, page in enumerate(self.pages, 1):
                self.__dict__.update(page)
                self.setFont(REGULAR, 7.5)
                self.setFillColor(GREY)
                self.drawString(SIDE + PADDING, 10 * mm, foot[:110])
                text = _("page %(number)s of %(count)s") % {"number": number, "count": len(self.pages)}
                self.drawRightString(A4[0] - SIDE - PADDING, 10 * mm, text)
                super().showPage()
            super().save()

    return Numbered


def part(title: str, *body: Flowable) -> list[Flowable]:
    return [CondPageBreak(HEADED), Paragraph(escaped(title), HEADING), *body]


def facts(pairs: Iterable[Sequence[Any]]) -> Flowable:
    """Return names and what is said of them, below each other."""
    rows = [[Paragraph(escaped(name), SMALL), Paragraph(escaped(value), TEXT)] for name, value in pairs]
    style = TableStyle([*TIGHT, ("LEFTPADDING", (0, 0), (-1, -1), 0)])
    return Table(rows, [40 * mm, WIDTH - 40 * mm], style=style) if rows else Spacer(1, 0)


def grid(head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], words: int = 1) -> Flowable:
    """Return a table whose first `words` columns are text, the others numbers; it goes on over pages.

    Line breaks in a cell stay.
    """
    if not rows:
        return Paragraph(pgettext("state", "no data"), TEXT)
    styles = [TEXT if number < words else RIGHT for number in range(len(head))]
    heads = [COLUMN if number < words else COLUMN_RIGHT for number in range(len(head))]
    body = [[Paragraph(broken(cell), style) for cell, style in zip(row, styles, strict=True)] for row in rows]
    first = [Paragraph(escaped(cell), style) for cell, style in zip(head, heads, strict=True)]
    return Table([first, *body], widths, repeatRows=1, style=RULED)


def broken(text: str) -> str:
    return "<br/>".join(map(escaped, text.split("\n")))


def escaped(text: Any) -> str:
    """Return text that the paragraphs print as it is, without what XML cannot carry."""
    plain = "".join(character if character >= " " else " " for character in str(text))
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
