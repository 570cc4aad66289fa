from contextlib import suppress

from celery import shared_task
from django.utils import timezone

from notifications import services
from notifications.dispatch import dispatcher, webhook
from notifications.telegram.client import ApiError, Unreachable


@shared_task
def deliver():
    services.deliver_due()


@shared_task
def hear():
    webhook.work_off()


@shared_task
def catch_up():
    with suppress(ApiError, Unreachable):  # a day does not end before Telegram has answered
        webhook.catch_up()


@shared_task
def forget_updates():
    dispatcher.forget(at=timezone.now())
