from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from accounts import jobs, services
from accounts.models import FailedSignIn
from accounts.tests.acting import ADDRESS, fail, verbs
from accounts.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_the_schedule_writes_letters_and_forgets():
    user = UserFactory()
    services.request_reset(email=user.email, address=ADDRESS, language="en", product_url="https://a")
    fail("old", 1, ago=settings.SIGN_INS_KEEP + timedelta(days=1))

    jobs.answer_resets()
    jobs.purge()

    assert verbs(user) == ["reset-letter"]
    assert not FailedSignIn.objects.filter(at__lt=timezone.now() - settings.SIGN_INS_KEEP).exists()


def test_the_schedule_names_jobs_that_exist():
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert {jobs.answer_resets.name, jobs.purge.name} <= scheduled
