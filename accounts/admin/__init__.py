from accounts.admin.organisation import OrganisationAdmin, WorkingCalendarAdmin

__all__ = ["OrganisationAdmin", "WorkingCalendarAdmin"]
