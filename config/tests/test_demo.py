import pytest
from django.core.management import CommandError
from django.utils import timezone

from config import demo, demo_duty, demo_probe
from incidents.models import Duty, EscalationPolicy, Incident
from incidents.oncall.response import Reading
from incidents.oncall.weeks import overview
from incidents.tests.factories import IncidentFactory
from monitoring.models import Outage, Target
from notifications.models import Chat
from suspensions.models import Suspension
from suspensions.services import dictionaries
from tasks.models import Task
from tickets.models import Ticket
from workflow.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def own_folder(settings, monkeypatch, tmp_path):
    """A data folder in which the database seems to lie."""
    folder = tmp_path / "demo"
    folder.mkdir()
    settings.DATA_DIR = folder
    settings.PROBE_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    placed = settings.DATABASES["default"] | {"NAME": str(folder / "vakhta.sqlite3")}
    monkeypatch.setitem(settings.DATABASES, "default", placed)
    dictionaries.first_start()
    return folder


def test_a_demo_is_an_organisation_with_a_history(own_folder, monkeypatch):
    monkeypatch.setattr(demo, "CASES", 6)
    chosen = demo.seed()

    assert Suspension.objects.count() == 6 + len(["running", "probe", "planned", "announced"])
    assert Suspension.objects.running().count() == 1
    assert Incident.objects.exclude(status="closed").count() == len(demo.INCIDENTS) + 1
    assert Task.objects.count() == len(demo.TASKS)
    assert Ticket.objects.count() == len(demo.TICKETS)
    assert Event.objects.exists()
    assert demo.seed() == chosen
    assert Incident.objects.exclude(status="closed").count() == len(demo.INCIDENTS) + 1


def test_a_demo_was_watched_for_a_day_and_announces_work(own_folder, monkeypatch):
    monkeypatch.setattr(demo, "CASES", 1)
    demo.seed()
    found = Outage.objects.get()

    assert (found.downtime, found.suspension.status) == (demo_probe.DOWN, "restored")
    assert Target.objects.filter(minutes__bad__gt=0).distinct().count() == 2
    assert [case.finish for case in Suspension.objects.announced()] == [None]
    assert Suspension.objects.filter(planned=True).exclude(finish=None).count() == 1


def test_a_demo_has_somebody_on_duty_a_gap_ahead_and_figures_of_answering(own_folder, monkeypatch):
    monkeypatch.setattr(demo, "CASES", 1)
    demo.seed()
    seen, figures = overview(timezone.now()), Reading("quarter", timezone.now()).total

    assert seen.present.person is not None
    assert seen.gaps
    assert Duty.objects.substitutions().count() == 1
    assert EscalationPolicy.objects.get(severity="critical").chain[1].person.username == "sokolova"
    assert Chat.objects.on_call().exists()
    assert Incident.objects.exclude(snoozed_until=None).exists()
    assert figures.taken >= demo_duty.CASES
    assert 0 < figures.mean_to_take < figures.mean_to_resolve


def test_the_past_of_the_demo_is_told_in_its_own_time(own_folder, monkeypatch):
    monkeypatch.setattr(demo, "CASES", 1)
    demo.seed()
    incident = Incident.objects.filter(status="closed").first()

    events = Event.objects.about(incident)

    assert [event.verb for event in events] == ["report", "take", "resolve", "close"]
    assert [event.at for event in events] == [
        incident.created_at, incident.acknowledged_at, incident.resolved_at, incident.closed_at,
    ]  # fmt: skip


def test_it_never_comes_among_real_data(own_folder):
    IncidentFactory()

    with pytest.raises(CommandError, match="is in use"):
        demo.seed()


def test_it_needs_a_folder_of_its_own(settings, tmp_path):
    settings.DATA_DIR = tmp_path

    with pytest.raises(CommandError, match="a data folder of its own"):
        demo.seed()


def test_clearing_removes_the_demo_whole_and_nothing_else(own_folder):
    with pytest.raises(CommandError, match="holds no demo"):
        demo.clear()
    demo.marker().write_text("a password")
    demo.clear()

    assert not own_folder.exists()
