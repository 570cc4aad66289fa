"""A repeated POST with the same Idempotency-Key gives the same object once and the same answer again."""

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from workflow.models import IdempotencyKey

KEY = re.compile(r"[\x20-\x7e]{1,255}")
KEPT_HEADERS = ("Location", "ETag")


class KeyReused(APIException):
    status_code = 422
    default_detail = gettext_lazy("This Idempotency-Key was used with another body.")
    default_code = "idempotency_key_reused"


def once(request: Request, work: Callable[[], Response]) -> Response:
    """Return the answer of `work`, or the stored one if this user sent this key to this route before.

    Key and object are one transaction: of two parallel requests the second finds the key taken, or is refused because
    of what the first has just done; its own work is rolled back, and it repeats the first one's answer. Only 2xx
    answers are kept. Raises KeyReused.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return work()
    if not KEY.fullmatch(key):
        raise ValidationError({"Idempotency-Key": _("1 to 255 printable ASCII characters are expected.")})
    address = {"user": request.user, "route": request.path, "key": key}
    digest = digest_of(request.data)
    if stored := IdempotencyKey.objects.filter(**address).first():
        if not stored.has_expired(timezone.now()):
            return repeated(stored, digest)
        IdempotencyKey.objects.expired(timezone.now()).filter(**address).delete()
    try:
        with transaction.atomic():
            response = work()
            keep(response, digest, address)
            return response
    except Exception:  # whatever it is: where the first request has succeeded, it comes from that
        stored = IdempotencyKey.objects.filter(**address).first()
        if stored is None:
            raise
        return repeated(stored, digest)


def keep(response: Response, digest: str, address: dict[str, Any]) -> None:
    if 200 <= response.status_code < 300:
        headers = {name: response[name] for name in KEPT_HEADERS if name in response}
        body = json.dumps(response.data, default=str)
        IdempotencyKey.objects.create(
            **address, digest=digest, status_code=response.status_code, body=body, headers=headers
        )


def repeated(stored: IdempotencyKey, digest: str) -> Response:
    if stored.digest != digest:
        raise KeyReused
    headers = stored.headers | {"Idempotency-Replayed": "true"}
    return Response(json.loads(stored.body), status=stored.status_code, headers=headers)


def digest_of(data: Any) -> str:
    """SHA-256 of the parsed body: spacing and key order do not matter, files count by name and content."""
    if isinstance(data, MultiValueDict):
        data = dict(data.lists())
    return hashlib.sha256(json.dumps(data, sort_keys=True, default=plain).encode()).hexdigest()


def plain(value: Any) -> Any:
    if isinstance(value, UploadedFile):
        value.seek(0)
        digest = hashlib.file_digest(value.file, "sha256").hexdigest()  # type: ignore[arg-type]
        value.seek(0)
        return f"{value.name}:{digest}"
    return str(value)
