from typing import Any

from django.urls import reverse
from rest_framework import serializers

from accounts.serializers import PersonSerializer
from attachments.models import File
from tasks.models import Assignment, JoinRequest, Member, Membership, Programme, ProgrammeDay, Report
from tasks.models.programme import LONGEST, MOST_ATTEMPTS
from tasks.programmes.participation import Participation
from tasks.programmes.templates import TEXT_LIMIT, VARIABLES
from workflow.fields import IdField, UtcDateTimeField
from workflow.serializers import NoteSerializer

REASON_LIMIT = 500


class ProgrammeShortSerializer(serializers.ModelSerializer):
    """A programme in a few words."""

    class Meta:
        model = Programme
        fields = ["id", "title", "start", "finish", "status"]
        read_only_fields = fields


class ProgrammeWriteSerializer(serializers.Serializer):
    """A programme as it is set up."""

    title = serializers.CharField(max_length=200)
    start = serializers.DateField(help_text="Its first day.")
    finish = serializers.DateField(help_text="Its last day.")
    final_message = serializers.CharField(
        max_length=TEXT_LIMIT, help_text=f"Variables: {', '.join(f'{{{name}}}' for name in VARIABLES)}."
    )
    join_days = serializers.IntegerField(
        min_value=0, max_value=LONGEST, required=False, help_text="Days to join after the start."
    )
    most_missed = serializers.IntegerField(
        min_value=0, max_value=LONGEST, required=False, help_text="Missed in a row, they exclude; 0 excludes nobody."
    )
    attempts = serializers.IntegerField(
        min_value=1, max_value=MOST_ATTEMPTS, required=False, help_text="Photos for one day, while they are declined."
    )


class ProgrammeSerializer(serializers.ModelSerializer):
    """A programme as it is read."""

    status = serializers.ChoiceField(choices=Programme.Status.choices, read_only=True)
    join_until = serializers.DateField(read_only=True, help_text="The last day on which people may join.")
    length = serializers.IntegerField(read_only=True, help_text="In days.")
    member_count = serializers.IntegerField(read_only=True, help_text="Active ones.")
    request_count = serializers.IntegerField(read_only=True, help_text="Requests that nobody has decided.")
    review_count = serializers.IntegerField(read_only=True, help_text="Reports that nobody has judged.")
    started_at = UtcDateTimeField(read_only=True, allow_null=True)
    finished_at = UtcDateTimeField(read_only=True, allow_null=True)
    cancelled_at = UtcDateTimeField(read_only=True, allow_null=True)
    created_at = UtcDateTimeField(read_only=True)
    updated_at = UtcDateTimeField(read_only=True)

    class Meta:
        model = Programme
        fields = [
            "id", "title", "start", "finish", "status", "final_message", "join_days", "most_missed", "attempts",
            "join_until", "length", "member_count", "request_count", "review_count",
            "started_at", "finished_at", "cancelled_at", "created_at", "updated_at", "version",
        ]  # fmt: skip
        read_only_fields = fields


class AssignmentShortSerializer(serializers.Serializer):
    """An assignment in a few words."""

    id = serializers.IntegerField()
    title = serializers.CharField()


class ProgrammeDaySerializer(serializers.Serializer):
    """A day of a programme."""

    number = serializers.IntegerField(help_text="1 is the first day.")
    on = serializers.DateField()
    assignment = AssignmentShortSerializer(allow_null=True, help_text="null: nothing is chosen yet.")


class PlanDaySerializer(NoteSerializer):
    """Which assignment is due on which day."""

    number = serializers.IntegerField(min_value=1, max_value=LONGEST, help_text="1 is the first day.")
    assignment = IdField(queryset=Assignment.objects.present())


def calendar(programme: Programme) -> list[dict[str, Any]]:
    """Return all days of a programme, those without an assignment too."""
    rows: dict[int, ProgrammeDay] = {day.number: day for day in programme.days.select_related("assignment")}
    return [
        {
            "number": number,
            "on": programme.date_of(number),
            "assignment": short(rows[number].assignment) if number in rows else None,
        }
        for number in range(1, programme.length + 1)
    ]


def short(assignment: Assignment) -> dict[str, Any]:
    return {"id": assignment.pk, "title": assignment.title}


class PictureSerializer(serializers.Serializer):
    """An image: whole and as a small WebP."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    url = serializers.SerializerMethodField()
    preview_url = serializers.SerializerMethodField()

    def get_url(self, file: File) -> str:
        return reverse("attachment-download", args=[file.pk])

    def get_preview_url(self, file: File) -> str | None:
        return reverse("attachment-preview", args=[file.pk]) if file.has_preview else None


class AssignmentWriteSerializer(serializers.Serializer):
    """An assignment as it is written."""

    title = serializers.CharField(max_length=200)
    text = serializers.CharField(max_length=TEXT_LIMIT, required=False, allow_blank=True)


class AssignmentSerializer(serializers.ModelSerializer):
    """An assignment as it is read."""

    archived = serializers.BooleanField(source="is_archived", read_only=True)
    picture: Any = PictureSerializer(read_only=True, allow_null=True)
    uses = serializers.IntegerField(read_only=True, help_text="Days of programmes on which it stands.")
    created_at = UtcDateTimeField(read_only=True)
    updated_at = UtcDateTimeField(read_only=True)

    class Meta:
        model = Assignment
        fields = ["id", "title", "text", "picture", "archived", "uses", "created_at", "updated_at", "version"]
        read_only_fields = fields


class OneFileSerializer(serializers.Serializer):
    """What a form sends: one part called `file`."""

    file = serializers.FileField(help_text="An image.")


class MemberShortSerializer(serializers.Serializer):
    """A member in a few words."""

    id = serializers.IntegerField()
    name = serializers.CharField(source="full_name")


class ProfileSerializer(serializers.Serializer):
    """What a member tells of themselves."""

    name = serializers.CharField(max_length=60)
    surname = serializers.CharField(max_length=60)
    birth_date = serializers.DateField()
    city = serializers.CharField(max_length=80)
    phone = serializers.CharField(max_length=40, help_text="With its code; kept as +79123456789.")


class MemberSerializer(serializers.ModelSerializer):
    """A member as organisers read them."""

    user: Any = PersonSerializer(read_only=True, allow_null=True, help_text="null: has no account.")
    blocked = serializers.BooleanField(source="is_blocked", read_only=True, help_text="They have blocked the bot.")
    created_at = UtcDateTimeField(read_only=True)
    updated_at = UtcDateTimeField(read_only=True)

    class Meta:
        model = Member
        fields = [
            "id", "name", "surname", "birth_date", "city", "phone", "telegram_id", "user", "blocked",
            "created_at", "updated_at", "version",
        ]  # fmt: skip
        read_only_fields = fields


class ProgrammeReasonSerializer(serializers.Serializer):
    """The body of a verb that needs a reason, which the member is told."""

    note = serializers.CharField(max_length=REASON_LIMIT, help_text="The reason; the member is told.")


class JoinRequestSerializer(serializers.ModelSerializer):
    """That somebody wants to take part, as organisers read it."""

    programme: Any = ProgrammeShortSerializer(read_only=True)
    member: Any = MemberShortSerializer(read_only=True)
    status = serializers.ChoiceField(choices=JoinRequest.Status.choices, read_only=True)
    applications = serializers.IntegerField(read_only=True, help_text="How often they have asked.")
    decided_by: Any = PersonSerializer(read_only=True, allow_null=True)
    decided_at = UtcDateTimeField(read_only=True, allow_null=True)
    created_at = UtcDateTimeField(read_only=True)
    updated_at = UtcDateTimeField(read_only=True)

    class Meta:
        model = JoinRequest
        fields = [
            "id", "programme", "member", "status", "applications", "reason", "decided_by", "decided_at",
            "created_at", "updated_at", "version",
        ]  # fmt: skip
        read_only_fields = fields


class PointsSerializer(serializers.Serializer):
    """How somebody's reports ended."""

    points = serializers.IntegerField(read_only=True, help_text="Approved reports.")
    reviewing = serializers.IntegerField(source="reviewing_count", read_only=True)
    declined = serializers.IntegerField(source="declined_count", read_only=True)
    skipped = serializers.IntegerField(source="skipped_count", read_only=True)
    missed = serializers.IntegerField(source="missed_count", read_only=True)


class MembershipSerializer(PointsSerializer, serializers.ModelSerializer):
    """A member in one programme."""

    programme: Any = ProgrammeShortSerializer(read_only=True)
    member: Any = MemberShortSerializer(read_only=True)
    status = serializers.ChoiceField(choices=Membership.Status.choices, read_only=True)
    reason = serializers.CharField(read_only=True, help_text="Why excluded.")
    blocked = serializers.BooleanField(source="has_blocked", read_only=True, help_text="They have blocked the bot.")
    excluded_at = UtcDateTimeField(read_only=True, allow_null=True)
    created_at = UtcDateTimeField(read_only=True)
    updated_at = UtcDateTimeField(read_only=True)

    class Meta:
        model = Membership
        fields = [
            "id", "programme", "member", "status", "reason", "excluded_at", "points", "reviewing", "declined",
            "skipped", "missed", "blocked", "created_at", "updated_at", "version",
        ]  # fmt: skip
        read_only_fields = fields


class NearSerializer(serializers.Serializer):
    """An earlier photo of the programme that looks like this one."""

    report = serializers.IntegerField(source="near.report_id")
    member: Any = MemberShortSerializer(source="near.report.membership.member")
    picture: Any = PictureSerializer(source="near.file")
    distance = serializers.IntegerField(help_text="Bits of 64 that differ; 0 looks the same.")


class OwnPhotoSerializer(serializers.Serializer):
    """One photo that was sent for a report, as its member sees it."""

    picture: Any = PictureSerializer(source="file")
    sent_at = UtcDateTimeField()


class PhotoSerializer(OwnPhotoSerializer):
    """One photo that was sent for a report, as reviewers see it."""

    near = serializers.SerializerMethodField(help_text="null: looks like no other.")

    def get_near(self, photo: Any) -> NearSerializer:
        return NearSerializer(photo).data if photo.near else None  # type: ignore[return-value]


class ReportBriefSerializer(serializers.ModelSerializer):
    """A report as its member reads it."""

    assignment: Any = AssignmentShortSerializer(read_only=True)
    day = serializers.IntegerField(source="day.number", read_only=True, help_text="1 is the first day.")
    status = serializers.ChoiceField(choices=Report.Status.choices, read_only=True)
    reason = serializers.CharField(read_only=True, help_text="Why it was declined last.")
    attempts_left = serializers.IntegerField(read_only=True)
    sent_at = UtcDateTimeField(read_only=True, allow_null=True)
    reviewed_at = UtcDateTimeField(read_only=True, allow_null=True)
    photos: Any = OwnPhotoSerializer(source="files", many=True, read_only=True, help_text="The last one is judged.")

    class Meta:
        model = Report
        fields = [
            "id", "on", "day", "assignment", "status", "reason", "attempts", "attempts_left", "sent_at", "reviewed_at",
            "photos", "version",
        ]  # fmt: skip
        read_only_fields = fields


class PhotoReportSerializer(ReportBriefSerializer):
    """A report as reviewers read it."""

    programme: Any = ProgrammeShortSerializer(read_only=True)
    membership: Any = serializers.PrimaryKeyRelatedField(read_only=True)
    member: Any = MemberShortSerializer(read_only=True)
    excused = serializers.BooleanField(read_only=True, help_text="Counts nowhere: nothing was handed out.")
    handed_at = UtcDateTimeField(read_only=True, allow_null=True)
    reviewed_by: Any = PersonSerializer(read_only=True, allow_null=True)
    photos: Any = PhotoSerializer(source="files", many=True, read_only=True, help_text="The last one is judged.")

    class Meta(ReportBriefSerializer.Meta):
        fields = [
            *ReportBriefSerializer.Meta.fields, "programme", "membership", "member", "excused", "handed_at",
            "reviewed_by",
        ]  # fmt: skip
        read_only_fields = fields


class OwnRequestSerializer(serializers.Serializer):
    """What became of one's request."""

    programme: Any = ProgrammeShortSerializer()
    status = serializers.ChoiceField(choices=JoinRequest.Status.choices)
    reason = serializers.CharField()


class OwnMembershipSerializer(PointsSerializer):
    """One's part in a programme."""

    id = serializers.IntegerField()
    programme: Any = ProgrammeShortSerializer()
    status = serializers.ChoiceField(choices=Membership.Status.choices)
    reason = serializers.CharField(help_text="Why excluded.")


class OwnReportSerializer(ReportBriefSerializer):
    """Today's assignment and what became of it."""

    text = serializers.CharField(source="assignment.text", read_only=True)
    picture = serializers.SerializerMethodField(help_text="Whether it has one: `programmes/mine/picture/`.")

    class Meta(ReportBriefSerializer.Meta):
        fields = [*ReportBriefSerializer.Meta.fields, "text", "picture"]
        read_only_fields = fields

    def get_picture(self, report: Report) -> bool:
        return report.assignment.picture is not None


class ParticipationSerializer(serializers.Serializer):
    """What an employee sees of the programmes that they take part in or may join."""

    member = ProfileSerializer(allow_null=True, help_text="null: has never asked to join.")
    joinable: Any = ProgrammeShortSerializer(allow_null=True, help_text="null: there is nothing to join now.")
    request = OwnRequestSerializer(allow_null=True, help_text="The latest that was not approved.")
    membership = OwnMembershipSerializer(allow_null=True, help_text="The latest, with its points.")
    today = OwnReportSerializer(source="report", allow_null=True, help_text="null: nothing is handed out.")


def participation(part: Participation) -> dict[str, Any]:
    return dict(ParticipationSerializer(part).data)
