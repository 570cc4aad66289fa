import pytest
from playwright.sync_api import expect

from accounts.tests.factories import UserFactory
from attachments.tests import samples
from config.tests.browser.conftest import PHONE
from incidents.models import Incident
from incidents.tests.factories import IncidentFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("disk")]
# What a file manager or a screenshot key leaves behind when it is let go over the page or pasted.
LET_GO = """([kind, name, type, text]) => {
  const basket = new DataTransfer();
  basket.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name, {type}));
  const event = kind === "paste"
    ? new ClipboardEvent("paste", {clipboardData: basket, bubbles: true, cancelable: true})
    : new DragEvent("drop", {dataTransfer: basket, bubbles: true, cancelable: true});
  document.querySelector("main").dispatchEvent(event);
}"""


def chosen(name, data, kind="application/octet-stream"):
    return {"name": name, "mimeType": kind, "buffer": data}


def test_a_russian_named_pdf_goes_up_and_comes_down(visit):
    incident = IncidentFactory()
    window = visit(UserFactory(language="ru"), language="ru")
    window.goto(f"/incidents/{incident.pk}/")

    window.get_by_label("Выберите файлы").set_input_files(chosen("Акт сверки.pdf", samples.pdf()))
    with window.expect_download() as download:
        window.locator("#files").get_by_role("link", name="Акт сверки.pdf").click()

    assert download.value.suggested_filename == "Акт сверки.pdf"
    assert download.value.path().read_bytes() == samples.pdf()
    expect(window.locator("ol.vk-tl")).to_contain_text("прикрепляет файл")


def test_of_several_files_the_good_ones_are_kept_and_the_bad_one_explained(visit):
    incident = IncidentFactory()
    window = visit(UserFactory(), size=PHONE)
    window.goto(f"/incidents/{incident.pk}/")

    files = [chosen("a.png", samples.image()), chosen("page.png", b"<html>"), chosen("b.txt", b"text")]
    window.get_by_label("Choose files").set_input_files(files)

    expect(window.locator("#files li")).to_have_count(2)
    expect(window.locator(".is-refused")).to_have_text(
        "page.png: The content is not what the name says: .png. Attach the original file."
    )
    assert window.evaluate("document.querySelector('.vk-thumb img').decode().then(() => true)")


def test_a_file_too_large_is_refused_before_it_is_sent(visit, settings):
    settings.MAX_FILE_SIZE_DOWNLOAD = 1024
    incident = IncidentFactory()
    window = visit(UserFactory())
    window.goto(f"/incidents/{incident.pk}/")
    sent = []
    window.on("request", lambda request: sent.append(request.method))

    window.get_by_label("Choose files").set_input_files(chosen("a.txt", b"a" * 2000))

    expect(window.locator(".is-refused")).to_contain_text("a.txt: Larger than")
    assert "POST" not in sent


@pytest.mark.parametrize("kind", ["drop", "paste"])
def test_a_picture_is_dropped_or_pasted_anywhere_on_the_page(visit, kind):
    incident = IncidentFactory()
    window = visit(UserFactory(), dark=True)
    window.goto(f"/incidents/{incident.pk}/")

    window.evaluate(LET_GO, [kind, "image.png", "image/png", samples.as_base64(samples.image())])

    expect(window.locator("#files .vk-filename")).to_have_text("image.png")
    assert incident.files.count() == 1


def test_an_incident_is_reported_with_a_file_dropped_on_the_form(visit):
    window = visit(UserFactory())
    window.goto("/incidents/new/")

    window.get_by_label("What is broken").fill("The printer burns.")
    window.evaluate(LET_GO, ["drop", "one.pdf", "application/pdf", samples.as_base64(samples.pdf())])
    window.evaluate(LET_GO, ["drop", "two.pdf", "application/pdf", samples.as_base64(samples.pdf())])
    expect(window.locator("[data-vk-uploads] li")).to_have_text(["one.pdf", "two.pdf"])
    window.get_by_role("button", name="Report", exact=True).click()

    expect(window.locator("#files .vk-filename")).to_have_text(["one.pdf", "two.pdf"])
    assert Incident.objects.get().files.count() == 2
