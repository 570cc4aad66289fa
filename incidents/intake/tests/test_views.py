"""Integrations and messages as people see them."""

import pytest
from django.urls import reverse

from accounts.tests.factories import UserFactory
from incidents.intake.receiving import Envelope, Overflow, receive
from incidents.intake.tests.factories import IntegrationFactory, MessageFactory, token_of
from incidents.models import Incident, Integration, Message
from workflow.models import Event

pytestmark = pytest.mark.django_db
NEW = {
    "name": "Gate",
    "format": "alertmanager",
    "source": "monitoring",
    "severity": "medium",
    "rate_limit": "300",
    "networks": "10.0.0.0/8, 192.168.1.0/24",
    "expires_at": "",
}


@pytest.fixture
def admin(page):
    return page(UserFactory(admin=True))


def at(name, *keys):
    return reverse(f"integrations:{name}", args=keys)


def test_an_integration_is_made_and_its_token_shown_once(admin):
    answer = admin.post(at("create"), NEW)

    made, token = Integration.objects.get(), answer.context["token"]
    assert answer["Cache-Control"] == "no-store"
    assert made.networks == ["10.0.0.0/8", "192.168.1.0/24"]
    assert answer.text.count(f"/api/v1/intake/{token}/") == 1
    assert token not in admin.get(made.get_absolute_url()).text
    assert receive(token, Envelope(b"{}", address="10.0.0.7")).state == "unparsed"


@pytest.mark.parametrize(
    ("format", "words"),
    [
        ("alertmanager", "webhook_configs"),
        ("grafana", "authorization_credentials"),
        ("zabbix", "HttpRequest"),
        ("uptime_kuma", "Additional Headers"),
        ("generic", "curl"),
    ],
)
def test_each_tool_gets_a_configuration_with_address_and_token(admin, settings, format, words):
    settings.APPLICATION_URL = "https://journal.example.org"

    answer = admin.post(at("create"), NEW | {"format": format})

    snippet = answer.context["snippet"]
    assert words in snippet
    assert "https://journal.example.org/api/v1/intake/" in snippet
    assert answer.context["token"] in snippet


@pytest.mark.parametrize(
    ("field", "value"), [("name", ""), ("networks", "nonsense"), ("rate_limit", "0"), ("format", "nagios")]
)
def test_what_was_typed_wrong_is_said_at_its_field(admin, field, value):
    answer = admin.post(at("create"), NEW | {field: value})

    assert answer.status_code == 400
    assert field in answer.context["form"].errors
    assert not Integration.objects.exists()


def test_a_name_that_is_taken_is_refused(admin):
    admin.post(at("create"), NEW)

    assert admin.post(at("create"), NEW | {"name": "GATE"}).status_code == 400


def test_an_integration_is_changed(admin):
    integration = IntegrationFactory()
    form = admin.get(at("edit", integration.pk)).context["form"]
    assert form.initial["version"] == 1

    answer = admin.post(at("edit", integration.pk), NEW | {"version": "1"})

    assert answer["Location"] == integration.get_absolute_url()
    integration.refresh_from_db()
    assert (integration.name, integration.format) == ("Gate", "alertmanager")
    assert admin.post(at("edit", integration.pk), NEW | {"version": "1", "name": "Other"}).status_code == 412


def test_pausing_and_switching_on_leave_their_reasons(admin):
    integration = IntegrationFactory()

    admin.post(at("pause", integration.pk), {"note": "Noise."})
    admin.post(at("resume", integration.pk), {"note": ""})

    assert [(event.verb, event.note) for event in Event.objects.about(integration)] == [
        ("pause", "Noise."),
        ("resume-integration", ""),
    ]


def test_a_new_token_is_shown_once(admin):
    integration = IntegrationFactory(number=1)

    token = admin.post(at("rotate", integration.pk), {"note": ""}).context["token"]

    assert Integration.objects.of_token(token).exists()
    assert not Integration.objects.of_token(token_of(1)).exists()


def test_withdrawing_asks_for_a_reason_and_can_be_undone(admin):
    integration = IntegrationFactory()
    assert admin.post(at("withdraw", integration.pk), {"note": ""}).status_code == 400

    admin.post(at("withdraw", integration.pk), {"note": "The contract has ended."})

    assert "The contract has ended." in admin.get(integration.get_absolute_url()).text
    admin.post(at("restore", integration.pk), {"note": ""})
    integration.refresh_from_db()
    assert integration.deleted_at is None


def test_a_sample_is_sent_and_its_message_shown(admin):
    integration = IntegrationFactory()

    answer = admin.post(at("try", integration.pk), {"status": "firing"}, follow=True)

    assert Incident.objects.get().title in answer.text
    admin.post(at("try", integration.pk), {"status": "resolved"})
    assert Incident.objects.get().status == "resolved"


def test_the_card_shows_what_came_and_what_was_not_understood(admin):
    integration = IntegrationFactory(number=1)
    receive(token_of(1), Envelope(b'{"title": "The gateway is dead"}'))
    receive(token_of(1), Envelope(b"nonsense"))

    text = admin.get(integration.get_absolute_url()).text

    assert Incident.objects.get().number in text
    assert "not understood" in text


def test_a_card_over_its_limit_says_so(admin):
    integration = IntegrationFactory(number=1, rate_limit=1)
    receive(token_of(1), Envelope(b'{"title": "x"}'))
    with pytest.raises(Overflow):
        receive(token_of(1), Envelope(b'{"title": "x"}'))

    assert "1 message was refused" in admin.get(integration.get_absolute_url()).text


def test_a_message_is_shown_as_it_came_but_never_as_markup(admin):
    message = MessageFactory(body=b'{"title": "<script>alert(1)</script>')

    text = admin.get(message.get_absolute_url()).text

    assert "&lt;script&gt;alert(1)" in text
    assert "<script>alert" not in text


@pytest.mark.parametrize("body", [b"\0\xff\xfe", b"[" * 50_000, b"x" * 300_000, rb'{"a": "\ud800"}', b""])
def test_messages_of_any_kind_can_be_looked_at(admin, body):
    assert admin.get(MessageFactory(body=body).get_absolute_url()).status_code == 200


def test_a_message_is_replayed_from_its_page(admin):
    message = MessageFactory(body=b'{"title": "x"}')

    answer = admin.post(at("replay", message.pk), follow=True)

    assert "Replayed" in answer.text
    assert Incident.objects.count() == 1
    again = admin.post(at("replay", message.pk), follow=True)
    assert "worked off already" in again.text
    assert Incident.objects.count() == 1


def test_all_that_waits_is_replayed(admin):
    MessageFactory(body=b'{"title": "x"}')
    MessageFactory(body=b'{"title": "y"}')
    MessageFactory()

    answer = admin.post(at("replay-all"), {"since": "", "integration": ""}, follow=True)

    assert "2 messages worked off, 1 still not understood" in answer.text
    assert Message.objects.unparsed().count() == 1


def test_messages_are_narrowed_by_state_and_integration(admin):
    mine = MessageFactory()
    MessageFactory(integration=mine.integration, state="ignored", fault="")
    MessageFactory()

    answer = admin.get(f"{at('messages')}?state=unparsed&integration={mine.integration_id}")

    assert list(answer.context["page"]) == [mine]


def test_an_empty_house_says_what_an_integration_is(admin):
    assert "No machine may report yet" in admin.get(at("list")).text
    assert "No message yet" in admin.get(at("messages")).text


@pytest.mark.parametrize("role", ["manager", "auditor"])
def test_who_only_looks_is_offered_nothing_to_press(page, role):
    integration, message = IntegrationFactory(), MessageFactory()
    client = page(UserFactory(role=role))

    assert at("create") not in client.get(at("list")).text
    text = client.get(integration.get_absolute_url()).text
    assert at("edit", integration.pk) not in text
    assert at("try", integration.pk) not in text
    assert at("replay", message.pk) not in client.get(message.get_absolute_url()).text


@pytest.mark.parametrize("role", ["user", "technician"])
def test_others_neither_see_the_pages_nor_their_entry(page, role):
    client = page(UserFactory(role=role))

    assert client.get(at("list")).status_code == 403
    assert at("list") not in client.get("/").text


@pytest.mark.parametrize("name", ["list", "messages"])
@pytest.mark.parametrize("rows", [1, 50])
def test_lists_cost_a_fixed_number_of_queries(admin, name, rows, django_assert_max_num_queries):
    for number in range(rows):
        MessageFactory(integration=IntegrationFactory(number=number))

    with django_assert_max_num_queries(12):
        admin.get(at(name))


def test_the_card_of_an_incident_names_its_machine_and_its_past(page):
    IntegrationFactory(number=1, name="Gate")
    for body in (b'{"title": "x", "dedup_key": "k"}', b'{"dedup_key": "k", "status": "resolved"}') * 2:
        receive(token_of(1), Envelope(body))
    old, new = Incident.objects.order_by("pk")
    client = page(UserFactory(technician=True))

    assert "Gate" in client.get(new.get_absolute_url()).text
    assert old.number in client.get(new.get_absolute_url()).text
    assert new.number in client.get(old.get_absolute_url()).text
