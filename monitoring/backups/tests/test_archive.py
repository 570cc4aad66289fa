"""The archive by itself: whole or refused, readable by everyday tools, in constant memory."""

import io
import shutil
import subprocess
import tracemalloc
from datetime import UTC, datetime

import pytest

from monitoring.backups import archive
from monitoring.backups.faults import Damaged, Fault
from monitoring.backups.progress import silent

AT = datetime(2026, 7, 23, 15, 45, tzinfo=UTC)
FILES = {"files/attachments/ab/abcd": b"evidence" * 100, "files/previews/ab/ef": b"small"}


def written(path, files=FILES, **changes):
    facts = {
        "application_version": "1.0.0", "engine": "sqlite", "database": "database.sqlite3.gz",
        "migrations": ["workflow.0001_initial"], "tables": {"workflow_event": 3}, "files": len(files), "key_mark": "ab",
    }  # fmt: skip
    with path.open("wb") as target, path.with_suffix(".sums").open("w+b") as sums:
        writer = archive.Writer(target, sums, AT)
        writer.add_manifest(archive.new_manifest(AT, **facts | changes))
        writer.add("database.sqlite3.gz", io.BytesIO(b"rows" * 1000), 4000)
        for name, data in files.items():
            writer.add(name, io.BytesIO(data), len(data))
        writer.seal()
    return path


@pytest.fixture
def sound(tmp_path):
    return written(tmp_path / "sound.tar")


def test_a_sound_archive_is_read_to_its_end(sound):
    found = archive.verify(sound, silent)

    assert found.files == 2
    assert found.manifest.tables == {"workflow_event": 3}
    assert found.manifest.created_at == "2026-07-23T15:45:00Z"


def test_a_flipped_byte_is_refused_at_every_place(sound, tmp_path):
    data = sound.read_bytes()
    broken = tmp_path / "broken.tar"
    accepted = []
    for place in [*range(0, len(data), 97), *range(len(data) - 70, len(data))]:
        broken.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        try:
            archive.verify(broken, silent)
        except Fault:
            continue
        accepted.append(place)

    assert accepted == []


@pytest.mark.parametrize("keep", [0, 1, 64, 511, 512, 5000, -1, -65, -10_000])
def test_a_truncated_archive_is_refused(sound, tmp_path, keep):
    broken = tmp_path / "broken.tar"
    broken.write_bytes(sound.read_bytes()[:keep])

    with pytest.raises(Damaged):
        archive.verify(broken, silent)


def test_an_archive_with_something_after_its_end_is_refused(sound):
    with sound.open("ab") as file:
        file.write(b"x")

    with pytest.raises(Damaged):
        archive.verify(sound, silent)


@pytest.mark.parametrize("name", ["../evil", "/etc/passwd", "files/attachments/../../evil", "files/other/ab", "stray"])
def test_a_member_that_leads_elsewhere_is_refused(tmp_path, name):
    with pytest.raises(Damaged):
        archive.verify(written(tmp_path / "evil.tar", {name: b"x"}), silent)


def test_an_archive_of_a_later_format_says_so(tmp_path):
    with pytest.raises(Fault, match="format 2"):
        archive.verify(written(tmp_path / "later.tar", format=2), silent)


def test_everyday_tools_read_it(sound, tmp_path):
    assert shutil.which("tar")
    subprocess.run(["tar", "xf", sound, "-C", tmp_path], check=True)

    answer = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=tmp_path, capture_output=True, text=True, check=True)

    assert answer.stdout.count(": OK") == 4


def test_a_large_archive_needs_little_memory(tmp_path):
    large = tmp_path / "large.tar"
    with large.open("wb") as target, (tmp_path / "sums").open("w+b") as sums:
        writer = archive.Writer(target, sums, AT)
        for number in range(3000):
            writer.add(f"files/attachments/ab/{number}", io.BytesIO(b"x" * 10_000), 10_000)
        tracemalloc.start()
        for number in range(3000, 6000):
            writer.add(f"files/attachments/ab/{number}", io.BytesIO(b"x" * 10_000), 10_000)
        writer.seal()
        target.flush()
        with pytest.raises(Damaged, match="no manifest"):
            archive.verify(large, silent)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

    assert large.stat().st_size > 60_000_000
    assert peak < 2_000_000
