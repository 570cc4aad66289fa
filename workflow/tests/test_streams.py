"""A stream is made in the zone and language of whoever asked, though it is read when the request is over."""

from contextlib import closing
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext

from workflow.exports import WRITERS
from workflow.streams import as_asked

pytestmark = pytest.mark.once
MOMENT = datetime(2026, 7, 1, 10, tzinfo=UTC)


def told():
    """Rows that are worded as they are read."""
    yield gettext("yes"), MOMENT
    yield timezone.get_current_timezone_name(), MOMENT


def asked_in_vladivostok(make):
    with timezone.override(ZoneInfo("Asia/Vladivostok")), translation.override("ru"):
        return make()


@pytest.mark.django_db  # a response that is closed looks after connections
@pytest.mark.parametrize("form", ["csv", "csv_semicolon", "json"])
def test_cells_are_in_the_zone_and_language_of_the_request(form):
    answer = asked_in_vladivostok(lambda: WRITERS[form](["Word", "Moment"], told()))
    with closing(answer), translation.override("en"):
        text = b"".join(answer).decode()

    assert "да" in text
    assert "Asia/Vladivostok" in text
    assert ("2026-07-01 20:00:00" in text) == (form != "json")  # JSON writes the offset


def test_between_two_pieces_the_thread_is_as_it_was():
    stream = asked_in_vladivostok(lambda: as_asked(told()))
    with timezone.override(UTC), translation.override("en"):
        assert next(stream)[0] == "да"
        assert (translation.get_language(), timezone.get_current_timezone_name()) == ("en", "UTC")
        assert [word for word, _moment in stream] == ["Asia/Vladivostok"]
        assert translation.get_language() == "en"


def test_an_error_leaves_the_thread_as_it_was():
    def broken():
        raise ValueError("no more")
        yield

    stream = asked_in_vladivostok(lambda: as_asked(broken()))
    with translation.override("en"):
        with pytest.raises(ValueError, match="no more"):
            next(stream)
        assert translation.get_language() == "en"
