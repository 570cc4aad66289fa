from django.apps import AppConfig
from django.contrib.auth import user_logged_in, user_logged_out
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("people")

    def ready(self):
        from accounts import bot, notifications, organisation, policy, search, sessions, wording
        from accounts.menu import waiting
        from accounts.models import User
        from accounts.permissions import may
        from notifications import kinds, people
        from workflow import guards
        from workflow.navigation import Entry, register
        from workflow.search.nouns import register_directory
        from workflow.wording import register as register_wording

        guards.answer_by(policy.require)
        people.answer(
            zone=lambda: organisation.current().time_zone,
            administrators=User.objects.admins,
        )
        user_logged_in.connect(sessions.opened, dispatch_uid="accounts.sessions")
        user_logged_out.connect(sessions.closed, dispatch_uid="accounts.sessions")
        register_directory(search.DIRECTORY)
        kinds.register(*notifications.KINDS)
        register_wording(wording.VERBS)
        bot.begin()
        group = _("Administration")
        register(
            Entry("organisation", _("Organisation"), "organisation", "accounts:organisation", order=60, group=group)
        )
        register(Entry("calendar", _("Working calendar"), "calendar", "accounts:calendar", order=61, group=group))
        register(
            Entry("policy", _("Who may do what"), "lock", "accounts:policy", 62, group, shown_to=may("policy.see"))
        )
        register(Entry("people", _("People"), "users", "accounts:people", 70, group, may("user.audit"), waiting))
        register(
            Entry(
                "leavers", _("Work left behind"), "merge", "accounts:leavers", 71, group, shown_to=may("user.hand_over")
            )
        )
