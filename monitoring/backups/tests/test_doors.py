from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import UserFactory
from monitoring.backups import folder
from monitoring.models import Backup
from workflow.models import Event

pytestmark = pytest.mark.django_db
URL = "/api/v1/backups/"


@pytest.fixture
def admin(by):
    return by.user


def stored(user, **fields):
    now = timezone.now()
    name = folder.new_name(now, encrypted=False)
    folder.path_of(name).write_bytes(b"archive")
    facts = {"name": name, "taken_at": now, "finished_at": now, "verified_at": now, "size": 7, "state": "verified"}
    return Backup.objects.create(made_by=user, **facts | fields)


def test_an_order_is_accepted_and_can_be_followed(api, admin):
    answer = api(admin).post(URL)

    assert answer.status_code == 202
    assert answer.data["state"] == "waiting"
    assert api(admin).get(answer["Location"]).data["id"] == answer.data["id"]


def test_the_same_key_orders_once(api, admin):
    answers = [api(admin).post(URL, headers={"Idempotency-Key": "nightly"}) for _time in range(2)]

    assert [answer.status_code for answer in answers] == [202, 202]
    assert Backup.objects.count() == 1


def test_auditors_look_and_others_do_not_know(api, admin):
    backup = stored(admin)

    assert api(UserFactory(auditor=True)).get(URL).data["results"][0]["name"] == backup.name
    assert api(UserFactory(auditor=True)).post(URL).status_code == 403
    assert api(UserFactory(auditor=True)).get(f"{URL}{backup.pk}/download/").status_code == 403
    assert api(UserFactory(manager=True)).get(URL).status_code == 403


def test_a_download_is_whole_and_audited(api, admin):
    backup = stored(admin)

    answer = api(admin).get(f"{URL}{backup.pk}/download/")

    assert b"".join(answer.streaming_content) == b"archive"
    assert backup.name in answer["Content-Disposition"]
    assert answer["Cache-Control"] == "no-store"
    assert Event.objects.about(backup).get().verb == "backup-download"


def test_what_has_no_file_can_be_neither_downloaded_nor_verified(api, admin):
    backup = Backup.objects.create(made_by=admin, state="failed", error="No room.")

    assert api(admin).get(f"{URL}{backup.pk}/download/").status_code == 409
    assert api(admin).post(f"{URL}{backup.pk}/verify/").status_code == 409


def test_a_verification_is_ordered(api, admin):
    backup = stored(admin)

    assert api(admin).post(f"{URL}{backup.pk}/verify/").status_code == 202

    backup.refresh_from_db()
    assert backup.verify_wanted_at


def test_deleting_needs_a_reason_and_leaves_the_last_one(api, admin):
    first, last = stored(admin), stored(admin)

    assert api(admin).post(f"{URL}{first.pk}/delete/").status_code == 400
    assert api(admin).post(f"{URL}{first.pk}/delete/", {"note": "Old."}).status_code == 200
    assert api(admin).get(f"{URL}{first.pk}/").status_code == 404
    assert api(admin).post(f"{URL}{last.pk}/delete/", {"note": "Old."}).status_code == 409
    assert folder.names() == {last.name}


def test_the_list_narrows_by_state(api, admin):
    stored(admin)
    Backup.objects.create(made_by=admin, state="failed", error="No room.")

    assert [row["state"] for row in api(admin).get(f"{URL}?state=failed").data["results"]] == ["failed"]


def test_the_page_of_a_fresh_installation_says_what_comes(page, admin):
    assert "No backup yet" in page(admin).get(reverse("backups:list")).text


def test_the_page_is_loud_when_the_newest_is_too_old(page, admin):
    backup = stored(admin)
    Backup.objects.filter(pk=backup.pk).update(taken_at=timezone.now() - timedelta(hours=30))

    assert 'role="alert"' in page(admin).get(reverse("backups:list")).text


def test_the_card_names_the_file_that_was_made(page, admin, by):
    backup = stored(admin)
    Event.record(backup, by=by, verb="backup-make", after={"file": backup.name, "size": backup.size, "lost": 0})

    answer = page(admin).get(backup.get_absolute_url())

    assert (answer.status_code, answer.text.count(backup.name) > 1) == (200, True)


def test_the_page_shows_how_far_it_is(page, admin):
    Backup.objects.create(made_by=admin, state="running", phase="files", done=1, total=4)

    text = page(admin).get(reverse("backups:list")).text

    assert '<progress max="100" value="25"' in text
    assert 'data-vk-refresh="2"' in text


def test_the_buttons_do_what_they_say(page, admin):
    client = page(admin)
    client.post(reverse("backups:create"))
    assert Backup.objects.get().state == "waiting"
    first = stored(admin)
    stored(admin)

    client.post(reverse("backups:verify", args=[first.pk]))
    answer = client.post(reverse("backups:download", args=[first.pk]))
    assert b"".join(answer.streaming_content) == b"archive"
    assert "downloaded it" in client.get(first.get_absolute_url()).text
    Backup.objects.filter(pk=first.pk).update(verify_wanted_at=None)
    assert client.post(reverse("backups:delete", args=[first.pk]), {"note": "Old."}).status_code == 302

    assert not Backup.objects.present().filter(pk=first.pk).exists()


def test_an_auditor_sees_no_buttons(page, admin):
    backup = stored(admin)

    text = page(UserFactory(auditor=True)).get(backup.get_absolute_url()).text

    assert backup.name in text
    assert reverse("backups:download", args=[backup.pk]) not in text


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_costs_a_fixed_number_of_queries(page, admin, rows, django_assert_max_num_queries):
    for _row in range(rows):
        stored(admin)
    client = page(admin)

    with django_assert_max_num_queries(12):
        client.get(reverse("backups:list"))
