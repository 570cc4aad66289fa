from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class WorkflowConfig(AppConfig):
    name = "workflow"
    verbose_name = _("timeline")

    def ready(self):
        from workflow import moments, network, search, triggers

        moments.install()
        search.install()
        connection_created.connect(search.teach, dispatch_uid="workflow.search")
        # A table rebuilt by a migration loses its triggers (SQLite); putting them back is idempotent.
        post_migrate.connect(triggers.install_after_migrate, dispatch_uid="workflow.triggers")
        register(triggers.check_triggers, Tags.database)  # type: ignore[call-overload]
        register(network.check_networks, Tags.security)
