"""A log line is one JSON object, whatever stands in it, and tells no secret."""

import json
import logging
import sys
import threading
from contextlib import suppress

import pytest
from django.http import HttpResponse
from django.utils.functional import SimpleLazyObject

from workflow import request_id
from workflow.access import AccessMiddleware
from workflow.logs import JsonFormatter, RequestIdFilter, RotatingFile
from workflow.redaction import without_secrets

pytestmark = pytest.mark.once
PING = "hB3k9Qx2LmN7pR4sT8vW1yZ5cD6fG0jK"


def record(message, *arguments, **options):
    made = logging.LogRecord("product", logging.INFO, __file__, 1, message, arguments, options.get("exc_info"))
    RequestIdFilter().filter(made)
    return made


def line(message, *arguments, **options):
    return JsonFormatter().format(record(message, *arguments, **options))


@pytest.mark.parametrize("forged", ['x\n{"level": "INFO"}', "x\r\nWARNING", "x\x1b[2J", "x\u2028y", "x\x00y", 'x"}'])
def test_nobody_can_add_a_line_or_a_field(forged):
    text = line("Refused %s", forged)

    assert text.isascii()
    assert text.isprintable()
    assert json.loads(text)["message"] == f"Refused {forged}"
    assert json.loads(text)["level"] == "INFO"


@pytest.mark.parametrize(
    "text",
    [
        "password=hunter2hunter2",
        "{'password': 'hunter2hunter2'}",
        '{"new_password": "hunter2hunter2"}',
        "Authorization: Bearer hunter2hunter2",
        "postgres://vakhta:hunter2hunter2@db/vakhta",
        "eyJhbGciOi.eyJhunter2hunter2.x-y",
        "the token vkh_hunter2hunter2 is unknown",
        "/api/v1/ping/hunter2hunter2hunter2/start/",
        "/api/v1/intake/hunter2hunter2hunter2/",
        "/accounts/invitation/hunter2hunter2hunter2/",
        "/accounts/password/reset/MQ/hunter2-hunter2hunter2/",
        "https://api.telegram.org/bot123456789:hunter2hunter2hunter2hunter2xyz/getMe",
    ],
)
def test_secrets_are_blotted_out(text):
    assert "hunter2" not in json.loads(line("It says: %s", text))["message"]


@pytest.mark.parametrize(
    "text",
    ["GET /incidents/17/ 200", "/api/v1/intake/incidents/", "vakhta-20261121T120000Z-0a1b2c3d.tar", "/tickets/?page=2"],
)
def test_what_is_no_secret_stays(text):
    assert without_secrets(text) == text


def test_a_traceback_is_part_of_the_line_and_tells_no_secret():
    try:
        raise ValueError("password=hunter2hunter2")
    except ValueError:
        text = line("It failed", exc_info=sys.exc_info())

    found = json.loads(text)
    assert "ValueError" in found["exception"]
    assert "hunter2" not in text


@pytest.mark.parametrize("offered", ["", "a b", "x\ny", "é", "a" * 65, '{"a":1}', "../x"])
def test_an_id_that_could_do_harm_is_replaced(offered):
    assert request_id.ACCEPTED.fullmatch(request_id.fresh(offered))
    assert request_id.known() != offered


def test_work_for_a_request_goes_by_its_id_and_then_no_longer():
    request_id.fresh("mine")

    with request_id.of("theirs"):
        assert json.loads(line("Sent"))["request_id"] == "theirs"
    with request_id.of(""):
        assert request_id.known() == "mine"
    assert json.loads(line("Sent"))["request_id"] == "mine"


@pytest.fixture
def accesses(caplog):
    caplog.set_level(logging.INFO, logger="access")
    return lambda: [JsonFormatter().format(one) for one in caplog.records if one.name == "access"]


def asked(rf, path, user=None, **headers):
    request = rf.get(path, **headers)
    if user is not None:
        request.user = user
    AccessMiddleware(lambda _request: HttpResponse(status=404))(request)


def test_who_asked_for_what_is_one_line(rf, accesses, django_user_model):
    asked(rf, "/incidents/7/?search=secret+words", django_user_model(pk=5), REMOTE_ADDR="192.0.2.7")

    found = json.loads(accesses()[0])
    assert (found["method"], found["path"], found["status"]) == ("GET", "/incidents/7/", 404)
    assert (found["user"], found["client"]) == (5, "192.0.2.7")
    assert "secret" not in accesses()[0]


def test_the_token_in_an_address_is_not_written_down(rf, accesses):
    asked(rf, f"/api/v1/ping/{PING}/")

    assert json.loads(accesses()[0])["path"] == "/api/v1/ping/…/"


def test_nobody_is_looked_up_for_the_log_alone(rf, accesses):
    def fetch():
        raise AssertionError("a query for nothing")

    asked(rf, "/incidents/", SimpleLazyObject(fetch))

    assert json.loads(accesses()[0])["user"] is None


def test_machines_that_look_whether_all_is_well_are_not_written_down(rf, accesses):
    asked(rf, "/api/health/ready/")
    asked(rf, "/static/site.css")

    assert accesses() == []


def file(path, size=2000, kept=1000):
    handler = RotatingFile(str(path), size=size, kept=kept)
    handler.setFormatter(JsonFormatter())
    return handler


def test_a_full_file_makes_room_and_only_so_many_stay(tmp_path):
    handler = file(tmp_path / "x.log", size=500, kept=2)
    for number in range(50):
        handler.emit(record("line %s", number))
    handler.close()

    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"x.log", "x.log.1", "x.log.2", "x.log.lock"} or names == {"x.log.1", "x.log.2", "x.log.lock"}
    assert all(path.stat().st_size < 800 for path in tmp_path.iterdir())


def test_many_writers_lose_no_line_and_mix_none(tmp_path):
    handlers = [file(tmp_path / "x.log") for _ in range(4)]  # each with a descriptor of its own, as processes have

    def write(number):
        for count in range(200):
            handlers[number].emit(record("%s:%s", number, count))

    threads = [threading.Thread(target=write, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for handler in handlers:
        handler.close()

    written = [path for path in tmp_path.glob("x.log*") if path.suffix != ".lock"]
    said = [json.loads(text)["message"] for path in written for text in path.read_text().splitlines()]
    assert len(written) > 10
    assert sorted(said) == sorted(f"{number}:{count}" for number in range(4) for count in range(200))


def test_a_full_disk_ends_neither_the_work_nor_the_lines(capsys):
    handler = file("/dev/full")
    handler.emit(record("said elsewhere"))
    with suppress(OSError):  # of what still waits to be written
        handler.close()

    assert capsys.readouterr().err == ""
