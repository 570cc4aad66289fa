from celery import shared_task
from django.utils import timezone

from incidents import services


@shared_task
def wake_snoozed():
    services.wake_snoozed(at=timezone.now())
