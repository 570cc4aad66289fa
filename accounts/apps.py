from django.apps import AppConfig
from django.contrib.auth import user_logged_in, user_logged_out
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("people")

    def ready(self):
        from accounts import organisation, policy, sessions
        from accounts.models import Role, User
        from accounts.permissions import may
        from notifications import people
        from workflow import guards
        from workflow.navigation import Entry, register
        from workflow.wording import VERBS, Wording

        guards.answer_by(policy.require)
        people.answer(
            zone=lambda: organisation.current().time_zone,
            administrators=lambda: User.objects.active().filter(role=Role.ADMIN),
        )
        user_logged_in.connect(sessions.opened, dispatch_uid="accounts.sessions")
        user_logged_out.connect(sessions.closed, dispatch_uid="accounts.sessions")
        group = _("Administration")
        register(
            Entry("organisation", _("Organisation"), "organisation", "accounts:organisation", order=60, group=group)
        )
        register(Entry("calendar", _("Working calendar"), "calendar", "accounts:calendar", order=61, group=group))
        register(
            Entry("policy", _("Who may do what"), "lock", "accounts:policy", 62, group, shown_to=may("policy.see"))
        )
        VERBS["set-day"] = Wording(_("gave a day hours of its own"), "calendar")
        VERBS["clear-day"] = Wording(_("cleared a special day"), "undo")
        VERBS["import-days"] = Wording(_("imported special days"), "upload")
