import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import path
from django.views import View
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from workflow.address import LONGEST_KNOWN, client_address, known_client
from workflow.network import check_networks, is_reachable_from_outside, reachable_from_outside

OUTSIDE, INSIDE = "203.0.113.7", "192.168.5.20"


def healthy(request):
    return HttpResponse("ok")


def plain(request):
    return HttpResponse("inside only")


@reachable_from_outside
def hook(request):
    return HttpResponse("for everybody")


@reachable_from_outside
class Intake(APIView):
    permission_classes = [AllowAny]
    authentication_classes = []

    def get(self, request):
        return Response({"for": "everybody"})


@reachable_from_outside
class Page(View):
    pass


urlpatterns = [
    path("api/health/ready/", healthy),
    path("plain/", plain),
    path("hook/", hook),
    path("api/v1/plain/", plain),
    path("api/v1/intake/", Intake.as_view()),
]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _without_sign_in(settings):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "LoginRequired" not in name]


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.1.2.3", "172.31.0.1", INSIDE, "fd12::1", "fe80::1%eth0"])
def test_loopback_and_private_addresses_are_let_in_by_default(client, address):
    assert client.get("/plain/", REMOTE_ADDR=address).status_code == 200


@pytest.mark.parametrize("address", [OUTSIDE, "172.32.0.1", "2001:db8::1", "8.8.8.8", "::ffff:8.8.8.8", "nonsense"])
def test_everybody_else_is_refused(client, address):
    assert client.get("/plain/", REMOTE_ADDR=address).status_code == 403


def test_an_api_client_outside_gets_the_one_error_shape(client):
    response = client.get("/api/v1/plain/", REMOTE_ADDR=OUTSIDE)

    assert response.status_code == 403
    assert response.json()["type"] == "client_error"
    assert response.json()["errors"][0]["code"] == "outside_network"


def test_a_person_outside_reads_why_in_their_language_without_any_style_sheet(client):
    response = client.get("/plain/", REMOTE_ADDR=OUTSIDE, headers={"accept-language": "ru"})

    assert OUTSIDE in response.text
    assert 'lang="ru"' in response.text
    assert "stylesheet" not in response.text


def test_missing_pages_and_static_files_are_refused_like_all_others(client):
    assert client.get("/nowhere/", REMOTE_ADDR=OUTSIDE).status_code == 403
    assert client.get("/static/icons.svg", REMOTE_ADDR=OUTSIDE).status_code == 403


def test_nothing_is_redirected_or_read_before_the_address_is_judged(client, settings):
    settings.SECURE_SSL_REDIRECT = True

    assert client.get("/plain/", REMOTE_ADDR=OUTSIDE).status_code == 403
    assert client.get("/plain/?q=%00", REMOTE_ADDR=OUTSIDE).status_code == 403


def test_doors_with_a_token_of_their_own_answer_the_world(client):
    assert client.get("/hook/", REMOTE_ADDR=OUTSIDE).status_code == 200
    assert client.get("/api/v1/intake/", REMOTE_ADDR=OUTSIDE).status_code == 200


def test_the_mark_is_read_from_functions_and_both_kinds_of_classes():
    assert is_reachable_from_outside(hook)
    assert is_reachable_from_outside(Intake.as_view())
    assert is_reachable_from_outside(Page.as_view())
    assert not is_reachable_from_outside(plain)


def test_the_networks_are_those_of_the_settings(client, settings):
    settings.ALLOWED_NETWORKS = ["203.0.113.0/24"]

    assert client.get("/plain/", REMOTE_ADDR=OUTSIDE).status_code == 200
    assert client.get("/plain/", REMOTE_ADDR=INSIDE).status_code == 403


def test_a_machine_outside_the_networks_still_hears_from_itself_how_it_is(client, settings):
    settings.ALLOWED_NETWORKS = ["192.168.0.0/16"]
    settings.TRUSTED_PROXIES = ["127.0.0.1"]

    assert client.get("/api/health/ready/", REMOTE_ADDR="127.0.0.1").status_code == 200
    assert client.get("/api/health/ready/", REMOTE_ADDR="10.1.2.3").status_code == 403
    assert client.get("/plain/", REMOTE_ADDR="127.0.0.1").status_code == 403
    through = {"REMOTE_ADDR": "127.0.0.1", "headers": {"x-forwarded-for": OUTSIDE}}
    assert client.get("/api/health/ready/", **through).status_code == 403


def test_behind_a_trusted_proxy_the_client_is_judged_and_not_the_proxy(client, settings):
    settings.TRUSTED_PROXIES = ["172.18.0.0/16"]
    through = {"REMOTE_ADDR": "172.18.0.5"}

    assert client.get("/plain/", **through, headers={"x-forwarded-for": OUTSIDE}).status_code == 403
    assert client.get("/plain/", **through, headers={"x-forwarded-for": INSIDE}).status_code == 200
    assert client.get("/plain/", **through, headers={"x-forwarded-for": f"{INSIDE}, {OUTSIDE}"}).status_code == 403


def test_a_stranger_cannot_forward_itself_inside(client):
    assert client.get("/plain/", REMOTE_ADDR=OUTSIDE, headers={"x-forwarded-for": INSIDE}).status_code == 403


def test_behind_a_socket_file_nobody_is_let_in_until_its_peer_is_trusted(client, settings):
    assert client.get("/plain/", REMOTE_ADDR="", headers={"x-forwarded-for": INSIDE}).status_code == 403

    settings.TRUSTED_PROXIES = ["unix"]

    assert client.get("/plain/", REMOTE_ADDR="", headers={"x-forwarded-for": INSIDE}).status_code == 200
    assert client.get("/plain/", REMOTE_ADDR="", headers={"x-forwarded-for": OUTSIDE}).status_code == 403
    assert client.get("/plain/", REMOTE_ADDR="").status_code == 403


def test_a_hop_cannot_call_itself_the_socket(settings):
    settings.TRUSTED_PROXIES = ["unix", "10.0.0.1"]
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", headers={"x-forwarded-for": f"{INSIDE}, unix"})

    assert client_address(request) is None


def test_only_a_trusted_proxy_says_that_tls_was_used(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    claimed = {"x-forwarded-proto": "https", "x-forwarded-for": INSIDE}

    assert client.get("/plain/", REMOTE_ADDR=INSIDE, headers=claimed).status_code == 301
    settings.TRUSTED_PROXIES = ["10.0.0.1"]
    assert client.get("/plain/", REMOTE_ADDR="10.0.0.1", headers=claimed).status_code == 200


def found(settings, **values):
    for name, value in values.items():
        setattr(settings, name, value)
    return [(message.id, message.msg) for message in check_networks()]


def test_sensible_networks_pass_the_check(settings):
    assert found(settings, TRUSTED_PROXIES=["unix", "10.0.0.1", "fd00::/8"], USE_HTTPS=True) == []


def test_nonsense_is_reported_and_lets_nobody_in(client, settings):
    reports = found(settings, ALLOWED_NETWORKS=["192.168.0.0/33"], TRUSTED_PROXIES=["proxy.example.org"])

    assert [code for code, _message in reports] == ["workflow.W001", "workflow.W001"]
    assert "192.168.0.0/33" in reports[0][1]
    assert client.get("/plain/", REMOTE_ADDR=INSIDE).status_code == 403


def test_the_whole_internet_is_reported(settings):
    reports = found(settings, ALLOWED_NETWORKS=["0.0.0.0/0"], TRUSTED_PROXIES=["::/0"])

    assert [code for code, _message in reports] == ["workflow.W002", "workflow.W002"]


def test_https_without_a_trusted_proxy_is_reported(settings):
    assert [code for code, _message in found(settings, USE_HTTPS=True)] == ["workflow.W003"]


def test_what_is_remembered_of_addresses_depends_on_whom_is_trusted(settings):
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.2", HTTP_X_FORWARDED_FOR=f"{OUTSIDE}, {INSIDE}")

    assert client_address(request) == "10.0.0.2"
    settings.TRUSTED_PROXIES = ["10.0.0.2"]
    assert client_address(request) == INSIDE
    settings.TRUSTED_PROXIES = ["10.0.0.2", INSIDE]
    assert client_address(request) == OUTSIDE


def test_a_long_tale_of_hops_is_judged_but_not_remembered(settings):
    settings.TRUSTED_PROXIES = ["10.0.0.2"]
    tale = ", ".join(["spam"] * LONGEST_KNOWN + [INSIDE])
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.2", HTTP_X_FORWARDED_FOR=tale)
    before = known_client.cache_info().currsize

    assert client_address(request) == INSIDE
    assert known_client.cache_info().currsize == before
