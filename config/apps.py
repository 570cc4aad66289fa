from django.apps import AppConfig
from django.core.checks import Tags, register


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self):
        from config import checks
        from config.start import TAG

        register(checks.check_environment, TAG, Tags.security)
        # `migrate` itself runs what is not for deployment, and must not be stopped by what it is about to mend.
        register(checks.check_database, TAG, Tags.database, deploy=True)
