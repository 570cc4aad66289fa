from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from incidents.models import Duty, DutyQuerySet, Escalation, EscalationPolicy, EscalationPolicyQuerySet
from incidents.oncall import policies, services
from workflow.admin import ReadOnlyAdmin, RegisteredAdmin, verb_action


class LookingAdmin(RegisteredAdmin):
    """For looking and for verbs: rules that span several rows are kept by the pages."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: object = None) -> list[str]:
        return list(self.fields or [])


@admin.register(Duty)
class DutyAdmin(LookingAdmin):
    list_display = ["person", "start", "finish", "original", "remark", "deleted_at"]
    list_filter = [("deleted_at", admin.EmptyFieldListFilter), "person"]
    list_select_related = ["person", "original__person"]
    search_fields = ["person__last_name", "person__username", "remark"]
    fields = ["person", "start", "finish", "remark", "original", "created_at", "deletion_note", "timeline"]
    actions = [verb_action(services.delete, _("Delete with a reason")), verb_action(services.undelete, _("Restore"))]

    def get_queryset(self, request: HttpRequest) -> DutyQuerySet:
        return Duty.objects.visible_to(request.user)


@admin.register(EscalationPolicy)
class EscalationPolicyAdmin(LookingAdmin):
    list_display = ["severity", "enabled", "repeats", "shown_steps", "deleted_at"]
    list_filter = ["enabled", ("deleted_at", admin.EmptyFieldListFilter)]
    fields = ["severity", "enabled", "repeats", "shown_steps", "created_at", "deletion_note", "timeline"]
    actions = [verb_action(policies.delete, _("Delete with a reason")), verb_action(policies.undelete, _("Restore"))]

    @admin.display(description=_("steps"))
    def shown_steps(self, policy: EscalationPolicy) -> str:
        return "; ".join(str(step) for step in policy.chain)

    def get_queryset(self, request: HttpRequest) -> EscalationPolicyQuerySet:
        return EscalationPolicy.objects.visible_to(request.user)


@admin.register(Escalation)
class EscalationAdmin(ReadOnlyAdmin):
    list_display = ["incident", "policy", "since", "told", "next_at", "exhausted"]
    list_filter = ["exhausted"]
    list_select_related = ["incident", "policy"]
