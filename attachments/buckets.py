"""Attachments on S3-compatible storage; loaded only where the environment names a bucket."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

from attachments.storage import NoRoom, Stored, Unreachable

logger = logging.getLogger(__name__)
CALLS = Config(
    connect_timeout=5,
    read_timeout=30,
    retries={"mode": "standard", "max_attempts": 2},
    # Checksums in trailers are an extension of one provider: others refuse them.
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)
FULL = {"QuotaExceeded", "XMinioStorageFull", "507"}


def translated[**Arguments, Answer](call: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """Say in the words of `attachments.storage` what goes wrong between here and the bucket."""

    def translating(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
        try:
            return call(*args, **kwargs)
        except (ClientError, BotoCoreError, Boto3Error) as error:
            logger.error("The file storage refuses or does not answer: %s", error)
            code = getattr(error, "response", {}).get("Error", {}).get("Code")
            raise (NoRoom if code in FULL else Unreachable) from error

    return translating


class BucketStorage(S3Storage):
    """A bucket that nobody reads but this product; an object appears in it whole or not at all."""

    def __init__(self, **options: Any):
        super().__init__(**options)
        self.client_config: Config = self.client_config.merge(CALLS)

    _save = translated(S3Storage._save)
    exists = translated(S3Storage.exists)
    delete = translated(S3Storage.delete)

    @translated
    def _open(self, name: str, mode: str = "rb") -> Any:
        return super()._open(name, mode).open()  # fetched now: once the answer has begun it is too late to refuse

    @translated
    def walk(self) -> Iterator[Stored]:
        folder = f"{self.location}/"
        found = self.bucket.objects.filter(Prefix=folder)
        return iter([Stored(item.key.removeprefix(folder), item.size, item.last_modified) for item in found])
