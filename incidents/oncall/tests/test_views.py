"""The pages of the duty table."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.tests.factories import UserFactory
from incidents.models import Duty, EscalationPolicy
from incidents.oncall.tests.factories import DAY, HOUR, DutyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return UserFactory(manager=True)


def running(**fields):
    """Somebody on duty from an hour ago to tomorrow."""
    now = timezone.now().replace(microsecond=0)
    return DutyFactory(start=now - HOUR, finish=now + DAY, **fields)


def local(moment):
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"


def test_the_table_says_who_is_on_duty_and_where_nobody_is(page):
    duty = running(person__last_name="Orlov", person__first_name="Ilya")

    text = page(UserFactory(technician=True)).get("/oncall/").text

    assert "Orlov I." in text
    assert "is-gap" in text
    assert "Nobody is on duty" in text
    assert "Make a rota" not in text
    assert duty.get_absolute_url() in text


def test_an_empty_table_says_what_to_do(page, manager):
    text = page(manager).get("/oncall/").text

    assert "Nobody is on duty yet" in text
    assert "/oncall/rota/" in text


def test_a_manager_makes_a_rota(page, manager):
    one, two = UserFactory.create_batch(2, technician=True)
    form = {"person1": one.pk, "person2": two.pk, "first_day": "2099-01-05", "handover": "09:00", "every": "week"}

    answer = page(manager).post("/oncall/rota/", form | {"turns": 4})

    assert answer.status_code == 302
    assert list(Duty.objects.values_list("person", flat=True)) == [one.pk, two.pk, one.pk, two.pk]


def test_a_rota_that_meets_a_duty_says_whose(page, manager):
    duty = DutyFactory(person__first_name="Ilya", person__last_name="Orlov")
    day = f"{timezone.localtime(duty.start):%Y-%m-%d}"
    form = {"person1": duty.person_id, "first_day": day, "handover": "09:00", "every": "day", "turns": 2}

    answer = page(manager).post("/oncall/rota/", form)

    assert answer.status_code == 400
    assert "Ilya Orlov is on duty from" in answer.text


def test_a_manager_lets_somebody_stand_in(page, manager):
    duty, substitute = running(), UserFactory(technician=True, last_name="Belova")
    form = {"person": substitute.pk, "start": local(timezone.now()), "finish": local(timezone.now() + HOUR)}

    answer = page(manager).post(f"/oncall/duties/{duty.pk}/substitute/", form)

    made = Duty.objects.substitutions().get()
    assert answer.status_code == 302
    assert (made.person, made.original) == (substitute, duty)
    assert "Belova" in page(manager).get(duty.get_absolute_url()).text
    assert "instead of" in page(manager).get(made.get_absolute_url()).text


def test_a_manager_changes_deletes_and_restores(page, manager):
    client, duty = page(manager), running()
    form = {"person": duty.person_id, "start": local(duty.start), "finish": local(duty.finish), "remark": "Call twice"}

    client.post(f"/oncall/duties/{duty.pk}/edit/", form)
    client.post(f"/oncall/duties/{duty.pk}/delete/", {"note": "Wrong week"})
    duty.refresh_from_db()
    assert (duty.remark, duty.deletion_note) == ("Call twice", "Wrong week")
    client.post(f"/oncall/duties/{duty.pk}/undelete/", {"note": ""})

    duty.refresh_from_db()
    assert duty.deleted_at is None


def test_a_deleted_duty_is_not_there_for_technicians(page):
    duty = running(deleted_at=timezone.now(), deleted_by=UserFactory(), deletion_note="Wrong week")

    assert page(UserFactory(technician=True)).get(duty.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("path", ["/oncall/", "/oncall/escalation/", "/oncall/export/?format=csv"])
def test_employees_are_kept_out(page, path):
    assert page(UserFactory()).get(path).status_code == 403


def test_the_table_leaves_as_a_file(page):
    duty = running(remark="=1+1")

    text = b"".join(page(UserFactory(technician=True)).get("/oncall/export/?format=csv")).decode()

    assert duty.person.name in text
    assert "'=1+1" in text


def test_the_table_costs_the_same_whatever_its_length(page):
    client, costs, now = page(UserFactory(technician=True)), [], timezone.now()
    client.get("/oncall/")
    for rows in (1, 10):
        for number in range(rows):
            start = now + timedelta(days=rows) + number * HOUR
            duty = DutyFactory(start=start, finish=start + HOUR)
            DutyFactory(original=duty, start=start, finish=start + HOUR / 2)
        with CaptureQueriesContext(connection) as cost:
            assert client.get("/oncall/").status_code == 200
        costs.append(len(cost))

    assert costs[0] == costs[1] <= 12


@pytest.fixture
def chain():
    EscalationPolicy.objects.all().delete()
    return EscalationPolicy.objects.create(severity="critical", steps=[{"after": 5, "whom": "duty"}])


def test_a_manager_writes_a_chain(page, manager, chain):
    form = {"severity": "high", "repeats": 2, "enabled": "on", "after1": 10, "whom1": "duty"}

    answer = page(manager).post("/oncall/escalation/new/", form | {"after2": 15, "whom2": "managers", "whom3": "chat"})

    made = EscalationPolicy.objects.get(severity="high")
    assert answer["Location"] == made.get_absolute_url()
    assert made.steps == [{"after": 10, "whom": "duty"}, {"after": 15, "whom": "managers"}]
    assert "all managers" in page(manager).get("/oncall/escalation/").text


def test_of_one_severity_there_is_one_chain(page, manager, chain):
    form = {"severity": "critical", "repeats": 2, "after1": 10, "whom1": "duty"}

    answer = page(manager).post("/oncall/escalation/new/", form)

    assert answer.status_code == 400
    assert "There is a chain from this severity on." in answer.text


def test_a_manager_changes_and_deletes_a_chain(page, manager, chain):
    client = page(manager)
    assert 'value="5"' in client.get(f"{chain.get_absolute_url()}edit/").text
    form = {"severity": "critical", "repeats": 0, "after1": 7, "whom1": "chat", "version": 1}

    client.post(f"{chain.get_absolute_url()}edit/", form)
    chain.refresh_from_db()
    assert (chain.steps, chain.repeats, chain.enabled) == ([{"after": 7, "whom": "chat"}], 0, False)
    client.post(f"{chain.get_absolute_url()}delete/", {"note": "Never used"})

    chain.refresh_from_db()
    assert chain.deletion_note == "Never used"
    assert client.get(chain.get_absolute_url()).status_code == 200


def test_a_chain_longer_than_the_form_keeps_its_steps(page, manager, chain):
    EscalationPolicy.objects.filter(pk=chain.pk).update(steps=[{"after": 5, "whom": "duty"}] * 8)
    client, address = page(manager), f"{chain.get_absolute_url()}edit/"
    form = client.get(address).context["form"]

    client.post(address, {one.html_name: one.value() for one in form} | {"repeats": 9})

    chain.refresh_from_db()
    assert (chain.repeats, len(chain.steps)) == (9, 8)


def test_a_step_tells_somebody_by_name(page, manager, chain):
    client, person = page(manager), UserFactory(technician=True)
    form = {"severity": "critical", "repeats": 0, "after1": 7, "whom1": f"person:{person.pk}", "version": 1}

    client.post(f"{chain.get_absolute_url()}edit/", form)

    chain.refresh_from_db()
    assert chain.steps == [{"after": 7, "whom": "person", "person": person.pk}]
    assert f"After 7 min: {person.name}" in client.get(chain.get_absolute_url()).text
    assert f'value="person:{person.pk}" selected' in client.get(f"{chain.get_absolute_url()}edit/").text


def test_a_chain_that_names_somebody_who_left_says_so(page, manager, chain):
    person = UserFactory(technician=True, is_active=False)
    EscalationPolicy.objects.update(steps=[{"after": 7, "whom": "person", "person": person.pk}])
    client = page(manager)
    form = {"severity": "critical", "repeats": 0, "after1": 9, "whom1": f"person:{person.pk}", "version": 1}

    answer = client.post(f"{chain.get_absolute_url()}edit/", form)

    assert f"{person.name} (is not told)" in client.get(chain.get_absolute_url()).text
    assert (answer.status_code, "does not work on incidents" in answer.text) == (400, True)


def test_technicians_read_the_chain(page, chain):
    text = page(UserFactory(technician=True)).get(chain.get_absolute_url()).text

    assert "After 5 min: whoever is on duty" in text
    assert "edit/" not in text


def test_the_home_page_leads_to_who_is_on_duty(page):
    duty = running()
    client = page(UserFactory(technician=True))

    assert "/oncall/tile/" in client.get("/").text
    assert duty.person.name in client.get("/oncall/tile/").text
    assert "/oncall/tile/" not in page(UserFactory()).get("/").text
