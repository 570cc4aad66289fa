"""What `ENVIRONMENT=production` refuses to start with; `config.start` asks before anything listens."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.utils import translation

from accounts.models import Role, User
from monitoring.services import fitness

ENVIRONMENTS = {"embedded", "development", "production"}
DEFAULTS = {
    "admin", "change-me", "change_me", "changeme", "default", "example", "pass", "passw0rd", "password", "postgres",
    "qwerty", "root", "secret", "vakhta", "12345678", "123456789", "1234567890",
}  # fmt: skip
MAKE_ONE = 'Make one: python3 -c "import secrets; print(secrets.token_urlsafe(64))"'


def check_environment(**kwargs: Any) -> Iterator[CheckMessage]:
    """Judge the settings alone."""
    if settings.ENVIRONMENT not in ENVIRONMENTS:
        known = ", ".join(sorted(ENVIRONMENTS))
        yield Error(f"ENVIRONMENT is “{settings.ENVIRONMENT}”.", hint=f"Use one of: {known}.", id="config.E001")
    if settings.ENVIRONMENT != "production":
        return
    if is_weak(settings.SECRET_KEY):
        yield Error("SECRET_KEY is short, simple or a default.", hint=MAKE_ONE, id="config.E002")
    if settings.DEBUG:
        yield Error("DEBUG is on and would show settings to strangers.", hint="Remove DEBUG.", id="config.E003")
    if "*" in settings.ALLOWED_HOSTS:
        hint = "List the names and addresses people type to get here."
        yield Error("ALLOWED_HOSTS lets any name in.", hint=hint, id="config.E004")
    yield from judge_database(settings.DATABASES["default"])


def judge_database(database: dict[str, Any]) -> Iterator[CheckMessage]:
    if "sqlite" in database["ENGINE"]:
        hint = "Set DATABASE_URL to a PostgreSQL database."
        yield Error("The database is SQLite, which is for the embedded mode.", hint=hint, id="config.E005")
    password = str(database.get("PASSWORD") or "")
    if password and (password.lower() in DEFAULTS or password == database.get("USER")):
        hint = "Choose another and write it into DATABASE_URL."
        yield Error("The password of the database is a default one.", hint=hint, id="config.E006")


def check_database(**kwargs: Any) -> Iterator[CheckMessage]:
    """Judge what the database holds. One that does not answer is waited for by others."""
    if settings.ENVIRONMENT != "production" or not fitness.check_database().ok:
        return
    migrations = fitness.check_migrations()
    if not migrations.ok:
        with translation.override("en"):
            words = f"Migrations are {migrations.detail}."
        yield Error(words, hint="Run: manage.py migrate", id="config.E007")
        return
    for admin in User.objects.active().filter(role=Role.ADMIN)[:20]:
        if any(admin.check_password(guess) for guess in (admin.username, "admin", "password", "vakhta")):
            hint = f"Run: manage.py changepassword {admin.username}"
            yield Error(f"{admin.username} signs in with a default password.", hint=hint, id="config.E008")


def is_weak(secret: str) -> bool:
    return len(secret) < 50 or len(set(secret)) < 10 or secret.lower().startswith(("django-insecure", "change"))
