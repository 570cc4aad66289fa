"""What an administrator is told to set up, until it is or they hide it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import organisation
from accounts.models import Organisation
from accounts.tests.factories import UserFactory
from config import first_steps
from incidents.models import Duty
from workflow.models import Event

pytestmark = [pytest.mark.once, pytest.mark.django_db]


@pytest.fixture
def admin():
    return UserFactory(admin=True)


def there(**found):
    names = ("chat", "rota", "chain", "probe", "backup", "person", "invitation")
    return {name: found.get(name, False) for name in names}


def done(settings, *, token="", mail=False, named=False, **found):
    settings.TELEGRAM_BOT_TOKEN, settings.MAILERS = token, {"default": {}} if mail else {}
    return [step.url_name for step in first_steps.steps_of(there(**found), named=named) if step.done]


@pytest.mark.parametrize(
    ("given", "ticked"),
    [
        ({}, []),
        ({"named": True}, ["accounts:edit-organisation"]),
        ({"mail": True}, ["notifications:preferences"]),
        ({"chat": True}, []),
        ({"token": "1:a"}, []),
        ({"token": "1:a", "chat": True}, ["notifications:chats"]),
        ({"rota": True, "chain": True}, ["oncall:table", "oncall:policies"]),
        ({"probe": True, "backup": True}, ["probes:list", "backups:list"]),
        ({"invitation": True}, ["accounts:invitations"]),
        ({"person": True}, ["accounts:invitations"]),
    ],
)
def test_a_step_is_ticked_once_it_is_done(settings, given, ticked):
    assert done(settings, **given) == ticked


def test_what_there_is_already_is_one_question(admin, django_assert_num_queries):
    now = timezone.now()
    Duty.objects.create(person=admin, start=now, finish=now + timedelta(hours=8))
    with django_assert_num_queries(1):
        found = first_steps.found(admin)
    assert [name for name, is_there in found.items() if is_there] == ["rota", "chain"]  # one chain comes with it


def test_every_step_leads_to_a_page_and_the_home_page_shows_them(client, admin):
    client.force_login(admin)
    page = client.get("/").text
    shown = first_steps.steps_of(there(), named=False)
    assert [reverse(step.url_name) in page for step in shown] == [True] * len(shown)
    assert reverse("hide-first-steps") in page


def test_nobody_else_sees_them(client):
    client.force_login(UserFactory(manager=True))
    assert reverse("hide-first-steps") not in client.get("/").text


def test_once_all_is_done_they_are_gone(admin, monkeypatch):
    monkeypatch.setattr(first_steps, "steps_of", lambda found, named: [first_steps.Step(True, "", "", "home")])
    assert first_steps.context(admin) == {}


def test_they_are_hidden_for_good_and_can_be_brought_back(client, admin):
    client.force_login(admin)
    assert client.post("/first-steps/hide/").status_code == 302
    assert "first_steps" not in client.get("/").context
    assert Event.objects.about(Organisation.objects.get()).get().actor == admin

    fields = {"name": "Pallada", "time_zone": "UTC", "counting_basis": "calendar", "degradation_means": "lost"}
    client.post("/organisation/edit/", fields | {"shows_first_steps": "on"})

    assert organisation.current().shows_first_steps
    assert "first_steps" in client.get("/").context


def test_only_administrators_hide_them(client):
    client.force_login(UserFactory(manager=True))
    assert client.post("/first-steps/hide/").status_code == 403
    assert organisation.current().shows_first_steps
