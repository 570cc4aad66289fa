from datetime import UTC, date, datetime
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from accounts import organisation
from accounts.serializers import PersonField, PersonSerializer, person_of_row
from incidents.models import Incident
from suspensions.models import Suspension, TechProcess
from tasks.models import DESCRIPTION_LIMIT, TITLE_LIMIT, Task, TaskComment
from tasks.models.task import today
from tasks.rules import check_rule
from workflow.fields import IdField, UtcDateTimeField, utc
from workflow.models import plain_rows
from workflow.serializers import NoteSerializer

TIMES = ("started_at", "done_at", "accepted_at", "cancelled_at", "created_at", "updated_at")
SAME = ("id", "title", "description", "start", "deadline", "status", "priority", "asked_deadline", "recurrence")
SAME_TOO = ("next_on", "returns", "version")
LINKS = ("incident", "suspension")


class DayField(serializers.DateField):
    """A day; a moment with its offset means the day it is then for the organisation."""

    def to_internal_value(self, value: Any) -> date:
        if isinstance(value, str) and "T" in value:
            moment = UtcDateTimeField().run_validation(value)
            try:
                return timezone.localtime(moment, organisation.current().zone).date()
            except OverflowError:
                self.fail("invalid", format="YYYY-MM-DD")
        if isinstance(value, datetime):
            value = value.astimezone(UTC).date()
        return super().to_internal_value(value)


class StepSerializer(serializers.Serializer):
    id = serializers.IntegerField(read_only=True)
    text = serializers.CharField(max_length=200)
    done = serializers.BooleanField(required=False, help_text="Absent: as a step of the same text stands now.")


class TaskProcessSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()


class TaskSerializer(serializers.Serializer):
    """A task as it is read in lists."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    description = serializers.CharField()
    start = serializers.DateField()
    deadline = serializers.DateField(help_text="The last day on which it is on time, in the organisation's zone.")
    process = TaskProcessSerializer(allow_null=True)
    author = PersonSerializer()
    executor = PersonSerializer()
    priority = serializers.ChoiceField(choices=Task.Priority)
    status = serializers.ChoiceField(choices=Task.Status.choices)
    overdue = serializers.BooleanField(help_text="Past the deadline and not reported done.")
    incident = serializers.IntegerField(allow_null=True)
    suspension = serializers.IntegerField(allow_null=True)
    asked_deadline = serializers.DateField(allow_null=True, help_text="What the executor asks for.")
    recurrence = serializers.CharField(help_text="A rule of RFC 5545, empty when it does not repeat.")
    next_on = serializers.DateField(allow_null=True, help_text="When its successor is made.")
    returns = serializers.IntegerField(help_text="How often it was returned.")
    started_at = UtcDateTimeField(allow_null=True)
    done_at = UtcDateTimeField(allow_null=True)
    accepted_at = UtcDateTimeField(allow_null=True)
    cancelled_at = UtcDateTimeField(allow_null=True)
    created_at = UtcDateTimeField()
    updated_at = UtcDateTimeField()
    version = serializers.IntegerField(help_text="For `If-Match`.")


class TaskCardSerializer(TaskSerializer):
    """A task as it is read alone."""

    watchers = PersonSerializer(many=True)
    checklist = StepSerializer(many=True)


def represent(row: dict[str, Any]) -> dict[str, Any]:
    """Return the wire form of a row of `TaskQuerySet.rows()`; TaskSerializer documents it."""
    shown = {name: row[name] for name in (*SAME, *SAME_TOO)}
    shown |= {name: utc(row[name]) for name in TIMES}
    shown |= {name: row[f"{name}_id"] for name in LINKS}
    process = {name: row[f"process__{name}"] for name in ("id", "code", "name")}
    late = row["status"] in ("open", "in_progress") and row["deadline"] < today()
    shown |= {"overdue": late, "process": process if process["id"] else None}
    return shown | {role: person_of_row(row, role) for role in ("author", "executor")}


def represent_card(task: Task) -> dict[str, Any]:
    """Return the wire form of one task, with its watchers and steps."""
    row = plain_rows(Task).get(pk=task.pk)
    watchers = [watching.user for watching in task.watchings.select_related("user").order_by("pk")]
    parts = {"watchers": PersonSerializer(watchers, many=True).data}
    return represent(row) | parts | {"checklist": StepSerializer(task.checklist.all(), many=True).data}


class ProcessField(IdField):
    """A process named by its id or code."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, str) and not data.isdecimal():
            found = TechProcess.objects.present().filter(code=data).first()
            if found is None:
                self.fail("does_not_exist", pk_value=data)
            return found
        return super().to_internal_value(data)


class TaskWriteSerializer(serializers.Serializer):
    title = serializers.CharField(max_length=TITLE_LIMIT)
    description = serializers.CharField(max_length=DESCRIPTION_LIMIT, required=False, allow_blank=True)
    start = DayField(required=False, help_text="Today unless given; may lie in the past.")
    deadline = DayField()
    executor = PersonField(help_text="Id of a person.")
    process = ProcessField(queryset=TechProcess.objects.present(), required=False, allow_null=True)
    priority = serializers.ChoiceField(choices=Task.Priority, required=False)
    incident = IdField(queryset=Incident.objects.present(), required=False, allow_null=True)
    suspension = IdField(queryset=Suspension.objects.present(), required=False, allow_null=True)
    watchers = serializers.ListField(child=PersonField(), required=False, max_length=50, help_text="Ids of people.")
    recurrence = serializers.CharField(
        required=False, allow_blank=True, max_length=200, validators=[check_rule], help_text="FREQ=WEEKLY;BYDAY=MO"
    )
    checklist = StepSerializer(many=True, required=False)


class TaskPatchSerializer(TaskWriteSerializer):
    note = serializers.CharField(required=False, allow_blank=True, max_length=DESCRIPTION_LIMIT)


class TaskReasonSerializer(serializers.Serializer):
    note = serializers.CharField(max_length=DESCRIPTION_LIMIT, help_text="The reason.")


class AskSerializer(NoteSerializer):
    deadline = DayField(help_text="A day after the present deadline.")


class DecideSerializer(NoteSerializer):
    accept = serializers.BooleanField(help_text="Whether the deadline moves.")


class CheckSerializer(serializers.Serializer):
    item = serializers.IntegerField(min_value=1, max_value=2**63 - 1, help_text="Id of the step.")
    done = serializers.BooleanField(required=False, default=True)


class TaskCommentSerializer(serializers.ModelSerializer):
    author = PersonField(read_only=True)
    created_at = UtcDateTimeField(read_only=True)

    class Meta:
        model = TaskComment
        fields = ["id", "author", "text", "created_at"]
