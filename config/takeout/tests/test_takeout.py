import csv
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.utils import timezone, translation

from accounts import services as people
from accounts.models import Invitation, Role
from accounts.tests.factories import PASSWORD, UserFactory
from attachments import services as attachments
from attachments.tests.samples import image, upload
from config.takeout import archive, tables
from incidents import services as incidents
from incidents.intake.tests.factories import IntegrationFactory
from incidents.models import Incident
from incidents.oncall.tests.factories import DutyFactory
from incidents.tests.factories import IncidentFactory
from suspensions.tests.factories import RiskFactory, SuspensionFactory
from tasks.programmes.tests.factories import ReportFactory
from tasks.tests.factories import TaskFactory
from tickets.models import TicketComment
from tickets.tests.factories import CategoryFactory, TicketCommentFactory, TicketFactory
from workflow.models import Event
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return UserFactory(admin=True)


def taken(admin):
    return zipfile.ZipFile(io.BytesIO(b"".join(archive.leave(by=actor_of(admin)))))


def lines(box, model):
    return [json.loads(line) for line in box.read(f"tables/{model._meta.label_lower}.jsonl").splitlines()]


def sheet(box, name):
    return list(csv.DictReader(io.StringIO(box.read(f"registers/{name}.csv").decode("utf-8-sig"))))


def test_every_row_of_every_table_leaves(admin):
    IncidentFactory.create_batch(3)
    TaskFactory(suspension=SuspensionFactory())
    RiskFactory()
    box = taken(admin)
    for model in tables.of_the_product():
        assert len(lines(box, model)) == model._base_manager.count(), model._meta.label


def test_values_leave_as_they_are(admin):
    incident = IncidentFactory(title="Нет обмена", description="Со слов\nдежурного")
    (row,) = lines(taken(admin), Incident)
    stored = Incident.objects.values(*tables.columns(Incident)).get()
    assert row["title"] == "Нет обмена"
    assert row["description"] == incident.description
    assert row["reporter_id"] == incident.reporter_id
    assert set(row) == set(stored)


def test_registers_tell_of_programmes_and_duties(admin):
    report, duty = ReportFactory(approved=True), DutyFactory()
    box = taken(admin)

    assert [row["Assignment"] for row in sheet(box, "reports")] == [report.assignment.title]
    assert [row["Surname"] for row in sheet(box, "members")] == [report.member.surname]
    assert [row["On duty"] for row in sheet(box, "duties")] == [duty.person.name]


def test_it_is_told_in_the_zone_and_language_of_whoever_takes_it(admin):
    """The archive is written while it is sent, when the request is over."""
    start = datetime(2026, 7, 1, 10, tzinfo=UTC)
    SuspensionFactory(start=start, finish=start + timedelta(hours=1), status="restored")
    with timezone.override(ZoneInfo("Asia/Vladivostok")), translation.override("ru"):
        stream = archive.leave(by=actor_of(admin))
    box = zipfile.ZipFile(io.BytesIO(b"".join(stream)))
    (row,) = sheet(box, "suspensions")

    assert (row["Начало, Asia/Vladivostok"], row["Статус"]) == ("2026-07-01 20:00:00", "восстановлен")
    assert "Пароли" in box.read("README.txt").decode()


def test_registers_hold_what_lists_hide(admin):
    incident = IncidentFactory(title="Gone")
    incident.hide(by=actor_of(admin), note="Twice")
    rows = sheet(taken(admin), "incidents")
    assert [row["Title"] for row in rows] == ["Gone"]


REGISTERS = ["incidents", "suspensions", "risks", "tasks", "tickets", "ticket-breaches", "tickets-analytics", "outages"]


@pytest.mark.parametrize("name", [*REGISTERS, "audit"])
def test_each_register_is_there(admin, name):
    assert f"registers/{name}.csv" in taken(admin).namelist()


def test_the_desk_leaves_with_what_was_late_and_its_figures(admin):
    category = CategoryFactory(name="Mail")
    past = timezone.now() - timedelta(days=2)
    late = TicketFactory(category=category, assigned=True, resolution_due_at=past, due_at=past)
    TicketFactory(deleted=True)
    TicketCommentFactory(ticket=late, internal=True, text="Spare parts are short")
    box = taken(admin)
    (row,) = sheet(box, "ticket-breaches")
    figures = sheet(box, "tickets-analytics")
    assert len(sheet(box, "tickets")) == 2
    assert (row["Number"], row["Category"], row["Still waits"]) == (f"TKT-{late.pk}", "Mail", "yes")
    assert [(one["Name"], one["Created"]) for one in figures if one["Split"] == "Category"] == [("Mail", "1")]
    assert lines(box, TicketComment)[0]["text"] == "Spare parts are short"


def test_files_leave_byte_for_byte(admin):
    incident = IncidentFactory()
    with attachments.received([upload("cable.png", data := image())]) as files:
        incidents.attach(incident, by=actor_of(admin), files=files)
    box = taken(admin)
    (name,) = [name for name in box.namelist() if name.startswith("files/")]
    assert name.endswith("/cable.png")
    assert box.read(name) == data


def test_nothing_leaves_that_opens_a_door(admin):
    people.invite(by=actor_of(admin), email="new@example.org", role=Role.USER, product_url="http://journal")
    invitation = Invitation.objects.get()
    integration = IntegrationFactory()
    box = taken(admin)
    everything = b"".join(box.read(name) for name in box.namelist())
    for secret in (admin.password, invitation.digest, integration.digest):
        assert secret.encode() not in everything


def test_no_column_that_sounds_secret_leaves_unseen():
    """A new table's secrets stay behind by their names; this shows what such names are let through."""
    heard = ("password", "secret", "token", "digest", "otp", "key", "sealed")
    told = {
        f"{model._meta.label}.{name}"
        for model in tables.of_the_product()
        for name in tables.columns(model)
        if any(word in name for word in heard)
    }
    assert told <= {
        "accounts.User.token_version",
        "accounts.User.must_change_password",
        "incidents.Incident.dedup_key",
        "incidents.Integration.token_end",
        "incidents.Message.dedup_key",
        "monitoring.Heartbeat.token_end",
    }


def test_what_is_kept_back_exists():
    every = {model._meta.label for model in apps.get_models()}
    assert every >= tables.KEPT_BACK


def test_who_took_it_is_told_in_their_timeline(admin):
    taken(admin)
    event = Event.objects.about(admin).get(verb="export")
    assert event.after == {"register": "everything", "format": "zip"}
    assert event.actor == admin


def test_the_command_writes_the_archive(tmp_path, admin):
    IncidentFactory(title="Noise")
    call_command("takeout", tmp_path / "all.zip", stdout=io.StringIO())
    box = zipfile.ZipFile(tmp_path / "all.zip")
    assert box.testzip() is None
    assert lines(box, Incident)[0]["title"] == "Noise"
    assert [path.name for path in tmp_path.iterdir()] == ["all.zip"]


def test_the_command_says_why_it_cannot_write(tmp_path):
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("takeout", tmp_path / "nowhere" / "all.zip")


def test_the_command_leaves_another_one_alone(tmp_path):
    (tmp_path / ".all.zip.part").touch()
    with pytest.raises(CommandError, match="another takeout"):
        call_command("takeout", tmp_path / "all.zip")


def test_an_administrator_downloads_it_from_the_page(client, admin):
    client.force_login(admin)
    assert b"takeout/download/" in client.get("/takeout/").content
    answer = client.post("/takeout/download/")
    assert zipfile.ZipFile(io.BytesIO(b"".join(answer))).testzip() is None
    assert answer["Content-Disposition"].startswith('attachment; filename="vakhta-')


@pytest.mark.parametrize("role", [Role.USER, Role.TECHNICIAN, Role.MANAGER, Role.AUDITOR])
def test_nobody_else_takes_it(client, api, role):
    user = UserFactory(role=role)
    client.force_login(user)
    assert client.get("/takeout/").status_code == 403
    assert client.post("/takeout/download/").status_code == 403
    assert api(user).post("/api/v1/takeout/").status_code == 403


def test_the_api_answers_with_the_same_archive(api, admin):
    answer = api(admin).post("/api/v1/takeout/")
    names = zipfile.ZipFile(io.BytesIO(b"".join(answer))).namelist()
    assert names == taken(admin).namelist()
    assert PASSWORD not in str(names)
