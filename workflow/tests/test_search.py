import pytest

from accounts.tests.factories import UserFactory
from incidents.tests.factories import IncidentFactory
from workflow.search import MOST_WORDS, words

pytestmark = pytest.mark.django_db


def found(text, **fields):
    return IncidentFactory._meta.model.objects.matching(text).filter(**fields).exists()


@pytest.mark.parametrize(
    "typed", ["шлюз", "ШЛЮЗ", "Шлюз", "люЗ", "учёт", "УЧЕТ", "учет шлюз", "100%", "gate_1", "INC-{pk}"]
)
def test_words_are_found_whatever_the_case_and_the_dots(typed):
    incident = IncidentFactory(title="Шлюз учёта", description="Стоит на 100% с утра: gate_1")

    assert found(typed.format(pk=incident.pk))


@pytest.mark.parametrize("typed", ["шлюзы", "200%", "gate-1", "%", "_", "\\", "шлюз почта", "1"])
def test_words_that_are_not_there_find_nothing(typed):
    IncidentFactory(pk=777, title="Шлюз учёта", description="Стоит с утра")

    assert not found(typed, pk=777)


@pytest.mark.parametrize("wanted", ["ivanova", "ИВАНОВА", "семён", "семен иванова", "@example"])
def test_people_are_found_by_any_part_of_their_names(wanted):
    user = UserFactory(username="ivanova", last_name="Иванова", first_name="Семён", email="i@example.org")

    assert list(type(user).objects.matching(wanted)) == [user]


def test_only_so_many_words_count():
    assert len(words("a " * 1000)) == MOST_WORDS


@pytest.mark.parametrize("text", ["a " * 5000, "a" * 100_000, "%" * 1000, "\\" * 1000])
def test_no_length_of_text_is_too_much(text):
    assert not found(text)
