import pytest

from notifications.telegram import texts
from notifications.tests.telegram import Reading, units

FAMILY = "👨‍👩‍👧‍👦"


@pytest.mark.parametrize("text", ["abc", "Привет", "😀😀", FAMILY, "e\u0301"])
def test_length_is_counted_as_telegram_counts(text):
    assert texts.units(text) == units(text)


@pytest.mark.parametrize("limit", range(2, 60))
def test_a_cut_text_fits_and_is_whole(limit):
    cut = texts.cut(f"слово {FAMILY} и 👍🏽 cafe\u0301 " * 5, limit)

    assert units(cut) <= limit
    assert cut.endswith("…")
    assert not cut.removesuffix("…").endswith("\u200d")
    assert "cafe…" not in cut


def test_a_text_that_fits_is_left_alone():
    assert texts.cut("a b", 3) == "a b"


def test_words_stay_whole():
    assert texts.cut("The gateway answers again", 15) == "The gateway…"


def test_five_thousand_emoji_fit_into_one_message():
    page = texts.sheet("https://journal.example.org/incidents/1/")
    page.add("😀" * 5000, strong=True)

    html = page.html()

    assert units(Reading(html).seen) <= texts.LIMIT
    assert Reading(html).links == ["https://journal.example.org/incidents/1/"]


@pytest.mark.parametrize("text", ["<b>", "</b>", "a & b", "<a href='x'>", "&lt;", "{x.__class__}", "%s %(name)s"])
def test_what_people_wrote_reads_as_they_wrote_it(text):
    page = texts.Sheet()
    page.add(text, strong=True)
    page.add(text)

    assert Reading(page.html()).seen == f"{text}\n{text}"


def test_what_no_message_can_carry_is_left_out():
    assert texts.clean("a\x00b\ud83dc\x1b[0m\nd") == "abc[0m\nd"


def test_a_full_sheet_takes_no_more():
    page = texts.Sheet()
    for _turn in range(50):
        page.add("слово " * 40)

    assert units(Reading(page.html()).seen) <= texts.LIMIT


def test_a_button_without_room_for_its_data_is_left_out():
    rows = [[("Take", "incident:take:1"), ("Long", "x" * 65)]]

    assert [button["text"] for button in texts.keyboard(rows)["inline_keyboard"][0]] == ["Take"]


def test_a_button_presses_or_opens_an_address_and_what_has_no_room_is_left_out():
    address = "https://vakhta.example.org/" + "x" * 100

    rows = texts.keyboard([[("Done", "task:done:1"), ("Form", address)], [("Too long", "x" * 65)]])

    assert rows == {
        "inline_keyboard": [[{"text": "Done", "callback_data": "task:done:1"}, {"text": "Form", "url": address}]]
    }
