from typing import Any

from django.http import HttpRequest
from drf_spectacular.authentication import SessionScheme
from drf_spectacular.contrib.rest_framework_simplejwt import SimpleJWTScheme
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.request import Request

from accounts import tokens


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer <access token>`."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        kind, _space, raw = get_authorization_header(request).decode("latin-1").partition(" ")
        if kind.lower() != "bearer" or not raw.strip():
            return None
        return tokens.user_of(raw.strip())

    def authenticate_header(self, request: Request | HttpRequest) -> str:
        return 'Bearer realm="api"'


class PageSessionAuthentication(SessionAuthentication):
    """The browser's session, with CSRF protection, so that the API can be tried out where one is signed in."""


class BearerScheme(SimpleJWTScheme):
    target_class = "accounts.authentication.BearerAuthentication"
    name = "bearer"


class PageSessionScheme(SessionScheme):
    target_class = "accounts.authentication.PageSessionAuthentication"
    name = "page session"
