from typing import Any

from django.urls import reverse

from accounts.links import product_url


def ping_url(request: Any, token: str) -> str:
    """Return what a job calls when it is done, as it reaches the product."""
    return f"{product_url(request)}{reverse('ping', args=[token])}"
