from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class ChatForm(forms.Form):
    """What a chat is told, and what it may ask."""

    title = forms.CharField(label=_("name"), max_length=255, required=False)
    thread = forms.IntegerField(
        label=_("topic"),
        required=False,
        min_value=1,
        max_value=2**31,
        help_text=_("Number of the topic to write into, in a group with topics."),
    )
    language = forms.ChoiceField(
        label=_("language"), required=False, choices=[("", _("of the installation")), *settings.LANGUAGES]
    )
    on_call = forms.BooleanField(
        label=_("on-call chat"),
        required=False,
        help_text=_("Is told of every incident, outage and failure of the machinery."),
    )
    accepts_reports = forms.BooleanField(
        label=_("takes reports from anybody"),
        required=False,
        help_text=_("Whoever writes here may report an incident, with or without an account."),
    )


class NewChatForm(ChatForm):
    telegram_id = forms.IntegerField(
        label=_("chat id"),
        min_value=-(2**52) + 1,
        max_value=2**52 - 1,
        help_text=_("Add the bot to the chat and write /chat there: it answers the number."),
    )
    field_order = ["telegram_id"]


class ReasonForm(forms.Form):
    note = forms.CharField(label=_("reason"), max_length=5000, widget=forms.Textarea({"rows": 3}))
