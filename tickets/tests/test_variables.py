import pytest
from django.core.exceptions import ValidationError

from tickets.desk.variables import VARIABLES, check_variables, filled


def test_known_variables_are_filled_in():
    assert filled("{name}, {ticket}: {name}", {"name": "Пётр", "ticket": "TKT-9"}) == "Пётр, TKT-9: Пётр"


def test_what_is_filled_in_is_not_read_again():
    assert filled("{title}", {"title": "{name} %s {title}", "name": "Пётр"}) == "{name} %s {title}"


@pytest.mark.parametrize("text", ["100 %", "%s %(name)s", "a { b", "} {", "{{", "", "$name ${", "{name}" * 50])
def test_other_signs_are_plain_text(text):
    check_variables(text)

    assert filled(text, {}) == text


@pytest.mark.parametrize(
    "text",
    ["{x.__class__}", "{nome}", "{0}", "{}", "{name!r}", "{name:>99999999}", "{{nome}}", "{ name }", "{name.__init__}"],
)
def test_an_unknown_variable_is_refused_by_name(text):
    with pytest.raises(ValidationError) as refusal:
        check_variables(f"Hello {text}")

    assert refusal.value.code == "unknown_variable"


def test_an_unknown_variable_that_came_in_somehow_stays_as_it_is():
    assert filled("{x.__class__} {name}", {"name": "Пётр"}) == "{x.__class__} Пётр"


def test_every_variable_is_accepted():
    check_variables(" ".join(f"{{{name}}}" for name in VARIABLES))
