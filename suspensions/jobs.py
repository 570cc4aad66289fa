from celery import shared_task
from django.utils import timezone

from suspensions.analytics import folding
from suspensions.budgets import warnings


@shared_task
def check_budgets():
    warnings.check(timezone.now())


@shared_task
def fold():
    folding.fold(timezone.now())
