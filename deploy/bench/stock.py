"""What most people would write: Django, DRF and simplejwt with default settings; no part of the product."""

import os
import sys
from datetime import timedelta

import django
import environ
from django.conf import settings

settings.configure(
    SECRET_KEY="benchmark-only-benchmark-only-benchmark-only-benchmark",  # noqa: S106 - guards nothing
    ALLOWED_HOSTS=["*"],
    DATABASES={"default": environ.Env().db("DATABASE_URL")},
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "rest_framework"],
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    SIMPLE_JWT={"ACCESS_TOKEN_LIFETIME": timedelta(hours=1)},
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework_simplejwt.authentication.JWTAuthentication"],
        "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
        "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
        "PAGE_SIZE": 100,
    },
)
django.setup()

from django.contrib.auth.models import User  # noqa: E402 - models need the settings above
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.urls import include, path  # noqa: E402
from rest_framework import serializers, viewsets  # noqa: E402
from rest_framework.routers import DefaultRouter  # noqa: E402
from rest_framework_simplejwt.views import TokenObtainPairView  # noqa: E402


class Incident(models.Model):
    title = models.CharField(max_length=200, blank=True)
    description = models.TextField()
    status = models.CharField(max_length=12, default="open")
    source = models.CharField(max_length=12, default="operator")
    severity = models.CharField(max_length=10, default="medium")
    reporter = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    assignee = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        app_label = "stock"
        ordering = ["-created_at"]

    def __str__(self):
        return self.title


class IncidentSerializer(serializers.ModelSerializer):
    reporter = serializers.StringRelatedField()
    assignee = serializers.StringRelatedField()

    class Meta:
        model = Incident
        fields = "__all__"


class IncidentViewSet(viewsets.ModelViewSet):
    queryset = Incident.objects.select_related("reporter", "assignee")
    serializer_class = IncidentSerializer

    def perform_create(self, serializer):
        serializer.save(reporter=self.request.user)


router = DefaultRouter()
router.register("incidents", IncidentViewSet)
urlpatterns = [
    path("api/v1/", include(router.urls)),
    path("api/identity/auth/jwt/create/", TokenObtainPairView.as_view()),
]
application = get_wsgi_application()


def prepare(rows: int) -> None:
    call_command("migrate", verbosity=0, run_syncdb=True)
    with connection.schema_editor() as editor:
        editor.create_model(Incident)
    user = User.objects.create_superuser("bench", "bench@example.org", os.environ["BENCH_PASSWORD"])
    Incident.objects.bulk_create(
        (
            Incident(title=f"Incident {number}", description="It does not work.", reporter=user)
            for number in range(rows)
        ),
        batch_size=5000,
    )


if __name__ == "__main__":
    prepare(int(sys.argv[1]))
