from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.core.checks import Tags
from django.core.checks import register as register_check
from django.utils.translation import gettext_lazy as _


class AdminConfig(admin_apps.AdminConfig):
    """Django Admin behind the product's own sign-in."""

    default_site = "accounts.admin_site.GuardedAdminSite"


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self):
        from accounts.permissions import may
        from config import celery, checks, sentry
        from config.start import TAG
        from workflow.navigation import Entry, register

        sentry.start()
        celery.app.set_default()  # for threads and jobs that ask for the current app
        register_check(checks.check_environment, TAG, Tags.security)
        # `migrate` itself runs what is not for deployment, and must not be stopped by what it is about to mend.
        register_check(checks.check_database, TAG, Tags.database, deploy=True)
        settings = _("Administration")
        register(Entry("home", _("Home"), "home", "home", order=0))
        register(Entry("audit", _("Audit"), "eye", "audit", 63, settings, shown_to=may("audit.see")))
        register(Entry("takeout", _("Take everything out"), "exit", "takeout", 79, settings, may("takeout.make")))
        register(Entry("api", _("API"), "api", "swagger", order=80, group=settings))
        register(
            Entry(
                "admin", _("Django Admin"), "settings", "admin:index", 90, settings, shown_to=lambda user: user.is_staff
            )
        )
