from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.urls import include, path

from config.api import router
from config.docs import RedocView, SchemaView, SwaggerView

urlpatterns = [
    path("api/health/", include("monitoring.urls")),
    path("api/identity/auth/", include("accounts.urls_api")),
    path("api/v1/", include(router.urls)),
    path("api/schema/", SchemaView.as_view(), name="schema"),
    path("api/v1/schema/swagger-ui/", login_required(SwaggerView.as_view()), name="swagger"),
    path("api/schema/redoc/", login_required(RedocView.as_view()), name="redoc"),
    path("api/admin/", admin.site.urls),
]
