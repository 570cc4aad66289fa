"""Where people reach the product, for links in letters."""

from typing import Any

from django.conf import settings


def product_url(request: Any) -> str:
    """Return APPLICATION_URL, else the address by which this request came; ALLOWED_HOSTS has vouched for it."""
    return settings.APPLICATION_URL.rstrip("/") or request.build_absolute_uri("/").rstrip("/")
