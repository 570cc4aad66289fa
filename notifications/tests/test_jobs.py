import time
from io import StringIO

import pytest
from celery import current_app
from django.core.management import call_command

from notifications import jobs
from notifications.models import Notice
from notifications.tests.factories import states, tell
from notifications.tests.smtp import free_port

pytestmark = pytest.mark.django_db


def test_the_job_sends(post_office):
    tell()

    jobs.deliver()

    assert states() == ["sent"]


def test_the_command_sends_without_celery(post_office):
    tell()
    said = StringIO()

    call_command("deliver", stdout=said)

    assert states() == ["sent"]
    assert said.getvalue() == "1 sent\n"


@pytest.fixture
def broker(monkeypatch):
    """Points the product to another broker: `broker("memory://…")`."""

    def use(url):
        monkeypatch.setattr(current_app.conf, "broker_write_url", url)

    return use


def test_a_notice_nudges_the_workers_once_it_is_committed(broker, django_capture_on_commit_callbacks):
    broker("memory://nudges")
    with django_capture_on_commit_callbacks(execute=True):
        tell()

    with current_app.connection_for_read("memory://nudges") as connection:
        message = connection.SimpleQueue("celery").get(timeout=1)

    assert message.headers["task"] == jobs.deliver.name


def test_a_broker_that_is_down_costs_neither_the_change_nor_time(broker, django_capture_on_commit_callbacks):
    broker(f"redis://127.0.0.1:{free_port()}/0")
    started = time.monotonic()

    with django_capture_on_commit_callbacks(execute=True):
        tell()

    assert Notice.objects.exists()
    assert time.monotonic() - started < 2
