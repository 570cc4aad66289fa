from accounts.api.calendar import CalendarDayViewSet, CalendarImport, CalendarMeasure, CalendarView
from accounts.api.identity import IdentityViewSet, InvitationAcceptance
from accounts.api.invitations import InvitationViewSet
from accounts.api.me import MyViewSet
from accounts.api.organisation import OrganisationView
from accounts.api.people import UserViewSet
from accounts.api.tokens import SignOut, TokenCreate, TokenRefresh, TokenVerify

__all__ = [
    "CalendarDayViewSet",
    "CalendarImport",
    "CalendarMeasure",
    "CalendarView",
    "IdentityViewSet",
    "InvitationAcceptance",
    "InvitationViewSet",
    "MyViewSet",
    "OrganisationView",
    "SignOut",
    "TokenCreate",
    "TokenRefresh",
    "TokenVerify",
    "UserViewSet",
]
