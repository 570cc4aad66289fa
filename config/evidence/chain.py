"""The chain of evidence: everything linked to an object, and one timeline that reads along the links."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q
from django.utils.translation import gettext_lazy as _

from accounts.policy import allows
from incidents.models import Incident
from suspensions.models import Suspension
from tasks.models import Task
from tickets.models import Ticket, TicketTask
from workflow.models import Event
from workflow.models.event import EventQuerySet

MOST = 100  # objects; who links more wants a register, not a story


class Noun(NamedTuple):
    """A noun of the chain: `slug` in addresses, `links` its foreign keys that lead to others."""

    name: str
    slug: str
    label: Any
    icon: str
    model: type[Any]
    links: dict[str, type[Any]]

    @property
    def list_name(self) -> str:
        return f"{self.slug}:list"

    @property
    def page_name(self) -> str:
        return f"{self.slug}-evidence"


NOUNS = [
    Noun("incident", "incidents", _("Incidents"), "incident", Incident, {"previous": Incident}),
    Noun("suspension", "suspensions", _("Downtime"), "downtime", Suspension, {"incident": Incident}),
    Noun("ticket", "tickets", _("Tickets"), "ticket", Ticket, {"incident": Incident, "merged_into": Ticket}),
    Noun("task", "tasks", _("Tasks"), "task", Task, {"incident": Incident, "suspension": Suspension}),
]
# Rows that tie two nouns of which neither has a foreign key to the other.
TIES: list[tuple[type[Any], dict[str, type[Any]]]] = [(TicketTask, {"ticket": Ticket, "task": Task})]

type Found = dict[type[Any], dict[int, Any]]  # model -> id -> object


def noun_of(subject: Model) -> Noun:
    return next(noun for noun in NOUNS if isinstance(subject, noun.model))


def linked(subject: Model, user: Any) -> list[Any]:
    """Return `subject` and what is linked with it over any number of steps, oldest first.

    Only through what this reader may see: the chain does not tell that something hidden is in between.
    """
    found: Found = {type(subject): {subject.pk: subject}}
    edge = found
    while edge and size(found) < MOST:
        edge = beyond(edge, found, user)
        for model, objects in edge.items():
            found.setdefault(model, {}).update(objects)
    chain = [one for of_model in found.values() for one in of_model.values()]
    return sorted(chain, key=lambda one: (one.created_at, noun_of(one).name, one.pk))[:MOST]


def by_noun(objects: list[Any]) -> list[tuple[Noun, list[Any]]]:
    """Return every noun of the chain with its objects, none too."""
    return [(noun, [one for one in objects if isinstance(one, noun.model)]) for noun in NOUNS]


def size(found: Found) -> int:
    return sum(len(objects) for objects in found.values())


def beyond(edge: Found, found: Found, user: Any) -> Found:
    """Return the visible neighbours of `edge` that are not `found` yet: one query for each noun that has any."""
    ties = tied(edge)
    steps = {noun.model: neighbours(noun, edge, found, ties[noun.model]) for noun in NOUNS}
    reached = {
        model: model.objects.visible_to(user).present().filter(step).for_card().in_bulk()
        for model, step in steps.items()
        if step
    }
    return {model: new for model, objects in reached.items() if (new := unknown(objects, found.get(model, {})))}


def unknown(objects: dict[int, Any], known: dict[int, Any]) -> dict[int, Any]:
    return {pk: one for pk, one in objects.items() if pk not in known}


def neighbours(noun: Noun, edge: Found, found: Found, ties: set[int]) -> Q:
    """Say which rows of `noun` the edge names or is tied to, and which name the edge; empty when there can be none."""
    step = Q()
    named = ties.union(keys_to(noun.model, edge)) - set(found.get(noun.model, {}))
    if named:
        step |= Q(pk__in=named)
    for link, model in noun.links.items():
        if model in edge:
            step |= Q(**{f"{link}__in": list(edge[model])})
    return step


def keys_to(model: type[Any], edge: Found) -> Iterator[int]:
    """Yield the ids of `model` that objects of the edge point to."""
    for noun in NOUNS:
        fields = [link for link, target in noun.links.items() if target is model]
        for one in edge.get(noun.model, {}).values():
            yield from (key for link in fields if (key := getattr(one, f"{link}_id")) is not None)


def tied(edge: Found) -> dict[type[Any], set[int]]:
    """Return by model the ids of what is tied to the edge, its own ties included: a query for each table of ties."""
    ids: dict[type[Any], set[int]] = defaultdict(set)
    for rows, ends in TIES:
        step = Q()
        for name, model in ends.items():
            step |= Q(**{f"{name}__in": list(edge[model])}) if model in edge else Q()
        for pair in rows.objects.filter(step).values_list(*ends) if step else []:
            for model, key in zip(ends.values(), pair, strict=True):
                ids[model].add(key)
    return ids


def story(objects: list[Any], user: Any) -> EventQuerySet:
    """Return the events of all `objects` as this reader may see them, in the order in which they happened."""
    about = Q(pk__in=())
    for model, keys in ids_by_model(objects).items():
        about |= Q(subject_type=ContentType.objects.get_for_model(model), subject_id__in=keys)
    readable = Event.objects.filter(about).readable(internal=allows(user, "timeline.internal"))
    return readable.order_by("at", "pk").for_list()


def ids_by_model(objects: list[Any]) -> dict[type[Any], list[int]]:
    keys: dict[type[Any], list[int]] = {}
    for one in objects:
        keys.setdefault(type(one), []).append(one.pk)
    return keys


def subject_of(event: Event, objects: dict[tuple[int, int], Any]) -> Any:
    return objects[event.subject_type_id, event.subject_id]


def by_subject(objects: list[Any]) -> dict[tuple[int, int], Any]:
    """Return the objects as events name them."""
    return {(ContentType.objects.get_for_model(one).pk, one.pk): one for one in objects}
