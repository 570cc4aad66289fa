from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts import organisation
from accounts.serializers import PersonField, PersonSerializer, person_of_row, short_person
from attachments.serializers import FileSerializer
from attachments.serializers import represent as represent_file
from incidents.models import Incident
from tasks.models import TITLE_LIMIT as TASK_TITLE_LIMIT
from tasks.serializers import DayField
from tickets.models import DESCRIPTION_LIMIT, TITLE_LIMIT, Category, Ticket, TicketComment
from tickets.models.ticket import LOCATION_LIMIT
from tickets.sla.reckoning import State
from tickets.sla.standing import NAMES, standings, whole_minutes
from workflow.actor import Channel
from workflow.fields import IdField, UtcDateTimeField, utc
from workflow.models import Event, plain_rows
from workflow.models.comment import TEXT_LIMIT
from workflow.serializers import EventActorSerializer, NoteSerializer

SAME = ("id", "title", "description", "location", "priority", "status", "satisfaction", "satisfaction_note", "version")
TIMES = (
    "assigned_at", "accepted_at", "started_at", "first_response_at", "waiting_since", "resolved_at", "closed_at",
    "cancelled_at", "created_at", "updated_at", "due_at", "response_due_at", "resolution_due_at",
)  # fmt: skip
MOST_WATCHERS = 50


class TicketCategorySerializer(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()


class PromiseSerializer(serializers.Serializer):
    """How a promise of working time stands."""

    promise = serializers.ChoiceField(choices=NAMES)
    state = serializers.ChoiceField(choices=[str(state) for state in State])
    due_at = UtcDateTimeField(allow_null=True)
    left_minutes = serializers.IntegerField(allow_null=True, help_text="Working time; less than nothing when late.")


class TicketSerializer(serializers.Serializer):
    """A ticket as it is read in lists."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    description = serializers.CharField()
    category = TicketCategorySerializer(allow_null=True)
    location = serializers.CharField()
    priority = serializers.ChoiceField(choices=Ticket.Priority)
    status = serializers.ChoiceField(choices=Ticket.Status.choices)
    creator = PersonSerializer()
    assignee = PersonSerializer(allow_null=True)
    incident = serializers.IntegerField(allow_null=True)
    merged_into = serializers.IntegerField(allow_null=True, help_text="The ticket that goes on in its place.")
    satisfaction = serializers.IntegerField(allow_null=True, help_text="The creator's mark, 1 to 5.")
    satisfaction_note = serializers.CharField()
    assigned_at = UtcDateTimeField(allow_null=True)
    accepted_at = UtcDateTimeField(allow_null=True)
    started_at = UtcDateTimeField(allow_null=True)
    first_response_at = UtcDateTimeField(allow_null=True, help_text="When the desk first answered the creator.")
    waiting_since = UtcDateTimeField(allow_null=True, help_text="Since when the creator's answer is waited for.")
    resolved_at = UtcDateTimeField(allow_null=True)
    closed_at = UtcDateTimeField(allow_null=True)
    cancelled_at = UtcDateTimeField(allow_null=True)
    created_at = UtcDateTimeField()
    updated_at = UtcDateTimeField()
    due_at = UtcDateTimeField(allow_null=True, help_text="What is due next; null when nothing is, or it waits.")
    response_due_at = UtcDateTimeField(allow_null=True)
    resolution_due_at = UtcDateTimeField(allow_null=True)
    sla = PromiseSerializer(many=True, help_text="How the promises stand; empty where nothing was promised.")
    version = serializers.IntegerField(help_text="For `If-Match`.")


class TicketCardSerializer(TicketSerializer):
    """A ticket as it is read alone."""

    watchers = PersonSerializer(many=True)


def represent(row: dict[str, Any]) -> dict[str, Any]:
    """Return the wire form of a row of `TicketQuerySet.rows()`; TicketSerializer documents it."""
    shown = {name: row[name] for name in SAME} | {name: utc(row[name]) for name in TIMES}
    shown |= {name: row[f"{name}_id"] for name in ("incident", "merged_into")}
    category = {"id": row["category__id"], "name": row["category__name"]} if row["category__id"] else None
    shown["sla"] = [
        {"promise": one.name, "state": str(one.state), "due_at": utc(one.due), "left_minutes": whole_minutes(one)}
        for one in standings(row, timezone.now(), organisation.working_time())
    ]
    return shown | {"category": category, **{role: person_of_row(row, role) for role in ("creator", "assignee")}}


def represent_card(ticket: Ticket) -> dict[str, Any]:
    """Return the wire form of one ticket, with its watchers."""
    row = plain_rows(Ticket).get(pk=ticket.pk)
    watchers = [watching.user for watching in ticket.watchings.select_related("user").order_by("pk")]
    return represent(row) | {"watchers": [short_person(watcher) for watcher in watchers]}


class TicketWriteSerializer(serializers.Serializer):
    title = serializers.CharField(max_length=TITLE_LIMIT)
    description = serializers.CharField(max_length=DESCRIPTION_LIMIT, required=False, allow_blank=True)
    category = IdField(queryset=Category.objects.active(), required=False, allow_null=True)
    location = serializers.CharField(max_length=LOCATION_LIMIT, required=False, allow_blank=True)
    priority = serializers.ChoiceField(choices=Ticket.Priority, required=False, help_text="Later managers change it.")
    incident = IdField(queryset=Incident.objects.present(), required=False, allow_null=True)
    watchers = serializers.ListField(
        child=PersonField(), required=False, max_length=MOST_WATCHERS, help_text="Ids of people who may follow it."
    )


class TicketPatchSerializer(TicketWriteSerializer):
    note = serializers.CharField(required=False, allow_blank=True, max_length=DESCRIPTION_LIMIT)


class AssignTicketSerializer(NoteSerializer):
    assignee = PersonField(allow_null=True, help_text="Id of a technician; null gives it back to the queue.")


class MakeIncidentSerializer(NoteSerializer):
    severity = serializers.ChoiceField(
        choices=Incident.Severity, required=False, help_text="As the ticket's priority unless given."
    )


class MakeTaskSerializer(serializers.Serializer):
    executor = PersonField(help_text="Id of a person.")
    deadline = DayField()
    title = serializers.CharField(max_length=TASK_TITLE_LIMIT, required=False, allow_blank=True)
    description = serializers.CharField(max_length=DESCRIPTION_LIMIT, required=False, allow_blank=True)


class GrownSerializer(serializers.Serializer):
    """What grew out of a ticket."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    title = serializers.CharField()


class TicketCommentSerializer(serializers.Serializer):
    """Something said about a ticket, with its files."""

    id = serializers.IntegerField()
    author = PersonSerializer()
    text = serializers.CharField()
    internal = serializers.BooleanField(help_text="Read by technicians, managers, administrators and auditors only.")
    attachments = FileSerializer(many=True)
    created_at = UtcDateTimeField()


class TicketCommentWriteSerializer(serializers.Serializer):
    text = serializers.CharField(max_length=TEXT_LIMIT)
    internal = serializers.BooleanField(required=False, default=False)
    resolve = serializers.BooleanField(required=False, default=False, help_text="Resolve the ticket with this answer.")

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if data["internal"] and data["resolve"]:
            raise serializers.ValidationError({"resolve": _("An internal word resolves nothing: answer the creator.")})
        return data


class TicketCommentFormSerializer(TicketCommentWriteSerializer):
    """The same as a form, with files."""

    file = serializers.ListField(
        child=serializers.FileField(), required=False, help_text="Repeat the part for several files."
    )


def represent_comment(said: TicketComment) -> dict[str, Any]:
    return {
        "id": said.pk,
        "author": short_person(said.author),
        "text": said.text,
        "internal": said.internal,
        "attachments": [represent_file(held.file) for held in said.files.all()],
        "created_at": utc(said.created_at),
    }


class HeldFileSerializer(serializers.Serializer):
    id = serializers.CharField()
    name = serializers.CharField()
    size = serializers.IntegerField(help_text="In bytes.")


class HistoryLineSerializer(serializers.Serializer):
    """One line of the history: a comment, a file, or a change."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=["comment", "file", "change"])
    at = UtcDateTimeField()
    actor = EventActorSerializer()
    channel = serializers.ChoiceField(choices=Channel)
    verb = serializers.CharField()
    internal = serializers.BooleanField()
    text = serializers.CharField(help_text="What was said: the comment, or the note of the change.")
    before = serializers.DictField()
    after = serializers.DictField()
    files = HeldFileSerializer(many=True)


def represent_line(event: Event) -> dict[str, Any]:
    """Return the wire form of an event as a line of the history."""
    after = dict(event.after)
    files = after.pop("files", []) + ([after.pop("file")] if "file" in after else [])
    kinds = {"comment": "comment", "attach": "file"}
    username = event.actor.username if event.actor else None
    return {
        "id": event.pk,
        "kind": kinds.get(event.verb, "change"),
        "at": utc(event.at),
        "actor": {"id": event.actor_id, "username": username, "name": event.actor_label},
        "channel": event.channel,
        "verb": event.verb,
        "internal": event.internal,
        "text": event.note,
        "before": event.before,
        "after": after,
        "files": files,
    }
