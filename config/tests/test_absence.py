"""PostgreSQL and Redis are absent when web, worker and beat start, and killed under them; all go on by themselves."""

import os
import tempfile
import threading
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from accounts.models import User
from accounts.tests.factories import UserFactory
from config.tests.house import PASSWORD, House, stored, until
from config.tests.servers import Postgres, Redis
from deploy import with_servers
from incidents.models import Incident
from notifications.tests.smtp import open_post_office

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
REPORTERS = 3
PAUSE = 0.1  # seconds between two reports of one; all together stay below what one person may ask


@pytest.fixture
def servers(django_db_setup, django_db_blocker):
    """A PostgreSQL with the tables of ours and a Redis; neither runs yet."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vakhta-absence-")))
        if who := with_servers.identity():
            os.chown(folder, who["user"], who["group"])
        postgres, redis = Postgres(folder), Redis(folder)
        stack.callback(postgres.kill)
        stack.callback(redis.kill)
        postgres.start()
        with django_db_blocker.unblock():
            postgres.fill()
            with postgres.looked_into():
                User.objects.system()
                for name in ("early", "after-postgresql", "after-redis"):
                    UserFactory(username=name, email=f"{name}@example.org")
                User.objects.filter(pk=UserFactory(username="reporter").pk).update(password=stored(PASSWORD))
        postgres.kill()
        yield postgres, redis


@pytest.fixture
def house(servers, tmp_path_factory):
    """Web, worker and beat that were started before their servers, with a post office."""
    postgres, redis = servers
    with open_post_office() as office:
        house = House(
            tmp_path_factory.mktemp("absence") / "house",
            DATABASE_URL=postgres.url,
            REDIS_URL=redis.url,
            CELERY_BROKER_URL=redis.url,
            EMAIL_URL=f"smtp://127.0.0.1:{office.port}",
            LOG_LEVEL="CRITICAL",
        )
        house.office = office
        house.start("web", "worker", "beat")
        try:
            until(lambda: house.status("/api/health/live/") == 200, house.said)
            house.first = house.status()
            postgres.start()
            redis.start()
            yield house
        finally:
            house.end()


def report(house, client, title, others):
    """Report until it is answered that it is stored; whatever else was answered is counted in `others`."""
    body = {"title": title, "description": title, "severity": "low"}

    def is_stored():
        try:
            answer = client.post("/api/v1/incidents/", json=body, headers={"Idempotency-Key": title})
        except httpx.TransportError as error:
            others[type(error).__name__] += 1
            return False
        if answer.status_code != 201:
            others[answer.status_code] += 1
        return answer.status_code == 201

    until(is_stored, house.said)


class Load:
    """People who report one thing after the other; `kept` is what they were told is stored."""

    def __init__(self, house, name):
        self.house, self.name, self.kept, self.others, self.over = house, name, [], Counter(), threading.Event()

    def work(self, number):
        with self.house.signed_in("reporter") as client:
            while not self.over.is_set():
                title = f"{self.name} {number} {len(self.kept)}"
                report(self.house, client, title, self.others)
                self.kept.append(title)
                time.sleep(PAUSE)

    def more(self, number):
        goal = len(self.kept) + number
        until(lambda: len(self.kept) >= goal, self.house.said)

    @contextmanager
    def running(self):
        threads = [threading.Thread(target=self.work, args=[number]) for number in range(REPORTERS)]
        for thread in threads:
            thread.start()
        try:
            self.more(REPORTERS)
            yield self
            self.more(3 * REPORTERS)
        finally:
            self.over.set()
            for thread in threads:
                thread.join()


def expect_each_once(load, postgres):
    """Nothing that was answered is missing, and nothing is there twice."""
    with postgres.looked_into():
        found = Counter(Incident.objects.filter(title__startswith=f"{load.name} ").values_list("title", flat=True))
    assert found == Counter(load.kept)


def expect_a_letter(house, name):
    """A letter that is asked for now is sent by beat and worker; nobody ended or was started anew meanwhile."""
    body = {"email": f"{name}@example.org"}
    answer = httpx.post(house.url("/api/identity/auth/users/reset_password/"), json=body, timeout=30)
    assert answer.status_code == 204, answer.text
    until(lambda: any(body["email"] in str(mail["To"]) for mail in house.office.received), house.said)
    assert {role for role, started in house.processes.items() for one in started if one.poll() is not None} == set()


def test_absent_and_killed_servers_cost_nothing_that_was_answered(house, servers):
    """One story, because the start takes longer than all that follows."""
    expect_patience_at_the_start(house)
    expect_a_killed_database_to_cost_nothing(house, servers)
    expect_a_killed_redis_to_cost_nothing(house, servers)


def expect_patience_at_the_start(house):
    assert house.first == 503

    house.open()
    expect_a_letter(house, "early")


def expect_a_killed_database_to_cost_nothing(house, servers):
    house.open()
    with Load(house, "Database").running() as load:
        servers[0].kill()
        until(lambda: load.others[503], house.said)
        assert house.status() == 503
        servers[0].start()

    expect_each_once(load, servers[0])
    assert set(load.others) == {503}
    expect_a_letter(house, "after-postgresql")


def expect_a_killed_redis_to_cost_nothing(house, servers):
    house.open()
    with Load(house, "Redis").running() as load:
        servers[1].kill()
        time.sleep(1)
        servers[1].start()

    expect_each_once(load, servers[0])
    assert set(load.others) <= {503}
    expect_a_letter(house, "after-redis")
