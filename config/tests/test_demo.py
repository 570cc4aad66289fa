import pytest
from django.core.management import CommandError

from config import demo
from incidents.models import Incident
from incidents.tests.factories import IncidentFactory
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
    placed = settings.DATABASES["default"] | {"NAME": str(folder / "vakhta.sqlite3")}
    monkeypatch.setitem(settings.DATABASES, "default", placed)
    dictionaries.first_start()
    return folder


def test_a_demo_is_an_organisation_with_a_history(own_folder, monkeypatch):
    monkeypatch.setattr(demo, "CASES", 6)
    chosen = demo.seed()

    assert Suspension.objects.count() == 7
    assert Suspension.objects.running().count() == 1
    assert Incident.objects.count() == len(demo.INCIDENTS)
    assert Task.objects.count() == len(demo.TASKS)
    assert Ticket.objects.count() == len(demo.TICKETS)
    assert Event.objects.exists()
    assert demo.seed() == chosen
    assert Incident.objects.count() == len(demo.INCIDENTS)


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
