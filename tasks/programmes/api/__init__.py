"""Programmes, their catalogue, members and reports over the API."""

from tasks.programmes.api.catalogue import AssignmentViewSet
from tasks.programmes.api.members import JoinRequestViewSet, MembershipViewSet, MemberViewSet
from tasks.programmes.api.mine import MyProgrammesView, MyProgrammesViewSet
from tasks.programmes.api.programmes import ProgrammeViewSet
from tasks.programmes.api.reports import ReportViewSet

__all__ = [
    "AssignmentViewSet",
    "JoinRequestViewSet",
    "MemberViewSet",
    "MembershipViewSet",
    "MyProgrammesView",
    "MyProgrammesViewSet",
    "ProgrammeViewSet",
    "ReportViewSet",
]
