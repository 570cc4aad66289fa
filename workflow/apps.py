from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class WorkflowConfig(AppConfig):
    name = "workflow"
    verbose_name = _("timeline")

    def ready(self):
        from workflow import among, moments, network, triggers
        from workflow.search import index, mentions

        among.install()
        moments.install()
        mentions.install()
        connection_created.connect(mentions.teach, dispatch_uid="workflow.search")
        # A table rebuilt by a migration loses its triggers (SQLite); putting them back is idempotent.
        post_migrate.connect(triggers.install_after_migrate, dispatch_uid="workflow.triggers")
        pre_migrate.connect(index.remove_before_migrate, sender=self, dispatch_uid="workflow.search")
        post_migrate.connect(index.install_after_migrate, sender=self, dispatch_uid="workflow.search")
        # Only before deployment: `migrate` must not be stopped by what it is about to mend.
        register(index.check_index, Tags.database, deploy=True)  # type: ignore[call-overload]
        register(triggers.check_triggers, Tags.database, deploy=True)  # type: ignore[call-overload]
        register(network.check_networks, Tags.security)
