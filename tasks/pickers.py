"""Fields in which people are typed: by username, by name, or as the browser completes them from the list."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.policy import holders

MOST = 50


def executors() -> Any:
    """Who can be given a task."""
    return holders("task.done").order_by("last_name", "first_name", "username")


def colleagues() -> Any:
    """Who can be let see one."""
    return User.objects.active().people().order_by("last_name", "first_name", "username")


def called(person: User) -> str:
    """Return how a picker writes a person: a name, and in brackets what no two people share."""
    return f"{person.name} ({person.username})" if person.name != person.username else person.username


def turned(person: User) -> str:
    return f"{person.last_name} {person.first_name}".strip()


def meant(text: str, people: Any) -> list[User]:
    """Return those of `people` whom `text` may mean: one by username, else all of that name."""
    username = text[text.rfind("(") + 1 : -1] if text.endswith(")") else text
    wanted = text.casefold()
    return list(people.filter(username__iexact=username)) or [
        person for person in people if wanted in {person.name.casefold(), turned(person).casefold()}
    ]


def named(text: str, people: Any, nobody: Any) -> User:
    """Return the one person whom `text` means. Raises ValidationError, in the words `nobody` when there is none."""
    found = meant(text, people)
    if len(found) != 1:
        raise ValidationError(_("Several people have this name.") if found else nobody, code="invalid")
    return found[0]


def written(value: Any) -> Any:
    """Return a person, or the id of one, as a picker writes them; what was typed stays as it is."""
    if isinstance(value, int):
        value = User.objects.filter(pk=value).first()
    return called(value) if isinstance(value, User) else value


class PersonInput(forms.TextInput):
    """Types a name; the browser completes it from the list of people."""

    template_name = "tasks/person_input.html"

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        return super().render(name, value, attrs, TemplatesSetting())

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["people"] = [called(person) for person in executors()]
        return context


class PeopleInput(forms.Widget):
    """Several people: a box to untick for each one chosen, and a field in which the next one is typed."""

    template_name = "tasks/people_input.html"

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        return super().render(name, value, attrs, TemplatesSetting())

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["chosen"] = [text for text in value or () if text]
        context["people"] = [called(person) for person in colleagues()]
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return data.getlist(name) if hasattr(data, "getlist") else list(data.get(name, ()))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False


class PersonField(forms.CharField):
    """One person who takes tasks."""

    widget = PersonInput

    def prepare_value(self, value: Any) -> Any:
        return written(value)

    def clean(self, value: Any) -> User | None:
        text = " ".join(str(super().clean(value)).split())
        return named(text, executors(), _("Nobody of that name takes tasks.")) if text else None


class PeopleField(forms.Field):
    """Any number of people; several may be typed at once with commas between them."""

    widget = PeopleInput

    def prepare_value(self, value: Any) -> list[Any]:
        return [written(one) for one in value or ()]

    def clean(self, value: Sequence[str]) -> list[User]:
        people = colleagues()
        texts = [text for part in value or () for text in self.parts(" ".join(str(part).split()), people)]
        if len(texts) > MOST:
            raise ValidationError(_("At most %(count)s people.") % {"count": MOST}, code="invalid")
        found = [named(text, people, _("There is no “%(name)s” here.") % {"name": text}) for text in texts]
        return list(dict.fromkeys(found))

    def parts(self, text: str, people: Any) -> list[str]:
        """Return the names in `text`: a name may have a comma of its own."""
        if "," not in text or meant(text, people):
            return [text] if text else []
        return [part.strip() for part in text.split(",") if part.strip()]
