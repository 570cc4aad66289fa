import pytest
from django.core.exceptions import ValidationError

from accounts.tests.factories import UserFactory
from tasks.models import Task
from tasks.models.task import today
from tasks.pickers import MOST, PeopleField, called
from tasks.tests.factories import TaskFactory

pytestmark = pytest.mark.django_db
NEW = "/tasks/new/"


@pytest.fixture
def orlov():
    return UserFactory(username="orlov", first_name="Илья", last_name="Орлов")


@pytest.fixture
def gusev():
    return UserFactory(username="gusev", first_name="Пётр", last_name="Гусев")


@pytest.mark.parametrize(
    "typed",
    [
        ["Илья Орлов (orlov)", "Пётр Гусев (gusev)", ""],
        ["orlov, gusev"],
        [" Орлов Илья ,, ГУСЕВ ПЁТР, "],
        ["orlov", "orlov", "gusev"],
    ],
)
def test_several_people_are_typed_or_chosen(orlov, gusev, typed):
    assert PeopleField().clean(typed) == [orlov, gusev]


def test_a_comma_may_belong_to_a_name():
    person = UserFactory(username="smith", first_name="Anna", last_name="Smith, Jr")

    assert PeopleField().clean([called(person)]) == [person]


@pytest.mark.parametrize("typed", ["nobody", "left", "system", "Namesake", "7", "orlov, nobody"])
def test_who_is_not_there_is_refused_by_name(orlov, typed):
    UserFactory(username="left", is_active=False)
    UserFactory.create_batch(2, first_name="Namesake", last_name="")

    with pytest.raises(ValidationError):
        PeopleField().clean([typed])


def test_a_crowd_is_refused():
    with pytest.raises(ValidationError, match="At most"):
        PeopleField().clean([f"person{number}" for number in range(MOST + 1)])


def test_a_refused_form_keeps_who_was_chosen(page, orlov, gusev):
    sent = {"title": "", "executor": "orlov", "deadline": today().isoformat(), "watchers": [called(gusev), "nobody"]}
    answer = page(UserFactory()).post(NEW, sent)

    assert answer.status_code == 400
    assert f'value="{called(gusev)}" checked' in answer.text
    assert "There is no “nobody” here." in answer.text


def test_unticking_somebody_takes_them_off(page, orlov, gusev):
    task = TaskFactory()
    task.watchings.create(user=orlov)
    task.watchings.create(user=gusev)
    client, address = page(task.author), f"{task.get_absolute_url()}edit/"
    assert f'value="{called(orlov)}" checked' in client.get(address).text

    sent = {"title": task.title, "executor": task.executor.username, "deadline": task.deadline, "priority": "low"}
    client.post(address, sent | {"watchers": [called(gusev), ""], "version": task.version, "start": task.start})

    assert [watching.user for watching in task.watchings.all()] == [gusev]


def test_the_form_offers_oneself_and_whom_one_gave_tasks_last(page, orlov, gusev):
    me = UserFactory()
    TaskFactory(author=me, executor=orlov)
    TaskFactory(author=me, executor=gusev)
    TaskFactory(author=me, executor=UserFactory(is_active=False))

    people = page(me).get(NEW).context["people"]

    assert [name for _words, name in people] == [called(me), called(gusev), called(orlov)]
    assert not Task.objects.filter(author=orlov).exists()
