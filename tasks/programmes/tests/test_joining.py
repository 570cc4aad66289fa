"""People join a programme, with or without an account, and leave it."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from accounts.tests.factories import UserFactory
from notifications.models import Chat, Delivery, Notice
from tasks.models import JoinRequest, Member, Membership, Report
from tasks.programmes import links, services
from tasks.programmes.services.joining import joinable
from tasks.programmes.services.reporting import outside_words
from tasks.programmes.tests.factories import (
    MONDAY,
    JoinRequestFactory,
    MemberFactory,
    MembershipFactory,
    ProgrammeDayFactory,
    ProgrammeFactory,
    ReportFactory,
    at,
    organiser,
)
from workflow.actor import Actor, Channel
from workflow.models import Conflict, Event, MoveRefused
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db
ANNA = {
    "telegram_id": 501,
    "name": "Anna",
    "surname": "Zaytseva",
    "birth_date": date(1990, 12, 31),
    "city": "Kazan",
    "phone": "8 912 345-67-89",
}
NOON = at(MONDAY, 12)


def stranger():
    return Actor(User.objects.system(), Channel.TELEGRAM, label="Anna (Telegram, no account)")


def apply(by=None, when=NOON, **told):
    return services.apply(by=by or stranger(), at=when, **(ANNA | told))


def addressed():
    """Which kinds of messages went to which chats."""
    rows = Delivery.objects.exclude(address="").order_by("pk")
    return [(delivery.address, delivery.notice.kind) for delivery in rows]


def test_somebody_without_an_account_asks_to_take_part_and_organisers_hear_of_it():
    ProgrammeFactory()
    manager = UserFactory(manager=True)

    request = apply(language="ru")

    member = request.member
    assert (member.user, member.phone, member.language) == (None, "+79123456789", "ru")
    assert (request.status, request.applications) == ("pending", 1)
    notice = Notice.objects.get()
    assert (notice.recipient, notice.url) == (manager, request.get_absolute_url())
    assert Event.objects.about(request).get().actor_label == "Anna (Telegram, no account)"


def test_an_employee_is_remembered_with_the_account():
    ProgrammeFactory()
    user = UserFactory()

    assert apply(by=actor_of(user)).member.user == user


def test_auditors_take_no_part():
    ProgrammeFactory()

    with pytest.raises(PermissionDenied):
        apply(by=actor_of(UserFactory(auditor=True)))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "A1"),
        ("name", ""),
        ("surname", "<script>"),
        ("surname", "x" * 61),
        ("birth_date", date(2025, 1, 1)),
        ("birth_date", date(1800, 1, 1)),
        ("city", "7"),
        ("phone", "12"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_kept(field, value):
    ProgrammeFactory()

    with pytest.raises(ValidationError) as refusal:
        apply(**{field: value})

    assert list(refusal.value.message_dict) == [field]
    assert not Member.objects.exists()


def test_while_nobody_has_decided_applying_again_corrects():
    ProgrammeFactory()
    apply()

    request = apply(city="Perm")

    assert (request.applications, request.member.city) == (1, "Perm")
    assert JoinRequest.objects.count() == 1


def test_after_a_refusal_applying_again_is_counted():
    ProgrammeFactory()
    request = apply()
    for _time in range(2):
        services.decline_request(request, by=organiser(), note="Tell your full name")
        request = apply(surname="Zaytseva-Orlova")

    assert (request.status, request.applications) == ("pending", 3)
    assert list(JoinRequest.objects.repeated()) == [request]
    assert addressed() == [("501", "programme.refused")] * 2


def test_the_link_to_the_form_is_used_up_by_applying():
    ProgrammeFactory()
    token = links.token_for(501)
    assert links.applicant(token).member is None
    apply()

    with pytest.raises(ValidationError):
        links.applicant(token)


@pytest.mark.parametrize(("day", "open_"), [(0, True), (2, True), (3, False)])
def test_joining_is_possible_until_some_days_after_the_start(day, open_):
    programme = ProgrammeFactory(started=True, finish=MONDAY + timedelta(days=20), join_days=2)

    found = joinable(None, at(MONDAY + timedelta(days=day), 23))

    assert found == (programme if open_ else None)


@pytest.mark.parametrize("trait", ["ready", "finished", "cancelled"])
def test_nothing_that_is_over_is_joined(trait):
    ProgrammeFactory(**{trait: True})

    with pytest.raises(Conflict, match="no programme to join"):
        apply()


def test_who_takes_part_in_the_running_one_asks_for_the_next():
    membership = MembershipFactory(programme__join_days=20)
    JoinRequestFactory(programme=membership.programme, member=membership.member, status="approved")
    following = ProgrammeFactory(start=date(2026, 8, 1), finish=date(2026, 8, 2))

    assert joinable(membership.member, NOON) == following


def test_who_takes_part_already_is_told_so():
    membership = MembershipFactory(member__telegram_id=501)
    JoinRequestFactory(programme=membership.programme, member=membership.member, status="approved")

    with pytest.raises(Conflict, match="take part"):
        apply()


def test_who_was_excluded_does_not_come_back_by_asking():
    membership = MembershipFactory(member__telegram_id=501, excluded=True)
    JoinRequestFactory(programme=membership.programme, member=membership.member, status="approved")

    with pytest.raises(Conflict, match="excluded"):
        apply()


def test_what_is_long_over_is_no_reason():
    membership = MembershipFactory(member__telegram_id=501, excluded=True, programme__finished=True)
    JoinRequestFactory(programme=membership.programme, member=membership.member, status="approved")

    with pytest.raises(Conflict, match="no programme to join"):
        apply()


def test_approval_makes_a_member_and_tells_them_in_their_language():
    programme = ProgrammeFactory()
    request = JoinRequestFactory(programme=programme, member__telegram_id=501, member__language="ru")

    membership = services.approve_request(request, by=organiser())

    assert (membership.programme, membership.status) == (programme, "active")
    assert addressed() == [("501", "programme.admitted")]
    assert Notice.objects.get().language == "ru"
    assert not membership.reports.exists()


def test_who_comes_late_has_missed_the_days_before_without_blame():
    programme = ProgrammeFactory(started=True)
    days = [ProgrammeDayFactory(programme=programme, number=number) for number in (1, 2, 3)]
    request = JoinRequestFactory(programme=programme)

    membership = services.approve_request(request, by=organiser(), at=at(date(2026, 7, 22), 8))

    assert list(membership.reports.order_by("on").values_list("day", "status", "excused")) == [
        (days[0].pk, "not_participate", True),
        (days[1].pk, "not_participate", True),
    ]


def test_a_request_is_decided_once():
    request = JoinRequestFactory()
    stale = JoinRequest.objects.get(pk=request.pk)
    services.approve_request(request, by=organiser())

    with pytest.raises(MoveRefused) as refusal:
        services.decline_request(stale, by=organiser(), note="Late")
    with pytest.raises(MoveRefused):
        services.approve_request(stale, by=organiser())

    assert refusal.value.allowed == []
    assert Membership.objects.count() == 1


def test_a_request_to_what_is_over_is_not_approved():
    request = JoinRequestFactory(programme__finished=True)

    with pytest.raises(Conflict, match="over"):
        services.approve_request(request, by=organiser())


def test_organisers_read_the_name_in_the_order_of_their_language():
    ProgrammeFactory()
    UserFactory(manager=True, language="ru")

    apply(language="en", name="Анна", surname="Зайцева")

    assert "Зайцева Анна" in Notice.objects.get().title


def test_a_request_to_what_is_deleted_is_not_approved():
    request = JoinRequestFactory(programme__deleted_at=NOON)

    with pytest.raises(Conflict, match="deleted"):
        services.approve_request(request, by=organiser())
    assert not Membership.objects.exists()


@pytest.mark.parametrize("over", [{"finished": True}, {"cancelled": True}, {"deleted_at": NOON}])
def test_what_is_asked_of_a_programme_that_is_over_waits_no_more(over):
    request = JoinRequestFactory(**{f"programme__{name}": value for name, value in over.items()})

    assert not request.member.requests.pending().exists()
    assert outside_words(request.member) == "You take part in no programme that is running."


def test_nobody_is_excluded_from_what_is_over():
    membership = MembershipFactory(programme=ProgrammeFactory(finished=True))

    with pytest.raises(Conflict, match="over"):
        services.exclude(membership, by=organiser(), note="Too late")
    assert not Notice.objects.exists()


class TestAnotherTelegram:
    """An employee has linked another Telegram account since they first asked."""

    @pytest.fixture
    def anna(self):
        return UserFactory(telegram_id=502)

    @pytest.fixture
    def known(self, anna):
        return MemberFactory(telegram_id=501, user=anna)

    def test_they_are_the_same_member_and_are_written_to_there(self, anna, known):
        ProgrammeFactory()

        request = apply(by=actor_of(anna), telegram_id=502)

        known.refresh_from_db()
        assert (request.member, known.telegram_id) == (known, 502)
        assert Member.objects.count() == 1

    @pytest.mark.parametrize("is_known_there", [False, True])
    def test_they_take_part_once(self, anna, known, is_known_there):
        programme = ProgrammeFactory()
        services.approve_request(JoinRequestFactory(programme=programme, member=known), by=organiser())
        if is_known_there:
            MemberFactory(telegram_id=502)

        with pytest.raises(Conflict, match="already"):
            apply(by=actor_of(anna), telegram_id=502)
        assert Membership.objects.count() == 1


@pytest.mark.parametrize("note", ["", "  ", "x" * 501])
def test_declining_needs_a_reason_that_fits(note):
    with pytest.raises(ValidationError):
        services.decline_request(JoinRequestFactory(), by=organiser(), note=note)


def test_employees_decide_nothing():
    by = actor_of(UserFactory(technician=True))

    with pytest.raises(PermissionDenied):
        services.approve_request(JoinRequestFactory(), by=by)
    with pytest.raises(PermissionDenied):
        services.exclude(MembershipFactory(), by=by, note="No")


def test_a_profile_is_corrected_until_it_is_approved():
    request = JoinRequestFactory()
    services.correct_profile(request.member, by=stranger(), city="  Perm ", phone="8 912 000 00 00")
    assert (request.member.city, request.member.phone) == ("Perm", "+79120000000")
    services.approve_request(request, by=organiser())

    with pytest.raises(Conflict, match="ask the organisers"):
        services.correct_profile(request.member, by=stranger(), city="Kazan")


def test_organisers_correct_it_later_and_nobody_corrects_another():
    member = JoinRequestFactory().member
    services.edit_member(member, by=organiser(), surname="Orlova")
    assert member.surname == "Orlova"

    with pytest.raises(PermissionDenied):
        services.correct_profile(member, by=actor_of(UserFactory()), surname="Gusev")
    with pytest.raises(ValidationError):
        services.edit_member(member, by=organiser(), phone="12")


def test_excluding_ends_the_open_day_and_leaves_what_was_sent():
    membership = MembershipFactory()
    waiting = ReportFactory(membership=membership)
    sent = ReportFactory(membership=membership, day__number=2, reviewing=True)

    services.exclude(membership, by=organiser(), note="Asked for it", at=NOON)

    assert membership.status == "excluded"
    assert addressed() == [(str(membership.member.telegram_id), "programme.excluded")]
    assert [Report.objects.get(pk=one.pk).status for one in (waiting, sent)] == ["not_participate", "reviewing"]


def test_who_is_taken_back_starts_counting_afresh():
    membership = MembershipFactory(excluded=True)

    services.readmit(membership, by=organiser(), at=NOON)

    assert (membership.status, membership.reason, membership.counts_from) == ("active", "", MONDAY)
    with pytest.raises(MoveRefused):
        services.readmit(membership, by=organiser(), at=NOON)


def test_whoever_blocked_the_bot_is_seen_and_not_written_to():
    request = JoinRequestFactory(member__telegram_id=501)
    Chat.objects.create(telegram_id=501, kind="private", closed_at=NOON, error="403 Forbidden: bot was blocked")

    services.approve_request(request, by=organiser())

    assert addressed() == []
    assert Member.objects.blocked().get() == request.member
    assert JoinRequest.objects.for_list().get().has_blocked
    assert Membership.objects.for_list().get().has_blocked
    assert request.member.is_blocked
    assert not MemberFactory().is_blocked


def test_points_are_approved_reports():
    membership = MembershipFactory()
    for number, trait in enumerate([{"approved": True}, {"approved": True}, {"declined": True}, {}], 1):
        ReportFactory(membership=membership, day__number=number, **trait)

    row = Membership.objects.for_list().get()

    assert (row.points, row.declined_count, row.missed_count) == (2, 1, 0)
