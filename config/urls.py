from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.urls import include, path

from config import views
from config.audit import views as audit
from config.docs import RedocView, SchemaView, SwaggerView
from config.evidence import chain
from config.evidence.views import page_of as evidence_of
from config.search import views as search
from config.takeout import views as takeout
from monitoring import health_views
from notifications import hook

urlpatterns = [
    path("api/v1/", include("config.api")),  # first: what is asked most is found soonest
    path("api/health/", include("monitoring.urls")),
    path("", views.home, name="home"),
    path("search/", search.search, name="search"),
    path("search/suggestions/", search.suggestions, name="search-suggestions"),
    path("welcomed/", views.welcomed, name="welcomed"),
    path("first-steps/hide/", views.hide_first_steps, name="hide-first-steps"),
    path("design/", views.design, name="design"),
    path("language/", views.language, name="language"),
    path("theme/", views.theme, name="theme"),
    path("", include("accounts.urls")),
    path("audit/", audit.audit, name="audit"),
    path("takeout/", takeout.offer, name="takeout"),
    path("takeout/download/", takeout.take, name="takeout-download"),
    path("audit/export/", audit.export, name="audit-export"),
    *(path(f"{noun.slug}/<int:pk>/evidence/", evidence_of(noun), name=noun.page_name) for noun in chain.NOUNS),
    path("attachments/", include("attachments.urls")),
    path("incidents/", include("incidents.urls")),
    path("suspensions/", include("suspensions.urls")),
    path("oncall/", include("incidents.oncall.urls")),
    path("integrations/", include("incidents.intake.urls")),
    path("tasks/", include("tasks.urls")),
    path("programmes/", include("tasks.programmes.urls")),
    path("tickets/", include("tickets.urls")),
    path("bot/webhook/", hook.receive, name="notifications-webhook"),
    path("notifications/", include("notifications.urls")),
    path("backups/", include("monitoring.backups.urls")),
    path("", include("monitoring.urls_pages")),
    path("heartbeats/", include("monitoring.heartbeats.urls")),
    path("health/", health_views.page, name="health-page"),
    path("metrics", health_views.figures, name="metrics"),
    path("api/identity/auth/", include("accounts.urls_api")),
    path("api/schema/", SchemaView.as_view(), name="schema"),
    path("api/v1/schema/swagger-ui/", login_required(SwaggerView.as_view()), name="swagger"),
    path("api/schema/redoc/", login_required(RedocView.as_view()), name="redoc"),
    path("api/admin/", admin.site.urls),
]
if "debug_toolbar" in settings.INSTALLED_APPS:
    urlpatterns.append(path("__debug__/", include("debug_toolbar.urls")))

handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.not_found
handler500 = views.broken
