from collections.abc import Callable

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import services
from accounts.models import FailedSignIn, Invitation, Role, SignIn, User
from workflow.actor import Actor, Channel, actor
from workflow.admin import ReadOnlyAdmin, RegisteredAdmin, verb_action


def giving(role: Role) -> Callable[..., None]:
    """Make the verb that gives one role."""

    def give(user: User, *, by: Actor, note: str = "") -> None:
        services.set_role(user, by=by, role=role, note=note)

    give.__name__ = f"make_{role.value}"
    return give


@admin.register(User)
class UserAdmin(RegisteredAdmin):
    list_display = ["username", "name", "email", "role", "standing_word", "has_second_factor", "last_login"]
    list_filter = ["role", "is_active", ("approved_at", admin.EmptyFieldListFilter), "department"]
    list_select_related = ["second_factor"]
    search_fields = ["username", "email", "last_name", "first_name"]
    fields = [
        "username", "email", ("last_name", "first_name", "patronymic"), "department", ("time_zone", "language"),
        "role", "standing_word", "has_second_factor", "must_change_password", "last_login", "timeline",
    ]  # fmt: skip
    readonly_fields = [
        "role", "standing_word", "has_second_factor", "must_change_password", "last_login", "timeline",
    ]  # fmt: skip
    actions = [
        verb_action(services.approve, _("Let in")),
        verb_action(services.refuse, _("Refuse")),
        verb_action(services.deactivate, _("Deactivate")),
        verb_action(services.activate, _("Let in again")),
        verb_action(services.sign_out_everywhere, _("Sign out everywhere")),
        verb_action(services.reset_second_factor, _("Take off the second factor")),
        verb_action(giving(Role.USER), _("Role: employee")),
        verb_action(giving(Role.TECHNICIAN), _("Role: technician")),
        verb_action(giving(Role.MANAGER), _("Role: manager")),
        verb_action(giving(Role.ADMIN), _("Role: administrator")),
        verb_action(giving(Role.AUDITOR), _("Role: auditor")),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return User.objects.people()

    @admin.display(description=_("standing"))
    def standing_word(self, user: User) -> str:
        return user.get_standing_display()

    @admin.display(description=_("second factor"), boolean=True)
    def has_second_factor(self, user: User) -> bool:
        return user.is_guarded

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        by, typed = actor(request, Channel.ADMIN), {name: form.cleaned_data[name] for name in form.changed_data}
        if change:
            services.edit_person(User.objects.get(pk=obj.pk), by=by, **typed)
        else:
            obj.pk = services.create_person(by=by, **typed).pk


@admin.register(Invitation)
class InvitationAdmin(RegisteredAdmin):
    """Sent and sent again on the pages, where their link is shown; looked at and withdrawn here."""

    list_display = ["email", "role", "state_word", "invited_by", "sent_at", "expires_at"]
    list_filter = ["role"]
    list_select_related = ["invited_by"]
    search_fields = ["email"]
    fields = [
        "email", "role", "department", "state_word", "invited_by", "sent_at", "times_sent", "expires_at", "timeline",
    ]  # fmt: skip
    readonly_fields = fields
    actions = [verb_action(services.withdraw, _("Withdraw"))]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=_("state"))
    def state_word(self, invitation: Invitation) -> str:
        return invitation.get_state_display()


@admin.register(SignIn)
class SignInAdmin(ReadOnlyAdmin):
    list_display = ["user", "kind", "device_name", "address", "created_at", "last_seen_at", "ended_at", "ended_because"]
    list_filter = ["kind", ("ended_at", admin.EmptyFieldListFilter)]
    list_select_related = ["user"]
    search_fields = ["user__username", "address"]
    fields = list_display


@admin.register(FailedSignIn)
class FailedSignInAdmin(ReadOnlyAdmin):
    list_display = ["at", "account", "address", "door"]
    list_filter = ["door"]
    search_fields = ["account", "address"]
