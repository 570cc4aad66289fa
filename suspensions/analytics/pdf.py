"""The report on paper: A4, readable in grey, with the figures, charts, limits and cases an inspector asks for."""

from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpResponseBase
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.text import Truncator
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
from accounts.working_time import MINUTE
from suspensions.analytics import charts, sheets, wording
from suspensions.analytics.charts import Bars
from suspensions.analytics.nearest import Nearest
from suspensions.analytics.reading import Line, Reading, minutes
from suspensions.analytics.sheets import CaseRow
from suspensions.budgets.reckoning import Allowance

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
        Paragraph(_("Downtime report"), TITLE),
        about(reading, by),
        *part(_("Summary"), summary(reading)),
        *chart(_("By day") if len(reading.by_day) <= charts.MANY_DAYS else _("By month"), charts.by_day(reading)),
        *part(_("Fact and limit"), fact_and_limit(reading)),
        Paragraph(under_limits(), SMALL),
        *part(_("By process"), split(_("Process"), reading.by_process, scheduled=True)),
        *part(_("By risk source"), split(_("Risk source"), reading.by_risk_source)),
        *chart(_("How long cases last"), charts.histogram(reading), "{:.0f}"),
        *part(_("By month"), split(_("Month"), [of_month(line) for line in reading.by_month], longest=False)),
        *days(reading),
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


def under_limits() -> str:
    return _(
        "The year in which the period ends, up to its end, by the limit in force then; the unplanned case of that year"
        " that came nearest to the limit of one case in force when it began."
    )


def part(title: str, body: Flowable) -> list[Flowable]:
    return [CondPageBreak(HEADED), Paragraph(escaped(title), HEADING), body]


def of_month(line: Line) -> Line:
    return line._replace(label=wording.capital(date_format(line.key, "F Y")))


def days(reading: Reading) -> list[Flowable]:
    """Return the days with downtime, where the chart of so many has no room for their lengths."""
    lines = [
        line._replace(label=wording.date_of(line.key))
        for line in reading.by_day
        if line.found.count or line.found.total
    ]
    many = len(reading.by_day) > charts.MANY_DAYS
    return [] if many or not lines else part(_("Days with downtime"), split(_("Day"), lines, longest=False))


def chart(title: str, bars: Bars, said: str = "") -> list[Flowable]:
    """Return a chart; `said` is how the value of each bar is written above it."""
    found = [Paragraph(escaped(title), HEADING), Drawn(bars, said), Paragraph(escaped(bars.finding), SMALL)]
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
    if kind == "count":
        return str(value)
    return f"{number_format(value)}{wording.NB}{'%' if kind == 'share' else _('min')}"


def split(name: str, lines: Sequence[Line], *, longest: bool = True, scheduled: bool = False) -> Flowable:
    columns = [(_("Sum"), "total"), (_("Overlaps once"), "union")]
    columns += [(_("The longest"), "longest")] if longest else []
    columns += [(_("Within the schedule"), "scheduled")] if scheduled else []
    head = [name, _("Cases"), *(title for title, _field in columns)]
    rows = [
        [line.label, str(line.found.count)]
        + [wording.lasting(minutes(getattr(line.found, field))) for _title, field in columns]
        for line in lines
    ]
    first, count = 62 * mm, 16 * mm
    return grid(head, rows, [first, count, *[(WIDTH - first - count) / len(columns)] * len(columns)])


def fact_and_limit(reading: Reading) -> Flowable:
    head = [
        _("Process"),
        _("Document"),
        _("Year used"),
        _("Limit of the year"),
        _("Case nearest to its limit"),
        _("Limit of one case"),
    ]
    rows = []
    for found in reading.budgets:
        limit = found.limit
        document = (
            f"{limit.document}\n{_('from %(day)s') % {'day': wording.date_of(limit.valid_from)}}" if limit else "—"
        )
        rows.append([
            str(found.process), document, against(found.year), allowed(limit.year_minutes if limit else None),
            *worst(reading.nearest.get(found.process.pk)),
        ])  # fmt: skip
    return grid(head, rows, [42 * mm, WIDTH - 148 * mm, 27 * mm, 24 * mm, 33 * mm, 22 * mm], words=2)


def worst(nearest: Nearest | None) -> list[str]:
    """Return the case that came nearest to the limit of one case, and that limit."""
    if nearest is None:
        return ["—", "—"]
    limit = nearest.found.allowed
    over = _("over the limit: %(count)s") % {"count": nearest.beyond} if nearest.beyond else ""
    said = "\n".join(filter(None, [nearest.case.number, against(nearest.found), over]))
    return [said, allowed(None if limit is None else limit // MINUTE)]


def against(found: Allowance) -> str:
    used = wording.lasting(minutes(found.used))
    return used if found.percent is None else f"{used}, {found.percent:.0f}{wording.NB}%"


def allowed(amount: int | None) -> str:
    return _("no limit set") if amount is None else wording.lasting(amount)


def cases(reading: Reading) -> list[Flowable]:
    head = [
        _("Number"),
        _("Start and finish"),
        _("Process, cause and measures"),
        _("In the period"),
        _("Within the schedule"),
    ]
    rows = [
        [
            f"{row.number}\n{row.status}",
            from_to(row),
            told(row),
            wording.lasting(row.lasted),
            wording.lasting(row.scheduled),
        ]
        for row in sheets.cases(reading, MOST_CASES)
    ]
    table = grid(head, rows, [28 * mm, 29 * mm, WIDTH - 101 * mm, 22 * mm, 22 * mm], words=3)
    left_out = reading.figures.whole.count - len(rows)
    if left_out <= 0:
        return [table]
    note = _("%(count)s earlier cases are in the XLSX of this report.") % {"count": left_out}
    return [table, Paragraph(note, SMALL)]


def from_to(row: CaseRow) -> str:
    """Return start and finish below each other, on the clock that the head of the report names."""
    moments = [row.start, *([] if isinstance(row.finish, str) else [row.finish])]
    said = [f"{wording.date_of(local)} {local:%H:%M}" for local in map(timezone.localtime, moments)]
    return "\n".join([*said, *([row.finish] if isinstance(row.finish, str) else [])])


def told(row: CaseRow) -> str:
    kind = row.kind if row.planned == _("no") else _("planned")
    first = [wording.capital(kind), row.risk_source, shortened(row.description, 300)]
    rest = [(_("Root cause"), shortened(row.root_cause, 200)), (_("Measures"), shortened(row.measures, 200))]
    said = ". ".join(text.strip().rstrip(".") for text in first if text.strip())
    return "\n".join([row.process, said, *(f"{name}: {text}" for name, text in rest if text)])


def shortened(text: str, most: int) -> str:
    """Return one line of text, cut at a word."""
    return Truncator(" ".join(text.split())).chars(most)


def grid(head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], words: int = 1) -> Flowable:
    """Return a table whose first `words` columns are text, the others numbers; it goes on over pages.

    Line breaks in a cell stay.
    """
    if not rows:
        return Paragraph(wording.no_data(), TEXT)
    styles = [TEXT if number < words else RIGHT for number in range(len(head))]
    heads = [COLUMN if number < words else COLUMN_RIGHT for number in range(len(head))]
    body = [[Paragraph(broken(cell), style) for cell, style in zip(row, styles, strict=True)] for row in rows]
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


def broken(text: str) -> str:
    return "<br/>".join(map(escaped, text.split("\n")))


def escaped(text: str) -> str:
    """Return text that the paragraphs print as it is, without what XML cannot carry."""
    plain = "".join(character if character >= " " else " " for character in str(text))
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class Drawn(Flowable):
    """A bar chart, drawn from the same numbers as on the page."""

    LEFT, HIGH = 34, 110

    def __init__(self, bars: Bars, said: str = ""):
        super().__init__()
        self.bars, self.said, self.width, self.height = bars, said, WIDTH, self.HIGH + 18

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
        for bar, value in zip(self.bars.bars, filter(None, self.bars.values), strict=True) if self.said else ():
            middle = self.LEFT + (share(bar.x) + share(bar.width) / 2) * plot
            canvas.drawCentredString(middle, 14 + bar.height * scale, self.said.format(value))
        for label in self.bars.labels:
            canvas.drawCentredString(self.LEFT + share(label.at) * plot, 2, label.text)


def share(text: str) -> float:
    return float(text.rstrip("%")) / 100
