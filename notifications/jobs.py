from celery import shared_task

from notifications import services


@shared_task
def deliver():
    services.deliver_due()
