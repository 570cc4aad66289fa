"""Each security header on each kind of answer, as a browser would get it."""

from pathlib import Path

import pytest
from django.test import Client

from accounts.models import Role, User

pytestmark = [pytest.mark.once, pytest.mark.django_db]

KINDS = {
    "page": "/",
    "sign-in": "/api/admin/login/",
    "API": "/api/v1/incidents/",
    "API without a token": "/api/v1/users/?search=\u00e9",
    "health": "/api/health/live/",
    "admin": "/api/admin/",
    "Swagger": "/api/v1/schema/swagger-ui/",
    "ReDoc": "/api/schema/redoc/",
    "static file": "/static/probe.css",
    "missing page": "/nowhere/",
    "missing object": "/api/v1/incidents/999999/",
    "bad address": "/api/v1/incidents/?search=%00",
    "unknown host": "/?host",
    "outside": "/?outside",
}
API = {"API", "API without a token", "health", "Swagger", "ReDoc", "missing object", "bad address"}


@pytest.fixture
def visit(settings):
    """Return what an administrator gets on each kind of address."""
    Path(settings.STATIC_ROOT, "probe.css").write_text("body {}")
    admin = User.objects.create_user("admin", "admin@example.org", "a long password", role=Role.ADMIN)

    def go(kind, **headers):
        client = Client()
        if kind != "API without a token":
            client.force_login(admin)
        host = "evil.example.com" if kind == "unknown host" else "localhost"
        address = "203.0.113.7" if kind == "outside" else "127.0.0.1"
        response = client.get(KINDS[kind], headers={"host": host, **headers}, REMOTE_ADDR=address)
        response.getvalue()  # to the end, which closes a file
        return response

    return go


every_kind = pytest.mark.parametrize("kind", KINDS)


@every_kind
def test_every_answer_carries_the_headers(visit, kind):
    headers = visit(kind).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["X-Request-ID"]


@every_kind
def test_the_content_policy_lets_nothing_foreign_in(visit, kind):
    policy = dict(part.strip().split(" ", 1) for part in visit(kind).headers["Content-Security-Policy"].split(";"))

    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "http:", "https:"} & set(" ".join(policy.values()).split())


@every_kind
def test_what_the_api_says_is_never_stored(visit, kind):
    assert (visit(kind).headers.get("Cache-Control") == "no-store") == (kind in API)


@every_kind
def test_hsts_is_told_over_https_only(visit, settings, kind):
    assert "Strict-Transport-Security" not in visit(kind).headers

    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.TRUSTED_PROXIES = ["127.0.0.1", "203.0.113.7"]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    assert "max-age=31536000" in visit(kind, **{"x-forwarded-proto": "https"}).headers["Strict-Transport-Security"]


@pytest.mark.parametrize("kind", ["Swagger", "ReDoc", "admin"])
def test_every_script_of_the_page_comes_from_here_or_carries_the_nonce(visit, kind):
    response = visit(kind)

    assert response.status_code == 200
    for script in response.text.split("<script")[1:]:
        tag = script.split(">", 1)[0]
        assert (
            'src="/' in tag
            or f"'nonce-{tag.partition('nonce="')[2].split('"')[0]}'" in (response.headers["Content-Security-Policy"])
        )


@pytest.mark.parametrize("kind", ["API", "static file", "admin"])
def test_another_origin_reads_only_what_is_listed_for_it(visit, settings, kind):
    assert "Access-Control-Allow-Origin" not in visit(kind, origin="https://dashboard.example.org").headers

    settings.CORS_ALLOWED_ORIGINS = ["https://dashboard.example.org"]

    allowed = visit(kind, origin="https://dashboard.example.org").headers.get("Access-Control-Allow-Origin")
    assert allowed == ("https://dashboard.example.org" if kind == "API" else None)
    assert "Access-Control-Allow-Origin" not in visit(kind, origin="https://evil.example.com").headers


def test_a_listed_origin_may_send_the_headers_of_the_api(client, settings):
    settings.CORS_ALLOWED_ORIGINS = ["https://dashboard.example.org"]
    asked = {"origin": "https://dashboard.example.org", "access-control-request-method": "PATCH"}

    response = client.options("/api/v1/incidents/1/", headers=asked)

    allowed = response.headers["Access-Control-Allow-Headers"].split(", ")
    assert {"authorization", "idempotency-key", "if-match"} <= set(allowed)
    assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.parametrize("https", [True, False])
def test_cookies_are_secure_exactly_when_https_is_used(client, settings, https):
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = https
    User.objects.create_user("admin", "admin@example.org", "a long password", role=Role.ADMIN)

    client.get("/api/admin/login/")
    client.post("/api/admin/login/", {"username": "admin", "password": "a long password"})

    cookies = {name: client.cookies[name] for name in ("sessionid", "csrftoken")}
    assert [bool(cookie["secure"]) for cookie in cookies.values()] == [https, https]
    assert cookies["sessionid"]["httponly"]
    assert {cookie["samesite"] for cookie in cookies.values()} == {"Lax"}
