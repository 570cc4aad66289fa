from celery import shared_task
from django.utils import timezone

from accounts.models import User
from suspensions import services
from suspensions.analytics import folding, monthly
from suspensions.budgets import warnings
from workflow.actor import Actor, Channel


@shared_task
def check_budgets():
    warnings.check(timezone.now())


@shared_task
def check_all_budgets():
    warnings.check(timezone.now(), everything=True)


@shared_task
def remind_of_reviews():
    services.remind_of_reviews(timezone.now())


@shared_task
def fold():
    folding.fold(timezone.now())


@shared_task
def remind_of_planned():
    services.remind_of_planned(timezone.now(), by=Actor(User.objects.system(), Channel.JOB))


@shared_task
def report_month():
    monthly.report_month(timezone.now())
