import pytest
from django.core.exceptions import ImproperlyConfigured

from workflow.wording import VERBS, Wording, register, wording

pytestmark = pytest.mark.once
BREWED = Wording("brewed it", "cup", "amber")


@pytest.fixture(autouse=True)
def _worded(monkeypatch):
    monkeypatch.setitem(VERBS, "brew", BREWED)


def test_an_app_may_say_its_words_again():
    register({"brew": Wording("brewed it", "cup", "amber")})

    assert wording("brew") == BREWED


@pytest.mark.parametrize("other", [BREWED._replace(text="boiled it"), BREWED._replace(icon="pot"), Wording("", "")])
def test_one_verb_is_never_worded_in_two_ways(other):
    with pytest.raises(ImproperlyConfigured, match="brew"):
        register({"brew": other})

    assert wording("brew") == BREWED


def test_a_verb_that_nobody_words_is_shown_as_it_is():
    assert wording("sip") == Wording("sip", "info")
