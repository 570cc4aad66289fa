import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from accounts.models import Role, User
from monitoring import services


@pytest.fixture
def pending_migration(db):
    app, name = sorted(services.newest_migrations())[0]
    MigrationRecorder(connection).record_unapplied(app, name)
    return f"{app}.{name}"


@pytest.fixture
def lost_database(transactional_db):
    """The address of the database leads nowhere."""
    open_connection, address = connection.connection, dict(connection.settings_dict)
    connection.connection = None
    connection.settings_dict.update(NAME="/nowhere/database", HOST="127.0.0.1", PORT="1")
    yield
    connection.settings_dict.update(address)
    connection.connection = open_connection


def person(role):
    return User.objects.create_user(f"a-{role}", f"{role}@example.org", "not a secret", role=role)


@pytest.mark.django_db
def test_anybody_may_ask_whether_all_is_well(api):
    services.tick(at=timezone.now())
    answer = api().get("/api/health/")

    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert set(answer.json()["checks"]) == {
        "database", "migrations", "cache", "broker", "worker", "beat", "outbox", "probe", "disk", "backup",
    }  # fmt: skip
    assert all(check == {"status": "ok"} for check in answer.json()["checks"].values())


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "told"), [(Role.ADMIN, True), (Role.MANAGER, False), (Role.AUDITOR, False)])
def test_only_an_administrator_is_told_the_details(api, role, told):
    checks = api(person(role)).get("/api/health/").json()["checks"]

    assert ("detail" in checks["database"]) == told


def test_a_pending_migration_is_named_to_the_administrator(api, pending_migration):
    answer = api(person(Role.ADMIN)).get("/api/health/")

    assert answer.status_code == 503
    assert answer.json()["status"] == "down"
    assert pending_migration in answer.json()["checks"]["migrations"]["detail"]
    assert answer.json()["checks"]["migrations"]["cure"] == "Run: manage.py migrate"
    assert "cure" not in answer.json()["checks"]["database"]


def test_a_pending_migration_makes_it_unready_but_alive(api, pending_migration):
    assert api().get("/api/health/ready/").status_code == 503
    assert api().get("/api/health/live/").status_code == 200


@pytest.mark.django_db
def test_it_is_ready_when_the_schema_is(api):
    assert api().get("/api/health/ready/").json() == {"status": "ok"}


def test_without_a_database_it_is_unready_but_alive(api, lost_database):
    assert api().get("/api/health/ready/").status_code == 503
    assert api().get("/api/health/live/").status_code == 200


def test_without_a_database_the_health_says_so_and_hides_the_reason(api, lost_database):
    answer = api().get("/api/health/")

    assert answer.status_code == 503
    assert answer.json()["checks"]["database"] == {"status": "failing"}


@pytest.mark.parametrize("path", ["/api/health/", "/api/health/live/", "/api/health/ready/"])
def test_health_is_read_only(api, path, db):
    assert api().post(path).status_code == 405
