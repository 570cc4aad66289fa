"""Incidents as tests of verbs need them: in a status, as stored, and what their timeline says."""

from incidents.models import Incident
from incidents.tests.factories import IncidentFactory
from workflow.models import Event


def standing(state, **fields):
    """An incident in a status, or in another state that the factory has a trait for."""
    return IncidentFactory(**({} if state == Incident.Status.OPEN else {str(state): True}), **fields)


def kept(incident):
    return Incident.objects.get(pk=incident.pk)


def verbs(incident):
    return list(Event.objects.about(incident).values_list("verb", flat=True))
