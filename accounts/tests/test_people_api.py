import pytest
from django.contrib.contenttypes.models import ContentType

from accounts import services
from accounts.models import Invitation, Role, Standing, User
from accounts.tests.acting import by, fresh
from accounts.tests.factories import UserFactory
from incidents.tests.factories import IncidentFactory
from notifications.models import Notice
from workflow.models import Event

pytestmark = pytest.mark.django_db
USERS, INVITATIONS = "/api/v1/users/", "/api/v1/invitations/"
SHORT = {"id", "username", "name"}


@pytest.fixture
def admin(api):
    return api(UserFactory(admin=True, username="boss", last_name="Admin"))


def names(answer):
    return {person["username"] for person in answer.json()["results"]}


@pytest.mark.parametrize("role", ["user", "technician", "manager", "auditor"])
def test_everybody_picks_active_people_by_short_fields(api, role):
    UserFactory(username="orlov", last_name="Орлов")
    UserFactory(username="gone", inactive=True)
    UserFactory(username="new", unapproved=True)
    User.objects.system()
    answer = api(UserFactory(role=role, username="reader")).get(USERS)

    assert names(answer) == {"orlov", "reader"}
    assert all(set(person) == SHORT for person in answer.json()["results"])


@pytest.mark.parametrize("search", ["Орл", "ILYA", "orlov@", "ilya орлов"])
def test_people_are_found_by_name_or_email(api, search):
    UserFactory(username="orlov", first_name="Ilya", last_name="Орлов", email="orlov@example.org")

    assert names(api(UserFactory(username="reader")).get(USERS, {"search": search})) == {"orlov"}


def test_an_administrator_sees_everybody_whole_but_the_system(admin):
    UserFactory(username="gone", inactive=True)
    UserFactory(username="new", unapproved=True)
    User.objects.system()
    answer = admin.get(USERS)

    assert names(answer) == {"boss", "gone", "new"}
    assert {"email", "role", "standing", "second_factor", "version"} <= set(answer.json()["results"][0])
    assert names(admin.get(USERS, {"standing": ["waiting", "deactivated"]})) == {"gone", "new"}
    assert names(admin.get(USERS, {"role": "admin"})) == {"boss"}
    assert admin.get(USERS, {"standing": "nonsense"}).status_code == 400


def test_the_list_costs_the_same_for_fifty(admin, django_assert_max_num_queries):
    UserFactory.create_batch(50)

    with django_assert_max_num_queries(3):
        assert len(admin.get(USERS).json()["results"]) == 51


def test_what_a_person_may_not_see_looks_like_what_is_not_there(api):
    reader, gone = api(UserFactory()), UserFactory(inactive=True)
    missing = reader.get(f"{USERS}999999/")

    for pk in (gone.pk, User.objects.system().pk):
        answer = reader.get(f"{USERS}{pk}/")
        assert (answer.status_code, answer.json()) == (404, missing.json())


def test_the_system_is_hidden_from_administrators_too(admin):
    assert admin.get(f"{USERS}{User.objects.system().pk}/").status_code == 404
    assert admin.post(f"{USERS}{User.objects.system().pk}/deactivate/").status_code == 404


@pytest.mark.parametrize("role", ["user", "technician", "manager", "auditor"])
@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("set-role", {"role": "admin"}),
        ("deactivate", {}),
        ("activate", {}),
        ("approve", {}),
        ("refuse", {}),
        ("set-password", {"password": "another long secret"}),
        ("sign-out", {}),
        ("reset-second-factor", {}),
    ],
)
def test_nobody_but_administrators_does_anything_to_people(api, role, verb, body):
    user = UserFactory(role=role)

    for pk in (user.pk, UserFactory().pk):
        assert api(user).post(f"{USERS}{pk}/{verb}/", body).status_code == 403
    assert fresh(user).role == role


@pytest.mark.parametrize("role", ["user", "technician", "manager", "auditor"])
def test_nobody_but_administrators_creates_edits_or_invites(api, role):
    user = UserFactory(role=role)
    client = api(user)

    assert client.post(USERS, {"username": "x", "email": "x@example.org"}).status_code == 403
    assert client.patch(f"{USERS}{user.pk}/", {"role": "admin"}).status_code == 403
    assert client.post(f"{USERS}invite/", {"email": "x@example.org", "role": "user"}).status_code == 403
    assert client.get(INVITATIONS).status_code == 403
    assert fresh(user).role == role


@pytest.mark.parametrize("field", ["role", "is_staff", "is_superuser", "email", "username", "department", "id"])
def test_ones_own_profile_does_not_raise_anybody(api, field):
    user = UserFactory(department="Sales")
    before = User.objects.values().get(pk=user.pk)
    answer = api(user).patch(f"{USERS}me/", {field: "admin"})

    assert answer.status_code == 200
    assert User.objects.values().get(pk=user.pk) == before


def test_ones_own_preferences_are_changed(api):
    user = UserFactory()
    answer = api(user).patch(f"{USERS}me/", {"time_zone": "Asia/Omsk", "language": "ru", "theme": "dark"})

    assert answer.json()["time_zone"] == "Asia/Omsk"
    assert (fresh(user).language, fresh(user).theme) == ("ru", "dark")
    assert api(user).patch(f"{USERS}me/", {"time_zone": "Mars/Olympus"}).status_code == 400


def test_an_administrator_creates_a_person_once(admin):
    body = {"username": "orlov", "email": "orlov@example.org", "role": "technician", "department": "IT"}
    first, again = (admin.post(USERS, body, HTTP_IDEMPOTENCY_KEY="k1") for _attempt in range(2))

    assert (first.status_code, first.json()["standing"]) == (201, "active")
    assert again.json() == first.json()
    assert admin.post(USERS, body).status_code == 400
    assert User.objects.get(username="orlov").role == Role.TECHNICIAN


def test_a_card_is_changed_with_its_version(admin):
    user = UserFactory()
    answer = admin.patch(f"{USERS}{user.pk}/", {"department": "IT", "role": "manager"}, HTTP_IF_MATCH='"1"')
    assert (answer.json()["department"], answer.json()["role"]) == ("IT", "manager")

    stale = admin.patch(f"{USERS}{user.pk}/", {"department": "Sales"}, HTTP_IF_MATCH='"1"')

    assert stale.status_code == 412
    assert stale.json()["version"] == answer.json()["version"]


@pytest.mark.parametrize(
    "field", ["is_active", "approved_at", "token_version", "must_change_password", "standing", "last_login", "version"]
)
def test_what_the_server_sets_is_ignored(admin, field):
    user = UserFactory()
    before = User.objects.values().get(pk=user.pk)
    admin.patch(f"{USERS}{user.pk}/", {field: 0})

    assert User.objects.values().get(pk=user.pk) == before


def test_nobody_is_ever_deleted(admin):
    assert admin.delete(f"{USERS}{UserFactory().pk}/").status_code == 405


@pytest.mark.parametrize(
    ("traits", "verb", "standing"),
    [
        ({"unapproved": True}, "approve", "active"),
        ({"unapproved": True}, "refuse", "refused"),
        ({}, "deactivate", "deactivated"),
        ({"inactive": True}, "activate", "active"),
    ],
)
def test_standing_is_changed_by_verbs_once(admin, traits, verb, standing):
    user = UserFactory(**traits)
    answer, again = (admin.post(f"{USERS}{user.pk}/{verb}/", {"note": "As agreed."}) for _attempt in range(2))

    assert (answer.status_code, answer.json()["standing"]) == (200, standing)
    assert again.status_code == 409
    assert Event.objects.about(user).last().note == "As agreed."


def test_the_last_administrator_stays(api):
    boss = UserFactory(admin=True)
    client = api(boss)

    assert client.post(f"{USERS}{boss.pk}/deactivate/").status_code == 409
    assert client.post(f"{USERS}{boss.pk}/set-role/", {"role": "user"}).status_code == 409
    assert client.patch(f"{USERS}{boss.pk}/", {"role": "user"}).status_code == 409
    assert fresh(boss).standing == Standing.ACTIVE


def test_an_unknown_role_is_a_bad_request(admin):
    assert admin.post(f"{USERS}{UserFactory().pk}/set-role/", {"role": "emperor"}).status_code == 400


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 18, "9" * 30])
def test_an_id_that_is_nobody_is_not_found(admin, pk):
    assert admin.get(f"{USERS}{pk}/").status_code == 404
    assert admin.post(f"{USERS}{pk}/deactivate/").status_code == 404


def test_somebody_is_invited_and_the_letter_is_in_their_language(admin):
    answer = admin.post(f"{USERS}invite/", {"email": "orlov@example.org", "role": "technician", "language": "ru"})
    letter = Notice.objects.get(kind="accounts.invitation")

    assert (answer.status_code, answer.json()["state"]) == (201, "open")
    assert answer.json()["link"] in letter.body
    assert "приглашает" in letter.title
    assert "link" not in admin.get(f"{INVITATIONS}{answer.json()['id']}/").json()


def test_links_lead_to_the_address_of_the_product(admin, settings):
    settings.APPLICATION_URL = "https://journal.example.org/"
    answer = admin.post(f"{USERS}invite/", {"email": "orlov@example.org", "role": "user"})

    assert answer.json()["link"].startswith("https://journal.example.org/invitation/")


def test_invitations_are_listed_sent_again_and_withdrawn(admin):
    pk = admin.post(f"{USERS}invite/", {"email": "orlov@example.org", "role": "user"}).json()["id"]
    resent = admin.post(f"{INVITATIONS}{pk}/resend/")
    assert (resent.status_code, resent.json()["times_sent"]) == (200, 2)
    assert admin.post(f"{INVITATIONS}{pk}/withdraw/", {"note": "Mistaken."}).json()["state"] == "withdrawn"

    assert admin.post(f"{INVITATIONS}{pk}/resend/").status_code == 409
    assert admin.get(INVITATIONS, {"state": "open"}).json()["count"] == 0
    assert admin.get(INVITATIONS, {"state": "withdrawn"}).json()["count"] == 1
    assert admin.get(INVITATIONS, {"state": "nonsense"}).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        {"email": "nowhere", "role": "user"},
        {"email": "x@example.org", "role": "emperor"},
        {"role": "user"},
        {"email": "x@example.org", "role": "user", "language": "xx"},
    ],
)
def test_a_bad_invitation_is_refused(admin, body):
    assert admin.post(f"{USERS}invite/", body).status_code == 400
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(("role", "code"), [("manager", 200), ("admin", 200), ("technician", 403), ("auditor", 403)])
def test_open_work_is_handed_over_in_one_step(api, role, code):
    leaver, successor = UserFactory(technician=True), UserFactory(technician=True)
    mine = [IncidentFactory(in_progress=True, assignee=leaver) for _each in range(2)]
    IncidentFactory(closed=True, assignee=leaver)
    services.deactivate(leaver, by=by(UserFactory(admin=True)))
    client = api(UserFactory(role=role))
    answer = client.post(f"{USERS}{leaver.pk}/hand-over/", {"to": successor.pk, "note": "Left."})

    assert answer.status_code == code
    if code == 200:
        assert answer.json() == {"work": {"incidents": 2}}
        assert {incident.assignee for incident in map(reread, mine)} == {successor}
        assert client.get(f"{USERS}{leaver.pk}/work/").json() == {"work": {}}
        kind = ContentType.objects.get_for_model(mine[0])
        assert Event.objects.filter(subject_type=kind, verb="assign", note="Left.").count() == 2


def reread(incident):
    return type(incident).objects.get(pk=incident.pk)


def test_work_that_the_successor_may_not_do_stays_where_it_is(api):
    leaver = UserFactory(technician=True)
    incident = IncidentFactory(in_progress=True, assignee=leaver)
    client = api(UserFactory(manager=True))

    assert client.post(f"{USERS}{leaver.pk}/hand-over/", {"to": UserFactory().pk}).status_code == 400
    assert client.post(f"{USERS}{leaver.pk}/hand-over/", {"to": leaver.pk}).status_code == 400
    assert client.post(f"{USERS}{leaver.pk}/hand-over/", {"to": UserFactory(inactive=True).pk}).status_code == 400
    assert reread(incident).assignee == leaver


def test_a_timeline_of_a_person_is_for_administrators_and_auditors(api):
    user = UserFactory()
    services.set_role(user, by=by(UserFactory(admin=True)), role=Role.MANAGER)

    for role, code in {"admin": 200, "auditor": 200, "manager": 403, "user": 403}.items():
        answer = api(UserFactory(role=role)).get(f"{USERS}{user.pk}/timeline/")
        assert answer.status_code == code
    assert api(UserFactory(auditor=True)).get(f"{USERS}{user.pk}/timeline/").json()["results"][0]["verb"] == "set-role"
