"""What is down now: on the home page, on the card, and beside the form that records it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.tests.factories import UserFactory
from accounts.working_time import MINUTE
from suspensions.budgets.bars import counted_down
from suspensions.budgets.glance import Down, down_now, nearer
from suspensions.budgets.reckoning import Allowance
from suspensions.models import Risk, Segment, Suspension
from suspensions.tests.factories import ProcessLimitFactory, RiskFactory, SuspensionFactory, TechProcessFactory

AT = datetime(2026, 7, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def allowed(used, of, breach=None):
    return Allowance(used * MINUTE, None if of is None else of * MINUTE, breach=breach)


def ranked(*found):
    rows = [Down(Suspension(start=AT), allowance, None, False) for allowance in found]
    return [row.found for row in sorted(rows, key=lambda row: row.urgency)]


def case_of(process, **fields):
    return SuspensionFactory(process=process, **fields)


def running():
    return list(Suspension.objects.running().for_list())


@pytest.mark.once
def test_of_case_and_year_that_counts_of_which_less_is_left():
    case, year, none = allowed(10, 60), allowed(580, 600), allowed(10, None)

    assert nearer(case, year) is year
    assert nearer(case, none) is case
    assert nearer(none, none) is none


@pytest.mark.once
def test_what_is_exceeded_most_stands_first_and_what_has_no_limit_last():
    little, much, soon, later, never = (
        allowed(70, 60), allowed(90, 60), allowed(50, 60), allowed(10, 60), allowed(900, None),
    )  # fmt: skip

    assert ranked(never, later, little, soon, much) == [much, little, soon, later, never]


@pytest.mark.once
@pytest.mark.parametrize(
    ("breach", "counts"),
    [(AT + 20 * timedelta(minutes=1), True), (AT + 20 * HOUR, False), (None, False)],
    ids=["every second counts", "closed over night", "does not count now"],
)
def test_what_is_left_counts_down_only_while_every_second_takes_of_it(breach, counts):
    left = counted_down(allowed(40, 60, breach), AT)

    assert left == (timedelta(minutes=20) if counts else None)


@pytest.mark.django_db
def test_planned_work_is_not_down_and_the_most_pressing_comes_first():
    calm = case_of(TechProcessFactory())
    pressing = case_of(ProcessLimitFactory(approved=True, case_minutes=30).process)
    case_of(TechProcessFactory(), planned=True)

    assert [row.case for row in down_now(running(), timezone.now())] == [pressing, calm]


@pytest.mark.django_db
def test_home_tells_what_is_left_and_offers_to_end_ones_own_case(page, django_assert_max_num_queries):
    mine = case_of(ProcessLimitFactory(approved=True, case_minutes=90).process, author=UserFactory())
    other = case_of(ProcessLimitFactory(approved=True, case_minutes=30).process)
    client = page(mine.author)
    assert client.get("/").text.count("restore-now") == 0
    with django_assert_max_num_queries(12):
        text = client.get("/suspensions/down/").text

    assert "left of the limit of one case" in text
    assert "limit of one case exceeded by 30" in text
    assert text.index(other.number) < text.index(mine.number)
    assert (f"/suspensions/{mine.pk}/restore-now/" in text, f"/suspensions/{other.pk}/restore-now/" in text) == (
        True,
        False,
    )


@pytest.mark.django_db
def test_a_press_on_home_ends_the_case_and_leads_back_home(page):
    case = SuspensionFactory()
    answer = page(case.author).post(f"/suspensions/{case.pk}/restore-now/", {"next": "/"})
    case.refresh_from_db()

    assert (case.status, answer["Location"]) == ("restored", "/")


@pytest.mark.django_db
def test_planned_work_under_way_stands_apart_on_home_and_lights_nothing(page):
    case = case_of(TechProcessFactory(name="Reports"), planned=True)
    client = page(UserFactory())
    home = client.get("/")

    for answer in (home, client.get("/suspensions/down/")):
        assert (answer.context["down"], answer.context["works"]) == ([], [case])
        assert "Planned work under way" in answer.text
        assert "Down now" not in answer.text
    assert home.context["headline"] == "Nothing is broken"
    tabs = {tab["name"]: tab["count"] for tab in client.get("/suspensions/").context["tabs"]}
    assert (tabs["running"], tabs["planned"]) == (0, 1)


@pytest.mark.django_db
def test_home_says_in_its_headline_that_something_is_down(page):
    process = TechProcessFactory()
    case_of(process)
    case_of(process)

    assert page(UserFactory()).get("/").context["headline"] == "1 process does not work"


@pytest.mark.django_db
def test_the_timer_leaves_out_the_time_between_two_segments(page):
    case = SuspensionFactory(start=timezone.now() - 63 * HOUR)
    case.segments.update(finish=case.start + HOUR)
    Segment.objects.create(suspension=case, start=timezone.now() - HOUR)
    client = page(UserFactory())

    for path in (f"/suspensions/{case.pk}/", "/suspensions/", "/suspensions/down/"):
        text = client.get(path).text
        assert 'data-vk-since="7200"' in text or 'data-vk-since="7201"' in text, path


@pytest.mark.django_db
def test_the_card_asks_again_for_what_a_running_case_leaves_of_the_year(page):
    process = ProcessLimitFactory(approved=True, case_minutes=120, year_minutes=600).process
    earlier = timezone.now() - timedelta(minutes=30)
    case, client = case_of(process, start=earlier), page(UserFactory())
    assert f'hx-get="/suspensions/{case.pk}/used/"' in client.get(f"/suspensions/{case.pk}/").text

    text = client.get(f"/suspensions/{case.pk}/used/").text
    assert "all cases" in text
    assert text.count("data-vk-left") == 2


@pytest.mark.django_db
def test_an_ended_case_asks_for_nothing(page):
    case = SuspensionFactory(restored=True)
    client = page(UserFactory())

    assert "/used/" not in client.get(f"/suspensions/{case.pk}/").text
    assert "all cases" not in client.get(f"/suspensions/{case.pk}/used/").text


@pytest.mark.django_db
def test_the_form_shows_what_the_chosen_processes_may_still_cost(page, django_assert_max_num_queries):
    limited = ProcessLimitFactory(approved=True, case_minutes=60, year_minutes=600).process
    free, client = TechProcessFactory(name="Reports"), page(UserFactory())
    with django_assert_max_num_queries(12):
        text = client.get("/suspensions/effect/", {"processes": [limited.pk, free.pk, "junk", "9" * 30]}).text

    assert "this year 10\u00a0h left, one case up to 1\u00a0h" in text
    assert "no limit of the year, one case without a limit" in text
    assert not client.get("/suspensions/effect/").text.strip()


@pytest.mark.django_db
def test_a_process_without_a_limit_leads_managers_to_one(page):
    process = TechProcessFactory()
    address = f"/suspensions/processes/{process.pk}/limits/new/"

    assert address in page(UserFactory(manager=True)).get("/suspensions/budgets/").text
    assert address not in page(UserFactory()).get("/suspensions/budgets/").text


@pytest.mark.django_db
def test_a_risk_is_linked_from_the_card_of_its_case(page):
    case, risk, client = SuspensionFactory(), RiskFactory(), page(UserFactory(manager=True))
    address = f"/suspensions/{case.pk}/link-risk/"
    assert address in client.get(f"/suspensions/{case.pk}/").text
    client.post(address, {"risk": risk.pk})

    assert Risk.objects.get(suspensions=case) == risk
    assert address not in page(UserFactory()).get(f"/suspensions/{case.pk}/").text
