"""How each tool says what broke: a reader for each format of an integration, from the tool's documentation.

Samples of the payloads stand in `samples/`; the tests and the button that tries an integration out use them.
"""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from incidents.intake.signals import Fault, Signal, Unreadable, clean, document, joined, mapping, signal
from incidents.models import Integration, Message

Format = Integration.Format
SAMPLES = Path(__file__).with_name("samples")
type Reader = Callable[[dict[str, Any]], list[Signal]]


def read(message: Message) -> list[Signal]:
    """Return what the message says in the format of its integration. Raises Unreadable."""
    data = document(bytes(message.body), message.content_type)
    return READERS[message.integration.format](data)


def generic(data: dict[str, Any]) -> list[Signal]:
    """Our own: title, description, severity, dedup_key, status (`firing` unless said)."""
    status = clean(data.get("status")) or "firing"
    firing = firing_of(status, "status")
    title, description = clean(data.get("title")).strip(), clean(data.get("description")).strip()
    key = data.get("dedup_key")
    if isinstance(key, dict | list):
        raise Unreadable(Fault.FIELD, "dedup_key")
    if firing and not title and not description:
        raise Unreadable(Fault.FIELD, "title, description")
    if not firing and not clean(key).strip():
        raise Unreadable(Fault.FIELD, "dedup_key")
    return [signal(key, firing=firing, title=title, description=description, severity=data.get("severity"))]


def alertmanager(data: dict[str, Any]) -> list[Signal]:
    """Webhook of version 4: one signal for each alert of the group."""
    alerts = data.get("alerts")
    if not isinstance(alerts, list):
        raise Unreadable(Fault.FIELD, "alerts")
    return [
        alert_signal(mapping(alert, "alerts"), mapping(data.get("commonLabels"), "commonLabels")) for alert in alerts
    ]


def alert_signal(alert: dict[str, Any], common: dict[str, Any]) -> Signal:
    if not alert:
        raise Unreadable(Fault.FIELD, "alerts")
    labels = common | mapping(alert.get("labels"), "labels")
    notes = mapping(alert.get("annotations"), "annotations")
    name = clean(labels.get("alertname"))
    title = clean(notes.get("summary")) or " ".join(filter(None, [name, clean(labels.get("instance"))]))
    links = [alert.get(link) for link in ("dashboardURL", "panelURL", "generatorURL")] + [notes.get("runbook_url")]
    return signal(
        clean(alert.get("fingerprint")) or print_of(labels),
        firing=firing_of(clean(alert.get("status")), "status"),
        title=title or clean(notes.get("description")) or "Alert",
        description=joined(notes.get("description") or notes.get("message"), since(alert), label_lines(labels), *links),
        severity=labels.get("severity") or labels.get("priority"),
    )


def firing_of(status: str, name: str) -> bool:
    """Say whether a status means that something is broken. Raises Unreadable for words that mean neither."""
    known = {"firing": True, "alerting": True, "resolved": False, "ok": False}
    if status.strip().lower() not in known:
        raise Unreadable(Fault.FIELD, name)
    return known[status.strip().lower()]


def print_of(labels: dict[str, Any]) -> str:
    """Tell alerts apart by their labels where the sender gives no fingerprint."""
    return f"labels:{hashlib.sha256(json.dumps(labels, sort_keys=True).encode()).hexdigest()}" if labels else ""


def since(alert: dict[str, Any]) -> str:
    started = clean(alert.get("startsAt"))
    return f"startsAt: {started}" if started else ""


def label_lines(labels: dict[str, Any]) -> str:
    return "\n".join(f"{name} = {clean(value)}" for name, value in labels.items() if name != "alertname")


def zabbix(data: dict[str, Any]) -> list[Signal]:
    """What the media type of our configuration snippet sends: Zabbix macros under these names."""
    trigger, value = clean(data.get("trigger_id")).strip(), clean(data.get("event_value")).strip()
    if not trigger or trigger.startswith("{"):  # a macro that Zabbix did not know
        raise Unreadable(Fault.FIELD, "trigger_id")
    if value not in {"0", "1"}:
        raise Unreadable(Fault.FIELD, "event_value")
    if clean(data.get("event_update_status")) == "1":
        return []  # somebody acknowledged or commented in Zabbix
    name, host = clean(data.get("event_name")), clean(data.get("host"))
    facts = [f"{word}: {clean(data.get(field))}" for word, field in ZABBIX_FACTS.items() if clean(data.get(field))]
    return [
        signal(
            trigger,
            firing=value == "1",
            title=f"{host}: {name}" if host and name else name or host or f"Trigger {trigger}",
            description=joined(data.get("message") or name, *facts),
            severity=data.get("event_nseverity") or data.get("event_severity"),
        )
    ]


ZABBIX_FACTS = {
    "host": "host",
    "value": "event_opdata",
    "tags": "event_tags",
    "event": "event_id",
    "since": "event_time",
}


def uptime_kuma(data: dict[str, Any]) -> list[Signal]:
    """`application/json` of its webhook: a heartbeat of a monitor, or a bare `msg` (its test, certificates)."""
    beat, monitor = mapping(data.get("heartbeat"), "heartbeat"), mapping(data.get("monitor"), "monitor")
    said = clean(data.get("msg")).strip()
    if not beat:
        if not said:
            raise Unreadable(Fault.FIELD, "heartbeat, msg")
        return [signal(f"msg:{said}", firing=True, title=said)]
    key = clean(monitor.get("id")) or clean(beat.get("monitorID"))
    status = clean(beat.get("status"))
    if not key:
        raise Unreadable(Fault.FIELD, "monitor.id")
    if status in {"2", "3"}:
        return []  # pending, maintenance
    if status not in {"0", "1"}:
        raise Unreadable(Fault.FIELD, "heartbeat.status")
    name = clean(monitor.get("pathName")) or clean(monitor.get("name")) or f"Monitor {key}"
    where = (
        monitor.get("url") if clean(monitor.get("url")) not in {"", "http://", "https://"} else monitor.get("hostname")
    )
    reason = clean(beat.get("msg"))
    title = f"{name}: {reason}" if reason else name
    return [signal(key, firing=status == "0", title=title, description=joined(said, reason, where))]


READERS: dict[str, Reader] = {
    Format.GENERIC: generic,
    Format.ALERTMANAGER: alertmanager,
    Format.GRAFANA: alertmanager,  # the same shape with more links
    Format.ZABBIX: zabbix,
    Format.UPTIME_KUMA: uptime_kuma,
}


def sample(format: str, *, firing: bool) -> bytes:
    """Return what the tool sends, as documented."""
    return (SAMPLES / f"{format}-{'firing' if firing else 'resolved'}.json").read_bytes()
