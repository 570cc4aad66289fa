"""Words of the OpenAPI schema that every noun uses."""

from collections.abc import Sequence
from typing import Any

from django_filters import FilterSet, ModelChoiceFilter, MultipleChoiceFilter
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiTypes, extend_schema

from workflow.filters import MomentFilter

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="1 to 255 printable ASCII characters, kept 48 hours. The same key and body give the same object once.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The version last read, as `ETag` carried it. A stale one is refused with 412.",
)
NOTE = OpenApiExample("Note", {"note": "Restarted the gateway."}, request_only=True)


def verb_schema(
    summary: str, description: str, request: Any, example: OpenApiExample, parameters: Sequence[OpenApiParameter] = ()
) -> Any:
    """Describe `POST …/{id}/{verb}/`: what it does, its body, and the object it answers with."""
    return extend_schema(
        summary=summary,
        description=f"{description} Out of turn it is refused with 409 and the list of what is allowed.",
        parameters=[*parameters],
        request=request,
        examples=[example] if request is None else [NOTE, example],
    )


def filter_parameters(filterset_class: type[FilterSet]) -> list[OpenApiParameter]:
    """Describe every filter of a list as a query parameter."""
    return [described(name, item) for name, item in filterset_class.base_filters.items()]


def described(name: str, item: Any) -> OpenApiParameter:
    choices = item.extra.get("choices", [])
    words = [str(value) for value, _label in getattr(choices, "choices", choices)] or None
    kind: Any = OpenApiTypes.INT if isinstance(item, ModelChoiceFilter) else OpenApiTypes.STR
    if isinstance(item, MomentFilter):
        kind = OpenApiTypes.DATETIME
    return OpenApiParameter(
        name,
        kind,
        description=str(item.extra.get("help_text", "")) or f"Only with this {name}.",
        enum=words,
        many=isinstance(item, MultipleChoiceFilter),
        explode=True if isinstance(item, MultipleChoiceFilter) else None,
    )
