from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Case, Q, When
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import organisation
from attachments.forms import FilesForm
from incidents.models import Incident
from suspensions.forms.shares import MISSING, OF_A_CASE, ShareField
from suspensions.models import Risk, RiskSource, Suspension, TechProcess
from suspensions.models.suspension import TEXT_LIMIT
from suspensions.services.rules import EARLIEST, LATEST, check_process
from workflow.forms import MomentField, ahead
from workflow.times import written


def text(label: Any, rows: int = 3, **kwargs: Any) -> forms.CharField:
    widget = forms.Textarea({"rows": rows, **kwargs.pop("attrs", {})})
    return forms.CharField(label=label, required=False, max_length=TEXT_LIMIT, widget=widget, **kwargs)


class CaseForm(forms.Form):
    """What recording and correcting a case have in common."""

    risk_source = forms.ModelChoiceField(label=_("risk source"), queryset=RiskSource.objects.none())
    start = MomentField(label=_("start"))
    finish = MomentField(label=_("finish"), required=False, help_text=_("Empty: still running."))
    kind = forms.ChoiceField(
        label=_("kind"), choices=Suspension.Kind, initial=Suspension.Kind.OUTAGE, widget=forms.RadioSelect
    )
    degradation = ShareField(required=False, help_text=OF_A_CASE)
    description = text(_("description"), attrs={"placeholder": _("What did not work, and how it was noticed")})
    implementing_measures = text(_("measures taken"))
    root_cause = text(_("root cause"))
    loss = forms.DecimalField(label=_("loss"), required=False, min_value=0, max_digits=18, decimal_places=2)
    currency = forms.RegexField(r"\A[A-Z]{3}\Z", label=_("currency"), initial="RUB", max_length=3)
    incident = forms.ModelChoiceField(label=_("incident"), queryset=Incident.objects.none(), required=False)

    def __init__(self, *args: Any, case: Suspension | None = None, incident: int | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        chosen = case.incident_id if case else incident
        self.fields["incident"].queryset = linkable(chosen)  # type: ignore[attr-defined]
        self.fields["risk_source"].queryset = offered_sources(case)  # type: ignore[attr-defined]

        for name in {"start", "finish"} & self.fields.keys():
            self.fields[name].edges = case.edges() if case else []  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """An outage is complete, whatever stands in the field that then is not asked for."""
        cleaned = super().clean() or {}
        if cleaned.get("kind") == Suspension.Kind.OUTAGE:
            cleaned["degradation"] = 1
        elif "degradation" in cleaned and cleaned["degradation"] is None:
            self.add_error("degradation", MISSING)
        return cleaned


class ProcessesField(forms.ModelMultipleChoiceField):
    """Every process, those of today first; of the others it is said when the organisation ran them."""

    widget = forms.CheckboxSelectMultiple({"class": "form-check-input"})

    def label_from_instance(self, process: TechProcess) -> str:
        return str(process) if process.is_active_on(self.today) else f"{process} ({self.span(process)})"

    def span(self, process: TechProcess) -> str:
        words = [
            gettext("from %(day)s") % {"day": written(process.active_from)} if process.active_from else "",
            gettext("to %(day)s") % {"day": written(process.active_to)} if process.active_to else "",
        ]
        return " ".join(filter(None, words))

    @property
    def today(self) -> date:
        return timezone.now().astimezone(organisation.current().zone).date()

    def offer(self) -> None:
        present = TechProcess.objects.present()
        active = Q(pk__in=TechProcess.objects.active_on(self.today).values("pk"))
        today_first = present.annotate(of_today=Case(When(active, then=0), default=1))
        self.queryset = today_first.order_by("of_today", "number", "code")


class RecordForm(CaseForm, FilesForm):
    processes = ProcessesField(label=_("business processes"), queryset=TechProcess.objects.none())
    planned = forms.BooleanField(
        label=_("planned work"),
        required=False,
        help_text=_("Announced before it starts. What has begun is classified by a manager."),
    )
    planned_finish = MomentField(
        label=_("planned finish"), required=False, widget=ahead(), help_text=_("Of planned work.")
    )
    note = forms.CharField(
        label=_("why it counts as planned"),
        required=False,
        max_length=TEXT_LIMIT,
        help_text=_("Needed for planned work that has begun already."),
    )
    field_order = ["processes", "kind", "degradation", "start", "finish"]

    def __init__(self, *args: Any, classifies: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if not classifies:
            del self.fields["note"]
        self.fields["processes"].offer()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Say at the processes themselves which of them the organisation did not run when the case began."""
        cleaned = super().clean()
        start = cleaned.get("start")
        if start is None or not EARLIEST <= start <= LATEST:
            return cleaned  # it is said at the start itself
        for process in cleaned.get("processes", ()):
            try:
                check_process(process, start)
            except ValidationError as error:
                self.add_error("processes", error.messages)
        return cleaned


class EditForm(CaseForm):
    planned_finish = MomentField(label=_("planned finish"), required=False, widget=ahead())
    process = forms.ModelChoiceField(label=_("business process"), queryset=TechProcess.objects.none())
    note = forms.CharField(
        label=_("why"),
        required=False,
        max_length=TEXT_LIMIT,
        help_text=_("Stands in the timeline beside the old values."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    field_order = ["process", "kind", "degradation", "start", "finish"]

    def __init__(self, *args: Any, case: Suspension, **kwargs: Any):
        super().__init__(*args, case=case, **kwargs)
        known = TechProcess.objects.filter(pk=case.process_id)
        self.fields["process"].queryset = TechProcess.objects.present() | known  # type: ignore[attr-defined]
        for name, shown in (("finish", case.finish is not None), ("planned_finish", case.planned)):
            if not shown:
                del self.fields[name]

    def touched(self) -> dict[str, Any]:
        """Return what somebody changed; kind and share of the service only together."""
        pair = {"kind", "degradation"}
        names = set(self.changed_data) - {"note", "version"}
        return {name: self.cleaned_data[name] for name in names | (pair if names & pair else set())}


class NoteForm(forms.Form):
    note = text(_("note"))


class ReasonForm(forms.Form):
    note = forms.CharField(label=_("reason"), max_length=TEXT_LIMIT, widget=forms.Textarea({"rows": 3}))


class RestoreForm(NoteForm):
    finish = MomentField(label=_("runs again since"), initial=timezone.now)
    field_order = ["finish", "note"]


class CloseForm(NoteForm):
    implementing_measures = text(_("measures taken"))
    root_cause = text(_("root cause"))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    field_order = ["implementing_measures", "root_cause", "note"]


class ReopenForm(NoteForm):
    start = MomentField(
        label=_("broke down again at"),
        required=False,
        help_text=_("Empty: it never ended, and the time between counts."),
    )
    field_order = ["start", "note"]


class PlanForm(ReasonForm):
    planned = forms.TypedChoiceField(
        label=_("the case was"),
        choices=[("yes", _("planned work")), ("", _("not planned"))],
        coerce=bool,
        empty_value="",
        required=False,
    )
    announced_at = MomentField(label=_("announced"), required=False, help_text=_("Before the start."))
    field_order = ["planned", "announced_at", "note"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.initial["planned"] = "" if self.initial.get("planned") else "yes"  # whoever comes here wants the other

    def clean_planned(self) -> bool:
        return bool(self.cleaned_data["planned"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        return cleaned if cleaned.get("planned") else cleaned | {"announced_at": None}


class RegulateForm(NoteForm):
    reportable = forms.BooleanField(label=_("reportable to the regulator"), required=False)
    reportable_reason = text(_("why"), rows=2)
    report_due_at = MomentField(label=_("report due"), required=False, widget=ahead())
    reported_at = MomentField(label=_("reported"), required=False)
    report_reference = forms.CharField(label=_("reference of the report"), required=False, max_length=200)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    field_order = ["reportable", "reportable_reason", "report_due_at", "reported_at", "report_reference", "note"]


class SegmentForm(NoteForm):
    start = MomentField(label=_("from"), initial=timezone.now)
    finish = MomentField(label=_("to"), required=False, help_text=_("Empty: to the end of the case."))
    degradation = ShareField()
    field_order = ["degradation", "start", "finish", "note"]


class LinkRiskForm(forms.Form):
    """The risk that came true in a case."""

    risk = forms.ModelChoiceField(label=_("risk"), queryset=Risk.objects.present())


class CommentForm(forms.Form):
    text = forms.CharField(
        label=_("comment"),
        max_length=5000,
        widget=forms.Textarea({"rows": 2, "placeholder": _("What was done, what comes next, when you write again")}),
    )


def linkable(chosen: int | None) -> Any:
    """The incident that is chosen already, and those of the last month that are not deleted."""
    month = timezone.now() - timedelta(days=31)
    recent = list(Incident.objects.present().filter(created_at__gte=month).values_list("pk", flat=True)[:100])
    return Incident.objects.filter(pk__in=[*recent, *([chosen] if chosen else [])])


def offered_sources(case: Suspension | None) -> Any:
    """Active sources, and the one that an old case has."""
    active = RiskSource.objects.active()
    return (active | RiskSource.objects.filter(pk=case.risk_source_id)).distinct() if case else active


def usual(user: Any, at: datetime) -> dict[str, Any]:
    """Return what a person most likely means: now, and the process and source of their last case."""
    last = Suspension.objects.present().filter(author=user).order_by("-pk").first()
    known = {"processes": [last.process_id], "risk_source": last.risk_source_id} if last else {}
    return {"start": timezone.localtime(at).replace(second=0, microsecond=0), "currency": "RUB", **known}
