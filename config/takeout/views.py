"""The way out for administrators: what leaves, and the archive itself."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import by_policy
from config.takeout.download import download
from workflow.actor import actor


@require_safe
@by_policy("takeout.make")
def offer(request: HttpRequest) -> HttpResponse:
    return render(request, "takeout/offer.html", {"section": "takeout"})


@require_POST
@by_policy("takeout.make")
def take(request: HttpRequest) -> StreamingHttpResponse:
    return download(actor(request))
