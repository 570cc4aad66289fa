import pytest

from accounts.tests.factories import UserFactory
from tasks.models import Task
from tasks.models.task import today
from tasks.tests.factories import TaskFactory
from workflow.models import Event

pytestmark = pytest.mark.django_db
LIST = "/api/admin/tasks/task/"


def test_administrators_find_every_task(page):
    task = TaskFactory(title="Replace the certificate")

    assert task.title in page(UserFactory(admin=True)).get(LIST).text


def test_an_action_does_the_verb_and_says_what_was_refused(page):
    open_one, done = TaskFactory(), TaskFactory(done=True)
    sent = {"action": "accept", "_selected_action": [open_one.pk, done.pk], "index": 0, "note": "Seen."}

    answer = page(UserFactory(admin=True)).post(LIST, sent, follow=True)

    assert set(Task.objects.values_list("status", flat=True)) == {"open", "accepted"}
    assert str(open_one.number) in answer.text


def test_what_is_typed_goes_through_the_services(page):
    admin, executor = UserFactory(admin=True), UserFactory()
    day = today().isoformat()
    sent = {"title": "Typed", "executor": executor.pk, "start": day, "deadline": day, "priority": "low"}
    sent |= {f"{name}-{key}": 0 for name in ("checklist", "comments") for key in ("TOTAL_FORMS", "INITIAL_FORMS")}

    answer = page(admin).post(f"{LIST}add/", sent)

    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert Event.objects.about(Task.objects.get()).get().verb == "set"


def test_nobody_deletes_by_a_button(page):
    assert page(UserFactory(admin=True)).post(f"{LIST}{TaskFactory().pk}/delete/").status_code == 403
