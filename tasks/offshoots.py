"""Corrective tasks: they grow out of incidents and downtime cases, and are shown on their cards."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.policy import allows
from incidents.models import Incident
from suspensions.models import Suspension
from tasks.models import Task
from workflow.offshoots import Offshoot

MOST = 20


def existing(subject: Any, user: Any, *, link: str) -> list[Task]:
    return list(Task.objects.visible_to(user).present().filter(**{link: subject}).by_deadline().for_list()[:MOST])


def address(subject: Any, *, link: str) -> str:
    return f"{reverse('tasks:create')}?{urlencode({link: subject.pk})}"


def may(user: Any) -> bool:
    return allows(user, "task.create")


def growing_from(model: type[Model], link: str) -> Offshoot:
    words = _("Tasks"), _("Create a corrective task")
    return Offshoot("tasks", model, *words, "task", partial(existing, link=link), partial(address, link=link), may)


OFFSHOOTS = [growing_from(Incident, "incident"), growing_from(Suspension, "suspension")]
