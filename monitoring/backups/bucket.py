"""The other storage of backups; loaded only where the environment names its bucket."""

from typing import Any

from boto3.s3.transfer import TransferConfig

from attachments.buckets import BucketStorage


class BackupBucket(BucketStorage):
    """A bucket that is written by one thread: the one that tells how far it is."""

    def get_default_settings(self) -> dict[str, Any]:
        return super().get_default_settings() | {"transfer_config": TransferConfig(use_threads=False)}
