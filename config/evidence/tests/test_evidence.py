import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import UserFactory
from config.evidence import chain
from incidents import services as incidents
from incidents.tests.factories import IncidentFactory
from suspensions.tests.factories import SuspensionFactory
from tasks.tests.factories import TaskFactory
from tickets.models import TicketTask
from tickets.tests.factories import TicketFactory
from workflow.models import Event
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return UserFactory(manager=True)


@pytest.fixture
def story():
    """An incident, the downtime it caused, what was promised after each, a ticket that asked for help and its task."""
    incident = IncidentFactory(title="No exchange")
    case = SuspensionFactory(incident=incident)
    promised = TaskFactory(incident=incident, title="Ask"), TaskFactory(suspension=case, title="Buy")
    ticket, grown = TicketFactory(incident=incident, title="No mail"), TaskFactory(title="Lay a cable")
    TicketTask.objects.create(ticket=ticket, task=grown)
    return incident, case, *promised, ticket, grown


def names(objects):
    return {str(one) for one in objects}


def event(subject, verb="edit", **fields):
    kind = ContentType.objects.get_for_model(subject)
    return Event.objects.create(
        subject_type=kind, subject_id=subject.pk, actor_label="somebody", channel="page", verb=verb, **fields
    )


def test_every_link_of_a_chain_leads_to_the_whole_chain(story, manager):
    for start in story:
        assert names(chain.linked(start, manager)) == names(story), f"from {start}"


def test_a_chain_runs_over_any_number_of_steps(manager):
    first = IncidentFactory()
    last = first
    for _step in range(6):
        last = IncidentFactory(previous=last)
    task = TaskFactory(incident=last)
    assert task in chain.linked(first, manager)
    assert first in chain.linked(task, manager)


def test_what_has_nothing_in_common_stays_out(story, manager):
    IncidentFactory()
    TaskFactory(incident=IncidentFactory())
    assert len(chain.linked(story[0], manager)) == len(story)


def test_what_is_not_linked_is_a_chain_of_its_own(manager):
    alone = TaskFactory()
    assert chain.linked(alone, manager) == [alone]


def test_what_a_reader_may_not_see_is_not_in_their_chain(story):
    author = UserFactory()
    own = TaskFactory(incident=story[0], author=author)
    assert names(chain.linked(own, author)) == names([own, story[0], story[1]])


def test_nothing_is_told_beyond_what_is_hidden():
    stranger = UserFactory()
    hidden = TaskFactory(incident=IncidentFactory(), suspension=SuspensionFactory())
    assert chain.linked(hidden.incident, stranger) == [hidden.incident]


def test_what_was_deleted_is_not_linked_any_more(story, manager):
    admin = UserFactory(admin=True)
    story[1].hide(by=actor_of(admin), note="Twice")
    left = names([story[0], story[2], story[4], story[5]])
    assert names(chain.linked(story[0], manager)) == left
    assert names(chain.linked(story[0], admin)) == left


def test_a_duplicate_leads_to_the_ticket_that_goes_on(manager):
    ticket = TicketFactory()
    duplicate = TicketFactory(merged=True, merged_into=ticket)
    assert chain.linked(ticket, manager) == chain.linked(duplicate, manager) == [ticket, duplicate]


def test_a_creator_sees_their_ticket_but_not_the_task_that_grew_out_of_it(story):
    me = UserFactory()
    ticket = TicketFactory(creator=me)
    TicketTask.objects.create(ticket=ticket, task=TaskFactory(incident=story[0]))
    assert chain.linked(ticket, me) == [ticket]


def test_what_was_said_internally_is_not_in_the_chain_of_an_employee(client, manager):
    me = UserFactory()
    ticket = TicketFactory(creator=me, incident=IncidentFactory())
    event(ticket, "comment", note="He broke it himself", internal=True)
    for reader, reads in ((me, False), (manager, True)):
        client.force_login(reader)
        for page in (f"/incidents/{ticket.incident_id}/evidence/", f"/tickets/{ticket.pk}/evidence/"):
            assert ("He broke it himself" in client.get(page).content.decode()) is reads


def test_the_chain_is_cut_at_its_limit(manager, monkeypatch):
    monkeypatch.setattr(chain, "MOST", 3)
    incident = IncidentFactory()
    TaskFactory.create_batch(5, incident=incident)
    assert len(chain.linked(incident, manager)) == 3


def test_events_stand_in_the_order_in_which_they_happened(story, manager):
    wanted = [event(one) for one in (story[3], story[0], story[1], story[0])]
    seen = list(chain.story(chain.linked(story[0], manager), manager))
    assert [one.pk for one in seen if one.actor_label == "somebody"] == [one.pk for one in wanted]


def test_internal_events_are_told_to_whom_the_policy_says(story, manager):
    secret = event(story[0], internal=True)
    assert secret in chain.story([story[0]], manager)
    assert secret not in chain.story([story[0]], UserFactory())


def test_events_of_others_with_the_same_id_are_not_mixed_in(story, manager):
    foreign = Event.objects.create(
        subject_type=ContentType.objects.get_for_model(manager),
        subject_id=story[0].pk,
        actor_label="somebody",
        channel="page",
        verb="edit",
    )
    assert foreign not in chain.story(chain.linked(story[0], manager), manager)


def test_the_api_answers_with_the_objects_and_their_events(api, story, manager):
    incidents.take(story[0], by=actor_of(manager))
    event(story[3], note="Ordered")
    answer = api(manager).get(f"/api/v1/incidents/{story[0].pk}/evidence/").data
    assert [one["name"] for one in answer["objects"]] == [str(one) for one in chain.linked(story[0], manager)]
    assert [(line["subject"]["name"], line["verb"]) for line in answer["results"]] == [
        (str(story[0]), "take"),
        (str(story[3]), "edit"),
    ]
    assert answer["count"] == 2


def test_the_api_says_nothing_of_what_is_not_visible(api, story):
    answer = api(UserFactory()).get(f"/api/v1/tasks/{story[2].pk}/evidence/")
    assert answer.status_code == 404


@pytest.mark.parametrize("slug", [noun.slug for noun in chain.NOUNS])
def test_each_page_shows_all_links_and_what_happened(client, story, manager, slug):
    client.force_login(manager)
    event(story[1], note="Bad cable")
    subject = next(one for one in story if chain.noun_of(one).slug == slug)
    page = client.get(f"/{slug}/{subject.pk}/evidence/").content.decode()
    assert all(one.get_absolute_url() in page for one in story if one != subject)
    assert "Bad cable" in page


def test_the_strip_counts_what_there_is_of_each_noun(client, story, manager):
    client.force_login(manager)
    page = client.get(f"/incidents/{story[0].pk}/evidence/?strip").content.decode()
    assert page.count("<li") == len(chain.NOUNS) + 1
    assert "<html" not in page


def test_a_stranger_gets_no_page(client, story):
    client.force_login(UserFactory())
    assert client.get(f"/tasks/{story[2].pk}/evidence/").status_code == 404


def test_queries_do_not_grow_with_the_chain(client, manager):
    client.force_login(manager)
    incident = IncidentFactory()
    TaskFactory(incident=incident, suspension=SuspensionFactory(incident=incident))
    TicketTask.objects.create(ticket=TicketFactory(incident=incident), task=TaskFactory())
    event(incident)
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/incidents/{incident.pk}/evidence/")
        counts.append(len(queries))
        for _more in range(20):
            event(TaskFactory(incident=incident, suspension=SuspensionFactory(incident=incident)))
            TicketTask.objects.create(ticket=TicketFactory(incident=incident), task=TaskFactory())
    assert counts[1] <= counts[0]
    assert counts[0] <= 14
