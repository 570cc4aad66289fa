from celery import shared_task
from django.utils import timezone

from incidents import services
from incidents.intake import receiving
from incidents.oncall import escalating, gaps


@shared_task
def wake_snoozed():
    services.wake_snoozed(at=timezone.now())


@shared_task
def work_off_left_behind():
    receiving.work_off_left_behind(at=timezone.now())


@shared_task
def escalate():
    escalating.escalate(at=timezone.now())


@shared_task
def warn_of_gaps():
    gaps.warn(at=timezone.now())
