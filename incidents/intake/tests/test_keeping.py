import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.tests.factories import UserFactory
from incidents.intake import keeping
from incidents.intake.receiving import Envelope, UnknownToken, receive
from incidents.intake.tests.factories import IntegrationFactory
from incidents.models import Integration
from workflow.models import Conflict, Event, StaleVersion
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return actor_of(UserFactory(admin=True))


def test_the_token_is_known_once_and_kept_as_a_digest(by):
    integration, token = keeping.create(by=by, name="Gate")

    assert token.startswith("vkh_")
    assert token not in str(Integration.objects.filter(pk=integration.pk).values())
    assert integration.token_end == token[-4:]
    assert receive(token, Envelope(b'{"title": "x"}')).state == "created"


def test_a_new_token_kills_the_old_one_at_once(by):
    integration, old = keeping.create(by=by, name="Gate")

    new = keeping.rotate(integration, by=by).token

    with pytest.raises(UnknownToken):
        receive(old, Envelope(b"{}"))
    assert receive(new, Envelope(b'{"title": "x"}')).state == "created"


def test_a_new_token_revives_an_expired_integration(by):
    integration = IntegrationFactory(expired=True)

    keeping.rotate(integration, by=by)

    integration.refresh_from_db()
    assert integration.state == "active"


def test_every_change_leaves_its_event(by):
    integration, _token = keeping.create(by=by, name="Gate")
    keeping.edit(integration, by=by, rate_limit=5, enabled=True)
    keeping.pause(integration, by=by, note="Noise.")
    keeping.edit(integration, by=by, enabled=True)
    keeping.rotate(integration, by=by)
    keeping.withdraw(integration, by=by, note="Gone.")
    keeping.restore(integration, by=by)

    events = Event.objects.about(integration)
    assert [event.verb for event in events] == [
        "create-integration",
        "edit",
        "pause",
        "resume-integration",
        "rotate",
        "delete",
        "undelete",
    ]
    assert "vkh_" not in str(list(events.values()))


def test_nothing_happens_to_a_withdrawn_integration(by):
    integration = IntegrationFactory(withdrawn=True)

    for verb in (keeping.rotate, keeping.pause):
        with pytest.raises(Conflict):
            verb(integration, by=by)


def test_withdrawing_needs_a_reason(by):
    with pytest.raises(ValidationError):
        keeping.withdraw(IntegrationFactory(), by=by, note=" ")


def test_names_are_taken_once_whatever_the_case(by):
    keeping.create(by=by, name="Gate")

    with pytest.raises(ValidationError, match="of this name"):
        keeping.create(by=by, name="gate")


@pytest.mark.parametrize("networks", [["nonsense"], "10.0.0.0/8", [5], {"a": 1}])
def test_networks_that_mean_nothing_are_refused(by, networks):
    with pytest.raises(ValidationError):
        keeping.create(by=by, name="Gate", networks=networks)


def test_of_two_editors_the_one_with_a_stale_version_is_told(by):
    integration = IntegrationFactory()
    keeping.edit(integration, by=by, rate_limit=5)

    with pytest.raises(StaleVersion):
        keeping.edit(integration, by=by, version=1, rate_limit=6)


@pytest.mark.parametrize("role", ["user", "technician", "manager", "auditor"])
def test_only_administrators_keep_integrations(role):
    by, integration = actor_of(UserFactory(role=role)), IntegrationFactory()

    for verb in (keeping.rotate, keeping.pause, keeping.resume, keeping.edit):
        with pytest.raises(PermissionDenied):
            verb(integration, by=by)
    with pytest.raises(PermissionDenied):
        keeping.create(by=by, name="Mine")
    with pytest.raises(PermissionDenied):
        keeping.withdraw(integration, by=by, note="Because.")
