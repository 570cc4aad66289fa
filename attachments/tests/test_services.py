import hashlib
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.tests.factories import acting
from attachments import services, storage
from attachments.models import File
from attachments.tests import samples
from incidents.tests.factories import IncidentFactory
from workflow.models import Event

pytestmark = pytest.mark.django_db
TOMORROW = timedelta(days=1, minutes=1)


@pytest.fixture
def incident():
    return IncidentFactory()


def attach(incident, *uploads, by=None):
    with services.received(uploads) as files:
        services.attach(incident, files, by=by or acting())
    return files


def refused(*uploads):
    with pytest.raises(ValidationError) as refusal, services.received(uploads):
        pytest.fail("received")
    return refusal.value.message_dict["file"]


def test_the_bytes_are_kept_as_received(kept, incident):
    data = samples.image()
    [file] = attach(incident, samples.upload("Снимок экрана.png", data))

    file.refresh_from_db()
    with storage.received().open(file.stored_name) as stored:
        assert stored.read() == data
    assert (file.name, file.size, file.content_type) == ("Снимок экрана.png", len(data), "image/png")
    assert file.sha256 == hashlib.sha256(data).hexdigest()
    assert (file.width, file.height) == (60, 40)


def test_the_stored_name_says_nothing(disk, incident):
    [file] = attach(incident, samples.upload("../../secret.png", samples.image()))

    assert file.name == "secret.png"
    assert disk.names() == [file.stored_name, file.preview_name]
    assert len(file.stored_name) == 35
    assert "secret" not in file.stored_name


def test_the_preview_is_another_file_than_the_received_one(kept, incident):
    [file] = attach(incident, samples.upload("a.png", samples.image()))

    with storage.previews().open(file.preview_name) as preview:
        assert preview.read(4) == b"RIFF"


def test_one_event_tells_of_each_file(disk, incident):
    by = acting()
    before = incident.version
    files = attach(incident, samples.upload("a.pdf", samples.pdf()), samples.upload("b.txt", b"text"), by=by)

    events = list(Event.objects.about(incident))
    assert [(event.verb, event.actor_id) for event in events] == [("attach", by.user.pk)] * 2
    assert [event.after for event in events] == [
        {"file": {"id": str(file.pk), "name": file.name, "size": file.size}} for file in files
    ]
    incident.refresh_from_db()
    assert incident.version == before + 1


def test_each_refused_file_is_named_and_none_is_kept(disk, settings):
    settings.FILE_TYPE_DOWNLOAD = ["pdf", "png", "txt"]

    messages = refused(
        samples.upload("good.pdf", samples.pdf()),
        samples.upload("page.png", b"<html>"),
        samples.upload("picture.svg", b"<svg/>"),
        samples.upload("nothing.txt", b""),
    )

    assert messages == [
        "page.png: The content is not what the name says: .png. Attach the original file.",
        "picture.svg: This type is not allowed. Allowed: pdf, png, txt.",
        "nothing.txt: The file is empty.",
    ]
    assert disk.names() == []


def test_a_file_over_the_limit_is_refused(disk, settings):
    settings.MAX_FILE_SIZE_DOWNLOAD = 1024

    assert refused(samples.upload("a.txt", b"a" * 1025)) == [
        "a.txt: Larger than 1.0\xa0KB. Make it smaller or split it."
    ]


def test_a_file_of_exactly_the_limit_is_kept(disk, settings, incident):
    settings.MAX_FILE_SIZE_DOWNLOAD = 1024

    assert attach(incident, samples.upload("a.txt", b"a" * 1024))


def test_a_name_of_dots_is_no_name(disk):
    assert refused(ContentFile(b"text", name="\u202e")) == ["—: The file has no name."]


def test_too_many_files_at_once_are_refused(disk, settings):
    settings.FILES_PER_REQUEST = 2

    assert refused(*[samples.upload("a.txt", b"text")] * 3) == ["More than 2 files at once. Attach them in parts."]


def test_an_object_takes_files_up_to_its_limit(disk, settings, incident):
    settings.FILES_PER_OBJECT = 2
    attach(incident, samples.upload("a.txt", b"text"))

    with pytest.raises(ValidationError, match="2 files at most"):
        attach(incident, samples.upload("b.txt", b"text"), samples.upload("c.txt", b"text"))

    assert incident.files.count() == 1
    assert len(disk.names()) == 1


def test_nothing_chosen_is_refused(disk, incident):
    with pytest.raises(ValidationError, match="Choose at least one file"):
        attach(incident)


def test_the_same_name_twice_makes_two_files(kept, incident):
    files = attach(incident, samples.upload("a.txt", b"one"), samples.upload("a.txt", b"two"))

    assert len({file.stored_name for file in files}) == 2
    assert [row.file.name for row in incident.files.all()] == ["a.txt", "a.txt"]


def test_a_refusal_afterwards_takes_the_bytes_back(kept):
    seen = []

    def change_one_s_mind():
        with services.received([samples.upload("a.png", samples.image())]):
            seen.extend(kept.names())
            raise KeyError

    with pytest.raises(KeyError):
        change_one_s_mind()
    assert (len(seen), kept.names()) == (2, [])


def test_bytes_for_which_no_row_was_made_are_taken_back(disk):
    with services.received([samples.upload("a.png", samples.image())]):
        pass

    assert disk.names() == []


def test_a_rolled_back_transaction_leaves_bytes_for_the_sweep_and_no_row(disk, incident):
    def lose_the_connection():
        with services.received([samples.upload("a.png", samples.image())]) as files, transaction.atomic():
            services.attach(incident, files, by=acting())
            raise DatabaseError

    with pytest.raises(DatabaseError):
        lose_the_connection()
    assert not File.objects.exists()
    assert len(disk.names()) == 2
    assert services.sweep(at=timezone.now() + TOMORROW) == 2
    assert disk.names() == []


def test_the_sweep_spares_what_is_young_and_what_has_a_row(kept, incident):
    attach(incident, samples.upload("a.png", samples.image()))
    kept.received.save("ab/orphan", ContentFile(b"bytes"))

    assert services.sweep(at=timezone.now()) == 0
    assert services.sweep(at=timezone.now() + TOMORROW) == 1
    assert len(kept.names()) == 2


def test_a_half_written_draft_is_swept_up(disk):
    disk.received.save("ab/name.part", ContentFile(b"half"))

    assert services.sweep(at=timezone.now() + TOMORROW) == 1


def test_the_sweep_does_not_believe_in_a_database_that_knows_nothing(disk, monkeypatch):
    monkeypatch.setattr(services.orphans, "SUSPICIOUS", 2)
    for number in range(3):
        disk.received.save(f"ab/orphan{number}", ContentFile(b"bytes"))

    assert services.sweep(at=timezone.now() + TOMORROW) == 0
    assert len(disk.names()) == 3


def test_the_survey_finds_bytes_without_row_and_rows_without_bytes(kept, incident):
    lost, _whole = attach(incident, samples.upload("lost.txt", b"text"), samples.upload("whole.png", samples.image()))
    kept.received.delete(lost.stored_name)
    kept.previews.save("cd/orphan.webp", ContentFile(b"bytes"))

    found = services.survey()

    assert [(item.key, item.size) for item in found.bytes_without_row] == [("previews/cd/orphan.webp", 5)]
    assert found.rows_without_bytes == [lost]


def test_bytes_that_just_arrive_are_not_removed(disk):
    disk.received.save("ab/orphan", ContentFile(b"bytes"))
    loose = services.survey().bytes_without_row

    assert services.remove_bytes(loose, at=timezone.now()) == 0
    assert services.remove_bytes(loose, at=timezone.now() + timedelta(hours=2)) == 1


def test_bytes_that_got_a_row_meanwhile_are_not_removed(disk, incident):
    with services.received([samples.upload("a.txt", b"text")]) as files:
        loose = services.survey().bytes_without_row
        services.attach(incident, files, by=acting())

    assert len(loose) == 1
    assert services.remove_bytes(loose, at=timezone.now() + TOMORROW) == 0


def test_a_row_without_bytes_is_removed_with_a_reason_in_the_timeline(kept, incident):
    lost, whole = attach(incident, samples.upload("lost.txt", b"text"), samples.upload("whole.txt", b"text"))
    kept.received.delete(lost.stored_name)

    assert services.remove_rows([lost, whole], by=acting(), note="The disk broke.") == 1

    assert [row.file for row in incident.files.all()] == [whole]
    event = Event.objects.about(incident).last()
    assert (event.verb, event.note, event.before["file"]["name"]) == ("detach", "The disk broke.", "lost.txt")


def test_a_row_without_bytes_is_not_removed_without_a_reason(disk, incident):
    with pytest.raises(ValidationError, match="Say why"):
        services.remove_rows([], by=acting(), note=" ")


def test_no_row_is_removed_when_the_storage_is_empty(disk, incident):
    [file] = attach(incident, samples.upload("a.txt", b"text"))
    disk.received.delete(file.stored_name)

    with pytest.raises(ValidationError, match="holds no file at all"):
        services.remove_rows([file], by=acting(), note="Lost.")

    assert File.objects.count() == 1
