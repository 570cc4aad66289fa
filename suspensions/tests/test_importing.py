"""An old journal comes in: every bad row is named by its number, and nothing is written unless asked."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone, translation
from openpyxl import Workbook

from accounts import organisation
from accounts.models import Organisation
from accounts.tests.factories import UserFactory
from notifications.models import Notice
from suspensions import importing, services
from suspensions.models import Suspension
from suspensions.services.moving import discard_block
from suspensions.tests.factories import RiskSourceFactory, SuspensionFactory, TechProcessFactory
from workflow.models import Event
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db
HEAD = "Process;Risk source;Start;Finish;Degradation;Description"
GOOD = "DU_25;Provider;05.03.2026 10:00;05.03.2026 11:30;;No link"


@pytest.fixture(autouse=True)
def dictionaries():
    TechProcessFactory(code="DU_25", number="25", name="Доверительное управление")
    RiskSourceFactory(code="PROVAIDER", name="Provider")


@pytest.fixture
def manager():
    return actor_of(UserFactory(manager=True))


def table(*lines, head=HEAD, encoding="utf-8"):
    return io.BytesIO("\r\n".join([head, *lines]).encode(encoding))


def book(*rows):
    made, file = Workbook(), io.BytesIO()
    for row in rows:
        made.active.append(row)
    made.save(file)
    return file


def faults(report):
    return [(fault.row, fault.column) for fault in report.faults]


def test_a_dry_run_writes_nothing(manager):
    report = importing.judge(table(GOOD), by=manager)

    assert (len(report.good), report.faults) == (1, [])
    assert not Suspension.objects.exists()


def test_good_rows_become_drafts_without_a_number_and_tell_nobody(manager):
    [case] = importing.write(importing.judge(table(GOOD), by=manager), by=manager)

    assert (case.status, case.number, case.author) == ("draft", None, manager.user)
    assert (case.start, case.finish) == (datetime(2026, 3, 5, 10, tzinfo=UTC), datetime(2026, 3, 5, 11, 30, tzinfo=UTC))
    assert not Suspension.objects.counted().exists()
    assert not Notice.objects.exists()


def test_drafts_are_confirmed_in_the_order_of_their_times(manager):
    later = GOOD.replace("05.03", "06.03")
    importing.write(importing.judge(table(later, GOOD), by=manager), by=manager)

    assert importing.confirm_drafts(importing.drafts_of(manager.user), by=manager) == 2

    assert list(Suspension.objects.order_by("start").values_list("number", flat=True)) == ["2026-0001", "2026-0002"]
    assert not importing.drafts_of(manager.user).exists()


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("UNKNOWN;Provider;05.03.2026 10:00;;;", "Process"),
        ("DU_25;Nobody;05.03.2026 10:00;;;", "Risk source"),
        ("DU_25;Provider;;05.03.2026 11:00;;", "Start"),
        ("DU_25;Provider;yesterday;;;", "Start"),
        ("DU_25;Provider;05.03.2026 10:00;05.03.2026 09:00;;", "Finish"),
        ("DU_25;Provider;05.03.2099 10:00;;;", "Start"),
        ("DU_25;Provider;05.03.2026 10:00;;1.5;", "Degradation"),
        ("DU_25;Provider;05.03.2026 10:00;;half;", "Degradation"),
        ("DU_25;Provider;05.03.2026 10:00;;;=1+1", "Description"),
        ("=cmd|' /C calc'!A0;Provider;05.03.2026 10:00;;;", "Process"),
        ("DU_25;Provider;05.03.2026 10:00;;;" + "x" * 5001, "Description"),
        ("DU_25;Provider;01.01.0001 10:00;;;", "Start"),
        ("DU_25", "Risk source"),
    ],
)
def test_a_bad_row_is_named_by_its_number(manager, line, column):
    report = importing.judge(table(GOOD, line), by=manager)

    assert (3, column) in faults(report)
    assert len(report.good) == 1
    with pytest.raises(ValidationError):
        importing.write(report, by=manager)
    assert not Suspension.objects.exists()


def test_bad_rows_are_left_out_when_that_is_said(manager):
    report = importing.judge(table(GOOD, "UNKNOWN;Provider;05.03.2026 10:00;;;"), by=manager)

    assert len(importing.write(report, by=manager, skip_bad=True)) == 1


def test_the_same_case_does_not_come_in_twice(manager):
    importing.write(importing.judge(table(GOOD), by=manager), by=manager)

    report = importing.judge(table(GOOD, GOOD.replace("05.03", "07.03"), GOOD.replace("05.03", "07.03")), by=manager)

    assert faults(report) == [(2, ""), (4, "")]


PLANNED = "Process;Risk source;Start;Finish;Planned;Why planned"


def test_past_planned_work_needs_its_reason_as_by_every_door(manager):
    bare = f"{GOOD.split(';;')[0]};yes;"
    assert importing.judge(table(bare, head=PLANNED), by=manager).faults[0].column == "Why planned"

    report = importing.judge(table(f"{bare}Agreed in letter 7", head=PLANNED), by=manager)
    [case] = importing.write(report, by=manager)
    assert (case.planned, Event.objects.about(case).get().note) == (True, "Agreed in letter 7")


def test_the_start_of_a_planned_draft_does_not_move_into_the_past_without_a_reason(manager):
    draft = SuspensionFactory(draft=True, planned=True, start=timezone.now() + timedelta(days=1), author=manager.user)
    with pytest.raises(ValidationError):
        services.correct(draft, by=manager, start=timezone.now() - timedelta(days=1))


@pytest.mark.parametrize("many", [False, True])
def test_a_draft_that_still_runs_is_told_of_when_it_is_taken_in(manager, many):
    process = TechProcessFactory(owner=UserFactory())
    runs = SuspensionFactory(draft=True, author=manager.user, process=process)
    SuspensionFactory(draft=True, author=manager.user, process=process, finish=timezone.now())
    if many:
        importing.confirm_drafts(importing.drafts_of(manager.user), by=manager)
    else:
        services.confirm(runs, by=manager)

    told = Notice.objects.get(recipient=process.owner)
    assert (told.kind, told.url) == ("suspension.registered", runs.get_absolute_url())


def test_many_drafts_are_taken_in_as_one_by_one(manager):
    importing.write(importing.judge(table(GOOD, GOOD.replace("2026", "2025")), by=manager), by=manager)
    one, other = importing.drafts_of(manager.user)
    importing.confirm_drafts(importing.drafts_of(manager.user), by=manager)
    alone = SuspensionFactory(draft=True, finish=timezone.now())
    services.confirm(alone, by=manager)

    lines = [Event.objects.about(case).latest("pk") for case in (one, alone)]
    assert [line.verb for line in lines] == ["confirm"] * 2
    assert [(line.before, set(line.after)) for line in lines] == [
        ({"status": "draft", "number": None}, {"status", "number"})
    ] * 2
    one.refresh_from_db(), other.refresh_from_db()
    assert (one.number, one.version, other.number) == ("2025-0001", 2, "2026-0001")


def test_an_import_is_discarded_for_a_reason_and_comes_back(manager):
    importing.write(importing.judge(table(GOOD), by=manager), by=manager)
    others = SuspensionFactory(draft=True)
    with pytest.raises(ValidationError):
        importing.discard_drafts(importing.drafts_of(manager.user), by=manager, note=" ")
    assert importing.discard_drafts(importing.drafts_of(manager.user), by=manager, note="The wrong year.") == 1

    assert list(Suspension.objects.present()) == [others]
    case = Suspension.objects.exclude(pk=others.pk).get()
    assert (case.deleted_by, case.deletion_note) == (manager.user, "The wrong year.")
    assert Event.objects.about(case).latest("pk").verb == "delete"
    assert importing.judge(table(GOOD), by=manager).faults == []
    services.undelete(case, by=actor_of(UserFactory(admin=True)))
    assert importing.drafts_of(manager.user).get() == case


def test_nobody_discards_what_entered_the_journal(manager):
    importing.write(importing.judge(table(GOOD), by=manager), by=manager)
    drafts = importing.drafts_of(manager.user)
    keys = list(drafts.values_list("pk", flat=True))
    importing.confirm_drafts(drafts, by=manager)

    assert discard_block(keys, by=manager, note="Late.") == 0


def test_of_two_that_import_the_same_the_later_writes_nothing(manager):
    first, second = (importing.judge(table(GOOD), by=manager) for _click in range(2))
    importing.write(first, by=manager)
    with pytest.raises(ValidationError):
        importing.write(second, by=manager)

    assert Suspension.objects.count() == 1


def test_a_large_import_costs_few_statements_a_block(manager, django_assert_max_num_queries):
    lines = [GOOD.replace("10:00", f"10:{minute:02d}") for minute in range(60)]
    report = importing.judge(table(*lines), by=manager)
    with django_assert_max_num_queries(15):
        importing.write(report, by=manager)
    with django_assert_max_num_queries(15):
        assert importing.confirm_drafts(importing.drafts_of(manager.user), by=manager) == 60


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_russian_tables_are_read_in_any_usual_encoding(manager, encoding, separator):
    head = "Процесс;Источник риска;Начало;Окончание;Доля деградации;Описание".replace(";", separator)
    line = "25;provider;2026-03-05 10:00;;30 %;Нет связи".replace(";", separator)

    report = importing.judge(table(line, head=head, encoding=encoding), by=manager)

    assert report.faults == []
    assert (report.good[0]["description"], float(report.good[0]["degradation"])) == ("Нет связи", 0.3)


def test_a_sheet_is_read_with_its_own_times(manager):
    file = book(
        ["Process", "Risk source", "Start", "Finish", "Planned", "Colour", "Why planned"],
        ["25", "Provider", datetime(2026, 3, 5, 10), datetime(2026, 3, 5, 11), "yes", "red", "Letter 7"],
        [],
        ["25", "Provider", "=NOW()", None, None, None],
    )
    report = importing.judge(file, by=manager)

    assert report.good[0]["planned"] is True
    assert report.ignored == ["Colour"]
    assert faults(report) == [(4, "Start")]


def test_times_stand_in_the_zone_of_the_head_or_of_the_organisation(manager):
    from_house = importing.judge(table(GOOD), by=manager)
    from_head = importing.judge(table(GOOD, head=HEAD.replace("Start", "Start, Europe/Moscow")), by=manager)

    assert (from_house.zone, from_head.zone) == ("UTC", "Europe/Moscow")
    assert from_house.good[0]["start"] - from_head.good[0]["start"] == timedelta(hours=3)


def test_an_hour_that_never_was_is_refused(manager):
    head = HEAD.replace("Start", "Start, Europe/Berlin")
    report = importing.judge(table("DU_25;Provider;29.03.2026 02:30;;;", head=head), by=manager)

    assert faults(report) == [(2, "Start")]


@pytest.mark.parametrize(
    "file",
    [
        io.BytesIO(b""),
        io.BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old"),
        io.BytesIO(b"PK\x03\x04 nothing"),
        io.BytesIO(b"\x00\x01\x02\x81\x98"),
        io.BytesIO(b"Start;Finish\n1;2"),
        table(head=HEAD + ";Start"),
    ],
)
def test_what_is_no_journal_is_refused_as_a_whole(manager, file):
    with pytest.raises(ValidationError) as refusal:
        importing.judge(file, by=manager)
    assert list(refusal.value.message_dict) == ["file"]


def test_the_journal_s_own_export_names_columns_that_come_in_again(manager):
    case = SuspensionFactory(restored=True)
    start = timezone.localtime(case.start)
    line = f"{case.process};{case.risk_source};{start:%Y-%m-%d %H:%M:%S.%f};;;"

    report = importing.judge(table(line), by=manager)

    assert report.faults == []


@pytest.mark.parametrize("form", ["csv_semicolon", "csv", "xlsx"])
@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_journal_s_own_file_comes_in_again(page, form, language):
    """A CSV for Excel says first what it is about: the table begins below that."""
    start = datetime(2026, 3, 5, 10, tzinfo=UTC)
    case = SuspensionFactory(start=start, finish=start + timedelta(hours=1), status="restored", description="A; b, c")
    Organisation.objects.update(name="Bonds, Shares, Funds & Co")
    organisation.forget()
    user = UserFactory(manager=True, language=language, time_zone="Asia/Vladivostok")
    file = io.BytesIO(b"".join(page(user).get("/suspensions/export/", {"format": form})))
    Suspension.objects.all().delete()
    with translation.override(language):
        report = importing.judge(file, by=actor_of(user))

    assert (report.faults, report.zone) == ([], "Asia/Vladivostok")
    [found] = report.good
    assert (found["start"], found["finish"], found["process"]) == (start, case.finish, case.process)
    assert found["description"] == "A; b, c"


def test_what_a_spreadsheet_made_of_the_blank_row_is_blank_too(manager):
    padded = io.BytesIO("\r\n".join(["Organisation;Vakhta;;;;", ";;;;;", HEAD, GOOD]).encode())
    report = importing.judge(padded, by=manager)

    assert (len(report.good), faults(report)) == (1, [])


def test_a_row_below_a_gap_is_no_head_of_a_table_that_has_one(manager):
    report = importing.judge(table(GOOD, "", "DU_25;Nobody;05.03.2026 10:00;;;"), by=manager)

    assert (len(report.good), faults(report)) == (1, [(4, "Risk source")])


def test_an_employee_imports_nothing(manager):
    employee = actor_of(UserFactory())
    with pytest.raises(PermissionDenied):
        importing.judge(table(GOOD), by=employee)
    with pytest.raises(PermissionDenied):
        importing.write(importing.judge(table(GOOD), by=manager), by=employee)


def test_a_row_without_a_finish_is_good_and_doubted(manager):
    report = importing.judge(table(GOOD, "DU_25;Provider;06.03.2019 10:00;;;"), by=manager)

    assert len(report.good) == 2
    assert [(doubt.row, doubt.column) for doubt in report.doubts] == [(3, "Finish")]
    assert "still running" in report.doubts[0].text


def test_work_that_is_to_come_is_not_doubted(manager):
    head, later = HEAD + ";Planned", f"{timezone.now() + timedelta(days=9):%d.%m.%Y} 10:00"

    assert importing.judge(table(f"DU_25;Provider;{later};;;;yes", head=head), by=manager).doubts == []
