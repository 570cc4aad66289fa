"""The organisation says whether a share of the service is what was lost or what was left; stored is what was lost."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from accounts import organisation
from accounts.models import Organisation
from accounts.tests.factories import UserFactory
from suspensions import importing, services, shares
from suspensions.forms.shares import ShareField
from suspensions.models import ProcessLimit, Suspension
from suspensions.tests.factories import (
    ProcessLimitFactory,
    RiskSourceFactory,
    SuspensionFactory,
    TechProcessFactory,
)
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
HEAD = "Process;Risk source;Start;Finish;"
LINE = "DU_25;Provider;05.03.2026 10:00;05.03.2026 11:30;"


@pytest.fixture(params=["lost", "left"])
def means(request):
    Organisation.objects.update(degradation_means=request.param)
    organisation.forget()
    return request.param


@pytest.fixture
def left():
    Organisation.objects.update(degradation_means="left")
    organisation.forget()


def degraded(share="0.3", **fields):
    return SuspensionFactory(kind="degradation", degradation=Decimal(share), **fields)


@pytest.mark.parametrize(("typed", "lost"), [("90", "0.1"), ("12.5", "0.875"), ("0", "1"), ("100", "0")])
def test_what_is_typed_as_left_is_kept_as_lost(left, typed, lost):
    assert ShareField().clean(typed) == Decimal(lost)


@pytest.mark.parametrize("typed", ["101", "-1", "NaN", "Infinity", "1e400", "33.333", "x"])
def test_what_is_no_share_is_refused(means, typed):
    with pytest.raises(ValidationError):
        ShareField().clean(typed)


def test_words_leave_no_doubt(means):
    said = {"lost": "30 % lost", "left": "70 % left"}

    assert shares.told("0.3000") == said[means]


def test_a_share_is_written_as_the_language_writes_numbers(left):
    with translation.override("ru"):
        assert shares.per_cent(Decimal("0.125")) == "12,5"


def test_recording_and_reading_agree(means, page):
    sent = {
        "processes": [TechProcessFactory().pk], "risk_source": RiskSourceFactory().pk, "currency": "RUB",
        "start": f"{timezone.localtime(timezone.now() - HOUR):%Y-%m-%dT%H:%M}", "kind": "degradation",
        "degradation": "90",
    }  # fmt: skip
    client = page(UserFactory())
    client.post("/suspensions/new/", sent)
    case = Suspension.objects.get()
    card = client.get(case.get_absolute_url()).text

    assert case.degradation == Decimal("0.9" if means == "lost" else "0.1")
    assert f"90 % {means}" in card
    assert client.get(f"/suspensions/{case.pk}/edit/").context["form"]["degradation"].value() == "90"


def test_the_form_says_which_share_it_asks_for(means, page):
    text = page(UserFactory()).get("/suspensions/new/").text
    words = {"lost": "Lost share of the service, %", "left": "Share of the service that was left, %"}

    assert words[means] in text
    assert ("an outage is 0." in text) == (means == "left")


def test_an_outage_stays_complete(left, page):
    case = SuspensionFactory(start=timezone.now() - HOUR)
    client = page(case.author)
    form = client.get(f"/suspensions/{case.pk}/edit/").context["form"]

    assert form["degradation"].value() == "0"


def test_another_share_is_typed_the_same_way(left, page):
    case = degraded(start=timezone.now() - HOUR)
    now = f"{timezone.localtime():%Y-%m-%dT%H:%M}"
    page(case.author).post(f"/suspensions/{case.pk}/segment/", {"start": now, "degradation": "60"})

    assert [row.degradation for row in case.segments.all()] == [Decimal("0.3"), Decimal("0.4")]


def test_a_limit_is_typed_and_shown_the_same_way(means, page):
    process = TechProcessFactory()
    sent = {
        "valid_from": "2026-01-01", "case_minutes": 240, "case_warn": 80, "year_warn": 80, "degradation_warn": 80,
        "degradation_share": "0.8", "document": "Order 12",
    }  # fmt: skip
    client = page(UserFactory(manager=True))
    client.post(f"/suspensions/processes/{process.pk}/limits/new/", sent)
    shown = client.get(f"/suspensions/processes/{process.pk}/").text

    assert ProcessLimit.objects.get().degradation_share == Decimal("0.8" if means == "lost" else "0.2")
    assert {"lost": "up to 80 % lost", "left": "at least 80 % left"}[means] in shown


def test_the_admin_writes_it_the_same_way(means, page):
    case = degraded("0.25")
    client = page(UserFactory(admin=True))
    text = client.get(f"/api/admin/suspensions/suspension/{case.pk}/change/").text

    assert f'value="{"0.25" if means == "lost" else "0.75"}"' in text
    assert f"25 % {means}" in text if means == "lost" else "75 % left" in text
    limit = ProcessLimitFactory(degradation_share=Decimal("0.2"))
    text = client.get(f"/api/admin/suspensions/processlimit/{limit.pk}/change/").text
    assert {"lost": "up to 20 % lost", "left": "at least 80 % left"}[means] in text


def test_the_timeline_tells_it_the_same_way(means, page):
    case = degraded(start=timezone.now() - HOUR)
    services.correct(case, by=actor_of(case.author), degradation=Decimal("0.4"))
    services.add_segment(case, by=actor_of(case.author), start=timezone.now(), degradation="0.8")
    text = page(case.author).get(case.get_absolute_url()).text

    told = {"lost": ["30 % lost", "40 % lost", "80 % lost"], "left": ["70 % left", "60 % left", "20 % left"]}
    assert all(words in text for words in told[means])


def test_the_export_and_the_import_understand_each_other(means, page):
    TechProcessFactory(code="DU_25", number="", name="Trust")
    case = degraded(status="restored", start=timezone.now() - HOUR, finish=timezone.now())
    answer = page(UserFactory(manager=True)).get("/suspensions/export/?format=csv")
    [head, row] = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig")), delimiter=","))[:2]
    share = row[6]
    assert (head[6], share) == {"lost": ("Degradation", "0.3"), "left": ("Share left", "0.7")}[means]

    Suspension.objects.filter(pk=case.pk).update(start=case.start - HOUR)
    RiskSourceFactory(name="The other one", code="PROVIDER")
    line = LINE.replace("Provider", "PROVIDER") + share
    report = importing.judge(io.BytesIO(f"{HEAD}{head[6]}\n{line}".encode()), by=actor_of(UserFactory(manager=True)))
    assert report.good[0]["degradation"] == Decimal("0.3")


@pytest.mark.parametrize(("column", "lost"), [("Degradation", {"lost": "0.1", "left": "0.9"}), ("Share left", "0.9")])
def test_an_old_journal_is_read_as_its_column_says(means, column, lost):
    TechProcessFactory(code="DU_25")
    RiskSourceFactory(name="Provider")
    report = importing.judge(io.BytesIO(f"{HEAD}{column}\n{LINE}10 %".encode()), by=actor_of(UserFactory(manager=True)))

    assert report.good[0]["degradation"] == Decimal(lost if isinstance(lost, str) else lost[means])


def test_the_api_stays_with_the_lost_share(left, api):
    case = degraded()

    assert api(UserFactory()).get(f"/api/v1/suspensions/{case.pk}/").json()["degradation"] == 0.3
