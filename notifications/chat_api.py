"""Telegram chats over the API, for administrators."""

import django_filters
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from notifications import services
from notifications.models import Chat, ChatQuerySet
from workflow.actor import actor
from workflow.api import timeline_page, valid, wanted_version
from workflow.fields import UtcDateTimeField
from workflow.schema import IDEMPOTENCY_KEY, IF_MATCH, NOTE, filter_parameters, verb_schema
from workflow.serializers import EventSerializer, NoteSerializer, ReasonSerializer
from workflow.viewsets import RegisteredViewSet

ROW = {
    "id": 3,
    "telegram_id": -1001234567890,
    "kind": "supergroup",
    "title": "On call",
    "thread": None,
    "language": "ru",
    "on_call": True,
    "accepts_reports": False,
    "closed_at": None,
    "error": "",
    "created_at": "2026-07-23T15:04:00Z",
    "updated_at": "2026-07-23T15:04:00Z",
    "version": 1,
}
CHAT = OpenApiExample("Chat", ROW, response_only=True)
NEW = OpenApiExample(
    "New chat", {"telegram_id": -1001234567890, "title": "On call", "on_call": True}, request_only=True
)
EVENT = OpenApiExample(
    "Event",
    {
        "id": 91,
        "at": "2026-07-23T15:04:00Z",
        "actor": {"id": 1, "username": "admin", "name": "Мария Соколова"},
        "channel": "page",
        "verb": "add-chat",
        "before": {},
        "after": {"chat": "On call"},
        "note": "",
    },
    response_only=True,
)
CHANGE = OpenApiExample("Change", {"on_call": False}, request_only=True)


class ChatSerializer(serializers.ModelSerializer):
    """A chat that the bot knows."""

    closed_at = UtcDateTimeField(allow_null=True, help_text="Since when the bot may not write there.")
    created_at = UtcDateTimeField()
    updated_at = UtcDateTimeField()

    class Meta:
        model = Chat
        fields = list(ROW)
        read_only_fields = fields


class ChatChangeSerializer(serializers.Serializer):
    title = serializers.CharField(max_length=255, required=False, allow_blank=True)
    thread = serializers.IntegerField(min_value=1, max_value=2**31, required=False, allow_null=True)
    language = serializers.CharField(max_length=5, required=False, allow_blank=True, help_text="`en` or `ru`.")
    on_call = serializers.BooleanField(required=False, help_text="It is told of every incident and failure.")
    accepts_reports = serializers.BooleanField(required=False, help_text="Anybody there may report an incident.")


class ChatWriteSerializer(ChatChangeSerializer):
    telegram_id = serializers.IntegerField(min_value=-(2**52) + 1, max_value=2**52 - 1, help_text="As /chat answers.")


class ChatFilter(django_filters.FilterSet):
    on_call = django_filters.BooleanFilter(help_text=_("`true`: on-call chats only."))
    closed = django_filters.BooleanFilter(
        "closed_at", "isnull", exclude=True, help_text=_("`true`: only where the bot may not write any more.")
    )

    class Meta:
        model = Chat
        fields: list[str] = []


@extend_schema_view(
    hide=verb_schema("Delete", "Tells the chat nothing more, for a reason.", ReasonSerializer, CHAT, [IF_MATCH]),
    unhide=verb_schema("Restore", "Tells a deleted chat again what it was told.", NoteSerializer, CHAT, [IF_MATCH]),
)
class ChatViewSet(RegisteredViewSet):
    """Chats in Telegram: what they are told and what they may ask."""

    queryset = Chat.objects.none()
    serializer_class = ChatSerializer
    filterset = ChatFilter
    policy = {
        **dict.fromkeys(["list", "retrieve", "timeline"], "chat.see"),
        **dict.fromkeys(["create", "partial_update", "test", "hide", "unhide"], "chat.edit"),
    }

    def get_queryset(self) -> ChatQuerySet:
        return Chat.objects.all()

    @extend_schema(
        summary="List chats",
        description="Personal chats of people who have linked their account too.",
        parameters=filter_parameters(ChatFilter),
        examples=[CHAT],
    )
    def list(self, request: Request) -> Response:
        return self.page_of(self.listed())

    @extend_schema(summary="Read one chat", description="With why the bot may not write there.", examples=[CHAT])
    def retrieve(self, request: Request, pk: str) -> Response:
        return self.answer(self.get_object())

    @extend_schema(
        summary="Name a chat",
        description="Before anybody has spoken there; the bot has to be in it.",
        parameters=[IDEMPOTENCY_KEY],
        request=ChatWriteSerializer,
        responses={201: ChatSerializer},
        examples=[NEW, CHAT],
    )
    def create(self, request: Request) -> Response:
        return self.make(services.add_chat, ChatWriteSerializer)

    @extend_schema(
        summary="Change a chat",
        description="Any of the fields.",
        parameters=[IF_MATCH],
        request=ChatChangeSerializer,
        responses=ChatSerializer,
        examples=[CHANGE, CHAT],
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        chat = self.get_object()
        fields = valid(ChatChangeSerializer, request, partial=True)
        services.edit_chat(chat, by=actor(request), version=wanted_version(request), **fields)
        return self.answer(chat)

    @extend_schema(
        summary="Send a test there",
        description="Through the outbox, which says whether it arrived.",
        request=NoteSerializer,
        responses=ChatSerializer,
        examples=[NOTE, CHAT],
    )
    @action(detail=True, methods=["post"])
    def test(self, request: Request, pk: str) -> Response:
        return self.do(services.try_chat, NoteSerializer)

    @action(detail=True, methods=["post"], url_path="delete")
    def hide(self, request: Request, pk: str) -> Response:
        return self.do(services.forget_chat, ReasonSerializer)

    @action(detail=True, methods=["post"], url_path="undelete")
    def unhide(self, request: Request, pk: str) -> Response:
        return self.do(services.remember_chat, NoteSerializer)

    @extend_schema(
        summary="Read the timeline",
        description="Every change and every test, creation first.",
        responses=EventSerializer(many=True),
        examples=[EVENT],
    )
    @action(detail=True, methods=["get"])
    def timeline(self, request: Request, pk: str) -> Response:
        return timeline_page(self, self.get_object(), internal=True)
