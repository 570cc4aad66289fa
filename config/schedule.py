"""What the beat starts, and how often: every job looks at what is due, so an early or a doubled tick does no harm."""

from datetime import timedelta
from typing import Any

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def tick(job: str, every: timedelta, *, expires: timedelta | None = None) -> dict[str, Any]:
    """Return an entry of the beat schedule. What has expired is not done: ticks do not pile up without a worker."""
    options = {"expires": int(expires.total_seconds())} if expires else {}
    return {"task": job, "schedule": every, "options": options}


def schedule(*, probe: timedelta, calls_home: bool) -> dict[str, Any]:
    """Return CELERY_BEAT_SCHEDULE. `probe`: between two rounds of a probe."""
    found = {
        "probe connections": tick("monitoring.jobs.probe", probe, expires=probe),
        # Its ticks outlive the silence after which the undone ones tell whose fault it is.
        "show that jobs are done": tick("monitoring.jobs.tick", 30 * SECOND, expires=5 * MINUTE),
        **{name: tick(job, every, expires=every) for name, (job, every) in FRESH.items()},
        **{name: tick(job, every) for name, (job, every) in PATIENT.items()},
    }
    if calls_home:
        found["call home"] = tick("monitoring.jobs.call_home", MINUTE, expires=MINUTE)
    return found


# Only the newest tick is worth doing.
FRESH = {
    "deliver notices": ("notifications.jobs.deliver", 5 * SECOND),
    "answer what the bot was told": ("notifications.jobs.hear", 10 * SECOND),
    "learn how far the bot has heard": ("notifications.jobs.catch_up", 5 * MINUTE),
    "miss heartbeats": ("monitoring.jobs.miss_heartbeats", 30 * SECOND),
    "keep backups": ("monitoring.jobs.back_up", MINUTE),
    "remind of tasks": ("tasks.jobs.remind", 5 * MINUTE),
    "repeat tasks": ("tasks.jobs.repeat", 5 * MINUTE),
    "remind of planned work": ("suspensions.jobs.remind_of_planned", MINUTE),
    "remind of the review of risks": ("suspensions.jobs.remind_of_reviews", 10 * MINUTE),
    "tell the figures of last month": ("suspensions.jobs.report_month", 10 * MINUTE),
    "fold downtime that is over": ("suspensions.jobs.fold", MINUTE),
    "tell further people of incidents nobody takes": ("incidents.jobs.escalate", 30 * SECOND),
    "warn of gaps in the duty table": ("incidents.jobs.warn_of_gaps", 10 * MINUTE),
}
PATIENT = {
    "forget what the bot was told": ("notifications.jobs.forget_updates", 6 * HOUR),
    "purge idempotency keys": ("workflow.jobs.purge_idempotency_keys", HOUR),
    "sweep bytes without a row": ("attachments.jobs.sweep", 6 * HOUR),
    "write password reset letters": ("accounts.jobs.answer_resets", 5 * SECOND),
    "purge sign-ins": ("accounts.jobs.purge", 6 * HOUR),
    "forget old pings": ("monitoring.jobs.forget_pings", 6 * HOUR),
    "forget old probe samples": ("monitoring.jobs.forget_samples", HOUR),
    "work off messages left behind": ("incidents.jobs.work_off_left_behind", MINUTE),
    "run programmes": ("tasks.jobs.run_programmes", MINUTE),
    "keep promises about tickets": ("tickets.jobs.keep_promises", MINUTE),
    "warn of downtime budgets": ("suspensions.jobs.check_budgets", MINUTE),
    "look at every downtime budget": ("suspensions.jobs.check_all_budgets", HOUR),
    "wake snoozed incidents": ("incidents.jobs.wake_snoozed", MINUTE),
}
