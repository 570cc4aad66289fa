"""Search over all nouns: who finds what, the page, the suggestions and the API."""

import pytest
from django.db import connection

from accounts.models import Role
from accounts.tests.factories import UserFactory
from incidents.tests.factories import IncidentFactory
from suspensions.tests.factories import RiskFactory, SuspensionFactory, TechProcessFactory
from tasks.models import TaskWatcher
from tasks.tests.factories import TaskFactory
from tickets.tests.factories import TicketFactory
from workflow.search import postgresql, typed
from workflow.search.finding import find
from workflow.search.index import engine
from workflow.search.nouns import registered
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db

WORD = "маршрутизатор"
FOUND = {
    "incident": set(Role),
    "suspension": set(Role),
    "process": set(Role),
    "risk": {Role.MANAGER, Role.ADMIN, Role.AUDITOR},
    "task": {Role.MANAGER, Role.ADMIN, Role.AUDITOR},
    "ticket": set(Role) - {Role.USER},
}
MAKERS = {
    "incident": lambda: IncidentFactory(title=WORD),
    "suspension": lambda: SuspensionFactory(description=WORD),
    "process": lambda: TechProcessFactory(name=WORD),
    "risk": lambda: RiskFactory(title=WORD),
    "task": lambda: TaskFactory(title=WORD),
    "ticket": lambda: TicketFactory(title=WORD),
}


def nouns_of(answer):
    return {hit["noun"] for hit in answer.json()["results"]}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("noun", MAKERS)
def test_everybody_finds_what_they_may_see_and_nothing_else(api, role, noun):
    subject = MAKERS[noun]()
    client = api(UserFactory(role=role))
    wanted = {noun} if role in FOUND[noun] else set()
    number = getattr(subject, "number", None) or getattr(subject, "code", "")

    answer = client.get("/api/v1/search/", {"q": WORD})

    assert nouns_of(answer) == wanted
    assert {count["noun"] for count in answer.json()["nouns"]} == wanted
    assert answer.json()["count"] == len(wanted)
    assert nouns_of(client.get("/api/v1/search/", {"q": WORD[:6], "noun": noun})) == wanted
    assert (noun in nouns_of(client.get("/api/v1/search/", {"q": number}))) == bool(wanted)


@pytest.mark.parametrize("part", ["author", "executor", "watcher"])
def test_who_has_part_in_a_task_finds_it(part):
    me = UserFactory()
    task = TaskFactory(title=WORD, **({part: me} if part != "watcher" else {}))
    if part == "watcher":
        TaskWatcher.objects.create(task=task, user=me)

    assert [hit.id for hit in find(me, WORD).hits] == [task.pk]
    assert find(UserFactory(), WORD).hits == []


def test_who_sees_little_finds_all_of_it_among_the_many():
    me = UserFactory()
    mine = TaskFactory(title=WORD, executor=me)
    TaskFactory.create_batch(30, title=WORD)

    found = find(me, WORD)

    assert [hit.id for hit in found.hits] == [mine.pk]
    assert found.counts == {"task": 1}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("noun", ["incident", "suspension", "task", "risk"])
def test_nobody_finds_what_is_deleted(role, noun):
    subject = MAKERS[noun]()
    subject.hide(by=actor_of(UserFactory(admin=True)), note="A mistake")

    number = getattr(subject, "number", None) or getattr(subject, "code", "")

    assert find(UserFactory(role=role), WORD).hits == []
    assert find(UserFactory(role=role), str(number)).hits == []


def test_people_are_found_by_parts_of_their_names_while_they_are_active(api):
    UserFactory(username="orlov", first_name="Илья", last_name="Орлов", department="ИТ", email="secret@example.org")
    UserFactory(username="gone", last_name="Орлова", is_active=False)

    (hit,) = api(UserFactory()).get("/api/v1/search/", {"q": "орло"}).json()["results"]

    assert (hit["noun"], hit["title"], hit["url"]) == ("person", "Илья Орлов", "")
    assert "secret" not in str(hit)


def test_administrators_are_led_to_the_person(api):
    person = UserFactory(last_name="Орлов")

    (hit,) = api(UserFactory(admin=True)).get("/api/v1/search/", {"q": "орлов"}).json()["results"]

    assert hit["url"] == f"/people/{person.pk}/"


def test_a_hit_says_what_and_where(api):
    incident = IncidentFactory(title="Принтеры стоят", description="Не печатают с утра")

    answer = api(UserFactory()).get("/api/v1/search/?q=печатать принтер").json()

    assert answer == {
        "count": 1,
        "next": None,
        "previous": None,
        "nouns": [{"noun": "incident", "count": 1, "more": False}],
        "results": [
            {
                "noun": "incident",
                "id": incident.pk,
                "number": f"INC-{incident.pk}",
                "title": "Принтеры стоят",
                "title_html": "<mark>Принтеры</mark> стоят",
                "excerpt_html": "Не <mark>печатают</mark> с утра",
                "status": "open",
                "url": f"/incidents/{incident.pk}/",
                "exact": False,
            }
        ],
    }


def test_pages_of_the_api_lead_to_one_another(api):
    IncidentFactory.create_batch(3, title=WORD)
    client = api(UserFactory())

    first = client.get("/api/v1/search/", {"q": WORD, "page_size": 2}).json()
    second = client.get(first["next"]).json()

    assert (first["count"], len(first["results"]), first["previous"]) == (3, 2, None)
    assert (len(second["results"]), second["next"]) == (1, None)
    assert client.get(second["previous"]).json()["results"] == first["results"]


@pytest.mark.parametrize("query", ["noun=nothing", "page=0", "page=x", "page_size=-1"])
def test_what_means_nothing_is_refused(api, query):
    assert api(UserFactory()).get(f"/api/v1/search/?q=a&{query}").status_code == 400


@pytest.mark.parametrize("text", ["", "'", "&|!:*", "и на", "a" * 10_000, "\\", "#", "😀", "<script>"])
@pytest.mark.parametrize("path", ["/search/", "/search/suggestions/", "/api/v1/search/"])
def test_odd_queries_are_answered(page, path, text):
    IncidentFactory(title="Принтер")

    answer = page(UserFactory()).get(path, {"q": text})

    assert answer.status_code == 200
    assert "Принтер" not in answer.text  # none of them finds it
    assert path.startswith("/api/") or "<script>" not in answer.text


@pytest.mark.parametrize(
    ("make", "typed"),
    [
        (lambda: IncidentFactory(), "INC-{0.pk}"),
        (lambda: IncidentFactory(), "инц-{0.pk}"),
        (lambda: IncidentFactory(), "#{0.pk}"),
        (lambda: TaskFactory(), "TSK-{0.pk}"),
        (lambda: SuspensionFactory(), "{0.number}"),
        (lambda: TechProcessFactory(code="DU_77"), "du_77"),
    ],
)
def test_a_number_leads_straight_to_its_object(page, make, typed):
    subject = make()

    answer = page(UserFactory(manager=True)).get("/search/", {"q": typed.format(subject)})

    assert (answer.status_code, answer["Location"]) == (302, subject.get_absolute_url())


def test_a_number_that_two_objects_have_leads_nowhere(page):
    IncidentFactory(pk=701)
    TaskFactory(pk=701)

    answer = page(UserFactory(manager=True)).get("/search/", {"q": "#701"})

    assert {hit.noun for hit in answer.context["found"].hits} == {"incident", "task"}


def test_a_number_of_what_one_may_not_see_finds_nothing(page):
    task = TaskFactory()

    assert "Nothing found" in page(UserFactory()).get("/search/", {"q": f"TSK-{task.pk}"}).text


def test_the_page_marks_what_was_found_and_escapes_the_rest(page):
    IncidentFactory(title="<script>принтер</script>", description="-")

    text = page(UserFactory()).get("/search/", {"q": "принтеры"}).text

    assert "&lt;script&gt;<mark>принтер</mark>&lt;/script&gt;" in text
    assert "<script>принтер" not in text


def test_the_page_narrows_to_a_noun(page):
    IncidentFactory(title=WORD)
    TechProcessFactory(name=WORD)
    client = page(UserFactory())

    everything = client.get("/search/", {"q": WORD})
    narrowed = client.get("/search/", {"q": WORD, "noun": "process"})

    assert {hit.noun for hit in everything.context["found"].hits} == {"incident", "process"}
    assert {hit.noun for hit in narrowed.context["found"].hits} == {"process"}
    assert "noun=process" in everything.text


def test_the_page_turns_its_pages(page):
    IncidentFactory.create_batch(21, title=WORD)
    client = page(UserFactory())

    assert len(client.get("/search/", {"q": WORD}).context["found"].hits) == 20
    assert len(client.get("/search/", {"q": WORD, "page": 2}).context["found"].hits) == 1
    assert client.get("/search/", {"q": WORD, "page": "99999999"}).status_code == 200


@pytest.mark.parametrize(
    ("typed", "said"), [("", "What are you looking for?"), ("и на", "Too little"), ("жираф", "Nothing found")]
)
def test_the_page_says_why_it_is_empty(page, typed, said):
    assert said in page(UserFactory()).get("/search/", {"q": typed}).text


def test_suggestions_are_links_to_the_best_hits(page):
    incident = IncidentFactory(title="Принтер")
    IncidentFactory.create_batch(9, title="Принтеры")

    answer = page(UserFactory()).get("/search/suggestions/", {"q": "принт"})

    assert answer.text.count('role="option"') == 9
    assert "/search/?q=%D0%BF%D1%80%D0%B8%D0%BD%D1%82" in answer.text
    assert incident.get_absolute_url() not in answer.text
    assert "<html" not in answer.text


@pytest.mark.parametrize("rows", [1, 25])
@pytest.mark.parametrize(("path", "most"), [("/search/", 12), ("/search/suggestions/", 8), ("/api/v1/search/", 8)])
def test_search_costs_a_fixed_number_of_queries(page, path, most, rows, django_assert_max_num_queries):
    for make in MAKERS.values():
        for _row in range(rows if make is not MAKERS["process"] else 1):
            make()
    client = page(UserFactory(manager=True))
    client.get(path, {"q": WORD})

    with django_assert_max_num_queries(most):
        client.get(path, {"q": WORD})


@pytest.mark.parametrize("path", ["/search/", "/incidents/"])
def test_the_box_searches_everything_from_every_page(page, path):
    text = page(UserFactory()).get(path).text

    box = text[text.index("data-vk-finder") - 200 : text.index("data-vk-search")]
    assert 'action="/search/"' in box


def test_a_frequent_word_is_not_fetched_from_the_whole_index():
    """Where the newest objects hold enough matches, the steps that ask PostgreSQL's index are not executed."""
    IncidentFactory.create_batch(12, title=WORD)
    sql, parameters = engine(connection).branch("incident", typed.read(WORD), None, inner=False, most=10, shown=5)
    with connection.cursor() as cursor:
        cursor.execute(f"{'EXPLAIN ANALYZE' if is_postgresql() else 'EXPLAIN QUERY PLAN'} {sql}", parameters)
        plan = "\n".join(str(row) for row in cursor.fetchall())

    if is_postgresql():
        assert plan.count("One-Time Filter") == len(postgresql.FURTHER) + 1
        assert plan.count("(never executed)") >= len(postgresql.FURTHER) + 1
    else:
        assert plan.count("VIRTUAL TABLE INDEX") == 2


def is_postgresql():
    return connection.vendor == "postgresql"


@pytest.mark.parametrize(
    ("path", "noun"),
    [("incidents", "incident"), ("suspensions", "suspension"), ("tasks", "task"), ("tickets", "ticket")],
)
def test_lists_are_narrowed_by_full_text(api, path, noun):
    subject = MAKERS[noun]()
    MAKERS[noun]()
    type(subject).objects.exclude(pk=subject.pk).update(
        description="Другое", **{"title": "Другое"} if noun != "suspension" else {}
    )
    client = api(UserFactory(manager=True))
    number = getattr(subject, "number", "")

    for text, wanted in [("маршрутизаторы", 1), (number, 1), ("жираф", 0), ("!!!", 0), ("", 2), ("и на", 0)]:
        results = client.get(f"/api/v1/{path}/", {"q": text}).json()["results"]
        assert len(results) == wanted, text
        assert wanted != 1 or results[0]["id"] == subject.pk


def test_every_noun_can_be_searched():
    assert set(MAKERS) <= set(registered)
