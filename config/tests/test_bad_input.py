"""No request, however broken, is answered with a server error or leaves something that breaks the next one."""

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.tests.factories import UserFactory
from config.tests.junk import CONTENT_TYPES, FIELDWISE, PAGING, QUERIES, RAW
from config.tests.routes import API, PAGES
from config.tests.samples import address
from incidents.tests.factories import IncidentFactory

pytestmark = pytest.mark.django_db
LIST = "/api/v1/incidents/"
SIGN_IN = "/api/identity/auth/jwt/create/"
WRITING = [(route, method) for route in API for method in route.actions if method != "get"]
PAGED = [route for route in API if route.path.startswith("api/v1/") and "get" in route.actions]
KEYED = [route for route in [*API, *PAGES] if "%(pk)s" in route.path]
MULTIPART = b'--x\r\nContent-Disposition: form-data; name="description"\r\n\r\nb\r\n--x--\r\n'


@pytest.fixture
def admin():
    return UserFactory(admin=True)


@pytest.fixture
def hostile(admin):
    """A signed-in client that shows server errors as answers."""
    client = Client(raise_request_exception=False)
    client.force_login(admin)
    return client


def faults(answers):
    for _what, answer in answers:
        b"".join(answer)  # a file is closed when it was read
    return [(what, answer.status_code) for what, answer in answers if answer.status_code >= 500]


def send(client, method, path, body, content_type="application/json"):
    return path, client.generic(method.upper(), path, body, content_type=content_type)


@pytest.mark.parametrize("wrong", FIELDWISE)
def test_no_value_breaks_a_route(admin, wrong):
    api = APIClient(raise_request_exception=False)
    api.force_authenticate(admin)  # one of the routes signs out, another changes the password

    answers = [send(api, method, address(route, admin), FIELDWISE[wrong]) for route, method in WRITING]

    assert faults(answers) == []
    assert api.get(LIST).status_code == 200


@pytest.mark.parametrize("body", RAW)
def test_no_body_breaks_a_route(hostile, body):
    one = f"{LIST}{IncidentFactory().pk}/"
    targets = [
        ("post", LIST),
        ("patch", one),
        ("patch", f"{one}status/"),
        ("post", f"{one}comments/"),
        ("post", SIGN_IN),
    ]

    answers = [send(hostile, method, path, RAW[body]) for method, path in targets]

    assert faults(answers) == []
    assert hostile.get(LIST).status_code == 200


@pytest.mark.parametrize("body", RAW | FIELDWISE)
def test_no_body_breaks_the_comparison_of_repeated_requests(hostile, body):
    for _attempt in range(2):
        answer = hostile.post(LIST, (RAW | FIELDWISE)[body], "application/json", headers={"Idempotency-Key": "a"})

        assert answer.status_code < 500


@pytest.mark.once
@pytest.mark.parametrize("content_type", CONTENT_TYPES)
@pytest.mark.parametrize("data", [b"{}", MULTIPART])
def test_no_content_type_breaks_a_route(hostile, content_type, data):
    targets = [LIST, SIGN_IN, "/sign-in/", "/incidents/new/", f"/incidents/{IncidentFactory().pk}/take/"]

    answers = [send(hostile, "post", path, data, content_type) for path in targets]

    assert faults(answers) == []


@pytest.mark.parametrize("name", QUERIES)
def test_no_query_breaks_the_list(hostile, name):
    paths = [LIST, f"{LIST}export/", *(["/incidents/"] if name not in PAGING else [])]

    answers = [(value[:80], hostile.get(f"{path}?{name}={value}")) for value in QUERIES[name] for path in paths]

    assert faults(answers) == []


@pytest.mark.parametrize("route", PAGED, ids=lambda route: route.path)
def test_no_query_breaks_the_pages_of_a_list(hostile, admin, route):
    path = address(route, admin)
    queries = [f"{name}={value}" for name in PAGING for value in PAGING[name]] + ["search=" + "a+" * 1500]

    answers = [(query[:80], hostile.get(f"{path}?{query}")) for query in queries]

    assert faults(answers) == []


@pytest.mark.parametrize("pk", ["9223372036854775808", "9" * 5000])
def test_no_number_in_an_address_breaks_a_route(hostile, pk):
    answers = [
        send(hostile, method, route.at(pk=pk, number=pk, window=pk), b"{}")
        for route in KEYED
        for method in (("get", "patch") if route.is_api else ("get", "post"))
    ]

    assert faults(answers) == []


@pytest.mark.once
@pytest.mark.parametrize("key", ["x", "%00", "%ff", "0000-00-00", "9999-99-99", "9" * 5000, "a" * 5000, "..%2f"])
def test_no_key_in_an_address_breaks_a_route(hostile, key):
    marks = ["%(sid)s", "%(date)s"]
    named = [route.path.replace(mark, key) for mark in marks for route in API if mark in route.path]

    answers = [send(hostile, method, f"/{path}", b"{}") for path in named for method in ("get", "post", "put")]

    assert faults(answers) == []


@pytest.mark.once
@pytest.mark.parametrize("cookie", ['"\\000abcdefgh"', "x", "é" * 40, "'; DROP TABLE", '"\\377\\376abcdefgh"'])
@pytest.mark.parametrize("path", [LIST, "/", "/sign-in/", "/api/admin/"])
def test_no_cookie_breaks_a_page(cookie, path):
    client = Client(raise_request_exception=False)

    answer = client.get(path, headers={"Cookie": f"sessionid={cookie}; csrftoken={cookie}; theme={cookie}"})

    assert answer.status_code < 500


@pytest.mark.once
@pytest.mark.parametrize(
    "header",
    ["Bearer", "Bearer ", "Bearer x", "Bearer a.b.c", "Bearer é", "bearer x y", "Basic eDp4", "Bearer " + "x" * 9000],
)
def test_no_token_breaks_the_api(client, header):
    answer = client.get(LIST, headers={"Authorization": header})

    assert answer.status_code == 401
