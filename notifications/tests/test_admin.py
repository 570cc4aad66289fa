import pytest

from notifications.models import Delivery, Notice
from notifications.services import deliver_due, set_preferences
from notifications.tests.factories import PLAIN, SECRET, PersonFactory, acting, states, tell

pytestmark = pytest.mark.django_db
NOTICES, DELIVERIES = "/api/admin/notifications/notice/", "/api/admin/notifications/delivery/"


@pytest.fixture
def door(page):
    return page(PersonFactory(admin=True))


@pytest.mark.parametrize("model", ["notice", "delivery", "channelhealth", "preference", "quiethours"])
def test_everything_can_be_looked_at_and_nothing_added(door, model, monkeypatch):
    monkeypatch.setattr("notifications.kinds._kinds", {PLAIN.name: PLAIN})
    person = PersonFactory()
    set_preferences(person, switches={PLAIN.name: {"app": True}}, by=acting(person))
    tell()
    deliver_due()

    assert door.get(f"/api/admin/notifications/{model}/").status_code == 200
    assert door.get(f"/api/admin/notifications/{model}/add/").status_code == 403


def test_a_notice_cannot_be_rewritten(door):
    [notice] = tell()

    answer = door.post(f"{NOTICES}{notice.pk}/change/", {"title": "Nothing happened"})

    assert answer.status_code == 403
    assert Notice.objects.get().title == "Fire happened"


def test_nothing_can_be_deleted(door):
    [notice] = tell()

    assert door.post(f"{NOTICES}{notice.pk}/delete/", {"post": "yes"}).status_code == 403


def test_texts_are_not_shown(door):
    [notice] = tell(kind=SECRET, what="https://example.org/key")

    assert "example.org/key" not in door.get(f"{NOTICES}{notice.pk}/change/").text


def test_what_was_given_up_is_tried_again(door):
    tell()
    deliver_due()  # without a mailer
    chosen = {"action": "retry", "_selected_action": [Delivery.objects.get().pk], "index": 0}

    answer = door.post(DELIVERIES, chosen, follow=True)

    assert answer.status_code == 200
    assert states() == ["pending"]


def test_others_do_not_get_in(page):
    assert page(PersonFactory(manager=True)).get(DELIVERIES).status_code == 302
