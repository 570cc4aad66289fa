"""The chain of evidence for people: a strip on every card, a page, and paper for an inspector."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.permissions import by_policy
from config.evidence import chain
from workflow.guards import Page
from workflow.pagination import BoundedPaginator

EVENTS_ON_A_PAGE = 200


def page_of(noun: chain.Noun) -> Page:
    """Return the page for objects of `noun`."""

    @require_safe
    @by_policy(f"{noun.name}.see")
    def evidence(request: HttpRequest, pk: int) -> HttpResponse:
        subject = get_object_or_404(noun.model.objects.visible_to(request.user).for_card(), pk=pk)
        objects = chain.linked(subject, request.user)
        shared = {"section": noun.slug, "noun": noun, "subject": subject, "links": chain.by_noun(objects)}
        if "strip" in request.GET:
            return render(request, "evidence/strip.html", shared)
        return render(request, "evidence/chain.html", shared | told(request, objects))

    return evidence


def told(request: HttpRequest, objects: list[Any]) -> dict[str, Any]:
    page = BoundedPaginator(chain.story(objects, request.user), EVENTS_ON_A_PAGE).get_page(request.GET.get("page"))
    about = chain.by_subject(objects)
    return {
        "objects": [(chain.noun_of(one), one) for one in objects],
        "page": page,
        "lines": [(event, chain.subject_of(event, about)) for event in page.object_list],
        "is_cut": len(objects) == chain.MOST,
        "most": chain.MOST,
    }
