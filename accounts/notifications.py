"""Every message about people and their accounts."""

from django.utils.translation import gettext_lazy as _

from notifications.kinds import APP, EMAIL, Kind

LETTER = frozenset({EMAIL})
BOTH = frozenset({APP, EMAIL})
GREETING = {"name": "Илья Орлов"}

REGISTRATION = Kind(
    name="accounts.registration",
    label=_("Somebody waits to be let in"),
    title=_("%(name)s asks to be let in"),
    body=_("Username %(username)s, e-mail %(email)s. Approve or refuse on their card."),
    channels=BOTH,
    shown_to=lambda user: user.is_staff,
    example={**GREETING, "username": "orlov", "email": "orlov@example.org"},
)
APPROVED = Kind(
    name="accounts.approved",
    label=_("Your account is open"),
    title=_("Your account is open"),
    body=_("Hello %(name)s, an administrator has let you in. Sign in as %(username)s."),
    channels=LETTER,
    required=True,
    shown_to=lambda user: False,
    example={**GREETING, "username": "orlov"},
)
INVITATION = Kind(
    name="accounts.invitation",
    label=_("Invitation"),
    title=_("%(by)s invites you to the operations journal"),
    body=_("Make your account here:\n%(link)s\n\nThe link works once, until %(until)s."),
    channels=LETTER,
    required=True,
    private=True,
    shown_to=lambda user: False,
    example={"by": "Илья Орлов", "link": "https://journal.example.org/invitation/…/", "until": "30.07.2026"},
)
RESET = Kind(
    name="accounts.reset",
    label=_("Reset letter"),
    title=_("A new password for the operations journal"),
    body=_(
        "Hello %(name)s, choose a new password here:\n%(link)s\n\n"
        "The link works once, for %(hours)s hours. If you did not ask for it, do nothing: nothing has changed."
    ),
    channels=LETTER,
    required=True,
    private=True,
    shown_to=lambda user: False,
    example={**GREETING, "link": "https://journal.example.org/password/reset/…/", "hours": 4},
)
PASSWORD = Kind(
    name="accounts.password",
    label=_("Your password was changed"),
    title=_("Your password was changed"),
    body=_("Changed by %(by)s. If that was not you and nobody you asked, tell an administrator at once."),
    channels=BOTH,
    required=True,
    group=False,
    example={"by": "Илья Орлов"},
)
SECOND_FACTOR_ON = Kind(
    name="accounts.second_factor_on",
    label=_("A second factor was set up"),
    title=_("A second factor was set up"),
    body=_("From now on signing in asks for a code of your app. If that was not you, tell an administrator at once."),
    channels=BOTH,
    required=True,
    group=False,
)
SECOND_FACTOR_OFF = Kind(
    name="accounts.second_factor_off",
    label=_("Your second factor was taken off"),
    title=_("Your second factor was taken off"),
    body=_("Taken off by %(by)s. If that was not you and nobody you asked, tell an administrator at once."),
    channels=BOTH,
    required=True,
    group=False,
    example={"by": "Илья Орлов"},
)
NEW_DEVICE = Kind(
    name="accounts.new_device",
    label=_("A sign-in from a new device"),
    title=_("A sign-in from a new device"),
    body=_("%(device)s, address %(address)s, %(at)s. If that was not you, end the session and change your password."),
    channels=BOTH,
    required=True,
    group=False,
    example={"device": "Firefox, Windows", "address": "192.168.1.24", "at": "23.07.2026 18:45"},
)
KINDS = [
    REGISTRATION,
    APPROVED,
    INVITATION,
    RESET,
    PASSWORD,
    SECOND_FACTOR_ON,
    SECOND_FACTOR_OFF,
    NEW_DEVICE,
]
