"""Many machines at once, on the database that is at hand."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts.models import User
from accounts.tests.factories import UserFactory
from incidents.intake import receiving
from incidents.intake.receiving import Envelope, receive
from incidents.intake.tests.factories import IntegrationFactory, MessageFactory, token_of
from incidents.models import Incident, Message
from workflow.models import Conflict
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db(transaction=True)
POSTS, THREADS = 100, 10


def at_once(work, items):
    """Do `work` to each item in THREADS threads that start together; return what each gave."""
    gate = Barrier(THREADS)

    def started(share):
        gate.wait()
        try:
            return [work(item) for item in share]
        finally:
            connection.close()

    shares = [items[number::THREADS] for number in range(THREADS)]
    with ThreadPoolExecutor(THREADS) as pool:
        return [result for results in pool.map(started, shares) for result in results]


def test_a_hundred_posts_with_one_key_are_one_incident_with_a_hundred_occurrences():
    User.objects.system()
    IntegrationFactory(number=1)

    messages = at_once(
        lambda _number: receive(token_of(1), Envelope(b'{"title": "x", "dedup_key": "k"}')), range(POSTS)
    )

    incident = Incident.objects.get()
    assert (incident.occurrences, incident.version) == (POSTS, 1)
    states = sorted(message.state for message in messages)
    assert states == ["created"] + ["joined"] * (POSTS - 1)
    assert Message.objects.count() == POSTS


def test_the_rate_limit_counts_parallel_posts_exactly():
    User.objects.system()
    IntegrationFactory(number=1, rate_limit=30)

    def post(_number):
        try:
            return receive(token_of(1), Envelope(b'{"title": "x", "dedup_key": "k"}')).state
        except receiving.Overflow:
            return "refused"

    states = at_once(post, range(50))

    assert states.count("refused") == 20
    assert Incident.objects.get().occurrences == 30


def test_messages_with_the_same_alerts_in_other_orders_do_not_block_each_other():
    User.objects.system()
    IntegrationFactory(number=1, format="alertmanager")
    alerts = [f'{{"status": "firing", "fingerprint": "{key}", "labels": {{"alertname": "{key}"}}}}' for key in "abcdef"]

    def post(number):
        order = alerts if number % 2 else alerts[::-1]
        return receive(token_of(1), Envelope(f'{{"alerts": [{",".join(order)}]}}'.encode()))

    messages = at_once(post, range(20))

    assert {message.state for message in messages} == {"created", "joined"}
    assert set(Incident.objects.values_list("occurrences", flat=True)) == {20}


def test_of_parallel_replays_one_works_the_message_off():
    User.objects.system()
    by = actor_of(UserFactory(admin=True))
    message = MessageFactory(body=b'{"title": "x"}')

    def replay(_number):
        try:
            return receiving.replay(Message.objects.get(pk=message.pk), by=by).state
        except Conflict:
            return "refused"

    at_once(replay, range(THREADS))

    assert Incident.objects.count() == 1
    assert message.outcomes.count() == 1
