"""What leaves with the owner: every table of the product, but for what opens doors."""

import json
import re
from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

CHUNK = 2000

# Left behind whole: who holds these could sign in as somebody, or they mean nothing elsewhere.
KEPT_BACK = {
    "accounts.SecondFactor",
    "accounts.RecoveryCode",
    "accounts.SignIn",
    "accounts.PasswordReset",
    "workflow.IdempotencyKey",
    "workflow.SearchDocument",  # made from the other tables
    "suspensions.Fold",  # made from the cases
    "suspensions.Touched",
    "notifications.Notice",  # what was sent may carry a link that opens an account
    "notifications.Delivery",
    "notifications.Attempt",
}
# Left behind wherever they stand.
SECRET = re.compile(r"(^|_)(password|secret|token|digest|code_hash|otp)(_|$)")
NOT_SECRET = {"token_version", "token_end", "must_change_password"}


def of_the_product() -> list[type[models.Model]]:
    """Return the models whose rows leave, and Django's table by which events name what they are about."""
    ours = [name for name in settings.INSTALLED_APPS if "." not in name]
    found = [model for name in ours for model in apps.get_app_config(name).get_models()]
    kept = [model for model in found if model._meta.label not in KEPT_BACK]
    return sorted([*kept, apps.get_model("contenttypes.ContentType")], key=lambda model: model._meta.label)


def columns(model: type[models.Model]) -> list[str]:
    """Return the names of the columns that leave; a reference is the key of what it points to."""
    return [field.attname for field in model._meta.concrete_fields if not is_secret(field)]


def is_secret(field: models.Field) -> bool:
    if isinstance(field, models.BinaryField):
        return True
    return bool(SECRET.search(field.name)) and field.name not in NOT_SECRET


def rows(model: type[models.Model]) -> Iterator[bytes]:
    """Yield a line of JSON for each row, in the order of keys."""
    names = columns(model)
    for row in model._base_manager.order_by("pk").values(*names).iterator(chunk_size=CHUNK):
        yield json.dumps(row, ensure_ascii=False, cls=DjangoJSONEncoder).encode() + b"\n"
