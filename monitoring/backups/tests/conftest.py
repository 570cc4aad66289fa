import pytest

from accounts.models import User
from accounts.tests.factories import UserFactory
from workflow.tests.actors import actor_of


@pytest.fixture(autouse=True)
def backups(settings, tmp_path):
    """The folder of backups of one test."""
    settings.DB_BACKUP_DIR = str(tmp_path / "backups")
    return tmp_path / "backups"


@pytest.fixture
def by():
    """An administrator who acts, beside the system as whom jobs act."""
    User.objects.system()
    return actor_of(UserFactory(admin=True))
