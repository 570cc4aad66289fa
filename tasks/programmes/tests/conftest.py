"""A clock that tests set, and that runs on from there."""

import pytest
from django.utils import timezone

real = timezone.now


class Clock:
    def __init__(self):
        self.set_at, self.shown = real(), real()

    def __call__(self):
        return self.shown + (real() - self.set_at)

    def set(self, moment):
        self.set_at, self.shown = real(), moment


@pytest.fixture
def clock(monkeypatch):
    shown = Clock()
    monkeypatch.setattr(timezone, "now", shown)
    return shown
