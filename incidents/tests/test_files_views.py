"""Attachments on pages, from the incident they belong to."""

import io
import zipfile

import pytest

from accounts.tests.factories import UserFactory, acting
from attachments.models import File
from attachments.tests import samples
from incidents import services
from incidents.models import Incident
from incidents.tests.factories import IncidentFactory
from workflow.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("disk")]


@pytest.fixture
def user():
    return UserFactory(last_name="Orlov", first_name="Ilya")


@pytest.fixture
def incident():
    return IncidentFactory()


def attach(client, incident, *files, follow=False):
    return client.post(f"{incident.get_absolute_url()}attach/", {"file": list(files)}, follow=follow)


def pdf(name="Акт сверки.pdf"):
    return samples.upload(name, samples.pdf())


def body(response):
    return b"".join(response.streaming_content)


def test_a_chosen_file_stands_on_the_card_and_in_the_timeline(page, user, incident):
    answer = attach(page(user), incident, pdf(), follow=True)

    file = File.objects.get()
    assert answer.redirect_chain == [(f"{incident.get_absolute_url()}#attachments", 302)]
    assert "1 file is attached." in answer.text
    assert answer.text.count(f'href="/attachments/{file.pk}/download/"') == 2
    assert Event.objects.about(incident).get().channel == "page"


def test_a_file_is_downloaded_from_the_page_under_its_russian_name(page, user, incident):
    client = page(user)
    attach(client, incident, pdf())

    response = client.get(f"/attachments/{File.objects.get().pk}/download/")

    assert body(response) == samples.pdf()
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%D0%90")
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert response["X-Content-Type-Options"] == "nosniff"


def test_an_image_shows_its_preview_and_keeps_it_only_while_allowed(page, user, incident):
    client = page(user)
    card = attach(client, incident, samples.upload("a.png", samples.image()), follow=True)

    address = f"/attachments/{File.objects.get().pk}/preview/"
    response = client.get(address)
    assert f'src="{address}"' in card.text
    assert response["Content-Type"] == "image/webp"
    assert response["Cache-Control"] == "private, no-cache"
    body(response)


def test_what_is_refused_is_said_beside_the_form_in_the_reader_s_language(page, incident):
    client = page(UserFactory(language="ru"))

    answer = attach(client, incident, samples.upload("page.png", b"<html>"), samples.upload("a.exe", b"MZ"))

    assert answer.status_code == 400
    assert "page.png: Содержимое не соответствует имени: .png. Прикрепите исходный файл." in answer.text
    assert "a.exe: Файлы этого типа прикрепить нельзя." in answer.text
    assert not File.objects.exists()


def test_nothing_chosen_is_refused(page, user, incident):
    answer = attach(page(user), incident)

    assert answer.status_code == 400
    assert "Choose at least one file." in answer.text


@pytest.mark.parametrize(("refusal", "status"), [("NoRoom", 507), ("Unreachable", 503)])
def test_a_storage_that_fails_is_told_and_nothing_is_kept(page, user, incident, settings, tmp_path, refusal, status):
    settings.STORAGES = settings.STORAGES | {
        "attachments": {"BACKEND": f"attachments.tests.broken.{refusal}Storage", "OPTIONS": {"location": str(tmp_path)}}
    }

    answer = attach(page(user), incident, pdf())

    assert answer.status_code == status
    assert not File.objects.exists()


def test_a_body_over_the_limit_gets_a_page_that_says_so(page, user, incident, settings):
    settings.BODY_LIMIT = 1000

    answer = attach(page(user), incident, samples.upload("a.txt", b"a" * 2000))

    assert answer.status_code == 413
    assert "send fewer or smaller files" in answer.text


def test_an_incident_is_reported_with_files(page, user):
    data = {"description": "The printer burns.", "severity": "high", "file": [pdf("a.pdf"), pdf("b.pdf")]}

    page(user).post("/incidents/new/", data)

    incident = Incident.objects.get()
    assert [row.file.name for row in incident.files.all()] == ["a.pdf", "b.pdf"]
    assert [event.verb for event in Event.objects.about(incident)] == ["report", "attach", "attach"]


def test_a_report_with_a_refused_file_opens_nothing_and_keeps_the_words(page, user, disk):
    data = {"description": "The printer burns.", "severity": "high", "file": [samples.upload("a.svg", b"<svg/>")]}

    answer = page(user).post("/incidents/new/", data)

    assert answer.status_code == 400
    assert "a.svg: This type is not allowed." in answer.text
    assert "The printer burns." in answer.text
    assert not Incident.objects.exists()
    assert disk.names() == []


def test_all_files_come_as_one_archive(page, user, incident):
    client = page(user)
    card = attach(client, incident, pdf("a.pdf"), pdf("a.pdf"), follow=True)

    address = f"{incident.get_absolute_url()}attachments.zip"
    archive = zipfile.ZipFile(io.BytesIO(body(client.get(address))))
    assert f'href="{address}"' in card.text
    assert archive.namelist() == ["a.pdf", "a (2).pdf"]


def test_an_auditor_looks_and_is_offered_no_form(page, user, incident):
    attach(page(user), incident, pdf())
    client = page(UserFactory(auditor=True))

    assert "Акт сверки.pdf" in client.get(incident.get_absolute_url()).text
    assert "data-vk-upload" not in client.get(incident.get_absolute_url()).text
    assert attach(client, incident, pdf()).status_code == 403


def test_a_file_of_a_hidden_incident_is_a_page_that_does_not_exist(page, user, incident):
    client = page(user)
    attach(client, incident, samples.upload("a.png", samples.image()))
    services.delete(incident, by=acting(UserFactory(admin=True)), note="A mistake.")

    for door in ("download", "preview"):
        assert client.get(f"/attachments/{File.objects.get().pk}/{door}/").status_code == 404
    assert client.get(f"{incident.get_absolute_url()}attachments.zip").status_code == 404
    assert attach(client, incident, pdf()).status_code == 404


def test_a_stranger_is_sent_to_sign_in(page, client, user, incident):
    attach(page(user), incident, pdf())
    client.logout()

    for address in (f"/attachments/{File.objects.get().pk}/download/", f"{incident.get_absolute_url()}attachments.zip"):
        answer = page().get(address)
        assert (answer.status_code, answer["Location"].startswith("/sign-in/")) == (302, True)


@pytest.mark.parametrize("count", [1, 30])
def test_the_card_costs_the_same_with_one_and_with_many_files(
    page, user, incident, count, django_assert_max_num_queries
):
    client = page(user)
    for _number in range(count):
        attach(client, incident, pdf())

    with django_assert_max_num_queries(12):
        assert client.get(incident.get_absolute_url()).text.count("vk-filename") == count


def test_a_name_that_is_markup_is_only_text(page, user, incident):
    answer = attach(page(user), incident, pdf('"><img src=x onerror=alert(1)>.pdf'), follow=True)

    assert "<img src=x" not in answer.text
    assert "&lt;img src=x onerror=alert(1)&gt;.pdf" in answer.text
