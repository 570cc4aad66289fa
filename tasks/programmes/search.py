"""How programmes and those who take part are found: by parts of titles and names, by organisers and auditors."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tasks.models import Member, Programme
from workflow.search.mentions import words
from workflow.search.nouns import Directory, Person


def find_programmes(user: Any, text: str, most: int) -> list[Person]:
    asked = [Q(title__mentions=word) for word in words(text)]
    if not asked:
        return []
    rows = Programme.objects.visible_to(user).present().filter(*asked)[:most]
    return [Person(row.pk, row.title, told(row), row.get_absolute_url()) for row in rows]


def told(programme: Programme) -> str:
    return f"{programme.get_status_display()}, {programme.start:%d.%m.%Y} – {programme.finish:%d.%m.%Y}"


def find_members(user: Any, text: str, most: int) -> list[Person]:
    if not words(text):
        return []
    rows = Member.objects.visible_to(user).matching(text)[:most]
    return [Person(row.pk, row.full_name, row.city, row.get_absolute_url()) for row in rows]


PROGRAMMES = Directory("programme", _("Programmes"), "image", find_programmes)
MEMBERS = Directory("member", _("Members of programmes"), "user", find_members)
