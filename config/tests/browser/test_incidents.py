import pytest
from playwright.sync_api import expect

from accounts.tests.factories import PASSWORD, UserFactory
from config.tests.browser.conftest import PHONE
from incidents.models import Incident
from incidents.tests.factories import IncidentFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_newcomer_signs_in_and_reports(visit):
    UserFactory(username="gusev", last_name="Гусев", language="ru")
    window = visit(language="ru")

    window.goto("/")
    window.get_by_label("Логин или почта").fill("gusev")
    window.get_by_label("Пароль").fill(PASSWORD)
    window.get_by_role("button", name="Войти").click()
    window.get_by_label("Что сломалось").fill("Не печатает принтер\nНа четвёртом этаже.")
    window.get_by_text("Высокая").click()
    window.get_by_role("button", name="Сообщить").click()

    expect(window.get_by_role("heading", level=1)).to_have_text("Не печатает принтер")
    assert Incident.objects.get().severity == "high"


def test_a_known_outage_is_offered_while_typing(visit):
    incident = IncidentFactory(title="Printer on the fourth floor")
    window = visit(UserFactory())

    window.goto("/incidents/new/")
    window.get_by_label("What is broken").press_sequentially("The printer does nothing", delay=5)
    window.get_by_role("button", name="Me too").click()

    expect(window.get_by_role("heading", level=1)).to_have_text("Printer on the fourth floor")
    assert incident.watchings.exists()


def test_a_storm_is_ticked_by_keys_or_at_once_and_taken(visit):
    storm = IncidentFactory.create_batch(3)
    window = visit(UserFactory(technician=True))

    window.goto("/incidents/")
    bar = window.locator(".vk-bulk")
    expect(bar).to_be_hidden()
    window.keyboard.press("j")
    window.keyboard.press("x")
    expect(bar).to_contain_text("Chosen: 1")
    window.locator("thead").get_by_label("Choose all on the page").check()
    expect(bar).to_contain_text("Chosen: 3")
    bar.get_by_role("button", name="Take").click()

    expect(window.get_by_text("3 incidents changed.")).to_be_visible()
    assert set(Incident.objects.filter(pk__in=[one.pk for one in storm]).values_list("status", flat=True)) == {
        "in_progress"
    }


def test_a_technician_takes_by_keyboard(visit):
    incident = IncidentFactory(title="No exchange")
    window = visit(UserFactory(technician=True))

    window.goto("/incidents/")
    window.keyboard.press("j")
    window.keyboard.press("a")

    expect(window.locator(f"#incident-{incident.pk}")).to_contain_text("In progress")
    incident.refresh_from_db()
    assert incident.status == "in_progress"


def test_the_whole_way_on_a_phone(visit):
    incident = IncidentFactory(title="No exchange")
    window = visit(UserFactory(technician=True), size=PHONE, dark=True)

    window.goto(f"/incidents/{incident.pk}/")
    window.get_by_role("button", name="Take", exact=True).click()
    window.get_by_label("Comment").fill("Replacing the certificate.")
    window.get_by_role("button", name="Send").click()
    window.get_by_role("link", name="Resolve").click()
    window.get_by_label("Note").fill("Replaced.")
    window.get_by_role("button", name="Resolve").click()

    expect(window.locator(".vk-head-meta")).to_contain_text("Resolved")
    timeline = window.locator("ol.vk-tl").inner_text()
    assert timeline.index("Replaced.") < timeline.index("Replacing the certificate.")


def test_a_lost_race_is_told_in_the_list(visit):
    incident = IncidentFactory(title="No exchange")
    window = visit(UserFactory(technician=True))
    window.goto("/incidents/")
    Incident.objects.filter(pk=incident.pk).update(status="in_progress", assignee=UserFactory(technician=True))

    window.get_by_role("button", name="Take").click()

    expect(window.get_by_text("cannot become")).to_be_visible()


def test_a_preset_fills_the_end_of_a_pause(visit):
    incident = IncidentFactory()
    window = visit(UserFactory(technician=True))

    window.goto(f"/incidents/{incident.pk}/snooze/")
    window.get_by_role("button", name="in 4 hours").click()
    window.get_by_label("Reason").fill("Parts are ordered.")
    window.get_by_role("button", name="Put off").click()

    expect(window.locator(".vk-head-meta")).to_contain_text("put off until")


def test_what_was_typed_survives_a_closed_window(visit):
    window = visit(UserFactory())
    window.goto("/incidents/new/")
    window.get_by_label("What is broken").fill("Half a sentence")

    window.goto("/")
    window.goto("/incidents/new/")

    expect(window.get_by_label("What is broken")).to_have_value("Half a sentence")


def test_a_verb_opens_in_a_dialog_and_is_done_there(visit):
    incident = IncidentFactory(title="No exchange", in_progress=True)
    window = visit(UserFactory(technician=True))
    window.goto(f"/incidents/{incident.pk}/")

    window.get_by_role("link", name="Resolve").click()
    dialog = window.get_by_role("dialog", name="Resolve the incident")
    expect(dialog.get_by_label("Note")).to_be_focused()
    dialog.get_by_role("link", name="Cancel").click()
    expect(dialog).to_be_hidden()
    window.get_by_role("link", name="Resolve").click()
    dialog.get_by_label("Note").fill("Replaced the certificate.")
    dialog.get_by_role("button", name="Resolve").click()

    expect(window.get_by_role("status").first).to_contain_text(f"INC-{incident.pk} is resolved.")


def test_taking_stays_in_the_list_and_counts_anew(visit):
    IncidentFactory.create_batch(2)
    window = visit(UserFactory(technician=True))
    window.goto("/incidents/?tab=untaken")
    window.evaluate("window.sameDocument = true")

    window.get_by_role("button", name="Take").first.click()

    expect(window.locator("tr[data-vk-row]")).to_have_count(1)
    expect(window.locator(".vk-tabs a[aria-current]")).to_contain_text("1")
    expect(window.get_by_text("is yours.")).to_be_visible()
    assert window.evaluate("window.sameDocument")


def test_a_lost_connection_is_said(visit):
    window = visit(UserFactory())
    window.goto("/")

    window.evaluate("dispatchEvent(new Event('offline'))")
    expect(window.get_by_text("No connection")).to_be_visible()
    window.evaluate("dispatchEvent(new Event('online'))")

    expect(window.get_by_text("No connection")).to_be_hidden()


def test_search_is_one_key_away(visit):
    IncidentFactory(title="Printer on the fourth floor")
    IncidentFactory(title="Gateway")
    window = visit(UserFactory())
    window.goto("/")

    window.keyboard.press("Control+k")
    window.keyboard.type("printer")
    window.keyboard.press("Enter")

    expect(window.locator("main .vk-list > li")).to_have_count(1)
