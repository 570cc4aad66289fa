"""Public holidays that are known for certain, in the form in which people paste them.

Russia: the days of article 112 of the Labour Code; for 2026 also the days off that the Government moved
(decree 1466 of 24 September 2025). Moves for later years are decreed each autumn and are left to the reader.
"""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Preset(NamedTuple):
    title: str | Promise
    note: str | Promise
    text: str


RUSSIA_2026 = """
2026-01-01; Новогодние каникулы
2026-01-02; Новогодние каникулы
2026-01-03; Новогодние каникулы
2026-01-04; Новогодние каникулы
2026-01-05; Новогодние каникулы
2026-01-06; Новогодние каникулы
2026-01-07; Рождество Христово
2026-01-08; Новогодние каникулы
2026-01-09; Выходной, перенесён с 3 января
2026-02-23; День защитника Отечества
2026-03-08; Международный женский день
2026-03-09; Выходной, перенесён с 8 марта
2026-05-01; Праздник Весны и Труда
2026-05-09; День Победы
2026-05-11; Выходной, перенесён с 9 мая
2026-06-12; День России
2026-11-04; День народного единства
2026-12-31; Выходной, перенесён с 4 января
"""
RUSSIA_2027 = """
2027-01-01; Новогодние каникулы
2027-01-02; Новогодние каникулы
2027-01-03; Новогодние каникулы
2027-01-04; Новогодние каникулы
2027-01-05; Новогодние каникулы
2027-01-06; Новогодние каникулы
2027-01-07; Рождество Христово
2027-01-08; Новогодние каникулы
2027-02-23; День защитника Отечества
2027-03-08; Международный женский день
2027-05-01; Праздник Весны и Труда
2027-05-09; День Победы
2027-06-12; День России
2027-11-04; День народного единства
"""
PRESETS = {
    "ru-2026": Preset(_("Russia, 2026"), _("With the days off that the Government moved."), RUSSIA_2026.strip()),
    "ru-2027": Preset(
        _("Russia, 2027"),
        _("Holidays only: add the days off that the Government moves and the shortened days."),
        RUSSIA_2027.strip(),
    ),
}
