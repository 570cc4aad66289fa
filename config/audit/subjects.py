"""What events are about: the nouns, their names, and links for those who may see them."""

from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from django.apps import apps
from django.conf import settings
from django.db.models import Model, QuerySet
from django.urls import NoReverseMatch

from accounts import policy
from accounts.models import Invitation, Organisation, User, WorkingCalendar
from config.audit.trail import Line

# Nouns whose querysets do not say themselves whom they are visible to.
SEEN_BY: dict[type[Model], str] = {
    User: "user.audit",
    Invitation: "user.manage",
    Organisation: "organisation.see",
    WorkingCalendar: "calendar.see",
}


class Subject(NamedTuple):
    """What a line is about: `noun` for programs, `words` for people; no `url` when the reader may not see it."""

    noun: str
    id: int
    words: str
    url: str


@cache
def nouns() -> dict[str, type[Model]]:
    """Return what events can be about: models of this product that have a page of their own."""
    ours = [apps.get_app_config(name) for name in product_apps()]
    models = (model for app in ours for model in app.get_models())
    return {str(model._meta.model_name): model for model in models if hasattr(model, "get_absolute_url")}


def product_apps() -> list[str]:
    return [name for name in settings.INSTALLED_APPS if "." not in name]


def choices() -> list[tuple[str, Any]]:
    return [(name, model._meta.verbose_name) for name, model in nouns().items()]


def found(lines: Iterable[Line], user: Any) -> dict[int, Subject]:
    """Return line id -> subject, in one query for each noun among the lines."""
    about = [line for line in lines if line.kind is not None]
    by_kind: dict[Any, set[int]] = {}
    for line in about:
        by_kind.setdefault(line.kind, set()).add(line.subject_id or 0)
    objects = {kind: visible_objects(kind.model_class(), ids, user) for kind, ids in by_kind.items()}
    return {line.id: subject(line, objects[line.kind].get(line.subject_id or 0)) for line in about}


def visible_objects(model: type[Model] | None, ids: set[int], user: Any) -> dict[int, Model]:
    return visible(model, user).in_bulk(ids) if model else {}


def visible(model: type[Model], user: Any) -> QuerySet[Any]:
    rows = model._default_manager.all()
    if model in SEEN_BY:
        return policy.visible(rows, user, SEEN_BY[model])
    return rows.visible_to(user) if hasattr(rows, "visible_to") else rows.none()


def subject(line: Line, seen: Model | None) -> Subject:
    if seen is None:
        return Subject(line.kind.model, line.subject_id or 0, f"{line.kind.name} {line.subject_id}", "")
    return Subject(line.kind.model, seen.pk, str(seen), address(seen))


def address(seen: Any) -> str:
    try:
        return seen.get_absolute_url()
    except (AttributeError, NoReverseMatch):
        return ""
