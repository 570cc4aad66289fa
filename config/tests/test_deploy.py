"""What stands in deploy/ and the compose files: read as the machines will that run it."""

import json
import os
import re
import subprocess

import pytest
import yaml
from django.conf import settings

from config.environment import own_addresses
from config.tests.routes import ROUTES
from workflow.network import is_reachable_from_outside

pytestmark = pytest.mark.once
ROOT = settings.BASE_DIR
PRODUCTION = yaml.safe_load((ROOT / "docker-compose.prod.yml").read_text())
SIMPLE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = PRODUCTION["services"]


def rendered(**environment):
    command = ["sh", str(ROOT / "deploy/nginx.sh"), "--print"]
    environment = {"PATH": os.environ["PATH"], "RESOLVER": "127.0.0.11", **environment}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


def test_nothing_is_published_but_nginx():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["nginx"]


def test_the_database_and_the_queue_stand_in_a_network_that_leads_nowhere():
    assert PRODUCTION["networks"]["inside"] == {"internal": True}
    assert SERVICES["db"]["networks"] == SERVICES["redis"]["networks"] == ["inside"]


@pytest.mark.parametrize("name", SERVICES)
def test_containers_are_read_only_and_without_privileges(name):
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]


def test_the_database_sees_its_own_secret_and_no_other():
    secrets = [volume for volume in SERVICES["db"]["volumes"] if "secrets" in volume]

    assert [volume.rsplit("/", 1)[1] for volume in secrets] == ["database_password:ro"]


MEGABYTES = {"m": 1, "g": 1024}


def megabytes(text):
    number, unit = re.search(r"(\d+)([mg])\}?$", text).groups()
    return int(number) * MEGABYTES[unit]


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_container_keeps_in_memory_files_leaves_room_for_itself(name):
    files = sum(megabytes(mount) for mount in SERVICES[name].get("tmpfs", []))

    assert megabytes(SERVICES[name]["mem_limit"]) >= files + 128


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_has_a_limit_of_memory_and_what_stays_is_watched(name):
    service = SERVICES[name]

    assert service["mem_limit"]
    assert "healthcheck" in service or service.get("restart") == "no"


@pytest.mark.parametrize("name", SIMPLE["services"])
def test_what_stays_is_watched_in_the_simple_file_as_well(name):
    service = SIMPLE["services"][name]

    assert "healthcheck" in service or service.get("restart") == "no"


def test_nobody_serves_before_the_database_is_prepared():
    for name in ("web", "worker", "beat", "bot"):
        assert SERVICES[name]["depends_on"]["prepare"] == {"condition": "service_completed_successfully"}


def test_secrets_come_from_files_alone():
    text = (ROOT / "docker-compose.prod.yml").read_text()

    assert not re.search(r"(SECRET_KEY|PASSWORD): *\S", text)
    assert SERVICES["web"]["environment"]["SECRET_KEY_FILE"] == "/run/secrets/secret_key"


def test_both_files_are_of_one_version_and_run_the_same_roles():
    assert PRODUCTION["version"] == SIMPLE["version"] == "3.8"
    assert {"db", "redis", "prepare", "web", "worker", "beat", "bot"} <= set(SIMPLE["services"]) & set(SERVICES)


def test_nginx_lets_in_the_private_networks_unless_told_others():
    assert "192.168.0.0/16 1;" in rendered()
    told = rendered(ALLOWED_NETWORKS="10.1.0.0/16,fd00::/8")

    assert "10.1.0.0/16 1;" in told
    assert "fd00::/8 1;" in told
    assert "192.168.0.0/16 1;" not in told


def test_nginx_lets_the_world_to_the_doors_that_ask_for_a_token_and_to_no_other():
    """A door that the product marks and nginx does not know would be shut to senders outside."""
    rules = re.findall(r"^\s+(=|~\^)(/\S+) 1;$", rendered(), re.MULTILINE)
    for route in ROUTES:
        path = "/" + re.sub(r"%\(\w+\)s", "x" * 32, route.path)
        let_in = any(path == rule if kind == "=" else path.startswith(rule) for kind, rule in rules)
        wanted = is_reachable_from_outside(route.view) or path.startswith("/api/v1/intake/")
        assert let_in == wanted, path


def test_a_volume_takes_its_owner_from_our_image_alone():
    mounts = [one for one in SERVICES["nginx"]["volumes"] if isinstance(one, dict)]

    assert {one["source"] for one in mounts} == {"media", "static"}
    assert all(one["volume"]["nocopy"] and one["read_only"] for one in mounts)


def test_nginx_believes_only_the_proxies_that_are_named():
    assert "set_real_ip_from" not in rendered()
    assert "set_real_ip_from 10.9.0.0/24;" in rendered(TRUSTED_PROXIES="10.9.0.0/24")


def test_with_a_certificate_plain_http_only_leads_to_https():
    plain, tls = rendered(), rendered(TLS_CERTIFICATE="/tls/a.pem", TLS_KEY="/tls/b.pem")

    assert "ssl_certificate" not in plain
    assert "listen 8443 ssl; ssl_certificate /tls/a.pem; ssl_certificate_key /tls/b.pem;" in tls
    assert "return 301 https://$host$request_uri;" in tls


def test_no_placeholder_is_left_in_what_nginx_reads():
    assert "${" not in rendered()


@pytest.mark.parametrize("script", ["nginx.sh", "roll.sh", "entrypoint.sh", "install.sh", "files.sh"])
def test_the_scripts_can_be_read_by_any_shell(script):
    subprocess.run(["sh", "-n", ROOT / "deploy" / script], check=True)


@pytest.mark.django_db
def test_prometheus_asks_a_container_by_its_address_and_without_tls(client, settings):
    settings.METRICS_TOKEN = "a-long-token"
    settings.SECURE_SSL_REDIRECT = True
    for address in own_addresses():
        asked = {"authorization": "Bearer a-long-token", "host": f"{address}:8000"}
        assert client.get("/metrics", headers=asked).status_code == 200

    assert client.get("/metrics", headers={"host": "198.51.100.9:8000"}).status_code == 400


def test_what_every_container_tells_alike_is_taken_once():
    rules = yaml.safe_load((ROOT / "deploy/monitoring/alerts.yml").read_text())["groups"][0]["rules"]
    panels = json.loads((ROOT / "deploy/monitoring/grafana.json").read_text())["panels"]
    asked = [rule["expr"] for rule in rules] + [each["expr"] for panel in panels for each in panel["targets"]]
    for one in asked:
        rest = re.sub(r"(absent|max|min|sum)( by \(\w+\))? ?\((rate\()?vakhta_", "", one)
        assert "vakhta_" not in re.sub(r"vakhta_http_request_seconds", "", rest), one


def test_nginx_tells_the_product_the_protocol_that_a_proxy_of_ours_names():
    assert "10.9.0.0/24 1;" in between(rendered(TRUSTED_PROXIES="10.9.0.0/24"), "geo $realip_remote_addr $by_proxy {")
    assert " 1;" not in between(rendered(), "geo $realip_remote_addr $by_proxy {")


def between(text, start, end="}"):
    return text.split(start, 1)[1].split(end, 1)[0]


@pytest.mark.parametrize(
    ("servers", "found"),
    [
        ("nameserver 127.0.0.11\n", "127.0.0.11"),
        ("search example.org\nnameserver 2001:db8::53\nnameserver 192.0.2.53\n", "[2001:db8::53]"),
        ("nameserver fe80::1%eth0\nnameserver 192.0.2.53\n", "192.0.2.53"),
        ("", "127.0.0.1"),
    ],
)
def test_nginx_asks_the_name_server_of_the_machine(tmp_path, servers, found):
    (tmp_path / "resolv.conf").write_text(servers)

    assert f"resolver {found} valid=2s" in rendered(RESOLVER="", RESOLV_CONF=str(tmp_path / "resolv.conf"))


def test_nginx_of_a_distribution_keeps_its_own_places():
    told = rendered(PID="/run/nginx.pid", LOGS="/var/log/nginx", TEMP="/var/lib/nginx", RUN_AS="www-data")

    assert "pid /run/nginx.pid;\nuser www-data;" in told
    assert "error_log /var/log/nginx/error.log crit;" in told
    assert "access_log /var/log/nginx/faults.log fault" in told
    assert "/tmp" not in told
    assert "/dev/std" not in told
