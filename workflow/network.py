"""The product answers only inside ALLOWED_NETWORKS, but for the doors that check a token of their own."""

import logging
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage
from django.core.checks import Warning as Caution
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.translation import gettext as _

from workflow.address import SOCKET, client_address, is_from_proxy, network_of, peer_address, within
from workflow.middleware import Answer, is_api, refusal

logger = logging.getLogger(__name__)
judged = lru_cache(maxsize=4096)(within)
HEALTH, ITSELF = "/api/health/", ("127.0.0.0/8", "::1/128")


def reachable_from_outside[View: Callable[..., Any]](view: View) -> View:
    """Mark a view, function or class, that answers the whole world because it asks for a token of its own."""
    view.reachable_from_outside = True  # type: ignore[attr-defined]
    return view


def is_reachable_from_outside(view: Any) -> bool:
    """Say whether a view, as a URL pattern holds it, carries the mark."""
    owner = getattr(view, "cls", None) or getattr(view, "view_class", None) or view
    return getattr(owner, "reachable_from_outside", False)


class LocalNetworkMiddleware:
    """Refuses clients from outside ALLOWED_NETWORKS before anything else looks at the request."""

    def __init__(self, get_response: Answer):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_from_proxy(request):
            request.META.pop("HTTP_X_FORWARDED_PROTO", None)  # only a proxy of ours knows whether TLS was used
        address = client_address(request)
        inside = judged(address or SOCKET, tuple(settings.ALLOWED_NETWORKS))
        if inside or is_exempt(request.path_info) or looks_after_itself(request):
            return self.get_response(request)
        logger.warning("Refused %s %s from outside the network: %s", request.method, request.path, address or SOCKET)
        with translation.override(translation.get_language_from_request(request)):
            return outside(request, address)


def looks_after_itself(request: HttpRequest) -> bool:
    """Say whether this machine asks how it is, for nobody else: its health check holds wherever people come from."""
    forwarded = "HTTP_X_FORWARDED_FOR" in request.META
    return request.path_info.startswith(HEALTH) and not forwarded and judged(peer_address(request), ITSELF)


def is_exempt(path: str) -> bool:
    try:
        return is_reachable_from_outside(resolve(path).func)
    except Resolver404:
        return False


def outside(request: HttpRequest, address: str | None) -> HttpResponse:
    """Say no, in words that need nothing else of the product: style sheets are refused as well."""
    detail = _("This journal answers only inside the organisation's network.")
    if is_api(request):
        return refusal(request, 403, "outside_network", detail)
    return HttpResponse(render_to_string("outside.html", {"reason": detail, "address": address}), status=403)


def check_networks(**kwargs: Any) -> Iterator[CheckMessage]:
    """Report networks that mean nothing and those that mean everybody."""
    for name, words in (("ALLOWED_NETWORKS", ()), ("TRUSTED_PROXIES", (SOCKET,))):
        for text in getattr(settings, name):
            network = network_of(text)
            if network is None and text not in words:
                message = f"{name}: “{text}” is neither an address nor a network and is ignored."
                yield Caution(message, hint="Write it like 192.168.0.0/16 or fd00::/8.", id="workflow.W001")
            if network is not None and network.prefixlen == 0:
                yield Caution(f"{name}: “{text}” is the whole internet.", hint=EVERYBODY[name], id="workflow.W002")
    if settings.USE_HTTPS and not settings.TRUSTED_PROXIES:
        message = "USE_HTTPS is on, but no proxy is trusted to say that a request came over TLS."
        yield Caution(message, hint="List the address of the proxy in TRUSTED_PROXIES.", id="workflow.W003")


EVERYBODY = {
    "ALLOWED_NETWORKS": "Anybody may reach the sign-in page. List the networks of the organisation.",
    "TRUSTED_PROXIES": "Anybody may claim any address. List the proxies only.",
}
