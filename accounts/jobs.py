from celery import shared_task
from django.utils import timezone

from accounts import services


@shared_task
def answer_resets():
    services.answer_resets(at=timezone.now())


@shared_task
def purge():
    services.purge(at=timezone.now())
