from django.apps import AppConfig
from django.contrib.auth import user_logged_in, user_logged_out
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("people")

    def ready(self):
        from accounts import sessions

        user_logged_in.connect(sessions.opened, dispatch_uid="accounts.sessions")
        user_logged_out.connect(sessions.closed, dispatch_uid="accounts.sessions")
