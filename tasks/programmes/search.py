"""How programmes and those who take part are found: by parts of titles and names, by organisers and auditors."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tasks.models import Member, Programme
from workflow.search.mentions import words
from workflow.search.nouns import Directory, Person


def find_programmes(user: Any, text: str, most: int) -> list[Person]:
    asked = [Q(title__mentions=word) for word in words(text)]
    rows = Programme.objects.visible_to(user).present().filter(*asked)[:most] if asked else []
    return [
        Person(row.pk, row.title, f"{row.get_status_display()}, {row.start:%d.%m.%Y} – {row.finish:%d.%m.%Y}",
               row.get_absolute_url())
        for row in rows
    ]  # fmt: skip


def find_members(user: Any, text: str, most: int) -> list[Person]:
    rows = Member.objects.visible_to(user).matching(text)[:most] if words(text) else []
    return [Person(row.pk, row.full_name, row.city, row.get_absolute_url()) for row in rows]


PROGRAMMES = Directory("programme", _("Programmes"), "image", find_programmes)
MEMBERS = Directory("member", _("Members of programmes"), "user", find_members)
