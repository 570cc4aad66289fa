"""How incidents are found."""

from django.utils.translation import gettext_lazy as _

from accounts.policy import sees_all
from incidents.models import Incident, IncidentComment, IncidentFile
from workflow.search.nouns import Noun, by_id

NOUN = Noun(
    "incident",
    1,
    Incident,
    _("Incidents"),
    "incident",
    title="title",
    texts=("description",),
    visible=Incident.objects.visible_to,
    sees_all=sees_all("incident.see"),
    lookup=by_id("inc", "инц"),
    comments=IncidentComment,
    files=IncidentFile,
    link="incident",
)
