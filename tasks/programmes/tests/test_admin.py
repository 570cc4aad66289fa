"""Programmes in Django Admin: looked at, and changed by their services."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.tests.factories import UserFactory
from tasks.models import Assignment, Membership, Programme
from tasks.models.task import today
from tasks.programmes.tests.factories import (
    FINAL,
    AssignmentFactory,
    JoinRequestFactory,
    MemberFactory,
    MembershipFactory,
    ProgrammeFactory,
    ReportFactory,
)
from workflow.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    client.force_login(UserFactory(admin=True))
    return client


def at(model, page, *keys):
    return reverse(f"admin:tasks_{model}_{page}", args=keys)


def act(client, model, action, subject, note=""):
    body = {"action": action, "_selected_action": [subject.pk], "note": note, "index": "0"}
    return client.post(at(model, "changelist"), body, follow=True)


@pytest.mark.parametrize(
    ("model", "factory"),
    [
        ("programme", ProgrammeFactory),
        ("assignment", AssignmentFactory),
        ("member", MemberFactory),
        ("joinrequest", JoinRequestFactory),
        ("membership", MembershipFactory),
        ("report", ReportFactory),
    ],
)
def test_every_noun_is_looked_at_and_none_is_deleted(admin, model, factory):
    subject = factory()

    assert admin.get(at(model, "changelist")).status_code == 200
    assert admin.get(at(model, "change", subject.pk)).status_code == 200
    assert admin.get(at(model, "delete", subject.pk)).status_code == 403


def empty_inline(name):
    return {f"{name}-{part}": 0 for part in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")}


def test_a_programme_is_set_up_by_its_service(admin):
    AssignmentFactory()
    start = today() + timedelta(days=1)
    form = {"title": "July", "start": start, "finish": start + timedelta(days=1), "final_message": FINAL}
    rules = {"join_days": 3, "most_missed": 3, "attempts": 3}

    admin.post(at("programme", "add"), form | rules | empty_inline("days"))

    programme = Programme.objects.get()
    assert programme.days.count() == 2
    assert Event.objects.about(programme).get().channel == "admin"


def test_what_the_services_refuse_is_said_at_the_form(admin):
    form = {"title": "July", "start": "2020-01-01", "finish": "2020-01-02", "final_message": "{nmae}"}
    rules = {"join_days": 3, "most_missed": 3, "attempts": 3}

    answer = admin.post(at("programme", "add"), form | rules | empty_inline("days"))
    known = admin.post(at("programme", "add"), form | rules | empty_inline("days") | {"final_message": FINAL})

    assert "There is no variable {nmae}" in answer.text
    assert "This day is over." in known.text
    assert not Programme.objects.exists()


def test_assignments_are_made_changed_and_archived(admin):
    admin.post(at("assignment", "add"), {"title": "Swim", "text": ""})
    assignment = Assignment.objects.get()
    admin.post(at("assignment", "change", assignment.pk), {"title": "Dive", "text": ""})
    act(admin, "assignment", "archive_assignment", assignment)

    assignment.refresh_from_db()
    assert (assignment.title, assignment.is_archived) == ("Dive", True)
    assert [event.verb for event in Event.objects.about(assignment)] == ["create-assignment", "edit", "archive"]


def test_a_member_is_corrected_and_never_made(admin):
    member = MemberFactory()
    form = {"name": "Eve", "surname": "Belova", "birth_date": "1990-12-31", "city": "Perm", "phone": "+79120000000"}

    admin.post(at("member", "change", member.pk), form)

    member.refresh_from_db()
    assert (member.name, member.city) == ("Eve", "Perm")
    assert admin.get(at("member", "add")).status_code == 403


def test_requests_and_members_are_judged_by_actions(admin):
    request = JoinRequestFactory(programme=ProgrammeFactory(start=today(), finish=today()))

    act(admin, "joinrequest", "approve_request", request)
    membership = Membership.objects.get()
    act(admin, "membership", "exclude", membership)
    membership.refresh_from_db()
    assert membership.status == "active"  # without a reason nobody is excluded

    act(admin, "membership", "exclude", membership, note="Copied")
    membership.refresh_from_db()
    assert membership.reason == "Copied"


def test_a_report_is_approved_once(admin):
    report = ReportFactory(reviewing=True)

    act(admin, "report", "approve", report)
    answer = act(admin, "report", "approve", report)

    report.refresh_from_db()
    assert report.status == "approved"
    assert "cannot become" in answer.text
