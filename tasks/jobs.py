from celery import shared_task

from tasks import services


@shared_task
def remind():
    services.remind()


@shared_task
def repeat():
    services.repeat()
