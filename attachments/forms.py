from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _


class FilesInput(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[UploadedFile]:
        return files.getlist(name) if hasattr(files, "getlist") else []


class FilesField(forms.Field):
    """Any number of files; what they are is judged when they are received."""

    widget = FilesInput({"multiple": True})

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data)


class FilesForm(forms.Form):
    """A form that may bring files."""

    file = FilesField(label=_("files"), required=False)


class UploadForm(FilesForm):
    """A form that is about files alone."""

    file = FilesField(label=_("files"), error_messages={"required": _("Choose at least one file.")})


class RemoveForm(forms.Form):
    """Why chosen orphans go."""

    note = forms.CharField(label=_("reason"), max_length=500)
