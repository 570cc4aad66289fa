"""Figures for Prometheus: requests are counted where they are answered, everything else is asked for at the scrape."""

import os
import re
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client import REGISTRY, CollectorRegistry, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from incidents.models import Incident
from monitoring.models import TargetGroup
from monitoring.services import fitness, vitals
from notifications.models import Delivery
from suspensions.budgets.reckoning import budgets
from suspensions.models import Suspension, TechProcess

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
STANDINGS = {"up": 1.0, "late": 0.5, "down": 0.0, "nodata": -1.0}
GROUP = re.compile(r"\(\?P<(\w+)>[^()]*\)")

REQUESTS = Histogram(
    "vakhta_http_request_seconds",
    "Requests: how many, and how long they took until the answer.",
    ["method", "route", "status"],
    buckets=BUCKETS,
)


class MetricsMiddleware:
    """Counts every request under its route, never under its address: strangers cannot make new series."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        start = time.perf_counter()
        response = self.get_response(request)
        method = request.method if request.method in METHODS else "other"
        REQUESTS.labels(method, route_of(request), response.status_code).observe(time.perf_counter() - start)
        return response


def route_of(request: HttpRequest) -> str:
    route = request.resolver_match.route if request.resolver_match else "none"
    return GROUP.sub(r"<\1>", route).replace("^", "").replace("$", "").replace("\\Z", "")


class Installation(Collector):
    """What the rows say at this moment."""

    def collect(self) -> Iterator[Metric]:
        status, found = fitness.health()
        yield gauge("vakhta_up", "1 while requests can be served.", status != "down")
        yield labelled("vakhta_check_ok", "What each look at the installation found.", "check", checks(found))
        if status == "down":
            return
        yield labelled("vakhta_incidents_open", "Open and taken incidents.", "severity", incidents())
        running = Suspension.objects.running().count()
        yield gauge("vakhta_suspensions_running", "Downtime cases without an end.", running)
        yield labelled("vakhta_budget_used_ratio", "Used share of the yearly limit.", "process", used_budgets())
        yield labelled("vakhta_probe_state", "1 up, 0.5 in part, 0 down, -1 no data.", "probe", probes())
        waiting, dead = Delivery.objects.waiting().count(), Delivery.objects.dead().count()
        yield gauge("vakhta_outbox_waiting", "Messages that wait to be sent.", waiting)
        yield gauge("vakhta_outbox_dead", "Messages that were given up.", dead)
        yield gauge("vakhta_outbox_lag_seconds", "Age of the oldest that is due.", vitals.outbox_lag().total_seconds())
        yield from optional("vakhta_queue_depth", "Jobs that wait for a worker.", vitals.queue_depth)
        yield from optional("vakhta_disk_free_bytes", "Room left where the product writes.", vitals.disk_free)
        yield from optional("vakhta_job_age_seconds", "Time since a tick was done.", lambda: seconds(vitals.job_age()))
        age: Callable[[], float | None] = lambda: seconds(vitals.backup_age())  # noqa: E731
        yield from optional("vakhta_backup_age_seconds", "Age of the newest verified backup.", age)


def gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=float(value))


def labelled(name: str, words: str, label: str, values: Iterable[tuple[str, float]]) -> Metric:
    family = GaugeMetricFamily(name, words, labels=[label])
    for key, value in values:
        family.add_metric([key], float(value))
    return family


def optional(name: str, words: str, ask: Callable[[], float | None]) -> Iterator[Metric]:
    """Yield a figure that is known; what cannot be known now is absent, never 0."""
    try:
        value = ask()
    except (OSError, vitals.RedisError):
        return
    if value is not None:
        yield gauge(name, words, value)


def seconds(span: Any) -> float | None:
    return None if span is None else span.total_seconds()


def checks(found: dict[str, Any]) -> list[tuple[str, float]]:
    return [(name, check.ok) for name, check in found.items()]


def incidents() -> list[tuple[str, float]]:
    rows = Incident.objects.present().active().order_by().values_list("severity").annotate(Count("pk"))
    counts = dict(rows)
    return [(severity, counts.get(severity, 0)) for severity in Incident.Severity.values]


def used_budgets() -> list[tuple[str, float]]:
    found = budgets(list(TechProcess.objects.present()), timezone.now())
    return [(each.process.code, each.year.percent / 100) for each in found if each.year.percent is not None]


def probes() -> list[tuple[str, float]]:
    return [(group.name, STANDINGS[group.standing]) for group in TargetGroup.objects.watched().for_list()]


def text() -> bytes:
    """Return all figures as Prometheus reads them: requests of all processes of this server, and the installation's."""
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        multiprocess.MultiProcessCollector(registry)
    else:
        registry.register(Requests())
    registry.register(Installation())
    return generate_latest(registry)


class Requests(Collector):
    """The requests of this one process."""

    def collect(self) -> Iterator[Metric]:
        yield from (metric for metric in REGISTRY.collect() if metric.name == "vakhta_http_request_seconds")
