"""What the regulator must hear of: proposed, taken back, declared by hand, counted and never forgotten."""

from datetime import timedelta
from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.tests.factories import UserFactory
from notifications.models import Notice
from suspensions import services
from suspensions.budgets import warnings
from suspensions.budgets.bars import bar
from suspensions.budgets.reckoning import Allowance
from suspensions.models import GivenWarning, ProcessLimit, Suspension, Unjudged
from suspensions.tests.factories import SuspensionFactory, TechProcessFactory
from suspensions.tests.limiting import count_by, down, limited, local
from workflow.models import Event
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
MONDAY, SATURDAY = local(2025, 7, 7, 11), local(2025, 7, 12, 11)


@pytest.fixture(autouse=True)
def moscow():
    count_by("calendar")


@pytest.fixture
def manager():
    return UserFactory(manager=True, language="en")


def proposed(at=MONDAY - 4 * HOUR, **fields):
    """A case that was proposed for a report and judged since."""
    case = SuspensionFactory(
        start=at - HOUR, finish=at, status="restored", report_proposed_at=at, reportable_reason="Over.", **fields
    )
    Unjudged.objects.all().delete()
    return case


def declared(**fields):
    return SuspensionFactory(restored=True, reportable=True, reportable_reason="Clause 4", **fields)


def reminders(person):
    return Notice.objects.filter(recipient=person, kind="report.open").count()


def checked(case, at):
    warnings.check(at)
    case.refresh_from_db()
    return case


# Without a due time


def test_what_has_no_due_time_is_counted_too(page, manager):
    proposed(), declared(), declared(reported_at=timezone.now()), declared(report_due_at=timezone.now())
    client = page(manager)

    assert client.get("/suspensions/budgets/").context["awaited"] == 3
    assert len(client.get("/suspensions/reportable/").context["cases"]) == 2


def test_what_has_no_due_time_is_reminded_of_once_a_working_day(manager):
    case = proposed(at=MONDAY - 24 * HOUR)
    counts = []
    for at in (MONDAY, MONDAY + HOUR, MONDAY + 24 * HOUR, SATURDAY):
        warnings.check(at)
        counts.append(reminders(manager))

    assert counts == [1, 1, 2, 2]
    services.regulate(case, by=actor_of(manager), reportable=False, note="No type of the list.")
    warnings.check(SATURDAY + 48 * HOUR)
    assert reminders(manager) == 2


def test_a_proposal_of_today_is_not_asked_for_again_at_once(manager):
    proposed()
    warnings.check(MONDAY)

    assert reminders(manager) == 0


def test_author_and_owner_hear_of_a_declared_report_that_waits():
    case = declared(process=TechProcessFactory(owner=UserFactory()))
    warnings.check(MONDAY)

    assert (reminders(case.process.owner), reminders(case.author)) == (1, 1)


# Beyond the share


def test_where_the_limit_says_so_the_share_alone_proposes_a_report():
    process = limited(case_minutes=240, degradation_share=Decimal("0.2"), report_minutes=60)
    case = down(process, MONDAY - HOUR, kind="degradation", degradation=Decimal("0.3"))

    assert checked(case, MONDAY).report_due_at == case.start + HOUR
    assert "20 %" in case.reportable_reason


def test_where_it_does_not_only_the_minutes_do():
    process = limited(case_minutes=240, degradation_share=Decimal("0.2"), share_reported=False)
    case = down(process, MONDAY - HOUR, kind="degradation", degradation=Decimal("0.3"))
    assert checked(case, MONDAY).report_proposed_at is None

    assert checked(case, MONDAY + 4 * HOUR).awaits_decision
    assert "4" in case.reportable_reason


# A slip of the pen


def slipped(**fields):
    """A case whose finish was typed a day too late, and that was proposed for it."""
    process = limited(case_minutes=120, year_minutes=None, report_minutes=30, **fields)
    case = down(process, timezone.now() - 26 * HOUR, timezone.now() - HOUR)
    return checked(case, timezone.now())


def mend(case):
    services.correct(case, by=actor_of(case.author), finish=case.start + HOUR)
    return checked(case, timezone.now())


def test_a_proposal_disappears_when_the_corrected_case_breaks_nothing():
    case = slipped()
    assert case.awaits_decision

    assert mend(case).awaits_decision is False
    assert (case.report_proposed_at, case.report_due_at, case.reportable_reason) == (None, None, "")
    assert Event.objects.about(case).latest("pk").verb == "withdraw-report"
    assert not GivenWarning.objects.standing().filter(scope="report").exists()
    services.correct(case, by=actor_of(case.author), finish=timezone.now() - HOUR)
    assert checked(case, timezone.now()).awaits_decision


def test_a_proposal_stays_while_something_is_broken_or_somebody_has_decided(manager):
    case = slipped()
    services.correct(case, by=actor_of(case.author), finish=case.start + 3 * HOUR)
    assert checked(case, timezone.now()).awaits_decision

    services.regulate(case, by=actor_of(manager), reportable=True)
    assert mend(case).reportable
    assert case.reportable_reason


def test_a_proposal_that_waits_for_long_is_taken_back_too():
    case = slipped()
    month = timedelta(days=30)
    moved = {"start": case.start - month, "finish": case.finish - month}
    Suspension.objects.filter(pk=case.pk).update(**moved)
    case.segments.update(**moved)
    case.refresh_from_db()
    assert checked(case, timezone.now()).awaits_decision

    assert mend(case).awaits_decision is False


# By hand


def regulate(case, manager, **fields):
    known = {"reportable": True, "reportable_reason": "Clause 4"}
    services.regulate(case, by=actor_of(manager), **known | fields)


def test_the_regulator_hears_of_nothing_before_it_began(manager):
    case = SuspensionFactory()
    with pytest.raises(ValidationError) as refused:
        regulate(case, manager, reported_at=case.start - MINUTE)

    assert refused.value.error_dict["reported_at"][0].code == "order"


def test_what_people_declare_is_due_as_the_limit_says(manager):
    case = down(limited(report_minutes=90), timezone.now() - HOUR)
    regulate(case, manager)
    assert case.report_due_at == case.start + 90 * MINUTE

    regulate(case, manager, report_due_at=None)
    assert case.report_due_at is None  # taken away on purpose


def test_a_due_time_that_is_given_holds(manager):
    case, due = down(limited(report_minutes=90), timezone.now() - HOUR), timezone.now() + HOUR
    regulate(case, manager, report_due_at=due)

    assert case.report_due_at == due


def test_a_declined_case_says_who_declined_and_why(page, manager):
    case = proposed()
    services.regulate(case, by=actor_of(manager), reportable=False, note="No type of the list.")
    shown = page(UserFactory(language="en")).get(case.get_absolute_url()).text

    assert "Report to the regulator" in shown
    block = shown.split('id="h-regulator"')[1].split("</section>")[0]
    assert "need not be reported" in block
    assert "No type of the list." in block
    assert str(actor_of(manager).label) in block


# Exactly all of it


@pytest.mark.once
@pytest.mark.parametrize(
    ("used", "level", "percent"),
    [(239.5, "warning", 99), (240, "used_up", 100), (240.1, "exceeded", 100), (0, "ok", 0), (400, "exceeded", 166)],
)
def test_exactly_all_of_it_is_used_up_and_not_exceeded(used, level, percent):
    found = Allowance(int(used * 60_000_000), 240 * 60_000_000)

    assert (found.level, found.percent_shown, bar(found, MONDAY).percent) == (level, percent, percent)


@pytest.mark.once
def test_a_limit_of_nothing_is_exceeded_by_anything():
    assert [Allowance(used, 0).level for used in (0, 1)] == ["ok", "exceeded"]


def test_the_notice_at_the_limit_does_not_speak_of_more(manager):
    case = down(limited(case_minutes=60, year_minutes=None), MONDAY - HOUR)
    checked(case, MONDAY)

    assert Notice.objects.get(recipient=manager).title.startswith("Limit of one case used up")
    assert case.report_proposed_at is None


def test_limits_of_before_the_switch_keep_to_their_minutes():
    both = limited(case_minutes=240, degradation_share=Decimal("0.2"))
    share = limited(case_minutes=None, degradation_share=Decimal("0.2"))
    import_module("suspensions.migrations.0016_limits_keep_their_meaning").by_the_minutes(apps, None)

    assert [ProcessLimit.objects.get(process=process).share_reported for process in (both, share)] == [False, True]
