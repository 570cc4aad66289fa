"""Search over the API."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param
from rest_framework.views import APIView

from config.search.asking import MOST_ON_PAGE, PAGE_SIZE, count_of, counted, labels
from workflow.pagination import whole
from workflow.search.finding import MOST, Found, Hit, find


class HitSerializer(serializers.Serializer):
    """One object that was found."""

    noun = serializers.CharField()
    id = serializers.IntegerField()
    number = serializers.CharField(allow_blank=True, help_text="As people call it.")
    title = serializers.CharField()
    title_html = serializers.CharField(help_text="Escaped; found words stand in `<mark>`.")
    excerpt_html = serializers.CharField(allow_blank=True, help_text="The piece of its texts or comments that fits.")
    status = serializers.CharField(allow_blank=True)
    url = serializers.CharField(allow_blank=True, help_text="Its page; empty where the reader may not open it.")
    exact = serializers.BooleanField(help_text="What was asked for is its number.")


class NounCountSerializer(serializers.Serializer):
    noun = serializers.CharField()
    count = serializers.IntegerField()
    more = serializers.BooleanField(help_text="There are more than are counted.")


class FoundSerializer(serializers.Serializer):
    """A page of hits of all nouns, the best first."""

    count = serializers.IntegerField()
    count_estimated = serializers.BooleanField(required=False, help_text="True where there are more than are counted.")
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    nouns = NounCountSerializer(many=True)
    results = HitSerializer(many=True)


EXAMPLE = OpenApiExample(
    "Hits",
    {
        "count": 1,
        "next": None,
        "previous": None,
        "nouns": [{"noun": "incident", "count": 1, "more": False}],
        "results": [
            {
                "noun": "incident",
                "id": 1042,
                "number": "INC-1042",
                "title": "No exchange with the depositary",
                "title_html": "No <mark>exchange</mark> with the depositary",
                "excerpt_html": "The <mark>exchanges</mark> of 10:00 and 10:30 failed.",
                "status": "in_progress",
                "url": "/incidents/1042/",
                "exact": False,
            }
        ],
    },
    response_only=True,
)
NOUN = OpenApiParameter("noun", str, description="Only this noun: `incident`, `task`, `person` and so on.")
PARAMETERS = [
    OpenApiParameter("q", str, description="Words, in any of their forms, or a number such as `INC-12` or `#12`."),
    NOUN,
    OpenApiParameter("page", int, description="Page number, from 1."),
    OpenApiParameter("page_size", int, description=f"Hits on a page: {PAGE_SIZE} unless told, at most {MOST_ON_PAGE}."),
]


class SearchView(APIView):
    policy = {"get": "incident.see"}

    @extend_schema(
        operation_id="search",
        summary="Search everything",
        description="Every word must be found, in any of its forms, Russian or English, in the texts, the comments that"
        " the reader may see, or the names of files; the last word may be only begun. Objects that the reader may not"
        f" see are neither found nor counted. The newest {MOST} matches of a noun are ranked and counted.",
        parameters=PARAMETERS,
        responses=FoundSerializer,
        examples=[EXAMPLE],
    )
    def get(self, request: Request) -> Response:
        asked = request.query_params
        noun = asked.get("noun", "")
        if noun and noun not in labels():
            raise ValidationError({"noun": _("There is no such noun.")})
        size = whole(asked.get("page_size"), PAGE_SIZE, "page_size", most=MOST_ON_PAGE)
        number = whole(asked.get("page"), 1, "page", most=MOST)
        found = find(request.user, asked.get("q", ""), noun=noun, start=(number - 1) * size, size=size)
        return Response(answer(found, noun, request.build_absolute_uri(), number, size))


def answer(found: Found, noun: str, url: str, number: int, size: int) -> dict[str, Any]:
    count, exact = count_of(found, noun)
    previous = remove_query_param(url, "page") if number == 2 else replace_query_param(url, "page", number - 1)
    return {
        "count": count,
        **({} if exact else {"count_estimated": True}),
        "next": replace_query_param(url, "page", number + 1) if number * size < count else None,
        "previous": previous if number > 1 else None,
        "nouns": [{"noun": name, "count": one, "more": more} for name, _words, one, more in counted(found)],
        "results": [represent(hit) for hit in found.hits],
    }


def represent(hit: Hit) -> dict[str, Any]:
    names = ("noun", "id", "number", "title", "title_html", "excerpt_html", "status", "url")
    return {**{name: getattr(hit, name) for name in names}, "exact": hit.is_exact}
