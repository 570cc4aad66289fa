"""How downtime cases, processes and risks are found."""

from django.utils.translation import gettext_lazy as _

from accounts.policy import sees_all
from suspensions.models import Risk, Suspension, SuspensionComment, SuspensionFile, TechProcess
from workflow.search.nouns import Noun, by_code, by_year_number

NOUNS = [
    Noun(
        "suspension",
        2,
        Suspension,
        _("Downtime"),
        "downtime",
        title="number",
        texts=("description", "implementing_measures", "root_cause"),
        shown_title="process__name",
        number="number",
        visible=Suspension.objects.visible_to,
        sees_all=sees_all("suspension.see"),
        lookup=by_year_number,
        comments=SuspensionComment,
        files=SuspensionFile,
        link="suspension",
    ),
    Noun(
        "process",
        5,
        TechProcess,
        _("Processes"),
        "process",
        title="name",
        texts=("code", "number"),
        number="code",
        status="",
        visible=TechProcess.objects.visible_to,
        sees_all=sees_all("process.see"),
        lookup=by_code,
    ),
    Noun(
        "risk",
        6,
        Risk,
        _("Risks"),
        "risk",
        title="title",
        texts=("code", "controls"),
        number="code",
        visible=Risk.objects.visible_to,
        sees_all=sees_all("risk.see"),
        lookup=by_code,
    ),
]
