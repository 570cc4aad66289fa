"""Attachments through the API, from the incident they belong to."""

import hashlib
import io
import resource
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.tests.factories import UserFactory
from attachments.models import File
from attachments.tests import samples
from incidents import services
from incidents.tests.factories import IncidentFactory
from workflow.actor import Actor, Channel
from workflow.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("disk")]


@pytest.fixture
def user():
    return UserFactory()


@pytest.fixture
def incident():
    return IncidentFactory()


def attachments(incident):
    return f"/api/v1/incidents/{incident.pk}/attachments/"


def post(client, incident, *files, **headers):
    client.raise_request_exception = False  # 503 and 507 are answers too
    return client.post(attachments(incident), {"file": list(files)}, format="multipart", headers=headers)


def pdf(name="Акт сверки.pdf", text="Vakhta"):
    return samples.upload(name, samples.pdf(text))


def body(response):
    return b"".join(response.streaming_content)


def test_a_russian_named_pdf_goes_up_and_comes_down_unchanged(api, user, incident, kept):
    data = samples.pdf()
    uploaded = post(api(user), incident, samples.upload("Акт сверки.pdf", data))

    file = uploaded.json()
    assert uploaded.status_code == 201
    assert file == {
        "id": file["id"],
        "name": "Акт сверки.pdf",
        "size": len(data),
        "content_type": "application/pdf",
        "sha256": hashlib.sha256(data).hexdigest(),
        "width": None,
        "height": None,
        "uploaded_by": {"id": user.pk, "username": user.username, "name": user.name},
        "created_at": file["created_at"],
        "url": f"/api/v1/attachments/{file['id']}/download/",
        "preview_url": None,
    }
    downloaded = api(user).get(file["url"])
    assert downloaded.status_code == 200
    assert body(downloaded) == data
    assert downloaded["Content-Type"] == "application/pdf"
    assert downloaded["Content-Length"] == str(len(data))
    assert downloaded["Content-Disposition"] == (
        "attachment; filename*=utf-8''%D0%90%D0%BA%D1%82%20%D1%81%D0%B2%D0%B5%D1%80%D0%BA%D0%B8.pdf"
    )


def test_a_download_is_nothing_that_a_browser_would_run_or_keep(api, user, incident):
    file = post(api(user), incident, pdf()).json()

    response = api(user).get(file["url"])

    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'; frame-ancestors 'none'"
    assert "no-store" in response["Cache-Control"]
    assert response["ETag"] == f'"{file["sha256"]}"'
    body(response)


def test_who_has_it_already_downloads_it_once(api, user, incident):
    file = post(api(user), incident, pdf()).json()

    assert api(user).get(file["url"], headers={"If-None-Match": f'"{file["sha256"]}"'}).status_code == 304


def test_any_accept_header_gets_the_bytes(api, user, incident):
    file = post(api(user), incident, pdf()).json()

    response = api(user).get(file["url"], headers={"Accept": "application/pdf"})

    assert response.status_code == 200
    body(response)


def test_behind_a_proxy_the_proxy_sends_the_bytes(api, user, incident, settings):
    settings.X_ACCEL_REDIRECT = "/protected-attachments/"
    file = post(api(user), incident, pdf()).json()

    response = api(user).get(file["url"])

    stored = File.objects.get(pk=file["id"]).stored_name
    assert response["X-Accel-Redirect"] == f"/protected-attachments/{stored}"
    assert response.content == b""
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment")


def test_several_files_are_answered_with_a_list_and_read_as_a_page(api, user, incident):
    several = post(api(user), incident, pdf("a.pdf"), pdf("b.pdf"))

    assert [file["name"] for file in several.json()] == ["a.pdf", "b.pdf"]
    page = api(user).get(attachments(incident)).json()
    assert (page["count"], page["results"]) == (2, several.json())


def test_a_list_costs_the_same_at_one_and_at_fifty_files(api, user, incident, django_assert_max_num_queries):
    client = api(user)

    def count_of_a_list():
        with django_assert_max_num_queries(3):
            return client.get(attachments(incident)).json()["count"]

    post(client, incident, pdf())
    assert count_of_a_list() == 1
    for _batch in range(7):
        post(client, incident, *[pdf(f"{number}.pdf") for number in range(7)])
    assert count_of_a_list() == 50


def test_the_incident_tells_of_the_upload(api, user, incident):
    file = post(api(user), incident, pdf()).json()

    [event] = Event.objects.about(incident)
    assert (event.verb, event.channel, event.actor) == ("attach", Channel.API, user)
    assert event.after == {"file": {"id": file["id"], "name": file["name"], "size": file["size"]}}
    incident.refresh_from_db()
    assert incident.version == 2


def test_what_is_refused_says_why_in_the_one_error_shape(api, user, incident, disk):
    response = post(api(user), incident, pdf(), samples.upload("page.png", b"<html></html>"))

    assert response.status_code == 400
    assert response.json() == {
        "type": "validation_error",
        "errors": [
            {
                "code": "content",
                "detail": "page.png: The content is not what the name says: .png. Attach the original file.",
                "attr": "file",
            }
        ],
    }
    assert disk.names() == []
    assert not incident.files.exists()


@pytest.mark.parametrize("data", [{}, {"file": "text"}, {"other": SimpleUploadedFile("a.txt", b"text")}])
def test_a_form_without_a_file_is_refused(api, user, incident, data):
    response = api(user).post(attachments(incident), data, format="multipart")

    assert (response.status_code, response.json()["errors"][0]["code"]) == (400, "required")


@pytest.mark.parametrize(
    ("content_type", "data", "code"),
    [
        ("application/json", "{}", 415),
        ("multipart/form-data", "no boundary", 400),
        ("multipart/form-data; boundary=x", "--x\r\nrubbish", 400),
    ],
)
def test_a_body_that_is_no_form_is_refused(api, user, incident, content_type, data, code):
    response = api(user).generic("POST", attachments(incident), data, content_type)

    assert response.status_code == code
    assert response.json()["errors"]


def test_a_body_over_the_limit_is_refused_unread(api, user, incident, settings, disk):
    settings.BODY_LIMIT = 1000

    response = post(api(user), incident, samples.upload("a.txt", b"a" * 1000))

    assert (response.status_code, response.json()["errors"][0]["code"]) == (413, "too_large")
    assert disk.names() == []


def test_too_many_files_at_once_are_refused(api, user, incident, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 2

    response = post(api(user), incident, pdf(), pdf(), pdf())

    assert (response.status_code, response.json()["errors"][0]["code"]) == (400, "too_many")


def test_too_long_fields_beside_the_file_are_refused(api, user, incident):
    data = {"file": pdf(), "note": "a" * 2_000_000}

    assert api(user).post(attachments(incident), data, format="multipart").status_code == 413


@pytest.fixture
def full_disk():
    """No file can grow over 100 KB: to the writing code a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.usefixtures("full_disk")
@pytest.mark.parametrize("size", [200_000, 3_000_000], ids=["held in memory", "put aside on the disk"])
def test_a_full_disk_refuses_the_file_and_leaves_nothing(api, user, incident, disk, size):
    response = post(api(user), incident, samples.upload("small.txt", b"a"), samples.upload("large.txt", b"a" * size))

    assert (response.status_code, response.json()["errors"][0]["code"]) == (507, "storage_full")
    assert disk.names() == []
    assert not File.objects.exists()
    assert not Event.objects.about(incident).exists()


def test_a_storage_that_does_not_answer_is_unavailable(api, user, incident, settings):
    options = settings.STORAGES["attachments"]["OPTIONS"] | {"location": "/proc/nowhere"}
    settings.STORAGES = settings.STORAGES | {
        "attachments": {"BACKEND": "attachments.storage.LocalStorage", "OPTIONS": options}
    }
    response = post(api(user), incident, pdf())

    assert (response.status_code, response["Retry-After"]) == (503, "5")


def test_the_same_key_and_file_make_one_attachment(api, user, incident, disk):
    first = post(api(user), incident, pdf(), **{"Idempotency-Key": "k"})
    again = post(api(user), incident, pdf(), **{"Idempotency-Key": "k"})

    assert again.json() == first.json()
    assert again["Idempotency-Replayed"] == "true"
    assert incident.files.count() == len(disk.names()) == 1


@pytest.mark.parametrize(
    "files",
    [
        [("a.pdf", "other text")],
        [("other name.pdf", "text")],
        [("other first.pdf", "text"), ("a.pdf", "text")],
    ],
)
def test_the_same_key_with_another_file_is_refused(api, user, incident, disk, files):
    post(api(user), incident, pdf("a.pdf", "text"), **{"Idempotency-Key": "k"})

    again = post(api(user), incident, *[pdf(*file) for file in files], **{"Idempotency-Key": "k"})

    assert again.status_code == 422
    assert incident.files.count() == len(disk.names()) == 1


def test_after_a_refusal_the_right_file_goes_under_the_same_key(api, user, incident):
    post(api(user), incident, samples.upload("a.pdf", b"no document"), **{"Idempotency-Key": "k"})

    assert post(api(user), incident, pdf(), **{"Idempotency-Key": "k"}).status_code == 201


def test_an_auditor_reads_and_attaches_nothing(api, user, incident):
    auditor = UserFactory(auditor=True)
    file = post(api(user), incident, pdf()).json()

    assert post(api(auditor), incident, pdf()).status_code == 403
    response = api(auditor).get(file["url"])
    assert response.status_code == 200
    body(response)


@pytest.mark.parametrize("path", ["", "download/", "preview/"])
def test_a_file_of_a_hidden_incident_is_as_missing_as_none(api, user, incident, path):
    file = post(api(user), incident, samples.upload("a.png", samples.image())).json()
    admin = UserFactory(admin=True)
    services.delete(incident, by=Actor(admin, Channel.API), note="A mistake.")

    hidden = api(user).get(f"/api/v1/attachments/{file['id']}/{path}")
    missing = api(user).get(f"/api/v1/attachments/00000000-0000-4000-8000-000000000000/{path}")

    assert hidden.status_code == missing.status_code == 404
    assert hidden.json() == missing.json()
    assert api(admin).get(f"/api/v1/attachments/{file['id']}/").status_code == 200
    assert post(api(user), incident, pdf()).status_code == 404


def test_a_file_of_nobody_is_for_nobody(api):
    admin = UserFactory(admin=True)
    file = File.objects.create(name="a.txt", size=1, content_type="text/plain", sha256="0" * 64, uploaded_by=admin)

    assert api(admin).get(f"/api/v1/attachments/{file.pk}/download/").status_code == 404


def test_a_stranger_is_asked_to_sign_in(api, user, incident):
    file = post(api(user), incident, pdf()).json()

    assert post(api(), incident, pdf()).status_code == 401
    assert api().get(file["url"]).status_code == 401
    assert api().get(f"/api/v1/incidents/{incident.pk}/attachments.zip").status_code == 401


@pytest.mark.parametrize("method", ["delete", "put", "patch"])
def test_evidence_is_neither_changed_nor_deleted(api, user, incident, method):
    file = post(api(user), incident, pdf()).json()

    assert getattr(api(user), method)(f"/api/v1/attachments/{file['id']}/").status_code == 405
    assert getattr(api(user), method)(attachments(incident)).status_code == 405


def test_a_file_whose_bytes_are_gone_is_missing(api, user, incident, kept):
    file = post(api(user), incident, pdf()).json()
    kept.received.delete(File.objects.get().stored_name)

    assert api(user).get(file["url"]).status_code == 404


def test_an_image_is_shown_re_encoded_only(api, user, incident, kept):
    file = post(api(user), incident, samples.upload("Снимок.png", samples.image() + b"<script>")).json()

    response = api(user).get(file["preview_url"])

    data = body(response)
    assert (response["Content-Type"], data[:4], data[8:12]) == ("image/webp", b"RIFF", b"WEBP")
    assert b"<script>" not in data
    assert response["Content-Disposition"].startswith("inline")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert api(user).get(file["preview_url"], headers={"If-None-Match": response["ETag"]}).status_code == 304


def test_what_is_no_image_has_no_preview(api, user, incident):
    file = post(api(user), incident, pdf()).json()

    assert file["preview_url"] is None
    assert api(user).get(f"/api/v1/attachments/{file['id']}/preview/").status_code == 404


def unpacked(response):
    return zipfile.ZipFile(io.BytesIO(body(response)))


def test_all_files_come_as_one_archive_under_different_names(api, user, incident, kept):
    client = api(user)
    post(client, incident, pdf(), pdf(text="other"), samples.upload("АКТ СВЕРКИ.pdf", samples.pdf("third")))
    post(client, incident, samples.upload("log.txt", b"line\n" * 50_000))

    response = client.get(f"/api/v1/incidents/{incident.pk}/attachments.zip")

    archive = unpacked(response)
    assert archive.testzip() is None
    assert archive.namelist() == ["Акт сверки.pdf", "Акт сверки (2).pdf", "АКТ СВЕРКИ (3).pdf", "log.txt"]
    assert archive.read("Акт сверки (2).pdf") == samples.pdf("other")
    assert len(archive.read("log.txt")) == 250_000
    assert response["Content-Type"] == "application/zip"
    assert response["Content-Disposition"] == f'attachment; filename="INC-{incident.pk}.zip"'
    assert "no-store" in response["Cache-Control"]


def test_an_archive_is_sent_in_pieces(api, user, incident):
    post(api(user), incident, samples.upload("a.png", samples.image(size=(600, 600))))

    response = api(user).get(f"/api/v1/incidents/{incident.pk}/attachments.zip")

    assert response.streaming
    assert max(len(piece) for piece in response.streaming_content) < 200_000


def test_an_archive_says_which_bytes_are_gone(api, user, incident, disk):
    post(api(user), incident, pdf("a.pdf"), pdf("b.pdf"))
    disk.received.delete(File.objects.get(name="a.pdf").stored_name)

    archive = unpacked(api(user).get(f"/api/v1/incidents/{incident.pk}/attachments.zip"))

    assert archive.namelist() == ["a.pdf.missing.txt", "b.pdf"]


def test_an_archive_of_nothing_is_an_empty_archive(api, user, incident):
    assert unpacked(api(user).get(f"/api/v1/incidents/{incident.pk}/attachments.zip")).namelist() == []
