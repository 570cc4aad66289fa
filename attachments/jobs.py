from celery import shared_task
from django.utils import timezone

from attachments import services


@shared_task
def sweep():
    services.sweep(at=timezone.now())
