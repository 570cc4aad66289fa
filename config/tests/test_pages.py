import pytest
from django.urls import reverse

from accounts.tests.factories import UserFactory
from incidents.tests.factories import IncidentFactory
from suspensions.tests.factories import ProcessLimitFactory, SuspensionFactory
from tasks.tests.factories import TaskFactory

pytestmark = pytest.mark.django_db


def test_the_home_page_puts_the_untaken_first(page):
    IncidentFactory(in_progress=True, title="Taken already")
    IncidentFactory(title="Nobody took this")

    text = page(UserFactory()).get("/").text

    assert text.index("Nobody took this") < text.index("Taken already")


def test_the_home_page_of_a_quiet_day_says_so(page):
    assert "Nothing is broken" in page(UserFactory()).get("/").text


def test_strangers_are_led_to_the_sign_in(page):
    answer = page().get("/incidents/")

    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/?next=/incidents/")


@pytest.mark.parametrize("path", ["/", "/design/", "/incidents/", "/incidents/new/", "/profile/"])
def test_pages_speak_the_persons_language(page, path):
    text = page(UserFactory(language="ru")).get(path).text

    assert '<html lang="ru"' in text
    assert "Главная" in text


def test_strangers_read_what_their_browser_asks_for(page):
    assert "Войти" in page().get("/sign-in/", headers={"Accept-Language": "ru"}).text


def test_a_language_is_kept_with_the_person(page):
    user = UserFactory()

    page(user).post("/language/", {"language": "ru", "next": "/incidents/"})

    user.refresh_from_db()
    assert user.language == "ru"


def test_a_theme_is_kept_in_a_cookie_for_strangers(page):
    client = page()
    client.post("/theme/", {"theme": "dark", "next": "/sign-in/"})

    assert 'data-bs-theme="dark"' in client.get("/sign-in/").text


def test_an_unknown_theme_is_ignored(page):
    client = page()
    client.post("/theme/", {"theme": '"><script>', "next": "/sign-in/"})

    assert "<script>" not in client.get("/sign-in/").text


def test_nobody_is_sent_to_another_site(page):
    assert page().post("/theme/", {"theme": "dark", "next": "https://example.com/"})["Location"] == "/"


def test_a_missing_page_is_explained(page):
    answer = page(UserFactory()).get("/incidents/4711/")

    assert answer.status_code == 404
    assert "No such page" in answer.text


def test_pages_carry_neither_inline_styles_nor_inline_scripts(page):
    incident = IncidentFactory()
    client = page(UserFactory(technician=True))
    for path in ["/", "/design/", "/incidents/", incident.get_absolute_url(), "/profile/"]:
        text = client.get(path).text
        assert " style=" not in text
        assert "<script>" not in text
        assert " onclick=" not in text


def test_menus_show_only_what_one_may_open(page):
    assert reverse("admin:index") not in page(UserFactory()).get("/").text


def test_administrators_find_the_admin(page):
    assert reverse("admin:index") in page(UserFactory(admin=True)).get("/").text


@pytest.mark.parametrize("rows", [1, 30])
def test_the_home_page_costs_a_fixed_number_of_queries(page, rows, django_assert_max_num_queries):
    user = UserFactory(technician=True)
    IncidentFactory.create_batch(rows)
    TaskFactory.create_batch(rows, executor=user, late=True)
    for limit in ProcessLimitFactory.create_batch(rows, approved=True):
        SuspensionFactory(process=limit.process)
    client = page(user)

    with django_assert_max_num_queries(12):
        client.get("/")


def test_a_theme_as_the_system_shows_it_is_kept_as_none(page):
    user = UserFactory(theme="dark")
    client = page(user)

    client.post("/theme/", {"theme": "system", "next": "/"})

    user.refresh_from_db()
    assert user.theme == ""
    assert "data-theme-auto" in client.get("/").text


def test_an_unknown_language_changes_nothing(page):
    user = UserFactory(language="ru")

    page(user).post("/language/", {"language": "xx", "next": "/"})

    user.refresh_from_db()
    assert user.language == "ru"


def test_the_home_page_says_in_a_sentence_how_things_stand(page):
    client = page(UserFactory())
    assert "Nothing is broken" in client.get("/").context["headline"]

    IncidentFactory(in_progress=True)
    assert client.get("/").context["headline"] == "Everything is taken"

    IncidentFactory.create_batch(2)
    assert client.get("/").context["headline"] == "2 incidents wait for somebody"


def test_the_home_page_counts_what_is_open(page):
    me = UserFactory(technician=True)
    IncidentFactory(severity="critical")
    IncidentFactory(in_progress=True, assignee=me)
    IncidentFactory(resolved=True)
    IncidentFactory(closed=True)
    IncidentFactory(deleted=True)

    figures = page(me).get("/").context["figures"]

    assert {name: figures[name] for name in ("untaken", "active", "critical", "mine", "resolved")} == {
        "untaken": 1, "active": 2, "critical": 1, "mine": 1, "resolved": 1,
    }  # fmt: skip


def test_who_may_not_report_is_offered_no_report(page):
    text = page(UserFactory(auditor=True)).get("/").text

    assert reverse("incidents:create") not in text


def test_the_search_keeps_tab_and_filters_of_the_list(page):
    text = page(UserFactory()).get("/incidents/?tab=resolved&severity=high&search=gateway").text

    end = text.index('name="search"')
    search = text[text.rindex("<form", 0, end) : end]
    assert 'name="tab" value="resolved"' in search
    assert 'name="severity" value="high"' in search


def test_an_employee_finds_what_they_reported(page):
    me = UserFactory()
    IncidentFactory(title="Theirs", in_progress=True)
    IncidentFactory(title="My printer", in_progress=True, reporter=me)

    answer = page(me).get("/")

    assert [incident.title for incident in answer.context["mine"]] == ["My printer"]
    assert [incident.title for incident in answer.context["taken"]] == ["Theirs"]
    assert answer.context["figures"]["mine"] == 1


def test_errors_keep_the_menu_for_who_is_signed_in(page):
    assert 'id="side-menu"' not in page().get("/nothing/").text
    assert 'id="side-menu"' in page(UserFactory()).get("/nothing/").text
