"""A case is closed once measures and root cause are written down, by whatever door."""

import pytest
from django.core.exceptions import ValidationError

from accounts.tests.factories import UserFactory
from suspensions import services
from suspensions.tests.factories import SuspensionFactory
from workflow.models import Event, StaleVersion
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db
SAID = {"implementing_measures": "Switched over.", "root_cause": "A cut cable."}


def manager():
    return UserFactory(manager=True)


def close(case, **texts):
    services.close(case, by=actor_of(manager()), **texts)


@pytest.mark.parametrize(
    ("written", "empty"),
    [
        ({}, {"implementing_measures", "root_cause"}),
        ({"implementing_measures": "Switched over."}, {"root_cause"}),
        ({"implementing_measures": " \n", "root_cause": "A cut cable."}, {"implementing_measures"}),
    ],
)
def test_what_is_empty_is_named_and_the_case_stays_open(written, empty):
    case = SuspensionFactory(restored=True, **written)
    with pytest.raises(ValidationError) as refused:
        close(case)

    assert set(refused.value.error_dict) == empty
    case.refresh_from_db()
    assert case.status == "restored"


def test_what_is_missing_is_written_down_while_closing_in_one_event():
    case = SuspensionFactory(restored=True, implementing_measures="Switched over.")
    close(case, **SAID)

    assert (case.status, case.root_cause) == ("closed", "A cut cable.")
    event = Event.objects.about(case).get()
    assert event.after == {"status": "closed", "root_cause": "A cut cable."}


def test_closing_does_not_take_the_texts_away():
    case = SuspensionFactory(restored=True, **SAID)
    with pytest.raises(ValidationError):
        close(case, root_cause="")


def test_a_text_that_changed_meanwhile_is_not_written_over():
    case = SuspensionFactory(restored=True, **SAID)
    read = case.version
    services.correct(case, by=actor_of(case.author), root_cause="A burnt cable.")
    with pytest.raises(StaleVersion):
        close(case, **SAID, version=read)


def test_planned_work_needs_neither_until_it_counts_as_an_outage():
    case = SuspensionFactory(restored=True, planned=True)
    close(case)
    assert case.status == "closed"

    with pytest.raises(ValidationError) as refused:
        services.unplan(case, by=actor_of(manager()), note="Nobody had announced it.")
    assert set(refused.value.error_dict) == {"implementing_measures", "root_cause"}


def test_the_dialog_shows_both_texts_and_closes_with_them(page):
    case = SuspensionFactory(restored=True, implementing_measures="Switched over.")
    client, address = page(manager()), f"{case.get_absolute_url()}close/"
    assert "Switched over." in client.get(address).text
    refused = client.post(address, {"implementing_measures": "Switched over.", "root_cause": ""})
    assert (refused.status_code, "id_root_cause_error" in refused.text) == (400, True)

    assert client.post(address, SAID).status_code == 302
    case.refresh_from_db()
    assert (case.status, case.root_cause) == ("closed", "A cut cable.")


def test_the_api_names_what_is_empty_and_takes_it(api):
    case = SuspensionFactory(restored=True)
    client, address = api(manager()), f"/api/v1/suspensions/{case.pk}/close/"
    refused = client.post(address)
    assert (refused.status_code, {error["attr"] for error in refused.json()["errors"]}) == (400, set(SAID))

    assert client.post(address, SAID).json()["status"] == "closed"


def test_the_admin_closes_no_empty_case(page):
    done, empty = SuspensionFactory(restored=True, **SAID), SuspensionFactory(restored=True)
    client = page(UserFactory(admin=True, language="en"))
    body = {"action": "close", "_selected_action": [done.pk, empty.pk], "index": 0, "note": ""}
    answer = client.post("/api/admin/suspensions/suspension/", body, follow=True)

    assert "Write down the root cause" in answer.text
    assert [type(case).objects.get(pk=case.pk).status for case in (done, empty)] == ["closed", "restored"]
