"""The API's own documentation: schema, Swagger and ReDoc, all served from here."""

from typing import Any

from django.conf import settings
from django.utils.csp import CSP
from django.utils.decorators import method_decorator
from django.views.decorators.csp import csp_override
from drf_spectacular.views import SpectacularAPIView, SpectacularRedocView, SpectacularSwaggerSplitView

POLICY = {"get": "schema.see"}


class SchemaView(SpectacularAPIView):
    policy = POLICY


class SwaggerView(SpectacularSwaggerSplitView):
    policy = POLICY


# ReDoc creates its style elements while it runs: they carry the nonce of the page.
WITH_STYLES: dict[str, Any] = settings.SECURE_CSP | {"style-src": [CSP.SELF, CSP.NONCE]}


@method_decorator(csp_override(WITH_STYLES), name="dispatch")
class RedocView(SpectacularRedocView):
    policy = POLICY
