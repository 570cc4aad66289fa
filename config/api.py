"""The whole API at a glance: one line per resource, one place for errors."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    ValidationError,
)
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.db.models import ProtectedError
from django.http.multipartparser import MultiPartParserError
from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_standardized_errors.handler import exception_handler
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.serializers import as_serializer_error
from rest_framework.viewsets import ViewSetMixin

from accounts.api import (
    CalendarDayViewSet,
    CalendarImport,
    CalendarMeasure,
    CalendarView,
    InvitationViewSet,
    MyViewSet,
    OrganisationView,
    UserViewSet,
)
from attachments.api import AttachmentViewSet, OrphanViewSet
from attachments.storage import NoRoom, Unreachable
from config.audit.api import TimelineViewSet
from config.evidence import chain
from config.evidence.api import view_of as evidence_of
from config.search.api import SearchView
from config.takeout.api import TakeoutView
from incidents.api import IncidentViewSet
from incidents.intake.api import IntegrationViewSet, MessageViewSet
from incidents.intake.machine_api import IntakeByAddressView, IntakeView, OwnIncidentsViewSet
from incidents.oncall.api import DutyViewSet, OnCallNowView, PolicyViewSet
from incidents.oncall.response_api import ResponseTimesExportView, ResponseTimesView
from monitoring.api import OutageViewSet, ProbeViewSet
from monitoring.backups.api import BackupViewSet
from monitoring.heartbeats.api import HeartbeatViewSet
from monitoring.heartbeats.ping_api import FailView, LogView, PingView, StartView
from notifications.api import NotificationViewSet, OutboxViewSet
from notifications.chat_api import ChatViewSet
from suspensions.analytics.api import AnalyticsExportView, AnalyticsView
from suspensions.api import LimitViewSet, ProcessViewSet, RiskSourceViewSet, RiskViewSet, SuspensionViewSet
from suspensions.budgets.api import BudgetsView, BudgetView, SuspensionAllowanceView
from suspensions.importing.api import ConfirmDraftsView, DiscardDraftsView, ImportView
from tasks.analytics.api import TaskRecordExportView, TaskRecordView
from tasks.api import TaskViewSet
from tasks.programmes.api import (
    AssignmentViewSet,
    JoinRequestViewSet,
    MembershipViewSet,
    MemberViewSet,
    MyProgrammesView,
    MyProgrammesViewSet,
    ProgrammeViewSet,
    ReportViewSet,
)
from tickets.analytics.api import TicketAnalyticsExportView, TicketAnalyticsView
from tickets.api import TicketViewSet
from tickets.desk.api import CannedReplyViewSet, CategoryViewSet, SlaTargetViewSet
from tickets.sla.api import BreachViewSet
from workflow.api import etag
from workflow.models import Conflict, MoveRefused, StaleVersion
from workflow.parsers import BodyTooLarge


class Router(SimpleRouter):
    """Routes of viewsets; what is called like a file takes no closing slash."""

    def get_routes(self, viewset: type[ViewSetMixin]) -> list[Any]:
        routes = super().get_routes(viewset)
        return [route._replace(url=route.url.replace(".zip{trailing_slash}", ".zip")) for route in routes]


router = Router()
router.register("incidents", IncidentViewSet, basename="incident")
router.register("suspensions", SuspensionViewSet, basename="suspension")
router.register("tasks", TaskViewSet, basename="task")
router.register("tickets/breaches", BreachViewSet, basename="ticket-breach")
router.register("tickets", TicketViewSet, basename="ticket")
router.register("attachments/orphans", OrphanViewSet, basename="orphan")
router.register("attachments", AttachmentViewSet, basename="attachment")
router.register("heartbeats", HeartbeatViewSet, basename="heartbeat")
router.register("backups", BackupViewSet, basename="backup")
router.register("integrations", IntegrationViewSet, basename="integration")
router.register("intake/incidents", OwnIncidentsViewSet, basename="own-incident")
router.register("intake-messages", MessageViewSet, basename="message")
router.register("limits", LimitViewSet, basename="limit")
router.register("oncall/duties", DutyViewSet, basename="duty")
router.register("oncall/policies", PolicyViewSet, basename="escalation-policy")
router.register("processes", ProcessViewSet, basename="process")
router.register("risk-sources", RiskSourceViewSet, basename="risk-source")
router.register("risks", RiskViewSet, basename="risk")
router.register("invitations", InvitationViewSet, basename="invitation")
router.register("outages", OutageViewSet, basename="outage")
router.register("probes", ProbeViewSet, basename="probe")
router.register("users/me", MyViewSet, basename="my")
router.register("users", UserViewSet, basename="user")
router.register("programmes/mine", MyProgrammesViewSet, basename="my-programme")
router.register("programmes", ProgrammeViewSet, basename="programme")
router.register("assignments", AssignmentViewSet, basename="assignment")
router.register("members", MemberViewSet, basename="member")
router.register("join-requests", JoinRequestViewSet, basename="join-request")
router.register("memberships", MembershipViewSet, basename="membership")
router.register("reports", ReportViewSet, basename="report")
router.register("sla-targets", SlaTargetViewSet, basename="sla-target")
router.register("canned-replies", CannedReplyViewSet, basename="canned-reply")
router.register("ticket-categories", CategoryViewSet, basename="ticket-category")
router.register("timeline", TimelineViewSet, basename="timeline")
router.register("calendar/days", CalendarDayViewSet, basename="calendar-day")
router.register("chats", ChatViewSet, basename="chat")
router.register("notifications/outbox", OutboxViewSet, basename="outbox")
router.register("notifications", NotificationViewSet, basename="notification")
urlpatterns = [
    path("organisation/", OrganisationView.as_view(), name="organisation"),
    path("calendar/", CalendarView.as_view(), name="calendar"),
    path("calendar/import/", CalendarImport.as_view(), name="calendar-import"),
    path("calendar/measure/", CalendarMeasure.as_view(), name="calendar-measure"),
    path("oncall/now/", OnCallNowView.as_view(), name="oncall-now"),
    path("oncall/response-times/", ResponseTimesView.as_view(), name="response-times"),
    path("oncall/response-times/export/", ResponseTimesExportView.as_view(), name="response-times-export"),
    path("budgets/", BudgetsView.as_view(), name="budgets"),
    path("search/", SearchView.as_view(), name="search-everything"),
    path("programmes/mine/", MyProgrammesView.as_view(), name="my-programmes"),
    path("processes/<int:pk>/budget/", BudgetView.as_view(), name="process-budget"),
    path("suspensions/<int:pk>/allowance/", SuspensionAllowanceView.as_view(), name="suspension-allowance"),
    path("suspensions/analytics/", AnalyticsView.as_view(), name="suspension-analytics"),
    path("suspensions/analytics/export/", AnalyticsExportView.as_view(), name="suspension-analytics-export"),
    path("ping/<str:token>/", PingView.as_view(), name="ping"),
    path("ping/<str:token>/start/", StartView.as_view(), name="ping-start"),
    path("ping/<str:token>/fail/", FailView.as_view(), name="ping-fail"),
    path("ping/<str:token>/log/", LogView.as_view(), name="ping-log"),
    path("intake/", IntakeView.as_view(), name="intake"),
    path("suspensions/import/", ImportView.as_view(), name="suspension-import"),
    path("suspensions/import/confirm/", ConfirmDraftsView.as_view(), name="suspension-import-confirm"),
    path("suspensions/import/discard/", DiscardDraftsView.as_view(), name="suspension-import-discard"),
    path("takeout/", TakeoutView.as_view(), name="takeout"),
    path("tasks/analytics/", TaskRecordView.as_view(), name="tasks-analytics"),
    path("tasks/analytics/export/", TaskRecordExportView.as_view(), name="tasks-analytics-export"),
    *(
        path(f"{noun.slug}/<int:pk>/evidence/", evidence_of(noun).as_view(), name=f"{noun.name}-evidence")
        for noun in chain.NOUNS
    ),
    path("tickets/analytics/", TicketAnalyticsView.as_view(), name="tickets-analytics"),
    path("tickets/analytics/export/", TicketAnalyticsExportView.as_view(), name="tickets-analytics-export"),
    *router.urls,
    path("intake/<str:token>/", IntakeByAddressView.as_view(), name="intake-by-address"),
]


class ConflictError(exceptions.APIException):
    status_code = 409
    default_code = "conflict"
    default_detail = _("The change contradicts what is stored already.")


class StaleError(exceptions.APIException):
    status_code = 412
    default_code = "stale_version"


class UnavailableError(exceptions.APIException):
    status_code = 503
    default_code = "unavailable"
    default_detail = _("The database does not answer. Try again in a few seconds.")
    wait = 5


class StorageFullError(exceptions.APIException):
    status_code = 507
    default_code = "storage_full"
    default_detail = _("There is no room for the file. Tell an administrator; nothing was kept.")


class StorageUnreachableError(UnavailableError):
    default_detail = _("The file storage does not answer. Try again in a few seconds.")


def refuse_politely(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Translate what domain and database refuse; a conflict says what is allowed, a stale write what is current."""
    response = exception_handler(translated(exc), context)  # type: ignore[arg-type]
    if response is not None and isinstance(exc, MoveRefused):
        response.data |= {"allowed": exc.allowed}
    if response is not None and isinstance(exc, StaleVersion):
        response.data |= {"version": exc.subject.version}
        response["ETag"] = etag(exc.subject.version)
    return response


def translated(exc: Exception) -> Exception:
    return next((answer(exc) for kinds, answer in TRANSLATIONS if isinstance(exc, kinds)), exc)


def told(exc: Any) -> Exception:
    return exceptions.PermissionDenied(str(exc) or None)


# The first that fits answers.
TRANSLATIONS: list[tuple[Any, Callable[[Any], Exception]]] = [
    (MoveRefused, lambda exc: ConflictError(str(exc), code="move_refused")),
    (Conflict, lambda exc: ConflictError(str(exc))),
    (StaleVersion, lambda exc: StaleError(str(exc))),
    (ValidationError, lambda exc: exceptions.ValidationError(as_serializer_error(exc))),
    (PermissionDenied, told),
    (NoRoom, lambda exc: StorageFullError()),
    (Unreachable, lambda exc: StorageUnreachableError()),
    (RequestDataTooBig, lambda exc: BodyTooLarge()),
    ((SuspiciousOperation, BadRequest, MultiPartParserError), lambda exc: exceptions.ParseError()),
    ((ProtectedError, IntegrityError), lambda exc: ConflictError()),
    (DataError, lambda exc: exceptions.ValidationError(_("The input cannot be stored."))),
    ((OperationalError, InterfaceError), lambda exc: UnavailableError()),
]
