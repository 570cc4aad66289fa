"""The chats as administrators keep them: page, API and Admin, against the stand-in."""

import pytest

from accounts.tests.factories import UserFactory
from notifications.models import BotUpdate, Chat
from notifications.services import deliver_due
from workflow.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return UserFactory(admin=True, language="en")


@pytest.fixture
def chat():
    return Chat.objects.create(telegram_id=-1001, kind="supergroup", title="On call")


class TestPage:
    def test_without_a_token_it_says_so(self, page, admin):
        assert "TELEGRAM_BOT_TOKEN" in page(admin).get("/notifications/chats/").text

    def test_a_closed_chat_and_why(self, page, admin, chat):
        Chat.objects.update(closed_at="2026-07-23T12:00Z", error="403 bot was kicked")

        assert "403 bot was kicked" in page(admin).get("/notifications/chats/").text

    def test_people_who_blocked_the_bot_are_named(self, page, admin):
        Chat.objects.create(telegram_id=5, kind="private", title="Anna", closed_at="2026-07-23T12:00Z", error="403")

        assert "Anna" in page(admin).get("/notifications/chats/").text

    def test_a_new_chat_is_told_of_incidents_from_then_on(self, page, admin):
        page(admin).post("/notifications/chats/new/", {"telegram_id": "-1009", "title": "Night", "on_call": "on"})

        assert [str(found) for found in Chat.objects.on_call()] == ["Night"]

    def test_a_chat_is_named_once(self, page, admin, chat):
        answer = page(admin).post("/notifications/chats/new/", {"telegram_id": "-1001"})

        assert answer.status_code == 400
        assert "known already" in answer.text

    def test_a_change_stands_in_the_timeline(self, page, admin, chat):
        page(admin).post(f"/notifications/chats/{chat.pk}/", {"title": "On call", "accepts_reports": "on"})

        assert Event.objects.get(verb="edit").after == {"accepts_reports": True}

    def test_a_test_reaches_the_chat_and_opens_it_again(self, page, admin, chat, telegram):
        Chat.objects.update(closed_at="2026-07-23T12:00Z", error="403")

        page(admin).post(f"/notifications/chats/{chat.pk}/test/")
        deliver_due()

        assert "Test message" in telegram.texts(-1001)[0]

    def test_a_failed_message_is_tried_again(self, page, admin):
        BotUpdate.objects.create(update_id=7, payload={}, state="failed", error="RuntimeError: broken")
        client = page(admin)
        assert "RuntimeError: broken" in client.get("/notifications/chats/updates/").text

        client.post("/notifications/chats/updates/7/retry/")

        assert BotUpdate.objects.get().state == "waiting"

    def test_a_chat_is_deleted_for_a_reason_and_restored(self, page, admin, chat):
        Chat.objects.update(on_call=True)
        client, path = page(admin), f"/notifications/chats/{chat.pk}/"
        assert client.post(f"{path}delete/", {"note": " "}).status_code == 400

        client.post(f"{path}delete/", {"note": "The shift has another"})
        assert not Chat.objects.on_call().exists()
        assert "The shift has another" in client.get("/notifications/chats/").text
        client.post(f"{path}undelete/")

        assert Chat.objects.on_call().get() == chat

    def test_others_find_no_way_in(self, page):
        assert page(UserFactory(manager=True)).get("/notifications/chats/").status_code == 403


class TestApi:
    def test_a_chat_is_named_and_read(self, api, admin):
        made = api(admin).post("/api/v1/chats/", {"telegram_id": -1009, "title": "Night", "on_call": True})

        assert made.status_code == 201
        assert api(admin).get(f"/api/v1/chats/{made.data['id']}/").data["title"] == "Night"

    def test_a_chat_is_changed(self, api, admin, chat):
        answer = api(admin).patch(f"/api/v1/chats/{chat.pk}/", {"on_call": True})

        assert (answer.status_code, answer.data["on_call"]) == (200, True)

    def test_a_stale_change_is_refused(self, api, admin, chat):
        api(admin).patch(f"/api/v1/chats/{chat.pk}/", {"on_call": True})

        late = api(admin).patch(f"/api/v1/chats/{chat.pk}/", {"on_call": False}, headers={"If-Match": '"1"'})

        assert late.status_code == 412

    def test_a_chat_is_deleted_and_restored(self, api, admin, chat):
        client, path = api(admin), f"/api/v1/chats/{chat.pk}/"

        assert client.post(f"{path}delete/", {}).status_code == 400
        assert client.post(f"{path}delete/", {"note": "Moved"}).status_code == 200
        assert client.get("/api/v1/chats/").data["count"] == 0
        assert client.post(f"{path}undelete/", {}).status_code == 200
        assert client.get("/api/v1/chats/").data["count"] == 1
        assert [event["verb"] for event in client.get(f"{path}timeline/").data["results"]] == ["delete", "undelete"]

    def test_a_test_arrives(self, api, admin, chat, telegram):
        answer = api(admin).post(f"/api/v1/chats/{chat.pk}/test/", {})
        deliver_due()

        assert answer.status_code == 200
        assert "Test message" in telegram.texts(-1001)[0]

    def test_lists_can_be_narrowed(self, api, admin, chat):
        Chat.objects.create(telegram_id=-9, on_call=True)

        assert api(admin).get("/api/v1/chats/?on_call=true").data["count"] == 1
        assert api(admin).get("/api/v1/chats/?closed=true").data["count"] == 0

    @pytest.mark.parametrize("telegram_id", [0, "x", None, 2**60])
    def test_what_is_no_chat_is_refused(self, api, admin, telegram_id):
        assert api(admin).post("/api/v1/chats/", {"telegram_id": telegram_id}).status_code == 400


class TestAdmin:
    def test_what_the_bot_could_not_work_off_stands_there_with_its_error(self, client, admin):
        BotUpdate.objects.create(update_id=7, payload={}, state="failed", error="RuntimeError: broken")
        client.force_login(admin)
        path = "/api/admin/notifications/botupdate/"

        assert "RuntimeError: broken" in client.get(path).text
        assert "RuntimeError: broken" in client.get(f"{path}7/change/").text

    def test_it_lists_and_adds(self, client, admin, chat):
        client.force_login(admin)
        path = "/api/admin/notifications/chat/"

        assert "On call" in client.get(path).text
        client.post(f"{path}add/", {"telegram_id": "-1009", "title": "Night", "on_call": "on"})

        assert Chat.objects.filter(telegram_id=-1009, on_call=True).exists()
        assert Event.objects.filter(verb="add-chat", channel="admin").exists()
