from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self):
        from workflow.navigation import Entry, register

        settings = _("Administration")
        register(Entry("home", _("Home"), "home", "home", order=0))
        register(Entry("api", _("API"), "api", "swagger", order=80, group=settings))
        register(
            Entry(
                "admin", _("Django Admin"), "settings", "admin:index", 90, settings, shown_to=lambda user: user.is_staff
            )
        )
