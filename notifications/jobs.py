from celery import shared_task
from django.utils import timezone

from notifications import services
from notifications.dispatch import dispatcher, webhook


@shared_task
def deliver():
    services.deliver_due()


@shared_task
def hear():
    webhook.work_off()


@shared_task
def forget_updates():
    dispatcher.forget(at=timezone.now())
