from celery import shared_task

from tasks import services
from tasks.programmes import services as programmes


@shared_task
def remind():
    services.remind()


@shared_task
def repeat():
    services.repeat()


@shared_task
def run_programmes():
    programmes.tick()
