"""Charts on paper, drawn from the same numbers as on the page."""

from collections.abc import Sequence

from reportlab.lib import colors
from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from suspensions.analytics import charts
from suspensions.analytics.charts import Bars, Month
from workflow.paper import FILL, GREY, INK, LINE, REGULAR, WIDTH

SHADES = {
    name: colors.HexColor(code)
    for name, code in (
        ("h0", "#f1f3f6"),
        ("h1s", "#bcd3e8"),
        ("h2s", "#7fabd3"),
        ("h3s", "#3f7fb8"),
        ("h4s", "#123f6b"),
    )
}  # light to dark, so that a grey print keeps their order


class Drawn(Flowable):
    """A bar chart; `said` is how the value of each bar is written above it."""

    LEFT, HIGH = 34, 110

    def __init__(self, bars: Bars, said: str = ""):
        super().__init__()
        self.bars, self.said, self.width, self.height = bars, said, WIDTH, self.HIGH + 18

    def draw(self) -> None:
        canvas, plot = self.canv, self.width - self.LEFT
        scale = self.HIGH / (charts.BASE - charts.TOP)
        self.draw_grid(scale)
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

    def draw_grid(self, scale: float) -> None:
        canvas = self.canv
        canvas.setFont(REGULAR, 6.5)
        for y, text in self.bars.grid:
            high = 12 + (charts.BASE - y) * scale
            canvas.setStrokeColor(LINE)
            canvas.setLineWidth(0.4)
            canvas.line(self.LEFT, high, self.width, high)
            canvas.setFillColor(GREY)
            canvas.drawRightString(self.LEFT - 4, high - 2, text)


class Across(Flowable):
    """A bar across for each line of a split, the longest first, its length in words behind it."""

    NAME, ROW, SAID, LETTERS = 62 * mm, 12, 24 * mm, 46

    def __init__(self, rows: Sequence[charts.Row]):
        super().__init__()
        self.rows, self.width, self.height = rows, WIDTH, len(rows) * self.ROW + 4

    def draw(self) -> None:
        canvas, plot = self.canv, self.width - self.NAME - self.SAID
        canvas.setFont(REGULAR, 7)
        for number, row in enumerate(self.rows, 1):
            foot, length = self.height - number * self.ROW, share(row.width) * plot
            canvas.setFillColor(INK)
            canvas.drawString(0, foot + 3, shortened(row.line.label, self.LETTERS))
            canvas.setFillColor(FILL)
            canvas.rect(self.NAME, foot + 1.5, max(length, 0.5), self.ROW - 4, stroke=0, fill=1)
            canvas.setFillColor(GREY)
            canvas.drawString(self.NAME + length + 4, foot + 3, row.length)


class Heat(Flowable):
    """A year of days: a grid for each month, weeks downwards, the darker the longer nothing ran."""

    CELL, COLUMNS, HIGH = 10.4, 6, 90

    def __init__(self, months: Sequence[Month]):
        super().__init__()
        self.months, self.width = months, WIDTH
        self.height = -(-len(months) // self.COLUMNS) * self.HIGH

    def draw(self) -> None:
        for number, month in enumerate(self.months):
            row, column = divmod(number, self.COLUMNS)
            self.draw_month(month, column * self.width / self.COLUMNS, self.height - row * self.HIGH)

    def draw_month(self, month: Month, left: float, top: float) -> None:
        canvas, scale = self.canv, self.CELL / 10
        canvas.setFont(REGULAR, 7)
        canvas.setFillColor(INK)
        canvas.drawString(left, top - 8, month.name)
        canvas.setFillColor(GREY)
        canvas.setFont(REGULAR, 6)
        canvas.drawRightString(left + 7 * self.CELL, top - 8, month.length)
        canvas.setStrokeColor(LINE)
        canvas.setLineWidth(0.3)
        for cell in month.cells:
            x, y = left + (cell.x - 0.5) * scale, top - 13 - (cell.y + 9.5) * scale
            canvas.setFillColor(SHADES.get(cell.shade, colors.white))
            canvas.rect(x, y, self.CELL - 1, self.CELL - 1, stroke=1, fill=1)


def share(text: str) -> float:
    return float(text.rstrip("%")) / 100


def shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
