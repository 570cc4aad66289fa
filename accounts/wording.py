"""How the timeline of a person says what happened."""

from django.utils.translation import gettext_lazy as _

from workflow.wording import Wording

VERBS = {
    "register": Wording(_("registered"), "user", "amber"),
    "create": Wording(_("made the account"), "plus"),
    "approve": Wording(_("let them in"), "check", "green"),
    "refuse": Wording(_("did not let them in"), "close", "red"),
    "deactivate": Wording(_("shut them out"), "lock", "red"),
    "activate": Wording(_("let them in again"), "check", "green"),
    "set-role": Wording(_("gave a role"), "key", "blue"),
    "set-password": Wording(_("set a password"), "key", "amber"),
    "reset-password": Wording(_("set a new password by letter"), "key", "amber"),
    "reset-letter": Wording(_("wrote a reset letter"), "mail"),
    "sign-in": Wording(_("signed in"), "user"),
    "sign-in-failed": Wording(_("could not sign in"), "warn", "amber"),
    "token-reused": Wording(_("showed a token that was used before"), "warn", "red"),
    "sign-out": Wording(_("signed out"), "exit"),
    "sign-out-everywhere": Wording(_("ended all sessions"), "exit", "amber"),
    "end-session": Wording(_("ended a session"), "exit"),
    "set-up-second-factor": Wording(_("set up a second factor"), "lock", "green"),
    "take-off-second-factor": Wording(_("took off the second factor"), "lock", "red"),
    "renew-recovery-codes": Wording(_("renewed the recovery codes"), "repeat"),
    "link-telegram": Wording(_("linked Telegram"), "send", "green"),
    "unlink-telegram": Wording(_("unlinked Telegram"), "send", "red"),
    "invite": Wording(_("sent an invitation"), "mail"),
    "resend": Wording(_("sent the invitation again"), "mail"),
    "withdraw": Wording(_("withdrew the invitation"), "close"),
    "accept": Wording(_("accepted it"), "check", "green"),
    "accept-invitation": Wording(_("came in by an invitation"), "user", "green"),
    "set-day": Wording(_("gave a day hours of its own"), "calendar"),
    "clear-day": Wording(_("cleared a special day"), "undo"),
    "import-days": Wording(_("imported special days"), "upload"),
    "hand-over": Wording(_("handed the open work over"), "merge", "blue"),
}
