import errno
import os

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile

from attachments import storage
from attachments.storage import NoRoom, Unreachable


def test_bytes_come_back_as_they_went_in(kept):
    kept.received.save("ab/name", ContentFile(b"\x00\xffbytes"))

    with kept.received.open("ab/name") as file:
        assert file.read() == b"\x00\xffbytes"
    assert [(item.name, item.size) for item in kept.received.walk()] == [("ab/name", 7)]


def test_what_is_not_there_is_said_to_be_missing(kept):
    assert not kept.received.exists("ab/name")
    with pytest.raises(FileNotFoundError):
        kept.received.open("ab/name")


def test_removing_twice_is_no_fault(kept):
    kept.received.save("ab/name", ContentFile(b"bytes"))

    kept.received.delete("ab/name")
    kept.received.delete("ab/name")

    assert kept.names() == []


def test_an_empty_storage_has_nothing_in_it(kept):
    assert kept.names() == []


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd"])
def test_no_name_leads_out_of_the_folder(disk, name):
    with pytest.raises(SuspiciousFileOperation):
        disk.received.open(name)


@pytest.mark.parametrize(
    ("number", "refusal"), [(errno.ENOSPC, NoRoom), (errno.EDQUOT, NoRoom), (errno.EIO, Unreachable)]
)
def test_a_file_that_cannot_be_written_whole_is_not_there_at_all(disk, number, refusal):
    class Breaking(ContentFile):
        def chunks(self, chunk_size=None):
            yield b"the first half"
            raise OSError(number, os.strerror(number))

    with pytest.raises(refusal):
        disk.received.save("ab/name", Breaking(b"the whole"))

    assert disk.names() == []


def test_a_folder_that_cannot_be_written_is_unreachable(disk, tmp_path):
    (tmp_path / "attachments").write_text("a file where the folder should be")

    with pytest.raises(Unreachable):
        disk.received.save("ab/name", ContentFile(b"bytes"))


@pytest.mark.parametrize("act", ["exists", "open", "delete", "walk", "save"])
def test_a_bucket_that_does_not_answer_is_unreachable(bucket, settings, act):
    options = settings.STORAGES["attachments"]["OPTIONS"] | {"endpoint_url": "http://127.0.0.1:9"}
    gone = {"BACKEND": "attachments.buckets.BucketStorage", "OPTIONS": options}
    settings.STORAGES = settings.STORAGES | {"attachments": gone}
    arguments = {"walk": [], "save": ["ab/name", ContentFile(b"bytes")]}.get(act, ["ab/name"])

    with pytest.raises(Unreachable):
        getattr(storage.received(), act)(*arguments)
