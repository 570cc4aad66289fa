"""The report on paper: A4, readable in grey, with the figures, charts, limits and cases an inspector asks for."""

from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    KeepTogether,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from accounts import organisation
from suspensions.analytics import charts, sheets, wording
from suspensions.analytics.charts import Bars
from suspensions.analytics.reading import Line, Reading, minutes
from workflow import times

FONTS = Path(__file__).resolve().parent.parent / "fonts"
REGULAR, BOLD = "DejaVuSansCondensed", "DejaVuSansCondensed-Bold"
SIDE, HEAD, FOOT = 16 * mm, 15 * mm, 18 * mm
PADDING = 6  # points, of the library's frame
WIDTH = A4[0] - 2 * SIDE - 2 * PADDING
INK, GREY, LINE, FILL = (colors.HexColor(code) for code in ("#141c26", "#596575", "#c5ccd5", "#175a96"))
HEADED = 30 * mm  # a heading stands over at least so much of its table, never alone at the foot
MOST_CASES = 1000  # on paper; the XLSX has them all

TEXT = ParagraphStyle("text", fontName=REGULAR, fontSize=8.5, leading=11, textColor=INK)
SMALL = ParagraphStyle("small", TEXT, fontSize=7.5, leading=9.5, textColor=GREY)
RIGHT = ParagraphStyle("right", TEXT, alignment=2)
HEADING = ParagraphStyle("heading", TEXT, fontName=BOLD, fontSize=11, leading=14, spaceBefore=10, spaceAfter=4)
TITLE = ParagraphStyle("title", TEXT, fontName=BOLD, fontSize=15, leading=19, spaceAfter=6)
COLUMN = ParagraphStyle("column", SMALL, fontName=BOLD)
COLUMN_RIGHT = ParagraphStyle("column-right", COLUMN, alignment=2)


@cache
def load_fonts() -> None:
    for name in (REGULAR, BOLD):
        pdfmetrics.registerFont(TTFont(name, str(FONTS / f"{name}.ttf")))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)


def document(reading: Reading, by: Any) -> HttpResponseBase:
    """Return the report as a PDF."""
    load_fonts()
    file = BytesIO()
    with timezone.override(reading.query.period.zone):
        title = _("Downtime report")
        paper = SimpleDocTemplate(
            file, pagesize=A4, leftMargin=SIDE, rightMargin=SIDE, topMargin=HEAD, bottomMargin=FOOT,
            title=title, author=str(organisation.current()), lang=get_language() or "en",
        )  # fmt: skip
        paper.build(story(reading, by), canvasmaker=numbered(f"{organisation.current()} · {title}"))
    file.seek(0)
    return FileResponse(file, content_type="application/pdf")


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


def story(reading: Reading, by: Any) -> list[Flowable]:
    return [
        Paragraph(escaped(str(organisation.current())), SMALL),
        Paragraph(_("Downtime report"), TITLE),
        about(reading, by),
        *part(_("Summary"), summary(reading)),
        *chart(_("By day") if len(reading.by_day) <= charts.MANY_DAYS else _("By month"), charts.by_day(reading)),
        *part(_("Fact and limit"), fact_and_limit(reading)),
        Paragraph(_("The year in which the period ends, up to its end, by the limit in force then."), SMALL),
        *part(_("By process"), split(_("Process"), reading.by_process)),
        *part(_("By risk source"), split(_("Risk source"), reading.by_risk_source)),
        *chart(_("How long cases last"), charts.histogram(reading)),
        *part(_("By month"), split(_("Month"), reading.by_month, longest=False)),
        CondPageBreak(HEADED),
        Paragraph(pgettext("heading", "Cases"), HEADING),
        *cases(reading),
        Spacer(1, 8),
        Paragraph(how(), SMALL),
        signatures(),
    ]


def how() -> str:
    return _(
        "A case that runs counts to now. What lies outside the period is cut off. Overlaps count once where it says so."
        " Availability and the means between failures leave planned work out."
        " Days are those of the organisation's zone."
    )


def part(title: str, body: Flowable) -> list[Flowable]:
    return [CondPageBreak(HEADED), Paragraph(escaped(title), HEADING), body]


def chart(title: str, bars: Bars) -> list[Flowable]:
    found = [Paragraph(escaped(title), HEADING), Drawn(bars), Paragraph(escaped(bars.finding), SMALL)]
    return [KeepTogether(found)]


def about(reading: Reading, by: Any) -> Table:
    rows = [
        [Paragraph(escaped(name), SMALL), Paragraph(escaped(value), TEXT)] for name, value in sheets.about(reading, by)
    ]
    return Table(rows, [40 * mm, WIDTH - 40 * mm], style=TableStyle([*TIGHT, ("LEFTPADDING", (0, 0), (-1, -1), 0)]))


def summary(reading: Reading) -> Table:
    """Each figure in words and, to the hundredth, in minutes."""
    head = [_("Figure"), _("Value"), _("Exactly"), _("Period before"), _("Difference")]
    rows = [
        [
            wording.capital(figure.label), wording.said(figure, figure.value), exact(figure.value, figure.kind),
            wording.said(figure, figure.before), wording.change(figure) or "—",
        ]
        for figure in reading.summary
    ]  # fmt: skip
    return grid(head, rows, [62 * mm, 31 * mm, 25 * mm, 31 * mm, WIDTH - 149 * mm])


def exact(value: Any, kind: str) -> str:
    if value is None:
        return wording.no_data()
    return f"{value} {_('min')}" if kind == "time" else f"{value} %" if kind == "share" else str(value)


def split(name: str, lines: Sequence[Line], *, longest: bool = True) -> Table:
    head = [name, _("Cases"), _("Sum"), _("Overlaps once")] + ([_("The longest")] if longest else [])
    rows = [
        [line.label, str(line.found.count)]
        + [wording.lasting(minutes(time)) for time in (line.found.total, line.found.union)]
        + ([wording.lasting(minutes(line.found.longest))] if longest else [])
        for line in lines
    ]
    first = 66 * mm
    return grid(head, rows, [first, *[(WIDTH - first) / (len(head) - 1)] * (len(head) - 1)])


def fact_and_limit(reading: Reading) -> Flowable:
    head = [_("Process"), _("Document"), _("Valid from"), _("Year used"), _("Limit of the year"), _("One case")]
    rows = []
    for found in reading.budgets:
        limit, percent = found.limit, found.year.percent
        used = wording.lasting(minutes(found.year.used))
        rows.append([
            str(found.process), limit.document if limit else "—", f"{limit.valid_from:%d.%m.%Y}" if limit else "—",
            used if percent is None else f"{used}, {percent:.0f}{wording.NB}%",
            *(allowed(amount) for amount in ((limit.year_minutes, limit.case_minutes) if limit else (None, None))),
        ])  # fmt: skip
    return grid(head, rows, [46 * mm, WIDTH - 142 * mm, 20 * mm, 30 * mm, 24 * mm, 22 * mm], words=3)


def allowed(amount: int | None) -> str:
    return _("no limit set") if amount is None else wording.lasting(amount)


def cases(reading: Reading) -> list[Flowable]:
    head = [_("Number"), _("Start"), _("Process"), _("Cause and measures"), _("In the period")]
    rows = [
        [row[0], times.full(row[3]), row[1], told(row), wording.lasting(row[5])]
        for row in sheets.cases(reading, MOST_CASES)
    ]
    table = grid(head, rows, [20 * mm, 33 * mm, 42 * mm, WIDTH - 121 * mm, 26 * mm], words=4)
    left_out = reading.figures.whole.count - len(rows)
    if left_out <= 0:
        return [table]
    note = _("%(count)s earlier cases are in the XLSX of this report.") % {"count": left_out}
    return [table, Paragraph(note, SMALL)]


def told(row: Any) -> str:
    said = [row[6] if row[7] == _("no") else _("planned"), row[2], row[8][:300], row[9][:200]]
    return ". ".join(text.strip().rstrip(".") for text in said if text.strip())


def grid(head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], words: int = 1) -> Flowable:
    """Return a table whose first `words` columns are text, the others numbers; it goes on over pages."""
    if not rows:
        return Paragraph(wording.no_data(), TEXT)
    styles = [TEXT if number < words else RIGHT for number in range(len(head))]
    heads = [COLUMN if number < words else COLUMN_RIGHT for number in range(len(head))]
    body = [[Paragraph(escaped(cell), style) for cell, style in zip(row, styles, strict=True)] for row in rows]
    first = [Paragraph(escaped(cell), style) for cell, style in zip(head, heads, strict=True)]
    return Table([first, *body], widths, repeatRows=1, style=RULED)


TIGHT = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("TOPPADDING", (0, 0), (-1, -1), 1.5),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
    ("LEFTPADDING", (0, 0), (0, -1), 0),
    ("LEFTPADDING", (1, 0), (-1, -1), 2),
    ("RIGHTPADDING", (0, 0), (-1, -1), 2),
]
RULED = TableStyle([*TIGHT, ("LINEBELOW", (0, 0), (-1, 0), 0.8, INK), ("LINEBELOW", (0, 1), (-1, -1), 0.3, LINE)])


def signatures() -> Flowable:
    line = "_" * 28
    rows = [[Paragraph(f"{_('Responsible')} {line}", TEXT), Paragraph(f"{pgettext('paper', 'Date')} {line}", TEXT)]]
    return KeepTogether([Spacer(1, 18), Table(rows, [WIDTH / 2, WIDTH / 2], style=TableStyle(TIGHT))])


def escaped(text: str) -> str:
    """Return text that the paragraphs print as it is, without what XML cannot carry."""
    plain = "".join(character if character >= " " else " " for character in str(text))
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class Drawn(Flowable):
    """A bar chart, drawn from the same numbers as on the page."""

    LEFT, HIGH = 34, 110

    def __init__(self, bars: Bars):
        super().__init__()
        self.bars, self.width, self.height = bars, WIDTH, self.HIGH + 18

    def draw(self) -> None:
        canvas, plot = self.canv, self.width - self.LEFT
        scale = self.HIGH / (charts.BASE - charts.TOP)
        canvas.setFont(REGULAR, 6.5)
        for y, text in self.bars.grid:
            high = 12 + (charts.BASE - y) * scale
            canvas.setStrokeColor(LINE)
            canvas.setLineWidth(0.4)
            canvas.line(self.LEFT, high, self.width, high)
            canvas.setFillColor(GREY)
            canvas.drawRightString(self.LEFT - 4, high - 2, text)
        canvas.setFillColor(FILL)
        for bar in self.bars.bars:
            canvas.rect(
                self.LEFT + share(bar.x) * plot, 12, share(bar.width) * plot, bar.height * scale, stroke=0, fill=1
            )
        canvas.setFillColor(GREY)
        for label in self.bars.labels:
            canvas.drawCentredString(self.LEFT + share(label.at) * plot, 2, label.text)


def share(text: str) -> float:
    return float(text.rstrip("%")) / 100
