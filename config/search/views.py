"""Search for people: the page of hits, and what is suggested while they type."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.permissions import by_policy
from config.search.asking import PAGE_SIZE, count_of, counted, labels
from workflow.pagination import BoundedPaginator, Count
from workflow.search.finding import MOST, Found, find

SUGGESTED = 8
LAST_PAGE = MOST // PAGE_SIZE


class HitPages(BoundedPaginator):
    """Pages of hits that are fetched one page at a time; only their number is known."""

    def __init__(self, count: int, *, exact: bool):
        super().__init__(range(count), PAGE_SIZE)
        self.known = Count(count, exact)

    def look(self) -> Count:
        return self.known


@require_safe
@by_policy("incident.see")
def search(request: HttpRequest) -> HttpResponse:
    """The hits; a number typed in full leads straight to its object."""
    text, noun = request.GET.get("q", ""), request.GET.get("noun", "")
    noun = noun if noun in labels() else ""
    found = find(request.user, text, noun=noun, start=(number_of(request) - 1) * PAGE_SIZE, size=PAGE_SIZE)
    if found.only and found.only.url and not noun:
        return redirect(found.only.url)
    return render(request, "search/search.html", context(request, found, text, noun))


def context(request: HttpRequest, found: Found, text: str, noun: str) -> dict[str, Any]:
    count, exact = count_of(found, noun)
    nouns = list(counted(found))
    return {
        "section": "search",
        "text": text,
        "noun": noun,
        "found": found,
        "nouns": nouns,
        "all": sum(one for _name, _words, one, _more in nouns),
        "page": HitPages(count, exact=exact).get_page(number_of(request)),
    }


@require_safe
@by_policy("incident.see")
def suggestions(request: HttpRequest) -> HttpResponse:
    """The best hits for what stands in the box so far."""
    text = request.GET.get("q", "")
    found = find(request.user, text, size=SUGGESTED)
    return render(request, "search/suggestions.html", {"found": found, "text": text})


def number_of(request: HttpRequest) -> int:
    text = request.GET.get("page", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 1
    return min(max(number, 1), LAST_PAGE)
