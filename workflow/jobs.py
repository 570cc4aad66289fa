from celery import shared_task
from django.utils import timezone

from workflow import services


@shared_task
def purge_idempotency_keys():
    services.purge_idempotency_keys(at=timezone.now())
