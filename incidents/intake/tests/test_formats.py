"""The documented payloads of all formats, and what is wrong with those that cannot be read."""

import json

import pytest

from incidents.intake import formats
from incidents.intake.signals import Unreadable
from incidents.models import Integration, Message

FORMATS = Integration.Format.values
FIRING = {
    "generic": [("gateway/depositary", "The depositary gateway does not answer", "high")],
    "alertmanager": [
        ("1a30ba71cca2921f", "https://gateway.example.org does not answer", "critical"),
        ("c6eadffa33fcdf37", "https://cabinet.example.org does not answer", "medium"),
    ],
    "grafana": [
        ("b6eadffa33fcdf30", "High memory usage in zone us-1", "high"),
        ("bc97ff14869b13e3", "High CPU usage in zone eu-1", "high"),
    ],
    "zabbix": [("16199", "db-01: High CPU utilization (over 90% for 5m)", "high")],
    "uptime_kuma": [("29", "Production / Client cabinet: connect ECONNREFUSED 10.1.0.7:443", "")],
}


def read(format, body, content_type="application/json"):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return formats.read(Message(integration=Integration(format=format), body=raw, content_type=content_type))


@pytest.mark.parametrize("format", FORMATS)
def test_the_documented_payload_says_what_broke(format):
    signals = read(format, formats.sample(format, firing=True))

    assert [(one.key, one.title, one.severity) for one in signals] == FIRING[format]
    assert all(one.firing and one.description for one in signals)


@pytest.mark.parametrize("format", FORMATS)
def test_the_documented_payload_says_what_is_well_again(format):
    signals = read(format, formats.sample(format, firing=False))

    assert [(one.key, one.firing) for one in signals] == [(key, False) for key, _title, _severity in FIRING[format]]


def test_an_alert_carries_its_labels_and_where_to_look():
    description = read("alertmanager", formats.sample("alertmanager", firing=True))[0].description

    assert "job = http_checks" in description
    assert "http://prometheus.example.org:9090/graph" in description


@pytest.mark.parametrize(
    ("format", "body", "fault", "detail"),
    [
        ("generic", b'{"title": "Half', "json", "Unterminated"),
        ("generic", b"<xml/>", "json", ""),
        ("generic", b"", "json", ""),
        ("generic", b"[" * 100_000, "json", ""),
        ("generic", b"9" * 5000, "json", ""),
        ("generic", b'["title"]', "object", "list"),
        ("generic", b"null", "object", "NoneType"),
        ("generic", "{'title': 'Сбой'}".encode("cp1251"), "encoding", ""),
        ("generic", {"severity": "high"}, "field", "title"),
        ("generic", {"title": "x", "status": "perhaps"}, "field", "status"),
        ("generic", {"status": "resolved"}, "field", "dedup_key"),
        ("generic", {"title": "x", "dedup_key": ["a"]}, "field", "dedup_key"),
        ("alertmanager", {"heartbeat": {"status": 0}}, "field", "alerts"),
        ("alertmanager", {"alerts": ["text"]}, "field", "alerts"),
        ("alertmanager", {"alerts": [{}]}, "field", "alerts"),
        ("alertmanager", {"alerts": [{"labels": {"alertname": "A"}}]}, "field", "status"),
        ("alertmanager", {"alerts": [{"status": "firing", "labels": "x"}]}, "field", "labels"),
        ("grafana", {"title": "legacy alerting", "state": "alerting"}, "field", "alerts"),
        ("zabbix", {"event_value": "1"}, "field", "trigger_id"),
        ("zabbix", {"trigger_id": "{TRIGGER.ID}", "event_value": "1"}, "field", "trigger_id"),
        ("zabbix", {"trigger_id": "1", "event_value": "{EVENT.VALUE}"}, "field", "event_value"),
        ("uptime_kuma", {"alerts": []}, "field", "heartbeat"),
        ("uptime_kuma", {"heartbeat": {"status": 0}}, "field", "monitor.id"),
        ("uptime_kuma", {"heartbeat": {"status": 9, "monitorID": 1}}, "field", "heartbeat.status"),
        ("uptime_kuma", {"heartbeat": [1], "monitor": {}}, "field", "heartbeat"),
    ],
)
def test_what_cannot_be_understood_says_why(format, body, fault, detail):
    with pytest.raises(Unreadable) as refusal:
        read(format, body)

    assert refusal.value.fault == fault
    assert detail in refusal.value.detail


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ('\ufeff{"title": "Сбой"}'.encode(), "application/json"),
        ('{"title": "Сбой"}'.encode("utf-16"), "application/json"),
        ('{"title": "Сбой"}'.encode("cp1251"), "application/json; charset=windows-1251"),
    ],
)
def test_encodings_that_are_marked_or_claimed_are_read(body, content_type):
    assert read("generic", body, content_type)[0].title == "Сбой"


@pytest.mark.parametrize("charset", ["zlib", "rot13", "undefined", "nonsense", '"'])
def test_charsets_that_mean_nothing_are_no_harm(charset):
    with pytest.raises(Unreadable):
        read("generic", b"\xff\xfa", f"application/json; charset={charset}")


def test_characters_that_no_database_holds_are_replaced():
    (one,) = read("generic", rb'{"title": "a\u0000b\ud800c", "dedup_key": "k\u0000"}')

    assert (one.title, one.key) == ("a\ufffdb\ufffdc", "k\ufffd")


def test_texts_of_any_length_fit():
    (one,) = read("generic", {"title": "x" * 300_000, "description": "y" * 300_000, "dedup_key": "k" * 300_000})

    assert (len(one.title), len(one.description)) == (200, 5000)
    assert one.key.startswith("sha256:")


@pytest.mark.parametrize(
    ("word", "severity"),
    [("CRITICAL", "critical"), ("page", "critical"), ("Warning", "medium"), ("info", "low"), ("purple", ""), (7, "")],
)
def test_severities_are_known_by_many_names_and_unknown_ones_left_open(word, severity):
    assert read("generic", {"title": "x", "severity": word})[0].severity == severity


def test_alerts_without_a_fingerprint_are_told_apart_by_their_labels():
    body = {"alerts": [{"status": "firing", "labels": {"alertname": "A", "host": host}} for host in ("a", "b", "a")]}

    keys = [one.key for one in read("alertmanager", body)]

    assert keys[0] == keys[2] != keys[1]


def test_what_zabbix_people_write_beside_a_problem_is_no_signal():
    update = json.loads(formats.sample("zabbix", firing=True)) | {"event_update_status": "1"}

    assert read("zabbix", update) == []


@pytest.mark.parametrize("status", [2, 3])
def test_a_monitor_that_is_pending_or_maintained_is_no_signal(status):
    assert read("uptime_kuma", {"heartbeat": {"status": status, "monitorID": 1}}) == []


def test_the_test_button_of_uptime_kuma_is_heard():
    (one,) = read("uptime_kuma", {"heartbeat": None, "monitor": None, "msg": "Vakhta Testing"})

    assert one.firing
    assert one.title == "Vakhta Testing"
