"""The units for systemd, and what a machine without containers relies on."""

import json
import os
import re
import runpy
import shutil
import subprocess
import sys
from configparser import RawConfigParser

import pytest
from django.conf import settings
from django.core.management import CommandError

from config.environment import own_addresses
from config.prepare import renew_files

pytestmark = pytest.mark.once
ROOT = settings.BASE_DIR
UNITS = sorted((ROOT / "deploy/systemd").glob("*.service"))


def unit(path):
    """Read a unit as systemd does: with what stands in the folder for all of them."""
    found = RawConfigParser(strict=False, interpolation=None)
    found.optionxform = str
    found.read([path, *path.parent.glob("vakhta-.service.d/*.conf")])
    return found


@pytest.mark.parametrize("role", ["web", "worker", "beat", "bot"])
def test_the_units_start_the_roles_that_the_entry_point_knows(role):
    found = unit(ROOT / f"deploy/systemd/vakhta-{role}.service")

    assert found["Service"]["ExecStart"] == f"/bin/sh deploy/entrypoint.sh {role}"
    assert f"    {role}) " in (ROOT / "deploy/entrypoint.sh").read_text()
    assert f"vakhta-{role}.service" in (ROOT / "deploy/systemd/vakhta.target").read_text()


@pytest.mark.parametrize("role", ["web", "worker", "beat", "bot"])
def test_to_prepare_anew_ends_nothing_that_serves(role):
    found = unit(ROOT / f"deploy/systemd/vakhta-{role}.service")["Unit"]

    assert (found["Wants"], found["After"]) == ("network-online.target", found["After"])
    text = (ROOT / f"deploy/systemd/vakhta-{role}.service").read_text()
    assert "Wants=vakhta-prepare.service\nAfter=vakhta-prepare.service" in text
    assert not {"Requires", "Requisite", "BindsTo"} & set(found)


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_no_unit_is_root_and_none_gives_up_before_the_database_comes(path):
    found = unit(path)

    assert found["Service"]["User"] == "vakhta"
    assert found["Service"]["CapabilityBoundingSet"] == ""
    assert found["Unit"]["StartLimitIntervalSec"] == "0"


def test_the_folders_that_the_template_proposes_may_be_written():
    service = unit(ROOT / "deploy/systemd/vakhta-worker.service")["Service"]
    proposed = dict(re.findall(r"^#(DB_BACKUP_DIR|LOG_DIR)=(.+)$", (ROOT / ".env.template").read_text(), re.MULTILINE))

    assert service["ReadWritePaths"] == f"-{proposed['DB_BACKUP_DIR']}"
    assert proposed["LOG_DIR"] == f"/var/log/{service['LogsDirectory']}"


def test_the_web_server_listens_as_the_file_of_settings_says(monkeypatch, tmp_path):
    for name in ("PORT", "WEB_WORKERS", "LISTEN_ADDRESS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ENV_FILE", str(tmp_path / "env"))
    (tmp_path / "env").write_text("PORT=9000\nWEB_WORKERS=4\nLISTEN_ADDRESS=::1\n")

    found = runpy.run_path(str(ROOT / "deploy/gunicorn.conf.py"))

    assert (found["bind"], found["workers"]) == ("[::1]:9000", 4)


def test_files_of_the_program_that_may_not_be_written_are_named(settings, tmp_path):
    folder = tmp_path / "ru" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "locale/ru/LC_MESSAGES/django.po", folder)
    (folder / "django.draft").mkdir()  # where the draft cannot be written
    settings.LOCALE_PATHS = [tmp_path]

    with pytest.raises(CommandError, match=r"django\.draft cannot be written.*prepare --files"):
        renew_files()


ASK = """
import json
from config import settings
print(json.dumps([settings.LOGGING["handlers"]["file"], settings.ALLOWED_HOSTS]))
"""


def test_the_fixed_names_of_settings_are_read(tmp_path):
    environment = {"LOG_DIR": str(tmp_path), "LOG_FILE": "a.log", "LOG_FILE_SIZE": "100000", "LOG_FILES_TO_KEEP": "3"}
    environment |= {"ALLOWED_HOSTS": "journal.example.org", "DATA_DIR": str(tmp_path), "ENV_FILE": os.devnull}
    told = subprocess.run(
        [sys.executable, "-c", ASK], env=os.environ | environment, cwd=ROOT, capture_output=True, text=True, check=True
    )

    file, hosts = json.loads(told.stdout)
    assert (file["filename"], file["size"], file["kept"]) == (str(tmp_path / "a.log"), 100_000, 3)
    assert {"journal.example.org", "127.0.0.1", *own_addresses()} <= set(hosts)
