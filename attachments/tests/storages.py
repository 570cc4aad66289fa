"""Fixtures: the local disk and a bucket on an S3 server of our own, so that what holds for one is proven for both."""

import socket
import subprocess
import sys
import time
import uuid
from contextlib import suppress
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest
from django.core.files.storage import storages


class Kept:
    """What a test finds in the two storages."""

    @property
    def received(self):
        return storages["attachments"]

    @property
    def previews(self):
        return storages["previews"]

    def names(self):
        return sorted(item.name for kept in (self.received, self.previews) for item in kept.walk())


def on_disk(folder):
    return {
        name: {"BACKEND": "attachments.storage.LocalStorage", "OPTIONS": {"location": str(folder / name)}}
        for name in ("attachments", "previews")
    }


def in_bucket(server):
    bucket = f"vakhta-{uuid.uuid4().hex}"
    urlopen(Request(f"{server}/{bucket}", method="PUT")).close()
    options = {
        "bucket_name": bucket,
        "endpoint_url": server,
        "region_name": "us-east-1",
        "access_key": "test",
        "secret_key": "test",
        "addressing_style": "path",
        "max_memory_size": 1024,
    }
    return {
        name: {"BACKEND": "attachments.buckets.BucketStorage", "OPTIONS": options | {"location": name}}
        for name in ("attachments", "previews")
    }


@pytest.fixture(scope="session")
def s3_server():
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(address)
        yield address
    finally:
        server.terminate()
        server.wait()


def wait_for(address):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with suppress(URLError, ConnectionError):
            urlopen(address).close()
            return
        time.sleep(0.1)
    pytest.fail("the S3 server does not start")


@pytest.fixture
def disk(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | on_disk(tmp_path)
    return Kept()


@pytest.fixture
def bucket(settings, s3_server):
    settings.STORAGES = settings.STORAGES | in_bucket(s3_server)
    return Kept()


@pytest.fixture(params=["disk", "bucket"])
def kept(request):
    """Either of the storages: a test that asks for this runs twice."""
    return request.getfixturevalue(request.param)
