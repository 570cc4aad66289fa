from celery import shared_task

from tickets.sla import keeping, warnings


@shared_task
def keep_promises():
    keeping.renew()
    warnings.warn()
