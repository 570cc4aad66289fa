"""Where files are kept: on the local disk, or in a bucket of a storage that speaks S3."""

from pathlib import Path
from typing import Any


def bucket(name: str, *, endpoint: str, region: str, access_key: str, secret_key: str) -> dict[str, Any]:
    """Return the options of a bucket storage; what is empty is left to the library."""
    return {
        "bucket_name": name,
        "endpoint_url": endpoint or None,
        "region_name": region or None,
        "access_key": access_key,
        "secret_key": secret_key,
        "addressing_style": "path",
        "max_memory_size": 1024 * 1024,  # bytes of a download held in memory, the rest waits on the disk
    }


def storage(folder: str, media_root: str, bucket: dict[str, Any]) -> dict[str, Any]:
    """Return an entry of STORAGES: in the bucket where there is one."""
    if bucket["bucket_name"]:
        return {"BACKEND": "attachments.buckets.BucketStorage", "OPTIONS": bucket | {"location": folder}}
    return {"BACKEND": "attachments.storage.LocalStorage", "OPTIONS": {"location": str(Path(media_root) / folder)}}
