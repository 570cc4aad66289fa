"""Many signals at once are one trouble: told in one summary instead of a notice for each."""

from django.utils import timezone

from incidents.intake.notifications import STORM, URGENT_STORM, tell_storm
from incidents.models import Incident, Integration, Storm
from incidents.models.storm import CALM, ENOUGH
from incidents.notifications import OPENED, URGENT, tell_responders_if_urgent
from workflow.actor import Actor

Told = Storm.Told


def gather(integration: Integration, opened: list[Incident], *, by: Actor) -> None:
    """Put what was just opened into the storm that rages, begin one, or tell each by itself while it is calm.

    The caller holds the lock of the integration: of two parallel messages the second sees the storm of the first.
    """
    if not opened:
        return
    now = timezone.now()
    storm = Storm.objects.filter(integration=integration).raging(now).order_by("-last_at").first()
    recent = Incident.objects.present().filter(integration=integration, storm=None, created_at__gt=now - CALM)
    if storm is None and recent.count() < ENOUGH:
        for incident in opened:
            tell_responders_if_urgent(OPENED, incident, by=by)
        return
    if storm is None:
        begun = min(recent.values_list("created_at", flat=True))
        storm = Storm.objects.create(integration=integration, started_at=begun, last_at=now)
    recent.update(storm=storm)
    Storm.objects.filter(pk=storm.pk).update(last_at=now)
    announce(storm)


def announce(storm: Storm) -> None:
    """Tell the storm once, and once more if something urgent comes into it later."""
    rows = storm.incidents.present().with_severity_rank().order_by("-severity_rank", "pk")
    urgent = rows.filter(severity__in=URGENT).exists()
    wanted = Told.URGENTLY if urgent else Told.CALMLY
    if storm.told in {wanted, Told.URGENTLY}:
        return
    tell_storm(URGENT_STORM if urgent else STORM, storm, list(rows.values_list("title", flat=True)))
    Storm.objects.filter(pk=storm.pk).update(told=wanted)
