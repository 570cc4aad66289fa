import pytest

from accounts import hours


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("  ", ""),
        ("09:00-18:00", "09:00-18:00"),
        ("9-18", "09:00-18:00"),
        ("14:00–18:00, 9:00 — 13:00", "09:00-13:00, 14:00-18:00"),
        ("00:00-24:00", "00:00-24:00"),
    ],
)
def test_hours_are_read_as_people_type_them_and_written_in_one_way(typed, kept):
    assert hours.write(hours.read(typed)) == kept


@pytest.mark.parametrize(
    "nonsense",
    [
        "from nine", "18:00-09:00", "09:00-09:00", "09:60-18:00", "09:00-24:01", "25:00-26:00", "09:00",
        "09:00-13:00, 12:00-18:00", "09:00-13:00, 13:00-18:00", ",", "09:00-18:00,", "-1-5", "٠٩:٠٠-18:00",
    ],
)  # fmt: skip
def test_hours_that_mean_nothing_are_refused(nonsense):
    with pytest.raises(ValueError, match=r"^[^A-Z]*$"):
        hours.read(nonsense)


def test_the_length_of_a_day_leaves_lunch_out():
    assert hours.length(hours.read("9-13, 14-18")) == 8 * 60
