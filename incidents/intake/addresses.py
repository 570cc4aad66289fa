from typing import Any

from django.urls import reverse

from accounts.links import product_url


def intake_url(request: Any, token: str = "") -> str:
    """Return where machines post, as they reach the product."""
    path = reverse("intake-by-address", args=[token]) if token else reverse("intake")
    return f"{product_url(request)}{path}"
