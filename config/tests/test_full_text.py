"""Full text on whichever database runs: what is found, what is not, and that the index keeps step with the rows."""

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.tests.factories import UserFactory
from attachments.services import received
from attachments.tests.samples import image, upload
from incidents import services
from incidents.models import Incident, IncidentComment
from incidents.tests.factories import IncidentFactory
from workflow.search import index, typed
from workflow.search.finding import MOST, find
from workflow.search.highlights import excerpt, marked
from workflow.search.nouns import by_code, by_id, by_year_number, registered
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db


def found(text, user=None, **options):
    """Return the ids of the incidents that somebody finds, the best first."""
    hits = find(user or UserFactory(), text, **options).hits
    return [hit.id for hit in hits if hit.noun == "incident"]


@pytest.mark.parametrize(
    "text",
    [
        "принтер", "принтеры", "ПРИНТЕРАМИ", "печать", "печатает", "учёт", "учет", "УЧЁТА", "ёлка", "елки",
        "принтер печать", "прин", "gateways", "Gateway", "HP1102", "hp11", "1102а", "192.168.1.10",
        "принтер и на", "принтер!!!", "(принтер)", "\u0438\u0306од",
    ],
)  # fmt: skip
def test_words_are_found_in_any_of_their_forms(text):
    incident = IncidentFactory(
        title="Не печатают принтеры учета",
        description="Возле ЁЛКИ, gateway 192.168.1.10, модель HP1102, кабинет 1102А, йод",
    )

    assert found(text) == [incident.pk]


@pytest.mark.parametrize("text", ["сканер", "принтер сканер", "тер", "1103", "пр", "принтер принтера сканер"])
def test_what_is_not_said_is_not_found(text):
    IncidentFactory(title="Принтер", description="Пустой лист")

    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "'", "&|!:*", "и на", "the", "%", "_", "\0", "\0\0\0", '"', "' OR 1=1 --", "\ud800", "NEAR(", "*",
        "a:b:c", "noun:incident", "{title}", "-", "²", "😀", "\u0301", "'':*", "\\", "()", "а" * 10_000, "a b " * 2_500,
        "#", "INC-",
    ],
)  # fmt: skip
def test_odd_queries_find_nothing_and_break_nothing(text):
    IncidentFactory(title="Принтер", description="Пустой лист")

    assert found(text) == []


def test_a_nul_between_words_is_a_space():
    incident = IncidentFactory(title="Принтер", description="Пустой лист")

    assert found("принтер\0лист") == [incident.pk]


def test_only_the_last_word_may_be_begun_and_only_until_a_space_follows():
    IncidentFactory(title="Маршрутизатор и принтер", description="-")

    assert found("принтер маршрут")
    assert typed.read("маршрут принтер").words[0].begun is False
    assert typed.read("маршрут ").words[0].begun is False


def test_stop_words_are_those_of_postgresql():
    assert {"и", "на", "не", "the", "of"} <= typed.STOP_WORDS
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT w FROM unnest(%s::text[]) w WHERE workflow_lexemes(w) <> ''", [sorted(typed.STOP_WORDS)]
            )
            assert cursor.fetchall() == []


def test_a_title_counts_for_more_than_a_text_and_the_newer_first():
    old = IncidentFactory(title="Принтер", description="Сломан")
    new = IncidentFactory(title="Принтер", description="Сломан")
    told = IncidentFactory(title="Сломан", description="Не работает принтер в зале")

    assert found("принтер") == [new.pk, old.pk, told.pk]


def test_the_index_keeps_step_with_every_change():
    admin = UserFactory(admin=True)
    incident = services.report(by=actor_of(admin), title="Принтер", description="Лист")
    assert found("принтер")

    services.edit(incident, by=actor_of(admin), title="Сканер")
    assert not found("принтер")
    assert found("сканер")

    services.comment(incident, by=actor_of(admin), text="Дело в картридже")
    assert found("картридж")

    services.delete(incident, by=actor_of(admin), note="Ошибка")
    assert not found("сканер", admin)
    assert not found("картридж", admin)
    assert not found(f"INC-{incident.pk}", admin)

    services.undelete(incident, by=actor_of(admin))
    assert found("сканер")
    assert found("картридж")


def test_changes_by_hand_are_found_as_well():
    incident = IncidentFactory(title="Принтер", description="Лист")
    IncidentComment.objects.create(incident=incident, author=incident.reporter, text="Картридж")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE incidents_incident SET description = 'Телефон' WHERE id = %s", [incident.pk])
        assert found("телефоны")
        assert not found("лист")

        cursor.execute("UPDATE incidents_incidentcomment SET text = 'Тонер'")
        assert found("тонер")
        assert not found("картридж")

        cursor.execute("DELETE FROM incidents_incidentcomment")
        assert not found("тонер")
        assert found("телефон")


def test_a_comment_that_moves_to_another_object_is_found_there():
    first, second = IncidentFactory(title="Первый"), IncidentFactory(title="Второй")
    comment = IncidentComment.objects.create(incident=first, author=first.reporter, text="Картридж")

    IncidentComment.objects.filter(pk=comment.pk).update(incident=second)

    assert found("картридж") == [second.pk]


def test_what_is_gone_from_the_table_is_gone_from_the_index():
    incident = IncidentFactory(title="Принтер")

    Incident.objects.filter(pk=incident.pk).delete()

    assert not found("принтер")


def test_files_are_found_by_their_names():
    incident, user = IncidentFactory(title="Сбой"), UserFactory()
    with received([upload("Договор_аренды.png", image())]) as files:
        services.attach(incident, by=actor_of(user), files=files)

    (hit,) = find(user, "аренда договор").hits

    assert hit.id == incident.pk
    assert "<mark>Договор</mark>" in hit.excerpt_html


def test_an_index_made_anew_finds_the_same():
    incident = IncidentFactory(title="Принтер", description="Лист")
    IncidentComment.objects.create(incident=incident, author=incident.reporter, text="Картридж")
    IncidentFactory(title="Принтер", deleted=True)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM workflow_searchdocument")
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM workflow_search")
    assert not found("принтер")

    call_command("rebuild_search", "incident")

    assert found("принтер картридж") == [incident.pk]
    assert found("принтер") == [incident.pk]


def test_the_index_stands_and_its_loss_is_told():
    assert index.check_index(["default"]) == []

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP FUNCTION workflow_search_incident(bigint, bigint)")
        else:
            cursor.execute("DROP TRIGGER workflow_search_incident_insert")

    assert [report.id for report in index.check_index(["default"])] == ["workflow.W004"]


def test_migrating_mends_a_lost_index_and_fills_it():
    if connection.vendor == "sqlite":
        index.remove_before_migrate("default", plan=["something"])
    else:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER workflow_search_incident ON incidents_incident")
            cursor.execute("DROP FUNCTION workflow_search_incident(bigint, bigint)")
    IncidentFactory(title="Принтер")
    assert not found("принтер")

    index.install_after_migrate("default")

    assert found("принтер")
    assert index.check_index(["default"]) == []


def test_a_long_text_is_found_by_its_beginning():
    incident = IncidentFactory(title="Журнал", description="принтер " + "слово" * 900)
    for number in range(60):
        text = " ".join(f"w{number}x{place}" for place in range(600))[:5000]
        IncidentComment.objects.create(incident=incident, author=incident.reporter, text=text)

    assert found("принтер") == [incident.pk]


def test_pages_follow_one_another():
    incidents = IncidentFactory.create_batch(7, title="Принтер")
    user = UserFactory()

    pages = [found("принтер", user, start=start, size=3) for start in (0, 3, 6, 9)]

    assert [len(page) for page in pages] == [3, 3, 1, 0]
    assert sorted(pk for page in pages for pk in page) == [incident.pk for incident in incidents]


@pytest.mark.parametrize("rows", [1, 30])
def test_finding_costs_a_fixed_number_of_queries(rows, django_assert_max_num_queries):
    for incident in IncidentFactory.create_batch(rows, title="Принтер"):
        IncidentComment.objects.create(incident=incident, author=incident.reporter, text="Картридж")
    user = UserFactory()

    with django_assert_max_num_queries(4):
        assert len(find(user, "принтер картридж", size=30).hits) == rows


def test_more_matches_than_are_ranked_are_counted_up_to_a_bound():
    reporter = UserFactory()
    Incident.objects.bulk_create(
        [Incident(title="Принтер", description="Лист", reporter=reporter) for _number in range(MOST + 5)],
        batch_size=500,
    )

    page = find(reporter, "принтер")

    assert page.counts["incident"] == MOST
    assert page.bounded == {"incident"}


def test_html_in_texts_is_escaped_in_highlights():
    incident = IncidentFactory(title="<script>принтер</script>", description='<img src=x onerror="принтер()"> & так')

    hit = next(hit for hit in find(UserFactory(), "принтер").hits if hit.id == incident.pk)

    assert hit.title_html == "&lt;script&gt;<mark>принтер</mark>&lt;/script&gt;"
    assert hit.excerpt_html == "&lt;img src=x onerror=&quot;<mark>принтер</mark>()&quot;&gt; &amp; так"


def test_an_excerpt_shows_the_place_that_says_most():
    text = "начало " * 60 + "здесь стоит принтер и картридж " + "конец " * 60
    words = typed.read("картридж принтер").words

    piece = excerpt(["ничего", text, "принтер"], words)

    assert piece.startswith("…")
    assert piece.endswith("…")
    assert piece.count("<mark>") == 2
    assert len(piece) < 300


def test_marks_stand_around_every_form():
    assert marked("Учёт, учета", typed.read("учет").words) == "<mark>Учёт</mark>, <mark>учета</mark>"


@pytest.mark.parametrize(
    ("lookup", "text", "wanted"),
    [
        (by_id("inc", "инц"), "#12", {"pk": 12}),
        (by_id("inc", "инц"), "INC-12", {"pk": 12}),
        (by_id("inc", "инц"), "инц-012", {"pk": 12}),
        (by_id("inc", "инц"), "TSK-12", None),
        (by_id("inc", "инц"), "12a", None),
        (by_id("inc", "инц"), "٣", None),
        (by_id("inc", "инц"), "9" * 30, None),
        (by_year_number, "2026-0007", {"number": "2026-0007"}),
        (by_year_number, "ПР-2026-7", {"number": "2026-0007"}),
        (by_year_number, "2026", None),
        (by_code, "DU_25", {"code__iexact": "DU_25"}),
        (by_code, "две части", None),
    ],
)
def test_numbers_are_understood(lookup, text, wanted):
    assert lookup(text) == wanted


def test_a_number_stands_before_what_mentions_it():
    incident = IncidentFactory(title="Принтер")
    other = IncidentFactory(title=f"Повтор {incident.pk}")

    page = find(UserFactory(), str(incident.pk))

    assert [hit.id for hit in page.hits if hit.noun == "incident"] == [incident.pk, other.pk]
    assert page.hits[0].is_exact
    assert page.only is None
    assert find(UserFactory(), f"inc-{incident.pk}").only.id == incident.pk


def test_every_noun_has_a_code_of_its_own():
    codes = [noun.code for noun in registered.values()]

    assert len(codes) == len(set(codes))
    assert all(0 < code < 64 for code in codes)
