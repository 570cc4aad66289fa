"""How people are found: by parts of their names, only those who are active."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts import policy
from accounts.models import User
from workflow.search.nouns import Directory, Person


def find(user: Any, text: str, most: int) -> list[Person]:
    found = policy.visible(User.objects.people().active().matching(text), user, "user.see")[:most]
    opens = policy.allows(user, "user.audit")
    return [
        Person(person.pk, person.name, details(person), person.get_absolute_url() if opens else "") for person in found
    ]


def details(person: User) -> str:
    return ", ".join(part for part in (str(person.get_role_display()), person.department) if part)


DIRECTORY = Directory("person", _("People"), "user", find)
