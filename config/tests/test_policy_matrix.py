"""Every route, method and role against the policy table; a route without a declared policy fails here."""

from types import SimpleNamespace

import pytest
from django.http import FileResponse
from django.test import Client
from rest_framework.permissions import AllowAny
from rest_framework.test import APIClient

from accounts import policy
from accounts.permissions import declared
from accounts.policy import POLICY, ROLES
from accounts.tests.factories import UserFactory
from config.tests.routes import API, METHODS, PAGES
from config.tests.samples import OWN_SAMPLES, concerned, sample

pytestmark = [pytest.mark.once, pytest.mark.django_db]

# What strangers reach. A new line here is a decision, not an accident.
PUBLIC = {
    "api/health/",
    "api/health/live/",
    "api/health/ready/",
    "api/identity/auth/invitations/accept",
    "api/identity/auth/jwt/create",
    "api/identity/auth/jwt/refresh",
    "api/identity/auth/jwt/verify",
    "api/identity/auth/users",
    "api/identity/auth/users/reset_password",
    "api/identity/auth/users/reset_password_confirm",
    "api/v1/ping/%(token)s/",  # a job shows the token of its heartbeat
    "api/v1/ping/%(token)s/fail/",
    "api/v1/ping/%(token)s/log/",
    "api/v1/ping/%(token)s/start/",
    "api/v1/intake/",  # machines show a token of their own
    "api/v1/intake/%(token)s/",
    "api/v1/intake/incidents/",
    "api/v1/intake/incidents/%(pk)s/",
    "bot/webhook/",  # Telegram shows a secret
    "heartbeats/badges/%(signed)s.svg",  # a wiki shows the signed address of the picture
    "invitation/%(token)s/",
    "language/",
    "metrics",  # asks for a token of its own, or for an administrator
    "notifications/bell/",  # tells a poll whose session is over to stop
    "password/forgotten/",
    "password/reset/%(uid)s/%(token)s/",
    "programmes/join/%(token)s/",  # the bot gave the signed link to one person
    "register/",
    "sign-in/",
    "sign-in/code/",
    "theme/",
}


def verbs_of(route, method):
    """The verbs that open this method of an API route; any of them is enough."""
    view = SimpleNamespace(
        policy=route.policy, action=route.actions[method], request=SimpleNamespace(method=method.upper())
    )
    return declared(view)


@pytest.fixture(autouse=True)
def _closed_files(monkeypatch):
    """Downloads are opened by the hundred here, and nobody reads them: each test closes what it was sent."""
    opened = []
    original = FileResponse.__init__

    def remembered(self, *args, **kwargs):
        original(self, *args, **kwargs)
        opened.append(self)

    monkeypatch.setattr(FileResponse, "__init__", remembered)
    yield
    for answer in opened:
        answer.close()


def is_public(route):
    if not route.is_api:
        return getattr(route.view, "login_required", True) is False
    if not route.actions:
        return False
    view = route.view()
    view.action = next(iter(route.actions.values()), None)
    return any(isinstance(permission, AllowAny) for permission in view.get_permissions())


def test_what_strangers_reach_is_known():
    found = {route.path for route in [*API, *PAGES] if is_public(route)}

    assert found == PUBLIC


def test_every_method_of_every_api_route_declares_its_verb():
    silent = [
        (method, route.path)
        for route in API
        if not is_public(route)
        for method in route.actions
        if not verbs_of(route, method) or set(verbs_of(route, method)) - POLICY.keys()
    ]

    assert silent == []


def test_every_page_declares_its_verb():
    assert [route.path for route in PAGES if not is_public(route) and route.policy not in POLICY] == []


@pytest.mark.parametrize("samples", [{}, OWN_SAMPLES], ids=["others", "own"])
@pytest.mark.parametrize("role", ROLES)
def test_the_api_obeys_the_table(role, samples):
    wrong = []
    for route in concerned(API, samples):
        for method in [] if is_public(route) else route.actions:
            user = UserFactory(role=role)
            keys, subject = sample(route, user, samples)
            client = APIClient(raise_request_exception=False)
            client.force_authenticate(user)
            status = client.generic(method.upper(), route.at(**keys), "{}", content_type="application/json").status_code
            may = any(
                policy.allows(user, verb, subject if relates(subject) else None) for verb in verbs_of(route, method)
            )
            refusals = {403, 404} if is_hidden(subject, user) else {403}
            if status >= 500 or (may and status in {401, 403}) or (not may and status not in refusals):
                wrong.append((method, route.path, "may" if may else "may not", status))

    assert wrong == []


def relates(subject):
    return hasattr(subject, "relations")


def is_hidden(subject, user):
    """Say whether the object is one that this person may not even know of."""
    rows = type(subject)._default_manager.all() if subject else None
    return hasattr(rows, "visible_to") and not rows.visible_to(user).filter(pk=subject.pk).exists()


def test_strangers_get_401_from_the_api():
    wrong = []
    for route in API:
        for method in [] if is_public(route) else route.actions:
            keys, _subject = sample(route, UserFactory())
            answer = APIClient().generic(method.upper(), route.at(**keys), "{}", content_type="application/json")
            if answer.status_code != 401 and not is_page(route, answer):
                wrong.append((method, route.path, answer.status_code))

    assert wrong == []


def is_page(route, answer):
    """Swagger and ReDoc are for people: strangers are led to the sign-in."""
    return route.view.__name__ in {"SwaggerView", "RedocView"} and answer["Location"].startswith("/sign-in/")


def test_methods_that_are_not_offered_are_405():
    offered = {}
    for route in API:
        offered.setdefault(route.path, set()).update(route.actions)
    wrong = []
    admin = UserFactory(admin=True)
    client = APIClient()
    client.force_authenticate(admin)
    for route in API:
        keys, _subject = sample(route, admin)
        for method in set(METHODS) - offered[route.path]:
            answer = client.generic(method.upper(), route.at(**keys), "{}", content_type="application/json")
            if answer.status_code != 405 and not is_page(route, answer):
                wrong.append((method, route.path, answer.status_code))

    assert wrong == []


@pytest.mark.parametrize("samples", [{}, OWN_SAMPLES], ids=["others", "own"])
@pytest.mark.parametrize("role", ROLES)
def test_pages_obey_the_table(role, samples):
    wrong = []
    for route in concerned(PAGES, samples):
        for method in [] if is_public(route) else ["get", "post"]:
            user = UserFactory(role=role)
            keys, subject = sample(route, user, samples)
            client = Client(raise_request_exception=False)
            client.force_login(user)
            status = getattr(client, method)(route.at(**keys)).status_code
            may = policy.allows(user, route.policy, subject if relates(subject) else None)
            if status >= 500 or (may and status in {401, 403}) or (not may and status not in {403, 404, 405}):
                wrong.append((method, route.path, "may" if may else "may not", status))

    assert wrong == []


def test_strangers_are_led_to_the_sign_in_from_every_page():
    wrong = []
    for route in PAGES:
        if not is_public(route):
            keys, _subject = sample(route, UserFactory())
            answer = Client().get(route.at(**keys))
            if answer.status_code != 302 or not answer["Location"].startswith("/sign-in/"):
                wrong.append((route.path, answer.status_code))

    assert wrong == []
