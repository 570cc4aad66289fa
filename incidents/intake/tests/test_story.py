"""A new user connects Alertmanager with what the page gives and nothing else."""

import subprocess
import sys
from pathlib import Path

import pytest

from accounts.models import User
from accounts.tests.factories import UserFactory
from incidents.models import Incident

pytestmark = pytest.mark.django_db(transaction=True)
SENDER = Path(__file__).with_name("alertmanager.py")
FORM = {
    "name": "Alertmanager",
    "format": "alertmanager",
    "source": "monitoring",
    "severity": "medium",
    "rate_limit": "300",
    "networks": "",
    "expires_at": "",
}


def test_alertmanager_is_connected_by_pasting_what_the_page_shows(page, live_server, settings, tmp_path):
    settings.APPLICATION_URL = live_server.url
    User.objects.system()
    configuration = tmp_path / "alertmanager.yml"
    configuration.write_text(page(UserFactory(admin=True)).post("/integrations/new/", FORM).context["snippet"])

    def send(status):
        done = subprocess.run(
            [sys.executable, str(SENDER), str(configuration), status], capture_output=True, text=True, check=True
        )
        return done.stdout

    assert '"created"' in send("firing")
    assert '"joined"' in send("firing")
    assert list(Incident.objects.values_list("status", "occurrences")) == [("open", 2)] * 2
    assert '"resolved"' in send("resolved")
    assert set(Incident.objects.values_list("status", flat=True)) == {"resolved"}
